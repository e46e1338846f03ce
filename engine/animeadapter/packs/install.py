"""Putting a trained part into a pack: files copied aside, swapped in, manifest sealed anew."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from msgspec.structs import replace

from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import Manifest, pack_files, read_manifest, seal, write_model_index
from animeadapter.protocol.files import FileError, read_file, write_file

PROVENANCE, TOLD = "training.json", "provenance"
VOCABULARY = "tokenizer/tags.json"


def install(export: Path, folder: Path) -> Manifest:
    """Put all parts of an export (`<part>/…`, `training.json`) into a pack, and return its new manifest.

    What the parts were made of goes to `provenance/<recipe>.json`. A pack with a tokenizer that lists its tags takes
    them as its vocabulary. Raises `PackError`.
    """
    if not folder.is_dir():
        raise PackError(f"{folder}: is no folder; copy a pack to it first, and parts can be put into that")
    manifest = read_manifest(folder)
    parts = sorted(path for path in export.iterdir() if path.is_dir()) if export.is_dir() else []
    if not parts:
        raise PackError(f"{export}: holds no trained parts; an export has a folder for each")
    pack_files(export)  # refuses pickles
    try:
        for part in parts:
            _swap(part, folder / part.name)
        told = json.loads(read_file(export / PROVENANCE))
        write_file(folder / TOLD / f"{told['name']}.json", read_file(export / PROVENANCE))
        tags = tuple(json.loads(read_file(folder / VOCABULARY))) if (folder / VOCABULARY).is_file() else None
    except OSError as error:
        raise PackError(f"{folder}: cannot be written: {error.strerror}") from None
    except (FileError, ValueError, KeyError) as error:
        raise PackError(f"{export}: is no whole export: {error}") from None
    write_model_index(folder)
    renderer = str(told.get("renderer") or manifest.renderer)
    return seal(folder, replace(manifest, renderer=renderer, vocabulary=tags or manifest.vocabulary))


def _swap(source: Path, target: Path) -> None:
    """Copy a folder beside its target and put it in the target's place."""
    aside = target.with_name(f".{target.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    shutil.copytree(source, aside)
    shutil.rmtree(target, ignore_errors=True)
    aside.replace(target)

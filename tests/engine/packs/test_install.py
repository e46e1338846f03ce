"""A trained part takes its place in a pack whole, and the pack says what it was made of."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from animeadapter.packs.errors import PackError
from animeadapter.packs.install import install
from animeadapter.packs.load import load_pack, verify
from animeadapter.packs.manifest import read_manifest


@pytest.fixture
def export(tiny_pack_master: Path, tmp_path: Path) -> Path:
    """An export of another text encoder and tokenizer."""
    folder = tmp_path / "export"
    for part in ("text_encoder", "tokenizer"):
        shutil.copytree(tiny_pack_master / part, folder / part)
    (folder / "tokenizer" / "tags.json").write_text('["1girl", "smile"]')
    (folder / "training.json").write_text(json.dumps({"name": "encoders", "renderer": "abc", "figures": {"f1": 0.5}}))
    return folder


def test_parts_take_their_places_and_the_pack_is_sealed(tiny_pack: Path, export: Path) -> None:
    (tiny_pack / "text_encoder" / "left-over.json").write_text("{}")
    manifest = install(export, tiny_pack)
    verify(tiny_pack, manifest)
    assert read_manifest(tiny_pack) == manifest
    assert "text_encoder/left-over.json" not in manifest.files
    assert manifest.vocabulary == ("1girl", "smile") and manifest.renderer == "abc"
    assert json.loads((tiny_pack / "provenance" / "encoders.json").read_text())["figures"] == {"f1": 0.5}
    assert load_pack(tiny_pack).part("text_encoder") is not None


def test_what_is_no_export_changes_nothing(tiny_pack: Path, tmp_path: Path) -> None:
    before = read_manifest(tiny_pack)
    empty = tmp_path / "empty"
    empty.mkdir()
    for wrong in (empty, tmp_path / "missing"):
        with pytest.raises(PackError, match="holds no trained parts"):
            install(wrong, tiny_pack)
    assert read_manifest(tiny_pack) == before
    verify(tiny_pack, before)


def test_a_pickle_is_not_let_in(tiny_pack: Path, export: Path) -> None:
    (export / "text_encoder" / "model.bin").write_bytes(b"\x80")
    with pytest.raises(PackError, match=r"model\.bin: is a pickle"):
        install(export, tiny_pack)
    verify(tiny_pack, read_manifest(tiny_pack))


def test_a_pack_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="nowhere: is no folder"):
        install(tmp_path, tmp_path / "nowhere")

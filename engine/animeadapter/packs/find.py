"""Where packs are: an explicit folder, `ANIMEADAPTER_PACKS`, the user's data folder, the ones that ship."""

from __future__ import annotations

import difflib
import os
import sys
from pathlib import Path

import komawari_resources
from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import NAME, Manifest, read_manifest

VARIABLE = "ANIMEADAPTER_PACKS"


def user_folder() -> Path:
    """Return the folder for packs that the user adds."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Komawari"
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support" / "Komawari"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "komawari"
    return base / "models"


def search_folders() -> list[Path]:
    """Return the folders that may be packs or hold packs, the first to be asked first."""
    given = [Path(entry) for entry in os.environ.get(VARIABLE, "").split(os.pathsep) if entry]
    return [*given, user_folder(), komawari_resources.path("models")]


def list_packs() -> dict[str, Path]:
    """Return name → folder of every pack that can be found; of two with one name the first counts.

    A folder whose manifest cannot be read stands under its folder's name.
    """
    found: dict[str, Path] = {}
    for root in search_folders():
        children = sorted(root.iterdir()) if root.is_dir() and not (root / NAME).is_file() else [root]
        for folder in children:
            if (folder / NAME).is_file():
                found.setdefault(_name(folder), folder)
    return found


def find_pack(name: str | os.PathLike[str]) -> Path:
    """Return the folder of a pack, given by name or by path.

    Raises `PackError` with the nearest names if there is none such.
    """
    text = os.fspath(name)
    if os.sep in text or text.startswith(".") or (Path(text) / NAME).is_file():
        if not (Path(text) / NAME).is_file():
            raise PackError(f"{text}: is no pack; a pack is a folder with a {NAME} in it")
        return Path(text)
    packs = list_packs()
    if text in packs:
        return packs[text]
    near = difflib.get_close_matches(text, packs, n=2, cutoff=0.5)
    known = f"did you mean {' or '.join(near)}?" if near else f"there are: {', '.join(sorted(packs)) or 'none'}"
    raise PackError(f"unknown pack {text!r}; {known}")


def _name(folder: Path) -> str:
    try:
        manifest: Manifest = read_manifest(folder)
    except PackError:
        return folder.name
    return manifest.name

"""Sets of keys: our own, those that hands know from Clip Studio Paint, and files of one's own to take along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec
from PySide6.QtGui import QKeySequence

from animeadapter.protocol.files import FileError, read_file, write_file
from komawari.ui.keys import spelled
from komawari.ui.window.actions import Actions

Keys = Mapping[str, tuple[str, ...]]
LARGEST = 2**20

CLIP_STUDIO: dict[str, tuple[str, ...]] = {
    "tool.select": ("O",),
    "tool.panel": ("U",),
    "tool.knife": ("Shift+U",),
    "tool.picture": ("K",),
    "tool.lasso": ("M",),
    "tool.sketch_pen": ("P",),
    "tool.pose": ("Shift+O",),
    "view.flip": ("Ctrl+Shift+M",),
    "view.left": ("-",),
    "view.right": ("^",),
    "view.full": ("Ctrl+Alt+0",),
    "mask.invert": ("Ctrl+Shift+I",),
    "file.save_as": ("Shift+Alt+S",),
    "file.settings": ("Ctrl+K",),
}
"""What differs from our own keys: the letters of Object, Figure (frames), Layer move, Selection and Pen, turning by -
and ^, 100 %, Invert selection, Save as and Preferences are those that Clip Studio Paint has from the start. Knife, pose
and mirror have none there, and lie beside their neighbours. B, E, W, H, [ and ], Ctrl+0, Ctrl+A are the same in both.
"""
SETS: dict[str, dict[str, tuple[str, ...]]] = {"komawari": {}, "clip_studio": CLIP_STUDIO}


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a file of keys: those that differ from our own."""

    format: Literal["komawari-keys"]
    version: Literal[1]
    keys: dict[str, tuple[str, ...]]


def keys_of(actions: Actions, differing: Keys) -> dict[str, tuple[str, ...]]:
    """Return every action's keys: the ones given, the default ones of the others. Unknown names are left out."""
    return {name: _spelled(differing[name]) if name in differing else actions.default_keys(name) for name in actions}


def set_of(actions: Actions, keys: Keys) -> str:
    """Return which set all actions' keys are; empty: none of ours."""
    return next((name for name, one in SETS.items() if keys_of(actions, one) == dict(keys)), "")


def _spelled(keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(spelled, keys)))


def write_keys(path: Path, differing: Keys) -> None:
    """Write a file of keys. Raises `FileError`."""
    made = KeyFile("komawari-keys", 1, dict(differing))
    write_file(path, msgspec.json.format(msgspec.json.encode(made), indent=2))


def read_keys(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the keys of a file. Raises `FileError` that names the file and the field, or the key that is none."""
    data = read_file(path, LARGEST)
    try:
        found = msgspec.json.decode(data, type=KeyFile, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FileError(f"{path}: is no file of keys: {error}") from None
    for name, keys in found.keys.items():
        if unknown := next((key for key in keys if not QKeySequence(key).toString()), None):
            raise FileError(f"{path}: keys.{name}: {unknown!r} is no key")
    return found.keys

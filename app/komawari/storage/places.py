"""Where this user's files live on each platform; `KOMAWARI_HOME` puts all of them into one folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """Return where the character library is."""
    return _folder("XDG_DATA_HOME", ".local/share", "Library/Application Support", "APPDATA")


def config_folder() -> Path:
    """Return where settings are."""
    return _folder("XDG_CONFIG_HOME", ".config", "Library/Application Support", "APPDATA")


def _folder(variable: str, linux: str, mac: str, windows: str) -> Path:
    if home := os.environ.get("KOMAWARI_HOME"):
        return Path(home)
    if sys.platform == "win32":
        return Path(os.environ.get(windows) or Path.home() / "AppData/Roaming") / "Komawari"
    if sys.platform == "darwin":
        return Path.home() / mac / "Komawari"
    return Path(os.environ.get(variable) or Path.home() / linux) / "komawari"

"""The editor's settings and recent files: a JSON file, written aside and then put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from animeadapter.protocol.choices import explain
from animeadapter.protocol.files import read_file, write_file
from komawari.storage.errors import StorageError

MOST_RECENT = 20


class Settings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the artist set for all projects. Fields of later versions are read over, and lost when this one writes."""

    recent: tuple[str, ...] = ()
    """Project files, the latest first."""
    engine_command: tuple[str, ...] = ()
    """How the engine is started, `ssh box animeadapter serve` for instance; empty: the one beside the editor."""
    pack: str = "mini"
    undo_mebibytes: Annotated[int, Meta(ge=1, le=65_536)] = 256
    language: str = ""
    """Empty: the system's."""
    theme: str = ""
    window: dict[str, Any] = {}
    """Places of windows and docks, in the window's own words."""


def read_settings(path: Path) -> Settings:
    """Return the settings of a file; the defaults if there is none. Raises `StorageError` naming the field."""
    if not path.exists():
        return Settings()
    try:
        return msgspec.json.decode(read_file(path), type=Settings, strict=True)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StorageError(f"{path}: {explain(str(error))}") from None


def write_settings(path: Path, settings: Settings) -> None:
    """Write settings. Raises `FileError`; the old file then is as it was."""
    write_file(path, msgspec.json.format(msgspec.json.encode(settings), indent=2))


def with_recent(settings: Settings, project: Path) -> Settings:
    """Return the settings with a project as the latest."""
    name = str(project.absolute())
    return replace(settings, recent=(name, *(one for one in settings.recent if one != name))[:MOST_RECENT])


def recent_files(settings: Settings) -> list[Path]:
    """Return the recent projects that are still there."""
    return [path for path in map(Path, settings.recent) if path.exists()]

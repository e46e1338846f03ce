"""The artist's own pose presets: one JSON file beside the character library, written aside and then put in place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.choices import explain
from animeadapter.protocol.files import FileError, read_file, write_file
from komawari.storage.errors import StorageError
from komawari.ui.pose.presets import PosePreset
from komawari.ui.session import Session

FILE = "poses.json"
Presets = tuple[PosePreset, ...]


class OwnPresets(QObject):
    """Presets that were saved here or by another editor of the same user; `own_presets` returns a session's."""

    changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._path = session.library.path.with_name(FILE)
        self._loading = False
        self.all: Presets = ()

    def load(self) -> None:
        """Read the file, off the window's thread; `changed` tells when something else is in it."""
        if not self._loading:
            self._loading = True
            self._session.later(lambda: read_presets(self._path), self._loaded, self._failed)

    def _loaded(self, found: Presets) -> None:
        self._loading = False
        self._become(found)

    def _failed(self, error: BaseException) -> None:
        self._loading = False
        self._session.trouble.emit(str(error))

    def save(self, preset: PosePreset) -> None:
        """Add a preset, in front of those of before; one of its name is replaced."""
        self._write(lambda old: (preset, *(one for one in old if one.name != preset.name)))

    def remove(self, name: str) -> None:
        """Forget a preset."""
        self._write(lambda old: tuple(one for one in old if one.name != name))

    def _write(self, change: Callable[[Presets], Presets]) -> None:
        def work() -> Presets:
            new = change(_readable(self._path))
            write_file(self._path, msgspec.json.format(msgspec.json.encode(new), indent=1))
            return new

        self._session.later(work, self._become, lambda error: self._session.trouble.emit(str(error)))

    def _become(self, presets: Presets) -> None:
        if presets != self.all:
            self.all = presets
            self.changed.emit()


def own_presets(session: Session) -> OwnPresets:
    """Return a session's presets; the file is read when they are first wanted."""
    return session.findChild(OwnPresets) or OwnPresets(session)


def read_presets(path: Path) -> Presets:
    """Return the presets of a file; none where there is no file. Raises `StorageError` naming file and field."""
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(read_file(path), type=Presets, strict=True)
    except FileError as error:
        raise StorageError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, ValueError) as error:
        raise StorageError(f"{path}: {explain(str(error))}") from None


def _readable(path: Path) -> Presets:
    """Return what a file holds; one that cannot be read is kept under another name, and a new one begun."""
    try:
        return read_presets(path)
    except StorageError:
        path.replace(path.with_suffix(".unread.json"))
        return ()

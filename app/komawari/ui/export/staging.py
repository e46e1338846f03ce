"""Files of an export, written into a folder aside and put in place together at the end, or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from types import TracebackType

from komawari.ui.export.errors import ExportError, told


class Staging:
    """A context in which files are written; leaving it without `commit` leaves no trace."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, and one aside in it. Raises `ExportError`."""
        self.folder = folder
        self._names: list[str] = []
        with told(folder):
            folder.mkdir(parents=True, exist_ok=True)
            self._aside = Path(tempfile.mkdtemp(prefix=".export.", suffix=".part", dir=folder))

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._aside, ignore_errors=True)

    def path(self, name: str) -> Path:
        """Return where to write a file of the export for now."""
        self._names.append(name)
        return self.aside(name)

    def aside(self, name: str) -> Path:
        """Return where to write a file that is not part of the export."""
        return self._aside / name

    def write(self, name: str, data: bytes) -> None:
        """Write a file. Raises `ExportError`."""
        with told(self.folder / name), self.path(name).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def commit(self) -> tuple[Path, ...]:
        """Put all files in place and return where they are. Raises `ExportError`."""
        for name in self._names:
            if (self.folder / name).is_dir():
                raise ExportError(f"{self.folder / name}: is a folder; nothing was exported. Choose another name.")
        for name in self._names:
            with told(self.folder / name):
                (self._aside / name).replace(self.folder / name)
        return tuple(self.folder / name for name in self._names)

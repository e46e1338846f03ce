"""Reading and writing whole files: errors that name the file, and nothing half-written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from animeadapter.protocol.errors import EngineError

LARGEST = 256 * 2**20
"""No picture, pose or request that is read whole is larger than this."""


class FileError(EngineError):
    """A file cannot be read or written; the message names it and says why."""


def read_file(path: Path, largest: int = LARGEST) -> bytes:
    """Return a file's bytes. Raises `FileError`."""
    try:
        size = path.stat().st_size
        if size > largest:
            raise FileError(f"{path}: has {size // 2**20} MiB; at most {largest // 2**20} MiB are read")
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from None


def write_file(path: Path, data: bytes) -> None:
    """Write a file aside and then put it in place, so that no one ever sees half of it. Raises `FileError`.

    Missing folders are made. If anything interrupts, the old file (or none) is what remains.
    """
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
        aside = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
        aside = None
    except OSError as error:
        raise FileError(f"{path}: cannot be written: {reason(error)}") from None
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def reason(error: Exception) -> str:
    """Return why a system call failed, in a few words."""
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _umask() -> int:
    """Return the process's file mode mask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask

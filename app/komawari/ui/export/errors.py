"""What can go wrong with an export, each in a sentence for the artist."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.files import reason


class ExportError(EngineError):
    """An export is not possible or was broken off; files that were there before are as they were."""


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn the system's refusals into `ExportError`s that name the file and say what to do."""
    try:
        yield
    except OSError as error:
        raise ExportError(_sentence(path, error)) from error


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{path}: the disk is full; nothing was exported. Make room, or export to another disk."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{path}: this folder cannot be written to; nothing was exported. Choose another one."
    return f"{path}: cannot be written: {reason(error)}; nothing was exported."

"""The sample project, which a first start opens, so that the first look is a comic page and not an empty window."""

from __future__ import annotations

from pathlib import Path

import komawari_resources
from komawari.storage import copying
from komawari.storage.errors import StorageError
from komawari.storage.places import data_folder

NAME = "After school (sample).komawari"


def sample_file() -> Path:
    """Return the sample that ships; it is never opened itself."""
    return komawari_resources.path("samples", "sample.komawari")


def open_sample(folder: Path | None = None) -> Path:
    """Return the artist's copy of the sample, made anew where there is none; default: in the data folder.

    A copy that is there already is the artist's work, and stays. Raises `StorageError`.
    """
    path = (folder or data_folder()) / NAME
    if path.exists():
        return path
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"{path.parent}: cannot be made: {error.strerror}") from None
    copying.copy_of(sample_file(), path)
    return path

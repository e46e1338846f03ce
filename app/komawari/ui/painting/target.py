"""What is painted belongs to something: where the document holds it, and the edit that puts another one there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from animeadapter.protocol.request import Blob
from komawari.domain.project import Project

Edit = Callable[[Project], Project]


class Target(Protocol):
    """A place for what is painted. Equal ones are the same place."""

    def is_there(self, project: Project) -> bool:
        """Return whether the project has the place at all."""

    def picture(self, project: Project) -> Blob | None:
        """Return the file that is there; None: none yet."""

    def edit(self, picture: Blob | None) -> Edit:
        """Return the edit that puts a file there."""

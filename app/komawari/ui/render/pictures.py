"""Which picture a panel shows, in a size that suits what it is painted on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtGui import QImage

from animeadapter.protocol.request import Blob
from komawari.domain.panel import Panel
from komawari.ui.session import Session

Pictures = Callable[[Panel], QImage | None]
"""The picture that a panel shows now; None: there is none, or it is not at hand yet. A null image cannot be read."""
SMALLEST = 256
"""Pictures are held in steps of two from this side on, so that zooming needs few of them."""


class Stored(Protocol):
    """A picture in the project's file: a take's, or the sheet of a sketch."""

    @property
    def picture(self) -> Blob: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


def level(take: Stored, longest: float) -> int:
    """Return the longest side to hold a picture in, given that of its room in pixels; 0: as it is."""
    side = SMALLEST
    while side < longest:
        side *= 2
    return 0 if side >= max(take.width, take.height) else side


def none_of(panel: Panel) -> QImage | None:
    """Return the picture of a panel of whose take nothing is known: none, or one that cannot be read."""
    return None if panel.take is None else QImage()


class SessionPictures:
    """`Pictures` of the takes in use, from the session's memory."""

    def __init__(self, session: Session, longest: int = 0, wait: bool = False) -> None:
        """`longest`: the longest side in pixels that is of use, 0: all of them.

        With `wait` pictures are read on the spot, as export wants it; without, what is missing comes with
        `session.images.ready`, and `missing` tells that there is something to wait for.
        """
        self._session, self._longest, self._wait = session, longest, wait
        self.missing: set[str] = set()
        """The sha256 of pictures that were wanted and are still to come."""

    def __call__(self, panel: Panel) -> QImage | None:
        """Return the picture of the take in use."""
        take = self._session.used_take(panel)
        if take is None:
            return none_of(panel)
        return self.of_take(take, level(take, self._longest) if self._longest else 0)

    def of_take(self, take: Stored, longest: int) -> QImage | None:
        """Return a take's picture, or a sheet's, at best in that size, else in whatever size there is."""
        images, sha = self._session.images, take.picture.sha256
        if self._wait:
            return images.now(sha, longest)
        image = images.get(sha, longest)
        if image is not None:
            self.missing.discard(sha)
            return image
        self.missing.add(sha)
        return images.at_hand(sha)

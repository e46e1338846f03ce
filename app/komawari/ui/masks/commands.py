"""What can be done to the mask that the canvas paints, in one table: the window makes its actions of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from komawari.ui.masks.room import Room

if TYPE_CHECKING:
    from komawari.ui.painting.board import Work

LARGER = 1.2
"""Of the brush's size, for one press of a key."""
BY = 4.0
"""Pixels by which a mask grows and shrinks, and over which it becomes soft, unless something else is said."""


@dataclass(frozen=True)
class MaskCommand:
    """One thing to do."""

    name: str
    text: str
    keys: tuple[str, ...]
    tip: str
    do: Callable[[], object]


def mask_commands(room: Room, resize: Callable[[float], object]) -> tuple[MaskCommand, ...]:
    """Return all commands of a room. `resize` makes the brush in the hand larger or smaller, times a factor."""
    tr = QCoreApplication.translate
    return (
        MaskCommand("brush.smaller", tr("Masks", "Smaller brush"), ("[",),
                    tr("Masks", "Make the brush smaller"), partial(resize, 1 / LARGER)),
        MaskCommand("brush.larger", tr("Masks", "Larger brush"), ("]",),
                    tr("Masks", "Make the brush larger"), partial(resize, LARGER)),
        MaskCommand("mask.invert", tr("Masks", "Invert mask"), ("Shift+V",),
                    tr("Masks", "Paint what was not painted, and take away what was"), partial(invert, room)),
        MaskCommand("mask.fill", tr("Masks", "Fill mask"), (),
                    tr("Masks", "Paint the whole picture"), partial(fill, room)),
        MaskCommand("mask.clear", tr("Masks", "Clear mask"), ("Ctrl+Shift+D",),
                    tr("Masks", "Take everything away that is painted"), partial(clear, room)),
        MaskCommand("mask.grow", tr("Masks", "Grow mask"), (),
                    tr("Masks", "Make the mask wider all round"), partial(grow, room, BY)),
        MaskCommand("mask.shrink", tr("Masks", "Shrink mask"), (),
                    tr("Masks", "Make the mask narrower all round"), partial(grow, room, -BY)),
        MaskCommand("mask.feather", tr("Masks", "Feather mask"), (),
                    tr("Masks", "Make the edge of the mask soft"), partial(feather, room, BY)),
    )  # fmt: skip


def invert(room: Room) -> None:
    """Paint what was not painted."""
    _change(room, QCoreApplication.translate("Masks", "Invert mask"), lambda: _shapes().inverted)


def fill(room: Room) -> None:
    """Paint everything."""
    _change(room, QCoreApplication.translate("Masks", "Fill mask"), lambda: _shapes().filled)


def clear(room: Room) -> None:
    """Take everything away."""
    _change(room, QCoreApplication.translate("Masks", "Clear mask"), lambda: _shapes().cleared)


def grow(room: Room, by: float) -> None:
    """Make the mask wider by pixels, narrower where that is negative."""
    tr = QCoreApplication.translate
    name = tr("Masks", "Grow mask") if by > 0 else tr("Masks", "Shrink mask")
    _change(room, name, lambda: lambda pixels: _shapes().grown(pixels, by))


def feather(room: Room, width: float) -> None:
    """Make the edge soft over so many pixels."""
    name = QCoreApplication.translate("Masks", "Feather mask")
    _change(room, name, lambda: lambda pixels: _shapes().feathered(pixels, width))


def _change(room: Room, name: str, work: Callable[[], Work]) -> None:
    if room.board.surface is None:
        said = QCoreApplication.translate("Masks", "There is no mask here: select a panel that has a picture")
        room.session.message.emit(said)
        return
    room.board.change(name, work())


def _shapes():  # type: ignore[no-untyped-def]
    from komawari.ui.masks import shapes

    return shapes

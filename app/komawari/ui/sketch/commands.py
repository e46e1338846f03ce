"""What can be done with sketches, in one table: the canvas' bar, the window's menu and its keys are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication

from komawari.domain.edits import sketches
from komawari.ui.folders import choose_pictures

if TYPE_CHECKING:
    from komawari.ui.sketch.hand import SketchHand


@dataclass(frozen=True)
class SketchCommand:
    """One thing to do."""

    name: str
    text: str
    tip: str
    icon: str
    do: Callable[..., object]
    keys: tuple[str, ...] = ()
    enabled: Callable[[], bool] | None = None
    checkable: bool = False
    """`do` then gets the new state."""


def sketch_commands(hand: SketchHand) -> tuple[SketchCommand, ...]:
    """Return all of them, beside the tools."""
    tr, session = QCoreApplication.translate, hand.session
    selected = lambda: session.panel is not None  # noqa: E731
    sketched = lambda: session.panel is not None and session.panel.sketch.sheet is not None  # noqa: E731
    return (
        SketchCommand("sketch.import", tr("Sketches", "Import a rough…"),
                      tr("Sketches", "Let a picture file be the panel's sketch; white becomes transparent"), "import",
                      partial(ask_for_rough, hand), enabled=selected),
        SketchCommand("sketch.paste", tr("Sketches", "Paste as sketch"),
                      tr("Sketches", "Let the picture in the clipboard be the panel's sketch"), "paste",
                      lambda: hand.roughs.paste(QGuiApplication.clipboard().mimeData()), ("Ctrl+Shift+V",), selected),
        SketchCommand("sketch.fit", tr("Sketches", "Fit sketch into its frame"),
                      tr("Sketches", "Undo moving and scaling of the sketch"), "fit",
                      lambda: hand.mover.fit(), enabled=sketched),
        SketchCommand("sketch.flip", tr("Sketches", "Flip sketch"),
                      tr("Sketches", "Mirror the sketch in its frame"), "flip",
                      lambda: hand.mover.flip(), enabled=sketched),
        SketchCommand("sketch.clear", tr("Sketches", "Clear sketch"),
                      tr("Sketches", "Take the whole sketch away; undo brings it back"), "clear",
                      partial(clear, hand), enabled=sketched),
        SketchCommand("sketch.shown", tr("Sketches", "Show sketches"),
                      tr("Sketches", "Show sketches over the pictures, on the screen"), "sketch",
                      lambda on: hand.room.set_layer(shown=on), ("Shift+D",), checkable=True),
    )  # fmt: skip


def ask_for_rough(hand: SketchHand) -> None:
    """Ask for a picture file."""
    from komawari.ui.characters.pictures import file_filter

    title = QCoreApplication.translate("Sketches", "Import a rough")
    choose_pictures(hand.view, hand.session, title, file_filter(), lambda paths: hand.roughs.read(paths[0]))


def clear(hand: SketchHand) -> None:
    """Take the selected panel's sketch away."""
    session = hand.session
    session.document.settling()
    panel = session.panel
    if panel is None or panel.sketch.sheet is None:
        session.message.emit(QCoreApplication.translate("Sketches", "There is no sketch in this panel"))
        return
    edit = partial(sketches.set_sheet, panel=panel.id, sheet=None)
    session.edit(QCoreApplication.translate("Sketches", "Clear sketch"), edit)

"""What the inspector's sections share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QVBoxLayout, QWidget

from animeadapter.protocol.calls import PackInfo
from komawari.domain.geometry.sizes import picture_box
from komawari.domain.panel import Panel
from komawari.domain.paper import Box
from komawari.ui.docks.drawing import Drawing
from komawari.ui.docks.inspector.edits import PanelEdits
from komawari.ui.packs import Packs
from komawari.ui.pose.presets import Canvas
from komawari.ui.session import Session


@dataclass(frozen=True)
class Context:
    """What a section works with."""

    session: Session
    queue: Drawing
    edits: PanelEdits
    packs: Packs

    def pack_of(self, panel: Panel) -> PackInfo | None:
        """Return the pack that a panel is drawn with, as far as it is known."""
        return self.packs.get(panel.settings.pack)

    def box_of(self, panel: Panel) -> Box:
        """Return what the panel's picture has to fill, in millimetres."""
        return picture_box(panel.frame, self.session.shown_page.paper)

    def size_of(self, panel: Panel) -> tuple[int, int] | None:
        """Return the pixels that are asked for; None where nothing is known of the pack."""
        return self.packs.size_of(panel, self.session.shown_page.paper)

    def canvas_of(self, panel: Panel) -> Canvas:
        """Return the proportions of a panel's picture."""
        size = self.size_of(panel)
        if size is not None:
            return (float(size[0]), float(size[1]))
        left, top, right, bottom = self.box_of(panel)
        return (right - left, bottom - top)


class Section(QWidget):
    """A part of the inspector. It fills itself only when what it shows is something else."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.session, self.edits = context.session, context.edits
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(5)
        self._shown: tuple[object, ...] | None = None

    def refresh(self) -> None:
        """Show the selected panels."""
        panel = self.edits.panel
        if panel is None:
            self._shown = None
            return
        key = (panel.id, *self.depends_on(panel), *self.edits.panels[:-1])
        if key != self._shown:
            self._shown = key
            self.fill(panel)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """Return all that this section shows."""
        raise NotImplementedError

    def fill(self, panel: Panel) -> None:
        """Show it."""
        raise NotImplementedError

    def marks(self, *checks: tuple[Callable[[bool], None], Callable[[Panel], object]]) -> None:
        """Tell fields whether the selected panels differ in them."""
        for tell, value in checks:
            tell(self.edits.differs(value))

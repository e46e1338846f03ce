"""What the tools that paint masks have in common: which mask, and its overlay over the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QTransform

from komawari.domain.panel import Panel
from komawari.ui.canvas.tools.painting import PaintTool
from komawari.ui.masks.room import Room
from komawari.ui.render.page import clip_path
from komawari.ui.render.transforms import picture_to_page

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.masks.overlay import OverlayImage
    from komawari.ui.painting.brush import Stroke
    from komawari.ui.painting.surface import Surface


class MaskTool(PaintTool):
    """Works on the selected panel's mask: of the region that is drawn anew, or of a figure's region."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._image: OverlayImage | None = None
        for changed in (self.masks.overlay_changed, self.masks.kind_changed):
            changed.connect(self.look_anew)

    @property
    def masks(self) -> Room:
        """The room of masks."""
        return cast("Room", self.room)

    def find_room(self) -> Room:
        """Return the room of masks."""
        return Room.of(self.view.session)

    def lacking(self, panel: Panel) -> str:
        """Return why the panel has no mask."""
        if self.masks.kind == "region":
            return self.tr("Nobody is in this panel. Add a figure in the inspector; then paint where it rules.")
        return self.tr("This panel has no picture yet. Draw one, or drop a file on it; then paint what is drawn anew.")

    def place_of(self, panel: Panel, surface: Surface) -> QTransform:
        """Return where the mask lies: on its picture."""
        size = (surface.width, surface.height)
        unit = QTransform.fromScale(1 / size[0], 1 / size[1])
        return unit * picture_to_page(panel, self.view.preview.page.paper, size)

    def start_stroke(self, surface: Surface, erases: bool) -> Stroke:
        """Return a stroke in grey."""
        from komawari.ui.painting.brush import Stroke

        return Stroke(surface, self.room.brush, erases)

    def stroke_name(self, erases: bool) -> str:
        """Return what undo calls it."""
        return self.tr("Erase mask") if erases else self.tr("Paint mask")

    def paint(self, painter: QPainter) -> None:
        """Paint the mask over the picture, and what of the page it belongs to."""
        place, surface, panel = self.to_page(), self.board.surface, self.panel
        if place is None or surface is None or panel is None:
            return
        if self._image is None:
            from komawari.ui.masks.overlay import OverlayImage

            self._image = OverlayImage()
        painter.save()
        # What the frame hides of the picture would only lie over other panels.
        painter.setClipPath(clip_path(panel, self.view.preview.page.paper), Qt.ClipOperation.IntersectClip)
        self._image.paint(painter, surface, self.masks.overlay, place)
        painter.restore()
        super().paint(painter)

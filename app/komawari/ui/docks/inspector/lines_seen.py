"""A panel's sketch as a controller for lines reads it: which strokes count, and which are too pale or too wide."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from animeadapter.protocol.choices import LineKind
from animeadapter.protocol.request import Size
from komawari.domain.panel import Panel
from komawari.engine_client.sketch_picture import Flattening, flattened, flattening_of
from komawari.ui.docks.inspector.section import Context

LONGEST = 512
"""Pixels of the longer side at which it is looked at."""
SHOWN = QSize(250, 120)
"""In which it is shown: it must not widen the dock."""


class LinesSeen(QLabel):
    """Shows them bright on black, off the window's thread; hidden while none are followed."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._wanted: object = None
        self.setAccessibleName(self.tr("The sketch's lines as the engine reads them"))
        self.setToolTip(
            self.tr("What the engine takes for lines, bright on black. Pale and very wide strokes are none")
        )
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.hide()

    def show_panel(self, panel: Panel) -> None:
        """Show a panel's lines, as soon as they are found."""
        kind, size = panel.sketch.lines, self._context.size_of(panel)
        how = None
        if kind is not None and size is not None:
            how = flattening_of(self._context.session.project, panel, _small(*size))
        if how is None or kind is None:
            self._wanted = None
            self.hide()
        elif (how, kind) != self._wanted:
            self._wanted = wanted = (how, kind)
            session, sha = self._context.session, how.sheet.picture.sha256
            session.later(lambda: seen(session.picture(sha), how, kind), partial(self._show, wanted), self._lost)

    def _show(self, wanted: object, image: QImage | None) -> None:
        if wanted != self._wanted:
            return
        if image is None:
            self.setText(self.tr("No lines are seen: draw with a dark, thin pen."))
        else:
            keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
            self.setPixmap(QPixmap.fromImage(image.scaled(SHOWN, keep, smooth)))
        self.show()

    def _lost(self, _error: BaseException) -> None:
        # A sketch that cannot be read is said where it is drawn with.
        self.hide()


def seen(data: bytes, how: Flattening, kind: LineKind) -> QImage | None:
    """Return the lines of a sheet's file as the engine reads them; None: there are none. Any thread may call it."""
    import cv2
    import numpy as np

    from animeadapter.protocol.line_picture import as_scribble, strokes_of, to_rgb

    found = cv2.imdecode(np.frombuffer(flattened(data, how), np.uint8), cv2.IMREAD_COLOR)
    drawing = np.asarray(found, np.uint8)[..., ::-1]
    lines = strokes_of(np.ascontiguousarray(drawing), (how.size.width, how.size.height))
    if not lines.any():
        return None
    pixels = to_rgb(as_scribble(lines) if kind == "scribble" else lines)
    height, width = pixels.shape[:2]
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def _small(width: int, height: int) -> Size:
    factor = min(1.0, LONGEST / max(width, height))
    return Size(max(1, round(width * factor)), max(1, round(height * factor)))

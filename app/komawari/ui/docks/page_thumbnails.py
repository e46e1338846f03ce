"""Small pictures of pages: painted one at a time when nothing else is to be done, and again only for other pages."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap

from komawari.domain.project import Page, Project
from komawari.ui.render.page import THUMBNAIL, page_rect, paint_page
from komawari.ui.render.pictures import SessionPictures
from komawari.ui.render.sketches import SessionSketches, Sketches
from komawari.ui.session import Session
from komawari.ui.sketch.room import SketchRoom

MOST = 300
"""Thumbnails that are held."""


@dataclass
class _Thumbnail:
    page: Page
    reading: str
    pixmap: QPixmap
    missing: frozenset[str]
    """Pictures that were still to come when it was painted."""


class PageThumbnails(QObject):
    """Pixmaps of pages, none larger than `box` points."""

    painted = Signal(str)
    """The id of a page that has a newer one."""

    def __init__(self, session: Session, box: QSize, ratio: float = 1.0, parent: QObject | None = None) -> None:
        """`ratio`: pixels for each point of the screen."""
        super().__init__(parent)
        self._session, self.box, self._ratio = session, box, ratio
        self._held: OrderedDict[str, _Thumbnail] = OrderedDict()
        self._wanted: OrderedDict[str, None] = OrderedDict()
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._paint_next)
        session.images.ready.connect(self._arrived)
        session.opened.connect(self.forget)
        SketchRoom.of(session).layer_changed.connect(self._layer_changed)
        self.paintings = 0
        """How many were painted so far."""

    def get(self, page: Page) -> QPixmap | None:
        """Return a page's thumbnail, perhaps of a moment ago; what is newer is told by `painted`."""
        held = self._held.get(page.id)
        if held is None or held.page is not page or held.reading != self._session.project.reading:
            self._want(page.id)
        return None if held is None else held.pixmap

    def size(self, page: Page) -> QSize:
        """Return how large a page's thumbnail is, in points."""
        area = page_rect(page.paper, THUMBNAIL)
        return area.size().scaled(self.box.toSizeF(), Qt.AspectRatioMode.KeepAspectRatio).toSize()

    def forget(self) -> None:
        """Let go of all of them."""
        self._held.clear()
        self._wanted.clear()

    def _want(self, page: str) -> None:
        self._wanted[page] = None
        self._timer.start()

    def _arrived(self, sha: str) -> None:
        for name, held in self._held.items():
            if sha in held.missing:
                self._want(name)

    def _paint_next(self) -> None:
        if not self._wanted:
            return
        name, _ = self._wanted.popitem(last=False)
        page = next((one for one in self._session.project.pages if one.id == name), None)
        if page is not None:
            self._paint(self._session.project, page)
            self.painted.emit(name)
        if self._wanted:
            self._timer.start()

    def _sketches(self, pictures: SessionPictures, size: QSize) -> Sketches:
        """Return sketches as the canvas shows them."""
        layer = SketchRoom.of(self._session).layer
        if not layer.shown:
            return lambda _: None
        return SessionSketches(pictures, max(size.width(), size.height()), layer.opacity)

    def _layer_changed(self) -> None:
        for name, held in self._held.items():
            if any(panel.sketch.sheet is not None for panel in held.page.panels):
                self._want(name)

    def _paint(self, project: Project, page: Page) -> None:
        area, size = page_rect(page.paper, THUMBNAIL), self.size(page) * self._ratio
        pictures = SessionPictures(self._session, max(size.width(), size.height()))
        image = QImage(size, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(size.width() / area.width(), size.height() / area.height())
        painter.translate(-area.topLeft())
        paint_page(painter, project, page, pictures, THUMBNAIL, self._sketches(pictures, size))
        painter.end()
        pixmap = QPixmap.fromImage(image)
        pixmap.setDevicePixelRatio(self._ratio)
        self._held[page.id] = _Thumbnail(page, project.reading, pixmap, frozenset(pictures.missing))
        self._held.move_to_end(page.id)
        while len(self._held) > MOST:
            self._held.popitem(last=False)
        self.paintings += 1

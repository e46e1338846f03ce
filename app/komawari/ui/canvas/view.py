"""The canvas: one page, the tool in the hand, and everything that is painted over the page on the screen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QPixmapCache
from PySide6.QtWidgets import QFrame, QWidget

from komawari.domain.geometry.polygon import Point
from komawari.domain.panel import Panel
from komawari.ui.canvas import commands
from komawari.ui.canvas.badges import Status, statuses, takes_chip
from komawari.ui.canvas.camera import Camera
from komawari.ui.canvas.drops import Drops
from komawari.ui.canvas.following import Following
from komawari.ui.canvas.input import InputView
from komawari.ui.canvas.navigation import Navigation
from komawari.ui.canvas.pictures import CanvasPictures
from komawari.ui.canvas.preview import Preview
from komawari.ui.canvas.queue_like import QueueLike
from komawari.ui.canvas.scene import PageScene
from komawari.ui.canvas.scrolling import Scrolling
from komawari.ui.canvas.steady import Steady
from komawari.ui.canvas.tools import all_tools
from komawari.ui.canvas.tools.base import Tool
from komawari.ui.canvas.tools.picture import PictureTool
from komawari.ui.counted import counted
from komawari.ui.render.dpi import effective_dpi
from komawari.ui.render.frames import qpolygon
from komawari.ui.session import Session

SETTLED = 140
"""Milliseconds after the last step of a zoom until the page is painted well."""
PAUSE = 800
"""Milliseconds after a nudge or a turn of the wheel from which the next one is an undo step of its own."""
CACHE = 128 * 1024
"""KiB for what was painted of panels, so that moving about paints nothing anew."""


class CanvasView(InputView):
    """Shows the session's page; what the hand does becomes edits of the session."""

    tool_changed = Signal(str)
    zoom_changed = Signal(float)
    """1: one pixel of print on one pixel of the device."""
    hint = Signal(str)
    """A line for the status bar: what the tool can do, or why it did not."""
    panel_clicked = Signal(str)
    """A panel was selected alone by a click, rather than by a drag or a key."""
    menu_wanted = Signal(QPoint, str)
    """A place on the screen, and the id of the panel there; empty beside all panels."""

    def __init__(self, session: Session, queue: QueueLike | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.session, self.queue = session, queue
        self.preview = Preview(session, self)
        self.pictures = CanvasPictures(session, queue)
        self.page_scene = PageScene(self.pictures, self)
        self.camera, self.navigation, self.drops = Camera(self), Navigation(self), Drops(self)
        self.scrolling, self.steady = Scrolling(self), Steady(self)
        self.statuses: dict[str, Status] = {}
        self.shows_guides, self.shows_marks = True, True
        self.tool = "select"
        self.picture_tool = PictureTool(self)
        self.tools: dict[str, Tool] = all_tools(self)
        self.commands = commands.commands(self)
        self.keys_of: Callable[[str], str] = lambda _: ""
        """Command's name → its keys as they are shown; a window that has actions says them."""
        self.own_keys = True
        """Whether the commands' keys work here by themselves; off where a window has actions with these keys."""
        self._settle = QTimer(self, singleShot=True, interval=SETTLED)
        self._settle.timeout.connect(self.settle)
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(session.end_gesture)
        self._set_up()
        self._following = Following(self)
        self.destroyed.connect(self.drops.close)
        self.show_project()

    def _set_up(self) -> None:
        QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), CACHE))
        self.setScene(self.page_scene)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.setOptimizationFlag(self.OptimizationFlag.DontSavePainterState)
        self.setViewportUpdateMode(self.ViewportUpdateMode.MinimalViewportUpdate)
        self.setAccessibleName(self.tr("Page"))
        self.camera.changed.connect(self._looked_otherwise)
        self.camera.zoom_changed.connect(self.zoom_changed)

    # What is shown.

    def show_project(self) -> None:
        """Show the session's page as it is now."""
        page = self.preview.page
        self.page_scene.show_page(self.preview.project, page)
        if page.paper != self.camera.paper:
            self.camera.look_at(page.paper)
        self.mark_anew()
        self.describe_selection()

    def mark_anew(self) -> None:
        """Find anew what the marks on the panels say."""
        self.statuses = statuses(self.session, self.queue, self.session.shown_page.panels, self.pictures.shows_sketches)
        self.word_panels()
        self.viewport().update()

    def word_panels(self) -> None:
        """Say in empty panels what to do next, but not where that is done already, nor under what the hand draws."""
        worked = self.session.selected[-1:] if self.tools[self.tool].draws_over_panel else ()
        for name, status in self.statuses.items():
            self.page_scene.word_panel(name, number=name not in worked, hint=name not in worked and not status.is_asked)

    def describe_selection(self) -> None:
        """Tell screen readers what is selected."""
        panel, numbers = self.session.panel, self.page_scene.numbers
        if panel is None or panel.id not in numbers:
            one, several = self.tr("1 panel, not selected"), self.tr("{n} panels, none selected")
            text = counted(len(numbers), one, several)
        else:
            text = self.tr("Panel {number} of {count} selected").format(number=numbers[panel.id], count=len(numbers))
        self.setAccessibleDescription(text)

    def set_guides(self, shown: bool) -> None:
        """Show or hide the lines of bleed, trim and safe area."""
        self.shows_guides = shown
        self.viewport().update()

    def set_marks(self, shown: bool) -> None:
        """Show or hide numbers and marks on the panels."""
        self.shows_marks = shown
        self.viewport().update()

    def picture_of(self, panel: Panel) -> QImage | None:
        """Return the picture that a panel shows, as sharp as the zoom needs."""
        return self.pictures.picture(panel, self.preview.page.paper, self.camera.scale * self.devicePixelRatioF())

    def picture_size(self, panel: Panel) -> tuple[int, int]:
        """Return the pixels of what a panel shows; (0, 0): nothing."""
        if self.queue is not None and (image := self.queue.preview_of(panel.id)) is not None:
            return (image.width(), image.height())
        return self.pictures.size(panel)

    def tip_of(self, panel: Panel) -> str:
        """Return what a panel's tool tip says."""
        take, status = self.session.used_take(panel), self.statuses.get(panel.id, Status())
        parts = [self.tr("Panel {number}").format(number=self.page_scene.numbers.get(panel.id, 0))]
        if take is not None:
            parts.append(self.tr("{width} × {height} px").format(width=take.width, height=take.height))
            dpi = effective_dpi(panel, take, self.session.shown_page.paper)
            parts.append(self.tr("{dpi} dpi in print").format(dpi=round(dpi)))
        if status.takes:
            parts.append(counted(status.takes, self.tr("1 take"), self.tr("{n} takes")))
        if status.stale:
            parts.append(self.tr("drawn with an older design of its character"))
        return " · ".join([*parts, *([self.tr("final")] if status.final else [])])

    # Tools.

    def set_tool(self, name: str) -> None:
        """Take another tool into the hand."""
        if name == self.tool or name not in self.tools:
            return
        covered = self.camera.covered()
        self.tools[self.tool].leave()
        self.tool = name
        self.tools[name].enter()
        if self.camera.covered() > covered:
            # When the bar goes the page stays where it is, as it is whole in view already.
            self.steady.fit_soon()
        self.tool_changed.emit(name)
        self.hint.emit(self.tools[name].greeting())
        self.update_cursor()
        self.word_panels()
        self.viewport().update()

    def end_soon(self) -> None:
        """Let steps that follow each other be one undo step, until there is a pause."""
        self._pause.start()

    def merge_selected(self) -> bool:
        """Make one panel of the two that are selected."""
        return commands.merge(self)

    # Looking.

    def fit(self) -> None:
        """Show the whole page."""
        self.camera.fit()

    def zoom_to(self, factor: float) -> None:
        """Zoom around the middle; 1 is 100 %."""
        self.camera.zoom_to(factor)

    def zoom_by(self, factor: float) -> None:
        """Zoom around the middle to so many times the present zoom."""
        self.camera.zoom_by(factor)

    def rotate_by(self, degrees: float) -> None:
        """Turn the canvas clockwise."""
        self.camera.rotate_by(degrees)

    def flip_view(self) -> None:
        """Look at the page in a mirror."""
        self.camera.flip()

    def reset_view(self) -> None:
        """Look at the whole page, upright and unmirrored."""
        self.camera.reset()

    def actual_size(self) -> None:
        """Show the page as large as on paper."""
        self.camera.actual_size()

    def show_panel(self, panel: str) -> None:
        """Move so that a panel of the page is in view."""
        item = self.page_scene.panel_item(panel)
        if item is not None:
            self.camera.show_area(qpolygon(item.shown.frame).boundingRect())

    def is_in_view(self, panel: str) -> bool:
        """Return whether anything of a panel of the page is in view."""
        item = self.page_scene.panel_item(panel)
        return item is not None and self.page_area().intersects(qpolygon(item.shown.frame).boundingRect())

    def fit_panel(self) -> None:
        """Show the selected panel as large as the view allows, or else the whole page."""
        panel = self.session.panel
        item = None if panel is None else self.page_scene.panel_item(panel.id)
        if item is None:
            self.camera.fit()
        else:
            self.camera.fit_area(qpolygon(item.shown.frame).boundingRect())

    def _looked_otherwise(self) -> None:
        self.page_scene.paint_quickly(True)
        self._settle.start()
        self.viewport().update()

    def settle(self) -> None:
        """Paint the page well, now that the zoom stays."""
        self._settle.stop()
        self.page_scene.paint_quickly(False)

    @property
    def is_unsettled(self) -> bool:
        """Whether the page will be painted better soon: the zoom has just changed, or pictures are to come."""
        return self._settle.isActive() or self.pictures.is_waiting

    # Places.

    def to_page(self, place: QPointF) -> Point:
        """Return the spot of the page (mm) at a place of the view."""
        inverse, _ = self.viewportTransform().inverted()
        spot = inverse.map(place)
        return (spot.x(), spot.y())

    def to_view(self, spot: Point) -> QPointF:
        """Return the place of the view where a spot of the page (mm) is."""
        return self.viewportTransform().map(QPointF(*spot))

    def page_area(self) -> QRectF:
        """Return all of the plane (mm) that is in view."""
        inverse, _ = self.viewportTransform().inverted()
        return inverse.mapRect(QRectF(self.viewport().rect()))

    def takes_chip_at(self, place: QPoint) -> str | None:
        """Return the panel whose number of takes is at a place of the view."""
        if not self.shows_marks:
            return None
        transform = self.viewportTransform()
        for panel in reversed(self.session.shown_page.panels):
            chip = takes_chip(transform, panel, self.statuses.get(panel.id, Status()))
            if chip.contains(QPointF(place)):
                return panel.id
        return None

    def way_of(self, event: QKeyEvent) -> Point | None:
        """Return the way (mm) that an arrow key means on the page as it lies on the screen; None for other keys.

        An arrow is 1 mm, with Shift 10 mm, with Alt 0.1 mm; on a turned page it is the nearest of its own directions.
        """
        ways = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        way = ways.get(Qt.Key(event.key()))
        if way is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return None
        shift, alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
        length = 10.0 if event.modifiers() & shift else 0.1 if event.modifiers() & alt else 1.0
        inverse, _ = self.transform().inverted()
        x, y = inverse.map(QPointF(*way)).toTuple()
        return (length if x > 0 else -length, 0.0) if abs(x) >= abs(y) else (0.0, length if y > 0 else -length)

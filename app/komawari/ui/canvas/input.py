"""Qt's events, sorted: what moves the view goes to navigation, the rest to the tool in the hand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPointingDevice,
    QResizeEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsView, QToolTip

from komawari.ui.canvas import commands
from komawari.ui.canvas.colours import pasteboard
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.surface import paint_surface
from komawari.ui.canvas.tools.base import DragTool, Tool

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

ARROWS = {
    Qt.Key.Key_Left: QPoint(40, 0),
    Qt.Key.Key_Right: QPoint(-40, 0),
    Qt.Key.Key_Up: QPoint(0, 40),
    Qt.Key.Key_Down: QPoint(0, -40),
}
"""By how many pixels the page moves when the arrows scroll."""
HELD = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta)


class InputView(QGraphicsView):
    """The half of `CanvasView` that Qt calls."""

    @property
    def _canvas(self) -> CanvasView:
        return cast("CanvasView", self)

    @property
    def _tool(self) -> Tool:
        return self._canvas.tools[self._canvas.tool]

    def pointer(self, place: QPointF, modifiers: Qt.KeyboardModifier) -> Pointer:
        """Return the hand at a place of the view."""
        canvas = self._canvas
        return Pointer(canvas.to_page(place), place.toPoint(), 1 / canvas.camera.scale, modifiers)

    def update_cursor(self, pointer: Pointer | None = None) -> None:
        """Show what the hand could do here."""
        moving = self._canvas.navigation.cursor
        self.viewport().setCursor(self._tool.cursor(pointer) if moving is None else moving)

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802 - Qt's name
        """Begin a click or a drag."""
        self._canvas.steady.feel(event.buttons())
        pointer = self.pointer(event.position(), event.modifiers())
        if not self._canvas.navigation.press(event) and event.button() == Qt.MouseButton.LeftButton:
            self._tool.press(pointer)
        self.update_cursor(pointer)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Go on with it, or hover."""
        self._canvas.steady.feel(event.buttons())
        if not self._canvas.navigation.move(event):
            pointer = self.pointer(event.position(), event.modifiers())
            self._tool.move(pointer)
            self._canvas.scrolling.follow(event.position(), event.modifiers())
            self.update_cursor(pointer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """End it."""
        self._canvas.steady.feel(event.buttons())
        self._canvas.scrolling.stop()
        pointer = self.pointer(event.position(), event.modifiers())
        if not self._canvas.navigation.release(event) and event.button() == Qt.MouseButton.LeftButton:
            self._tool.release(pointer)
        self.update_cursor(pointer)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Pass it on; a quick second press with Space held is one more press."""
        self._canvas.steady.feel(event.buttons())
        if event.button() != Qt.MouseButton.LeftButton or self._canvas.navigation.press(event):
            return
        self._tool.double_click(self.pointer(event.position(), event.modifiers()))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        """Let the tool have it, or zoom."""
        if not self._tool.wheel(event, self.pointer(event.position(), event.modifiers())):
            self._canvas.navigation.wheel(event)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        """Select what is under the hand, and ask for a menu; the menu key asks for that of the selected panel."""
        canvas, place = self._canvas, event.pos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            panel = canvas.session.panel
            name = "" if panel is None else panel.id
        elif self._tool.right_click(self.pointer(QPointF(place), event.modifiers())):
            return
        else:
            name = panel_at(canvas.session.shown_page, canvas.to_page(QPointF(place))) or ""
        if name and name not in canvas.session.selected:
            canvas.session.select(name)
        canvas.menu_wanted.emit(event.globalPos(), name)

    # Keys.

    def event(self, event: QEvent) -> bool:
        """Keep the keys that the tool claims from the window's shortcuts; they then come as key presses."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._tool.claims(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Try giving up a drag, moving the view, the tool, nudging and the commands, in this order."""
        if event.key() in HELD:
            self._modifiers(event, pressed=True)
            return
        takers = (self._give_up, self._navigate, self._to_tool, self._nudge, self._command)
        if not any(take(event) for take in takers):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Let go of Space or R; Shift, Ctrl and Alt count at once."""
        if event.key() in HELD:
            self._modifiers(event, pressed=False)
        elif self._canvas.navigation.release_key(event):
            self.update_cursor()
        else:
            event.ignore()

    def _modifiers(self, event: QKeyEvent, pressed: bool) -> None:
        """Let a drag go on with a key more or less; some platforms count the key itself, others do not."""
        own = {
            Qt.Key.Key_Shift: Qt.KeyboardModifier.ShiftModifier,
            Qt.Key.Key_Control: Qt.KeyboardModifier.ControlModifier,
            Qt.Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
        }.get(Qt.Key(event.key()), Qt.KeyboardModifier.NoModifier)
        now = event.modifiers() | own if pressed else event.modifiers() & ~own
        if isinstance(self._tool, DragTool):
            self._tool.modifiers_changed(now)
        event.ignore()

    def _give_up(self, event: QKeyEvent) -> bool:
        return event.key() == Qt.Key.Key_Escape and self._tool.cancel()

    def _navigate(self, event: QKeyEvent) -> bool:
        taken = not self._tool.is_busy and self._canvas.navigation.press_key(event)
        if taken:
            self.update_cursor()
        return taken

    def _to_tool(self, event: QKeyEvent) -> bool:
        return self._tool.press_key(event)

    def _nudge(self, event: QKeyEvent) -> bool:
        """Move what is selected by the arrows, or else the view."""
        way = self._canvas.way_of(event)
        if way is None or self._tool.is_busy:
            return False
        if not commands.nudge(self._canvas, way):
            self._canvas.camera.pan(ARROWS[Qt.Key(event.key())])
        return True

    def _command(self, event: QKeyEvent) -> bool:
        if not self._canvas.own_keys or self._tool.is_busy:
            return False
        pressed = QKeySequence(event.keyCombination())
        for command in self._canvas.commands:
            if any(QKeySequence(key) == pressed for key in command.keys):
                command.do()
                return True
        return False

    def focusNextPrevChild(self, forwards: bool) -> bool:  # noqa: N802
        """Go through the panels as they are read, and behind the last one on to the rest of the window."""
        return commands.step(self._canvas, forwards) or super().focusNextPrevChild(forwards)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Forget held keys, whose release comes elsewhere; the arrows' next nudge is an undo step of its own."""
        self._canvas.navigation.forget()
        self._canvas.steady.forget()
        self._canvas.session.end_gesture()
        super().focusOutEvent(event)

    # Everything else.

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        """Take tool tips and touchpads' gestures."""
        if isinstance(event, QNativeGestureEvent) and self._canvas.navigation.gesture(event):
            return True
        if isinstance(event, QTabletEvent) and self._pen(event):
            return True
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            self._show_tip(event.pos(), event.globalPos())
            return True
        return super().viewportEvent(event)

    def _pen(self, event: QTabletEvent) -> bool:
        """Give a pen to the tool that wants one; where this says no, Qt makes mouse events of it."""
        if not self._tool.takes_pen or self._canvas.navigation.cursor is not None:
            return False
        plain = self.pointer(event.position(), event.modifiers())
        self._canvas.steady.feel(event.buttons())
        eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
        pointer = replace(plain, pressure=min(max(event.pressure(), 0.0), 1.0), eraser=eraser)
        left = event.button() == Qt.MouseButton.LeftButton
        if event.type() == QEvent.Type.TabletMove:
            self._tool.move(pointer)
        elif left and event.type() == QEvent.Type.TabletPress:
            self._tool.press(pointer)
        elif left and event.type() == QEvent.Type.TabletRelease:
            self._tool.release(pointer)
        else:
            return False
        event.accept()
        self.update_cursor(pointer)
        return True

    def _show_tip(self, place: QPoint, on_screen: QPoint) -> None:
        canvas = self._canvas
        name = panel_at(canvas.session.shown_page, canvas.to_page(QPointF(place)))
        panel = next((one for one in canvas.session.shown_page.panels if one.id == name), None)
        QToolTip.showText(on_screen, "" if panel is None else canvas.tip_of(panel), self)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Keep a fitted page fitted, and any other where it is on the screen."""
        super().resizeEvent(event)
        self._canvas.steady.resized()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """Paint what lies around the page."""
        painter.fillRect(rect, pasteboard(self.palette()))

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:  # noqa: N802
        """Paint what lies over the page."""
        paint_surface(painter, self._canvas)

    # Drops.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take what panels can take."""
        event.setAccepted(self._canvas.drops.takes(event.mimeData()))

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Show where it would go."""
        canvas = self._canvas
        target = panel_at(canvas.session.shown_page, canvas.to_page(event.position()))
        if target != canvas.drops.target:
            canvas.drops.target = target
            self.viewport().update()
        if target is None:
            event.ignore()
        else:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:  # noqa: N802
        """Show nothing any more."""
        self._canvas.drops.target = None
        self.viewport().update()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Give it to the panel."""
        canvas = self._canvas
        canvas.drops.target = None
        canvas.drops.place = canvas.to_page(event.position())
        panel = panel_at(canvas.session.shown_page, canvas.drops.place)
        if panel is not None and canvas.drops.takes(event.mimeData()):
            canvas.drops.drop(panel, event.mimeData())
            canvas.session.select(panel)
            event.acceptProposedAction()
        self.viewport().update()

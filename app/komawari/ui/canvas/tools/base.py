"""What a tool is: it gets the hand's moves in millimetres of the page, and paints over the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter, QWheelEvent

from komawari.document.document import Edit
from komawari.ui.canvas.pointer import Pointer

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

LEAVING = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
CLICK = 4.0
"""Pixels that a pressed mouse may tremble before it drags."""


class Tool(QObject):
    """One tool. The view passes on what no navigation (pan, zoom, rotate) has taken."""

    name = ""
    key = ""
    """The key that chooses it."""
    draws_over_panel = False
    """Whether it draws over all of the selected panel, through which words in the panel would show."""
    takes_pen = False
    """Whether it wants a tablet's pressure; else a pen is a mouse to it."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.view = view

    def title(self) -> str:
        """Return its name as menus show it."""
        raise NotImplementedError

    def hint(self) -> str:
        """Return what the hand can do with it, for the status bar."""
        raise NotImplementedError

    def greeting(self) -> str:
        """Return what is said when it is taken into the hand."""
        return self.hint()

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return the cursor's shape at a place."""
        return Qt.CursorShape.ArrowCursor

    @property
    def is_busy(self) -> bool:
        """Whether something is being dragged."""
        return False

    def enter(self) -> None:
        """Become the tool in the hand."""

    def leave(self) -> None:
        """Be put away; what is being dragged is given up."""
        self.cancel()

    def press(self, pointer: Pointer) -> None:
        """Take the left button's press."""

    def move(self, pointer: Pointer) -> None:
        """Take a move, pressed or not."""

    def release(self, pointer: Pointer) -> None:
        """Take the left button's release."""

    def double_click(self, pointer: Pointer) -> None:
        """Take a double click."""

    def wheel(self, event: QWheelEvent, pointer: Pointer) -> bool:
        """Return whether the wheel was meant for the tool; else it zooms."""
        return False

    def press_key(self, event: QKeyEvent) -> bool:
        """Return whether a key was meant for the tool; Enter and Esc put it away."""
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier or event.key() not in LEAVING:
            return False
        self.view.set_tool("select")
        return True

    def claims(self, event: QKeyEvent) -> bool:
        """Return whether a key is the tool's, though the window has a shortcut of the same name."""
        return False

    def right_click(self, pointer: Pointer) -> bool:
        """Return whether the right button was meant for the tool; else the panel's menu comes."""
        return False

    def cancel(self) -> bool:
        """Give up what is being dragged; return whether there was anything."""
        return False

    def paint(self, painter: QPainter) -> None:
        """Paint over the page; the painter's units are millimetres."""


class Drag:
    """One drag from press to release. It says which edit it would be, again and again."""

    def __init__(self, view: CanvasView, start: Pointer) -> None:
        self.view, self.start = view, start

    def name(self) -> str:
        """Return the undo step's name."""
        raise NotImplementedError

    def edit_at(self, pointer: Pointer) -> Edit | None:
        """Return what it would do if it ended here; None: nothing can be said of it yet."""
        raise NotImplementedError

    def finished(self, done: bool) -> None:
        """Take note of its end; `done`: the document has changed."""

    def paint(self, painter: QPainter) -> None:
        """Paint over the page while it goes on."""


class DragTool(Tool):
    """A tool whose presses are clicks or drags."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.drag: Drag | None = None
        self._pressed: Pointer | None = None
        self._last: Pointer | None = None

    def begin(self, start: Pointer, now: Pointer) -> Drag | None:
        """Return the drag that begins where the mouse was pressed; None: there is nothing to drag."""
        raise NotImplementedError

    def click(self, pointer: Pointer) -> None:
        """Take a press and release in one place."""

    def hover(self, pointer: Pointer) -> None:
        """Take a move without a button."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being dragged, or about to be."""
        return self._pressed is not None

    def press(self, pointer: Pointer) -> None:
        """Wait whether it becomes a click or a drag."""
        self._pressed = self._last = pointer

    def move(self, pointer: Pointer) -> None:
        """Drag on."""
        self._last = pointer
        if self._pressed is None:
            self.hover(pointer)
            return
        if self.drag is None and pointer.pixels_since(self._pressed) >= CLICK:
            self.drag = self.begin(self._pressed, pointer)
        self._show(pointer)

    def modifiers_changed(self, modifiers: Qt.KeyboardModifier) -> None:
        """Shift, Ctrl or Alt was pressed or released during a drag: it counts at once."""
        if self.drag is not None and self._last is not None:
            last = self._last
            self.move(Pointer(last.page, last.view, last.pixel, modifiers))

    def _show(self, pointer: Pointer) -> None:
        if self.drag is not None:
            edit = self.drag.edit_at(pointer)
            if edit is not None:
                self.view.preview.show(edit)
            self.view.viewport().update()

    def release(self, pointer: Pointer) -> None:
        """Make the drag an edit, or the press a click."""
        pressed, drag = self._pressed, self.drag
        if pressed is None:
            return
        if drag is not None:
            self._show(pointer)
        self._pressed, self.drag = None, None
        if drag is not None:
            drag.finished(self.view.preview.commit(drag.name()))
        elif pointer.pixels_since(pressed) < CLICK:
            self.click(pointer)
        self.view.viewport().update()

    def cancel(self) -> bool:
        """Give the drag up; no undo step is left of it."""
        was = self._pressed is not None
        self._pressed, self.drag = None, None
        self.view.preview.cancel()
        self.view.viewport().update()
        return was

    def paint(self, painter: QPainter) -> None:
        """Paint the drag."""
        if self.drag is not None:
            self.drag.paint(painter)

"""The tools over the mask view: brush, eraser, lasso, click, parts by click, tokens, and the brush's own fields."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QVBoxLayout, QWidget, QWidgetAction

from komawari.domain.character import CharacterReference
from komawari.ui.characters.editor.mask_view import MaskView
from komawari.ui.characters.editor.painting import MaskPainter
from komawari.ui.characters.editor.picking import PartPicker
from komawari.ui.icons import put_icon
from komawari.ui.masks.pane import BrushFields, MaskButtons, ToolChoice, ToolRow
from komawari.ui.session import Session

PICK = "part"


class PaintBar(QWidget):
    """Tools for one mask view."""

    part_picked = Signal(str)
    """The id of a part that was clicked at."""

    def __init__(self, session: Session, view: MaskView, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._character = ""
        self._reference: CharacterReference | None = None
        self.painter = MaskPainter(session, view)
        self.picker = PartPicker(session, self)
        self.tools = ToolRow(_tools(), self)
        self.snap = QToolButton(self, autoRaise=True)
        self.snaps = QToolButton(self, autoRaise=True)
        self.brush = QToolButton(self, autoRaise=True)
        self._picking = False
        self._set_up(session)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.tools)
        for button in (self.snap, self.snaps, self.brush):
            row.addWidget(button)
        row.addStretch(1)
        view.installEventFilter(self)

    def _set_up(self, session: Session) -> None:
        self._dress(self.snap, "grid", self.tr("Snap the mask to the encoder's tokens now"))
        self._dress(self.snaps, "guides", self.tr("Let every stroke snap to whole tokens"))
        self.snaps.setCheckable(True)
        self._dress(self.brush, "settings", self.tr("Brush, and what changes the mask as a whole"))
        self.brush.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu, content = QMenu(self.brush), QWidget()
        column = QVBoxLayout(content)
        self.fields, self.buttons = BrushFields(self.painter.room, content), MaskButtons(content)
        column.addWidget(self.buttons)
        column.addWidget(self.fields)
        action = QWidgetAction(menu)
        action.setDefaultWidget(content)
        menu.addAction(action)
        self.brush.setMenu(menu)
        self.tools.chosen.connect(self._choose)
        self.painter.tool_changed.connect(lambda _: self._show())
        self.picker.picked.connect(self.part_picked)
        self.buttons.asked.connect(self.painter.change)
        self.snap.clicked.connect(lambda: self.painter.snap())
        self.snaps.toggled.connect(self._set_snaps)
        session.opened.connect(lambda: self.show_reference("", None))
        self._show()

    def _dress(self, button: QToolButton, icon: str, tip: str) -> None:
        put_icon(button, icon)
        button.setToolTip(tip)
        button.setAccessibleName(tip)

    def _set_snaps(self, on: bool) -> None:
        self.painter.snaps = on

    def show_reference(self, character: str, reference: CharacterReference | None) -> None:
        """Paint and click in another reference."""
        self._character, self._reference = character, reference
        self.tools.setEnabled(reference is not None)

    def _choose(self, tool: str) -> None:
        self._picking = tool == PICK and not self._picking
        self.painter.choose("" if tool == PICK else tool)
        if self._picking:
            self._view.setCursor(Qt.CursorShape.PointingHandCursor)
        self._show()

    def _show(self) -> None:
        self.tools.show_chosen(PICK if self._picking else self.painter.tool)
        for button in (self.snap, self.snaps, self.brush):
            button.setEnabled(bool(self.painter.tool))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Take clicks while parts are picked."""
        pressed = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonPress
        if self._picking and pressed and isinstance(event, QMouseEvent) and self._pick(event.position()):
            return True
        return super().eventFilter(watched, event)

    def _pick(self, place: QPointF) -> bool:
        shown = self._view.place()
        if self._reference is None or not shown.contains(place):
            return False
        share = ((place.x() - shown.left()) / shown.width(), (place.y() - shown.top()) / shown.height())
        self.picker.pick(self._character, self._reference, share)
        return True


def _tools() -> tuple[ToolChoice, ...]:
    tr = partial(QCoreApplication.translate, "PaintBar")
    return (
        ToolChoice("brush", "brush", tr("Paint the mask"), tr("Alt erases; [ and ] or the wheel: size")),
        ToolChoice("eraser", "eraser", tr("Erase the mask"), ""),
        ToolChoice("lasso", "lasso", tr("Lasso"), tr("Shift+drag: rectangle; Alt takes away")),
        ToolChoice("click", "click", tr("Select by click"), tr("Shift: this too; Alt: not this; drag: a box")),
        ToolChoice(PICK, "select", tr("Part by click"), tr("Click the hair, the face, a sleeve: it becomes a part")),
    )

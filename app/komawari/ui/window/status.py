"""The status bar: what the tool does or what just happened, the page, the zoom, the engine."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QStatusBar, QToolButton, QWidget

from komawari.ui.canvas.view import CanvasView
from komawari.ui.dialogs.paper_form import paper_line
from komawari.ui.elided import ElidedLabel
from komawari.ui.icons import put_icon
from komawari.ui.session import Session
from komawari.ui.window.actions import Actions

ZOOMS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
SAID_FOR = 6000
"""Milliseconds for which a message stays."""


class ZoomControl(QWidget):
    """Out, the present zoom with a menu of others, in."""

    def __init__(self, canvas: CanvasView, actions: Actions) -> None:
        super().__init__()
        self._canvas = canvas
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.factor = QToolButton(self, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        self.factor.setMinimumWidth(self.factor.fontMetrics().horizontalAdvance("1000 %") + 28)
        self.factor.setToolTip(self.tr("Zoom; 100 %: one pixel of print on one pixel of the screen"))
        self.factor.setMenu(self._made_menu(actions))
        for name in ("view.out", "", "view.in"):
            row.addWidget(self._button(actions, name) if name else self.factor)
        canvas.zoom_changed.connect(self.show_zoom)
        self.show_zoom(canvas.camera.zoom)

    def _button(self, actions: Actions, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setDefaultAction(actions[name])
        button.setIconSize(QSize(16, 16))
        return button

    def _made_menu(self, actions: Actions) -> QMenu:
        menu = QMenu(self)
        for name in ("view.fit", "view.actual"):
            menu.addAction(actions[name])
        menu.addSeparator()
        for zoom in reversed(ZOOMS):
            menu.addAction(f"{zoom * 100:g} %", lambda zoom=zoom: self._canvas.zoom_to(zoom))  # type: ignore[misc]
        return menu

    def show_zoom(self, zoom: float) -> None:
        """Show a factor."""
        percent = zoom * 100
        self.factor.setText(f"{percent:.1f} %" if percent < 9.95 else f"{percent:.0f} %")
        self.factor.setAccessibleName(self.tr("Zoom {percent} percent").format(percent=round(percent)))


class StatusBar(QStatusBar):
    """Built of the parts that are always there."""

    def __init__(self, session: Session, canvas: CanvasView, actions: Actions, engine: QWidget) -> None:
        super().__init__()
        self._session = session
        self.hint = ElidedLabel(self)
        self.hint.setProperty("dim", True)
        self.hint.setContentsMargins(8, 0, 0, 0)
        self.saving = QProgressBar(self, minimum=0, maximum=0, textVisible=False)
        self.saving.setFixedSize(72, 10)
        self.saving.setAccessibleName(self.tr("Saving"))
        self.saving.setToolTip(self.tr("Saving"))
        self.saving.hide()
        self.page = QToolButton(self)
        self.page.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.page.setIconSize(QSize(16, 16))
        put_icon(self.page, "paper")
        self.page.setToolTip(self.tr("Paper of this page. Click to change it."))
        self.page.clicked.connect(lambda: actions["page.paper"].trigger())
        self.zoom = ZoomControl(canvas, actions)
        self.addWidget(self.hint, 1)
        for widget in (self.saving, self.page, self.zoom, engine):
            self.addPermanentWidget(widget)
        session.message.connect(lambda line: self.showMessage(line, SAID_FOR))
        self._told = ""
        session.told.connect(self._tell)
        session.history_changed.connect(self._forget_told)
        for signal in (session.page_changed, session.project_changed, session.opened):
            signal.connect(self._show_page)
        canvas.hint.connect(self._show_hint)
        canvas.tool_changed.connect(lambda name: self._show_hint(canvas.tools[name].hint()))
        self._show_hint(canvas.tools[canvas.tool].hint())
        self._show_page()

    def _tell(self, line: str) -> None:
        self._told = line
        self.showMessage(line, SAID_FOR)

    def _forget_told(self) -> None:
        if self._told and self.currentMessage() == self._told:
            self.clearMessage()
        self._told = ""

    def _show_hint(self, line: str) -> None:
        self.hint.setText(line)

    def _show_page(self, *_: object) -> None:
        pages, page = self._session.project.pages, self._session.shown_page
        number = pages.index(page) + 1
        line = self.tr("Page {number}/{count} · {paper}")
        self.page.setText(line.format(number=number, count=len(pages), paper=paper_line(page.paper)))
        self.page.setAccessibleName(self.page.text())

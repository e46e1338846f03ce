"""What to do next, on a page without panels: layouts to begin with, and the first character."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from komawari.ui.dialogs.templates import apply_template, sketch, templates
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

OFFERED = ("splash", "three-rows", "grid-4", "wide-top", "manga-5", "slanted-4")
BOX = QSize(52, 68)
MARGIN = 24


class WelcomeCard(QFrame):
    """Lies over the canvas, at its lower edge, while the shown page is empty; it can be put away."""

    def __init__(
        self,
        session: Session,
        over: QWidget,
        more: Callable[[], object],
        draw: Callable[[], object],
        character: Callable[[], object],
    ) -> None:
        """`more` shows all templates, `draw` chooses the tool that draws panels, `character` makes a character."""
        super().__init__(over)
        self._session, self._over, self._put_away = session, over, False
        self._acts = {"templates": more, "panel": draw, "character-add": character}
        self.setProperty("card", True)
        self.setAccessibleName(self.tr("What to do next"))
        self.offers: list[QToolButton] = []
        """Buttons that apply a layout."""
        self._row = QHBoxLayout()
        self._row.setSpacing(6)
        self._lay_out()
        over.installEventFilter(self)
        for signal in (session.page_changed, session.project_changed, session.opened):
            signal.connect(self.follow)
        self._sketched: object = None
        self.follow()

    def _lay_out(self) -> None:
        title = QLabel(self.tr("Begin with a layout"), self)
        title.setProperty("heading", True)
        self._close = QToolButton(self, autoRaise=True)
        put_icon(self._close, "close")
        self._close.setToolTip(self.tr("Put away"))
        self._close.setAccessibleName(self.tr("Put away"))
        self._close.clicked.connect(self.put_away)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self._close)
        steps = QHBoxLayout()
        for name, text in self._texts().items():
            steps.addWidget(self._step(name, text))
        steps.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 12, 12, 14)
        column.addLayout(head)
        column.addLayout(self._row)
        column.addLayout(steps)

    def _texts(self) -> dict[str, str]:
        return {
            "templates": self.tr("All templates…"),
            "panel": self.tr("Draw a panel"),
            "character-add": self.tr("New character from a picture…"),
        }

    def _step(self, name: str, text: str) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setText(text)
        put_icon(button, name)
        button.clicked.connect(lambda: self._acts[name]())
        return button

    def _sketch(self) -> None:
        """Show the offered layouts as they would be on this page."""
        project, page = self._session.project, self._session.shown_page
        drawn_for = (page.paper, project.gutters, project.reading)
        if drawn_for == self._sketched:
            return
        self._sketched = drawn_for
        for old in self.offers:
            old.deleteLater()
        while self._row.takeAt(0) is not None:
            continue
        self.offers = []
        for template in templates():
            if template.name in OFFERED:
                button = QToolButton(self, autoRaise=True)
                button.setIcon(QIcon(sketch(template, *drawn_for, box=BOX)))
                button.setIconSize(BOX)
                button.setToolTip(self.tr(template.title))
                button.setAccessibleName(self.tr("Template {title}").format(title=self.tr(template.title)))
                button.clicked.connect(partial(apply_template, self._session, template))
                self._row.addWidget(button)
                self.offers.append(button)
        self._row.addStretch()

    def put_away(self) -> None:
        """Do not show it again, for this project."""
        self._put_away = True
        self.hide()

    def follow(self, *_: object) -> None:
        """Show it where the page is empty, and there alone."""
        wanted = not self._put_away and not self._session.shown_page.panels
        if wanted:
            self._sketch()
            self._place()
        self.setVisible(wanted)

    def _place(self) -> None:
        over = self._over
        self.adjustSize()
        left = max(MARGIN, (over.width() - self.width()) // 2)
        self.move(left, max(MARGIN, over.height() - self.height() - MARGIN))
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Stay in the middle when the canvas grows."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return False

"""Page templates with thumbnails of what they would look like on the present page."""

from __future__ import annotations

from functools import cache, partial

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListView,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

import komawari_resources
from komawari.domain.base import DomainError, new_id
from komawari.domain.edits.panels import apply_frames
from komawari.domain.paper import Paper
from komawari.domain.project import Gutters, Reading
from komawari.domain.templates import Template, frames, read_templates
from komawari.ui.session import Session

BOX = QSize(84, 104)
NAME = Qt.ItemDataRole.UserRole


@cache
def templates() -> tuple[Template, ...]:
    """Return the templates that ship with Komawari."""
    return read_templates(komawari_resources.path("templates", "pages.json").read_bytes())


def apply_template(session: Session, template: Template) -> bool:
    """Lay the shown page out by a template; return whether that was possible."""
    project, page = session.project, session.shown_page
    try:
        laid = frames(template, page.paper, project.gutters, project.reading)
    except DomainError as error:
        session.message.emit(str(error))
        return False
    name = session.tr("Template {title}").format(title=template.title)
    return session.edit(name, partial(apply_frames, page=page.id, frames=laid, make_id=new_id))


def sketch(template: Template, paper: Paper, gutters: Gutters, reading: Reading, box: QSize = BOX) -> QPixmap:
    """Return a small picture of a page in that template; an empty page where the paper is too small for it."""
    size = QSize(round(paper.width * 10), round(paper.height * 10)).scaled(box, Qt.AspectRatioMode.KeepAspectRatio)
    pixmap = QPixmap(size * 2)
    pixmap.fill(QColor("white"))
    scale = pixmap.width() / paper.width
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor("#303030"), 3))
    painter.setBrush(QColor("#dfe7ea"))
    try:
        laid = frames(template, paper, gutters, reading)
    except DomainError:
        laid = []
    for frame in laid:
        painter.drawPolygon(QPolygonF([QPointF(x * scale, y * scale) for x, y in frame]))
    painter.setPen(QPen(QColor("#9a9a9a"), 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(pixmap.rect().adjusted(0, 0, -1, -1))
    painter.end()
    pixmap.setDevicePixelRatio(2)
    return pixmap


class TemplatesDialog(QDialog):
    """Shows all templates; a click applies one to the shown page, and the dialog stays for another try."""

    applied = Signal(str)
    """The template's name."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWindowTitle(self.tr("Page templates"))
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.tr("Templates"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(BOX)
        self.list.setGridSize(BOX + QSize(44, 44))
        self.list.setWordWrap(True)
        hint = QLabel(self.tr("Panels keep their pictures in reading order. Undo brings the former layout back."), self)
        hint.setProperty("dim", True)
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close, self)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (self.list, hint, buttons):
            column.addWidget(widget)
        self.resize(700, 560)
        self._fill()
        self.list.itemClicked.connect(self._apply)
        self.list.itemActivated.connect(self._apply)
        session.page_changed.connect(self._fill)
        session.opened.connect(self._fill)

    def _fill(self, *_: object) -> None:
        project, page = self._session.project, self._session.shown_page
        self.list.clear()
        for template in templates():
            picture = sketch(template, page.paper, project.gutters, project.reading)
            item = QListWidgetItem(QIcon(picture), self.tr(template.title), self.list)
            item.setData(NAME, template.name)
            item.setToolTip(self.tr(template.title))

    def _apply(self, item: QListWidgetItem) -> None:
        template = next(one for one in templates() if one.name == item.data(NAME))
        if apply_template(self._session, template):
            self.applied.emit(template.name)

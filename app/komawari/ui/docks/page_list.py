"""The list of pages: a model over the project, and how one page is drawn in the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import (
    QAbstractListModel,
    QByteArray,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from komawari.domain.edits import pages
from komawari.domain.project import Page, Project
from komawari.ui.counted import counted
from komawari.ui.dialogs.paper_form import paper_line
from komawari.ui.docks.page_thumbnails import PageThumbnails
from komawari.ui.session import Session
from komawari.ui.theme import colours

Index = QModelIndex | QPersistentModelIndex
MIME = "application/x-komawari-page"
PAGE = Qt.ItemDataRole.UserRole
MARGIN = 8
LABEL = 20


class PageListModel(QAbstractListModel):
    """The project's pages in their order."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._pages: tuple[Page, ...] = session.project.pages
        session.opened.connect(self._reset)
        session.project_changed.connect(self._changed)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802 - Qt's name
        return 0 if parent.isValid() else len(self._pages)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        page, number = self._pages[index.row()], index.row() + 1
        if role == PAGE:
            return page
        if role == Qt.ItemDataRole.DisplayRole:
            return str(number)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.tr("Page {number}, {panels}").format(number=number, panels=self._panels(page))
        if role == Qt.ItemDataRole.ToolTipRole:
            line = self.tr("Page {number}: {panels}\n{paper}")
            return line.format(number=number, panels=self._panels(page), paper=paper_line(page.paper))
        return None

    def _panels(self, page: Page) -> str:
        return counted(len(page.panels), self.tr("1 panel"), self.tr("{n} panels"))

    def row(self, page: str) -> int:
        """Return where a page is; -1: nowhere."""
        return next((row for row, one in enumerate(self._pages) if one.id == page), -1)

    def page(self, row: int) -> Page:
        """Return the page of a row."""
        return self._pages[row]

    def _reset(self) -> None:
        self.beginResetModel()
        self._pages = self._session.project.pages
        self.endResetModel()

    def _changed(self, before: Project, after: Project) -> None:
        old, new = self._pages, after.pages
        if [page.id for page in old] != [page.id for page in new]:
            self._reset()
            return
        self._pages = new
        reads_otherwise = before.reading != after.reading
        for row, (was, now) in enumerate(zip(old, new)):
            if was is not now or reads_otherwise:
                self.dataChanged.emit(self.index(row), self.index(row))

    # Dragging.

    def flags(self, index: Index) -> Qt.ItemFlag:
        usual = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return usual | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else usual | Qt.ItemFlag.ItemIsDropEnabled

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        data = QMimeData()
        data.setData(MIME, QByteArray(self._pages[indexes[0].row()].id.encode()))
        return data

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: Index
    ) -> bool:
        """Move a page of this project; the list itself must not remove the row it came from, so this says no."""
        page = bytes(data.data(MIME).data()).decode("ascii", "replace")
        old = self.row(page)
        if old >= 0:
            to = len(self._pages) if row < 0 else row
            edit = partial(pages.move_page, page=page, to=to - (to > old))
            self._session.edit(self.tr("Move page"), edit)
        return False


class PageDelegate(QStyledItemDelegate):
    """Draws a page's thumbnail with its number below."""

    def __init__(self, session: Session, thumbnails: PageThumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._thumbnails = session, thumbnails

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802 - Qt's name
        """Share the list's width among as many columns as there is room for."""
        width, view = self._thumbnails.box.width() + 2 * MARGIN, option.widget
        room = view.viewport().width() if isinstance(view, QListView) else width
        height = self._thumbnails.size(index.data(PAGE)).height()
        return QSize(max(width, room // max(1, room // width) - 1), height + 2 * MARGIN + LABEL)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        page, c = index.data(PAGE), colours()
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        shown = page.id == self._session.page
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(c.accent))
            painter.drawRoundedRect(area.adjusted(2, 2, -2, -2), 5, 5)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(c.focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(area.adjusted(2, 2, -2, -2), 5, 5)
        self._paint_page(painter, area, page)
        painter.setPen(QColor(c.accent_text if shown else c.text))
        label = QRect(area.left(), area.bottom() - LABEL - 1, area.width(), LABEL)
        painter.drawText(label, Qt.AlignmentFlag.AlignCenter, str(index.data()))
        painter.restore()

    def _paint_page(self, painter: QPainter, area: QRect, page: Page) -> None:
        size = self._thumbnails.size(page)
        corner = QPoint(area.center().x() - size.width() // 2, area.top() + MARGIN)
        pixmap = self._thumbnails.get(page)
        if pixmap is None:
            painter.fillRect(QRect(corner, size), QColor("white"))
        else:
            painter.drawPixmap(QRect(corner, size), pixmap)
        painter.setPen(QPen(QColor(colours().strong_line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRect(corner, size).adjusted(-1, -1, 0, 0))

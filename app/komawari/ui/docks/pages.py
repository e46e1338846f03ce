"""The pages dock: all pages as thumbnails, to be shown, moved, duplicated, added and removed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QMenu,
    QStyle,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.base import new_id
from komawari.domain.edits import pages
from komawari.ui.counted import counted
from komawari.ui.docks.page_list import MARGIN, PageDelegate, PageListModel
from komawari.ui.docks.page_thumbnails import PageThumbnails
from komawari.ui.icons import icon, put_icon
from komawari.ui.session import Session

BOX = QSize(132, 168)
"""The largest thumbnail, in points."""


class PagesDock(QWidget):
    """Lists the session's pages. `queue` is what all docks get; this one needs nothing of it."""

    def __init__(self, session: Session, queue: object = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.thumbnails = PageThumbnails(session, BOX, self.devicePixelRatioF(), self)
        self.model = PageListModel(session, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setItemDelegate(PageDelegate(session, self.thumbnails, self.list))
        self._set_up_list()
        self._lay_out()
        session.page_changed.connect(self._follow)
        session.takes_changed.connect(self._takes_changed)
        self.thumbnails.painted.connect(self._repaint)
        self.model.modelReset.connect(self._follow)
        self._follow()

    def title(self) -> str:
        """Return the dock's title."""
        return self.tr("Pages")

    def _set_up_list(self) -> None:
        view = self.list
        view.setAccessibleName(self.tr("Pages"))
        # Thumbnails never shrink, and half of one is of no use.
        bar = view.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, view)
        view.setMinimumWidth(BOX.width() + 2 * MARGIN + bar + 2 * view.frameWidth())
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setViewMode(QListView.ViewMode.IconMode)
        view.setFlow(QListView.Flow.LeftToRight)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Snap)
        view.setWrapping(True)
        view.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        view.setDefaultDropAction(Qt.DropAction.MoveAction)
        view.setDragEnabled(True)
        view.setAcceptDrops(True)
        view.setDropIndicatorShown(True)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.selectionModel().currentChanged.connect(lambda now, _: self._show(now.row()))
        view.installEventFilter(self)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2)
        for name, text, act in self._commands():
            row.addWidget(self._button(name, text, act))
        row.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(self.list)
        column.addLayout(row)

    def _commands(self) -> list[tuple[str, str, Callable[[], object]]]:
        return [
            ("page-add", self.tr("Add page"), self.add),
            ("page-copy", self.tr("Duplicate page"), self.duplicate),
            ("up", self.tr("Move page earlier"), partial(self.shift, -1)),
            ("down", self.tr("Move page later"), partial(self.shift, 1)),
            ("page-remove", self.tr("Remove page"), self.remove),
        ]

    def _button(self, name: str, text: str, act: Callable[[], object]) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        put_icon(button, name)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(lambda: act())
        return button

    # What can be done with the shown page.

    @property
    def _index(self) -> int:
        return self.model.row(self._session.page)

    def add(self) -> None:
        """Add a page behind the shown one, and show it."""
        page = new_id()
        if self._session.edit(self.tr("Add page"), partial(pages.add_page, page=page, at=self._index + 1)):
            self._session.show_page(page)

    def duplicate(self) -> None:
        """Put a copy behind the shown page, and show it."""
        edit = partial(pages.duplicate_page, page=self._session.page, make_id=new_id)
        if self._session.edit(self.tr("Duplicate page"), edit):
            self._session.show_page(self._session.project.pages[self._index + 1].id)

    def remove(self) -> None:
        """Remove the shown page; the one that takes its place is shown."""
        number, count = self._index + 1, len(self._session.shown_page.panels)
        if self._session.edit(self.tr("Remove page"), partial(pages.remove_page, page=self._session.page)):
            one, many = self.tr("Page {page} with its panel"), self.tr("Page {page} with its {n} panels")
            what = counted(count, one, many) if count else self.tr("Page {page}, which was empty,")
            line = self.tr("{what} is removed. Undo brings it back.")
            self._session.told.emit(line.format(what=what.format(page=number)))

    def shift(self, by: int) -> None:
        """Move the shown page in the order of pages."""
        to = self._index + by
        if 0 <= to < self.model.rowCount():
            self._session.edit(self.tr("Move page"), partial(pages.move_page, page=self._session.page, to=to))

    # Views.

    def _show(self, row: int) -> None:
        if 0 <= row < self.model.rowCount():
            self._session.show_page(self.model.page(row).id)

    def _follow(self, *_: object) -> None:
        index = self.model.index(max(self._index, 0))
        if self.list.currentIndex() != index:
            self.list.setCurrentIndex(index)
        self.list.scrollTo(index)
        self.list.viewport().update()

    def _repaint(self, page: str) -> None:
        row = self.model.row(page)
        if row >= 0:
            self.list.update(self.model.index(row))

    def _takes_changed(self, panel: str) -> None:
        self.list.viewport().update()

    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            self.list.setCurrentIndex(index)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for name, text, act in self._commands():
            menu.addAction(icon(name), text, act)
        menu.popup(self.list.viewport().mapToGlobal(at))

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Keep Delete and Ctrl+D from the window's panels while the pages have the focus; Alt and arrows move."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress) or watched is not self.list:
            return False
        assert isinstance(event, QKeyEvent)
        act = self._key_act(event)
        if act is None:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            act()
        return True

    def _key_act(self, event: QKeyEvent) -> Callable[[], object] | None:
        if event.matches(QKeySequence.StandardKey.Delete):
            return self.remove
        ctrl, alt = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
        keys: dict[tuple[object, int], Callable[[], object]] = {
            (ctrl, Qt.Key.Key_D): self.duplicate,
            (alt, Qt.Key.Key_Up): partial(self.shift, -1), (alt, Qt.Key.Key_Left): partial(self.shift, -1),
            (alt, Qt.Key.Key_Down): partial(self.shift, 1), (alt, Qt.Key.Key_Right): partial(self.shift, 1),
        }  # fmt: skip
        return keys.get((event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier, event.key()))

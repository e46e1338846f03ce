"""The dock of the queue: what is drawn, what waits, and what could not be drawn."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDropEvent, QImage, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.project import panels_of
from komawari.storage.errors import StorageError
from komawari.ui.docks.drawing import Drawing, QueueEntry
from komawari.ui.docks.empty import EmptyState
from komawari.ui.docks.queue_rows import EntryRow, FailedRow
from komawari.ui.keys import own_keys
from komawari.ui.queue.making import title_of
from komawari.ui.session import Session

KEY = Qt.ItemDataRole.UserRole
THUMB = 128
_CHOSEN = """
QListWidget::item { border-left: 3px solid transparent; }
QListWidget::item:selected { background: palette(alternate-base); border-left-color: palette(highlight); }
"""
"""Rows keep their colours when they are chosen."""


class QueueList(QListWidget):
    """Rows that can be dragged to other places; the queue decides, and the list follows."""

    moved = Signal(str, int)
    """An entry, and the index that it is to have."""
    deleted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setStyleSheet(_CHOSEN)
        own_keys(self, "Delete", "Alt+Up", "Alt+Down")
        self.setAccessibleName(self.tr("Queue"))
        self.setToolTip(self.tr("Drag panels to change their order, or use Alt with the arrow keys; Delete cancels"))

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Ask for the new order; the rows themselves are not moved here."""
        if event.source() is self and self.currentItem() is not None:
            self._ask(self.currentRow(), self._target(event.position().toPoint()))
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Alt and arrows move the row, Delete cancels it."""
        row, step = self.currentRow(), {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier and row >= 0:
            if 0 <= row + step < self.count():
                self.moved.emit(self.item(row).data(KEY), row + step)
        elif event.key() == Qt.Key.Key_Delete and row >= 0:
            self.deleted.emit(self.item(row).data(KEY))
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Messages that wrap need other heights."""
        super().resizeEvent(event)
        self.fit_rows()

    def fit_rows(self) -> None:
        """Give every row the height that it needs at this width."""
        for index in range(self.count()):
            item, row = self.item(index), self.itemWidget(self.item(index))
            if row is not None:
                width = self.viewport().width()
                height = row.heightForWidth(width) if row.hasHeightForWidth() else row.sizeHint().height()
                item.setSizeHint(QSize(0, max(height, 50)))

    def _target(self, at: QPoint) -> int:
        """Return before which row something was dropped."""
        item = self.itemAt(at)
        if item is None:
            return self.count()
        return self.row(item) + (at.y() > self.visualItemRect(item).center().y())

    def _ask(self, row: int, before: int) -> None:
        to = before - (before > row)
        if to != row:
            self.moved.emit(self.item(row).data(KEY), to)


class QueueDock(QWidget):
    """Shows the queue, and lets one change it."""

    def __init__(self, session: Session, queue: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue = session, queue
        self._failures: dict[str, tuple[str, str]] = {}
        self.list = QueueList()
        self._lay_out()
        self._connect()
        self.refresh()

    def title(self) -> str:
        """Return what the dock is called."""
        return self.tr("Queue")

    @property
    def rows(self) -> list[EntryRow | FailedRow]:
        """The rows as they are shown."""
        shown = (self.list.itemWidget(self.list.item(index)) for index in range(self.list.count()))
        return [row for row in shown if isinstance(row, EntryRow | FailedRow)]

    def refresh(self) -> None:
        """Show the queue as it is; rows that remain are kept."""
        entries = self._queue.entries
        for entry in entries:
            self._failures.pop(entry.panel, None)
        keys = [entry.id for entry in entries] + list(self._failures)
        if keys != [self.list.item(index).data(KEY) for index in range(self.list.count())]:
            self._rebuild(entries)
        place = 0
        for row, entry in zip(self.rows, entries):
            if isinstance(row, EntryRow):
                row.show_entry(entry, place)
                row.show_image(self._image(entry.panel))
                place += entry.state == "waiting"
        self._say(entries)

    def _rebuild(self, entries: tuple[QueueEntry, ...]) -> None:
        current = self.list.currentItem().data(KEY) if self.list.currentItem() else None
        self.list.clear()
        for entry in entries:
            row = EntryRow(entry)
            row.cancelled.connect(self._queue.cancel)
            row.to_front.connect(self._queue.to_front)
            self._add(entry.id, row, movable=True)
        for panel, (title, message) in self._failures.items():
            failed = FailedRow(panel, title, message)
            failed.retried.connect(self._retry)
            failed.dismissed.connect(self._dismiss)
            self._add(panel, failed, movable=False)
        for index in range(self.list.count()):
            if self.list.item(index).data(KEY) == current:
                self.list.setCurrentRow(index)
        self.list.fit_rows()

    def _add(self, key: str, row: EntryRow | FailedRow, movable: bool) -> None:
        item = QListWidgetItem()
        item.setData(KEY, key)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{row.title.text()}: {row.line.text()}")
        if not movable:
            item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsDragEnabled)
        item.setSizeHint(QSize(0, 50))
        self.list.addItem(item)
        self.list.setItemWidget(item, row)

    def _say(self, entries: tuple[QueueEntry, ...]) -> None:
        waiting = sum(entry.state == "waiting" for entry in entries)
        drawing = len(entries) - waiting
        parts = [self.tr("{0} being drawn").format(drawing)] if drawing else []
        parts += [self.tr("{0} waiting").format(waiting)] if waiting else []
        parts += [self.tr("{0} failed").format(len(self._failures))] if self._failures else []
        self.state.setText(", ".join(parts))
        self.cancel_all.setEnabled(bool(entries))
        self._stack.setCurrentIndex(1 if self.list.count() else 0)

    def _image(self, panel: str) -> QImage | None:
        """Return what a panel looks like: the preview, or else its take in use."""
        preview = self._queue.preview_of(panel)
        if preview is not None:
            return preview
        found = next((one for _, one in panels_of(self._session.project) if one.id == panel), None)
        try:
            take = None if found is None else self._session.used_take(found)
        except StorageError:
            # The picture is an aside here; where it is the matter, the trouble is told.
            return None
        return None if take is None else self._session.images.get(take.picture.sha256, THUMB)

    # Layout and listening.

    def _lay_out(self) -> None:
        self.state = QLabel(self)
        self.state.setProperty("dim", True)
        self.state.setWordWrap(True)
        self.state.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.stale = QPushButton(self.tr("Draw stale panels"), self)
        self.stale.setToolTip(self.tr("Queue all panels whose characters have changed; their takes in use stay"))
        self.cancel_all = QPushButton(self.tr("Cancel all"), self)
        self.cancel_all.setToolTip(self.tr("Stop drawing and empty the queue"))
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 6, 2)
        bar.addWidget(self.state, 1)
        bar.addWidget(self.stale)
        bar.addWidget(self.cancel_all)
        empty = EmptyState(
            "queue",
            self.tr("Nothing is waiting"),
            self.tr("Select panels and press Generate; they are drawn one after another while you go on."),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(empty)
        self._stack.addWidget(self.list)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        session, queue = self._session, self._queue
        queue.changed.connect(self.refresh)
        queue.preview.connect(lambda *_: self._show_images())
        queue.failed.connect(self._failed)
        session.images.ready.connect(lambda _: self._show_images())
        session.opened.connect(self._opened)
        session.project_changed.connect(lambda *_: self._forget_lost())
        self.stale.clicked.connect(lambda: queue.add_stale())
        self.cancel_all.clicked.connect(lambda: queue.cancel_all())
        self.list.moved.connect(self._move)
        self.list.deleted.connect(self._delete)
        self.list.itemDoubleClicked.connect(self._reveal)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Draw the rows anew in another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_stack"):
            self.list.clear()
            self.refresh()

    def _show_images(self) -> None:
        for row in self.rows:
            if isinstance(row, EntryRow):
                row.show_image(self._image(row.entry.panel))

    def _failed(self, panel: str, message: str) -> None:
        there = any(one.id == panel for _, one in panels_of(self._session.project))
        title = title_of(self._session.project, panel) if there else self.tr("A panel that is no more")
        self._failures[panel] = (title, message)
        self.refresh()

    def _retry(self, panel: str) -> None:
        if self._queue.add(panel) is not None:
            self._dismiss(panel)

    def _dismiss(self, panel: str) -> None:
        self._failures.pop(panel, None)
        self.refresh()

    def _forget_lost(self) -> None:
        """A panel that was removed cannot be tried again."""
        there = {panel.id for _, panel in panels_of(self._session.project)} if self._failures else set()
        if lost := [panel for panel in self._failures if panel not in there]:
            for panel in lost:
                del self._failures[panel]
            self.refresh()

    def _opened(self) -> None:
        self._failures.clear()
        self.refresh()

    def _move(self, key: str, to: int) -> None:
        if key not in self._failures:
            self._queue.move(key, min(to, len(self._queue.entries) - 1))

    def _delete(self, key: str) -> None:
        if key in self._failures:
            self._dismiss(key)
        else:
            self._queue.cancel(key)

    def _reveal(self, item: QListWidgetItem) -> None:
        row = self.list.itemWidget(item)
        self._session.reveal(row.entry.panel if isinstance(row, EntryRow) else item.data(KEY))

"""Takes by panel, the largest first; a panel's takes are read when it is unfolded."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QDateTime, QLocale, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent, QPixmap
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QWidget

from komawari.domain.takes import Take
from komawari.storage.takes import PanelUsage, TakeUsage
from komawari.ui.dialogs.sizes import data_size
from komawari.ui.session import Session

NAME, TAKES, SIZE, TRASH = range(4)
ID = Qt.ItemDataRole.UserRole
THUMBNAIL = 48
ROOM = 4
"""Pixels above and below a panel's name."""


class _Item(QTreeWidgetItem):
    """A row that is sorted by its numbers, where it has any."""

    def __lt__(self, other: QTreeWidgetItem) -> bool:
        column = self.treeWidget().sortColumn()
        mine, its = self.data(column, ID), other.data(column, ID)
        if column == NAME or mine is None or its is None:
            return self.text(NAME) < other.text(NAME)
        return bool(mine < its)


class StorageTree(QTreeWidget):
    """Panels and their takes. Enter or a double click shows a panel, Delete throws takes away."""

    panel_chosen = Signal(str)
    throw_away = Signal()

    def __init__(self, session: Session, names: Callable[[str], str], parent: QWidget | None = None) -> None:
        """`names`: panel's id → what it is called; panels that were removed too."""
        super().__init__(parent)
        self._session, self._names = session, names
        self._shown: dict[str, list[QTreeWidgetItem]] = {}
        self.setAccessibleName(self.tr("Takes by panel"))
        self.setHeaderLabels([self.tr("Panel"), self.tr("Takes"), self.tr("Size"), self.tr("In the trash")])
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setSortingEnabled(True)
        self.sortByColumn(SIZE, Qt.SortOrder.DescendingOrder)
        self.header().setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        self.header().setStretchLastSection(False)
        self.itemExpanded.connect(self._unfold)
        self.itemActivated.connect(self._activate)
        session.images.ready.connect(self._picture_ready)

    def show_panels(self, panels: Iterable[PanelUsage]) -> None:
        """Show how much room panels need; those that were unfolded stay so."""
        unfolded = {item.data(NAME, ID) for item in self._panels() if item.isExpanded()}
        self.clear()
        self._shown.clear()
        items = [self._panel_item(usage) for usage in panels]
        self.addTopLevelItems(items)
        for item in items:
            item.setExpanded(item.data(NAME, ID) in unfolded)

    def _panel_item(self, usage: PanelUsage) -> QTreeWidgetItem:
        item = _Item([self._names(usage.panel), str(usage.takes), data_size(usage.bytes), _size(usage.trashed)])
        for column, value in ((NAME, usage.panel), (TAKES, usage.takes), (SIZE, usage.bytes), (TRASH, usage.trashed)):
            item.setData(column, ID, value)
            if column != NAME:
                item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(NAME, QSize(0, self.fontMetrics().lineSpacing() + 2 * ROOM))
        item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        return item

    def _unfold(self, item: QTreeWidgetItem) -> None:
        if item.parent() is None and not item.childCount():
            panel, store = item.data(NAME, ID), self._session.document.store
            self._session.later(lambda: store.usage_of_panel(panel), lambda takes: self._show_takes(panel, takes))

    def _show_takes(self, panel: str, takes: list[TakeUsage]) -> None:
        item = next((one for one in self._panels() if one.data(NAME, ID) == panel), None)
        if item is None or item.childCount():
            return
        used = self._session.document.used_takes()
        item.addChildren([self._take_item(one, one.take.id in used) for one in takes])

    def _panels(self) -> list[QTreeWidgetItem]:
        items = (self.topLevelItem(row) for row in range(self.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _take_item(self, usage: TakeUsage, used: bool) -> QTreeWidgetItem:
        take = usage.take
        trashed = take.trashed_at is not None
        item = _Item([self._describe(take, used), "", data_size(usage.bytes), _size(usage.bytes if trashed else 0)])
        item.setData(NAME, ID, take)
        for column in (SIZE, TRASH):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setData(SIZE, ID, usage.bytes)
        item.setData(TRASH, ID, usage.bytes if trashed else 0)
        self._shown.setdefault(take.picture.sha256, []).append(item)
        self._show_picture(item, take.picture.sha256)
        return item

    def _describe(self, take: Take, used: bool) -> str:
        when = QDateTime.fromSecsSinceEpoch(int(take.made_at))
        made = QLocale().toString(when, QLocale.FormatType.ShortFormat)
        text = self.tr("{width} × {height}, {made}").format(width=take.width, height=take.height, made=made)
        return self.tr("{take}, in use").format(take=text) if used else text

    def _picture_ready(self, sha: str) -> None:
        for item in self._shown.get(sha, ()):
            self._show_picture(item, sha)

    def _show_picture(self, item: QTreeWidgetItem, sha: str) -> None:
        image = self._session.images.get(sha, THUMBNAIL * 2)
        if image is not None and not image.isNull():
            item.setIcon(NAME, QIcon(QPixmap.fromImage(image)))

    def chosen_takes(self) -> list[Take]:
        """Return the selected takes that are not in the trash."""
        found = [item.data(NAME, ID) for item in self.selectedItems() if item.parent() is not None]
        return [take for take in found if take.trashed_at is None]

    def _activate(self, item: QTreeWidgetItem) -> None:
        self.panel_chosen.emit((item.parent() or item).data(NAME, ID))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        """Take Delete for throwing away, and keep Enter from pressing the dialog's button."""
        if event.key() == Qt.Key.Key_Delete:
            self.throw_away.emit()
            return
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def _size(count: int) -> str:
    return data_size(count) if count else ""

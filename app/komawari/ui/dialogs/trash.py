"""The trash: pictures that were thrown away, with what brings them back and what deletes them for good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListView, QPushButton, QVBoxLayout, QWidget

from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.ui.counted import counted
from komawari.ui.session import Session

THUMBNAIL = 112
Index = QModelIndex | QPersistentModelIndex


class TrashModel(QAbstractListModel):
    """Takes in the trash; their pictures are read when they are seen."""

    def __init__(self, session: Session, names: Callable[[str], str], parent: QWidget) -> None:
        super().__init__(parent)
        self._session, self._names = session, names
        self.takes: Sequence[Take] = ()
        session.images.ready.connect(self._picture_ready)

    def show(self, takes: Sequence[Take]) -> None:
        """Show other takes."""
        self.beginResetModel()
        self.takes = takes
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:  # noqa: N802 - Qt's name
        """Return how many there are."""
        return 0 if parent is not None and parent.isValid() else len(self.takes)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return a take's name or picture."""
        take = self.takes[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._names(take.panel)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._picture(take)
        return None

    def _picture(self, take: Take) -> QIcon:
        image = self._session.images.get(take.picture.sha256, THUMBNAIL * 2)
        if image is None or image.isNull():
            blank = QPixmap(THUMBNAIL, THUMBNAIL)
            blank.fill(Qt.GlobalColor.transparent)
            return QIcon(blank)
        return QIcon(QPixmap.fromImage(image))

    def _picture_ready(self, sha: str) -> None:
        for row, take in enumerate(self.takes):
            if take.picture.sha256 == sha:
                self.dataChanged.emit(self.index(row), self.index(row), [Qt.ItemDataRole.DecorationRole])


class TrashView(QWidget):
    """The trash's pictures and buttons."""

    def __init__(self, session: Session, names: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.model = TrashModel(session, names, self)
        self.list = QListView(self)
        self.list.setModel(self.model)
        self.list.setAccessibleName(self.tr("Trash"))
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.list.setGridSize(QSize(THUMBNAIL + 24, THUMBNAIL + 36))
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setUniformItemSizes(True)
        self.list.setWordWrap(True)
        self.list.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.said = QLabel(self)
        self.said.setWordWrap(True)
        self._make_buttons()
        self._lay_out()
        self.list.selectionModel().selectionChanged.connect(self._show_buttons)
        self.show_takes((), set())

    def _make_buttons(self) -> None:
        self.restore = self._button(self.tr("&Restore"), self.tr("Give the chosen pictures back to their panels"))
        self.empty = self._button(self.tr("&Empty the trash …"), self.tr("Delete these pictures for good"))
        self.sure = self._button(self.tr("&Delete for good"), self.tr("This cannot be undone"))
        self.rather_not = self._button(self.tr("&Keep them"), self.tr("Delete nothing"))
        self.restore.clicked.connect(self._restore)
        self.empty.clicked.connect(lambda: self._ask(True))
        self.rather_not.clicked.connect(lambda: self._ask(False))
        self.sure.clicked.connect(self._empty)

    def _button(self, text: str, tip: str) -> QPushButton:
        button = QPushButton(text, self, autoDefault=False)
        button.setToolTip(tip)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.addWidget(self.said, 1)
        for button in (self.restore, self.empty, self.rather_not, self.sure):
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.list)
        layout.addLayout(row)

    def show_takes(self, takes: Sequence[Take], needed: set[str]) -> None:
        """Show what is in the trash; `needed` are the takes that the document or its undo names."""
        self._kept = sum(take.id in needed for take in takes)
        self.model.show(takes)
        self._ask(False)

    def _ask(self, sure: bool) -> None:
        for button in (self.sure, self.rather_not):
            button.setVisible(sure)
        for button in (self.restore, self.empty):
            button.setVisible(not sure)
        self.said.setText(self._question() if sure else self._summary())
        self._show_buttons()
        if sure:
            self.rather_not.setFocus()

    def _summary(self) -> str:
        count = len(self.model.takes)
        if not count:
            return self.tr("The trash is empty.")
        pictures = counted(count, self.tr("1 picture"), self.tr("{n} pictures"))
        kept = self.tr("; {kept} of them stay as long as undo may bring them back").format(kept=self._kept)
        return pictures + (kept if self._kept else "")

    def _question(self) -> str:
        gone = len(self.model.takes) - self._kept
        one = self.tr("Delete one picture for good? This cannot be undone.")
        return counted(gone, one, self.tr("Delete {n} pictures for good? This cannot be undone."))

    def _show_buttons(self) -> None:
        self.restore.setEnabled(self.list.selectionModel().hasSelection())
        self.empty.setEnabled(len(self.model.takes) > self._kept)

    def chosen(self) -> list[str]:
        """Return the ids of the selected takes."""
        return [self.model.takes[index.row()].id for index in self.list.selectedIndexes()]

    def _restore(self) -> None:
        chosen = self.chosen()
        name = counted(len(chosen), self.tr("Restore take"), self.tr("Restore {n} takes"))
        try:
            self._session.document.restore(name, chosen)
        except StorageError as error:
            self._trouble(error)

    def _empty(self) -> None:
        document = self._session.document
        self._session.waiting.on(document.takes.empty_trash(document.needed_takes()), self._emptied, self._trouble)

    def _emptied(self, _: None) -> None:
        self._session.message.emit(self.tr("The trash is empty; unused pictures can be deleted now."))

    def _trouble(self, error: BaseException) -> None:
        self._session.trouble.emit(str(error))

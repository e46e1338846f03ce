"""The references of a character: add, remove, reorder, name, scale."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QGuiApplication,
    QIcon,
    QImage,
    QPainter,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.character import Character, CharacterReference
from komawari.ui.characters.editor import changes
from komawari.ui.characters.finding import finder_of
from komawari.ui.characters.keys import Key, OwnKeys
from komawari.ui.characters.making import maker_of
from komawari.ui.characters.pictures import Source, file_filter, sources_in
from komawari.ui.characters.roster import roster_of
from komawari.ui.characters.thumbs import Thumbs
from komawari.ui.folders import choose_pictures
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

ID = Qt.ItemDataRole.UserRole
SIDE = 76
GROUND = "#e8e8ec"


def scale_box(parent: QWidget, name: str) -> QDoubleSpinBox:
    """Return a field for a scale, 0 … 4."""
    box = QDoubleSpinBox(parent)
    box.setRange(0, 4)
    box.setSingleStep(0.05)
    box.setDecimals(2)
    box.setPrefix("× ")
    box.setAccessibleName(name)
    box.setFixedWidth(box.fontMetrics().horizontalAdvance("× 0.00") + 34)
    return box


class ReferenceList(QListWidget):
    """Thumbnails in a row; dragged to another place they change their order, pictures dropped here become more."""

    moved = Signal(str, int)
    """The id of a reference, and its new index, counted without it."""
    dropped = Signal(list)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setViewMode(QListView.ViewMode.ListMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setFixedHeight(SIDE + 24)
        self.setSpacing(2)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setAccessibleName(self.tr("References"))
        self.setToolTip(self.tr("The first one is the character's picture. Drag to reorder; drop pictures to add."))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take one of its own, and pictures."""
        self._take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Take one of its own, and pictures."""
        self._take(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Tell what was dropped; the list itself changes when the character has."""
        if event.source() is self and (item := self.currentItem()) is not None:
            event.setDropAction(Qt.DropAction.IgnoreAction)
            event.accept()
            self.moved.emit(item.data(ID), self._index_at(event))
        elif sources := sources_in(event.mimeData()):
            event.acceptProposedAction()
            self.dropped.emit(sources)

    def _index_at(self, event: QDropEvent) -> int:
        """Return how many other references lie before the place of a drop."""
        x = event.position().x()
        rows = (row for row in range(self.count()) if row != self.currentRow())
        return sum(self.visualItemRect(self.item(row)).center().x() < x for row in rows)

    def _take(self, event: QDropEvent) -> None:
        if event.source() is self or sources_in(event.mimeData()):
            event.acceptProposedAction()
        else:
            event.ignore()


class ReferencesPane(QWidget):
    """The list, and name and scale of the chosen reference."""

    chosen = Signal(str)
    """The id of another reference; empty: none."""

    def __init__(self, session: Session, thumbs: Thumbs, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self._thumbs = session, thumbs
        self.roster, self.finder = roster_of(session), finder_of(session)
        self.character: Character | None = None
        self.list = ReferenceList(self)
        self.add = self._button("plus", self.tr("Add references …"), self.choose_files)
        self.earlier = self._button("left", self.tr("Move reference earlier"), lambda: self._step(-1))
        self.later = self._button("right", self.tr("Move reference later"), lambda: self._step(1))
        self.remove = self._button("remove", self.tr("Remove reference"), self._remove)
        self.name = QLineEdit(self, placeholderText=self.tr("Front, in winter coat …"))
        self.name.setAccessibleName(self.tr("Name of the reference"))
        self.scale = scale_box(self, self.tr("Scale of the reference"))
        self.scale.setToolTip(self.tr("How strongly the reference counts; 1 is as it is, 0 not at all"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        title = QLabel(self.tr("References"), self)
        title.setProperty("section", True)
        head.addWidget(title, 1)
        for button in (self.add, self.earlier, self.later, self.remove):
            head.addWidget(button)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.scale)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.list)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._show_row)
        self.list.moved.connect(self._move)
        self.list.dropped.connect(self._drop)
        self.name.textEdited.connect(self._rename)
        self.name.editingFinished.connect(self.session.end_gesture)
        self.scale.valueChanged.connect(self._rescale)
        self.scale.editingFinished.connect(self.session.end_gesture)
        self._thumbs.ready.connect(self._paint)
        self.finder.changed.connect(lambda _: self._paint())
        maker_of(self.session).added.connect(self._added)
        OwnKeys(self.list, {Key.Delete: self._remove, Key.Paste: self._paste})

    # Showing.

    @property
    def reference(self) -> CharacterReference | None:
        """The chosen reference."""
        row = self.list.currentRow()
        there = self.character is not None and 0 <= row < len(self.character.references)
        return self.character.references[row] if there and self.character else None

    def show_character(self, character: Character) -> None:
        """Show a character's references; the chosen one stays chosen."""
        chosen = self.reference.id if self.reference else ""
        self.character = character
        ids = [one.id for one in character.references]
        if ids != [self.list.item(row).data(ID) for row in range(self.list.count())]:
            with QSignalBlocker(self.list):
                self.list.clear()
                for one in ids:
                    item = QListWidgetItem()
                    item.setData(ID, one)
                    item.setSizeHint(QSize(SIDE + 8, SIDE + 8))
                    self.list.addItem(item)
                self.list.setCurrentRow(ids.index(chosen) if chosen in ids else 0 if ids else -1)
        self._paint()
        self._show_row()

    def _paint(self) -> None:
        if self.character is None:
            return
        for row, reference in enumerate(self.character.references[: self.list.count()]):
            image, item = self._thumbs.reference(reference), self.list.item(row)
            if image is not None and not image.isNull():
                item.setIcon(_icon(image, self.devicePixelRatioF()))
            name = reference.name or self.tr("Reference {0}").format(row + 1)
            item.setToolTip("\n".join(line for line in (name, self.finder.note(reference.id)) if line))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, name)

    def _show_row(self) -> None:
        reference, row = self.reference, self.list.currentRow()
        for widget in (self.name, self.scale, self.remove):
            widget.setEnabled(reference is not None)
        self.earlier.setEnabled(row > 0)
        self.later.setEnabled(0 <= row < self.list.count() - 1)
        if reference is not None:
            if self.name.text() != reference.name:
                self.name.setText(reference.name)
            with QSignalBlocker(self.scale):
                self.scale.setValue(reference.scale)
        else:
            self.name.clear()
        self.chosen.emit(reference.id if reference else "")

    # Changing.

    def choose_files(self) -> None:
        """Let pictures be chosen, each of which becomes a reference."""
        title = self.tr("Further pictures of the character")
        choose_pictures(self, self.session, title, file_filter(), self._drop)

    def _drop(self, sources: Sequence[Source]) -> None:
        if self.character is not None:
            maker_of(self.session).add_references(self.character.id, sources)

    def _paste(self) -> None:
        if sources := sources_in(QGuiApplication.clipboard().mimeData()):
            self._drop(sources)

    def _added(self, character: str, reference: str) -> None:
        if self.character is not None and character == self.character.id:
            self.select(reference)

    def select(self, reference: str) -> None:
        """Choose a reference."""
        for row in range(self.list.count()):
            if self.list.item(row).data(ID) == reference:
                self.list.setCurrentRow(row)

    def _rename(self, text: str) -> None:
        if (one := self.reference) is not None:
            self._change(self.tr("Rename reference"), changes.set_reference(one.id, name=text), (one.id, "name"))

    def _rescale(self, value: float) -> None:
        if (one := self.reference) is not None:
            name = self.tr("Change reference's scale")
            self._change(name, changes.set_reference(one.id, scale=round(value, 3)), (one.id, "scale"))

    def _step(self, by: int) -> None:
        if (one := self.reference) is not None:
            self._move(one.id, self.list.currentRow() + by)

    def _move(self, reference: str, to: int) -> None:
        self._change(self.tr("Reorder references"), changes.move_reference(reference, to))

    def _remove(self) -> None:
        if (one := self.reference) is not None:
            self._change(self.tr("Remove reference"), changes.remove_reference(one.id))

    def _change(self, name: str, change: changes.Change, gesture: object | None = None) -> None:
        if self.character is not None:
            self.roster.change(self.character.id, name, change, gesture)

    def _button(self, icon: str, text: str, act: object) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        put_icon(button, icon)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(act)
        return button


def _icon(image: QImage, ratio: float) -> QIcon:
    """Return a thumbnail on a light ground, on which line art shows in dark windows too; the same when it is chosen."""
    ground = QPixmap(QSize(SIDE, SIDE) * ratio)
    ground.setDevicePixelRatio(ratio)
    ground.fill(QColor(GROUND))
    size = image.size().scaled(QSize(SIDE - 6, SIDE - 6), Qt.AspectRatioMode.KeepAspectRatio)
    shown = image.scaled(size * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)
    painter = QPainter(ground)
    left, top = (SIDE - size.width()) / 2, (SIDE - size.height()) / 2
    painter.drawImage(QRectF(left, top, size.width(), size.height()), shown)
    painter.end()
    icon = QIcon(ground)
    icon.addPixmap(ground, QIcon.Mode.Selected)
    return icon

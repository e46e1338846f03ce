"""A line in which tags are typed, with proposals under it."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCompleter,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from komawari.ui.tags.colours import hue_of, name_of
from komawari.ui.tags.vocabulary import TagEntry, Vocabulary, shipped_vocabulary, shown

ENTRY = Qt.ItemDataRole.UserRole + 1
Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()


def _count(number: int) -> str:
    if number >= 1_000_000:
        return f"{number / 1_000_000:.1f} M"
    return f"{number / 1000:.0f} k" if number >= 1000 else str(number or "")


class ProposalDelegate(QStyledItemDelegate):
    """A proposal: the cluster's dot, the tag, and at the right its cluster and how often it is used."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a line's size."""
        return QSize(220, option.fontMetrics.height() + 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one line."""
        entry: TagEntry = index.data(ENTRY)
        palette, rect = option.palette, option.rect.adjusted(8, 0, -8, 0)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if chosen:
            painter.fillRect(option.rect, palette.highlight())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(hue_of(entry.cluster, palette))
        painter.drawEllipse(rect.left(), rect.center().y() - 3, 8, 8)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        quiet = role if chosen else QPalette.ColorRole.PlaceholderText
        painter.setPen(palette.color(role if entry.known else quiet))
        note = f"{name_of(entry.cluster)}  {_count(entry.count)}".strip()
        room = painter.fontMetrics().horizontalAdvance(note)
        words = QRect(rect.left() + 16, rect.top(), rect.width() - room - 26, rect.height())
        text = painter.fontMetrics().elidedText(shown(entry.tag), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, text)
        painter.setPen(palette.color(quiet))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        painter.restore()


class Proposals(QAbstractListModel):
    """The tags that are proposed at present."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.entries: list[TagEntry] = []

    def rowCount(self, parent: Index = _ROOT) -> int:  # noqa: N802
        """Return how many there are."""
        return 0 if parent.isValid() else len(self.entries)

    def data(self, index: Index, role: int = 0) -> object:
        """Return a tag, or all that is known about it."""
        entry = self.entries[index.row()]
        if role == ENTRY:
            return entry
        return entry.tag if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole) else None

    def propose(self, entries: list[TagEntry]) -> None:
        """Propose these."""
        self.beginResetModel()
        self.entries = entries
        self.endResetModel()


class ProposalList(QListView):
    """The list under the line.

    The completer would make one of its own. But to that one Python has no more than a reference, which becomes void
    when the line is made within a call from Qt, as editors of cells are, while the list itself still opens and closes.
    """

    def __init__(self, line: QLineEdit) -> None:
        super().__init__()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(line.tr("Proposed tags"))


class _Completer(QCompleter):
    """Replaces the tag at the cursor, not the whole line."""

    def __init__(self, line: TagLineEdit) -> None:
        super().__init__(line)
        self._line = line

    def pathFromIndex(self, index: Index) -> str:  # noqa: N802
        """Return the line with the proposal in it."""
        return self._line.completed_with(index.data(ENTRY).tag)

    def splitPath(self, _path: str) -> list[str]:  # noqa: N802
        """The model holds proposals alone; nothing is filtered any more."""
        return [""]


class TagLineEdit(QLineEdit):
    """A line of tags with commas. As one types, the tag at the cursor is completed from a vocabulary."""

    committed = Signal(tuple)
    """Tags were entered: by Enter, by a comma, or by choosing a proposal. The line is empty again."""
    left = Signal()
    """Backspace was pressed in an empty line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.vocabulary: Vocabulary = shipped_vocabulary()
        self.without: tuple[str, ...] = ()
        """Tags that need not be proposed."""
        self._model = Proposals(self)
        self.popup = ProposalList(self)
        self._completer = _Completer(self)
        self._completer.setModel(self._model)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        # From here on the list is the completer's, which deletes it when the line goes, and lends it a delegate.
        self._completer.setPopup(self.popup)
        self.popup.setItemDelegate(ProposalDelegate(self.popup))
        self._completer.setWidget(self)
        # A click is heard once the list has done with it: whoever hears of the tags may do away with line and list.
        self.popup.clicked.connect(self._choose, Qt.ConnectionType.QueuedConnection)
        self.popup.installEventFilter(self)
        self.textEdited.connect(self._propose)
        self.returnPressed.connect(self.commit)

    def completed_with(self, tag: str) -> str:
        """Return the line with the tag at the cursor completed."""
        start, end = self._span()
        before = self.text()[:start]
        return f"{before}{' ' if before.endswith(',') else ''}{tag}{self.text()[end:]}"

    def proposals(self) -> list[str]:
        """Return the tags that are proposed at present."""
        return [entry.tag for entry in self._model.entries]

    def commit(self) -> None:
        """Enter what was typed."""
        tags = self.vocabulary.tags_of(self.text())
        self.clear()
        self.popup.hide()
        if tags:
            self.committed.emit(tags)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """A comma enters a tag; Backspace in an empty line goes back to the last one; Escape empties it."""
        if event.text() == ",":
            self.commit()
        elif event.text() == " " and not self.text():
            # The one that is typed after a comma; a tag begins with no blank, and the hint has to be seen.
            event.accept()
        elif event.key() == Qt.Key.Key_Backspace and not self.text():
            self.left.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let Tab take the first proposal, as terminals do, and Enter what was typed where nothing is marked.

        The completer itself would first send Enter to the line, which would enter the half of a tag.
        """
        popup = self.popup
        if watched is not popup or not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return super().eventFilter(watched, event)
        marked = popup.selectionModel().selectedIndexes()
        if event.key() == Qt.Key.Key_Tab:
            self._choose(marked[0] if marked else self._model.index(0, 0))
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if marked:
                self._choose(marked[0])
            else:
                popup.hide()
                self.commit()
        elif event.key() == Qt.Key.Key_Escape:
            popup.hide()  # what was typed stays; a second Escape, in the line, empties it
        else:
            return super().eventFilter(watched, event)
        return True

    def _span(self) -> tuple[int, int]:
        """Return where in the line the tag at the cursor begins and ends."""
        text, at = self.text(), self.cursorPosition()
        end = text.find(",", at)
        return text.rfind(",", 0, at) + 1, len(text) if end < 0 else end

    def _propose(self) -> None:
        start, end = self._span()
        self._model.propose(self.vocabulary.search(self.text()[start:end], without=self.without))
        if not self._model.entries:
            self.popup.hide()
            return
        place = self.rect()
        place.setWidth(max(place.width(), 260))
        self._completer.complete(place)

    def _choose(self, index: Index) -> None:
        tag = index.data(ENTRY).tag
        self.popup.hide()
        self.setText(self.completed_with(tag))
        self.commit()

"""The characters of one tab of the dock as a list model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec.structs import replace
from PySide6.QtCore import QAbstractListModel, QByteArray, QMimeData, QModelIndex, QObject, QPersistentModelIndex, Qt

from komawari.ui.characters.finding import PartsFinder, finder_of
from komawari.ui.characters.roster import Card, Roster, roster_of
from komawari.ui.counted import counted
from komawari.ui.session import Session

Tab = Literal["project", "library"]
Index = QModelIndex | QPersistentModelIndex
CARD = Qt.ItemDataRole.UserRole
"""The role of a row's `Card`."""
MIME = "application/x-komawari-character"
"""What a dragged card carries: its character's id."""


class CardsModel(QAbstractListModel):
    """Who is shown, after search and labels."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.roster: Roster = roster_of(session)
        self.finder: PartsFinder = finder_of(session)
        self.tab: Tab = "project"
        self._words: tuple[str, ...] = ()
        self._labels: frozenset[str] = frozenset()
        self._cards: list[Card] = []
        self.roster.changed.connect(self.refresh)
        self.finder.changed.connect(self._repaint)
        self.refresh()

    # What is shown.

    def show(self, tab: Tab, words: str, labels: Sequence[str]) -> None:
        """Show who is in the project or in the library, with all these words and labels."""
        self.tab, self._words = tab, tuple(words.casefold().split())
        self._labels = frozenset(label.casefold() for label in labels)
        self.refresh()

    def count(self, tab: Tab) -> int:
        """Return how many there are without search and labels."""
        return sum(_belongs(card, tab) for card in self.roster.cards())

    def refresh(self) -> None:
        """Take the roster's cards; rows of the same characters stay rows, so that a name under edit stays open."""
        cards = [card for card in self.roster.cards() if _belongs(card, self.tab) and self._matches(card)]
        cards.sort(key=lambda card: card.character.name.casefold())
        if [card.id for card in cards] == [card.id for card in self._cards]:
            self._cards = cards
            self._repaint()
            return
        self.beginResetModel()
        self._cards = cards
        self.endResetModel()

    def _matches(self, card: Card) -> bool:
        one = card.character
        text = " ".join((one.name, one.notes, *one.labels, *one.tags)).casefold()
        has = {label.casefold() for label in one.labels}
        return self._labels <= has and all(word in text for word in self._words)

    def _repaint(self) -> None:
        if self._cards:
            self.dataChanged.emit(self.index(0), self.index(len(self._cards) - 1))

    # As views ask.

    def row_of(self, character: str) -> QModelIndex:
        """Return the index of a character; an invalid one if it is not shown."""
        row = next((row for row, card in enumerate(self._cards) if card.id == character), -1)
        return self.index(row) if row >= 0 else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        """Return how many are shown."""
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a card, its name, or what is said about it."""
        if not index.isValid() or index.row() >= len(self._cards):
            return None
        card = self._cards[index.row()]
        if role == CARD:
            return card
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return card.character.name
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return self.description(card)
        return None

    def description(self, card: Card) -> str:
        """Return all that a card's picture and marks say, in words."""
        one = card.character
        lines = [one.name, self.namesakes(card), ", ".join(one.labels), *self.marks(card)]
        references = counted(len(one.references), self.tr("1 reference"), self.tr("{n} references"))
        lines.append(self.tr("{0}, version {1}").format(references, one.version))
        notes = (self.finder.note(reference.id) for reference in one.references)
        return "\n".join(line for line in (*lines, next((note for note in notes if note), "")) if line)

    def number(self, card: Card) -> str:
        """Return what tells a character from others of its name; empty where there are none."""
        place, count = self.roster.namesakes(card.id)
        return self.tr("({0} of {1})").format(place, count) if count > 1 else ""

    def namesakes(self, card: Card) -> str:
        """Return the same in words."""
        place, count = self.roster.namesakes(card.id)
        return self.tr("{0} of {1} of this name").format(place, count) if count > 1 else ""

    def marks(self, card: Card) -> list[str]:
        """Return where a character is and how its copies stand to each other."""
        marks = [self.tr("In this project")] if card.copy else []
        marks += [self.tr("In the library")] if card.library else []
        if card.is_offered:
            marks.append(self.tr("Update offered"))
        elif card.is_ahead:
            marks.append(self.tr("Changed here"))
        return marks

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cards are dragged to panels, and names of the project's copies are typed."""
        flags = super().flags(index)
        card = self.data(index, CARD)
        if isinstance(card, Card):
            flags |= Qt.ItemFlag.ItemIsDragEnabled
            if card.copy:
                flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Give a character another name."""
        card, name = self.data(index, CARD), str(value).strip()
        if role != Qt.ItemDataRole.EditRole or not isinstance(card, Card) or not name:
            return False
        if name == card.character.name:
            return True
        done = self.roster.change_both(card.id, self.tr("Rename character"), lambda one: replace(one, name=name))
        if done:
            self.roster.say_namesakes(card.id)
        return done

    # Dragging.

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Return what a drag from here carries."""
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802
        """Return a dragged card: its character's id."""
        mime = QMimeData()
        card = self.data(indexes[0], CARD) if indexes else None
        if isinstance(card, Card):
            mime.setData(MIME, QByteArray(card.id.encode()))
        return mime


def _belongs(card: Card, tab: Tab) -> bool:
    return (card.copy if tab == "project" else card.library) is not None

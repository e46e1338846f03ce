"""The grid of cards."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from komawari.ui.characters.delegate import CardDelegate
from komawari.ui.characters.model import CARD, CardsModel
from komawari.ui.characters.pictures import sources_in
from komawari.ui.characters.roster import Card
from komawari.ui.characters.thumbs import Thumbs


class CardGrid(QListView):
    """Cards that fill the width evenly. Pictures are dropped on them or between them; cards are dragged to panels."""

    dropped = Signal(object, list, QPoint)
    """The `Card` that pictures were dropped on (None: on none that is in the project), the sources, the place."""
    chosen = Signal()
    """Another card is the current one, or none."""

    def __init__(self, model: CardsModel, thumbs: Thumbs, parent: QWidget) -> None:
        super().__init__(parent)
        self.cards = CardDelegate(model, thumbs, self)
        self.setModel(model)
        self.setItemDelegate(self.cards)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setAccessibleName(self.tr("Characters"))
        self.selectionModel().currentChanged.connect(lambda *_: self.chosen.emit())
        model.modelReset.connect(self.chosen)
        model.dataChanged.connect(lambda *_: self.chosen.emit())
        thumbs.ready.connect(self.viewport().update)

    def card(self) -> Card | None:
        """Return the current card."""
        found = self.currentIndex().data(CARD)
        return found if isinstance(found, Card) else None

    def choose(self, character: str) -> bool:
        """Make a character's card the current one and show it; return whether it is among the cards."""
        model = self.model()
        assert isinstance(model, CardsModel)
        index = model.row_of(character)
        if index.isValid():
            self.setCurrentIndex(index)
            self.scrollTo(index)
        return index.isValid()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Let cards fill the new width."""
        self.setGridSize(self.cards.fit(self.viewport().width(), self.font()))
        super().resizeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take pictures."""
        self._take(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802
        """Show which card would take the pictures."""
        self._take(event)
        index = self.indexAt(event.position().toPoint())
        if event.isAccepted() and index.isValid():
            self.setCurrentIndex(index)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Tell what was dropped where."""
        self._take(event)
        if not event.isAccepted():
            return
        place = event.position().toPoint()
        card = self.indexAt(place).data(CARD)
        taker = card if isinstance(card, Card) and card.copy else None
        self.dropped.emit(taker, sources_in(event.mimeData()), self.viewport().mapToGlobal(place))

    def _take(self, event: QDropEvent) -> None:
        if sources_in(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

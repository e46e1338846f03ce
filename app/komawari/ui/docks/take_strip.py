"""The strip of a panel's takes: thumbnails, which is in use, which are stale, what is being drawn or not saved yet."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QKeyEvent, QKeySequence, QPainter, QPalette, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from komawari.domain.takes import Take
from komawari.ui.icons import pixmap
from komawari.ui.keys import heard, own_keys, sequence_of
from komawari.ui.tags.colours import mixed
from komawari.ui.theme import colours

CARD = Qt.ItemDataRole.UserRole + 1
THUMB = 256
"""Pixels of the longer side that are held of a thumbnail."""
CELL = QSize(100, 114)
LABEL = 18
Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Card:
    """One item: a take, or (no take) what is being drawn, or is drawn and could not be written yet."""

    number: int
    take: Take | None
    image: QImage | None
    in_use: bool = False
    stale: tuple[str, ...] = ()
    """Names of the characters that look otherwise by now."""
    share: float | None = None
    """How much of it is drawn."""
    unwritten: str = ""
    """sha256 of a finished picture that is in memory alone."""

    @property
    def key(self) -> str:
        """What tells it from others."""
        return self.take.id if self.take else self.unwritten

    @property
    def sha256(self) -> str:
        """The picture's file; empty while it is being drawn."""
        return self.take.picture.sha256 if self.take else self.unwritten


class TakeModel(QAbstractListModel):
    """The cards of one panel, the oldest take first, what is being drawn last."""

    def __init__(self, mime: Callable[[list[Take]], QMimeData]) -> None:
        super().__init__()
        self.cards: list[Card] = []
        self._mime = mime

    def show(self, cards: list[Card]) -> None:
        """Show cards; where they are the same takes only what changed is told, and the selection stays."""
        if [card.key for card in cards] == [card.key for card in self.cards]:
            for row, (old, new) in enumerate(zip(self.cards, cards)):
                if old != new:
                    self.cards[row] = new
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        """Return how many cards there are."""
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return a card, and what those who listen are told of it."""
        card = self.cards[index.row()]
        if role == CARD:
            return card
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.describe(card)
        return self._tip(card) if role == Qt.ItemDataRole.ToolTipRole else None

    def describe(self, card: Card) -> str:
        """Return a card in a line."""
        if card.take is None:
            return self.tr("Not saved yet") if card.unwritten else self.tr("Being drawn")
        marks = [self.tr("Take {0}").format(card.number)]
        marks += [self.tr("in use")] if card.in_use else []
        marks += [self.tr("stale")] if card.stale else []
        marks += [self.tr("pasted")] if card.take.origin == "pasted" else []
        return ", ".join(marks)

    def _tip(self, card: Card) -> str:
        lines = [self.describe(card)]
        if card.take is not None:
            lines.append(f"{card.take.width} × {card.take.height} px")
            if card.take.resolved is not None:
                request = card.take.resolved.request
                lines.append(self.tr("Seed {0}").format(request.seeds[card.take.resolved.take]))
        if card.unwritten:
            lines.append(self.tr("The file cannot be written at present. The picture is kept, and tried again."))
        if card.stale:
            lines.append(self.tr("Shows an older design of {0}").format(", ".join(card.stale)))
        return "\n".join(lines)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Takes can be chosen and dragged; what is being drawn cannot."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        if self.cards[index.row()].take is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled

    def mimeTypes(self) -> list[str]:  # noqa: N802
        """Takes leave as PNG and as files."""
        return ["image/png", "text/uri-list"]

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]  # noqa: N802
        """Return what is dragged."""
        takes = [self.cards[index.row()].take for index in sorted(indexes, key=lambda one: one.row())]
        return self._mime([take for take in takes if take is not None])


class CardDelegate(QStyledItemDelegate):
    """Paints a card: the picture whole, its number, and its marks."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        """Return a card's size."""
        return CELL

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one card."""
        card: Card = index.data(CARD)
        palette, rect = option.palette, option.rect.adjusted(3, 3, -3, -3)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, palette, rect, chosen, bool(option.state & QStyle.StateFlag.State_HasFocus))
        room = rect.adjusted(4, 4, -4, -LABEL - 2)
        if card.image is not None and not card.image.isNull():
            painter.drawImage(_inside(card.image, room), card.image)
        self._paint_label(painter, palette, rect, card, chosen)
        self._paint_marks(painter, room, card)
        if card.share is not None:
            bar = QRectF(room.left(), room.bottom() - 1, room.width() * card.share, 4)
            painter.fillRect(bar, palette.highlight())
        painter.restore()

    def _paint_ground(self, painter: QPainter, palette: QPalette, rect: QRect, chosen: bool, focused: bool) -> None:
        base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 1.5) if focused else Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.Highlight) if chosen else mixed(base, text, 0.07))
        painter.drawRoundedRect(QRectF(rect), 6, 6)

    def _paint_label(self, painter: QPainter, palette: QPalette, rect: QRect, card: Card, chosen: bool) -> None:
        line = QRect(rect.left() + 6, rect.bottom() - LABEL, rect.width() - 12, LABEL)
        role = QPalette.ColorRole.HighlightedText if chosen else QPalette.ColorRole.Text
        painter.setPen(palette.color(role))
        drawn = self.tr("not saved yet") if card.unwritten else self.tr("drawing …")
        name = str(card.number) if card.take is not None else drawn
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        if card.in_use:
            font = painter.font()
            font.setBold(True)
            painter.setFont(font)
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.tr("in use"))

    def _paint_marks(self, painter: QPainter, room: QRect, card: Card) -> None:
        """Paint badges in the picture's upper corners: in use at the left, stale or not saved yet at the right."""
        c = colours()
        if card.in_use:
            self._badge(painter, QRectF(room.left(), room.top(), 20, 20), "check", c.good)
        if card.stale:
            self._badge(painter, QRectF(room.right() - 19, room.top(), 20, 20), "stale", c.warning)
        elif card.unwritten:
            self._badge(painter, QRectF(room.right() - 19, room.top(), 20, 20), "warning", c.warning)
        elif card.take is not None and card.take.origin == "pasted":
            self._badge(painter, QRectF(room.right() - 19, room.top(), 20, 20), "paste", c.text)

    def _badge(self, painter: QPainter, at: QRectF, icon: str, colour: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours().base))
        painter.drawRoundedRect(at, 5, 5)
        painter.drawPixmap(at.adjusted(2, 2, -2, -2).toRect(), pixmap(icon, 32, colour))


def _inside(image: QImage, room: QRect) -> QRect:
    """Return where a whole picture lies in some room."""
    size = image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
    at = room.center() - QRect(0, 0, size.width(), size.height()).center()
    return QRect(at, size)


class TakeStrip(QListView):
    """The list itself."""

    def __init__(self, model: TakeModel) -> None:
        super().__init__()
        self.keys: dict[QKeySequence, Callable[[], object]] = {}
        """What keys do here; `activated` will not do for Enter, as a double click is one too."""
        self.setModel(model)
        self.setItemDelegate(CardDelegate(self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setSelectionMode(QListView.SelectionMode.ExtendedSelection)
        self.setUniformItemSizes(True)
        self.setDragEnabled(True)
        self.setDragDropMode(QListView.DragDropMode.DragOnly)
        self.setDefaultDropAction(Qt.DropAction.CopyAction)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setSpacing(0)
        self.setAccessibleName(self.tr("Takes of the panel"))

    def on_key(self, key: str, act: Callable[[], object]) -> None:
        """Let a key do something while the strip has the focus, whatever the window has it for."""
        self.keys.update(dict.fromkeys(heard(key), act))
        own_keys(self, key)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Do what a key is for; all others are the list's."""
        act = self.keys.get(sequence_of(event))
        if act is not None:
            act()
        else:
            super().keyPressEvent(event)

"""How a character's card looks."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from komawari.ui.characters.model import CARD, CardsModel
from komawari.ui.characters.roster import Card
from komawari.ui.characters.thumbs import Thumbs
from komawari.ui.theme import colours

Index = QModelIndex | QPersistentModelIndex
NARROWEST = 116
"""Pixels of a card at least, without the gap around it."""
GAP, RADIUS, INSET = 5, 8, 8
OFFERED, AHEAD, ELSEWHERE = QColor("#b04a08"), QColor("#17709a"), QColor("#4a4e5c")
"""Grounds of marks; white on them has a contrast of 5 to 1 or more."""


class CardDelegate(QStyledItemDelegate):
    """Paints cards and edits their names in place."""

    def __init__(self, model: CardsModel, thumbs: Thumbs, parent: QWidget) -> None:
        super().__init__(parent)
        self._model, self._thumbs = model, thumbs
        self.cell = QSize(NARROWEST + 2 * GAP, 180)

    def fit(self, width: int, font: QFont) -> QSize:
        """Let cards fill a width evenly, and return the size of one with the gap around it."""
        # A view that is filled to the last pixel puts one card less into each row.
        columns = max(1, (width - 2) // (NARROWEST + 2 * GAP))
        cell = max(NARROWEST, (width - 2) // columns)
        lines = 2 * QFontMetrics(font).height() + 2 * INSET
        # A single column is not to have pictures as wide as a whole window.
        self.cell = QSize(cell, min(cell, 200) + lines)
        return self.cell

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """All cards are of one size."""
        return self.cell

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint a card: picture, marks, name, labels or what is under way."""
        card = index.data(CARD)
        if not isinstance(card, Card):
            return
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        box = option.rect.adjusted(GAP, GAP, -GAP, -GAP)
        self._paint_frame(painter, option, box)
        place = box.adjusted(0, 0, 0, -self._text_height(option.font))
        self._paint_picture(painter, option.palette, place, self._thumbs.of(card.character))
        self._paint_marks(painter, option, place, card)
        self._paint_text(painter, option, self._text_place(box, option.font), card)
        painter.restore()

    def _paint_frame(self, painter: QPainter, option: QStyleOptionViewItem, box: QRect) -> None:
        palette, selected = option.palette, bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        fill = _mixed(palette.base().color(), palette.text().color(), 0.10 if hovered or selected else 0.05)
        line = palette.highlight().color() if selected else _mixed(fill, palette.text().color(), 0.14)
        painter.setPen(QPen(line, 2 if selected else 1))
        painter.setBrush(fill)
        painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_picture(self, painter: QPainter, palette: QPalette, place: QRect, image: QImage | None) -> None:
        inner = place.adjusted(2, 2, -2, 0)
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(inner).adjusted(0, 0, 0, RADIUS), RADIUS - 2, RADIUS - 2)
        painter.save()
        painter.setClipPath(clip)
        painter.setClipRect(inner, Qt.ClipOperation.IntersectClip)
        # Line art is black on nothing: it needs a light ground in dark windows too.
        light = palette.base().color().lightness() > 128
        painter.fillRect(inner, QColor(236, 236, 240) if light else QColor(196, 197, 204))
        if image is None or image.isNull():
            painter.setPen(QColor(90, 90, 96))
            words = self.tr("No picture") if image is not None else "…"
            painter.drawText(inner, Qt.AlignmentFlag.AlignCenter, words)
        else:
            ratio = painter.device().devicePixelRatioF()
            room = inner.adjusted(6, 6, -6, 0)
            size = image.size().scaled(room.size() * ratio, Qt.AspectRatioMode.KeepAspectRatio)
            shown = image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
            width, height = size.width() / ratio, size.height() / ratio
            painter.drawImage(QRectF(room.center().x() - width / 2, room.bottom() + 1 - height, width, height), shown)
        painter.restore()

    def _paint_marks(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, card: Card) -> None:
        """Marks say what the tab does not: elsewhere too, an update, changes of one's own."""
        elsewhere = card.library if self._model.tab == "project" else card.copy
        texts: list[tuple[str, QColor]] = []
        if card.is_offered:
            texts.append((self.tr("Update offered"), OFFERED))
        elif card.is_ahead:
            texts.append((self.tr("Changed here"), AHEAD))
        if elsewhere and not texts:
            here = self.tr("In library") if self._model.tab == "project" else self.tr("In project")
            texts.append((here, ELSEWHERE))
        font = QFont(option.font)
        font.setPointSizeF(max(6.5, font.pointSizeF() * 0.78))
        painter.setFont(font)
        top = place.top() + 7
        for text, colour in texts:
            metrics = QFontMetrics(font)
            pill = QRect(place.left() + 7, top, metrics.horizontalAdvance(text) + 12, metrics.height() + 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
            painter.setPen(QColor("white"))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)
            top += pill.height() + 3

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, place: QRect, card: Card) -> None:
        font = QFont(option.font)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        painter.setPen(option.palette.text().color())
        name = self.first_line(card, metrics, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, name)
        text, is_wrong = self._second_line(card)
        painter.setFont(option.font)
        painter.setPen(QColor(colours().warning) if is_wrong else QColor(colours().dim))
        line = QFontMetrics(option.font).elidedText(text, Qt.TextElideMode.ElideRight, place.width())
        painter.drawText(place, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, line)

    def first_line(self, card: Card, metrics: QFontMetrics, width: int) -> str:
        """Return a card's name, cut to so many pixels; what tells it from others of that name stays whole."""
        number = f" {mark}" if (mark := self._model.number(card)) else ""
        room = width - metrics.horizontalAdvance(number)
        return metrics.elidedText(card.character.name, Qt.TextElideMode.ElideRight, room) + number

    def _second_line(self, card: Card) -> tuple[str, bool]:
        """Return a card's second line, and whether something is wrong."""
        states = {self._model.finder.state(one.id) for one in card.character.references} if card.copy else set()
        if "finding" in states:
            return self.tr("Finding parts …"), False
        if "failed" in states:
            return self.tr("Parts not found yet"), True
        return ", ".join(card.character.labels), False

    # The name, in place.

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        """Return a field for the name."""
        field = QLineEdit(parent)
        field.setMaxLength(200)
        field.setAccessibleName(self.tr("Name of the character"))
        return field

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802
        """Begin with the present name, selected, unless something was typed already."""
        if isinstance(editor, QLineEdit) and not editor.isModified():
            editor.setText(str(index.data(Qt.ItemDataRole.EditRole)))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:  # noqa: N802
        """Give the character its name."""
        if isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: N802
        """Lay the field where the name is."""
        place = self._text_place(option.rect.adjusted(GAP, GAP, -GAP, -GAP), option.font)
        height = editor.sizeHint().height()
        editor.setGeometry(place.left() - 4, place.top() - 4, place.width() + 8, height)

    def _text_height(self, font: QFont) -> int:
        return 2 * QFontMetrics(font).height() + INSET

    def _text_place(self, box: QRect, font: QFont) -> QRect:
        height = self._text_height(font)
        return QRect(box.left() + INSET, box.bottom() - height + 4, box.width() - 2 * INSET, height - 6)


def _mixed(one: QColor, other: QColor, share: float) -> QColor:
    """Return a colour with a share of another one in it."""
    pairs = ((one.redF(), other.redF()), (one.greenF(), other.greenF()), (one.blueF(), other.blueF()))
    red, green, blue = (a + (b - a) * share for a, b in pairs)
    return QColor.fromRgbF(red, green, blue)

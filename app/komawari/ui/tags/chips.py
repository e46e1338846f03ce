"""Tags as chips, grouped by what they speak about, and a line to add more."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from komawari.ui.keys import own_keys
from komawari.ui.tags.colours import hue_of, mixed, name_of, tint_of
from komawari.ui.tags.completer import TagLineEdit
from komawari.ui.tags.flow import FlowLayout
from komawari.ui.tags.vocabulary import TagEntry, Vocabulary, shipped_vocabulary, shown

CROSS = 16


class Chip(QAbstractButton):
    """A tag. The cross, Delete or Backspace takes it away."""

    removed = Signal(str)

    def __init__(self, entry: TagEntry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entry = entry
        self.setText(shown(entry.tag))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(self.tr("Tag {0}").format(shown(entry.tag)))
        notes = [entry.tag, name_of(entry.cluster)]
        if not entry.known:
            notes.append(self.tr("The model in use does not know this tag."))
        self.setToolTip("\n".join(notes))
        own_keys(self, "Delete", "Backspace")
        self._over_cross = False
        self.setMouseTracking(True)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return the tag's size, with room for the cross."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 14 + CROSS, metrics.height() + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint a rounded field in the cluster's tint; a dashed outline where the pack does not know the tag."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        field = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        tint, hue = tint_of(self.entry.cluster, palette), hue_of(self.entry.cluster, palette)
        base = palette.color(QPalette.ColorRole.Base)
        if self.hasFocus():
            pen = QPen(palette.color(QPalette.ColorRole.Highlight), 1.5)
        elif not self.entry.known:
            pen = QPen(mixed(base, hue, 0.8), 1, Qt.PenStyle.DashLine)
        else:
            pen = QPen(mixed(base, hue, 0.42), 1)
        painter.setPen(pen)
        painter.setBrush(tint if self.entry.known else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(field, 5, 5)
        text = palette.color(QPalette.ColorRole.Text if self.entry.known else QPalette.ColorRole.PlaceholderText)
        painter.setPen(text)
        room = self.rect().adjusted(8, 0, -CROSS - 2, 0)
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width() + 2)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextDontClip, words)
        self._paint_cross(painter)

    def _paint_cross(self, painter: QPainter) -> None:
        strong = self._over_cross or self.hasFocus()
        role = QPalette.ColorRole.Text if strong else QPalette.ColorRole.PlaceholderText
        painter.setPen(QPen(self.palette().color(role), 1.3))
        cx, cy, arm = self.width() - CROSS / 2 - 2, self.height() / 2, 2.8
        painter.drawLine(round(cx - arm), round(cy - arm), round(cx + arm), round(cy + arm))
        painter.drawLine(round(cx - arm), round(cy + arm), round(cx + arm), round(cy - arm))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Show that the cross can be pressed."""
        self._hover(event.position().x() >= self.width() - CROSS - 4)
        super().mouseMoveEvent(event)

    def leaveEvent(self, event: QEnterEvent) -> None:  # type: ignore[override]  # noqa: N802
        """Let the cross be quiet again."""
        self._hover(False)
        super().leaveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        """Remove the tag where the cross was pressed, or by the middle button."""
        on_cross = event.position().x() >= self.width() - CROSS - 4 and self.rect().contains(event.position().toPoint())
        super().mouseReleaseEvent(event)
        if on_cross or event.button() == Qt.MouseButton.MiddleButton:
            self.removed.emit(self.entry.tag)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Delete and Backspace remove the tag."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit(self.entry.tag)
        else:
            super().keyPressEvent(event)

    def _hover(self, over: bool) -> None:
        if over != self._over_cross:
            self._over_cross = over
            self.update()


class _Group(QWidget):
    """The chips of one cluster, after its name."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        label = QLabel(title, self)
        label.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        label.setFixedWidth(label.fontMetrics().horizontalAdvance("Expression") + 8)
        label.setFixedHeight(label.fontMetrics().height() + 6)
        self.flow = FlowLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(label, alignment=Qt.AlignmentFlag.AlignTop)
        row.addLayout(self.flow, 1)


class TagEditor(QWidget):
    """Chips of tags by cluster and a line with completion. It changes nothing itself; it says what was asked for."""

    added = Signal(tuple)
    removed = Signal(str)

    def __init__(self, parent: QWidget | None = None, placeholder: str = "") -> None:
        super().__init__(parent)
        self.tags: tuple[str, ...] = ()
        self.vocabulary = shipped_vocabulary()
        self.line = TagLineEdit(self)
        self.line.setPlaceholderText(placeholder or self.tr("Add tags: smile, running, from above …"))
        self.line.setAccessibleName(self.tr("Add tags"))
        self.line.setToolTip(self.tr("Type a tag; Enter or a comma adds it, Tab takes the first proposal"))
        self.line.setClearButtonEnabled(True)
        self.line.committed.connect(self._add)
        self.line.left.connect(self._remove_last)
        self._groups = QVBoxLayout()
        self._groups.setSpacing(4)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(self._groups)
        layout.addWidget(self.line)
        self.setFocusProxy(self.line)

    @property
    def chips(self) -> list[Chip]:
        """The chips as they are shown."""
        return [chip for chip in self.findChildren(Chip) if not chip.isHidden()]

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Propose and mark by another vocabulary."""
        if vocabulary is not self.vocabulary:
            self.vocabulary = self.line.vocabulary = vocabulary
            self._fill()

    def set_tags(self, tags: Collection[str]) -> None:
        """Show these tags; those that are shown already are left alone."""
        if tuple(tags) != self.tags:
            self.tags = self.line.without = tuple(tags)
            self._fill()

    def _fill(self) -> None:
        focused = next((c.entry.tag for c in self.findChildren(Chip) if c.hasFocus()), None)
        while (item := self._groups.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.setParent(None)
                old.deleteLater()
        for cluster, entries in self.vocabulary.grouped(self.tags).items():
            group = _Group(name_of(cluster), self)
            for entry in entries:
                chip = Chip(entry, group)
                chip.removed.connect(self._remove)
                group.flow.addWidget(chip)
            self._groups.addWidget(group)
        if focused is not None:
            # What had the keyboard is gone or made anew; typing goes on beside it.
            self.line.setFocus()

    def _add(self, tags: tuple[str, ...]) -> None:
        new = tuple(tag for tag in tags if tag not in self.tags)
        if new:
            self.added.emit(new)

    def _remove(self, tag: str) -> None:
        self.removed.emit(tag)

    def _remove_last(self) -> None:
        if chips := self.chips:
            self.removed.emit(chips[-1].entry.tag)

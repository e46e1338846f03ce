"""How alike the picture in use and its characters are."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from komawari.domain.panel import Panel
from komawari.domain.takes import Take
from komawari.ui.docks.inspector.fields import FieldLabel
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.tags.colours import mixed


class LikenessBar(QWidget):
    """A thin bar from 0 to 1, empty while nothing is known."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value: float | None = None
        self.setMinimumWidth(40)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Return a line's size."""
        return QSize(120, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        """Paint the bar in the accent."""
        painter, palette = QPainter(self), self.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        base, text = palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText)
        room = QRectF(0, self.height() / 2 - 3, self.width(), 6)
        painter.setBrush(mixed(base, text, 0.15))
        painter.drawRoundedRect(room, 3, 3)
        if self.value:
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(QRectF(room.x(), room.y(), room.width() * self.value, room.height()), 3, 3)


class LikenessSection(Section):
    """A bar for each character of the take in use."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.rows: dict[str, tuple[LikenessBar, QLabel]] = {}
        self._take: str | None = None
        self._figures: dict[str, dict[str, float]] = {}
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._body = QWidget(self)
        self._body.setLayout(self._grid)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        label = FieldLabel(self.tr("Likeness (uncalibrated)"), self._body, self)
        self.column.addWidget(label)
        self.column.addWidget(self._body)
        self.column.addWidget(self.note)
        tip = self.tr(
            "How alike the characters in the picture in use and in their references are to the model's own encoder "
            "(masked image similarity, 0 to 1).\nIt is not calibrated: compare pictures of one character with each "
            "other; it says nothing about how well they are drawn."
        )
        self.setToolTip(tip)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The take in use, and the names of its characters."""
        return (panel.take, self.session.project.characters, panel.figures)

    def fill(self, panel: Panel) -> None:
        """Ask for the take's figures, unless they are known."""
        take = self.session.used_take(panel)
        names = {character.id: character.name for character in self.session.project.characters}
        drawn = dict.fromkeys(figure.character for figure in panel.figures)
        cast = [one for one in drawn if one is not None and one in names]
        self._take = take.id if take else None
        self._lay({one: names[one] for one in cast} if take else {})
        if take is None:
            self._say(self.tr("Shown when the panel has a picture."))
        elif not cast:
            self._say(self.tr("Nobody in particular is in the panel."))
        else:
            self._say("")
            self._ask(take)

    def _ask(self, take: Take) -> None:
        if take.id in self._figures:
            self._show(take.id, self._figures[take.id])
        else:
            self.context.queue.likeness(take, partial(self._hear, take.id))

    def _hear(self, take: str, figures: dict[str, float]) -> None:
        self._figures[take] = figures
        self._show(take, figures)

    def _show(self, take: str, figures: dict[str, float]) -> None:
        """Show figures, unless another take is in use by now."""
        if take != self._take:
            return
        for character, (bar, text) in self.rows.items():
            bar.value = figures.get(character)
            text.setText("–" if bar.value is None else f"{bar.value:.2f}")
            bar.setAccessibleDescription(text.text())
            bar.update()

    def _lay(self, names: dict[str, str]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.rows = {}
        for line, (character, name) in enumerate(names.items()):
            label, bar, text = QLabel(name, self), LikenessBar(self), QLabel("…", self)
            label.setTextFormat(Qt.TextFormat.PlainText)
            text.setMinimumWidth(text.fontMetrics().horizontalAdvance("0.00") + 2)
            text.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            bar.setAccessibleName(self.tr("Likeness of {0}").format(name))
            self._grid.addWidget(label, line, 0)
            self._grid.addWidget(bar, line, 1)
            self._grid.addWidget(text, line, 2)
            self.rows[character] = (bar, text)
        self._body.setVisible(bool(names))

    def _say(self, text: str) -> None:
        self.note.setText(text)
        self.note.setVisible(bool(text))

"""What the export dialog tells: which pictures are too coarse, which models drew them, and how much it will be."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from komawari.ui.export.resolution import Resolution
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours

PANEL = Qt.ItemDataRole.UserRole
ROWS = 5
"""Lines that a list shows at once; if there are fewer it is smaller."""


class _List(QListWidget):
    """A list whose Enter key means its row alone; else it would press the dialog's button as well."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's name
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class ExportNotes(QWidget):
    """Two short lists and a line."""

    panel_chosen = Signal(str)
    """The id of a panel that the artist wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sign, self.verdict = QLabel(self), QLabel(self)
        self.verdict.setWordWrap(True)
        self.soft = self._list(self.tr("Soft pictures"))
        self.soft.setToolTip(self.tr("Enter or a double click shows the panel"))
        self.soft.itemActivated.connect(lambda item: self.panel_chosen.emit(item.data(PANEL)))
        self.models = self._list(self.tr("Models and licences"))
        self.models.setToolTip(self.tr("They are also written into a text file beside the export"))
        head = QHBoxLayout()
        head.addWidget(self.sign)
        head.addWidget(self.verdict, 1)
        title = QLabel(self.tr("&Models and licences"), self)
        title.setBuddy(self.models)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(head)
        layout.addWidget(self.soft)
        layout.addWidget(title)
        layout.addWidget(self.models)

    def _list(self, name: str) -> QListWidget:
        made = _List(self)
        made.setAccessibleName(name)
        made.setWordWrap(True)
        made.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        made.setMaximumHeight(made.fontMetrics().lineSpacing() * ROWS + 2 * made.frameWidth() + 12)
        made.setSpacing(1)
        return made

    def show_soft(self, soft: Sequence[Resolution], pictures: int, limit: float, empty: int = 0) -> None:
        """Show the panels that are too coarse, of so many pictures at all; so many panels have none."""
        self.soft.clear()
        for one in soft:
            text = self.tr("Page {page}, panel {number}: {dpi} dpi")
            item = QListWidgetItem(text.format(page=one.page, number=one.number, dpi=round(one.dpi)))
            item.setData(PANEL, one.panel.id)
            self.soft.addItem(item)
        self.soft.setVisible(bool(soft))
        doubtful = bool(soft) or empty > 0
        self._sign("error" if doubtful else "ok", colours().warning if doubtful else colours().good)
        lines = [self._verdict(len(soft), pictures, limit)]
        if pictures and empty:
            lines.insert(0, self.tr("%n panel(s) have no picture and stay empty.", "", empty))
        self.verdict.setText("\n".join(lines))

    def _verdict(self, soft: int, pictures: int, limit: float) -> str:
        if not pictures:
            return self.tr("No panel of these pages has a picture yet.")
        if not soft:
            return self.tr("Every picture is fine enough.")
        text = self.tr("{soft} of {pictures} pictures have less than {limit} dpi and will look soft:")
        return text.format(soft=soft, pictures=pictures, limit=round(limit))

    def show_problem(self, message: str) -> None:
        """Say why nothing can be exported as it is."""
        self.soft.clear()
        self.soft.hide()
        self._sign("error", colours().error)
        self.verdict.setText(message)

    def show_models(self, lines: Sequence[str]) -> None:
        """Show what drew the pictures."""
        self.models.clear()
        self.models.addItems(lines)

    def _sign(self, name: str, colour: str) -> None:
        self.sign.setPixmap(pixmap(name, 16, colour, self.devicePixelRatioF()))

"""What the export dialog tells: which pictures are too coarse, which models drew them, and how much it will be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from komawari.ui.counted import counted
from komawari.ui.export.resolution import Resolution
from komawari.ui.export.unreadable import Unreadable
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours

PANEL = Qt.ItemDataRole.UserRole
ROWS = 5
"""Lines that a list shows at once; if there are fewer it is smaller."""


@dataclass(frozen=True)
class Findings:
    """What is known of the pictures of the chosen pages."""

    pictures: int
    """How many there are; so many panels are `empty`."""
    empty: int
    soft: Sequence[Resolution]
    """Those that are too coarse."""
    limit: float
    """See `resolution.limit`."""
    unreadable: Sequence[Unreadable]
    is_done: bool = True
    """Whether all pictures were looked at; else more may be unreadable."""


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
        self.soft = self._list(self.tr("Pictures to look at"))
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
        layout.addStretch(1)

    def _list(self, name: str) -> QListWidget:
        made = _List(self)
        made.setAccessibleName(name)
        made.setWordWrap(True)
        made.setSizeAdjustPolicy(QListWidget.SizeAdjustPolicy.AdjustToContents)
        made.setMaximumHeight(made.fontMetrics().lineSpacing() * ROWS + 2 * made.frameWidth() + 12)
        made.setSpacing(1)
        return made

    def show_findings(self, found: Findings) -> None:
        """Show the panels whose pictures cannot be read or are too coarse."""
        self.soft.clear()
        for broken in found.unreadable:
            self._add(broken, self.tr("Page {page}, panel {number}: cannot be read"))
        for one in found.soft:
            self._add(one, self._how_coarse(one))
        self.soft.setVisible(self.soft.count() > 0)
        if found.unreadable:
            self._sign("error", colours().error)
        elif found.soft or found.empty:
            self._sign("error", colours().warning)
        elif not found.is_done:
            self._sign("info", colours().dim)
        else:
            self._sign("ok", colours().good)
        self.verdict.setText("\n".join(self._verdict(found)))

    def _add(self, one: Resolution | Unreadable, text: str) -> None:
        item = QListWidgetItem(text.format(page=one.page, number=one.number))
        item.setData(PANEL, one.panel.id)
        self.soft.addItem(item)

    def _how_coarse(self, one: Resolution) -> str:
        if one.times:
            line = self.tr("Page {page}, panel {number}: enlarged {times} ×")
            return line.replace("{times}", f"{one.times:.1f}")
        return self.tr("Page {page}, panel {number}: {dpi} dpi").replace("{dpi}", str(round(one.dpi)))

    def _verdict(self, found: Findings) -> list[str]:
        if not found.pictures and not found.unreadable:
            return [self.tr("No panel of these pages has a picture yet.")]
        lines = []
        if found.empty:
            one = self.tr("A panel has no picture and stays empty.")
            lines.append(counted(found.empty, one, self.tr("{n} panels have no picture and stay empty.")))
        if found.unreadable:
            one = self.tr("A picture cannot be read. Choose another take there, or draw the panel anew:")
            several = self.tr("{n} pictures cannot be read. Choose other takes there, or draw the panels anew:")
            lines.append(counted(len(found.unreadable), one, several))
        if found.soft:
            lines.append(self._soft(found))
        elif not found.is_done:
            lines.append(self.tr("Looking at the pictures …"))
        elif not found.unreadable:
            lines.append(self.tr("Every picture is fine enough."))
        return lines

    def _soft(self, found: Findings) -> str:
        if found.soft[0].times:
            return self._soft_slices(found)
        one = self.tr("{n} of {pictures} pictures has less than {limit} dpi and will look soft:")
        several = self.tr("{n} of {pictures} pictures have less than {limit} dpi and will look soft:")
        if found.pictures == 1:
            one = self.tr("The picture has less than {limit} dpi and will look soft:")
        said = counted(len(found.soft), one, several)
        return said.format(pictures=found.pictures, limit=round(found.limit))

    def _soft_slices(self, found: Findings) -> str:
        one = self.tr("{n} of {pictures} pictures is enlarged more than {limit} × and will look soft:")
        several = self.tr("{n} of {pictures} pictures are enlarged more than {limit} × and will look soft:")
        if found.pictures == 1:
            one = self.tr("The picture is enlarged more than {limit} × and will look soft:")
        return counted(len(found.soft), one, several).format(pictures=found.pictures, limit=f"{found.limit:g}")

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

"""What a new project begins with: paper, direction of reading, gutters and lines."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QDoubleSpinBox,
    QFormLayout,
    QGroupBox,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.base import DomainError
from komawari.domain.edits.pages import set_defaults
from komawari.domain.paper import PRESETS
from komawari.domain.project import Gutters, Project, new_project
from komawari.ui.dialogs.paper_form import PaperForm
from komawari.ui.dialogs.paper_preview import PaperPreview

MOST_GUTTER = 100.0
MOST_BORDER = 20.0


def millimetre_field(value: float, most: float, name: str, parent: QWidget) -> QDoubleSpinBox:
    """Return a field for a length in millimetres."""
    field = QDoubleSpinBox(parent, maximum=most, decimals=2, singleStep=0.5, suffix=" mm")
    field.setValue(value)
    field.setAccessibleName(name.replace("&", ""))
    return field


def reading_box(parent: QWidget) -> QComboBox:
    """Return a choice of the direction of reading."""
    box, said = QComboBox(parent), QCoreApplication.translate
    box.addItem(said("Reading", "Right to left (manga)"), "rtl")
    box.addItem(said("Reading", "Left to right"), "ltr")
    box.setAccessibleName(said("Reading", "Reading direction"))
    return box


class NewProjectDialog(QDialog):
    """Asks for a new project's beginnings; nothing waits for it."""

    made = Signal(object)
    """The new `Project`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("New project"))
        beginning = Project("0" * 32)
        self.title = QLineEdit(self, maxLength=200)
        self.title.setPlaceholderText(self.tr("Untitled"))
        self.title.setAccessibleName(self.tr("Title"))
        self.paper = PaperForm(PRESETS["b5_manga"], self)
        self.reading = reading_box(self)
        self.rows = millimetre_field(beginning.gutters.rows, MOST_GUTTER, self.tr("Gutter between rows"), self)
        self.columns = millimetre_field(beginning.gutters.columns, MOST_GUTTER, self.tr("Gutter between columns"), self)
        self.border = millimetre_field(beginning.border, MOST_BORDER, self.tr("Line around panels"), self)
        self.preview = PaperPreview(PRESETS["b5_manga"], self)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.create_button = self.buttons.addButton(self.tr("Create"), QDialogButtonBox.ButtonRole.AcceptRole)
        self._lay_out()
        self.paper.changed.connect(self._show)
        self.paper.preset.activated.connect(self._suggest_reading)
        self.reading.currentIndexChanged.connect(self._show)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._show()

    def _lay_out(self) -> None:
        self.paper.put_above((self.tr("&Title"), self.title), (self.tr("Rea&ding"), self.reading))
        panels = QGroupBox(self.tr("Panels"), self)
        form = QFormLayout(panels)
        form.addRow(self.tr("Gutter between ro&ws"), self.rows)
        form.addRow(self.tr("Gutter between &columns"), self.columns)
        form.addRow(self.tr("&Line around panels"), self.border)
        left = QVBoxLayout()
        left.addWidget(self.paper)
        left.addWidget(panels)
        left.addStretch()
        sides = QHBoxLayout()
        sides.addLayout(left, 1)
        sides.addWidget(self.preview)
        whole = QVBoxLayout(self)
        whole.addLayout(sides)
        whole.addWidget(self.buttons)

    def _suggest_reading(self) -> None:
        """Manga is read from the right; whoever chooses another paper mostly reads from the left."""
        wanted = "rtl" if self.paper.preset.currentData() == "b5_manga" else "ltr"
        self.reading.setCurrentIndex(self.reading.findData(wanted))

    def _show(self) -> None:
        self.create_button.setEnabled(self.paper.is_possible())
        if self.paper.is_possible():
            self.preview.show_paper(self.paper.paper(), self.reading.currentData() == "rtl")

    def project(self) -> Project:
        """Return the project as the fields say. Raises `DomainError`."""
        paper = self.paper.paper()
        project = new_project(self.title.text().strip(), paper, self.reading.currentData())
        gutters = Gutters(self.rows.value(), self.columns.value())
        return partial(set_defaults, paper=paper, gutters=gutters, border=self.border.value())(project)

    def accept(self) -> None:
        """Give the project away, unless there is no such paper."""
        try:
            project = self.project()
        except DomainError:
            return
        super().accept()
        self.made.emit(project)

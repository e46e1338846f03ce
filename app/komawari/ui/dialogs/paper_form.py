"""The fields of a paper: a preset or one's own lengths, in millimetres, inches or pixels, with the resolution."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QSpinBox, QWidget

from komawari.domain.base import DomainError
from komawari.domain.paper import LONGEST, PRESETS, Paper, Unit, check_paper, in_unit, millimetres

DECIMALS = {"mm": 2, "in": 4, "px": 0}
SAME = 0.005
"""Millimetres by which a typed length may differ from a preset's."""
LENGTHS = ("width", "height", "bleed", "safe")


def preset_titles() -> dict[str, str]:
    """Return what the presets are called."""
    said = QCoreApplication.translate
    return {
        "us_comic": said("Paper", "US comic"),
        "b5_manga": said("Paper", "Manga, B5"),
        "a4": said("Paper", "A4"),
        "square": said("Paper", "Square"),
        "webtoon": said("Paper", "Webtoon slice"),
    }


def paper_line(paper: Paper) -> str:
    """Return a paper's size and resolution in a few words."""
    width, height = (in_unit(length, paper.unit, paper.dpi) for length in (paper.width, paper.height))
    digits = {"mm": 1, "in": 3, "px": 0}[paper.unit]
    said = [f"{round(length, digits):g}" for length in (width, height)]
    size = QCoreApplication.translate("Paper", "{width} × {height} {unit} · {dpi} dpi")
    return size.format(width=said[0], height=said[1], unit=paper.unit, dpi=paper.dpi)


class PaperForm(QWidget):
    """Fields in which a paper is chosen."""

    changed = Signal()

    def __init__(self, paper: Paper, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.preset = QComboBox(self)
        for name, title in preset_titles().items():
            self.preset.addItem(f"{title} – {paper_line(PRESETS[name])}", name)
        self.preset.addItem(self.tr("Custom"), "")
        self.unit = QComboBox(self)
        self.unit.addItems(get_args(Unit))
        self.dpi = QSpinBox(self, minimum=36, maximum=2400, suffix=" dpi")
        self.fields = {name: QDoubleSpinBox(self) for name in LENGTHS}
        self.problem = QLabel(self, wordWrap=True)
        self.problem.setObjectName("problem")
        self._shown_unit: Unit = paper.unit
        self._shown_dpi = paper.dpi
        self._lay_out()
        self.set_paper(paper)
        self.preset.activated.connect(self._take_preset)
        self.unit.activated.connect(self._convert)
        self.dpi.valueChanged.connect(self._convert)
        for field in self.fields.values():
            field.valueChanged.connect(self._typed)

    def _lay_out(self) -> None:
        self._form = form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        labels = {
            "width": self.tr("&Width (trimmed)"), "height": self.tr("&Height (trimmed)"),
            "bleed": self.tr("&Bleed"), "safe": self.tr("&Safe margin"),
        }  # fmt: skip
        form.addRow(self.tr("&Paper"), self.preset)
        form.addRow(self.tr("&Unit"), self.unit)
        form.addRow(self.tr("&Resolution"), self.dpi)
        for name, label in labels.items():
            form.addRow(label, self.fields[name])
            self.fields[name].setAccessibleName(label.replace("&", ""))
        form.addRow(self.problem)
        for widget, label in ((self.preset, self.tr("Paper")), (self.unit, self.tr("Unit"))):
            widget.setAccessibleName(label)
        self.dpi.setAccessibleName(self.tr("Resolution"))
        self.fields["bleed"].setToolTip(self.tr("How far pictures reach beyond the trim, so that no white edge is cut"))
        self.fields["safe"].setToolTip(self.tr("How far inside the trim nothing important may lie"))

    def put_above(self, *rows: tuple[str, QWidget]) -> None:
        """Put further fields with their labels above those of the paper, aligned with them."""
        for index, (label, field) in enumerate(rows):
            self._form.insertRow(index, label, field)

    def paper(self) -> Paper:
        """Return the paper. Raises `DomainError` that says what is wrong with it."""
        unit, dpi = self._unit(), self.dpi.value()
        chosen = PRESETS.get(self.preset.currentData())
        if chosen is not None and self._equals(chosen):
            return chosen
        width, height, bleed, safe = (millimetres(self.fields[name].value(), unit, dpi) for name in LENGTHS)
        return check_paper(Paper(width, height, bleed, safe, dpi, unit))

    def set_paper(self, paper: Paper) -> None:
        """Show a paper."""
        self._shown_unit, self._shown_dpi = paper.unit, paper.dpi
        self._quietly(self.unit, lambda: self.unit.setCurrentText(paper.unit))
        self._quietly(self.dpi, lambda: self.dpi.setValue(paper.dpi))
        self._show_lengths({name: getattr(paper, name) for name in LENGTHS})
        self._find_preset()
        self._check()

    def _unit(self) -> Unit:
        return self.unit.currentText()  # type: ignore[return-value]

    def _show_lengths(self, lengths: dict[str, float]) -> None:
        unit, dpi = self._unit(), self.dpi.value()
        for name, field in self.fields.items():

            def show(field: QDoubleSpinBox = field, length: float = lengths[name]) -> None:
                field.setDecimals(DECIMALS[unit])
                field.setSuffix(f" {unit}")
                field.setMaximum(in_unit(LONGEST, unit, dpi))
                field.setSingleStep({"mm": 1, "in": 0.125, "px": 10}[unit])
                field.setValue(in_unit(length, unit, dpi))

            self._quietly(field, show)

    @staticmethod
    def _quietly(widget: QWidget, act: object) -> None:
        blocked = widget.blockSignals(True)
        act()  # type: ignore[operator]
        widget.blockSignals(blocked)

    def _take_preset(self) -> None:
        chosen = PRESETS.get(self.preset.currentData())
        if chosen is not None:
            self.set_paper(chosen)
            self.changed.emit()
        self._check()

    def _convert(self) -> None:
        """Keep lengths as they are on paper when the unit changes; in pixels another resolution keeps the pixels."""
        old_unit, old_dpi = self._shown_unit, self._shown_dpi
        self._shown_unit, self._shown_dpi = self._unit(), self.dpi.value()
        keeps_pixels = old_unit == "px" == self._shown_unit
        dpi = self._shown_dpi if keeps_pixels else old_dpi
        self._show_lengths({name: millimetres(field.value(), old_unit, dpi) for name, field in self.fields.items()})
        self._typed()

    def _typed(self) -> None:
        self._find_preset()
        self._check()
        self.changed.emit()

    def _find_preset(self) -> None:
        name = next((name for name, paper in PRESETS.items() if self._equals(paper)), "")
        self._quietly(self.preset, lambda: self.preset.setCurrentIndex(self.preset.findData(name)))

    def _equals(self, paper: Paper) -> bool:
        unit, dpi = self._unit(), self.dpi.value()
        if (unit, dpi) != (paper.unit, paper.dpi):
            return False
        return all(abs(millimetres(self.fields[n].value(), unit, dpi) - getattr(paper, n)) < SAME for n in LENGTHS)

    def _check(self) -> None:
        try:
            self.paper()
        except DomainError as error:
            self.problem.setText(str(error))
        else:
            self.problem.clear()
        self.problem.setVisible(bool(self.problem.text()))

    def is_possible(self) -> bool:
        """Return whether there is such a paper."""
        return not self.problem.text()

"""How the engine draws: seed, takes, size, and the sampler's, the controller's and the adapter's settings."""

from __future__ import annotations

import secrets
from typing import Any, get_args

from msgspec.structs import replace
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QFormLayout, QLabel, QWidget

from animeadapter.protocol.choices import SchedulerName
from animeadapter.protocol.request import MOST_TAKES
from komawari.domain.panel import Panel, Settings
from komawari.ui.docks.inspector.fields import (
    CHOSEN,
    FieldLabel,
    IconButton,
    OwnSpinBox,
    ScaleField,
    WholeSpinBox,
    on_click,
    pick,
    row,
    well_mannered,
)
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.docks.inspector.sizes import SizeField

SEEDS = 2**32


class SeedField(QWidget):
    """A seed, its lock, and a dice. A spin box of Qt ends at 2³¹, so that this one counts in doubles."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QDoubleSpinBox(self)
        self.box.setDecimals(0)
        self.box.setRange(0, SEEDS - 1)
        self.box.setAccessibleName(self.tr("Seed"))
        self.box.setToolTip(self.tr("The same seed and settings draw the same picture"))
        well_mannered(self.box)
        self.dice = IconButton("dice", self.tr("Another seed"), self)
        self.lock = IconButton("lock", self.tr("Keep this seed when the panel is drawn again"), self)
        self.lock.setCheckable(True)
        self.lock.setStyleSheet(CHOSEN)
        self.setLayout(row(self.box, self.dice, self.lock, stretch=0))


class SamplingSection(Section):
    """Numbers. What is left to the model is shown as such."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._form = QFormLayout()
        self._form.setContentsMargins(0, 0, 0, 0)
        self._form.setVerticalSpacing(5)
        self._form.setHorizontalSpacing(8)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.column.addLayout(self._form)
        self._labels: dict[str, FieldLabel] = {}
        self._make_seed()
        self._make_sampler()
        self._make_controller()
        self._make_detail()
        self.final = QCheckBox(self.tr("Final: never draw this panel again"), self)
        self.final.setToolTip(self.tr("A final panel is never queued, not even when its characters change"))
        self.final.clicked.connect(self._set_final)
        self.column.addWidget(self.final)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """All numbers, and what the size follows from."""
        pack = self.context.pack_of(panel)
        used = self.session.used_take(panel)
        return (
            panel.seed, panel.seed_locked, panel.takes, panel.settings, panel.final,
            panel.frame, panel.placement, self.session.shown_page.paper, pack, used.id if used else None,
        )  # fmt: skip

    def fill(self, panel: Panel) -> None:
        """Show the numbers."""
        if self.seed.box.value() != panel.seed:
            self.seed.box.blockSignals(True)
            self.seed.box.setValue(panel.seed)
            self.seed.box.blockSignals(False)
        self.seed.lock.setChecked(panel.seed_locked)
        self.seed.dice.setEnabled(not panel.seed_locked)
        self.takes.show_value(panel.takes)
        self.size_field.show_panel(panel)
        sampler, controller, adapter = panel.settings.sampler, panel.settings.controller, panel.settings.adapter
        self.steps.show_value(sampler.steps)
        self.guidance.show_value(sampler.guidance)
        pick(self.scheduler, sampler.scheduler)
        self.weight.show_value(controller.weight)
        self.start.show_value(controller.start)
        self.end.show_value(controller.end)
        self.scale.show_value(adapter.scale)
        self.beta.show_value(adapter.beta)
        self.figures.show_value(panel.settings.detail.figures)
        self.heads.show_value(panel.settings.detail.heads)
        self.final.setChecked(panel.final)
        self._mark()

    def _mark(self) -> None:
        values: dict[str, Any] = {
            "seed": lambda p: p.seed, "takes": lambda p: p.takes, "size": lambda p: p.settings.size,
            "steps": lambda p: p.settings.sampler.steps, "guidance": lambda p: p.settings.sampler.guidance,
            "scheduler": lambda p: p.settings.sampler.scheduler, "weight": lambda p: p.settings.controller.weight,
            "range": lambda p: (p.settings.controller.start, p.settings.controller.end),
            "scale": lambda p: p.settings.adapter.scale, "beta": lambda p: p.settings.adapter.beta,
            "figures": lambda p: p.settings.detail.figures, "heads": lambda p: p.settings.detail.heads,
        }  # fmt: skip
        self.marks(*((self._labels[name].set_differs, value) for name, value in values.items()))

    # Making the fields.

    def _add(self, key: str, name: str, field: QWidget, tip: str = "") -> None:
        self._labels[key] = FieldLabel(name, field, self)
        if tip:
            field.setToolTip(tip)
        self._form.addRow(self._labels[key], field)

    def _make_seed(self) -> None:
        self.seed = SeedField()
        self.seed.box.valueChanged.connect(lambda v: self.edits.set(self.tr("Change seed"), "seed", seed=int(v)))
        self.seed.box.editingFinished.connect(self.edits.end)
        on_click(self.seed.dice, self._roll)
        self.seed.lock.clicked.connect(self._lock)
        self._add("seed", self.tr("Seed"), self.seed)
        self.takes = WholeSpinBox(self.tr("Takes"), 1, MOST_TAKES)
        self.takes.valueChanged.connect(lambda v: self.edits.set(self.tr("Change number of takes"), "takes", takes=v))
        self.takes.editingFinished.connect(self.edits.end)
        self._add("takes", self.tr("Takes"), self.takes, self.tr("How many pictures are drawn at once"))
        self.size_field = SizeField(self.context)
        self._add("size", self.tr("Size"), self.size_field)

    def _make_sampler(self) -> None:
        self.steps = OwnSpinBox(self.tr("Steps"), 1, 200, 1, 0)
        self.steps.chosen.connect(lambda v: self._sampler("steps", None if v is None else int(v)))
        self._add("steps", self.tr("Steps"), self.steps, self.tr("More steps take longer; the first ones matter most"))
        self.guidance = OwnSpinBox(self.tr("Guidance"), 0, 50, 0.5, 1)
        self.guidance.chosen.connect(lambda v: self._sampler("guidance", v))
        tip = self.tr("How closely the picture keeps to prompt and tags")
        self._add("guidance", self.tr("Guidance"), self.guidance, tip)
        for box in (self.steps, self.guidance):
            box.editingFinished.connect(self.edits.end)
        self.scheduler = QComboBox()
        self.scheduler.addItem(self.tr("model's own"), None)
        for name in get_args(SchedulerName):
            self.scheduler.addItem(name.replace("_", " "), name)
        self.scheduler.setAccessibleName(self.tr("Scheduler"))
        well_mannered(self.scheduler)
        self.scheduler.activated.connect(lambda i: self._sampler("scheduler", self.scheduler.itemData(i)))
        self._add("scheduler", self.tr("Scheduler"), self.scheduler)

    def _make_controller(self) -> None:
        self.weight = self._scale(self.tr("Weight of the pose"), "controller", "weight", 4.0, 2.0)
        self._add("weight", self.tr("Pose weight"), self.weight, self.tr("How strictly the pose is kept"))
        self.start = OwnShare(self.tr("Pose acts from"))
        self.end = OwnShare(self.tr("Pose acts until"))
        both = QWidget()
        both.setLayout(row(self.start, QLabel(self.tr("to")), self.end))
        both.layout().addStretch(1)  # type: ignore[union-attr]
        self.start.valueChanged.connect(lambda v: self._part("controller", "start", v))
        self.end.valueChanged.connect(lambda v: self._part("controller", "end", v))
        for box in (self.start, self.end):
            box.editingFinished.connect(self.edits.end)
        self._add("range", self.tr("Pose range"), both, self.tr("From which to which share of the steps the pose acts"))
        self.scale = self._scale(self.tr("Adapter scale"), "adapter", "scale", 4.0, 2.0)
        tip = self.tr("How strongly all references speak")
        self._add("scale", self.tr("References"), self.scale, tip)
        self.beta = self._scale(self.tr("Adapter beta"), "adapter", "beta", 1.0, 1.0)
        tip = self.tr(
            "Weight of what lies outside the references' masks: 1 keeps parts apart most, 0 is as in training"
        )
        self._add("beta", self.tr("Beta"), self.beta, tip)

    def _make_detail(self) -> None:
        tip = self.tr(
            "Draws each figure of the finished picture once more, alone and large, and puts it back: how much of it"
            " is new, 0 for none. It takes that share of the time again"
        )
        self.figures = self._share(self.tr("Figures again"), "figures", tip)
        self.heads = self._share(self.tr("Heads again"), "heads", self.tr("The same of each head, after the figures"))

    def _share(self, name: str, field: str, tip: str) -> OwnSpinBox:
        made = OwnSpinBox(name, 0, 1, 0.05, 2)
        made.chosen.connect(lambda value: self._part("detail", field, value))
        made.editingFinished.connect(self.edits.end)
        self._add(field, name, made, tip)
        return made

    def _scale(self, name: str, part: str, field: str, highest: float, slider: float) -> ScaleField:
        made = ScaleField(name, 0.0, highest, slider_highest=slider)
        made.changed.connect(lambda value: self._part(part, field, value))
        made.finished.connect(self.edits.end)
        return made

    # Edits.

    def _part(self, part: str, field: str, value: object) -> None:
        def change(settings: Settings) -> Settings:
            return replace(settings, **{part: replace(getattr(settings, part), **{field: value})})

        self.edits.settings(self.tr("Change {0}").format(_shown(field)), change, f"{part}.{field}")

    def _sampler(self, field: str, value: object) -> None:
        self._part("sampler", field, value)

    def _roll(self) -> None:
        self.edits.each(self.tr("Another seed"), lambda p: {} if p.seed_locked else {"seed": secrets.randbelow(SEEDS)})

    def _lock(self, locked: bool) -> None:
        self.edits.set(self.tr("Lock seed") if locked else self.tr("Unlock seed"), seed_locked=locked)

    def _set_final(self, final: bool) -> None:
        self.edits.set_final(self.tr("Mark as final") if final else self.tr("Unmark as final"), final)


class OwnShare(QDoubleSpinBox):
    """A share from 0 to 1."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setRange(0, 1)
        self.setSingleStep(0.05)
        self.setDecimals(2)
        self.setAccessibleName(name)
        self.setFixedWidth(70)
        well_mannered(self)

    def show_value(self, value: float) -> None:
        """Show a value without telling."""
        if abs(self.value() - value) > 1e-9:
            self.blockSignals(True)
            self.setValue(value)
            self.blockSignals(False)


def _shown(field: str) -> str:
    return {
        "weight": "pose weight",
        "start": "pose range",
        "end": "pose range",
        "scale": "adapter scale",
        "figures": "figures again",
        "heads": "heads again",
    }.get(field, field)

"""The panel's sketch: whether pictures follow it or its lines, how closely, and what brings one in."""

from __future__ import annotations

from typing import Any, get_args

from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QWidget

from animeadapter.protocol.choices import LineKind
from komawari.domain.edits import sketches
from komawari.domain.panel import Panel
from komawari.ui.docks.inspector.fields import (
    FieldLabel,
    IconButton,
    ScaleField,
    on_click,
    pick,
    row,
    well_mannered,
)
from komawari.ui.docks.inspector.lines_seen import LinesSeen
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.sketch.room import SketchRoom

MOST = 0.99
"""Of the closeness: the engine draws at least a little."""
FIRMEST = 2.0
"""Of the lines' slider."""


class SketchSection(Section):
    """A switch with a slider for the sketch as a whole, and a choice with one for its lines.

    Lines are offered where the panel's model can follow some. The first slider shows the contrary of
    `Sketch.strength`: how much of the sketch stays.
    """

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._room = SketchRoom.of(context.session)
        self.pen = on_click(IconButton("sketch_pen", self.tr("Sketch in the panel (S)"), self), self._sketch)
        title = QLabel(self.tr("Sketch"), self)
        title.setProperty("dim", True)
        head = row(title, self.pen)
        head.insertStretch(1, 1)
        self.follow = QCheckBox(self.tr("Follow the sketch"), self)
        self.follow.setToolTip(self.tr("Pictures begin from the sketch, laid over white, in the place of noise alone"))
        self.follow.clicked.connect(self._follow)
        self.closeness = ScaleField(self.tr("How closely the sketch is followed"), 0.0, MOST)
        self.closeness.setToolTip(
            self.tr("0 leaves nothing of the sketch, 1 hardly draws: the share of the steps that it takes the place of")
        )
        self.closeness.changed.connect(self._set_closeness)
        self.closeness.finished.connect(self.edits.end)
        self._label = FieldLabel(self.tr("Closely"), self.closeness, self)
        self._fields = QWidget(self)
        self._fields.setLayout(row(self._label, self.closeness, stretch=1))
        self._make_lines()
        self.seen = LinesSeen(context, self)
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        self.column.addLayout(head)
        for widget in (self.follow, self._fields, self._kinds, self._firmness, self.seen, self.note):
            self.column.addWidget(widget)

    def _make_lines(self) -> None:
        self.lines = QComboBox(self)
        self.lines.setAccessibleName(self.tr("What the sketch's lines are followed as"))
        self.lines.setToolTip(self.tr("Whether pictures keep to the sketch's dark strokes, whatever they begin from"))
        well_mannered(self.lines)
        self.lines.activated.connect(lambda index: self._choose(self.lines.itemData(index)))
        self._kind_label = FieldLabel(self.tr("Lines"), self.lines, self)
        self._kinds = QWidget(self)
        self._kinds.setLayout(row(self._kind_label, self.lines, stretch=1))
        self.firmness = ScaleField(self.tr("How firmly the lines are followed"), 0.0, 4.0, slider_highest=FIRMEST)
        self.firmness.changed.connect(self._set_firmness)
        self.firmness.finished.connect(self.edits.end)
        self._firm_label = FieldLabel(self.tr("Firmly"), self.firmness, self)
        self._firmness = QWidget(self)
        self._firmness.setLayout(row(self._firm_label, self.firmness, stretch=1))

    def _known(self, panel: Panel) -> tuple[LineKind, ...]:
        """Return what the panel's model can follow lines as."""
        pack = self.context.pack_of(panel)
        return tuple(kind for kind in get_args(LineKind) if pack is not None and kind in pack.parts)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """What is sketched, whether it is followed, by which model, and how it lies in the picture."""
        return (panel.sketch, self.context.pack_of(panel), panel.placement, panel.frame, panel.settings.size)

    def fill(self, panel: Panel) -> None:
        """Show it."""
        sketch, some = panel.sketch, any(one.sketch.sheet is not None for one in self.edits.panels)
        self.follow.setChecked(sketch.follow)
        self.follow.setVisible(some or sketch.follow)
        self.closeness.show_value(round(1 - sketch.strength, 6))
        self._fields.setVisible(sketch.follow)
        self._fill_lines(panel, some)
        self.seen.show_panel(panel)
        self.note.setText(self._words(panel))
        self.note.setVisible(bool(self.note.text()))
        follows = self.edits.differs(lambda one: one.sketch.follow)
        self.follow.setText(self.tr("Follow the sketch ≠") if follows else self.tr("Follow the sketch"))
        self.marks(
            (self._label.set_differs, lambda one: one.sketch.strength),
            (self._kind_label.set_differs, lambda one: one.sketch.lines),
            (self._firm_label.set_differs, lambda one: one.sketch.lines_weight),
        )

    def _fill_lines(self, panel: Panel, some: bool) -> None:
        """Offer what the model can follow; what was chosen with another one stays to be seen."""
        chosen, known, pack = panel.sketch.lines, self._known(panel), self.context.pack_of(panel)
        names = {"lineart": self.tr("as line art"), "scribble": self.tr("as a scribble")}
        self.lines.clear()
        self.lines.addItem(self.tr("not followed"), None)
        for kind in get_args(LineKind):
            if kind in known or kind == chosen:
                missing = "" if kind in known or pack is None else self.tr(" (not with this model)")
                self.lines.addItem(names[kind] + missing, kind)
        pick(self.lines, chosen)
        any_chosen = any(one.sketch.lines for one in self.edits.panels)
        self._kinds.setVisible(bool((some and known) or any_chosen))
        self._firmness.setVisible(any_chosen)
        self.firmness.show_value(panel.sketch.lines_weight)

    def _words(self, panel: Panel) -> str:
        stuck = next((one for one in self.edits.panels if one.sketch.sheet is not None and self._lacks(one)), None)
        if stuck is not None:
            pack = self.context.pack_of(stuck)
            return self.tr(
                "{0} has no controller for these lines and will not draw the panel."
                " Choose “not followed”, or another model."
            ).format("" if pack is None else pack.title)
        if any(one.sketch.sheet is not None for one in self.edits.panels):
            return ""
        if panel.sketch.follow or panel.sketch.lines:
            return self.tr("There is no sketch any more: the panel is drawn without one.")
        return self.tr("None yet: take the pen (S) or import a rough.")

    def _lacks(self, panel: Panel) -> bool:
        """Return whether a panel follows lines that its model cannot follow, as far as that is known."""
        pack = self.context.pack_of(panel)
        return panel.sketch.lines is not None and pack is not None and panel.sketch.lines not in pack.parts

    def _sketch(self) -> None:
        self._room.tool_wanted.emit("sketch_pen")

    def _follow(self, follow: bool) -> None:
        name = self.tr("Follow the sketch") if follow else self.tr("Draw without the sketch")
        self._set(name, follow=follow)

    def _set_closeness(self, value: float) -> None:
        self._set(self.tr("Change closeness to the sketch"), "sketch.strength", strength=round(1 - value, 6))

    def _choose(self, kind: LineKind | None) -> None:
        name = self.tr("Draw without the sketch's lines") if kind is None else self.tr("Follow the sketch's lines")
        self._set(name, lines=kind)

    def _set_firmness(self, value: float) -> None:
        self._set(self.tr("Change firmness of the lines"), "sketch.lines_weight", lines_weight=value)

    def _set(self, name: str, gesture: str = "", **fields: Any) -> None:
        self.edits.change(name, lambda project, panel: sketches.set_sketch(project, panel, **fields), gesture)

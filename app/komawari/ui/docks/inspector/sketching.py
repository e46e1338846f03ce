"""The panel's sketch: whether pictures follow it, how closely, and what brings one in."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QCheckBox, QLabel, QWidget

from komawari.domain.edits import sketches
from komawari.domain.panel import Panel
from komawari.ui.docks.inspector.fields import FieldLabel, IconButton, ScaleField, on_click, row
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.sketch.room import SketchRoom

MOST = 0.99
"""Of the closeness: the engine draws at least a little."""


class SketchSection(Section):
    """A switch and a slider. The slider shows the contrary of `Sketch.strength`: how much of the sketch stays."""

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
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        self.column.addLayout(head)
        for widget in (self.follow, self._fields, self.note):
            self.column.addWidget(widget)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """Whether there is a sketch, and whether it is followed."""
        return (panel.sketch.sheet is None, panel.sketch.follow, panel.sketch.strength)

    def fill(self, panel: Panel) -> None:
        """Show it."""
        sketch, some = panel.sketch, any(one.sketch.sheet is not None for one in self.edits.panels)
        self.follow.setChecked(sketch.follow)
        self.follow.setVisible(some or sketch.follow)
        self.closeness.show_value(round(1 - sketch.strength, 6))
        self._fields.setVisible(sketch.follow)
        self.note.setText(self._words(panel))
        self.note.setVisible(bool(self.note.text()))
        follows = self.edits.differs(lambda one: one.sketch.follow)
        self.follow.setText(self.tr("Follow the sketch ≠") if follows else self.tr("Follow the sketch"))
        self.marks((self._label.set_differs, lambda one: one.sketch.strength))

    def _words(self, panel: Panel) -> str:
        if panel.sketch.sheet is not None:
            return ""
        if panel.sketch.follow:
            return self.tr("There is no sketch any more: the panel is drawn without one.")
        return self.tr("None yet: take the pen (S) or import a rough.")

    def _sketch(self) -> None:
        self._room.tool_wanted.emit("sketch_pen")

    def _follow(self, follow: bool) -> None:
        name = self.tr("Follow the sketch") if follow else self.tr("Draw without the sketch")
        self._set(name, follow=follow)

    def _set_closeness(self, value: float) -> None:
        self._set(self.tr("Change closeness to the sketch"), "sketch.strength", strength=round(1 - value, 6))

    def _set(self, name: str, gesture: str = "", **fields: Any) -> None:
        self.edits.change(name, lambda project, panel: sketches.set_sketch(project, panel, **fields), gesture)

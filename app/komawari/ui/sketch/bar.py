"""The bar over the canvas while one sketches: tools, pen, how the layer is shown, and roughs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSignalBlocker, Qt
from PySide6.QtWidgets import QLabel, QSpinBox, QToolButton

from komawari.ui.docks.inspector.fields import well_mannered
from komawari.ui.floating import FloatingBar
from komawari.ui.masks.pane import Swatch
from komawari.ui.painting.settings import LARGEST, SMALLEST
from komawari.ui.sketch.commands import SketchCommand, sketch_commands

if TYPE_CHECKING:
    from komawari.ui.sketch.hand import SketchHand

TOOLS = ("sketch_pen", "sketch_eraser", "sketch_move")
BUTTONS = ("sketch.import", "sketch.clear")


class SketchBar(FloatingBar):
    """Floats at the top of the canvas."""

    def __init__(self, hand: SketchHand) -> None:
        super().__init__(hand.view, QCoreApplication.translate("SketchBar", "Sketch"))
        self._hand, self._room = hand, hand.room
        self.commands = {one.name: one for one in sketch_commands(hand)}
        self.tools: dict[str, QToolButton] = {}
        self.buttons: dict[str, QToolButton] = {}
        self.colour = Swatch(self.tr("Colour of the sketch pen"), self)
        self.size_box = self._box(self.tr("Size of the sketch pen"), round(SMALLEST), round(LARGEST), self.tr(" px"))
        self.size_box.setToolTip(self.tr("Size in pixels of the sheet: [ and ], or Ctrl+wheel over the page"))
        self.strength = self._box(self.tr("Opacity of the sketch pen"), 1, 100, self.tr(" %"))
        self.strength.setToolTip(self.tr("How strong a stroke is at most; further strokes lie over it"))
        self.layer = self._box(self.tr("Opacity of sketches on the screen"), 5, 100, self.tr(" %"))
        self.layer.setToolTip(self.tr("How strongly sketches are shown, on the screen alone"))
        self._build()
        self._connect()
        self.refresh()

    def _box(self, name: str, lowest: int, highest: int, suffix: str) -> QSpinBox:
        box = QSpinBox(self, minimum=lowest, maximum=highest, suffix=suffix)
        box.setAccessibleName(name)
        well_mannered(box)
        return box

    def _build(self) -> None:
        for name in TOOLS:
            tool = self._hand.view.tools[name]
            button = self.tool(name, self._named(tool.title(), f"tool.{name}", tool.key))
            button.setAccessibleName(tool.title())
            button.setCheckable(True)
            button.clicked.connect(lambda _on, name=name: self._choose(name))
            self.tools[name] = button
            self.row.addWidget(button)
        self.row.addWidget(self.line())
        self.row.addWidget(self.colour)
        for text, box in ((self.tr("Size"), self.size_box), (self.tr("Opacity"), self.strength)):
            self._labelled(text, box)
        self.row.addWidget(self.line())
        self.eye = self._button(self.commands["sketch.shown"])
        self.eye.setCheckable(True)
        self._labelled("", self.layer)
        self.row.addWidget(self.line())
        for name in BUTTONS:
            self.buttons[name] = self._button(self.commands[name])
        for button in (self.eye, *self.buttons.values()):
            if button is not self.eye:
                self.row.addWidget(button)

    def _labelled(self, text: str, box: QSpinBox) -> None:
        if text:
            label = QLabel(text, self)
            label.setBuddy(box)
            label.setProperty("dim", True)
            label.setContentsMargins(6, 0, 2, 0)
            self.row.addWidget(label)
        else:
            self.row.addWidget(self.eye)
        self.row.addWidget(box)

    def _named(self, text: str, name: str, default: str = "") -> str:
        keys = self._hand.view.keys_of(name) or default
        return f"{text} ({keys})" if keys else text

    def _button(self, command: SketchCommand) -> QToolButton:
        head = command.text.rstrip("…")
        button = self.tool(command.icon, f"{self._named(head, command.name)}\n{command.tip}")
        button.setAccessibleName(head)
        if command.checkable:
            button.toggled.connect(command.do)
        else:
            button.clicked.connect(lambda: command.do())
        return button

    def _connect(self) -> None:
        room, session = self._room, self._hand.session
        self.colour.picked.connect(lambda colour: room.set_layer(colour=colour))
        self.size_box.valueChanged.connect(lambda value: room.set_brush(size=float(value)))
        self.strength.valueChanged.connect(lambda value: room.set_brush(opacity=value / 100))
        self.layer.valueChanged.connect(lambda value: room.set_layer(opacity=value / 100))
        for signal in (
            room.brush_changed, room.layer_changed, session.project_changed, session.selection_changed, session.opened,
        ):  # fmt: skip
            signal.connect(self.refresh)

    def _choose(self, name: str) -> None:
        self._hand.view.set_tool(name)
        self.show_tool(name)
        self._hand.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_tool(self, name: str) -> None:
        """Show which tool is in the hand."""
        for one, button in self.tools.items():
            button.setChecked(one == name)

    def refresh(self, *_: object) -> None:
        """Show pen and layer as they are, and what is possible."""
        brush, layer = self._room.brush, self._room.layer
        for box, value in (
            (self.size_box, round(brush.size)), (self.strength, round(brush.opacity * 100)),
            (self.layer, round(layer.opacity * 100)),
        ):  # fmt: skip
            with QSignalBlocker(box):
                box.setValue(value)
        self.colour.show_colour(layer.colour)
        with QSignalBlocker(self.eye):
            self.eye.setChecked(layer.shown)
        for name, button in self.buttons.items():
            enabled = self.commands[name].enabled
            button.setEnabled(enabled is None or enabled())
        self.lay()

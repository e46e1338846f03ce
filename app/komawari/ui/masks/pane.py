"""Tools, brush and overlay of masks, as widgets: beside the page, and beside a reference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QColorDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.ui.docks.inspector.fields import CHOSEN, FieldLabel, IconButton, ScaleField, on_click, well_mannered
from komawari.ui.icons import put_icon
from komawari.ui.masks.room import Room
from komawari.ui.painting.settings import LARGEST, SMALLEST
from komawari.ui.theme import colours

SLIDER = 300.0
"""Pixels of a brush up to which its slider goes; larger ones are typed."""


class ToolChoice(NamedTuple):
    """A tool that can be taken into the hand."""

    name: str
    icon: str
    text: str
    tip: str


class ToolRow(QWidget):
    """Buttons of which one at most is pressed."""

    chosen = Signal(str)

    def __init__(self, choices: Sequence[ToolChoice], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for one in choices:
            button = QToolButton(self)
            button.setCheckable(True)
            button.setIconSize(QSize(20, 20))
            put_icon(button, one.icon)
            button.setStyleSheet(CHOSEN)
            button.setToolTip(f"{one.text}\n{one.tip}" if one.tip else one.text)
            button.setAccessibleName(one.text)
            button.clicked.connect(lambda _on, name=one.name: self.chosen.emit(name))
            self._group.addButton(button)
            self.buttons[one.name] = button
            row.addWidget(button)
        row.addStretch(1)

    def show_chosen(self, name: str) -> None:
        """Show which tool is in the hand; none of them, where the name is another's."""
        for one, button in self.buttons.items():
            button.setChecked(one == name)


class Swatch(QToolButton):
    """A colour, which a click lets one choose."""

    picked = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._colour = QColor("black")
        self.setFixedSize(34, 24)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.clicked.connect(self._choose)

    def show_colour(self, colour: str) -> None:
        """Show a colour."""
        self._colour = QColor(colour)
        self.setAccessibleDescription(colour)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's name
        """Paint it within the button."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # A colour like the window's own has to be found as well.
        painter.setPen(QColor(colours().strong_line))
        painter.setBrush(self._colour)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(5.5, 5.5, -5.5, -5.5), 3, 3)

    def _choose(self) -> None:
        dialog = QColorDialog(self._colour, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(lambda colour: self.picked.emit(colour.name()))
        dialog.open()


class BrushFields(QWidget):
    """The brush and the overlay."""

    def __init__(self, room: Room, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self.size_field = ScaleField(self.tr("Size of the brush"), SMALLEST, LARGEST, 1.0, SLIDER)
        self.size_field.box.setDecimals(0)
        self.size_field.box.setSuffix(self.tr(" px"))
        self.size_field.setToolTip(self.tr("[ and ], or Ctrl+wheel over the page"))
        self.hardness = ScaleField(self.tr("Hardness of the brush"), 0.0, 1.0)
        self.strength = ScaleField(self.tr("Opacity of the brush"), 0.01, 1.0)
        self.strength.setToolTip(self.tr("How strong it paints at most; a second stroke builds nothing up"))
        self.spacing = ScaleField(self.tr("Spacing of the brush"), 0.02, 1.0)
        self.pressure_size = QCheckBox(self.tr("Size"), self)
        self.pressure_size.setToolTip(self.tr("A pen's pressure is the brush's size"))
        self.pressure_opacity = QCheckBox(self.tr("Opacity"), self)
        self.pressure_opacity.setToolTip(self.tr("A pen's pressure is the brush's opacity"))
        self.colour = Swatch(self.tr("Colour in which masks are shown"), self)
        self.shown = ScaleField(self.tr("Opacity in which masks are shown"), 0.05, 1.0)
        self._lay_out()
        self._connect()
        self.refresh()

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        pressure, overlay = QHBoxLayout(), QHBoxLayout()
        for box in (self.pressure_size, self.pressure_opacity):
            pressure.addWidget(box)
        pressure.addStretch(1)
        overlay.addWidget(self.colour)
        overlay.addWidget(self.shown, 1)
        rows: tuple[tuple[str, QWidget, QWidget | QHBoxLayout], ...] = (
            (self.tr("Size"), self.size_field, self.size_field),
            (self.tr("Hardness"), self.hardness, self.hardness),
            (self.tr("Opacity"), self.strength, self.strength),
            (self.tr("Spacing"), self.spacing, self.spacing),
            (self.tr("Pen pressure"), self.pressure_size, pressure),
            (self.tr("Shown in"), self.colour, overlay),
        )
        for number, (text, buddy, content) in enumerate(rows):
            grid.addWidget(FieldLabel(text, buddy, self), number, 0)
            if isinstance(content, QWidget):
                grid.addWidget(content, number, 1)
            else:
                grid.addLayout(content, number, 1)

    def _connect(self) -> None:
        room = self._room
        self.size_field.changed.connect(lambda value: room.set_brush(size=float(round(value))))
        self.hardness.changed.connect(lambda value: room.set_brush(hardness=value))
        self.strength.changed.connect(lambda value: room.set_brush(opacity=value))
        self.spacing.changed.connect(lambda value: room.set_brush(spacing=value))
        self.pressure_size.toggled.connect(lambda on: room.set_brush(pressure_size=on))
        self.pressure_opacity.toggled.connect(lambda on: room.set_brush(pressure_opacity=on))
        self.colour.picked.connect(lambda colour: room.set_overlay(colour=colour))
        self.shown.changed.connect(lambda value: room.set_overlay(opacity=value))
        room.brush_changed.connect(self.refresh)
        room.overlay_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the brush as it is."""
        brush, overlay = self._room.brush, self._room.overlay
        for field, value in (
            (self.size_field, brush.size), (self.hardness, brush.hardness), (self.strength, brush.opacity),
            (self.spacing, brush.spacing), (self.shown, overlay.opacity),
        ):  # fmt: skip
            field.show_value(value)
        self.pressure_size.setChecked(brush.pressure_size)
        self.pressure_opacity.setChecked(brush.pressure_opacity)
        self.colour.show_colour(overlay.colour)


class MaskButtons(QWidget):
    """What changes a mask as a whole: invert, fill, clear, and by so many pixels: grow, shrink, feather."""

    asked = Signal(str, float)
    """What is to be done ("invert", "fill", "clear", "grow", "shrink", "feather"), and by how many pixels."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.by = QSpinBox(self)
        self.by.setRange(1, 200)
        self.by.setValue(4)
        self.by.setSuffix(self.tr(" px"))
        self.by.setAccessibleName(self.tr("By how many pixels"))
        self.by.setToolTip(self.tr("By how many pixels the mask grows and shrinks, or over how many its edge is soft"))
        well_mannered(self.by)
        self.buttons: dict[str, IconButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for name, tip in (
            ("invert", self.tr("Invert the mask (Shift+V)")),
            ("fill", self.tr("Paint all of the picture")),
            ("clear", self.tr("Clear the mask")),
        ):
            row.addWidget(self._button(name, tip))
        row.addStretch(1)
        for name, tip in (
            ("grow", self.tr("Make the mask wider by these pixels")),
            ("shrink", self.tr("Make the mask narrower by these pixels")),
            ("feather", self.tr("Make its edge soft over these pixels")),
        ):
            row.addWidget(self._button(name, tip))
        row.addWidget(self.by)

    def _button(self, name: str, tip: str) -> IconButton:
        button = IconButton(name, tip, self)
        on_click(button, lambda: self.asked.emit(name, float(self.by.value())))
        self.buttons[name] = button
        return button


def section_label(text: str, parent: QWidget) -> QLabel:
    """Return the name of a group."""
    label = QLabel(text, parent)
    label.setProperty("heading", True)
    return label


def stacked(parent: QWidget, *widgets: QWidget, gap: int = 6) -> QVBoxLayout:
    """Lay widgets out below each other in their parent."""
    layout = QVBoxLayout(parent)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(gap)
    for widget in widgets:
        layout.addWidget(widget)
    return layout

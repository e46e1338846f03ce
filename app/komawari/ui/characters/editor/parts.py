"""The list of a reference's parts: colour, name, scale, active tokens, and which of them is looked at."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from animeadapter.protocol.parts import COLOURS, PartName, label
from komawari.domain.character import CharacterPart, CharacterReference
from komawari.ui.characters.editor.changes import WHOLE
from komawari.ui.characters.editor.counting import TokenCounter
from komawari.ui.characters.editor.references import scale_box
from komawari.ui.characters.tokens import Tokens
from komawari.ui.icons import pixmap
from komawari.ui.theme import colours

WHOLE_COLOUR = QColor("#00a3a3")
OWN_COLOURS = tuple(map(QColor, ("#e0457b", "#00a36c", "#a0522d", "#5b5bd6", "#c2b000", "#0090c0", "#d04fd0")))
"""Of parts with names of their own, one after another."""


@dataclass
class PartRow:
    """The widgets of one row."""

    id: str
    choose: QToolButton
    eye: QCheckBox
    count: QLabel
    scale: QDoubleSpinBox | None


class PartsList(QWidget):
    """Rows; the first one is the whole character."""

    chosen = Signal(str)
    """The id of the part that is looked at; `WHOLE`: the character."""
    shown = Signal()
    """Other parts are to be shown over the picture."""
    scaled = Signal(str, float)
    scaling_ended = Signal()

    def __init__(self, counter: TokenCounter, parent: QWidget) -> None:
        super().__init__(parent)
        self._counter = counter
        self.rows: dict[str, PartRow] = {}
        self.current = WHOLE
        self.hidden: set[str] = set()
        """Ids of parts that are not shown over the picture."""
        self._reference: CharacterReference | None = None
        self._signature: object = None
        self._group = QButtonGroup(self)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._grid)
        layout.addStretch(1)
        counter.counted.connect(self.show_counts)

    def show_reference(self, reference: CharacterReference | None) -> None:
        """Show the parts of a reference; rows that are the same are left alone, so that one can type on."""
        self._reference = reference
        parts = reference.parts if reference else ()
        signature = reference and (reference.id, tuple((part.id, part.part, part.name) for part in parts))
        if signature != self._signature:
            self._signature = signature
            self._rebuild(parts)
        for part in parts:
            if (box := self.rows[part.id].scale) is not None:
                with QSignalBlocker(box):
                    box.setValue(part.scale)
        self.show_counts()

    def choose(self, part: str) -> None:
        """Look at a part."""
        if part in self.rows:
            self.current = part
            self.rows[part].choose.setChecked(True)
            self.chosen.emit(part)

    def show_counts(self) -> None:
        """Show how many tokens are active."""
        if self._reference is None:
            return
        for part, row in self.rows.items():
            tokens = self._counter.tokens(self._reference, part)
            few = tokens is not None and tokens.are_few
            # Not by colour alone.
            mark = "! " if few else ""
            row.count.setText("–" if tokens is None else f"{mark}{tokens.count}")
            row.count.setToolTip(self._count_tip(tokens))
            row.count.setStyleSheet(f"color: {colours().warning}; font-weight: 600" if few else "")

    def _count_tip(self, tokens: Tokens | None) -> str:
        if tokens is None:
            return self.tr("Not counted: there is no mask yet, the engine finds it when it draws")
        return self.tr("{0} of the encoder's {1} tokens are active").format(tokens.count, tokens.grid**2)

    # Rows.

    def _rebuild(self, parts: tuple[CharacterPart, ...]) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.rows.clear()
        if self._reference is not None:
            self._add_row(0, WHOLE, self.tr("Whole character"), WHOLE_COLOUR, None)
            tints = colours_of(parts)
            for number, part in enumerate(parts, start=1):
                self._add_row(number, part.id, name_of_part(part), tints[part.id], part.scale)
        if self.current not in self.rows:
            self.current = WHOLE
        if self.current in self.rows:
            self.rows[self.current].choose.setChecked(True)
            self.chosen.emit(self.current)

    def _add_row(self, number: int, part: str, name: str, colour: QColor, scale: float | None) -> None:
        choose = QToolButton(self, autoRaise=True)
        choose.setCheckable(True)
        choose.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        choose.setText(name)
        choose.setIcon(_swatch(colour))
        choose.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        choose.setToolTip(self.tr("Show the tokens of {0}").format(name))
        choose.clicked.connect(lambda: self.choose(part))
        self._group.addButton(choose)
        eye = QCheckBox(self)
        eye.setChecked(part not in self.hidden)
        eye.setToolTip(self.tr("Show {0} over the picture").format(name))
        eye.setAccessibleName(eye.toolTip())
        eye.toggled.connect(lambda on: self._show_part(part, on))
        count = QLabel("–", self, alignment=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        count.setMinimumWidth(count.fontMetrics().horizontalAdvance("! 256") + 4)
        box = None
        if scale is not None:
            box = scale_box(self, self.tr("Scale of {0}").format(name))
            box.setValue(scale)
            box.setToolTip(self.tr("How strongly {0} counts where it is borrowed").format(name))
            box.valueChanged.connect(lambda value: self.scaled.emit(part, round(value, 3)))
            box.editingFinished.connect(self.scaling_ended)
        for column, widget in enumerate((eye, choose, count, box)):
            if widget is not None:
                self._grid.addWidget(widget, number, column)
        self.rows[part] = PartRow(part, choose, eye, count, box)

    def _show_part(self, part: str, on: bool) -> None:
        (self.hidden.discard if on else self.hidden.add)(part)
        self.shown.emit()


def name_of_part(part: CharacterPart) -> str:
    """Return what a part is called: the artist's name, or its kind's."""
    return part.name or name_of_kind(part.part)


def name_of_kind(kind: PartName) -> str:
    """Return what a kind of parts is called."""
    tr = QCoreApplication.translate
    names: dict[PartName, str] = {
        "hair": tr("Parts", "Hair"),
        "face": tr("Parts", "Face"),
        "skin": tr("Parts", "Skin"),
        "outfit": tr("Parts", "Outfit"),
        "accessory": tr("Parts", "Accessories"),
        "prop": tr("Parts", "Props"),
    }
    return names[kind]


def colours_of(parts: tuple[CharacterPart, ...]) -> dict[str, QColor]:
    """Return a colour for each part, all different ones: by kind, and further ones for names of one's own."""
    own = iter(OWN_COLOURS * (1 + len(parts) // len(OWN_COLOURS)))
    return {part.id: next(own) if part.name else QColor(*COLOURS[label(part.part)]) for part in parts}


def _swatch(colour: QColor) -> QIcon:
    image = QPixmap(QSize(32, 32))
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(4, 4, 24, 24, 6, 6)
    painter.end()
    return QIcon(image)


class TokenLine(QWidget):
    """What the tokens mean, in words: how many, and a warning where they are too few."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._icon = QLabel(self)
        self._line = QLabel(self, wordWrap=True)
        self._line.setMinimumHeight(2 * self._line.fontMetrics().height())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._line, 1)

    @property
    def text(self) -> str:
        """What is said."""
        return self._line.text()

    def say(self, text: str, warns: bool = False) -> None:
        """Say something, perhaps as a warning."""
        self._line.setText(text)
        self._line.setStyleSheet(f"color: {colours().warning}" if warns else "")
        self._icon.setVisible(warns)
        if warns:
            self._icon.setPixmap(pixmap("warning", 18, colours().warning, self.devicePixelRatioF()))

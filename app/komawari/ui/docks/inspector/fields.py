"""Small fields that the inspector is made of. They tell what a person does, never what the program shows in them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.ui.icons import put_icon

FINE = 100
"""Slider steps to one."""
CHOSEN = """
QToolButton { padding: 2px 6px; border: 1px solid palette(mid); border-radius: 5px; background: palette(button); }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:hover, QToolButton:focus { border-color: palette(link); }
"""
"""One of several buttons is chosen."""
PRESSED = """
QToolButton { padding: 2px; border: 2px solid transparent; border-radius: 6px; }
QToolButton:checked { border-color: palette(highlight); }
QToolButton:hover, QToolButton:focus { border-color: palette(link); }
"""
"""Pictures that count or do not."""
_HEAD = """
QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 3px 2px; text-align: left; }
QToolButton:hover { background: palette(button); }
QToolButton:focus { border-color: palette(link); }
"""


class _Manners(QObject):
    """Lets the wheel scroll the inspector unless a field has the keyboard, and undo be the document's."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Pass on what a field should not have for itself."""
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget) and not watched.hasFocus():
            event.ignore()
            return True
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
            if event.matches(undo) or event.matches(redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def well_mannered(field: QWidget) -> None:
    """Let a field scroll on, and let undo and redo be the document's."""
    manners = _Manners(field)
    field.installEventFilter(manners)
    for line in field.findChildren(QWidget):
        line.installEventFilter(manners)
    if isinstance(field, QAbstractSpinBox | QComboBox | QSlider):
        field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)


class FieldLabel(QLabel):
    """A field's name, which says where the selected panels differ."""

    def __init__(self, text: str, field: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._text = text
        self.setBuddy(field)
        self.setProperty("dim", True)

    def set_differs(self, differs: bool) -> None:
        """Mark the field as one whose value is not that of all selected panels."""
        self.setText(f"{self._text} ≠" if differs else self._text)
        note = self.tr("The selected panels differ here; what you set is set for all of them.")
        self.setToolTip(note if differs else "")


class IconButton(QToolButton):
    """A flat button with an icon of ours; its tip is its name for those who listen."""

    def __init__(self, icon: str, tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        put_icon(self, icon)
        self.setIconSize(QSize(16, 16))
        self.setAutoRaise(True)
        self.setToolTip(tip)
        self.setAccessibleName(tip)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)


class ScaleField(QWidget):
    """A number with a slider and a box."""

    changed = Signal(float)
    """While it is dragged, too."""
    finished = Signal()
    """The mouse was released, or the box was left."""

    def __init__(
        self, name: str, lowest: float, highest: float, step: float = 0.05, slider_highest: float | None = None
    ) -> None:
        """`slider_highest`: where the slider ends; larger numbers are typed."""
        super().__init__()
        self.slider = QSlider(Qt.Orientation.Horizontal, self)
        self.slider.setRange(round(lowest * FINE), round((slider_highest or highest) * FINE))
        self.slider.setPageStep(round(step * 2 * FINE))
        self.slider.setSingleStep(round(step * FINE))
        self.slider.setMinimumWidth(50)
        self.box = QDoubleSpinBox(self)
        self.box.setRange(lowest, highest)
        self.box.setSingleStep(step)
        self.box.setDecimals(2)
        self.box.setFixedWidth(70)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.slider.setAccessibleName(name)
        self.box.setAccessibleName(name)
        for field in (self.slider, self.box):
            well_mannered(field)
        self.slider.valueChanged.connect(lambda value: self._tell(value / FINE))
        self.slider.sliderReleased.connect(self.finished)
        self.box.valueChanged.connect(self._tell)
        self.box.editingFinished.connect(self.finished)
        self.setFocusProxy(self.box)

    @property
    def value(self) -> float:
        """What it shows."""
        return self.box.value()

    def show_value(self, value: float) -> None:
        """Show a value without telling."""
        with QSignalBlocker(self.slider), QSignalBlocker(self.box):
            self.slider.setValue(round(value * FINE))
            if abs(self.box.value() - value) > 1e-9:
                self.box.setValue(value)

    def _tell(self, value: float) -> None:
        self.show_value(value)
        self.changed.emit(value)


class OwnSpinBox(QDoubleSpinBox):
    """A number that may be left to the pack: the lowest step says so."""

    chosen = Signal(object)
    """A number, or None for the pack's own."""

    def __init__(self, name: str, lowest: float, highest: float, step: float, decimals: int) -> None:
        super().__init__()
        self._lowest = lowest
        self.setDecimals(decimals)
        self.setSingleStep(step)
        self.setRange(lowest - step, highest)
        self.setSpecialValueText(self.tr("model's own"))
        self.setAccessibleName(name)
        well_mannered(self)
        self.valueChanged.connect(self._tell)

    def _tell(self, value: float) -> None:
        if self.minimum() < value < self._lowest:
            # A step down from close to the lowest ends between it and the pack's own.
            self.setValue(self.minimum())
            return
        self.chosen.emit(self.chosen_value)

    @property
    def chosen_value(self) -> float | None:
        """What it shows."""
        return None if self.value() < self._lowest else self.value()

    def show_value(self, value: float | None) -> None:
        """Show a value without telling."""
        if value != self.chosen_value:
            with QSignalBlocker(self):
                self.setValue(self.minimum() if value is None else value)


class WholeSpinBox(QSpinBox):
    """A whole number."""

    def __init__(self, name: str, lowest: int, highest: int) -> None:
        super().__init__()
        self.setRange(lowest, highest)
        self.setAccessibleName(name)
        well_mannered(self)

    def show_value(self, value: int) -> None:
        """Show a value without telling."""
        if value != self.value():
            with QSignalBlocker(self):
                self.setValue(value)


class TextField(QPlainTextEdit):
    """Some lines of text; it grows with them, up to a height. Undo is the document's."""

    typed = Signal(str)
    left = Signal()

    def __init__(self, name: str, placeholder: str, lines: tuple[int, int] = (2, 6)) -> None:
        super().__init__()
        self._lines = lines
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        well_mannered(self)
        self.textChanged.connect(lambda: self.typed.emit(self.toPlainText()))
        self.document().documentLayout().documentSizeChanged.connect(self._grow)
        self._grow()

    def show_text(self, text: str) -> None:
        """Show a text without telling; the cursor stays where the text is the same."""
        if text != self.toPlainText():
            with QSignalBlocker(self):
                self.setPlainText(text)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Say that typing is over."""
        super().focusOutEvent(event)
        self.left.emit()

    def _grow(self) -> None:
        lines = self.document().size().height()
        # A field that is as high as its text would show a bar all the same, for its margins.
        policy = (
            Qt.ScrollBarPolicy.ScrollBarAsNeeded if lines > self._lines[1] else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        )
        self.setVerticalScrollBarPolicy(policy)
        shown = min(max(lines, self._lines[0]), self._lines[1])
        margins = 2 * self.document().documentMargin() + 2 * self.frameWidth()
        self.setFixedHeight(round(shown * self.fontMetrics().lineSpacing() + margins))


class Fold(QWidget):
    """A heading that opens and closes what is under it."""

    toggled = Signal(bool)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.head = QToolButton(self)
        self.head.setText(title)
        self.head.setAutoRaise(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setStyleSheet(_HEAD)
        self.head.setIconSize(QSize(14, 14))
        put_icon(self.head, "right")
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setAccessibleName(title)
        self.head.setToolTip(self.tr("Show or hide: {0}").format(title))
        font = self.head.font()
        font.setBold(True)
        self.head.setFont(font)
        self.body = QWidget(self)
        self.body.hide()
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(4, 2, 0, 8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.head)
        layout.addWidget(self.body)
        self.head.clicked.connect(lambda: self.open(not self.is_open))

    @property
    def is_open(self) -> bool:
        """Whether its contents are shown."""
        return not self.body.isHidden()

    def open(self, is_open: bool = True) -> None:
        """Open or close it."""
        if is_open == self.is_open:
            return
        self.head.setAccessibleDescription(self.tr("open") if is_open else self.tr("closed"))
        put_icon(self.head, "down" if is_open else "right")
        self.body.setVisible(is_open)
        self.toggled.emit(is_open)


def heading(text: str, parent: QWidget | None = None) -> QLabel:
    """Return the name of a group of fields."""
    label = QLabel(text, parent)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def row(*widgets: QWidget, stretch: int | None = None) -> QHBoxLayout:
    """Return widgets side by side; the one at `stretch` takes the room."""
    layout = QHBoxLayout()
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for index, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if index == stretch else 0)
    return layout


def pick(box: QComboBox, data: object) -> None:
    """Show the item with this data without telling."""
    index = next((i for i in range(box.count()) if box.itemData(i) == data), -1)
    with QSignalBlocker(box):
        box.setCurrentIndex(index)


def on_click(button: QToolButton, act: Callable[[], object]) -> QToolButton:
    """Connect a button, and return it."""
    button.clicked.connect(lambda: act())
    return button

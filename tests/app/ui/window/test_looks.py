"""Themes: text can be read on its ground, icons take the theme's colours, and every icon can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFont, QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QProxyStyle,
    QRadioButton,
    QSpinBox,
    QStyle,
    QTabWidget,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

import komawari_resources
from komawari.ui.icons import icon
from komawari.ui.masks.pane import Swatch
from komawari.ui.theme import DARK, LIGHT, Colours, Style, stylesheet, themes


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""
    parts = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def rgb(colour: str) -> tuple[float, float, float]:
    one = QColor(colour)
    return one.redF(), one.greenF(), one.blueF()


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("c", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read_on_its_ground_and_the_focus_be_seen(c: Colours) -> None:
    pairs = [(text, ground) for text in (c.text, c.dim) for ground in (c.window, c.base, c.raised)]
    pairs += [(c.accent_text, c.accent), *((mark, c.raised) for mark in (c.good, c.warning, c.error))]
    assert {pair: round(contrast(*pair), 2) for pair in pairs if contrast(*pair) < 4.5} == {}
    assert min(contrast(mark, c.window) for mark in (c.focus, c.strong_line)) >= 3


def test_icons_follow_the_theme(qapp) -> None:
    shown = icon("save")
    for name, c in (("dark", DARK), ("light", LIGHT)):
        themes().choose(name)
        assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(c.window)
        image = shown.pixmap(QSize(64, 64)).toImage()
        drawn = {
            image.pixelColor(x, y).name() for x in range(64) for y in range(64) if image.pixelColor(x, y).alpha() == 255
        }
        assert drawn == {c.text}
        off = shown.pixmap(QSize(64, 64), QIcon.Mode.Disabled).toImage()
        assert c.disabled in {off.pixelColor(x, y).name() for x in range(64) for y in range(64)}


def test_every_icon_draws_something_and_there_is_none_by_another_name(qapp) -> None:
    names = [path.stem for path in komawari_resources.path("icons").glob("*.svg")]
    assert len(names) > 70
    empty = []
    for name in names:
        image = icon(name).pixmap(QSize(24, 24)).toImage()
        if not any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24)):
            empty.append(name)
    assert empty == []
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_an_icon_without_room_is_left_out_and_nothing_is_complained_about(qapp, qtlog) -> None:
    button = QToolButton(icon=icon("lock"))
    button.setIconSize(QSize(20, 0))
    button.resize(20, 20)
    button.grab()
    assert [record.message for record in qtlog.records if "aint" in record.message] == []


def test_a_window_is_dressed_once_when_it_is_whole(qapp: QApplication) -> None:
    with themes().building():
        assert qapp.styleSheet() == ""
        themes().choose("dark")
        assert qapp.styleSheet() == ""
    assert qapp.styleSheet() == stylesheet(DARK)
    themes().choose("light")
    assert qapp.styleSheet() == stylesheet(LIGHT)


class Iconed(QProxyStyle):
    """A style of a desktop that wants pictures on the buttons of dialogs."""

    def styleHint(self, hint: QStyle.StyleHint, option=None, widget=None, data=None) -> int:  # noqa: N802
        wanted = hint == QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons
        return 1 if wanted else super().styleHint(hint, option, widget, data)


def test_buttons_of_dialogs_have_no_pictures_of_qts(qtbot: QtBot, qapp: QApplication) -> None:
    qapp.setStyle(Iconed("Fusion"))
    try:
        themes().choose("light")
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok)
        qtbot.addWidget(box)
        assert box.style().styleHint(QStyle.StyleHint.SH_DialogButtonBox_ButtonsHaveIcons, None, box) == 0
    finally:
        qapp.setStyle(Style("Fusion"))


FIELDS: tuple[type[QWidget], ...] = (QLineEdit, QKeySequenceEdit, QSpinBox, QDoubleSpinBox, QComboBox)


@pytest.fixture
def font(qapp: QApplication) -> Iterator[Callable[[int], None]]:
    """Gives the application a font of so many points, until the test is over."""
    before = qapp.font()

    def use(points: int) -> None:
        one = QFont(before)
        one.setPointSize(points)
        qapp.setFont(one)
        themes().choose("light")

    yield use
    qapp.setFont(before)
    themes().choose("light")


@pytest.mark.parametrize("points", [8, 9, 12, 16, 23])
def test_fields_that_stand_side_by_side_are_all_as_high(qtbot: QtBot, points: int, font) -> None:
    font(points)
    row = QWidget()
    qtbot.addWidget(row)
    layout = QHBoxLayout(row)
    fields = {kind.__name__: kind() for kind in FIELDS}
    for field in fields.values():
        layout.addWidget(field)
    row.show()
    heights = {name: field.height() for name, field in fields.items()}
    assert heights["QSpinBox"] == heights["QDoubleSpinBox"] == heights["QComboBox"]
    # Line edits leave out what a font's height has behind its point.
    assert max(heights.values()) - min(heights.values()) <= (points > 12), heights


def strongest(image: QImage, ground: str, part: int) -> float:
    """The highest contrast to the ground in the left part of a row through the middle."""
    row = {image.pixelColor(x, image.height() // 2).name() for x in range(part)}
    return max(contrast(one, ground) for one in row)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton, QLineEdit, QSpinBox, QComboBox, QPlainTextEdit])
@pytest.mark.parametrize("on_a_tab", [False, True])
def test_what_is_not_chosen_yet_has_an_outline_to_be_found(
    qtbot: QtBot, theme: str, kind: type[QWidget], on_a_tab: bool
) -> None:
    themes().choose(theme)
    tabs, page = QTabWidget(), QWidget()
    qtbot.addWidget(tabs)
    qtbot.addWidget(page)
    if on_a_tab:
        tabs.addTab(page, "Tab")
    widget = kind(page)
    widget.setGeometry(20, 20, 120, 30)
    window = page.window()
    window.resize(300, 200)
    window.show()
    image = window.grab().toImage()
    corner = widget.mapTo(window, widget.rect().topLeft())
    ground = image.pixelColor(corner.x() - 5, corner.y() + 15).name()
    seen = image.copy(corner.x(), corner.y(), 20, 30)
    assert strongest(seen, ground, 6) >= 3


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_ring_of_a_field_with_the_focus_is_seen_on_a_tab_too(qtbot: QtBot, theme: str) -> None:
    themes().choose(theme)
    tabs, field = QTabWidget(), QLineEdit()
    qtbot.addWidget(tabs)
    tabs.addTab(field, "Tab")
    tabs.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    image = tabs.grab().toImage()
    corner = field.mapTo(tabs, field.rect().topLeft())
    ground = image.pixelColor(corner.x() + 9, corner.y() - 1).name()
    ring = image.pixelColor(corner.x() + 9, corner.y()).name()
    assert contrast(ring, ground) >= 3 and QColor(ring).hue() == pytest.approx(QColor(DARK.focus).hue(), abs=12)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_swatch_of_the_windows_own_colour_is_found(qtbot: QtBot, theme: str) -> None:
    themes().choose(theme)
    swatch = Swatch("Colour")
    qtbot.addWidget(swatch)
    swatch.show_colour(themes().colours.raised)
    swatch.show()
    assert strongest(swatch.grab().toImage().copy(4, 0, 20, 24), themes().colours.raised, 6) >= 3


def ink(name: str, size: int) -> set[tuple[int, int]]:
    """The pixels that an icon paints."""
    image = icon(name).pixmap(QSize(size, size)).toImage()
    return {(x, y) for x in range(size) for y in range(size) if image.pixelColor(x, y).alpha() > 90}


@pytest.mark.parametrize("size", [16, 18, 20])
@pytest.mark.parametrize("other", ["copy", "page-copy", "vary", "stale"])
def test_the_icon_of_reproduce_is_like_none_beside_it(qapp, size: int, other: str) -> None:
    one, two = ink("reproduce", size), ink(other, size)
    assert len(one & two) < 0.5 * len(one | two)

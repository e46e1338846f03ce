"""Themes: text can be read on its ground, icons take the theme's colours, and every icon can be drawn."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QProxyStyle, QStyle
from pytestqt.qtbot import QtBot

import komawari_resources
from komawari.ui.icons import icon
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

"""Which picture a panel shows, and how sharp it is."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator

from animeadapter.protocol.request import Blob
from komawari.domain.edits.changing import on_panel
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.panel import Panel, Placement
from komawari.domain.paper import PRESETS
from komawari.domain.takes import Take
from komawari.ui.render.dpi import effective_dpi, is_soft
from komawari.ui.render.page import SCREEN, paint_page
from komawari.ui.render.pictures import SessionPictures, level


def take(width: int, height: int) -> Take:
    return Take("a" * 32, "b" * 32, Blob("c" * 64), width, height, 1.0)


@pytest.mark.parametrize(("longest", "found"), [(100, 256), (256, 256), (257, 512), (1000, 1024), (1025, 0), (9999, 0)])
def test_levels_are_powers_of_two_up_to_the_picture_itself(longest: int, found: int) -> None:
    assert level(take(1500, 900), longest) == found


def test_pictures_come_at_once_or_later(session, qtbot, use_take) -> None:
    panel = session.shown_page.panels[0]
    assert SessionPictures(session, wait=True)(panel) is None
    used = use_take(panel.id, 600, 400)
    panel = session.shown_page.panels[0]
    later = SessionPictures(session, 256)
    assert later(panel) is None and later.missing == {used.picture.sha256}
    qtbot.waitUntil(lambda: later(panel) is not None)
    assert later(panel).width() == 256 and not later.missing
    # A larger one is not there yet; the smaller one is shown meanwhile.
    large = SessionPictures(session)
    assert large(panel).width() == 256 and large.missing
    assert SessionPictures(session, wait=True)(panel).width() == 600


def words(session) -> str:
    """Return all that stands on the shown page as it is painted now, as SVG."""
    buffer, generator = QBuffer(), QSvgGenerator()
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    painter.scale(4, 4)
    paint_page(painter, session.project, session.shown_page, SessionPictures(session), SCREEN)
    painter.end()
    return buffer.data().data().decode()


def test_a_panel_whose_picture_is_still_being_read_does_not_ask_to_be_drawn(session, use_take, qtbot) -> None:
    upper = session.shown_page.panels[0]
    session.edit("Tag", lambda p: on_panel(p, upper.id, lambda old: replace(old, tags=("smile",))))
    assert "Ctrl+Enter draws this panel" in words(session)
    use_take(upper.id, 100, 50)
    said = words(session)
    assert "Reading …" in said and "Ctrl+Enter" not in said
    qtbot.waitUntil(lambda: "Reading" not in words(session))
    assert "Ctrl+Enter" not in words(session)


def test_a_take_that_is_gone_is_a_picture_that_cannot_be_read(session) -> None:
    panel = session.shown_page.panels[0]
    session.edit("Use", lambda p: on_panel(p, panel.id, lambda old: replace(old, take="f" * 32)))
    found = SessionPictures(session)(session.shown_page.panels[0])
    assert found is not None and found.isNull()


def test_dpi_is_that_of_print_and_falls_with_the_scale() -> None:
    paper = PRESETS["b5_manga"]
    panel = Panel("0" * 32, rectangle((10, 10, 60.8, 60.8)))
    assert effective_dpi(panel, take(400, 400), paper) == pytest.approx(200)
    assert not is_soft(panel, take(400, 400), paper)
    assert is_soft(replace(panel, placement=Placement(scale=1.1)), take(400, 400), paper)

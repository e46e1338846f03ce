"""What a painted page looks like, pixel by pixel."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from komawari.domain.geometry.polygon import area, rectangle
from komawari.domain.panel import Panel, Placement
from komawari.domain.paper import PRESETS, Paper
from komawari.domain.project import Page, Project
from komawari.ui.render.frames import qpolygon
from komawari.ui.render.marks import EMPTY, chip_place, chip_rect, paint_placeholder
from komawari.ui.render.page import SCREEN, Options, paint_page

PAPER = Paper(100, 140, bleed=3, safe=10)
SCALE = 4
"""Pixels in a millimetre."""
RED, BLUE, WHITE, BLACK = "#ff0000", "#0000ff", "#ffffff", "#000000"


def panel(number: int, frame, **fields) -> Panel:
    """Return a panel; its frame is a box or a polygon."""
    return Panel(f"{number:032x}", frame if isinstance(frame[0], tuple) else rectangle(frame), **fields)


def picture(left: str = RED, right: str = RED, width: int = 80, height: int = 40) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(left))
    painter = QPainter(image)
    painter.fillRect(width // 2, 0, width, height, QColor(right))
    painter.end()
    return image


def painted(*panels: Panel, pictures=None, options: Options | None = None, paper: Paper = PAPER) -> QImage:
    """Return the page with 5 mm of grey around its trim."""
    page = Page("1" * 32, paper, panels)
    image = QImage(round((paper.width + 10) * SCALE), round((paper.height + 10) * SCALE), QImage.Format.Format_ARGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    painter.translate(5, 5)
    shown = pictures or {}
    paint_page(painter, Project("0" * 32, pages=(page,)), page, lambda one: shown.get(one.id), options)
    painter.end()
    return image


def colour(image: QImage, x: float, y: float) -> str:
    return image.pixelColor(round((x + 5) * SCALE), round((y + 5) * SCALE)).name()


def test_paper_picture_and_line_are_where_they_belong(qapp) -> None:
    one = panel(1, (20, 20, 60, 40), border=1.0)
    image = painted(one, pictures={one.id: picture()})
    assert colour(image, 40, 30) == RED
    assert colour(image, 20, 30) == colour(image, 60, 30) == colour(image, 40, 40.2) == BLACK
    assert colour(image, 18, 30) == colour(image, 62, 30) == WHITE
    assert colour(image, -2, -2) == WHITE and colour(image, -4, -4) == "#808080"


def test_without_bleed_the_page_ends_at_its_trim(qapp) -> None:
    one = panel(1, (0, 0, 60, 40))
    image = painted(one, pictures={one.id: picture()}, options=Options(bleed=False))
    assert colour(image, 1, 1) == RED and colour(image, -1, 1) == "#808080"


def test_a_frame_at_the_trim_bleeds(qapp) -> None:
    one = panel(1, (0, 0, 60, 40), border=1.0)
    image = painted(one, pictures={one.id: picture()})
    assert colour(image, -2.5, -2.5) == colour(image, 0, 20) == RED
    assert colour(image, 60, 20) == BLACK


def test_the_frame_clips_its_picture_slanted_or_not(qapp) -> None:
    one = panel(1, ((20, 20), (60, 20), (40, 60), (20, 60)), border=0.0)
    image = painted(one, pictures={one.id: picture(width=40, height=40)})
    assert colour(image, 25, 55) == RED and colour(image, 56, 55) == WHITE


def test_placement_moves_scales_and_flips(qapp) -> None:
    one = panel(1, (20, 20, 60, 40), border=0.0, placement=Placement(flip_x=True))
    image = painted(one, pictures={one.id: picture(RED, BLUE)})
    assert (colour(image, 25, 30), colour(image, 55, 30)) == (BLUE, RED)
    small = replace(one, placement=Placement(scale=0.5, dx=-10))
    image = painted(small, pictures={one.id: picture(RED, BLUE)})
    assert [colour(image, x, 30) for x in (23, 37, 45)] == [RED, BLUE, WHITE]


def test_panels_in_front_hide_those_behind_even_without_a_picture(qapp) -> None:
    behind, front = panel(1, (20, 20, 60, 60), border=0.0), panel(2, (40, 40, 80, 80), border=0.0)
    image = painted(behind, front, pictures={behind.id: picture(width=40, height=40)})
    assert colour(image, 30, 30) == RED and colour(image, 50, 50) == WHITE
    clear = QImage(40, 40, QImage.Format.Format_ARGB32_Premultiplied)
    clear.fill(Qt.GlobalColor.transparent)
    image = painted(behind, front, pictures={behind.id: picture(), front.id: clear})
    assert colour(image, 50, 50) == WHITE


def test_export_shows_nothing_of_what_helps_on_the_screen(qapp) -> None:
    one, two = panel(1, (20, 20, 60, 60), border=0.0), panel(2, (20, 70, 60, 100), border=0.0)
    pictures = {one.id: picture(width=40, height=40)}
    plain, helped = painted(one, two, pictures=pictures), painted(one, two, pictures=pictures, options=SCREEN)
    colours = {plain.pixelColor(x, y).name() for x in range(0, plain.width(), 2) for y in range(0, plain.height(), 2)}
    assert colours == {WHITE, RED, "#808080"}
    assert colour(helped, 40, 75) != WHITE, "the empty panel has a placeholder"
    assert colour(helped, 50, 0) != WHITE and colour(helped, 50, -3) != WHITE, "trim and bleed have lines"
    assert helped.pixelColor(round(25 * SCALE) + 12, round(25 * SCALE) + 12).name() != RED, "a number in the corner"


def test_a_clip_leaves_all_else_untouched(qapp) -> None:
    one = panel(1, (20, 20, 60, 40), border=0.0)
    asked = []
    page = Page("1" * 32, PAPER, (one, panel(2, (20, 100, 60, 130))))
    image = QImage(440, 600, QImage.Format.Format_ARGB32)
    image.fill(QColor("#808080"))
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint_page(
        painter, Project("0" * 32, pages=(page,)), page, lambda p: asked.append(p.id) or picture(),
        Options(clip=QRectF(0, 0, 50, 50)),
    )  # fmt: skip
    painter.end()
    assert set(asked) == {one.id}
    assert image.pixelColor(40 * SCALE, 30 * SCALE).name() == RED
    assert image.pixelColor(55 * SCALE, 30 * SCALE).name() == "#808080"


def test_transparent_pages_have_no_paper(qapp) -> None:
    image = painted(panel(1, (20, 20, 60, 40), border=0.0), options=Options(paper=None))
    assert colour(image, 80, 80) == "#808080" and colour(image, 40, 30) == WHITE


def test_an_unreadable_picture_is_said_on_the_screen_alone(qapp) -> None:
    one = panel(1, (10, 10, 90, 130), border=0.0)
    assert colour(painted(one, pictures={one.id: QImage()}), 20, 20) == WHITE
    said = painted(one, pictures={one.id: QImage()}, options=SCREEN)
    assert said != painted(one, options=SCREEN) and colour(said, 20, 100) != WHITE


def test_any_paper_can_be_painted(qapp) -> None:
    for paper in PRESETS.values():
        one = panel(1, paper.trim_box)
        image = painted(one, pictures={one.id: picture()}, paper=paper)
        assert colour(image, paper.width / 2, paper.height / 2) == RED


@pytest.mark.parametrize("ratio", [1, 2])
def test_slanted_edges_are_smooth_even_without_a_line(qapp, ratio) -> None:
    one = panel(1, ((20, 20), (60, 20), (45, 60), (20, 60)), border=0.0, placement=Placement(flip_x=True))
    page = Page("1" * 32, PAPER, (one,))
    image = QImage(440 * ratio, 600 * ratio, QImage.Format.Format_ARGB32)
    image.setDevicePixelRatio(ratio)
    painter = QPainter(image)
    painter.scale(SCALE, SCALE)
    paint_page(painter, Project("0" * 32, pages=(page,)), page, lambda _: picture(BLUE, RED, 40, 40))
    painter.end()
    y = 40 * SCALE * ratio
    row = [image.pixelColor(x, y) for x in range(50 * SCALE * ratio, 56 * SCALE * ratio)]
    assert row[0].name() == BLUE and row[-1].name() == WHITE
    assert any(20 < colour.red() < 235 for colour in row), "one pixel is half in"
    assert image.pixelColor(25 * SCALE * ratio, y).name() == RED


def inked_rows(width: int, height: int) -> tuple[int, int]:
    """Return the first and the last row of an empty panel, as many pixels large, in which something is written."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    box = qpolygon(rectangle((-1, -1, width + 1, height + 1)))
    paint_placeholder(painter, panel(1, (0, 0, 10, 10)), box, 1)
    painter.end()
    rows = [y for y in range(height) if any(image.pixelColor(x, y) != EMPTY for x in range(width))]
    return rows[0], rows[-1]


@pytest.mark.parametrize("height", [30, 60, 80, 95, 110, 140, 200, 400])
@pytest.mark.parametrize("width", [60, 120, 160, 300])
def test_what_an_empty_panel_says_keeps_clear_of_its_border(qapp, width: int, height: int) -> None:
    first, last = inked_rows(width, height)
    assert first >= height * 0.07 and last < height * 0.93


def test_a_roomy_empty_panel_says_what_to_do(qapp) -> None:
    first, last = inked_rows(300, 200)
    assert last - first > 46, "the number alone would be no taller"


SLANTED = {
    "pointed": ((10, 10), (90, 10), (10, 70)), "cut": ((40, 10), (95, 10), (95, 60), (5, 60)),
    "leaning": ((5, 20), (30, 15), (60, 80), (35, 80)), "thin": ((10, 10), (90, 10), (90, 16)),
    "notched": ((10, 10), (60, 10), (60, 40), (30, 40), (30, 90), (10, 90)),
}  # fmt: skip


def words_outside(frame, scale: float, turn: float) -> int:
    """Return how many pixels an empty panel and its number write over paper that is not the panel's."""
    one = panel(1, frame, border=0.0)
    images = []
    for shown in (True, False):
        page = Page("1" * 32, PAPER, (one,))
        image = QImage(700, 700, QImage.Format.Format_RGB32)
        image.fill(QColor(WHITE))
        painter = QPainter(image)
        painter.translate(350, 350)
        painter.rotate(turn)
        painter.scale(scale, scale)
        painter.translate(-50, -50)
        options = Options(placeholders=shown, numbers=True, paper=WHITE) if shown else Options(paper=WHITE)
        paint_page(painter, Project("0" * 32, pages=(page,)), page, lambda _: None, options)
        if not shown:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(EMPTY)
            painter.drawPolygon(qpolygon(frame))
        painter.end()
        images.append(image)
    whole, bare = images
    places = ((x, y) for x in range(700) for y in range(700))
    return sum(bare.pixel(x, y) == 0xFFFFFFFF and whole.pixelColor(x, y).lightness() < 225 for x, y in places)


@pytest.mark.parametrize("turn", [0, 25])
@pytest.mark.parametrize("scale", [0.8, 2.5, 6])
@pytest.mark.parametrize("frame", SLANTED.values(), ids=SLANTED)
def test_what_an_empty_panel_says_stays_inside_of_slanted_frames(qapp, frame, scale: float, turn: float) -> None:
    assert words_outside(frame, scale, turn) == 0


@pytest.mark.parametrize("turn", [0, 25])
@pytest.mark.parametrize("frame", SLANTED.values(), ids=SLANTED)
@pytest.mark.parametrize("scale", [0.3, 1, 3])
def test_a_number_lies_in_its_frame_or_is_left_out(qapp, frame, scale: float, turn: float) -> None:
    transform = QTransform().rotate(turn).scale(scale, scale)
    rect = chip_rect("12", bold=True)
    place = chip_place(transform, frame, rect, -1, -1)
    if place is not None:
        shown = transform.map(qpolygon(frame))
        corners = qpolygon(rectangle(rect.translated(place).getCoords()))
        assert all(shown.containsPoint(one, Qt.FillRule.WindingFill) for one in corners)
    roomy = area(frame) * scale**2 > 40 * rect.width() * rect.height()
    assert place is not None or not roomy


def lines_of_the_hint(width: int, height: int) -> int:
    """Return in how many lines an empty panel says what to do."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setPen(Qt.PenStyle.NoPen)
    paint_placeholder(painter, panel(1, (0, 0, 10, 10)), qpolygon(rectangle((-1, -1, width + 1, height + 1))), None)
    painter.end()
    inked = [any(image.pixelColor(x, y) != EMPTY for x in range(width)) for y in range(height)]
    return sum(now and not before for before, now in zip([False, *inked], inked))


def test_a_wide_panel_says_what_to_do_in_one_line(qapp) -> None:
    assert lines_of_the_hint(520, 90) == 1
    assert lines_of_the_hint(160, 200) > 1

"""Masks of references and parts, painted, clicked, snapped to tokens and lent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from animeadapter.protocol.calls import Click, Clicked
from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterPart
from komawari.domain.edits import parameters
from komawari.domain.edits.characters import add_character, set_character
from komawari.domain.panel import Figure, MixerEntry
from komawari.domain.project import Project, find_character, find_panel
from komawari.engine_client.client import Event, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.characters.dock import CharactersDock
from komawari.ui.characters.editor.changes import WHOLE, set_reference
from komawari.ui.characters.editor.snapping import patch, snapped
from komawari.ui.characters.editor.window import CharacterEditor
from komawari.ui.characters.making import maker_of
from komawari.ui.characters.tokens import EMBEDDED, tokens_of
from komawari.ui.painting import png
from komawari.ui.session import Session

from .conftest import to_png

pytestmark = pytest.mark.usefixtures("nobody_else")
Find = Callable[[str], Character]
LEFT, NONE, ALT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
UPPER = f"{11:032x}"


@pytest.fixture
def editor(session: Session, picture, settled, someone: Find, qtbot) -> Iterator[CharacterEditor]:
    """Shows Aiko, 64 × 96 pixels, with hair and face."""
    dock = CharactersDock(session, None)
    maker_of(session).make([picture("Aiko.png")])
    settled()
    dock.edit(someone("Aiko").id)
    assert dock.editor is not None
    qtbot.waitExposed(dock.editor)
    settled()
    yield dock.editor
    painter = dock.editor.view.painter
    if painter._board is not None:
        qtbot.waitUntil(lambda: painter.board.is_settled)
    dock.editor.close()
    dock.deleteLater()


class Hand:
    """Works in pixels of the reference."""

    def __init__(self, editor: CharacterEditor, qtbot) -> None:
        self.editor, self.view, self.painter, self.qtbot = editor, editor.view.view, editor.view.painter, qtbot

    def take(self, tool: str) -> None:
        QTest.mouseClick(self.editor.view.bar.tools.buttons[tool], LEFT)
        if tool != "part":
            self.qtbot.waitUntil(lambda: self.painter.is_on)

    @property
    def pixels(self) -> np.ndarray:
        surface = self.painter.board.surface
        assert surface is not None
        return surface.pixels

    def drag(self, *spots, modifiers=NONE) -> None:
        shown = self.view.place()
        places = [
            QPointF(shown.left() + x * shown.width() / 64, shown.top() + y * shown.height() / 96) for x, y in spots
        ]
        kinds = [
            QEvent.Type.MouseButtonPress,
            *[QEvent.Type.MouseMove] * (len(spots) - 1),
            QEvent.Type.MouseButtonRelease,
        ]
        for kind, place in zip(kinds, [*places, places[-1]]):
            button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else LEFT
            held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else LEFT
            on_screen = QPointF(self.view.mapToGlobal(place.toPoint()))
            QApplication.sendEvent(self.view, QMouseEvent(kind, place, on_screen, button, held, modifiers))

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: self.painter.board.is_settled)


@pytest.fixture
def hand(editor: CharacterEditor, qtbot) -> Hand:
    one = Hand(editor, qtbot)
    one.painter.room.set_brush(size=8.0, hardness=1.0)
    return one


def part_of(someone: Find, kind: str) -> CharacterPart:
    return next(part for part in someone("Aiko").references[0].parts if part.part == kind)


def stored(session: Session, mask: Blob | None) -> np.ndarray:
    assert mask is not None
    pixels = png.decoded(session.picture(mask.sha256))
    assert pixels is not None
    return pixels


def test_the_mask_of_a_part_is_painted_and_makes_a_new_version(
    editor: CharacterEditor, hand: Hand, session: Session, someone: Find
) -> None:
    version, hair = someone("Aiko").version, part_of(someone, "hair")
    editor.parts.list.choose(hair.id)
    hand.take("brush")
    before = hand.pixels.copy()
    hand.drag((4, 80), (20, 80))
    hand.settle()
    assert before[80, 10] == 0 and hand.pixels[80, 10] == 255 and hand.pixels[10, 20] == before[10, 20]
    assert np.array_equal(stored(session, part_of(someone, "hair").mask), hand.pixels)
    assert someone("Aiko").version == version + 1
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert part_of(someone, "hair").mask == hair.mask and np.array_equal(hand.pixels, before)


def test_the_whole_character_is_painted_where_no_part_is_chosen(
    editor: CharacterEditor, hand: Hand, session: Session, someone: Find
) -> None:
    editor.parts.list.choose(WHOLE)
    hand.take("eraser")
    hand.drag((32, 20), (40, 20))
    hand.settle()
    mask = stored(session, someone("Aiko").references[0].mask)
    assert mask[20, 36] == 0 and mask[5, 20] == 255


def test_active_tokens_follow_the_brush_before_anything_is_stored(
    editor: CharacterEditor, hand: Hand, someone: Find, qtbot
) -> None:
    editor.parts.list.choose(WHOLE)
    hand.take("lasso")
    tokens = editor.view.view.tokens
    before = tokens.count if tokens else 0
    hand.drag((0, 0), (64, 0), (64, 96), (0, 96))
    qtbot.waitUntil(lambda: editor.view.view.tokens is not None and editor.view.view.tokens.count > before)
    editor.view.bar.buttons.asked.emit("clear", 0.0)
    qtbot.waitUntil(lambda: editor.view.view.tokens is not None and editor.view.view.tokens.count == 0)
    assert "empty" in editor.view.line.text
    hand.painter.room.set_brush(size=3.0)
    hand.take("brush")
    hand.drag((32, 48))
    qtbot.waitUntil(lambda: editor.view.view.tokens is not None and editor.view.view.tokens.count == 1)
    assert "No patch is half covered" in editor.view.line.text, "coverage is warned about while one paints"


def test_strokes_snap_to_whole_tokens_on_request(editor: CharacterEditor, hand: Hand, qtbot) -> None:
    editor.parts.list.choose(WHOLE)
    hand.take("brush")
    editor.view.bar.buttons.asked.emit("clear", 0.0)
    hand.drag((20, 20), (40, 60))
    QTest.mouseClick(editor.view.bar.snap, LEFT)
    once = hand.pixels.copy()
    assert set(np.unique(once)) == {0, 255} and np.array_equal(snapped(once, EMBEDDED), once)
    editor.view.bar.snaps.setChecked(True)
    hand.drag((10, 80), (50, 80))
    assert np.array_equal(snapped(hand.pixels, EMBEDDED), hand.pixels) and not np.array_equal(hand.pixels, once)


@pytest.mark.parametrize("size", [(64, 96), (96, 64), (50, 50), (37, 211)])
def test_patches_tile_the_picture_and_snapping_keeps_the_tokens(size: tuple[int, int]) -> None:
    width, height = size
    count = np.zeros((height, width), np.int32)
    for index in range(EMBEDDED.grid**2):
        left, top, right, bottom = patch(index, QSize(width, height), EMBEDDED)
        count[top:bottom, left:right] += 1
    assert count.min() == count.max() == 1
    pixels = np.zeros((height, width), np.uint8)
    pixels[height // 4 : height // 2, width // 4 : width // 2] = 255
    made = snapped(pixels, EMBEDDED)
    image = QImage(made.tobytes(), width, height, width, QImage.Format.Format_Grayscale8)
    assert tokens_of(image, EMBEDDED).count > 0 and np.array_equal(snapped(made, EMBEDDED), made)


def test_a_click_in_the_picture_selects_what_the_engine_finds(
    editor: CharacterEditor, hand: Hand, engine: FakeEngine, settled
) -> None:
    def finds(job: ClientJob) -> Iterable[Event]:
        assert isinstance(job.call, Click)
        picture = QImage.fromData(job.files[job.call.picture.sha256])
        mask = QImage(picture.size(), QImage.Format.Format_Grayscale8)
        mask.fill(0)
        for point in job.call.points:
            for x in range(int(point.x) - 2, int(point.x) + 3):
                mask.setPixelColor(x, int(point.y), Qt.GlobalColor.white)
        data = to_png(mask)
        yield Finished(job.id, Clicked(Blob.of(data)), {Blob.of(data).sha256: data})

    engine.script(Click, finds)
    editor.parts.list.choose(part_of_name(editor, "hair"))
    hand.take("click")
    hand.drag((50, 90))
    settled()
    hand.drag((10, 90), modifiers=Qt.KeyboardModifier.ShiftModifier)
    settled()
    assert hand.pixels[90, 50] == 255 and hand.pixels[90, 10] == 255 and hand.pixels[90, 30] == 0


def part_of_name(editor: CharacterEditor, kind: str) -> str:
    assert editor.parts.reference is not None
    return next(part.id for part in editor.parts.reference.parts if part.part == kind)


def test_a_part_is_made_by_clicking_it(
    editor: CharacterEditor, hand: Hand, session: Session, someone: Find, settled
) -> None:
    session.edit("Clear", lambda project: _without_parts(project, someone("Aiko").id))
    settled()
    hand.take("part")
    hand.drag((32, 10))
    settled()
    (hair,) = someone("Aiko").references[0].parts
    assert hair.part == "hair" and editor.parts.list.current == hair.id
    mask = stored(session, hair.mask)
    assert mask[10, 32] == 255 and mask[40, 32] == 0
    hand.drag((32, 40))
    settled()
    assert [part.part for part in someone("Aiko").references[0].parts] == ["hair", "face"]
    assert sum(type(job.call).__name__ == "Segment" for job in session.engine.client.submitted) == 2, "asked once more"
    said: list[str] = []
    session.message.connect(said.append)
    hand.drag((2, 90))
    settled()
    assert "no part" in said[-1] and len(someone("Aiko").references[0].parts) == 2


def _without_parts(project: Project, character: str) -> Project:
    found = find_character(project, character)
    return set_character(project, set_reference(found.references[0].id, parts=())(found))


def test_a_part_is_lent_to_another_figure_and_to_the_region(
    editor: CharacterEditor, session: Session, someone: Find, qtbot
) -> None:
    other = Character(f"{700:032x}", "Beni")
    session.edit("Add", partial(add_character, character=other))
    session.edit("Bind", partial(parameters.add_figure, panel=UPPER, figure=Figure(f"{701:032x}", other.id)))
    hair = part_of(someone, "hair")
    editor.parts.list.choose(hair.id)
    lend = editor.parts.lend
    lend.fill()
    assert [one.isEnabled() for one in lend.choices.actions()] == [False]
    session.select(UPPER)
    lend.fill()
    to_beni, _ = lend.choices.actions()
    assert "Beni" in to_beni.text()
    aiko = someone("Aiko")
    entry = MixerEntry("hair", aiko.id, aiko.references[0].id)
    to_beni.trigger()
    assert find_panel(session.project, UPPER)[1].figures[0].mixer == (entry,)
    lend.fill()
    lend.choices.actions()[1].trigger()
    assert find_panel(session.project, UPPER)[1].local_edit.mixer == (entry,)


def test_tools_have_names_and_are_put_away_by_esc(editor: CharacterEditor, hand: Hand) -> None:
    assert all(button.accessibleName() for button in editor.view.bar.tools.buttons.values())
    hand.take("brush")
    QTest.keyClick(hand.view, Qt.Key.Key_Escape)
    assert hand.painter.tool == "" and not editor.view.bar.tools.buttons["brush"].isChecked()

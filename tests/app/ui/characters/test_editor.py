"""The character editor: everything in it is an edit, typing is one step, tokens are counted and warned about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from komawari.domain.character import Character
from komawari.ui.characters import masks
from komawari.ui.characters.dock import CharactersDock
from komawari.ui.characters.editor.changes import WHOLE
from komawari.ui.characters.editor.window import CharacterEditor
from komawari.ui.characters.making import maker_of
from komawari.ui.characters.roster import roster_of
from komawari.ui.session import Session

from .conftest import drawn, to_png

pytestmark = pytest.mark.usefixtures("nobody_else")
Find = Callable[[str], Character]
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def editor(session: Session, picture, settled, someone: Find, qtbot) -> Iterator[CharacterEditor]:
    """Shows Aiko, who has two references with hair and face."""
    dock = CharactersDock(session, None)
    maker_of(session).make([picture("Aiko.png"), picture("side.png", 96, 64, "#3060c0")])
    settled()
    dock.edit(someone("Aiko").id)
    assert dock.editor is not None
    qtbot.waitExposed(dock.editor)
    settled()
    yield dock.editor
    dock.editor.close()
    dock.deleteLater()


def undone(session: Session) -> str | None:
    return session.document.history.undo_name


def test_typing_in_a_field_is_one_step_of_undo(editor: CharacterEditor, session: Session, someone: Find) -> None:
    steps = len(session.document.history.entries()[0])
    editor.fields.name.setFocus()
    QTest.keyClicks(editor.fields.name, " Ito")
    QTest.keyClicks(editor.fields.labels, "hero, school")
    editor.fields.notes.setFocus()
    QTest.keyClicks(editor.fields.notes, "left-handed")
    aiko = someone("Aiko Ito")
    assert aiko.labels == ("hero", "school") and aiko.notes == "left-handed" and aiko.version == 3
    assert editor.windowTitle().startswith("Aiko Ito")
    assert len(session.document.history.entries()[0]) == steps + 3
    assert undone(session) == "Change notes"
    QTest.keyClick(editor, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    session.document.undo()
    assert editor.fields.notes.toPlainText() == "" and editor.fields.labels.text() == ""


def test_a_name_is_never_empty(editor: CharacterEditor, someone: Find) -> None:
    editor.fields.name.setFocus()
    editor.fields.name.selectAll()
    QTest.keyClick(editor.fields.name, Qt.Key.Key_Delete)
    assert someone("Aiko")
    editor.fields.labels.setFocus()
    assert editor.fields.name.text() == "Aiko"


def test_default_tags_make_a_new_version(editor: CharacterEditor, someone: Find) -> None:
    version = someone("Aiko").version
    QTest.keyClicks(editor.fields.tags.line, "long hair,")
    assert someone("Aiko").tags == ("long_hair",) and someone("Aiko").version == version + 1
    assert f"Version {version + 1}" in editor.fields.version.text()
    editor.fields.tags.removed.emit("long_hair")
    assert someone("Aiko").tags == ()


def test_references_are_named_scaled_moved_and_removed(
    editor: CharacterEditor, session: Session, someone: Find
) -> None:
    pane = editor.references
    pane.list.setCurrentRow(1)
    pane.name.setFocus()
    pane.name.selectAll()
    QTest.keyClicks(pane.name, "profile")
    pane.scale.setFocus()
    for _ in range(4):
        QTest.keyClick(pane.scale, Qt.Key.Key_Down)
    assert undone(session) == "Change reference's scale"
    QTest.mouseClick(pane.earlier, LEFT)
    first = someone("Aiko").references[0]
    assert (first.name, first.scale) == ("profile", 0.8) and pane.list.currentRow() == 0
    pane.list.setFocus()
    QTest.keyClick(pane.list, Qt.Key.Key_Delete)
    assert [one.name for one in someone("Aiko").references] == ["Aiko"]
    for name in ("Remove reference", "Reorder references", "Change reference's scale", "Rename reference"):
        assert undone(session) == name
        session.document.undo()
    assert [(one.name, one.scale) for one in someone("Aiko").references] == [("Aiko", 1.0), ("side", 1.0)]


def test_a_reference_is_dragged_to_another_place(editor: CharacterEditor, someone: Find) -> None:
    editor.references.list.moved.emit(someone("Aiko").references[0].id, 1)
    assert [one.name for one in someone("Aiko").references] == ["side", "Aiko"]


def test_a_reference_can_be_added(editor: CharacterEditor, picture, settled, someone: Find) -> None:
    editor.references.list.dropped.emit([picture("back.png")])
    settled()
    assert [one.name for one in someone("Aiko").references] == ["Aiko", "side", "back"]
    assert editor.references.reference.name == "back" and len(editor.references.reference.parts) == 2


def test_tokens_of_each_part_are_counted_live(editor: CharacterEditor, settled, someone: Find, qtbot) -> None:
    rows = editor.parts.list.rows
    # 64 × 96 pixels lie in columns 2 2/3 … 13 1/3 of the grid; the character in 5 1/3 … 10 2/3, 8 rows high.
    qtbot.waitUntil(lambda: [row.count.text() for row in rows.values()] == ["48", "24", "24"])
    _, hair, face = rows
    QTest.mouseClick(rows[hair].choose, LEFT)
    assert editor.view.line.text == "Hair: 24 of 256 tokens are active"
    assert {index // 16 for index, on in enumerate(editor.view.view.tokens.active) if on} == {0, 1, 2, 3}
    rows[face].scale.setFocus()
    rows[face].scale.selectAll()
    QTest.keyClicks(rows[face].scale, "0")
    settled()
    assert someone("Aiko").references[0].parts[1].scale == 0
    QTest.mouseClick(rows[face].choose, LEFT)
    assert rows[face].count.text() == "! 0" and "adds nothing" in editor.view.line.text


def test_too_few_tokens_are_warned_about(
    editor: CharacterEditor, settled, someone: Find, tmp_path: Path, session: Session
) -> None:
    mask = drawn(64, 96, "black", grey=True)
    for x in range(24, 28):
        for y in range(4):
            mask.setPixelColor(x, y, "white")
    (tmp_path / "ribbon.png").write_bytes(to_png(mask))
    QTest.mouseClick(editor.parts.add, LEFT)
    QTest.keyClicks(editor.parts.name, "ribbon")
    (ribbon,) = (part for part in someone("Aiko").references[0].parts if part.name)
    assert (ribbon.name, ribbon.part, ribbon.mask) == ("ribbon", "accessory", None)
    assert "no mask yet" in editor.view.line.text
    editor.parts.load_mask(tmp_path / "ribbon.png")
    settled()
    assert undone(session) == "Take mask from file"
    assert editor.view.line.text.startswith("ribbon: 1 of 256 tokens are active. ")
    assert not editor.view.line._icon.isHidden()
    QTest.mouseClick(editor.parts.remove, LEFT)
    assert len(someone("Aiko").references[0].parts) == 2 and editor.parts.list.current == WHOLE


def test_a_mask_of_another_size_is_refused_by_name(
    editor: CharacterEditor, session, settled, tmp_path, someone
) -> None:
    (tmp_path / "wrong.png").write_bytes(to_png(drawn(20, 20, "white", grey=True)))
    troubles: list[str] = []
    session.trouble.connect(troubles.append)
    before = someone("Aiko")
    editor.parts.load_mask(tmp_path / "wrong.png")
    settled()
    assert troubles == ["wrong.png: the mask has 20 × 20 pixels, its picture has 64 × 96"]
    assert someone("Aiko") is before


def test_a_mask_from_a_file_is_the_characters_own(editor: CharacterEditor, session, settled, tmp_path, someone) -> None:
    (tmp_path / "whole.png").write_bytes(to_png(drawn(64, 96, "white", grey=True)))
    editor.parts.list.choose(WHOLE)
    editor.parts.load_mask(tmp_path / "whole.png")
    settled()
    mask = masks.decode(session.document.store.picture(someone("Aiko").references[0].mask.sha256))
    assert masks.share(mask) == pytest.approx(1 / 4)


def test_the_pointer_says_what_a_token_covers(editor: CharacterEditor, qtbot) -> None:
    view = editor.view.view
    qtbot.waitUntil(lambda: view.tokens is not None and view.picture is not None)
    # The character begins in column 84 3/4 of the 256 pixels, the patch in column 80.
    token = 2 * 16 + 5
    place = view.cell(token).center().toPoint()
    QTest.mouseMove(view, place)
    qtbot.waitUntil(lambda: "Token 6 / 3" in editor.view.line.text)
    assert "70 % of its patch is covered; active" in editor.view.line.text
    assert view.token_at(QPoint(0, 0).toPointF()) == -1


def test_masks_and_tokens_can_be_hidden(editor: CharacterEditor, qtbot) -> None:
    view = editor.view.view
    qtbot.waitUntil(lambda: bool(view.layers) and all(layer.mask is not None for layer in view.layers))

    def colours() -> tuple[str, str]:
        """In the middle of an active token, where the hair is, and of one in the padding."""
        image = view.grab().toImage()
        ratio = image.devicePixelRatio()
        points = (view.cell(index).center().toPoint() * ratio for index in (2 * 16 + 7, 2 * 16 + 1))
        active, padding = (image.pixelColor(point).name() for point in points)
        return active, padding

    hair, veiled = colours()
    QTest.mouseClick(editor.view.overlay, LEFT)
    QTest.mouseClick(editor.view.tokens, LEFT)
    plain, unveiled = colours()
    assert plain == "#c04060" and hair != plain and veiled != unveiled
    QTest.mouseClick(editor.view.overlay, LEFT)
    first = next(iter(editor.parts.list.rows.values()))
    for row in editor.parts.list.rows.values():
        if row is not first:
            row.eye.click()
    assert colours()[0] == plain


def test_a_wide_picture_is_shown_whole_in_the_encoders_square(editor: CharacterEditor, qtbot) -> None:
    editor.references.list.setCurrentRow(1)
    view = editor.view.view
    qtbot.waitUntil(lambda: view.picture is not None and view.picture.width() == 96)
    place, square = view.place(), view.square()
    assert place.width() == square.width()
    assert place.height() / place.width() == pytest.approx(64 / 96, rel=0.01)
    assert place.top() - square.top() == pytest.approx(square.bottom() - place.bottom(), abs=2)


def test_what_differs_from_the_library_is_said_and_put_back(
    editor: CharacterEditor, session: Session, settled, someone: Find
) -> None:
    assert editor.notice.text == "" and "The library has the same" in editor.fields.version.text()
    QTest.keyClicks(editor.fields.prompt, "smiling")
    assert "differs from the library's" in editor.notice.text
    QTest.mouseClick(editor.notice.buttons[0], LEFT)
    settled()
    assert session.library.get(someone("Aiko").id).prompt == "smiling" and editor.notice.text == ""


def test_the_editor_closes_with_its_character_and_stays_beside_work(
    editor: CharacterEditor, session: Session, someone: Find
) -> None:
    assert not editor.isModal()
    roster_of(session).change(someone("Aiko").id, "Edit", lambda one: replace(one, references=()))
    assert editor.isVisible() and "Add a picture" in editor.view.view.words
    roster_of(session).remove_from_project(someone("Aiko").id)
    assert not editor.isVisible()

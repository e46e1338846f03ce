"""A document tells views what changed, journals every step, and never loses a take to undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QObject

from animeadapter.protocol.request import Blob
from komawari.document.document import Document, Step
from komawari.document.undo_stack import UndoStack
from komawari.domain.base import DomainError
from komawari.domain.edits import characters, pages, parameters
from komawari.domain.panel import Figure
from komawari.domain.places import Place
from komawari.domain.project import Project
from komawari.domain.takes import drawn_with
from komawari.storage.errors import FullError, StorageError
from komawari.storage.store import Store

Documents = Callable[..., Document]
PANEL, OTHER, MARI = f"{11:032x}", f"{12:032x}", f"{90:032x}"


def rename(document: Document, title: str, gesture: object | None = None) -> Project:
    return document.edit("Rename", lambda project: pages.set_title(project, title), gesture)


def test_views_hear_of_both_values_and_untouched_things_are_the_same(document: Document) -> None:
    heard: list[tuple[Project, Project]] = []
    stop = document.changed.add(lambda before, after: heard.append((before, after)))
    first = document.project
    document.edit("Prompt", lambda p: parameters.set_parameters(p, PANEL, prompt="rain"))
    ((before, after),) = heard
    assert before is first and after is document.project
    assert after.pages[1] is before.pages[1] and after.pages[0].panels[1] is before.pages[0].panels[1]
    stop()
    document.undo()
    assert len(heard) == 1 and document.project is first


def test_an_edit_that_changes_nothing_leaves_no_trace(document: Document) -> None:
    rename(document, "Test")
    assert document.history.undo_name is None and not document.is_modified
    with pytest.raises(DomainError):
        document.edit("Remove", lambda p: pages.remove_page(p, "0" * 32))
    assert document.history.undo_name is None


def test_a_view_that_fails_keeps_nobody_from_hearing(document: Document, caplog: pytest.LogCaptureFixture) -> None:
    heard: list[str] = []
    document.changed.add(lambda *_: 1 / 0)
    document.changed.add(lambda _, after: heard.append(after.title))
    rename(document, "one")
    assert heard == ["one"] and "a listener failed" in caplog.text


def test_undo_and_redo_are_journalled_like_edits(document: Document, documents: Documents) -> None:
    rename(document, "one")
    rename(document, "two")
    document.undo()
    document.close()
    again = documents(document.path)
    assert again.project.title == "one" and again.recovery is not None and again.recovery.last == "Undo Rename"
    assert again.is_modified


def test_going_back_to_the_last_save_can_be_undone(document: Document, documents: Documents) -> None:
    rename(document, "one")
    document.close()
    again = documents(document.path)
    again.revert()
    assert again.project.title == "Test" and not again.is_modified
    again.undo()
    assert again.project.title == "one"


def test_only_what_was_saved_counts_as_saved(document: Document) -> None:
    rename(document, "one")
    saved = document.save().result()
    rename(document, "two")
    document.was_saved(saved)
    assert document.is_modified
    document.undo()
    assert not document.is_modified


def test_a_full_disk_is_told_and_the_work_goes_on(
    document: Document, documents: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[StorageError] = []
    document.trouble.add(told.append)

    def full(*_: object) -> None:
        raise FullError("full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "append", full)
        rename(document, "one")
        assert isinstance(document.save().exception(), FullError)
    assert document.project.title == "one" and [str(error) for error in told] == ["full"]
    assert document.save().result().title == "one"
    document.close()
    assert documents(document.path).project.title == "one"


def test_undo_takes_back_the_use_of_a_take_and_never_the_take(document: Document) -> None:
    take = document.takes.add(PANEL, b"png", (8, 8)).result()
    document.takes.adopt(take)
    document.edit("Use take", lambda p: parameters.use_take(p, PANEL, take))
    document.undo()
    assert document.project.pages[0].panels[0].take is None
    assert document.takes.of_panel(PANEL) == (take,) and document.takes.picture(take) == b"png"
    assert document.needed_takes() == {take.id}, "redo can bring it back"


def test_a_panel_hears_of_its_new_takes(document: Document) -> None:
    heard: list[str] = []
    document.takes.changed.add(heard.append)
    assert document.takes.of_panel(PANEL) == ()
    for _ in range(2):
        document.takes.adopt(document.takes.add(PANEL, b"png", (8, 8)).result())
    assert heard == [PANEL, PANEL] and len(document.takes.of_panel(PANEL)) == 2


def test_takes_in_use_stay_out_of_the_trash_and_needed_ones_are_not_deleted(document: Document) -> None:
    one, two = (document.takes.add(PANEL, data, (8, 8)).result() for data in (b"1", b"2"))
    document.edit("Use take", lambda p: parameters.use_take(p, PANEL, one))
    with pytest.raises(StorageError, match="in use"):
        document.takes.trash([one.id], document.used_takes())
    document.undo()
    document.takes.trash([one.id, two.id], document.used_takes()).result()
    assert document.takes.of_panel(PANEL) == ()
    document.takes.empty_trash(document.needed_takes()).result()
    assert document.takes.get(two.id) is None and document.takes.get(one.id) is not None
    document.takes.restore([one.id]).result()
    assert [take.id for take in document.takes.of_panel(PANEL)] == [one.id]
    assert [take.id for take in document.store.takes_of(PANEL)] == [one.id]


def test_undo_and_redo_say_what_they_did_and_where(document: Document) -> None:
    heard: list[Step] = []
    document.stepped.add(heard.append)
    document.edit("Prompt", lambda p: parameters.set_parameters(p, PANEL, prompt="rain"))
    take = document.takes.add(PANEL, b"png", (8, 8)).result()
    document.trash("Move to trash", [take.id])
    rename(document, "one")
    for _ in range(3):
        document.undo()
    document.redo()
    page = document.project.pages[0].id
    assert heard == [
        Step("Rename", False, ()),
        Step("Move to trash", False, (Place(page, (PANEL,)),)),
        Step("Prompt", False, (Place(page, (PANEL,)),)),
        Step("Prompt", True, (Place(page, (PANEL,)),)),
    ]


def test_panels_drawn_with_an_older_design_are_stale_and_final_ones_are_not_queued(
    document: Document, mari: object
) -> None:
    def bind(project: Project, panel: str) -> Project:
        return parameters.add_figure(project, panel, Figure(f"{int(panel, 16) + 100:032x}", MARI))

    for panel in (PANEL, OTHER):
        document.edit("Bind", lambda p, panel=panel: bind(p, panel))  # type: ignore[misc]
        designs = drawn_with(document.project.pages[0].panels[0], {MARI: document.project.characters[0]})
        take = document.takes.add(panel, panel.encode(), (8, 8), drawn_with=designs).result()
        document.edit("Use", lambda p, panel=panel, take=take: parameters.use_take(p, panel, take))  # type: ignore[misc]
    assert document.takes.stale(document.project) == []
    new = replace(document.project.characters[0], prompt="red hair")
    document.edit("Design", lambda p: characters.set_character(p, new))
    document.edit("Final", lambda p: parameters.set_final(p, OTHER, True))
    assert document.takes.stale(document.project) == [PANEL, OTHER]
    assert document.takes.to_queue(document.project) == [PANEL]
    document.undo()
    document.undo()
    assert document.takes.stale(document.project) == []


def test_pictures_that_undo_needs_are_not_collected(document: Document, documents: Documents) -> None:
    document.store.put_picture(b"mask").result()
    document.close()
    again = documents(document.path)
    mari = again.project.characters[0]
    masked = replace(mari, references=(replace(mari.references[0], mask=Blob.of(b"mask")),))
    again.edit("Mask", lambda p: characters.set_character(p, masked))
    again.undo()
    again.collect().result()
    assert again.store.picture(Blob.of(b"mask").sha256) == b"mask"
    again.history.clear()
    again.close(discard=True)
    third = documents(document.path)
    assert third.collect().result() == 4


def test_save_as_goes_on_under_the_new_name(document: Document, documents: Documents, tmp_path: Path) -> None:
    rename(document, "one")
    document.was_saved(document.save_as(tmp_path / "b.koma").result())
    assert document.path == tmp_path / "b.koma" and not document.is_modified
    assert documents(tmp_path / "a.koma").project.title == "Test"


def stack_of(document: Document, owner: QObject) -> UndoStack:
    stack = UndoStack(document, owner)
    rename(document, "one")
    rename(document, "two")
    return stack


def test_qts_stack_undoes_and_redoes_the_document(document: Document, owner: QObject) -> None:
    stack = stack_of(document, owner)
    assert (stack.count(), stack.index(), stack.undoText()) == (2, 2, "Rename")
    stack.undo()
    assert document.project.title == "one" and stack.canRedo()
    stack.setIndex(0)
    assert document.project.title == "Test" and stack.isClean()
    stack.setIndex(2)
    assert document.project.title == "two" and not stack.isClean()


def test_qts_stack_follows_the_document(document: Document, owner: QObject) -> None:
    stack = stack_of(document, owner)
    document.undo()
    assert (stack.index(), stack.count()) == (1, 2) and document.project.title == "one"
    rename(document, "three")
    assert (stack.index(), stack.count(), stack.canRedo()) == (2, 2, False)
    document.was_saved(document.save().result())
    assert stack.isClean()
    stack.undo()
    assert not stack.isClean() and document.project.title == "one"
    stack.release()
    document.undo()
    assert stack.index() == 1


def test_qts_stack_has_one_command_for_a_gesture_and_forgets_with_the_history(
    document: Document, owner: QObject
) -> None:
    stack = UndoStack(document, owner)
    for number in range(5):
        rename(document, f"{number}", gesture="typing")
    assert stack.count() == 1
    document.history.budget = 1
    rename(document, "last")
    assert (stack.count(), stack.index()) == (1, 1)
    stack.undo()
    assert document.project.title == "4" and not stack.canUndo()

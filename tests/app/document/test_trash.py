"""Takes are thrown away and come back by steps of the document's undo, though they lie beside it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject

from komawari.document.document import Document
from komawari.document.undo_stack import UndoStack
from komawari.domain.edits import pages, parameters
from komawari.storage.errors import FullError
from komawari.storage.store import Store

PANEL = f"{11:032x}"


def rename(document: Document, title: str) -> None:
    document.edit("Rename", lambda project: pages.set_title(project, title))


def trashed(document: Document, count: int = 1) -> list[str]:
    """Let a panel have some takes, and throw them away in one step; their ids."""
    takes = [document.takes.add(PANEL, f"{number}".encode(), (8, 8)).result() for number in range(count)]
    document.trash("Move to trash", [take.id for take in takes]).result()
    return [take.id for take in takes]


def in_file(document: Document) -> set[str]:
    """The ids of the panel's takes that are not in the trash, once all is written."""
    document.store.written().result()
    return {take.id for take in document.store.takes_of(PANEL) if take.trashed_at is None}


def test_undo_brings_takes_back_from_the_trash_and_redo_throws_them_away_again(document: Document) -> None:
    before, heard = document.project, []
    document.takes.changed.add(heard.append)
    one, two = trashed(document, 2)
    assert document.history.undo_name == "Move to trash" and in_file(document) == set()
    document.undo()
    assert in_file(document) == {one, two} == {take.id for take in document.takes.of_panel(PANEL)}
    document.redo()
    assert in_file(document) == set() and document.takes.of_panel(PANEL) == ()
    assert heard == [PANEL] * 3
    assert document.project is before and not document.is_modified and document.store.journal_length() == 0


def test_takes_that_are_restored_go_back_by_undo(document: Document) -> None:
    (take,) = trashed(document)
    document.restore("Restore take", [take]).result()
    assert in_file(document) == {take}
    document.undo()
    assert in_file(document) == set()
    document.undo()
    assert in_file(document) == {take}, "the step before was throwing it away"


def test_what_was_in_the_trash_already_is_no_part_of_a_step(document: Document) -> None:
    (old,) = trashed(document)
    new = document.takes.add(PANEL, b"new", (8, 8)).result().id
    document.trash("Both", [old, new]).result()
    document.undo()
    assert in_file(document) == {new}
    document.trash("None", [old]).result()
    assert document.history.undo_name == "Move to trash"


def test_takes_and_edits_are_undone_in_their_order(document: Document) -> None:
    take = document.takes.add(PANEL, b"png", (8, 8)).result()
    document.edit("Use take", lambda p: parameters.use_take(p, PANEL, take))
    document.edit("Use none", lambda p: parameters.use_take(p, PANEL, None))
    document.trash("Move to trash", [take.id])
    rename(document, "one")
    for _ in range(3):
        document.undo()
    assert document.used_takes() == {take.id} and in_file(document) == {take.id}
    for _ in range(3):
        document.redo()
    assert document.project.title == "one" and in_file(document) == set()


def test_emptying_the_trash_forgets_that_takes_were_thrown_away(document: Document, owner: QObject) -> None:
    rename(document, "one")
    stack = UndoStack(document, owner)
    (first,) = trashed(document)
    document.edit("Prompt", lambda p: parameters.set_parameters(p, PANEL, prompt="rain"))
    trashed(document, 2)
    document.store.written().result()
    document.takes.empty_trash(document.needed_takes()).result()
    assert document.takes.get(first) is None
    assert (stack.count(), stack.index(), stack.undoText()) == (2, 2, "Prompt")
    stack.undo()
    stack.undo()
    assert document.project.title == "Test"


def test_a_take_that_emptying_keeps_can_still_be_brought_back(document: Document) -> None:
    needed, other = (document.takes.add(PANEL, data, (8, 8)).result() for data in (b"1", b"2"))
    document.edit("Use take", lambda p: parameters.use_take(p, PANEL, needed))
    document.edit("Use none", lambda p: parameters.use_take(p, PANEL, None))
    document.trash("Move to trash", [needed.id, other.id]).result()
    document.takes.empty_trash(document.needed_takes()).result()
    document.undo()
    assert in_file(document) == {needed.id}


def test_takes_that_cannot_be_thrown_away_are_told_of_and_undo_goes_on(
    document: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    document.takes.trouble.add(lambda error: told.append(str(error)))
    rename(document, "one")
    trashed(document)

    def full(*_: object) -> None:
        raise FullError("full")

    monkeypatch.setattr(Store, "_write", full)
    document.undo()
    with pytest.raises(FullError):
        document.takes.restore([]).result()
    assert told[0] == "full"
    document.undo()
    assert document.project.title == "Test"

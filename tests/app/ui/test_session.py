"""What all views share."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from shiboken6 import delete

from animeadapter.protocol.calls import ListPacks, PackList
from animeadapter.protocol.messages import Progress
from komawari.domain.edits import pages, panels
from komawari.engine_client.client import EngineState, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui.session import Session

FIRST, SECOND, UPPER, LOWER = (f"{number:032x}" for number in (1, 2, 11, 12))


def heard(signal) -> list[tuple]:
    calls: list[tuple] = []
    signal.connect(lambda *args: calls.append(args))
    return calls


def test_an_impossible_edit_is_said_and_changes_nothing(session: Session) -> None:
    said, before = heard(session.message), session.project
    assert not session.edit("Remove page", partial(pages.remove_page, page="0" * 32))
    assert session.project is before
    assert "there is no page" in said[0][0]


def test_the_selection_drops_what_an_edit_or_its_undo_takes_away(session: Session) -> None:
    session.select(UPPER, LOWER)
    assert session.panel is not None and session.panel.id == LOWER
    told = heard(session.selection_changed)
    session.edit("Remove panel", partial(panels.remove_panels, page=FIRST, panels=[LOWER]))
    assert session.selected == (UPPER,) and len(told) == 1
    session.document.undo()
    assert session.selected == (UPPER,)


def test_another_page_comes_up_when_the_shown_one_is_removed(session: Session) -> None:
    session.show_page(SECOND)
    shown = heard(session.page_changed)
    session.edit("Remove page", partial(pages.remove_page, page=SECOND))
    assert session.page == FIRST and shown == [(FIRST,)]


def test_a_panel_is_revealed_from_another_page(session: Session) -> None:
    session.show_page(SECOND)
    session.reveal(UPPER)
    assert (session.page, session.selected) == (FIRST, (UPPER,))


def test_answers_go_to_who_asked_and_all_else_to_everybody(session: Session, engine: FakeEngine, qtbot) -> None:
    engine.script(ListPacks, lambda job: [Progress(job.id, 1, 2), Finished(job.id, PackList(()))])
    answers, everything = [], heard(session.engine.heard)
    session.engine.ask(ListPacks(), {}, answers.append, pytest.fail)
    mine = session.engine.submit(ListPacks())
    engine.play()
    qtbot.waitUntil(lambda: any(isinstance(e, Finished) for (e,) in everything))
    assert [type(answer.result) for answer in answers] == [PackList]
    assert {event.job for (event,) in everything} == {mine}


def test_the_state_of_the_engine_is_known(session: Session, engine: FakeEngine, qtbot) -> None:
    engine.become(EngineState("failed", "no such program"))
    qtbot.waitUntil(lambda: session.engine.state.phase == "failed")
    assert session.engine.state.message == "no such program"


def test_settings_are_written(session: Session, tmp_path: Path) -> None:
    session.set_settings(theme="dark")
    assert b"dark" in (tmp_path / "settings.json").read_bytes()


def test_settings_that_cannot_be_read_are_kept_aside(session: Session, tmp_path: Path) -> None:
    path = tmp_path / "broken.json"
    path.write_text("{ no json")
    other = Session(session.document, session.library, FakeEngine(), path)
    assert str(path) in other.unread_settings
    other.set_settings(theme="dark")
    assert (tmp_path / "broken.unread.json").read_text() == "{ no json"
    assert b"dark" in path.read_bytes()
    other.close()


def test_work_that_waits_is_done_elsewhere_and_told_here(session: Session, qtbot) -> None:
    threads, troubles, here = [], heard(session.trouble), threading.get_ident()
    session.later(threading.get_ident, lambda there: threads.append((there, threading.get_ident())))
    session.later(lambda: session.library.picture("0" * 64), pytest.fail)
    qtbot.waitUntil(lambda: bool(troubles))
    assert threads[0][0] != here and threads[0][1] == here
    assert "not in the file" in troubles[0][0]


def test_another_engine_takes_over_and_the_former_one_is_closed(session: Session, engine: FakeEngine, qtbot) -> None:
    other = FakeEngine(ready=False)
    session.engine.replace(other)
    session.engine.restart()
    assert other.restarts == 1
    qtbot.waitUntil(lambda: session.engine.state.phase == "starting")
    session.engine.close()
    assert (engine.restarts, session.engine.client) == (0, other)
    assert engine.submit(ListPacks()) and not engine.play(), "it is closed"


def test_what_was_deleted_meanwhile_is_not_called(session: Session, qtbot) -> None:
    heard_by: list[str] = []

    class Dialog(QObject):
        def show(self, found: str) -> None:
            self.objectName()
            heard_by.append(found)

    gone, there = Dialog(), Dialog()
    session.later(lambda: "late", gone.show)
    session.later(lambda: "late", lambda found: gone.show(found))
    session.later(lambda: "in time", there.show)
    delete(gone)
    qtbot.waitUntil(lambda: heard_by == ["in time"] and session.waiting.open == 0)


def test_views_that_outlive_the_session_begin_nothing(session: Session, qtbot) -> None:
    session.close()
    told: list[object] = []
    session.later(lambda: 1, told.append, told.append)
    assert session.images.get("a" * 64) is None
    qtbot.wait(1)
    assert told == [] and not session.waiting.open
    session.close()

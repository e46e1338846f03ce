"""Every accepted job ends with exactly one terminal message, whatever the app does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList, Rehearse, Rehearsed
from animeadapter.protocol.messages import (
    PROTOCOL,
    Accepted,
    Cancel,
    Done,
    Failed,
    Hello,
    NeedBlobs,
    Notice,
    Preview,
    Progress,
    PutBlob,
    Ready,
    Refused,
    Shutdown,
    Started,
    Submit,
)
from animeadapter.protocol.request import Blob
from animeadapter.protocol.wire import to_frame
from animeadapter.serve.session import MOST_JOBS, ConversationError

Talk = Any
"""A session, the app that talks to it, and what was said; see `conftest`."""
ONE = Blob.of(b"one")
NEEDY = Rehearse(picture=ONE)


def payload(message: Any) -> bytes:
    return to_frame(message)[4:]


def test_the_app_is_greeted_with_the_versions_of_what_draws(new_talk: Any) -> None:
    talk = new_talk(greet=False)
    talk.say(Hello(PROTOCOL))
    (ready,) = talk.heard()
    assert isinstance(ready, Ready) and ready.protocol == PROTOCOL
    assert {"animeadapter", "python", "torch", "diffusers"} <= ready.versions.keys()


@pytest.mark.parametrize("first", [payload(Shutdown()), b"\xc1", payload(Submit("a", ListPacks())), payload(Hello(2))])
def test_whoever_does_not_greet_in_this_protocol_is_refused(new_talk: Any, first: bytes) -> None:
    talk = new_talk(greet=False)
    with pytest.raises(ConversationError, match=r"has to be Hello|speaks protocol 1, the app 2"):
        talk.session.take(first)


def test_a_second_greeting_changes_nothing(talk: Talk) -> None:
    talk.say(Hello(PROTOCOL), Hello(9))
    assert [type(message) for message in talk.heard()] == [Notice, Notice]


def test_a_job_begins_when_its_files_are_there(talk: Talk) -> None:
    talk.say(Submit("a", NEEDY), Submit("b", Rehearse()))
    assert talk.heard() == [Accepted("a"), NeedBlobs("a", (ONE.sha256,)), Accepted("b")]
    job = talk.session.next_job()
    assert job.id == "b" and talk.heard() == [Started("b")]
    talk.session.finish(job, Done("b", Rehearsed()))
    talk.send(b"one")
    job = talk.session.next_job()
    assert job.id == "a" and talk.session.files(job) == {ONE.sha256: b"one"}


def test_a_waiting_job_that_is_cancelled_fails_at_once_and_a_running_one_when_it_has_stopped(talk: Talk) -> None:
    talk.say(Submit("a", Rehearse()), Submit("b", Rehearse()), Submit("c", NEEDY))
    job = talk.session.next_job()
    talk.heard()
    talk.say(Cancel("b"), Cancel("c"), Cancel("a"), Cancel("nobody"))
    assert [(m.job, m.code) for m in talk.heard()] == [("b", "cancelled"), ("c", "cancelled")]
    assert job.stop.is_set()
    talk.session.finish(job, Failed("a", "cancelled", ""))
    assert [m.job for m in talk.heard()] == ["a"]


def test_nothing_is_said_about_a_job_that_has_ended(talk: Talk) -> None:
    talk.say(Submit("a", Rehearse()))
    job = talk.session.next_job()
    talk.session.finish(job, Done("a", Rehearsed()))
    talk.heard()
    talk.session.tell(job, Progress("a", 1, 1))
    talk.session.send_file(job, ONE.sha256, b"one")
    talk.session.finish(job, Done("a", Rehearsed()))
    assert talk.heard() == []


def test_a_second_job_of_the_same_id_is_left_out(talk: Talk) -> None:
    talk.say(Submit("a", NEEDY))
    talk.heard()
    talk.say(Submit("a", Rehearse()))
    (notice,) = talk.heard()
    assert isinstance(notice, Notice) and notice.job == "a"


def test_too_many_jobs_are_refused_and_may_come_again(talk: Talk) -> None:
    talk.say(*(Submit(str(number), NEEDY) for number in range(MOST_JOBS + 1)))
    last = talk.heard()[-1]
    assert isinstance(last, Failed) and (last.job, last.code, last.retryable) == (str(MOST_JOBS), "busy", True)
    talk.say(Cancel("0"), Submit("again", NEEDY))
    assert Accepted("again") in talk.heard()


def test_what_is_no_message_is_left_out_and_a_broken_job_fails_with_the_field(talk: Talk) -> None:
    talk.session.take(b"\xc1")
    assert isinstance(talk.heard()[0], Notice)
    talk.session.take(payload(Submit("a", Rehearse())).replace(b"rehearse", b"rehearsX"))
    (failed,) = talk.heard()
    assert isinstance(failed, Failed) and failed.code == "bad_request" and failed.message.startswith("call.kind: ")


def test_jobs_that_wait_for_a_file_that_cannot_come_fail(talk: Talk) -> None:
    talk.say(Submit("a", NEEDY), Submit("b", Rehearse()))
    talk.heard()
    talk.say(PutBlob(ONE.sha256, 3, 0, b"two"))
    (failed,) = talk.heard()
    assert isinstance(failed, Failed) and failed.job == "a" and "is damaged" in failed.message
    talk.say(PutBlob(ONE.sha256, 2**32, 0, b"x"))
    assert isinstance(talk.heard()[0], Notice)
    talk.say(Submit("c", NEEDY), PutBlob(ONE.sha256, 2**32, 0, b"x"))
    assert talk.heard()[-1].code == "too_large"


def test_an_app_that_reads_slowly_gets_the_newest_progress_and_preview_alone(talk: Talk) -> None:
    talk.say(Submit("a", Rehearse()))
    job = talk.session.next_job()
    talk.heard()
    for step in (1, 2, 3):
        talk.session.tell(job, Progress("a", step, 3))
        talk.session.tell(job, Preview("a", 0, step, b"jpeg"))
        talk.session.tell(job, Preview("a", 1, step, b"jpeg"))
    assert talk.heard() == [Progress("a", 3, 3), Preview("a", 0, 3, b"jpeg"), Preview("a", 1, 3, b"jpeg")]


def test_a_result_that_cannot_be_sent_is_a_failure(talk: Talk) -> None:
    talk.say(Submit("a", ListPacks()))
    job = talk.session.next_job()
    talk.heard()
    info = PackInfo("x", "x" * 5_000_000, "", "", (), (), "")
    talk.session.finish(job, Done("a", PackList((info,))))
    (failed,) = talk.heard()
    assert isinstance(failed, Failed) and failed.code == "internal"


@pytest.mark.parametrize("how", ["shutdown", "refuse"])
def test_the_end_closes_the_outbox_behind_its_last_words(talk: Talk, how: str) -> None:
    talk.say(Submit("a", Rehearse()), Submit("b", NEEDY))
    job = talk.session.next_job()
    if how == "shutdown":
        talk.say(Shutdown())
    else:
        talk.session.refuse("no frames")
    talk.session.finish(job, Done("a", Rehearsed()))
    said = talk.heard_to_the_end()
    assert talk.session.closed
    if how == "shutdown":
        assert [(m.job, m.code, m.retryable) for m in said[-2:]] == [
            ("a", "shutting_down", True),
            ("b", "shutting_down", True),
        ]
    else:
        assert said[-1] == Refused("no frames")


jobs = st.sampled_from(["a", "b", "c"])
actions = st.one_of(
    st.builds(Submit, jobs, st.sampled_from([Rehearse(), NEEDY])),
    st.builds(Cancel, jobs),
    st.sampled_from([*(PutBlob(ONE.sha256, 3, 0, data) for data in (b"one", b"two", b"on")), "work", "fail", b"\x01"]),
)


@given(st.lists(actions, max_size=25))
@settings(max_examples=300)
def test_whatever_happens_every_accepted_job_ends_once(new_talk: Any, happenings: list[Any]) -> None:
    talk, running = new_talk(), None
    for happening in happenings:
        if isinstance(happening, str):
            running = running or (talk.session.next_job() if talk.session._complete else None)
            if running and happening == "fail":
                talk.session.finish(running, Failed(running.id, "failed", "no"))
                running = None
        elif isinstance(happening, bytes):
            talk.session.take(happening)
        else:
            talk.say(happening)
    talk.say(Shutdown())
    open_jobs: set[str] = set()
    for message in talk.heard_to_the_end():
        if isinstance(message, Accepted):
            assert message.job not in open_jobs
            open_jobs.add(message.job)
        elif isinstance(message, Failed):
            open_jobs.remove(message.job)
        elif isinstance(message, Started | NeedBlobs):
            assert message.job in open_jobs
    assert not open_jobs

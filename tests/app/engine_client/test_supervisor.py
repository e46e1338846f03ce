"""Whatever happens to the engine, every job ends once, nobody hangs, and no process stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from animeadapter.protocol.calls import ListPacks, PackList, Rehearse, Rehearsed
from animeadapter.protocol.messages import Failed, Progress, Started
from animeadapter.protocol.request import Blob
from komawari.engine_client.client import Finished, Picture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
LONG = Rehearse(1000, 1000)
ANSWER = """
for message in heard():
    if isinstance(message, Hello): say(Ready(1))
    elif isinstance(message, Submit): say(Started(message.job), Done(message.job, Rehearsed()))
"""


def test_a_picture_goes_there_and_comes_back(client: Any, recorder: Any) -> None:
    data = os.urandom(3 * 2**20)
    job = client().submit(Rehearse(2, 0, Blob.of(data)), {Blob.of(data).sha256: data})
    end = recorder.end(job)
    assert end == Finished(job, Rehearsed(Blob.of(data)), {Blob.of(data).sha256: data})
    assert recorder.phases()[-1] == "ready" and recorder.phase("ready").versions["animeadapter"]
    assert any(isinstance(event, Progress) for event in recorder.events)


def test_an_engine_behind_a_shell_elsewhere_is_an_engine(client: Any, recorder: Any) -> None:
    script = f'cd / && echo Welcome to gpu-box && env -i "{sys.executable}" -m animeadapter serve; true'
    supervisor = client(words=["sh", "-c", script])
    assert isinstance(recorder.end(supervisor.submit(ListPacks())).result, PackList)


def test_a_killed_engine_is_started_again_and_does_its_jobs_once_more(client: Any, recorder: Any, is_gone: Any) -> None:
    supervisor = client()
    first, second = supervisor.submit(Rehearse(30, 100)), supervisor.submit(Rehearse())
    recorder.wait(lambda event: isinstance(event, Started))
    pid = supervisor.pid
    os.kill(pid, signal.SIGKILL)
    assert isinstance(recorder.end(first), Finished) and isinstance(recorder.end(second), Finished)
    assert is_gone(pid) and supervisor.pid != pid
    assert "restarting" in recorder.phases() and [end.job for end in recorder.ends()] == [first, second]


def test_a_job_at_which_engines_end_fails_and_the_others_are_done(client: Any, recorder: Any) -> None:
    supervisor = client("""
for message in heard():
    if isinstance(message, Hello): say(Ready(1))
    elif isinstance(message, Submit):
        say(Started(message.job))
        if message.job == "poison":
            sys.exit("no more memory")
        say(Done(message.job, Rehearsed()))
""")
    jobs = [supervisor.submit(Rehearse(), job=name) for name in ("before", "poison", "after")]
    ends = [recorder.end(job) for job in jobs]
    assert isinstance(ends[0], Finished) and isinstance(ends[2], Finished) and len(recorder.ends()) == 3
    assert (ends[1].code, ends[1].message) == (
        "crashed", "the engine ended 2 times while it worked at this: no more memory",
    )  # fmt: skip


def test_takes_that_come_again_after_a_restart_are_told_once(client: Any, recorder: Any, tmp_path: Path) -> None:
    supervisor = client(f"""
from animeadapter.protocol.blobs import chunks
from animeadapter.protocol.request import *
environment = Environment("cpu", "x", "float32", 1, (1,), "0" * 64, {{}})
for message in heard():
    if isinstance(message, Hello): say(Ready(1))
    elif isinstance(message, Submit):
        name = Blob.of(b"png")
        again = Path({str(tmp_path / "second")!r}).exists()
        for take in (0, 1):
            say(*chunks(name.sha256, b"png"), Image(message.job, take, 7, name, ResolvedRequest(GenerateRequest(), 0, environment)))
            if not again:
                Path({str(tmp_path / "second")!r}).touch()
                sys.exit(1)
        say(Done(message.job, Drawn(2)))
""")  # noqa: E501 - a program in a program
    job = supervisor.submit(Rehearse())
    assert isinstance(recorder.end(job), Finished)
    pictures = [event for event in recorder.events if isinstance(event, Picture)]
    assert [(picture.take, picture.png) for picture in pictures] == [(0, b"png"), (1, b"png")]


def test_a_job_that_does_not_stop_costs_the_engine_its_life_and_no_other_job(client: Any, recorder: Any) -> None:
    supervisor = client("""
for message in heard():
    if isinstance(message, Hello): say(Ready(1))
    elif isinstance(message, Submit):
        say(Started(message.job))
        if message.job != "deaf": say(Done(message.job, Rehearsed()))
        else: time.sleep(1000)
""", cancel=0.2)  # fmt: skip
    supervisor.submit(Rehearse(), job="deaf")
    other = supervisor.submit(Rehearse())
    recorder.wait(lambda event: isinstance(event, Started))
    supervisor.cancel("deaf")
    assert recorder.end("deaf").code == "cancelled" and isinstance(recorder.end(other), Finished)
    assert "failed" not in recorder.phases()


def test_a_running_and_a_waiting_job_can_be_cancelled(client: Any, recorder: Any) -> None:
    supervisor = client()
    jobs = [supervisor.submit(LONG), supervisor.submit(LONG)]
    recorder.wait(lambda event: isinstance(event, Progress))
    for job in reversed(jobs):
        supervisor.cancel(job)
    assert [recorder.end(job).code for job in jobs] == ["cancelled"] * 2
    assert isinstance(recorder.end(supervisor.submit(Rehearse())), Finished)


def test_jobs_can_be_cancelled_before_there_is_an_engine(client: Any, recorder: Any) -> None:
    supervisor = client("time.sleep(1000)", close=0.1)
    job = supervisor.submit(LONG)
    supervisor.cancel(job)
    supervisor.cancel("nobody")
    assert recorder.end(job).code == "cancelled"


HOPELESS = {
    "it ends at once": ("sys.exit('libcuda.so is missing')", "3 times in a row: libcuda.so is missing"),
    "it never answers": ("time.sleep(1000)", "3 times in a row: it did not answer"),
    "it closes its output": ("os.close(1); time.sleep(1000)", "3 times in a row"),
    "it sends nonsense": ("os.write(1, b'\\xff' * 8); time.sleep(1000)", "a frame has 4294967295 bytes"),
    "it sends unknown messages": ("os.write(1, b'\\1\\0\\0\\0\\xc1'); time.sleep(1000)", "holds no message"),
    "it speaks another protocol": ("say(Ready(2)); time.sleep(1000)", "speaks protocol 2, this editor 1"),
    "it refuses": ("say(Refused('not with you')); sys.exit(1)", "not with you"),
}


@pytest.mark.parametrize("how", HOPELESS)
def test_an_engine_that_cannot_work_is_given_up_with_the_reason(how: str, client: Any, recorder: Any) -> None:
    script, reason = HOPELESS[how]
    patience = 1.0 if how == "it never answers" else 200
    supervisor = client(script, starts=3, first_pause=0.01, start=patience)
    job = supervisor.submit(Rehearse())
    assert reason in recorder.phase("failed").message
    end = recorder.end(job)
    assert end.code == "engine_gone" and end.retryable and reason in end.message
    assert recorder.end(supervisor.submit(Rehearse())).code == "engine_gone"


def test_a_command_that_does_not_exist_is_named_and_can_be_tried_again(client: Any, recorder: Any) -> None:
    supervisor = client(words=["/nowhere/animeadapter"])
    assert recorder.phase("failed").message.startswith("/nowhere/animeadapter: cannot be started: No such file")
    supervisor.restart()
    supervisor.close()
    assert recorder.phases().count("failed") == 2


def test_a_healthy_engine_can_be_started_anew_without_losing_jobs(client: Any, recorder: Any) -> None:
    supervisor = client(ANSWER)
    recorder.phase("ready")
    supervisor.restart()
    assert isinstance(recorder.end(supervisor.submit(Rehearse())), Finished)


def test_a_file_that_is_not_at_hand_is_said_to_be_missing(client: Any, recorder: Any) -> None:
    end = recorder.end(client(ANSWER).submit(Rehearse(picture=Blob.of(b"x"))))
    assert (end.code, end.message) == ("bad_request", "picture: the file is not at hand")


@pytest.mark.parametrize("script", [ANSWER, "time.sleep(1000)"])
def test_closing_leaves_no_process_and_no_open_job(
    client: Any, recorder: Any, is_gone: Any, scripted: Any, script: str
) -> None:
    shell = 'sleep 1000 & "$0" "$@"; sleep 1000'
    supervisor = client(words=["sh", "-c", shell, *scripted(script)], close=0.1)
    job = supervisor.submit(LONG)
    pid = recorder.wait(lambda event: supervisor.pid is not None) and supervisor.pid
    for _ in range(2):
        supervisor.close()
    assert is_gone(pid)
    assert [end.job for end in recorder.ends()] == [job]
    assert recorder.end(supervisor.submit(Rehearse(), job="late")).code == "engine_gone"
    assert recorder.phases()[-1] == "closed"


def test_an_engine_loses_its_app_and_ends(is_gone: Any) -> None:
    program = """
import time
from animeadapter.protocol.calls import Rehearse
from komawari.engine_client.supervisor import Supervisor
engine = Supervisor()
engine.submit(Rehearse(1000, 1000))
engine.listen(lambda event: print(engine.pid, type(event).__name__, flush=True))
time.sleep(1000)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as app:
        assert app.stdout
        pid = next(int(line.split()[0]) for line in app.stdout if "Progress" in line)
        app.kill()
    assert is_gone(pid)


def test_a_listener_that_fails_and_one_that_has_left_disturb_nobody(client: Any, recorder: Any, caplog: Any) -> None:
    supervisor = client(ANSWER)
    left: list[Any] = []
    forget = supervisor.listen(left.append)
    supervisor.listen(lambda event: 1 / 0)
    recorder.phase("ready")
    forget()
    supervisor.submit(Rehearse(), job="a")
    assert isinstance(recorder.end("a"), Finished)
    assert not any(isinstance(event, Finished | Failed) for event in left)
    assert "a listener failed" in caplog.text

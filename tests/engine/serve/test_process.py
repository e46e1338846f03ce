"""The real process: it answers or refuses in one line, and is gone when its app is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import Any

import msgspec
import numpy as np
import pytest

from animeadapter.packs.find import user_folder
from animeadapter.protocol.calls import Drawn, Generate, ListPacks, LoadPack, Rehearse, Rehearsed, Segment
from animeadapter.protocol.framing import frame
from animeadapter.protocol.messages import (
    Accepted,
    Cancel,
    Done,
    Failed,
    Image,
    NeedBlobs,
    Notice,
    Preview,
    Progress,
    PutBlob,
    Ready,
    Refused,
    Shutdown,
    Started,
    Status,
    Submit,
)
from animeadapter.protocol.request import Blob, GenerateRequest, Sampler
from animeadapter.vision.pictures import encode_png

LONG = Rehearse(1000, 1000)
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_it_is_ready_before_anything_heavy_is_loaded_and_gives_a_picture_back(start: Any, upload: Any) -> None:
    engine = start()
    assert isinstance(engine.next(), Ready)
    data = os.urandom(4 * 2**20)
    name = Blob.of(data)
    engine.say(Submit("a", Rehearse(1, 0, name)))
    assert [engine.next(), engine.next()] == [Accepted("a"), NeedBlobs("a", (name.sha256,))]
    engine.say(*upload(data))
    assert [type(engine.next()) for _ in range(2)] == [Started, Progress]
    chunks = [engine.next() for _ in range(4)]
    assert all(isinstance(chunk, PutBlob) for chunk in chunks) and b"".join(c.data for c in chunks) == data
    assert engine.next() == Done("a", Rehearsed(name))
    engine.say(Shutdown())
    with pytest.raises(EOFError):
        engine.next()
    assert engine.ended() == (0, "")


def test_it_draws_stops_segments_and_tells_of_its_packs(start: Any, upload: Any) -> None:
    engine = start()
    engine.say(Submit("load", LoadPack("tiny")))
    status = engine.until(Status)
    assert status.threads >= 1 and status.device in ("cpu", "cuda", "mps")
    assert engine.until(Done, "load").result.pack.parts[0] == "adapter"
    request = GenerateRequest(prompt="1girl", seeds=(1, 2), pack="tiny", sampler=Sampler(steps=2))
    engine.say(Submit("draw", Generate(request, previews=1)))
    said = []
    while not isinstance(said[-1:] and said[-1], Done | Failed):
        said.append(engine.next())
    assert said[-1] == Done("draw", Drawn(2))
    images = [message for message in said if isinstance(message, Image)]
    assert [(image.take, image.seed, image.resolved.take) for image in images] == [(0, 1, 0), (1, 2, 1)]
    assert {image.picture.sha256 for image in images} == {m.sha256 for m in said if isinstance(m, PutBlob)}
    assert any(isinstance(message, Preview) and message.jpeg[:2] == b"\xff\xd8" for message in said)
    engine.say(Submit("stop", Generate(GenerateRequest(pack="tiny", sampler=Sampler(steps=200)))))
    engine.until(Progress, "stop")
    engine.say(Cancel("stop"))
    assert engine.until((Done, Failed), "stop").code == "cancelled"
    picture = encode_png(np.full((40, 60, 3), 200, np.uint8))
    engine.say(*upload(picture))
    assert isinstance(engine.do("look", Segment(Blob.of(picture), "tiny")), Done)
    assert engine.do("gone", LoadPack("gone")).message.startswith("unknown pack 'gone'")
    found = engine.do("list", ListPacks()).result
    assert "tiny" in [pack.name for pack in found.packs] and found.folder == str(user_folder())


@posix
def test_over_a_shell_elsewhere_with_another_environment_it_is_the_same_engine(start: Any) -> None:
    script = f'cd / && echo Welcome to gpu-box && exec env -i "{sys.executable}" -m animeadapter serve'
    engine = start(["sh", "-c", script])
    assert isinstance(engine.next(), Ready) and engine.decoder.banner == b"Welcome to gpu-box\n"
    assert isinstance(engine.do("a", Rehearse()), Done)


def test_what_libraries_print_never_reaches_the_stream(start: Any) -> None:
    script = (
        "import sys, runpy, os; sys.argv[1:] = ['serve']; from animeadapter.serve.descriptors import claim; claim();"
        "print('noise'); os.system('echo more noise'); runpy.run_module('animeadapter', run_name='__main__')"
    )
    engine = start([sys.executable, "-c", script])
    assert isinstance(engine.next(), Ready) and engine.decoder.banner == b""
    engine.hang_up()
    code, complaint = engine.ended()
    assert code == 0 and "noise" in complaint


@pytest.mark.parametrize("jobs", [0, 1])
def test_it_ends_at_once_with_its_input_even_while_a_job_works(start: Any, jobs: int) -> None:
    engine = start()
    if jobs:
        engine.say(Submit("a", LONG))
        engine.until(Progress)
    engine.hang_up()
    assert engine.ended() == (0, "")


@posix
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_while_a_job_works(start: Any, number: signal.Signals) -> None:
    engine = start()
    engine.say(Submit("a", LONG))
    engine.until(Progress)
    engine.process.send_signal(number)
    assert engine.ended() == (130, f"animeadapter: serve: stopped by {number.name}\n")


@posix
def test_it_ends_when_nobody_reads_any_more(start: Any) -> None:
    engine = start(["sh", "-c", f'"{sys.executable}" -m animeadapter serve | head -c 100 > /dev/null'])
    engine.say(Submit("a", Rehearse(1000, 1)))
    assert engine.ended() == (0, "")


WRONG = {
    "another protocol": (
        frame(msgspec.msgpack.encode({"type": "hello", "protocol": 2})),
        "speaks protocol 1, the app 2",
    ),
    "no greeting message": (frame(msgspec.msgpack.encode({"type": "shutdown"})), "the first message has to be Hello"),
    "an endless frame": (b"\xff\xff\xff\xff", "a frame has 4294967295 bytes"),
    "an empty frame": (b"\0\0\0\0", "a frame has 0 bytes"),
}


@pytest.mark.parametrize("name", WRONG)
def test_it_refuses_what_it_cannot_go_on_with_in_one_line(start: Any, name: str) -> None:
    data, told = WRONG[name]
    engine = start(greet=False)
    engine.write(data)
    assert told in engine.until(Refused).message
    with pytest.raises(EOFError):
        engine.next()
    code, complaint = engine.ended()
    assert code == 1 and told in complaint and complaint.count("\n") == 1


@pytest.mark.parametrize("data", [b"\x09\0\0\0half", b"\x01"])
def test_input_that_ends_within_a_frame_is_said_to(start: Any, data: bytes) -> None:
    engine = start()
    engine.write(data)
    engine.hang_up()
    code, complaint = engine.ended()
    assert code == 1 and complaint == "animeadapter: serve: ended in the middle of a frame\n"


def test_it_survives_messages_that_it_does_not_understand(start: Any) -> None:
    engine = start()
    engine.write(frame(b"\xc1") + frame(msgspec.msgpack.encode({"type": "magic"})))
    assert "a frame holds no message" in engine.until(Notice).message
    assert "type: invalid value 'magic'" in engine.until(Notice).message
    broken = {"type": "submit", "job": "a", "call": {"kind": "generate", "request": {"seeds": []}}}
    engine.write(frame(msgspec.msgpack.encode(broken)))
    assert engine.until(Failed) == Failed("a", "bad_request", "call.request.seeds: expected `array` of length >= 1")
    engine.say(Submit("b", LONG))
    engine.until(Progress)
    engine.say(Cancel("b"))
    assert engine.until(Failed).code == "cancelled"
    assert isinstance(engine.do("c", Rehearse()), Done)


@posix
def test_at_a_terminal_it_says_what_it_is_for() -> None:
    import pty

    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "animeadapter", "serve"]
    done = subprocess.run(command, stdin=theirs, capture_output=True, timeout=240)
    os.close(ours), os.close(theirs)
    assert done.returncode == 1 and b"programs talk to this through pipes" in done.stderr and done.stdout == b""

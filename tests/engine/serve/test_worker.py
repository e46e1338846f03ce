"""However a job ends, the process goes on and the app is told in one line."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from animeadapter.generate.errors import ShortOfMemoryError
from animeadapter.protocol.calls import (
    Call,
    Click,
    Clicked,
    ClickPoint,
    DetectPose,
    Embed,
    FoundPoses,
    ListPacks,
    Masked,
    Rehearse,
    Rehearsed,
    Segment,
    Upscale,
)
from animeadapter.protocol.messages import Cancel, Done, Failed, FromEngine, Progress, PutBlob, Submit
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob
from animeadapter.serve.calls import perform
from animeadapter.serve.errors import ServeError, Stopped
from animeadapter.serve.worker import Worker
from animeadapter.serve.workshop import KEPT_LOOKS, Workshop
from animeadapter.vision.pictures import encode_png

PICTURE = np.zeros((20, 30, 3), np.uint8)
MASK = np.full((20, 30), 255, np.uint8)
POSE = Pose(((0.5, 0.5),) * 18)


class ScriptedLook:
    """Answers as if something had been seen."""

    foreground, parts = MASK, MASK // 255
    people = (
        SimpleNamespace(pose=POSE, score=0.2, mask=MASK),
        SimpleNamespace(pose=POSE.moved(0.1, 0), score=0.9, mask=MASK),
    )

    def click(self, points: list[tuple[float, float]], positive: list[bool], box: Any) -> np.ndarray:
        assert (points, positive, box) == ([(3.0, 4.0), (5.0, 6.0)], [True, False], (0.0, 0.0, 9.0, 9.0))
        return MASK


class ScriptedTools:
    """Tools whose answers are known."""

    def __init__(self) -> None:
        self.rooms_made = 0
        self.upscale: Callable[[np.ndarray, Callable[[], bool]], np.ndarray | None] = lambda pixels, stop: pixels

    def look(self, pack: str, picture: str, pixels: Callable[[], np.ndarray]) -> ScriptedLook:
        assert pixels().shape == PICTURE.shape
        return ScriptedLook()

    def upscaler(self, pack: str) -> Any:
        return self

    def kit(self, pack: str) -> Any:
        return SimpleNamespace(side=8, embed=lambda square: square.mean(axis=(0, 1)).astype(np.float32))

    def ran_out(self, error: Exception) -> bool:
        return isinstance(error, MemoryError)

    def make_room(self) -> None:
        self.rooms_made += 1


@pytest.fixture
def tools() -> ScriptedTools:
    return ScriptedTools()


@pytest.fixture
def done(talk: Any, tools: ScriptedTools) -> Any:
    """Does one call and returns everything that was said about it."""

    def do(call: Call, *files: bytes, by: Any = perform) -> list[FromEngine]:
        talk.say(Submit("a", call))
        talk.send(*files)
        job = talk.session.next_job()
        talk.heard()
        Worker(talk.session, by, tools).work(job)
        return talk.heard()

    return do


def opened(said: list[FromEngine], blob: Blob) -> np.ndarray:
    (data,) = (m.data for m in said if isinstance(m, PutBlob) and m.sha256 == blob.sha256)
    return np.asarray(Image.open(io.BytesIO(data)))


def call_of(kind: type, **fields: Any) -> tuple[Any, bytes]:
    data = encode_png(PICTURE)
    return kind(picture=Blob.of(data), **fields), data


ENDINGS = {
    "cancelled": (Stopped(), "cancelled", False),
    "a mendable error": (ServeError("picture: is\nno picture"), "failed: picture: is no picture", False),
    "out of memory": (MemoryError(), "out_of_memory: there is not enough memory", True),
    "a bug": (ZeroDivisionError("by\nzero"), "internal: ZeroDivisionError: by zero", False),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_every_error_becomes_the_jobs_failure(name: str, done: Any, tools: ScriptedTools) -> None:
    error, told, retryable = ENDINGS[name]

    def fail(*_: Any) -> Any:
        raise error

    (failed,) = done(ListPacks(), by=fail)
    assert isinstance(failed, Failed) and f"{failed.code}: {failed.message}".startswith(told)
    assert failed.retryable is retryable and tools.rooms_made == (name == "out of memory")


def test_a_rehearsal_says_its_steps_and_gives_the_picture_back(done: Any) -> None:
    said = done(Rehearse(2, 0, Blob.of(b"x")), b"x")
    assert said == [Progress("a", 2, 2), PutBlob(Blob.of(b"x").sha256, 1, 0, b"x"), Done("a", Rehearsed(Blob.of(b"x")))]


def test_a_rehearsal_ends_within_the_step_in_which_it_is_cancelled(talk: Any, tools: ScriptedTools) -> None:
    talk.say(Submit("a", Rehearse(1000, 10_000)))
    working = threading.Thread(target=lambda: Worker(talk.session, perform, tools).work(talk.session.next_job()))
    working.start()
    talk.say(Cancel("a"))
    working.join(60)
    assert not working.is_alive() and talk.heard()[-1].code == "cancelled"


def test_a_click_is_passed_on_in_pixels(done: Any) -> None:
    call, data = call_of(Click, points=(ClickPoint(3, 4), ClickPoint(5, 6, False)), box=(0, 0, 9, 9))
    said = done(call, data)
    assert isinstance(said[-1].result, Clicked) and (opened(said, said[-1].result.mask) == MASK).all()


def test_segments_come_as_pictures_of_the_same_size(done: Any) -> None:
    call, data = call_of(Segment)
    said = done(call, data)
    assert (opened(said, said[-1].result.foreground) == MASK).all() and opened(said, said[-1].result.parts).max() == 1


def test_people_come_the_surest_first(done: Any) -> None:
    call, data = call_of(DetectPose)
    result = done(call, data)[-1].result
    assert isinstance(result, FoundPoses) and [who.score for who in result.people] == [0.9, 0.2]
    assert result.people[1].pose == POSE


def test_embeddings_are_of_length_one_and_scored_against_the_first(done: Any) -> None:
    red = np.zeros((16, 16, 3), np.uint8)
    red[..., 0] = 200
    mask = np.zeros((16, 16), np.uint8)
    mask[4:] = 255
    files = [encode_png(red), encode_png(255 - red), encode_png(mask)]
    one, other, cut = map(Blob.of, files)
    result = done(Embed((Masked(one), Masked(one), Masked(other), Masked(one, cut))), *files)[-1].result
    assert result.likeness[:2] == (1.0, 1.0) and result.likeness[2] < result.likeness[3] < 1
    assert all(abs(np.linalg.norm(embedding) - 1) < 1e-5 for embedding in result.embeddings)
    empty = encode_png(np.zeros((16, 16), np.uint8))
    (failed,) = done(Embed((Masked(one, Blob.of(empty)),)), files[0], empty)
    assert failed.message == "pictures[0].mask: is empty, so there is nothing to embed"


def test_upscaling_can_be_stopped(done: Any, tools: ScriptedTools, talk: Any) -> None:
    call, data = call_of(Upscale)
    assert isinstance(done(call, data)[-1], Done)

    def cancelled(pixels: np.ndarray, stop: Callable[[], bool]) -> np.ndarray | None:
        talk.say(Cancel("a"))
        return None if stop() else pixels

    tools.upscale = cancelled
    assert done(call, data)[-1].code == "cancelled"


@pytest.mark.parametrize("kind", [Segment, DetectPose, Upscale])
def test_a_file_that_is_no_picture_is_named_by_its_field(done: Any, kind: type) -> None:
    (failed,) = done(kind(picture=Blob.of(b"text")), b"text")
    assert failed.code == "failed" and failed.message.startswith("picture: is no picture")


class CountingEyes:
    """Eyes that count how often they look."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self, pixels: np.ndarray) -> ScriptedLook:
        self.looks += 1
        return ScriptedLook()


def workshop_with(eyes: CountingEyes, *parts: str) -> Workshop:
    pack = SimpleNamespace(has=parts.__contains__, manifest=SimpleNamespace(name="tiny"))
    workshop = Workshop("cpu", 1, lambda status: None)
    workshop.__dict__["studio"] = SimpleNamespace(
        kit=lambda name: SimpleNamespace(pack=pack, eyes=eyes), forget=lambda: None, device=SimpleNamespace(type="cpu")
    )
    return workshop


def test_a_second_look_at_the_same_picture_is_the_first_one() -> None:
    eyes = CountingEyes()
    workshop = workshop_with(eyes, "vision")
    looks = [workshop.look("tiny", picture, lambda: PICTURE) for picture in ("a", "b", "a")]
    assert looks[0] is looks[2] and eyes.looks == 2
    for number in range(KEPT_LOOKS):
        workshop.look("tiny", str(number), lambda: PICTURE)
    workshop.look("tiny", "a", lambda: PICTURE)
    assert eyes.looks == 2 + KEPT_LOOKS + 1
    workshop.make_room()
    workshop.look("tiny", "a", lambda: PICTURE)
    assert eyes.looks == 2 + KEPT_LOOKS + 2


def test_what_a_pack_lacks_is_said_in_one_line() -> None:
    workshop = workshop_with(CountingEyes())
    with pytest.raises(ServeError, match=r"^pack: tiny has no vision, so it cannot look at pictures$"):
        workshop.look("tiny", "a", lambda: PICTURE)
    with pytest.raises(ServeError, match=r"^pack: tiny has no upscaler, so it cannot enlarge pictures$"):
        workshop.upscaler("tiny")


def test_running_out_of_memory_shows_in_several_ways() -> None:
    workshop = workshop_with(CountingEyes())
    short = [MemoryError(), ShortOfMemoryError("too large"), RuntimeError("DefaultCPUAllocator: can't allocate memory")]
    assert all(map(workshop.ran_out, short))
    assert not workshop.ran_out(RuntimeError("shapes differ")) and not workshop.ran_out(ServeError("no"))
    assert Workshop("cpu", 1, lambda status: None).ran_out(MemoryError())

"""Messages survive the pipe; whatever else stands in a frame is refused with the field's name, never with a crash."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol.calls import (
    Call,
    Click,
    Clicked,
    ClickPoint,
    DetectPose,
    DrawAgain,
    Drawn,
    Embed,
    Embedded,
    FoundPerson,
    FoundPoses,
    Generate,
    ListPacks,
    LoadedPack,
    LoadPack,
    Masked,
    PackInfo,
    PackList,
    Rehearse,
    Rehearsed,
    Segment,
    Segmented,
    Upscale,
    Upscaled,
    blobs_in,
)
from animeadapter.protocol.framing import GREETING, FrameDecoder, FrameError
from animeadapter.protocol.messages import (
    Accepted,
    Cancel,
    Done,
    Failed,
    Hello,
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
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob, Controller, Environment, GenerateRequest, Reference, ResolvedRequest
from animeadapter.protocol.wire import MessageError, read_from_engine, read_to_engine, to_frame

ONE, TWO = Blob.of(b"one"), Blob.of(b"two")
POSE = Pose(((0.5, 0.5), None, *((0.1, 0.2),) * 16))
REQUEST = GenerateRequest(prompt="1girl", seeds=(1, 2), references=(Reference(ONE, TWO),))
RESOLVED = ResolvedRequest(REQUEST, 1, Environment("cpu", "a processor", "float32", 2, (1, 2), ONE.sha256, {"a": "1"}))
INFO = PackInfo("tiny", "Tiny", "Apache-2.0", "embedded", ((64, 64),), ("unet",), ONE.sha256, vocabulary=("1girl",))
CALLS: list[Call] = [
    Generate(REQUEST, 2),
    DrawAgain(RESOLVED),
    Segment(ONE),
    Click(ONE, (ClickPoint(1.5, 2), ClickPoint(3, 4, False)), (0, 0, 9, 9)),
    DetectPose(ONE, "tiny"),
    Embed((Masked(ONE), Masked(ONE, TWO))),
    Upscale(ONE),
    ListPacks(),
    LoadPack("tiny"),
    Rehearse(3, 4, ONE),
]
RESULTS = [
    Drawn(2), Segmented(ONE, TWO), Clicked(ONE), FoundPoses((FoundPerson(POSE, 0.5, ONE),)),
    Embedded(((0.6, 0.8),), (1.0,)), Upscaled(ONE), PackList((INFO,), "/home/mari/models"),
    LoadedPack(INFO, {"unet": 7}), Rehearsed(TWO),
]  # fmt: skip
TO_ENGINE = [
    Hello(1, "tests"), PutBlob(ONE.sha256, 3, 0, b"one"), Cancel("a"), Shutdown(),
    *(Submit(f"job {number}", call) for number, call in enumerate(CALLS)),
]  # fmt: skip
FROM_ENGINE = [
    Ready(1, {"torch": "2"}), Refused("no"), Status("cpu", "a processor", "float32", 2), Accepted("a"),
    NeedBlobs("a", (ONE.sha256,)), Started("a"), Progress("a", 1, 2), Preview("a", 0, 1, b"jpeg"),
    PutBlob(ONE.sha256, 3, 0, b"one"), Image("a", 0, 7, ONE, RESOLVED), Notice("hm"), Notice("hm", "a"),
    Failed("a", "failed", "no", True), *(Done("a", result) for result in RESULTS),
]  # fmt: skip
EVERYTHING = [(read_to_engine, m) for m in TO_ENGINE] + [(read_from_engine, m) for m in FROM_ENGINE]
ODD = [None, True, -1, 2**63, 1e300, math.nan, math.inf, "", "x" * 99, b"\xff", [], [[]], {}, {"kind": "magic"}]

damages = st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=3)


def payload(message: Any) -> bytes:
    decoder = FrameDecoder()
    return decoder.feed(GREETING + to_frame(message))[0]


@pytest.mark.parametrize("read, message", EVERYTHING, ids=lambda value: type(value).__name__)
def test_every_message_survives_the_pipe(read: Any, message: Any) -> None:
    assert read(payload(message)) == message


@given(
    st.sampled_from(EVERYTHING), st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=3), st.data()
)
@settings(max_examples=900)
def test_damaged_bytes_are_a_message_or_are_refused_in_one_line(
    picked: tuple[Any, Any], damaging: list[tuple[int, int]], data: st.DataObject
) -> None:
    read, message = picked
    damaged = bytearray(payload(message))
    for place, value in damaging:
        damaged[place % len(damaged)] = value
    kept = data.draw(st.integers(0, len(damaged)))
    extra = data.draw(st.binary(max_size=3))
    refused_or_read(read, bytes(damaged[:kept]) + extra if extra else bytes(damaged))


@given(st.sampled_from(EVERYTHING), st.sampled_from(ODD), st.data())
@settings(max_examples=900)
def test_a_field_that_holds_something_odd_is_accepted_or_refused_in_one_line(
    picked: tuple[Any, Any], odd: Any, data: st.DataObject
) -> None:
    read, message = picked
    raw = msgspec.msgpack.decode(payload(message))
    holders = [holder for holder in containers(raw) if holder]
    holder = data.draw(st.sampled_from(holders))
    place = data.draw(st.sampled_from(sorted(holder) if isinstance(holder, dict) else range(len(holder))))
    action = data.draw(st.sampled_from(["replace", "drop", "add"]))
    if action == "replace":
        holder[place] = odd
    elif action == "drop":
        del holder[place]
    elif isinstance(holder, dict):
        holder["surprise"] = odd
    refused_or_read(read, msgspec.msgpack.encode(raw))


def containers(value: Any) -> list[Any]:
    """Every dict and list in plain values, outermost first."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    own = [value] if isinstance(value, dict | list) else []
    return own + [found for item in inner for found in containers(item)]


def refused_or_read(read: Any, data: bytes) -> None:
    try:
        message = read(data)
    except MessageError as error:
        assert str(error) and "\n" not in str(error)
        return
    try:
        to_frame(message)
    except FrameError:
        assert len(data) > 1000


REFUSED = {
    "job": {"type": "submit", "job": "", "call": {"kind": "list_packs"}},
    "call": {"type": "submit", "job": "a", "call": {"kind": "click", "picture": {"sha256": ONE.sha256}}},
    "call.kind": {"type": "submit", "job": "a", "call": {"kind": "magic"}},
    "call.picture": {"type": "submit", "job": "a", "call": {"kind": "upscale"}},
    "call.points[0].x": {
        "type": "submit", "job": "a",
        "call": {"kind": "click", "picture": {"sha256": ONE.sha256}, "points": [{"x": math.nan, "y": 1}]},
    },
    "call.request.seeds[0]": {"type": "submit", "job": "a", "call": {"kind": "generate", "request": {"seeds": [-1]}}},
    "call.request.poses[0].references[0]": {
        "type": "submit", "job": "a",
        "call": {
            "kind": "generate",
            "request": {"poses": [{"pose": {"keypoints": [None] * 18}, "references": [0]}]},
        },
    },
    "call.request.poses[0].pose.keypoints[0][1]": {
        "type": "submit", "job": "a",
        "call": {
            "kind": "generate",
            "request": {"poses": [{"pose": {"keypoints": [[0.5, math.nan], *[None] * 17]}}]},
        },
    },
    "sha256": {"type": "put_blob", "sha256": "../../etc/passwd", "total": 1, "offset": 0, "data": b"x"},
    "type": {"type": "magic"},
    "surprise": {"type": "shutdown", "surprise": 1},
    "the message": [1, 2],
}  # fmt: skip


@pytest.mark.parametrize("field", REFUSED)
def test_what_does_not_fit_names_the_field_and_the_job_that_it_was_to_be(field: str) -> None:
    with pytest.raises(MessageError) as caught:
        read_to_engine(msgspec.msgpack.encode(REFUSED[field]))
    assert str(caught.value).startswith(f"{field}: ")
    assert caught.value.job == ("a" if field.startswith("call") else None)


@pytest.mark.parametrize("data", [b"\xc1", b"\x91" * 100_000, b"\xc6\xff\xff\xff\xffx", b"\x81\xa4type\xa1\xff"])
def test_what_is_no_messagepack_is_said_to_be_none(data: bytes) -> None:
    for read in (read_to_engine, read_from_engine):
        with pytest.raises(MessageError):
            read(data)


def test_a_request_that_contradicts_itself_is_refused_before_it_becomes_a_job() -> None:
    request = GenerateRequest(controller=Controller(start=0.9, end=0.1))
    with pytest.raises(MessageError, match=r"^call\.request\.controller\.end: must be greater"):
        read_to_engine(payload(Submit("a", Generate(request))))
    again = msgspec.structs.replace(RESOLVED, take=9)
    with pytest.raises(MessageError, match=r"^call\.resolved\.take: 9 of a request with 2"):
        read_to_engine(payload(Submit("a", DrawAgain(again))))


def test_a_greeting_of_a_later_version_is_understood_as_that() -> None:
    later = msgspec.msgpack.encode({"type": "hello", "protocol": 9, "client": "x", "novelty": [1]})
    assert read_to_engine(later) == Hello(9, "x")
    answer = msgspec.msgpack.encode({"type": "ready", "protocol": 9, "versions": {}, "novelty": [1]})
    assert read_from_engine(answer) == Ready(9)


@pytest.mark.parametrize("box", [(5, 0, 5, 9), (0, 9, 5, 3)])
def test_a_box_needs_an_inside(box: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="a box needs"):
        Click(ONE, (), box)


def test_every_file_that_a_call_names_is_listed_with_its_field() -> None:
    assert dict(blobs_in(Generate(REQUEST))) == {
        "request.references[0].picture": ONE.sha256,
        "request.references[0].mask": TWO.sha256,
    }
    assert dict(blobs_in(Embed((Masked(ONE), Masked(ONE, TWO))))) == {
        "pictures[0].picture": ONE.sha256,
        "pictures[1].picture": ONE.sha256,
        "pictures[1].mask": TWO.sha256,
    }
    assert list(blobs_in(ListPacks())) == []

"""Valid messages, and what chance makes of them: bytes changed, fields missing, odd, or unknown."""

from __future__ import annotations

import random
from typing import Any

import msgspec

from animeadapter.protocol.calls import (
    Click,
    ClickPoint,
    DetectPose,
    Embed,
    Generate,
    ListPacks,
    LoadPack,
    Masked,
    Rehearse,
    Segment,
    Upscale,
)
from animeadapter.protocol.messages import Cancel, Hello, PutBlob, Submit, ToEngine
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    Blob,
    Detail,
    Figure,
    GenerateRequest,
    PartMask,
    Reference,
    Region,
    Sampler,
    Size,
)
from animeadapter.protocol.wire import to_frame

PICTURE, PACK = Blob.of(b"picture"), "nowhere"
REQUEST = GenerateRequest(
    prompt="1girl, solo",
    seeds=(1, 2),
    size=Size(64, 64),
    references=(Reference(PICTURE, PICTURE, (PartMask("hair"),), 1.5, {"up_blocks.1": 0.5}),),
    poses=(Figure(Pose(((0.5, 0.5), None, *((0.25, 0.75),) * 16)), (0,)),),
    regions=(Region(PICTURE, prompt="smile"), Region(figure=0)),
    detail=Detail(0.5),
    sampler=Sampler("ddim", 3, 5.0),
    pack=PACK,
)
JOB = "mutant"
CALLS = (
    Generate(REQUEST, 1), Generate(GenerateRequest(pack=PACK)), Segment(PICTURE, PACK), DetectPose(PICTURE, PACK),
    Click(PICTURE, (ClickPoint(1, 2), ClickPoint(3, 4, False)), (0, 0, 9, 9), PACK), Upscale(PICTURE, PACK),
    Embed((Masked(PICTURE), Masked(PICTURE, PICTURE)), PACK), ListPacks(), LoadPack(PACK), Rehearse(2, 1, PICTURE),
)  # fmt: skip
SAMPLES: tuple[ToEngine, ...] = (
    Hello(1, "mutants"), PutBlob(PICTURE.sha256, 7, 0, b"picture"), Cancel(JOB),
    *(Submit(JOB, call) for call in CALLS),
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 2**63, 1e308, float("nan"), float("inf"), "", "x", "x" * 20_000, "\0", "../..",
    b"", b"\xff" * 9, [], [[[]]], {}, {"kind": "magic"}, {"": None},
)  # fmt: skip


def payload(message: ToEngine) -> bytes:
    """Return what stands in a message's frame."""
    return to_frame(message)[4:]


def mutant(rng: random.Random) -> bytes:
    """Return a payload that was a valid message before chance changed it."""
    data = payload(rng.choice(SAMPLES))
    return _damaged(data, rng) if rng.random() < 0.4 else _altered(data, rng)


def broken_stream(rng: random.Random, greeting: bytes) -> bytes:
    """Return frames of which some bytes are wrong, missing, or too many."""
    frames = [to_frame(SAMPLES[0]), *(to_frame(rng.choice(SAMPLES)) for _ in range(rng.randint(0, 4)))]
    return _damaged(rng.choice((greeting, greeting, b"")) + b"".join(frames), rng)


def _damaged(data: bytes, rng: random.Random) -> bytes:
    """Change, drop, add, double or cut off bytes."""
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(changed) + 1)
        kind = rng.randrange(5)
        if kind == 0 and place < len(changed):
            changed[place] = rng.randrange(256)
        elif kind == 1:
            del changed[place : place + rng.randint(1, 8)]
        elif kind == 2:
            changed[place:place] = rng.randbytes(rng.randint(1, 8))
        elif kind == 3:
            changed[place:place] = changed[place : place + rng.randint(1, 64)]
        elif rng.random() < 0.2:
            del changed[place:]
    return bytes(changed) or b"\0"


def _altered(data: bytes, rng: random.Random) -> bytes:
    """Replace a value by an odd one, drop it, or add one that nobody asked for."""
    raw = msgspec.msgpack.decode(data)
    holder = rng.choice([one for one in _containers(raw) if one])
    place = rng.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    action = rng.randrange(3)
    if action == 0:
        del holder[place]
    elif action == 1 and isinstance(holder, dict):
        holder["surprise"] = rng.choice(ODD)
    else:
        holder[place] = rng.choice(ODD)
    return msgspec.msgpack.encode(raw)


def _containers(value: Any) -> list[Any]:
    """Return every dict and list in plain values."""
    if not isinstance(value, dict | list):
        return []
    inner = value.values() if isinstance(value, dict) else value
    return [value, *(found for item in inner for found in _containers(item))]

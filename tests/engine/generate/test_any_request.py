"""Whatever a request holds, it is drawn or refused in one clear line; nothing else comes out of a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from animeadapter.generate.events import Picture
from animeadapter.generate.studio import Studio
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    Blob,
    Edit,
    Figure,
    GenerateRequest,
    Lines,
    PartMask,
    Reference,
    Region,
    RequestError,
    Sampler,
    Size,
    decode_request,
    encode,
)
from animeadapter.vision.pictures import encode_png

rng = np.random.default_rng(0)
FILES = {
    Blob.of(data).sha256: data
    for data in (
        encode_png(rng.integers(0, 255, (40, 56, 3), np.uint8)),
        encode_png(rng.integers(0, 255, (40, 56, 4), np.uint8)),
        encode_png(np.full((40, 56), 255, np.uint8)),
        encode_png(np.zeros((40, 56), np.uint8)),
        encode_png(np.tri(40, 56, dtype=np.uint8) * 200),
        encode_png(np.full((64, 64), 255, np.uint8)),
        b"no picture",
    )
}
fitting = st.sampled_from([Blob(sha) for sha in list(FILES)[:5]])
names = st.one_of(fitting, fitting, fitting, st.sampled_from([Blob(sha) for sha in FILES]))
"""Pictures, most of them of one size."""
scales = st.sampled_from([0.0, 0.3, 1.0, 4.0])
units = st.sampled_from([0.0, 0.05, 0.5, 1.0])
coordinates = st.floats(-8, 8) | st.floats(0, 1)
poses = st.builds(Pose, st.tuples(*[st.none() | st.tuples(coordinates, coordinates)] * 18))
indices = st.lists(st.integers(0, 1), max_size=2).map(tuple)
requests = st.builds(
    GenerateRequest,
    prompt=st.sampled_from(["", "1girl, smile", "flying saucer"]),
    size=st.none() | st.just(Size(96, 64)),
    references=st.lists(
        st.builds(
            Reference, picture=names, mask=names, scale=scales,
            parts=st.just(()) | st.builds(PartMask, part=st.just("hair"), mask=names, scale=scales).map(lambda p: (p,)),
            block_scales=st.just({}) | st.just({"up": 0.0}) | st.just({"mid": 2.0}),
        ),
        min_size=2, max_size=2,
    ).map(tuple),
    poses=st.lists(st.builds(Figure, poses, indices), max_size=2).map(tuple),
    regions=st.lists(
        st.builds(
            Region, mask=names, prompt=st.sampled_from(["", "smile"]), global_share=units, references=indices,
            weight=scales, feather=units,
        ),
        max_size=2,
    ).map(tuple),
    edit=st.none()
    | st.builds(
        Edit, picture=names, mask=st.none() | names, strength=st.none() | st.sampled_from([0.4, 1.0]),
        margin=scales, feather=units,
    ),
    lines=st.none()
    | st.builds(
        Lines, picture=names, kind=st.sampled_from(["lineart", "scribble"]), weight=scales,
        start=st.sampled_from([0.0, 0.5]),
    ),
    sampler=st.builds(Sampler, steps=st.sampled_from([1, 2]), guidance=st.sampled_from([0.0, 3.0])),
)  # fmt: skip


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@given(requests)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_a_request_is_drawn_or_refused(studio: Studio, tiny_pack_master: Path, request_: GenerateRequest) -> None:
    asked = msgspec.structs.replace(request_, pack=str(tiny_pack_master))
    try:
        drawn = [event for event in studio.run(asked, FILES) if isinstance(event, Picture)]
    except EngineError as error:
        assert str(error) and "\n" not in str(error)
    else:
        assert len(drawn) == 1 and drawn[0].pixels.dtype == np.uint8
    unet = studio.pack(asked.pack).part("unet")
    assert {type(processor).__name__ for processor in unet.attn_processors.values()} == {"AttnProcessor2_0"}
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in unet.modules())


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container of a JSON value with each of its keys."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


@given(requests, st.data())
@settings(max_examples=300)
def test_a_mutated_request_is_one_or_refused(request_: GenerateRequest, data: st.DataObject) -> None:
    raw = json.loads(encode(request_))
    for _ in range(data.draw(st.integers(1, 3))):
        found = places(raw)
        if found:
            holder, key = data.draw(st.sampled_from(found))
            if data.draw(st.booleans()):
                holder[key] = data.draw(values)
            else:
                del holder[key]
    try:
        decoded = decode_request(json.dumps(raw))
    except RequestError as error:
        assert str(error) and "\n" not in str(error).strip()
    else:
        assert decode_request(encode(decoded)) == decoded

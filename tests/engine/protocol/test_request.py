"""A request is one value: equal requests have equal JSON, and every mistake names its field."""

from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    AdapterSettings,
    Blob,
    Controller,
    Edit,
    Environment,
    Figure,
    GenerateRequest,
    Lines,
    Lora,
    PartMask,
    Reference,
    Region,
    RequestError,
    ResolvedRequest,
    Sampler,
    Size,
    blobs_of,
    decode_request,
    decode_resolved,
    encode,
    validated,
)

SHA = "0123456789abcdef" * 4
POSE = Pose(((0.5, 0.5),) * 18)

blobs = st.binary(max_size=4).map(Blob.of)
scales = st.floats(0, 4)
units = st.floats(0, 1)
references = st.builds(
    Reference,
    picture=blobs,
    mask=st.none() | blobs,
    parts=st.lists(
        st.builds(PartMask, part=st.sampled_from(["hair", "outfit", "face"]), mask=st.none() | blobs, scale=scales),
        max_size=2,
        unique_by=lambda part: part.part,
    ).map(tuple),
    scale=scales,
    block_scales=st.dictionaries(st.sampled_from(["mid_block", "up_blocks.0", "down_blocks.2"]), scales),
)
requests = st.builds(
    GenerateRequest,
    prompt=st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    negative_prompt=st.none() | st.just("blurry"),
    seeds=st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=4).map(tuple),
    size=st.none() | st.builds(Size, width=st.sampled_from([64, 256]), height=st.sampled_from([96, 2048])),
    references=st.lists(references, min_size=1, max_size=3).map(tuple),
    poses=st.lists(st.just(Figure(POSE, (0,))), max_size=2).map(tuple),
    regions=st.lists(
        st.builds(Region, mask=blobs, prompt=st.just("1girl"), global_share=units, feather=units), max_size=2
    ).map(tuple),
    edit=st.none()
    | st.builds(
        Edit,
        picture=blobs,
        mask=st.none() | blobs,
        strength=st.none() | st.floats(0.1, 1),
        margin=scales,
        feather=units,
    ),
    adapter=st.builds(AdapterSettings, scale=scales, beta=units),
    controller=st.builds(Controller, weight=scales, start=st.floats(0, 0.4), end=st.floats(0.5, 1)),
    lines=st.none()
    | st.builds(
        Lines,
        picture=blobs,
        kind=st.sampled_from(["lineart", "scribble"]),
        weight=scales,
        start=st.floats(0, 0.4),
        end=st.floats(0.5, 1),
    ),
    loras=st.lists(st.builds(Lora, weights=blobs, scale=st.floats(-4, 4)), max_size=2).map(tuple),
    sampler=st.builds(
        Sampler,
        scheduler=st.none() | st.sampled_from(["ddim", "unipc"]),
        steps=st.none() | st.integers(1, 200),
        guidance=st.none() | st.floats(0, 50),
        eta=units,
    ),
)


@given(requests)
@settings(max_examples=200, deadline=None)
def test_a_request_survives_its_json_and_has_one_spelling(request_: GenerateRequest) -> None:
    text = encode(request_)
    again = decode_request(text)
    assert again == request_ and encode(again) == text
    assert validated(request_) == request_


@given(requests, st.data())
@settings(max_examples=150, deadline=None)
def test_an_unknown_field_anywhere_is_named(request_: GenerateRequest, data: st.DataObject) -> None:
    raw = json.loads(encode(request_))
    places = list(objects(raw))
    path, place = data.draw(st.sampled_from(places))
    place["surprise"] = 1
    with pytest.raises(RequestError) as caught:
        decode_request(json.dumps(raw))
    assert str(caught.value) == f"{path}surprise: unknown field"


def objects(value: object, path: str = ""):
    """Yield each object of a request's JSON with the path that its fields begin with."""
    if isinstance(value, dict):
        if not path.endswith("block_scales."):
            yield path, value
        for key, inner in value.items():
            yield from objects(inner, f"{path}{key}.")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from objects(inner, f"{path.rstrip('.')}[{index}].")


REFUSED = {
    "references[0].scale": {"references": [{"picture": {"sha256": SHA}, "scale": 4.5}]},
    "references[0].picture": {"references": [{}]},
    "references[0].picture.sha256": {"references": [{"picture": {"sha256": SHA[:-1]}}]},
    "references[1].mask": {"references": [{"picture": {"sha256": SHA}}, {"picture": {"sha256": SHA}, "mask": SHA}]},
    "references[0].parts[0].part": {
        "references": [{"picture": {"sha256": SHA}, "parts": [{"part": "tail"}]}],
    },
    "references[0].parts": {
        "references": [{"picture": {"sha256": SHA}, "parts": [{"part": "hair"}, {"part": "hair"}]}],
    },
    "references[0].block_scales": {
        "references": [{"picture": {"sha256": SHA}, "block_scales": {"attic": 1}}],
    },
    "poses[0].pose.keypoints": {"poses": [{"pose": {"keypoints": [[0, 0]]}}]},
    "poses[0].pose.keypoints[2][1]": {
        "poses": [{"pose": {"keypoints": [None, None, [0, "x"], *[None] * 15]}}],
    },
    "poses[0].references[0]": {"poses": [{"pose": {"keypoints": [None] * 18}, "references": [0]}]},
    "regions[0].mask": {"regions": [{"prompt": "x"}]},
    "regions[0].figure": {"regions": [{"figure": 0}]},
    "regions[0].references[0]": {"regions": [{"mask": {"sha256": SHA}, "references": [3]}]},
    "regions[0].global_share": {"regions": [{"mask": {"sha256": SHA}, "global_share": 1.5}]},
    "edit.picture": {"edit": {"mask": {"sha256": SHA}}},
    "edit.margin": {"edit": {"picture": {"sha256": SHA}, "margin": -1}},
    "edit.feather": {"edit": {"picture": {"sha256": SHA}, "feather": 2}},
    "edit.strength": {"edit": {"picture": {"sha256": SHA}, "mask": {"sha256": SHA}, "strength": 0}},
    "adapter.beta": {"adapter": {"beta": -0.1}},
    "controller.end": {"controller": {"start": 0.5, "end": 0.5}},
    "lines.end": {"lines": {"picture": {"sha256": "0" * 64}, "start": 0.5, "end": 0.2}},
    "lines.kind": {"lines": {"picture": {"sha256": "0" * 64}, "kind": "charcoal"}},
    "controller.kind": {"controller": {"kind": "magic"}},
    "loras[0].scale": {"loras": [{"weights": {"sha256": SHA}, "scale": 5}]},
    "sampler.steps": {"sampler": {"steps": 0}},
    "sampler.scheduler": {"sampler": {"scheduler": "fastest"}},
    "sampler.guidance": {"sampler": {"guidance": "7"}},
    "size.width": {"size": {"width": 100, "height": 64}},
    "size.height": {"size": {"width": 64, "height": 4096}},
    "seeds": {"seeds": []},
    "seeds[1]": {"seeds": [1, -1]},
    "prompt": {"prompt": 7},
    "pack": {"pack": ""},
    "version": {"version": 2},
    "the request": [],
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_is_out_of_range_or_of_the_wrong_type_names_the_field(field: str) -> None:
    with pytest.raises(RequestError) as caught:
        decode_request(json.dumps(REFUSED[field]))
    assert str(caught.value).startswith(f"{field}: ")


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"adapter":{"scale":NaN}}', b"\xff\xfe", "[" * 100_000])
def test_what_is_not_json_is_said_to_be_none(text: str | bytes) -> None:
    with pytest.raises(RequestError, match="is not JSON"):
        decode_request(text)


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (GenerateRequest(adapter=AdapterSettings(scale=math.nan)), "adapter.scale"),
        (GenerateRequest(sampler=Sampler(steps=1000)), "sampler.steps"),
        (GenerateRequest(poses=(Figure(POSE, (2,)),)), r"poses\[0\].references\[0\]"),
        (GenerateRequest(prompt="\udcff"), "cannot be written down"),
        (GenerateRequest(size="big"), "size"),
        (GenerateRequest(seeds=(object(),)), "cannot be written down"),
    ],
)
def test_a_request_built_in_python_is_held_to_the_same_rules(request_: GenerateRequest, field: str) -> None:
    with pytest.raises(RequestError, match=field):
        validated(request_)


def test_every_file_that_a_request_needs_is_listed() -> None:
    names = [Blob.of(bytes([i])) for i in range(7)]
    request_ = GenerateRequest(
        references=(Reference(names[0], names[1], (PartMask("hair", names[2]), PartMask("face"))),),
        regions=(Region(names[3]),),
        edit=Edit(names[4], names[5]),
        loras=(Lora(names[6]),),
    )
    assert blobs_of(request_) == {
        "references[0].picture": names[0].sha256,
        "references[0].mask": names[1].sha256,
        "references[0].parts[0].mask": names[2].sha256,
        "regions[0].mask": names[3].sha256,
        "edit.picture": names[4].sha256,
        "edit.mask": names[5].sha256,
        "loras[0].weights": names[6].sha256,
    }
    assert blobs_of(GenerateRequest(edit=Edit(names[0]))) == {"edit.picture": names[0].sha256}


def resolved(take: int = 0) -> ResolvedRequest:
    environment = Environment("cpu", "a processor", "float32", 1, (1, 2), SHA, {"torch": "2"})
    return ResolvedRequest(GenerateRequest(seeds=(1, 2)), take, environment)


def test_a_resolved_request_survives_its_json() -> None:
    assert decode_resolved(encode(resolved(1))) == resolved(1)
    with pytest.raises(RequestError, match="take"):
        decode_resolved(encode(resolved(2)))
    with pytest.raises(RequestError, match=r"request\.poses\[0\]"):
        broken = msgspec.structs.replace(resolved(), request=GenerateRequest(poses=(Figure(POSE, (1,)),), seeds=(1,)))
        decode_resolved(encode(broken))


def test_a_fields_name_cannot_break_the_line() -> None:
    with pytest.raises(RequestError) as refused:
        decode_request(r'{"pro\nmpt\u2028": "x"}')
    assert str(refused.value) == "pro mpt : unknown field"

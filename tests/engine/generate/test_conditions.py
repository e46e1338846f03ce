"""Poses, references and LoRAs steer a picture while it is drawn, and leave the pack exactly as it was."""

from __future__ import annotations

import io
import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import safetensors.torch
import torch
from PIL import Image

from animeadapter.adapter import AdapterError
from animeadapter.control.t2i import AttachedT2I
from animeadapter.generate import conditions
from animeadapter.generate.conditions import token_weights
from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Notice, Picture
from animeadapter.generate.references import PreparedReference
from animeadapter.generate.studio import Studio
from animeadapter.packs.manifest import read_manifest, seal
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    AdapterSettings,
    Blob,
    Blobs,
    Controller,
    Figure,
    GenerateRequest,
    Lora,
    PartMask,
    Reference,
    Sampler,
    Size,
)
from animeadapter.vision.pictures import PictureError, encode_png

STANDING = Pose(
    (
        (0.5, 0.15), (0.5, 0.25), (0.4, 0.25), (0.3, 0.4), (0.25, 0.55), (0.6, 0.25), (0.7, 0.4), (0.75, 0.55),
        (0.45, 0.55), (0.4, 0.75), (0.38, 0.95), (0.55, 0.55), (0.6, 0.75), (0.62, 0.95),
        (0.47, 0.12), (0.53, 0.12), (0.43, 0.14), (0.57, 0.14),
    )
)  # fmt: skip


def picture(seed: int, width: int = 48, height: int = 64) -> bytes:
    colours = np.random.default_rng(seed).integers(0, 255, (4, 3, 3), np.uint8)
    return encode_png(np.asarray(Image.fromarray(colours).resize((width, height), Image.Resampling.NEAREST)))


def grey(mask: np.ndarray) -> bytes:
    return encode_png(mask.astype(np.uint8))


def whole(value: int = 255, width: int = 48, height: int = 64) -> bytes:
    return grey(np.full((height, width), value))


ONE, TWO, ALL, NOTHING_PARTLY = picture(1), picture(2), whole(), whole(128)
FILES: dict[str, bytes] = {Blob.of(data).sha256: data for data in (ONE, TWO, ALL, NOTHING_PARTLY)}


def reference(data: bytes = ONE, mask: bytes | None = ALL, **options: object) -> Reference:
    return Reference(Blob.of(data), None if mask is None else Blob.of(mask), **options)


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def base(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl", seeds=(7,), pack=str(tiny_pack_master))


def state(unet: torch.nn.Module) -> tuple:
    """Everything of a U-Net that a run could leave changed."""
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in unet.modules())
    names = [name for name, _ in unet.named_modules()]
    return hooks, names, {k: id(v) for k, v in unet.attn_processors.items()}, [id(p) for p in unet.parameters()]


@pytest.fixture(autouse=True)
def unchanged(studio: Studio, base: GenerateRequest) -> Iterator[None]:
    """Fails every test that leaves the U-Net other than it was."""
    unet = studio.pack(base.pack).part("unet")
    before = state(unet)
    yield
    assert state(unet) == before


def draw(studio: Studio, request: GenerateRequest, blobs: Blobs | None = None, **changes: object) -> np.ndarray:
    request = msgspec.structs.replace(request, **changes)
    return [e.pixels for e in studio.run(request, FILES | (blobs or {})) if isinstance(e, Picture)][-1]


def far(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.abs(one.astype(int) - other).mean())


def test_a_reference_steers_and_each_reference_differently(studio: Studio, base: GenerateRequest) -> None:
    bare = draw(studio, base)
    one, two = draw(studio, base, references=(reference(),)), draw(studio, base, references=(reference(TWO),))
    assert far(bare, one) > 0.5 and far(one, two) > 0.5
    both = draw(studio, base, references=(reference(), reference(TWO)))
    assert far(both, one) > 0.2 and far(both, two) > 0.2
    assert np.array_equal(draw(studio, base), bare)


def test_a_reference_of_no_weight_adds_exactly_nothing(studio: Studio, base: GenerateRequest) -> None:
    bare = draw(studio, base)
    assert np.array_equal(draw(studio, base, references=(reference(scale=0.0),)), bare)
    assert np.array_equal(draw(studio, base, references=(reference(),), adapter=AdapterSettings(scale=0.0)), bare)
    scales = {"down": 0.0, "mid_block": 0.0, "up": 0.0}
    assert np.array_equal(draw(studio, base, references=(reference(block_scales=scales),)), bare)


def test_scales_of_blocks_count_the_more_exactly_they_are_named(studio: Studio, base: GenerateRequest) -> None:
    plain = draw(studio, base, references=(reference(),))
    undone = {"up": 0.0, "up_blocks.1": 1.0, "up_blocks.2": 1.0}
    assert np.array_equal(draw(studio, base, references=(reference(block_scales=undone),)), plain)
    assert not np.array_equal(draw(studio, base, references=(reference(block_scales={"up": 0.0}),)), plain)
    with pytest.raises(StudioError, match=r"references\[0\]\.block_scales: .* no block up_blocks\.7"):
        draw(studio, base, references=(reference(block_scales={"up_blocks.7": 1.0}),))


def test_a_mask_of_half_strength_is_a_scale_of_a_half(studio: Studio, base: GenerateRequest) -> None:
    half = draw(studio, base, references=(reference(scale=128 / 255),))
    assert far(draw(studio, base, references=(reference(mask=NOTHING_PARTLY),)), half) < 0.01


def test_beta_matters_where_something_is_masked(studio: Studio, base: GenerateRequest) -> None:
    mask = np.zeros((64, 48))
    mask[:32] = 255
    data = grey(mask)
    files = {Blob.of(data).sha256: data}
    masked = (reference(mask=data),)
    gated = draw(studio, base, files, references=masked)
    assert far(draw(studio, base, files, references=masked, adapter=AdapterSettings(beta=0.0)), gated) > 0.1
    unmasked = draw(studio, base, references=(reference(),))
    assert np.array_equal(draw(studio, base, references=(reference(),), adapter=AdapterSettings(beta=0.0)), unmasked)
    assert far(unmasked, gated) > 0.1


def test_without_guidance_the_reference_still_counts(studio: Studio, base: GenerateRequest) -> None:
    request = msgspec.structs.replace(base, sampler=Sampler(guidance=1.0))
    assert far(draw(studio, request), draw(studio, request, references=(reference(),))) > 0.1


def test_a_reference_without_a_mask_is_segmented(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Half:
        def foreground(self, pixels: np.ndarray) -> np.ndarray:
            mask = np.zeros(pixels.shape[:2], np.uint8)
            mask[:, : pixels.shape[1] // 2] = 255
            return mask

        def look(self, pixels: np.ndarray) -> SimpleNamespace:
            return SimpleNamespace(foreground=self.foreground(pixels), people=(1,))

    found = grey(Half().foreground(np.asarray(Image.open(io.BytesIO(ONE)))))
    files = {Blob.of(found).sha256: found}
    by_hand = draw(studio, base, files, references=(reference(mask=found),))
    monkeypatch.setitem(studio.kit(base.pack).__dict__, "eyes", Half())
    assert np.array_equal(draw(studio, base, references=(reference(mask=None),)), by_hand)


def test_parts_are_borrowed_alone(studio: Studio, base: GenerateRequest) -> None:
    mask = np.zeros((64, 48))
    mask[:16] = 255
    data = grey(mask)
    files = {Blob.of(data).sha256: data}
    hair = (PartMask("hair", Blob.of(data)),)
    part = draw(studio, base, files, references=(reference(parts=hair),))
    assert np.array_equal(draw(studio, base, files, references=(reference(mask=data),)), part)


def test_a_pose_steers_from_start_to_end(studio: Studio, base: GenerateRequest) -> None:
    bare = draw(studio, base)
    poses = (Figure(STANDING),)
    posed = draw(studio, base, poses=poses)
    assert far(bare, posed) > 0.05
    assert np.array_equal(draw(studio, base, poses=poses, controller=Controller(weight=0.0)), bare)
    early = draw(studio, base, poses=poses, controller=Controller(end=0.4))
    assert far(early, bare) > 0.01 and far(early, posed) > 0.01
    assert far(draw(studio, base, poses=(Figure(STANDING.moved(0.25, 0.1)),)), posed) > 0.05


def test_four_takes_share_pose_and_reference(studio: Studio, base: GenerateRequest) -> None:
    request = msgspec.structs.replace(
        base, seeds=(1, 2, 3, 4), poses=(Figure(STANDING, (0,)),), references=(reference(),)
    )
    takes = [event for event in studio.run(request, FILES) if isinstance(event, Picture)]
    alone = draw(studio, request, seeds=(3,))
    assert len(takes) == 4 and np.abs(alone.astype(int) - takes[2].pixels).max() <= 1
    assert far(takes[0].pixels, takes[1].pixels) > 0.5


@pytest.mark.parametrize("size", [(64, 96), (96, 64), (104, 152)])
def test_every_aspect_takes_pose_reference_and_regions(
    studio: Studio, base: GenerateRequest, size: tuple[int, int]
) -> None:
    figures = (Figure(STANDING.moved(-0.2, 0), (0,)), Figure(STANDING.moved(0.2, 0), (1,)))
    drawn = draw(studio, base, size=Size(*size), poses=figures, references=(reference(), reference(TWO)))
    assert drawn.shape == (size[1], size[0], 3)


def test_tokens_are_chosen_by_coverage_and_weigh_as_the_mask_does() -> None:
    mask = np.zeros((32, 32), np.float32)
    mask[:, :12] = 1.0
    mask[:, 16:24] = 0.25
    support = (mask > 0).astype(np.float32)
    ready = PreparedReference(np.zeros((32, 32, 3), np.uint8), mask, support, 1.0, {})
    weights = token_weights(ready, 4)[0].reshape(4, 4)
    assert torch.allclose(weights, torch.tensor([[1.0, 1.0, 0.25, 0.0]]).expand(4, 4))


def lora(studio: Studio, base: GenerateRequest) -> bytes:
    """Low-rank weights for every `to_q` and `to_v` of the tiny U-Net."""
    tensors = {}
    generator = torch.Generator().manual_seed(5)
    for name, module in studio.pack(base.pack).part("unet").named_modules():
        if name.endswith((".to_q", ".to_v")):
            rows, columns = module.weight.shape
            tensors[f"unet.{name}.lora_A.weight"] = torch.randn(2, columns, generator=generator)
            tensors[f"unet.{name}.lora_B.weight"] = torch.randn(rows, 2, generator=generator)
    return safetensors.torch.save(tensors)


def test_a_lora_takes_part_beside_the_adapter(studio: Studio, base: GenerateRequest) -> None:
    weights = lora(studio, base)
    files = {Blob.of(weights).sha256: weights}
    request = msgspec.structs.replace(base, references=(reference(),))
    plain = draw(studio, request)
    styled = draw(studio, request, files, loras=(Lora(Blob.of(weights)),))
    weaker = draw(studio, request, files, loras=(Lora(Blob.of(weights), 0.3),))
    assert far(plain, styled) > 0.05 and far(styled, weaker) > 0.01
    assert np.array_equal(draw(studio, request), plain)


@pytest.mark.parametrize("data", [b"", b"\x80\x04.", safetensors.torch.save({"a": torch.zeros(1)})])
def test_weights_that_are_no_lora_are_refused(studio: Studio, base: GenerateRequest, data: bytes) -> None:
    with pytest.raises(StudioError, match=r"loras\[0\]\.weights: .* does not fit"):
        draw(studio, base, {Blob.of(data).sha256: data}, loras=(Lora(Blob.of(data)),))


def test_a_cancel_in_the_middle_takes_everything_off(studio: Studio, base: GenerateRequest) -> None:
    request = msgspec.structs.replace(
        base, references=(reference(),), poses=(Figure(STANDING),), sampler=Sampler(steps=100)
    )
    events = studio.run(request, FILES)
    next(events)
    events.close()


def test_an_error_in_the_middle_takes_everything_off(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise AdapterError("the adapter is out of ink")

    monkeypatch.setattr(conditions.AttachedAdapter, "set_references", fail)
    with pytest.raises(AdapterError, match="out of ink"):
        draw(studio, base, references=(reference(),), poses=(Figure(STANDING),))
    monkeypatch.undo()
    monkeypatch.setattr(AttachedT2I, "set_features", fail)
    with pytest.raises(AdapterError, match="out of ink"):
        draw(studio, base, references=(reference(),), poses=(Figure(STANDING),))


def test_a_broken_reference_names_its_field(studio: Studio, base: GenerateRequest) -> None:
    files = {Blob.of(b"text").sha256: b"text"}
    with pytest.raises(PictureError, match=r"references\[1\]\.picture: is no picture"):
        draw(studio, base, files, references=(reference(), reference(b"text", None)))


def test_nothing_is_asked_of_the_network(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("something wanted the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    draw(Studio("cpu", threads=1), base, references=(reference(mask=None),), poses=(Figure(STANDING),))


def test_a_pack_without_adapter_or_eyes_says_so(base: GenerateRequest, tiny_pack: Path) -> None:
    shutil.rmtree(tiny_pack / "vision")
    seal(tiny_pack, read_manifest(tiny_pack))
    request = msgspec.structs.replace(base, pack=str(tiny_pack))
    with pytest.raises(StudioError, match="cannot find a character by itself; give a mask"):
        draw(Studio("cpu"), request, references=(reference(mask=None),))
    shutil.rmtree(tiny_pack / "adapter")
    seal(tiny_pack, read_manifest(tiny_pack))
    with pytest.raises(StudioError, match="references: the pack tiny has no adapter"):
        draw(Studio("cpu"), request, references=(reference(),))


def test_an_image_encoder_with_its_own_normalisation_is_fed_by_it(base: GenerateRequest, tiny_pack: Path) -> None:
    plain = draw(Studio("cpu", threads=1), base, references=(reference(),))
    config = {"image_mean": [0.0, 0.0, 0.0], "image_std": [0.1, 0.1, 0.1]}
    (tiny_pack / "image_encoder" / "preprocessor_config.json").write_text(json.dumps(config))
    seal(tiny_pack, read_manifest(tiny_pack))
    other = draw(Studio("cpu", threads=1), base, references=(reference(),), pack=str(tiny_pack))
    assert far(plain, other) > 0.1


def test_an_empty_looking_reference_is_told(studio: Studio, base: GenerateRequest) -> None:
    class Blind:
        def look(self, pixels: np.ndarray) -> SimpleNamespace:
            return SimpleNamespace(foreground=np.zeros(pixels.shape[:2], np.uint8), people=())

    studio.kit(base.pack).__dict__["eyes"] = Blind()
    try:
        request = msgspec.structs.replace(base, references=(reference(mask=None),))
        told = [event.message for event in studio.run(request, FILES) if isinstance(event, Notice)]
    finally:
        del studio.kit(base.pack).__dict__["eyes"]
    assert any("no character was found" in message for message in told)

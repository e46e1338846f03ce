"""Editing with a pack: the mask alone is redrawn, references and people keep their places, runs behave as ever."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest
import torch
from kept_files import FILES, kept

from animeadapter.generate import batch, conditions
from animeadapter.generate.decode import encode
from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Event, Notice, Picture, Preview, Progress
from animeadapter.generate.resolve import resolve, steps_of
from animeadapter.generate.schedulers import SCHEDULERS
from animeadapter.generate.studio import Studio
from animeadapter.packs.manifest import read_manifest
from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import (
    Blob,
    Edit,
    Figure,
    GenerateRequest,
    PartMask,
    Reference,
    RequestError,
    ResolvedRequest,
    Sampler,
)
from animeadapter.vision.pictures import PictureError, open_picture

# diffusers' schedulers turn tensors into arrays in a way that NumPy will drop one day.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def colours(width: int = 120, height: int = 80, seed: int = 3) -> np.ndarray:
    tiles = np.random.default_rng(seed).integers(0, 255, (height // 8, width // 8, 3))
    return np.kron(tiles, np.ones((8, 8, 1))).astype(np.uint8)


def mask(width: int = 120, height: int = 80, box: tuple[int, int, int, int] = (30, 20, 70, 60)) -> np.ndarray:
    painted = np.zeros((height, width), np.uint8)
    painted[box[1] : box[3], box[0] : box[2]] = 255
    return painted


PICTURE, MASK = colours(), mask()
EDIT = Edit(kept(PICTURE), kept(MASK))
REFERENCE = Reference(kept(colours(48, 64, 1)), kept(np.full((64, 48), 255)))


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", precision="float32", threads=1)


@pytest.fixture
def base(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl", seeds=(7,), pack=str(tiny_pack_master), edit=EDIT, sampler=Sampler(steps=2))


def events(
    studio: Studio, request: GenerateRequest | ResolvedRequest, previews: int = 0, **changes: Any
) -> list[Event]:
    if changes:
        request = msgspec.structs.replace(request, **changes)
    return list(studio.run(request, FILES, previews))


def draw(studio: Studio, request: GenerateRequest | ResolvedRequest, **changes: Any) -> np.ndarray:
    return [event.pixels for event in events(studio, request, **changes) if isinstance(event, Picture)][-1]


def test_the_mask_alone_is_redrawn_and_the_picture_keeps_its_size(studio: Studio, base: GenerateRequest) -> None:
    drawn = draw(studio, base)
    assert drawn.shape == PICTURE.shape
    assert np.array_equal(drawn[MASK == 0], PICTURE[MASK == 0])
    assert (drawn[MASK > 0] != PICTURE[MASK > 0]).any(-1).mean() > 0.8
    assert not np.array_equal(drawn, draw(studio, base, prompt="blue_hair, forest"))
    assert not np.array_equal(drawn, draw(studio, base, seeds=(8,)))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_edits_with_and_without_a_mask(studio: Studio, base: GenerateRequest, scheduler: str) -> None:
    sampler = Sampler(scheduler, 4)
    for edit in (EDIT, Edit(EDIT.picture, EDIT.mask, strength=0.5), Edit(EDIT.picture, strength=0.5)):
        drawn = draw(studio, base, sampler=sampler, edit=edit)
        assert drawn.shape == PICTURE.shape and drawn.std() > 1


def test_the_less_strength_the_more_of_the_picture_remains(studio: Studio, base: GenerateRequest) -> None:
    steps = Sampler(steps=10)
    vae = studio.pack(base.pack).part("vae")
    whole = colours(64, 64)
    restored = batch_decoded(vae, encode(vae, whole))
    far = [
        np.abs(draw(studio, base, sampler=steps, edit=Edit(kept(whole), strength=s)).astype(int) - restored).mean()
        for s in (0.1, 0.5, 1.0)
    ]
    assert far[0] < far[1] < far[2]


def batch_decoded(vae: Any, latents: torch.Tensor) -> np.ndarray:
    from animeadapter.generate.decode import decode

    return decode(vae, latents)[0]


def test_strength_is_a_share_of_the_steps(studio: Studio, base: GenerateRequest) -> None:
    done = events(studio, base, sampler=Sampler(steps=10), edit=Edit(EDIT.picture, EDIT.mask, strength=0.35))
    assert [event for event in done if isinstance(event, Progress)] == [Progress(i, 3) for i in (1, 2, 3)]
    with pytest.raises(StudioError, match=r"^edit\.strength: 0\.1 of 2 steps leaves none to draw"):
        studio.run(msgspec.structs.replace(base, edit=Edit(EDIT.picture, strength=0.1)), FILES)


def test_an_open_strength_is_resolved(base: GenerateRequest, tiny_pack_master: Path) -> None:
    manifest = read_manifest(tiny_pack_master)
    resolved = resolve(base, manifest)
    assert resolved.edit is not None and resolved.edit.strength == 1.0 and resolve(resolved, manifest) == resolved
    whole = resolve(msgspec.structs.replace(base, edit=Edit(EDIT.picture), sampler=Sampler(steps=10)), manifest)
    assert whole.edit is not None and whole.edit.strength == 0.6 and steps_of(whole) == 6


def test_takes_are_drawn_together_and_again_bit_for_bit(studio: Studio, base: GenerateRequest) -> None:
    found = [e for e in events(studio, base, seeds=(1, 2, 3, 4, 5), references=(REFERENCE,)) if isinstance(e, Picture)]
    assert [take.resolved.environment.batch for take in found] == [(1, 2, 3, 4)] * 4 + [(5,)]
    assert not np.array_equal(found[0].pixels, found[1].pixels)
    request = msgspec.structs.replace(found[2].resolved.request, pack=base.pack)
    redrawn = draw(studio, msgspec.structs.replace(found[2].resolved, request=request))
    assert np.array_equal(redrawn, found[2].pixels)


def test_previews_show_the_part_in_its_place(studio: Studio, base: GenerateRequest) -> None:
    shown = [event for event in events(studio, base, previews=1) if isinstance(event, Preview)]
    assert [event.step for event in shown] == [1, 2] and shown[0].pixels.shape == PICTURE.shape
    assert np.array_equal(shown[0].pixels[MASK == 0], PICTURE[MASK == 0])
    assert not np.array_equal(shown[0].pixels[MASK > 0], PICTURE[MASK > 0])


def test_a_cancelled_edit_leaves_nothing_behind(studio: Studio, base: GenerateRequest) -> None:
    running = studio.run(msgspec.structs.replace(base, sampler=Sampler(steps=100), references=(REFERENCE,)), FILES)
    next(running)
    running.close()
    assert not studio._busy.locked() and draw(studio, base).shape == PICTURE.shape


def test_a_part_of_a_reference_speaks_inside_the_mask_alone(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list = []
    attach = conditions.AttachedAdapter.set_references

    def watched(self: conditions.AttachedAdapter, references: list, **options: Any) -> None:
        seen.extend(references)
        attach(self, references, **options)

    monkeypatch.setattr(conditions.AttachedAdapter, "set_references", watched)
    hair = msgspec.structs.replace(REFERENCE, parts=(PartMask("hair", kept(np.full((64, 48), 255))),))
    drawn = draw(studio, base, references=(hair,))
    assert np.array_equal(drawn[MASK == 0], PICTURE[MASK == 0]) and not np.array_equal(drawn, draw(studio, base))
    (region,) = seen[0].regions
    # The box is the mask with half its 40 pixels on every side, as far as the picture reaches: 10 … 90 by 0 … 80.
    assert region.shape == (64, 64) and region[32, 32] == 1 and region[:, :12].max() == 0 and region[:12].max() == 0


def test_people_keep_their_places_in_the_whole_picture(
    studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Pose, ...]] = []
    drawn = conditions.draw_pose

    def watched(poses: list[Pose], size: tuple[int, int]) -> np.ndarray:
        seen.append(tuple(poses))
        assert size == (64, 64)
        return drawn(poses, size)

    monkeypatch.setattr(conditions, "draw_pose", watched)
    pose = Pose(((0.5, 0.5), (10 / 120, 0.0), *[None] * 16))
    draw(studio, base, poses=(Figure(pose),))
    (found,) = seen[0]
    assert found.keypoints[0] == pytest.approx((50 / 80, 0.5)) and found.keypoints[1] == pytest.approx((0.0, 0.0))


def test_the_latents_come_from_either_kind_of_autoencoder() -> None:
    from diffusers import AutoencoderKL, AutoencoderTiny

    torch.manual_seed(0)
    shape = {"block_out_channels": (8, 8, 8, 8), "norm_num_groups": 4, "latent_channels": 4}
    blocks = ("DownEncoderBlock2D",) * 4, ("UpDecoderBlock2D",) * 4
    full = AutoencoderKL(down_block_types=blocks[0], up_block_types=blocks[1], scaling_factor=0.2, **shape).eval()
    tiny = AutoencoderTiny(encoder_block_out_channels=(8,) * 4, decoder_block_out_channels=(8,) * 4).eval()
    picture = colours(64, 32)
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1
    with torch.no_grad():
        mean = full.encode(pixels).latent_dist.mean * 0.2
    assert torch.equal(encode(full, picture), mean) and torch.equal(encode(full, picture), mean)
    assert encode(tiny, picture).shape == mean.shape == (1, 4, 4, 8)


def test_stock_pipelines_draw(studio: Studio, base: GenerateRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    make = batch.make_pipeline

    def watched(pack: Any, scheduler: Any, name: str = "StableDiffusionPipeline") -> Any:
        made.append(name)
        return make(pack, scheduler, name)

    monkeypatch.setattr(batch, "make_pipeline", watched)
    draw(studio, base)
    draw(studio, base, edit=Edit(EDIT.picture))
    assert made == ["StableDiffusionInpaintPipeline", "StableDiffusionImg2ImgPipeline"]


def test_what_cannot_be_edited_is_refused_by_name(studio: Studio, base: GenerateRequest) -> None:
    with pytest.raises(StudioError, match=r"^edit\.mask: is empty"):
        draw(studio, base, edit=Edit(EDIT.picture, kept(np.zeros((80, 120)))))
    with pytest.raises(PictureError, match=r"^edit\.mask: the mask has 64 × 64"):
        draw(studio, base, edit=Edit(EDIT.picture, kept(mask(64, 64))))
    with pytest.raises(StudioError, match=r"^edit\.picture: the file with sha256 .* is not at hand"):
        studio.run(msgspec.structs.replace(base, edit=Edit(Blob.of(b"x"))), FILES)
    with pytest.raises(RequestError, match=r"edit\.margin"):
        studio.run(msgspec.structs.replace(base, edit=Edit(EDIT.picture, margin=9.0)), FILES)


def test_a_picture_of_any_kind_is_edited_as_it_is_seen(studio: Studio, base: GenerateRequest) -> None:
    see_through = np.dstack([PICTURE, np.full(PICTURE.shape[:2], 128, np.uint8)])
    blob = kept(see_through)
    opened = open_picture(FILES[blob.sha256], "x").pixels
    drawn = draw(studio, base, edit=Edit(blob, EDIT.mask))
    assert np.array_equal(drawn[MASK == 0], opened[MASK == 0])


def test_an_edit_says_nothing_of_odd_sizes(studio: Studio, base: GenerateRequest) -> None:
    from animeadapter.protocol.request import Size

    told = [event.message for event in events(studio, base, size=Size(72, 72)) if isinstance(event, Notice)]
    assert not told

"""A run is a stream of events; the same resolved request gives the same pixels; nothing is left behind by any end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from animeadapter.generate import batch
from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Notice, Picture, Preview, Progress
from animeadapter.generate.machine import pick_device, pick_precision
from animeadapter.generate.resolve import notices, spoken
from animeadapter.generate.schedulers import SCHEDULERS, make_scheduler
from animeadapter.generate.studio import Studio
from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import read_manifest, seal
from animeadapter.protocol.request import (
    Blob,
    GenerateRequest,
    Reference,
    RequestError,
    ResolvedRequest,
    Sampler,
    Size,
)

# diffusers' schedulers turn tensors into arrays in a way that NumPy will drop one day.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture(scope="module")
def studio() -> Studio:
    return Studio("cpu", threads=1)


@pytest.fixture
def request_(tiny_pack_master: Path) -> GenerateRequest:
    return GenerateRequest(prompt="1girl, smile", seeds=(7,), pack=str(tiny_pack_master))


def changed(request: GenerateRequest, **changes: object) -> GenerateRequest:
    return msgspec.structs.replace(request, **changes)


def pictures(studio: Studio, request: GenerateRequest | ResolvedRequest, **options: object) -> list[Picture]:
    return [event for event in studio.run(request, **options) if isinstance(event, Picture)]


def again(picture: Picture, pack: str) -> ResolvedRequest:
    request = changed(picture.resolved.request, pack=pack)
    return msgspec.structs.replace(picture.resolved, request=request)


def test_a_run_tells_its_steps_and_ends_with_a_picture(studio: Studio, request_: GenerateRequest) -> None:
    events = list(studio.run(request_))
    assert [event for event in events if isinstance(event, Progress)] == [Progress(i, 3) for i in (1, 2, 3)]
    picture = events[-1]
    assert isinstance(picture, Picture) and picture.seed == 7 and picture.take == 0
    assert picture.pixels.shape == (64, 64, 3) and picture.pixels.dtype == np.uint8


def test_the_resolved_request_has_every_default_and_the_machine(studio: Studio, request_: GenerateRequest) -> None:
    resolved = pictures(studio, request_)[0].resolved
    assert resolved.request.sampler == Sampler("ddim", 3, 3.0, 0.0)
    assert resolved.request.size == Size(64, 64) and resolved.request.negative_prompt == "blurry"
    assert resolved.request.pack == "tiny"
    environment = resolved.environment
    assert environment.batch == (7,) and environment.threads == 1 and environment.device == "cpu"
    assert environment.precision == pick_precision(pick_device("cpu"))
    assert environment.versions["torch"] and environment.pack_sha256 == studio.pack(request_.pack).manifest.sha256


def test_the_same_request_gives_the_same_pixels_and_another_seed_others(
    studio: Studio, request_: GenerateRequest
) -> None:
    one, two = pictures(studio, request_)[0], pictures(Studio("cpu", threads=1), request_)[0]
    assert np.array_equal(one.pixels, two.pixels)
    other = pictures(studio, changed(request_, seeds=(8,)))[0]
    assert not np.array_equal(one.pixels, other.pixels)


def test_takes_are_drawn_four_at_a_time_and_each_is_drawn_again_in_its_batch(
    studio: Studio, request_: GenerateRequest
) -> None:
    six = changed(request_, seeds=(1, 2, 3, 4, 5, 6))
    takes = pictures(studio, six)
    assert [take.seed for take in takes] == [1, 2, 3, 4, 5, 6]
    assert takes[1].resolved.environment.batch == (1, 2, 3, 4) and takes[5].resolved.environment.batch == (5, 6)
    for take in (takes[2], takes[5]):
        redrawn = pictures(studio, again(take, request_.pack))
        assert len(redrawn) == 1 and redrawn[0].take == take.take
        assert np.array_equal(redrawn[0].pixels, take.pixels)
    alone = pictures(studio, changed(request_, seeds=(3,)))[0]
    assert np.abs(alone.pixels.astype(int) - takes[2].pixels).max() <= 2


def test_a_take_that_its_batch_does_not_hold_is_refused(studio: Studio, request_: GenerateRequest) -> None:
    resolved = again(pictures(studio, request_)[0], request_.pack)
    elsewhere = msgspec.structs.replace(resolved.environment, batch=(1, 2))
    with pytest.raises(StudioError, match=r"environment\.batch"):
        list(studio.run(msgspec.structs.replace(resolved, environment=elsewhere)))


def test_what_was_drawn_elsewhere_is_drawn_in_its_precision_and_said_to_differ(
    studio: Studio, request_: GenerateRequest
) -> None:
    resolved = again(pictures(studio, request_)[0], request_.pack)
    foreign = msgspec.structs.replace(
        resolved.environment, precision="float32", device_name="abacus", versions={"torch": "0.1"}
    )
    events = list(studio.run(msgspec.structs.replace(resolved, environment=foreign)))
    told = [event.message for event in events if isinstance(event, Notice)]
    assert any("device was abacus" in message and "torch was 0.1" in message for message in told)
    assert events[-1].resolved.environment.precision == "float32"


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_draws_and_foresees_its_picture(
    studio: Studio, request_: GenerateRequest, scheduler: str
) -> None:
    wanted = changed(request_, sampler=Sampler(scheduler, 4))
    events = list(studio.run(wanted, previews=4))
    preview = next(event for event in events if isinstance(event, Preview))
    assert isinstance(events[-1], Picture)
    assert np.abs(preview.pixels.astype(int) - events[-1].pixels).mean() < 12


def test_schedulers_follow_the_packs_noise_schedule(studio: Studio, request_: GenerateRequest) -> None:
    config = studio.pack(request_.pack).scheduler_config()
    for name in SCHEDULERS:
        made = make_scheduler(name, config)
        assert made.config.prediction_type == "v_prediction" and made.config.rescale_betas_zero_snr
        assert made.config.timestep_spacing == "trailing"


def test_previews_come_when_asked_for_every_take(studio: Studio, request_: GenerateRequest) -> None:
    two = changed(request_, seeds=(1, 2), size=Size(128, 128))
    assert not [event for event in studio.run(two) if isinstance(event, Preview)]
    previews = [event for event in studio.run(two, previews=2) if isinstance(event, Preview)]
    assert [(preview.take, preview.step) for preview in previews] == [(0, 2), (1, 2)]
    assert previews[0].pixels.shape == (64, 64, 3)


def test_closing_the_iterator_cancels_between_steps(studio: Studio, request_: GenerateRequest) -> None:
    long = changed(request_, sampler=Sampler(steps=150))
    events = studio.run(long)
    steps = [event for event, _ in zip(events, range(3), strict=False)]
    threads = threading.active_count()
    events.close()
    assert threading.active_count() == threads - 1
    assert len(steps) == 3 and not studio._busy.locked()
    assert pictures(studio, request_)


def state(unet: torch.nn.Module) -> tuple:
    """Everything of a U-Net that a run could leave changed."""
    hooks = sum(len(table) for module in unet.modules() for table in (module._forward_hooks, module._forward_pre_hooks))
    return hooks, {k: id(v) for k, v in unet.attn_processors.items()}, [id(p) for p in unet.parameters()]


@pytest.fixture
def unchanged(studio: Studio, request_: GenerateRequest) -> Iterator[None]:
    """Fails the test if it leaves the U-Net other than it was."""
    unet = studio.pack(request_.pack).part("unet")
    before, threads = state(unet), torch.get_num_threads()
    yield
    assert state(unet) == before and torch.get_num_threads() == threads


def test_an_error_on_the_way_reaches_the_caller(
    studio: Studio, request_: GenerateRequest, unchanged: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_options: object) -> None:
        raise StudioError("the ink ran out")

    with monkeypatch.context() as patch:
        patch.setattr(batch, "make_scheduler", fail)
        with pytest.raises(StudioError, match="the ink ran out"):
            list(studio.run(request_))
    assert pictures(studio, request_)


def test_a_request_that_cannot_be_drawn_is_refused_before_anything_starts(
    studio: Studio, request_: GenerateRequest
) -> None:
    with pytest.raises(RequestError, match=r"sampler\.steps"):
        studio.run(changed(request_, sampler=Sampler(steps=0)))
    with pytest.raises(PackError, match="unknown pack 'nope'"):
        studio.run(changed(request_, pack="nope"))
    with pytest.raises(StudioError, match=r"references\[0\]\.picture: the file with sha256 [0-9a-f]{12}"):
        studio.run(changed(request_, references=(Reference(Blob.of(b"x")),)))
    with pytest.raises(StudioError, match=r"device: this machine has no|device: there is no"):
        Studio("abacus")


def test_tags_that_were_never_learned_and_odd_sizes_are_told(studio: Studio, request_: GenerateRequest) -> None:
    odd = changed(request_, prompt="1girl, Blue Hair, stand, flying_saucer", size=Size(128, 64))
    told = [event.message for event in studio.run(odd) if isinstance(event, Notice)]
    assert "the model never learned, and leaves out: stand (did you mean standing?), flying_saucer" in told
    assert any("made for 64×64" in message and "128×64" in message for message in told)
    assert not [event for event in studio.run(request_) if isinstance(event, Notice)]


def test_a_prompt_longer_than_the_text_encoder_reads_is_told(
    studio: Studio, request_: GenerateRequest, tiny_pack: Path
) -> None:
    seal(tiny_pack, msgspec.structs.replace(read_manifest(tiny_pack), vocabulary=None))
    long = changed(request_, prompt=", ".join(["1girl"] * 40), pack=str(tiny_pack))
    told = [event.message for event in studio.run(long) if isinstance(event, Notice)]
    assert any("tokens" in message and "77" in message for message in told)


def test_native_sizes_of_any_aspect_are_drawn(studio: Studio, request_: GenerateRequest) -> None:
    for width, height in ((64, 96), (96, 64), (104, 152)):
        picture = pictures(studio, changed(request_, size=Size(width, height)))[0]
        assert picture.pixels.shape == (height, width, 3)


def test_a_pack_with_a_vocabulary_reads_learned_tags_alone(tiny_pack_master: Path) -> None:
    manifest = read_manifest(tiny_pack_master)
    assert spoken("1girl,  Blue Hair , flying_saucer, smile, 1girl", manifest) == "1girl blue_hair smile"
    anything = msgspec.structs.replace(manifest, vocabulary=None)
    assert spoken("A flying saucer, 1girl", anything) == "A flying saucer, 1girl"


def test_unlearned_tags_change_nothing(studio: Studio, request_: GenerateRequest) -> None:
    plain = pictures(studio, changed(request_, prompt="1girl, smile"))[0].pixels
    odd = pictures(studio, changed(request_, prompt="1girl, flying_saucer, smile"))[0].pixels
    other = pictures(studio, changed(request_, prompt="1girl, standing, smile"))[0].pixels
    assert np.array_equal(plain, odd) and not np.array_equal(plain, other)


def test_a_size_between_those_of_the_pack_needs_no_warning(tiny_pack_master: Path, request_: GenerateRequest) -> None:
    manifest = msgspec.structs.replace(read_manifest(tiny_pack_master), sizes=((256, 256), (208, 312), (312, 208)))

    def told(width: int, height: int) -> list[str]:
        return list(notices(changed(request_, size=Size(width, height)), manifest))

    assert told(304, 216) == [] and told(240, 272) == [], "a frame's own proportions, with as many pixels"
    assert told(512, 512) and told(416, 160), "other sizes, and pictures much wider than any of the pack's"

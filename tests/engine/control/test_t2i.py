"""A T2I-Adapter's hook gives the U-Net what the stock pipeline would hand it, when it should, and leaves no trace."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler, StableDiffusionAdapterPipeline, StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor

from animeadapter.control.attached import ControlError
from animeadapter.control.t2i import FIELD, AttachedT2I
from animeadapter.packs.load import load_pack
from animeadapter.protocol.errors import EngineError


class Bench:
    """A small U-Net, features for it, and a batch of four: two pictures, each with and without the prompt."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.unet = UNet2DConditionModel(
            sample_size=8,
            block_out_channels=(8, 16),
            layers_per_block=1,
            norm_num_groups=4,
            cross_attention_dim=12,
            attention_head_dim=2,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
        ).eval()
        self.sample, self.text = torch.randn(4, 4, 6, 10), torch.randn(4, 7, 12)

    @staticmethod
    def features(batch: int = 1) -> list[Tensor]:
        random = torch.Generator().manual_seed(batch)
        return [torch.randn(batch, c, h, w, generator=random) for c, h, w in ((8, 6, 10), (16, 3, 5))]

    @torch.no_grad()
    def draw(self, timestep: Any = 500, **more: Any) -> Tensor:
        return self.unet(self.sample, timestep, encoder_hidden_states=self.text, **more).sample

    def by_hand(self, features: list[Tensor]) -> Tensor:
        """Return what the U-Net gives when the features, batch 4, are handed to it by name."""
        return self.draw(**{FIELD: list(features)})


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_the_hook_equals_features_handed_over_by_name(bench: Bench) -> None:
    features = bench.features()
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features)
        found = bench.draw()
    assert torch.equal(found, bench.by_hand([f.repeat(4, 1, 1, 1) for f in features]))
    assert (found - bench.draw()).abs().max() > 0.01


def test_the_weight_multiplies_the_features_and_0_adds_nothing(bench: Bench) -> None:
    features = bench.features()
    expected = bench.by_hand([0.4 * f.repeat(4, 1, 1, 1) for f in features])
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features, weight=0.4)
        assert torch.equal(bench.draw(), expected)
        attached.set_features(features, weight=0.0)
        assert torch.equal(bench.draw(), bench.by_hand([]))


def test_it_serves_call_after_call_and_does_not_use_up_the_features(bench: Bench) -> None:
    features = bench.features()
    kept = [f.clone() for f in features]
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features)
        first, second, third = (bench.draw() for _ in range(3))
    assert torch.equal(first, second) and torch.equal(first, third)
    assert len(features) == 2 and all(torch.equal(a, b) for a, b in zip(features, kept, strict=True))


def test_under_guidance_each_picture_gets_its_own_features_in_both_halves(bench: Bench) -> None:
    features = bench.features(batch=2)
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features)
        found = bench.draw()
    # As the pipelines stack a batch: both unconditional pictures first, then both conditional ones.
    assert torch.equal(found, bench.by_hand([torch.stack([f[0], f[1], f[0], f[1]]) for f in features]))


def test_without_guidance_each_picture_gets_its_own_features_once(bench: Bench) -> None:
    features = bench.features(batch=4)
    expected = bench.by_hand(features)
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(features)
        for _ in range(2):
            assert torch.equal(bench.draw(), expected)
    assert len(features) == 2


def test_two_controllers_add_up_and_each_keeps_to_its_own_weight_and_span(bench: Bench) -> None:
    poses, lines = bench.features(batch=4), [2 * one.flip(-1) for one in bench.features(batch=4)]
    both = bench.by_hand([pose + 0.5 * line for pose, line in zip(poses, lines, strict=True)])
    one = bench.by_hand(poses)
    with AttachedT2I(bench.unet) as first, AttachedT2I(bench.unet) as second:
        first.set_features(poses)
        second.set_features(lines, weight=0.5)
        assert torch.allclose(bench.draw(), both, atol=1e-6)
        second.set_features(lines, start=0.9)
        assert torch.equal(bench.draw(), one)
    assert not bench.unet._forward_pre_hooks


def test_features_that_do_not_divide_the_batch_are_refused(bench: Bench) -> None:
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(bench.features(batch=3))
        with pytest.raises(ControlError, match="3 control pictures cannot serve a batch of 4") as caught:
            bench.draw()
    assert isinstance(caught.value, EngineError)


def test_features_are_cast_to_the_networks_precision(bench: Bench) -> None:
    bench.unet.bfloat16()
    bench.sample, bench.text = bench.sample.bfloat16(), bench.text.bfloat16()
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(bench.features())
        assert bench.draw().dtype == torch.bfloat16


@pytest.mark.parametrize(
    "start, end, inside, outside",
    [
        (0.0, 1.0, [999, 500, 1, 0], []),
        (0.0, 0.6, [999, 750, 401], [399, 0]),
        (0.3, 1.0, [699, 350, 0], [999, 701]),
        (0.25, 0.5, [749, 600, 501], [999, 751, 499, 0]),
    ],
)
def test_features_are_added_from_start_to_end_of_the_denoising(
    bench: Bench, start: float, end: float, inside: list[int], outside: list[int]
) -> None:
    bare = {t: bench.draw(t) for t in (*inside, *outside)}
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(bench.features(), start=start, end=end)
        for timestep in (*inside, *outside):
            assert torch.equal(bench.draw(timestep), bare[timestep]) is (timestep in outside), timestep


@pytest.mark.parametrize(
    "early, late",
    [(60, 40), (60.0, 40.0), (torch.tensor(60), torch.tensor(40)), (torch.full((4,), 60), torch.full((4,), 40))],
    ids=["whole", "fractional", "one tensor", "one per picture"],
)
def test_timesteps_come_as_numbers_and_tensors_and_the_schedule_may_be_shorter(
    bench: Bench, early: Any, late: Any
) -> None:
    bare = [bench.draw(timestep) for timestep in (early, late)]
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(bench.features(), end=0.5, train_timesteps=100)
        assert not torch.equal(bench.draw(early), bare[0]) and torch.equal(bench.draw(late), bare[1])
        attached.set_features(bench.features(), start=0.5, train_timesteps=100)
        assert torch.equal(bench.draw(early), bare[0]) and not torch.equal(bench.draw(late), bare[1])


def test_new_features_replace_the_old_with_their_span(bench: Bench) -> None:
    features = bench.features(batch=2)
    expected = bench.by_hand([f.repeat(2, 1, 1, 1) for f in features])
    with AttachedT2I(bench.unet) as attached:
        attached.set_features(bench.features(), start=0.9)
        attached.set_features(features)
        assert torch.equal(bench.draw(), expected)


def test_cleared_or_not_yet_set_it_adds_nothing(bench: Bench) -> None:
    bare = bench.draw()
    with AttachedT2I(bench.unet) as attached:
        assert torch.equal(bench.draw(), bare)
        attached.set_features(bench.features())
        attached.clear()
        assert torch.equal(bench.draw(), bare)


def test_everything_given_by_position_is_found_too(bench: Bench) -> None:
    features = bench.features()
    with AttachedT2I(bench.unet) as attached, torch.no_grad():
        attached.set_features(features, end=0.5)
        named = bench.unet(sample=bench.sample, timestep=700, encoder_hidden_states=bench.text).sample
        placed = bench.unet(bench.sample, 700, bench.text).sample
        late = bench.unet(sample=bench.sample, timestep=300, encoder_hidden_states=bench.text).sample
    assert torch.equal(named, placed) and torch.equal(late, bench.draw(300))
    assert not torch.equal(named, bench.draw(700))


def test_detached_the_unet_is_bit_for_bit_as_before(bench: Bench) -> None:
    bare, weights = bench.draw(), {n: w.clone() for n, w in bench.unet.state_dict().items()}
    hooks = len(bench.unet._forward_pre_hooks), len(bench.unet._forward_pre_hooks_with_kwargs)
    attached = AttachedT2I(bench.unet)
    attached.set_features(bench.features())
    assert not torch.equal(bench.draw(), bare)
    for _ in range(2):
        attached.detach()
        assert torch.equal(bench.draw(), bare)
    assert (len(bench.unet._forward_pre_hooks), len(bench.unet._forward_pre_hooks_with_kwargs)) == hooks == (0, 0)
    after = bench.unet.state_dict()
    assert list(after) == list(weights) and all(torch.equal(after[n], weights[n]) for n in after)


def test_it_detaches_whatever_happened(bench: Bench) -> None:
    with pytest.raises(KeyboardInterrupt), AttachedT2I(bench.unet):
        raise KeyboardInterrupt
    assert not bench.unet._forward_pre_hooks


def test_a_stock_pipeline_with_the_hook_draws_what_the_stock_adapter_pipeline_draws(tiny_pack_master: Path) -> None:
    pack = load_pack(tiny_pack_master)
    unet, adapter = pack.part("unet"), pack.part("t2i_adapter")
    parts = {name: pack.part(name) for name in ("vae", "text_encoder", "tokenizer")}
    parts |= {"unet": unet, "scheduler": DDIMScheduler.from_config(pack.scheduler_config())}
    parts |= {"safety_checker": None, "feature_extractor": None, "requires_safety_checker": False}
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 64, 64)

    def draw(pipeline: Any, **more: Any) -> Tensor:
        pipeline.set_progress_bar_config(disable=True)
        return pipeline(
            "1girl", height=64, width=64, num_inference_steps=4, guidance_scale=3.0, output_type="latent",
            generator=torch.manual_seed(1), **more,
        ).images  # fmt: skip

    theirs = draw(
        StableDiffusionAdapterPipeline(**parts, adapter=adapter), image=picture, adapter_conditioning_scale=0.8
    )
    pipeline = StableDiffusionPipeline(**parts)
    bare = draw(pipeline)
    with AttachedT2I(unet) as attached, torch.no_grad():
        attached.set_features(adapter(picture), weight=0.8)
        ours = draw(pipeline)
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=1e-5)
    assert (ours - bare).abs().max() > 1e-3


def test_a_controller_of_another_u_net_is_refused_by_its_name(bench: Bench) -> None:
    with AttachedT2I(bench.unet, "lineart") as attached:
        for features, said in (
            (bench.features()[:1], "its levels have 8 channels, the U-Net's 8, 16"),
            ([*bench.features(), torch.zeros(1, 16, 1, 2)], "its levels have 8, 16, 16 channels, the U-Net's 8, 16"),
            ([torch.zeros(1, 9, 6, 10), torch.zeros(1, 16, 3, 5)], "its levels have 9, 16 channels"),
        ):
            with pytest.raises(ControlError, match=f"^lineart: the controller was made for another U-Net: {said}"):
                attached.set_features(features)
        attached.set_features([torch.zeros(1, 8, 3, 5), torch.zeros(1, 16, 2, 3)])
        with pytest.raises(ControlError, match=r"lineart: .* its features are 5×3 where the latents are 10×6"):
            bench.draw()

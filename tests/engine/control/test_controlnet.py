"""A ControlNet's hook gives the U-Net what the stock pipeline would hand it, when it should, and leaves no trace."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import ControlNetModel, DDIMScheduler, StableDiffusionControlNetPipeline, StableDiffusionPipeline
from torch import Tensor

from animeadapter.control.attached import ControlError
from animeadapter.control.controlnet import AttachedControlNet
from animeadapter.packs.load import Pack, load_pack


@pytest.fixture
def pack(tiny_pack_master: Path) -> Pack:
    return load_pack(tiny_pack_master)


@pytest.fixture
def net(pack: Pack) -> ControlNetModel:
    return pack.part("scribble")


def picture(batch: int = 1) -> Tensor:
    return torch.rand((batch, 3, 64, 64), generator=torch.Generator().manual_seed(batch))


@torch.no_grad()
def ask(unet: Any, timestep: int = 500, **more: Any) -> Tensor:
    random = torch.Generator().manual_seed(3)
    sample, text = torch.randn(2, 4, 8, 8, generator=random), torch.randn(2, 7, 16, generator=random)
    return unet(sample, timestep, encoder_hidden_states=text, **more).sample


def pictures(pipeline: Any, **more: Any) -> Tensor:
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        return pipeline(
            prompt="a", width=64, height=64, num_inference_steps=3, generator=generator, output_type="latent", **more
        ).images


def parts(pack: Pack) -> dict[str, Any]:
    scheduler = DDIMScheduler.from_config(pack.scheduler_config())
    names = ("vae", "text_encoder", "tokenizer", "unet")
    return {
        **{name: pack.part(name) for name in names},
        "scheduler": scheduler, "safety_checker": None, "feature_extractor": None, "requires_safety_checker": False,
    }  # fmt: skip


def test_a_stock_pipeline_with_the_hook_draws_what_the_stock_controlnet_pipeline_draws(
    pack: Pack, net: ControlNetModel
) -> None:
    asked = picture()
    stock = pictures(
        StableDiffusionControlNetPipeline(**parts(pack), controlnet=net), image=asked, controlnet_conditioning_scale=0.7
    )
    bare = pictures(StableDiffusionPipeline(**parts(pack)))
    with AttachedControlNet(pack.part("unet"), net) as attached:
        attached.set_picture(asked, weight=0.7)
        found = pictures(StableDiffusionPipeline(**parts(pack)))
    assert torch.allclose(found, stock, atol=1e-5) and (found - bare).abs().max() > 0.01


def test_it_acts_from_start_to_end_and_weight_0_adds_nothing(pack: Pack, net: ControlNetModel) -> None:
    unet = pack.part("unet")
    bare = {timestep: ask(unet, timestep) for timestep in (900, 500, 100)}
    with AttachedControlNet(unet, net) as attached:
        attached.set_picture(picture(), start=0.3, end=0.7)
        assert [torch.equal(ask(unet, t), bare[t]) for t in (900, 500, 100)] == [True, False, True]
        attached.set_picture(picture(), weight=0.0)
        assert torch.equal(ask(unet), bare[500])
    assert torch.equal(ask(unet), bare[500]) and not unet._forward_pre_hooks


def test_two_add_up(pack: Pack, net: ControlNetModel) -> None:
    unet, other = pack.part("unet"), copy.deepcopy(net)
    with AttachedControlNet(unet, net) as first:
        other.controlnet_mid_block.weight.data *= -1
        first.set_picture(picture())
        one = ask(unet)
        with AttachedControlNet(unet, other) as second:
            second.set_picture(picture())
            both = ask(unet)
            first.set_picture(picture(), weight=0.0)
            two = ask(unet)
    assert min((both - one).abs().max(), (both - two).abs().max()) > 1e-3


def test_pictures_that_do_not_divide_the_batch_are_refused(pack: Pack, net: ControlNetModel) -> None:
    with AttachedControlNet(pack.part("unet"), net) as attached:
        attached.set_picture(picture(batch=3))
        with pytest.raises(ControlError, match="3 control pictures cannot serve a batch of 2"):
            ask(pack.part("unet"))


@pytest.mark.parametrize(
    "changes, said",
    [
        ({"block_out_channels": (8, 16, 24)}, r"its block_out_channels is \(8, 16, 24\), the U-Net's \(8, 16, 16\)"),
        ({"layers_per_block": 2}, "its layers_per_block is 2, the U-Net's 1"),
        ({"cross_attention_dim": 32}, "its cross_attention_dim is 32, the U-Net's 16"),
        ({"in_channels": 9}, "its in_channels is 9, the U-Net's 4"),
        ({"conditioning_channels": 1}, "reads pictures of 1 channels; 3 are given"),
    ],
)
def test_a_net_of_another_u_net_is_refused_by_its_name(
    pack: Pack, net: ControlNetModel, changes: dict[str, Any], said: str
) -> None:
    other = ControlNetModel.from_config({**net.config, **changes})
    with pytest.raises(ControlError, match=f"^scribble: the controller .*{said}"):
        AttachedControlNet(pack.part("unet"), other, "scribble")
    assert not pack.part("unet")._forward_pre_hooks

"""Attaching and detaching are exact inverses, and what takes the image branch off in between is noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from diffusers.models.attention_processor import AttnProcessor2_0
from peft import LoraConfig
from torch import Tensor, nn

from animeadapter.adapter import AdapterError, AttachedAdapter, Layer, ReferenceInput, cross_layers
from animeadapter.adapter.processors import ImageBranchProcessor

LORA = LoraConfig(r=2, target_modules=["to_q", "to_k", "to_v", "to_out.0"], init_lora_weights=False)


def snapshot(unet: nn.Module) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in unet.state_dict().items()}


def same(a: dict[str, Tensor], b: dict[str, Tensor]) -> bool:
    return list(a) == list(b) and all(torch.equal(a[name], b[name]) for name in a)


def hooks(unet: nn.Module) -> int:
    return sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in unet.modules())


@pytest.mark.parametrize("lora", [False, True], ids=["bare", "with a LoRA"])
def test_detached_the_unet_is_bit_for_bit_as_before(network: Any, lora: bool) -> None:
    unet = network.unet
    if lora:
        unet.add_adapter(LORA)
        unet.double()
    weights, processors, drawn = snapshot(unet), dict(unet.attn_processors), network.draw()
    modules, names, config = list(unet.modules()), [n for n, _ in unet.named_parameters()], dict(unet.config)
    attached = network.attached()
    attached.set_references([ReferenceInput(network.pairs[0], network.mask)], guided=False)
    assert not torch.equal(network.draw(), drawn)
    assert same(snapshot(unet), weights)
    attached.detach()
    after = unet.attn_processors
    assert list(after) == list(processors) and all(after[name] is processors[name] for name in after)
    assert same(snapshot(unet), weights) and torch.equal(network.draw(), drawn)
    assert all(a is b for a, b in zip(unet.modules(), modules, strict=True))
    assert [n for n, _ in unet.named_parameters()] == names and dict(unet.config) == config and hooks(unet) == 0


def test_while_attached_the_state_dict_is_untouched_and_only_cross_attention_has_the_branch(network: Any) -> None:
    weights = snapshot(network.unet)
    with network.attached():
        assert same(snapshot(network.unet), weights)
        ours = {n for n, p in network.unet.attn_processors.items() if isinstance(p, ImageBranchProcessor)}
        assert ours == {n for n in network.unet.attn_processors if "attn2" in n}
        # A plain object: a module here would give the U-Net new weights.
        assert not any(isinstance(p, nn.Module) for p in network.unet.attn_processors.values())


def test_a_lora_may_come_and_go_while_the_adapter_is_attached(network: Any) -> None:
    bare = network.draw()
    with network.attached() as attached:
        attached.set_references([ReferenceInput(network.pairs[0])], guided=False)
        before = network.draw()
        network.unet.add_adapter(LORA)
        network.unet.double()
        assert not torch.equal(network.draw(), before)
        attached.check()
        network.unet.delete_adapters("default")
        assert torch.equal(network.draw(), before)
    assert torch.equal(network.draw(), bare)


def test_processors_of_the_users_own_choice_come_back(network: Any) -> None:
    mine = AttnProcessor2_0()
    network.unet.set_attn_processor(mine)
    network.attached().detach()
    assert all(processor is mine for processor in network.unet.attn_processors.values())


def test_leaving_the_with_block_detaches_whatever_happened(network: Any) -> None:
    processors = dict(network.unet.attn_processors)
    with pytest.raises(KeyboardInterrupt), network.attached():
        raise KeyboardInterrupt
    assert all(network.unet.attn_processors[name] is processors[name] for name in processors)


def test_detaching_twice_does_not_undo_the_next_adapter(network: Any) -> None:
    first = network.attached()
    first.detach()
    with network.attached() as second:
        first.detach()
        second.check()


def test_after_detaching_nothing_of_the_reference_is_kept(network: Any) -> None:
    attached = network.attached()
    reference = ReferenceInput(network.pairs[0], unconditional=network.pairs[1])
    attached.set_references([reference], guided=True)
    attached.detach()
    assert not any(branch.sources or branch.unconditional for branch in attached.branches.values())


# -- silently replaced processors --------------------------------------------------------------------------------------


def test_an_untouched_image_branch_passes_the_check(network: Any) -> None:
    with network.attached() as attached:
        network.draw()
        attached.check()


def slice_attention(unet: Any) -> None:
    unet.set_attention_slice("max")


def fuse(unet: Any) -> None:
    unet.fuse_qkv_projections()


def set_one_processor(unet: Any) -> None:
    unet.set_attn_processor(AttnProcessor2_0())


@pytest.mark.parametrize("change", [slice_attention, fuse, set_one_processor])
def test_replaced_processors_are_noticed(network: Any, change: Callable[[Any], None]) -> None:
    with network.attached() as attached:
        change(network.unet)
        with pytest.raises(AdapterError, match=r"attn2 lost the adapter's image branch to \w+; switch"):
            attached.check()


def test_one_replaced_processor_is_enough_and_is_named(network: Any) -> None:
    name = network.layers[2].name
    with network.attached() as attached:
        network.unet.get_submodule(name).set_processor(AttnProcessor2_0())
        with pytest.raises(AdapterError, match=f"{name} lost .* to AttnProcessor2_0"):
            attached.check()


def test_another_adapters_branch_in_its_place_is_noticed(network: Any) -> None:
    with network.attached() as attached:
        set_one_processor(network.unet)
        with network.attached() as other:
            other.check()
            with pytest.raises(AdapterError, match="lost the adapter's image branch"):
                attached.check()


# -- what is refused -------------------------------------------------------------------------------------------------


def refused(unet: Any, layers: Any, words: str) -> None:
    """Attaching fails, and leaves everything as it was."""
    before = dict(unet.attn_processors)
    with pytest.raises(AdapterError, match=words):
        AttachedAdapter(unet, layers)
    assert all(unet.attn_processors[name] is before[name] for name in before)


def test_an_adapter_for_another_unet_is_refused_and_nothing_is_attached(unet: Any) -> None:
    layers = cross_layers(unet)
    missing = Layer(name="mid_block.attentions.7.attn2", channels=16, index=99)
    refused(unet, (*layers, missing), "feeds mid_block.attentions.7.attn2, which this U-Net does not have")
    wider = Layer(name=layers[-1].name, channels=320, index=layers[-1].index)
    refused(unet, (*layers[:-1], wider), "16 wide in this U-Net, 320 in the adapter")


def test_a_second_adapter_on_the_same_unet_is_refused(network: Any) -> None:
    with network.attached() as attached:
        refused(network.unet, network.layers, "already has the attention processor ImageBranchProcessor")
        attached.check()


def test_sliced_and_fused_attention_is_refused_until_it_is_undone(unet: Any, other_unet: Any) -> None:
    slice_attention(unet)
    refused(unet, cross_layers(unet), "already has the attention processor SlicedAttnProcessor.*set_default")
    unet.set_default_attn_processor()
    AttachedAdapter(unet, cross_layers(unet)).check()
    fuse(other_unet)
    refused(other_unet, cross_layers(other_unet), r"FusedAttnProcessor2_0; call unet.unfuse_qkv_projections\(\)")
    other_unet.unfuse_qkv_projections()
    AttachedAdapter(other_unet, cross_layers(other_unet)).check()

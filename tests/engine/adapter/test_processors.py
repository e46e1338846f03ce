"""The attention processor stands in for diffusers' own, with all its options, LoRAs and compilation."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers.models.attention_processor import Attention, AttnProcessor2_0
from torch import Tensor

from animeadapter.adapter import ReferenceInput
from animeadapter.adapter.processors import Branch, ImageBranchProcessor, Source

OPTIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "group norm": {"norm_num_groups": 2},
    "residual": {"residual_connection": True, "rescale_output_factor": 2.0},
    "cross norm": {"cross_attention_norm": "layer_norm"},
    "query and key norm": {"qk_norm": "layer_norm", "elementwise_affine": False},
    "biases": {"bias": True},
}


def layer(**options: Any) -> Attention:
    torch.manual_seed(0)
    return Attention(query_dim=8, cross_attention_dim=6, heads=2, dim_head=4, **options).eval()


@pytest.mark.parametrize("name", OPTIONS)
def test_without_references_it_computes_bit_for_bit_what_diffusers_does(name: str) -> None:
    attention, text = layer(**OPTIONS[name]), torch.randn(2, 5, 6)
    padding = torch.tensor([[0.0] * 5, [0.0, 0.0, 0.0, -1e4, -1e4]])[:, None]
    for states in (torch.randn(2, 12, 8), torch.randn(2, 8, 3, 4)):
        for mask in (None, padding):
            attention.set_processor(AttnProcessor2_0())
            expected = attention(states, text, attention_mask=mask)
            attention.set_processor(ImageBranchProcessor(Branch()))
            assert torch.equal(attention(states, text, attention_mask=mask), expected)


def test_self_attention_and_spatial_norms_are_diffusers_too() -> None:
    torch.manual_seed(0)
    attention = Attention(query_dim=32, heads=2, dim_head=4, spatial_norm_dim=3)
    states, where = torch.randn(2, 32, 3, 4), torch.randn(2, 3, 3, 4)
    expected = attention(states, temb=where)
    attention.set_processor(ImageBranchProcessor(Branch()))
    assert torch.equal(attention(states, temb=where), expected)


def test_pictures_are_added_before_the_output_projection() -> None:
    attention = layer(residual_connection=True, rescale_output_factor=2.0)
    states, text = torch.randn(2, 12, 8), torch.randn(2, 5, 6)
    bare = attention(states, text)
    branch = Branch(sources=[Source(torch.zeros(1, 9, 8), torch.ones(1, 9, 8))])
    attention.set_processor(ImageBranchProcessor(branch))
    # Equal keys share equally, so that the branch adds the values' mean, 1, to every query.
    torch.testing.assert_close(attention(states, text) - bare, attention.to_out[0].weight.sum(1).expand(2, 12, 8) / 2)


def test_a_lora_takes_part_in_queries_text_and_output(network: Any) -> None:
    from peft import LoraConfig

    bare = network.draw()
    network.unet.add_adapter(
        LoraConfig(r=2, target_modules=["to_q", "to_k", "to_v", "to_out.0"], init_lora_weights=False)
    )
    network.unet.double()
    with network.attached() as attached:
        attached.set_references([ReferenceInput(network.pairs[0], network.mask)], guided=False)
        network.assert_is(lambda name: [network.terms(name, after=network.mask)])
    assert (network.draw() - bare).abs().max() > 0.01
    query = network.unet.get_submodule(network.layers[0].name).to_q
    assert hasattr(query, "lora_A")


def test_a_layer_with_a_masked_reference_compiles_as_one_graph(network: Any) -> None:
    with network.attached() as attached:
        reference = ReferenceInput(network.pairs[0], network.mask, scale=0.5)
        attached.set_references([reference], guided=True)
        name = network.layers[0].name
        call = network.calls()[name]
        module = network.unet.get_submodule(name)
        compiled = torch.compile(module, fullgraph=True, backend="eager", dynamic=False)
        with torch.no_grad():
            found: Tensor = compiled(call.states, encoder_hidden_states=call.text)
    torch.testing.assert_close(found, call.out)

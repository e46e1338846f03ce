"""The last K layers of the image encoder become tokens, token by token, and the tokens become keys and values."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn
from transformers import CLIPVisionConfig, CLIPVisionModel

from animeadapter.adapter import AdapterConfig, AdapterError, AnimeAdapter, Layer
from animeadapter.evaluate.counts import SD15, VIT_L, meta_unet

ONE_LAYER = (Layer(name="up_blocks.0.attn2", channels=8, index=1),)


def small(**options: Any) -> AnimeAdapter:
    """An adapter with a 4 x 4 grid, every weight random, in double precision."""
    torch.manual_seed(4)
    options = {"layers": ONE_LAYER, "fused": 3, "grid": 4, "vision_width": 10, "cross_width": 12} | options
    adapter = AnimeAdapter(AdapterConfig(**options)).double()
    for weight in adapter.parameters():
        nn.init.normal_(weight)
    return adapter


def states(layers: int = 5, tokens: int = 17, width: int = 10, batch: int = 2) -> list[torch.Tensor]:
    torch.manual_seed(5)
    return [torch.randn(batch, tokens, width).double() for _ in range(layers)]


@pytest.mark.parametrize("bias", [True, False])
def test_eq_2_is_the_weighted_sum_of_one_linear_map_per_layer(bias: bool) -> None:
    adapter, seen = small(projection_bias=bias), states()
    expected = torch.zeros(2, 16, 12).double()
    for k, state in enumerate(seen[-3:]):
        shift = adapter.fusion.bias[k] if bias else 0
        expected += adapter.fusion.layer_scale[k] * (state[:, 1:] @ adapter.fusion.weight[k].T + shift)
    torch.testing.assert_close(adapter.fused_tokens(seen), expected)


def test_only_the_last_k_layers_are_read_and_all_of_them() -> None:
    adapter, seen = small(), states()
    before = adapter.fused_tokens(seen)
    for place, is_read in enumerate([False, False, True, True, True]):
        changed = [state + 1 if k == place else state for k, state in enumerate(seen)]
        assert torch.equal(adapter.fused_tokens(changed), before) is not is_read, place


def test_a_token_depends_on_its_own_patch_alone() -> None:
    adapter, seen = small(token_norm=True), states()
    before = adapter(seen)
    for patch in range(16):
        changed = [state.clone() for state in seen]
        for state in changed:
            state[0, 1 + patch] += 1
        after = adapter(changed)
        for old, new in ((before.keys, after.keys), (before.values, after.values)):
            moved = (old["up_blocks.0.attn2"] != new["up_blocks.0.attn2"]).any(-1)
            assert moved.nonzero().tolist() == [[0, patch]]


def test_the_class_token_is_dropped_unless_the_config_keeps_it() -> None:
    seen = states()
    changed = [torch.cat([state[:, :1] + 1, state[:, 1:]], dim=1) for state in seen]
    dropped, kept = small(), small(class_token=True)
    assert torch.equal(dropped.fused_tokens(seen), dropped.fused_tokens(changed))
    assert dropped.tokens == 16 and kept.tokens == 17
    moved = (kept.fused_tokens(seen) != kept.fused_tokens(changed)).any(-1)
    assert moved.all(0).nonzero().flatten().tolist() == [0]


def test_keys_and_values_are_two_linear_maps_without_bias_of_the_fused_tokens() -> None:
    adapter, seen = small(), states()
    fused, pairs = adapter.fused_tokens(seen), adapter(seen)
    torch.testing.assert_close(pairs.keys["up_blocks.0.attn2"], fused @ adapter.projections.key[0].weight.T)
    torch.testing.assert_close(pairs.values["up_blocks.0.attn2"], fused @ adapter.projections.value[0].weight.T)
    assert all(linear.bias is None for linear in (*adapter.projections.key, *adapter.projections.value))
    assert pairs.batch == 2 and pairs.tokens == 16


def test_a_new_adapter_weighs_all_layers_alike_and_starts_without_bias() -> None:
    adapter = AnimeAdapter(AdapterConfig(layers=ONE_LAYER, fused=7, vision_width=10, cross_width=12))
    assert adapter.fusion.layer_scale.tolist() == pytest.approx([1 / 7] * 7)
    assert not adapter.fusion.bias.any() and adapter.fusion.weight.std() > 0.1
    assert adapter.token_norm is None


def test_keys_and_values_start_from_the_unets_own(unet: Any) -> None:
    adapter = AnimeAdapter.for_unet(unet, vision_width=10)
    assert [layer.block for layer in adapter.config.layers] == ["down", "down", "up", "up", "up", "up", "mid"]
    for layer, key, value in zip(
        adapter.config.layers, adapter.projections.key, adapter.projections.value, strict=True
    ):
        attention = unet.get_submodule(layer.name)
        assert torch.equal(key.weight, attention.to_k.weight.float())
        assert torch.equal(value.weight, attention.to_v.weight.float())
        assert key.weight.data_ptr() != attention.to_k.weight.data_ptr()


def test_a_lora_on_the_unet_does_not_enter_the_start(unet: Any) -> None:
    from peft import LoraConfig

    own = AnimeAdapter.for_unet(unet, vision_width=10).projections.state_dict()
    unet.add_adapter(LoraConfig(r=2, target_modules=["to_k", "to_v"], init_lora_weights=False))
    with_lora = AnimeAdapter.for_unet(unet, vision_width=10).projections.state_dict()
    assert own.keys() == with_lora.keys() and all(torch.equal(own[name], with_lora[name]) for name in own)


def test_scope_up_feeds_the_up_blocks_alone(unet: Any) -> None:
    adapter = AnimeAdapter.for_unet(unet, vision_width=10, scope="up")
    assert [layer.block for layer in adapter.config.layers] == ["up"] * 4


def test_no_picture_is_zero_keys_and_values_after_the_fusion() -> None:
    adapter, seen = small(), states()
    pairs, both = adapter(seen, torch.tensor([True, False])), adapter(seen)
    for found, whole in ((pairs.keys, both.keys), (pairs.values, both.values)):
        assert torch.equal(found["up_blocks.0.attn2"][0], whole["up_blocks.0.attn2"][0])
        assert not found["up_blocks.0.attn2"][1].any() and whole["up_blocks.0.attn2"][1].all()


def test_a_missing_picture_sends_no_gradient_and_no_nan_through_broken_states() -> None:
    adapter, seen = small(), states()
    seen[-1][1] = torch.nan
    pairs = adapter(seen, torch.tensor([True, False]))
    assert all(torch.isfinite(t).all() for t in (*pairs.keys.values(), *pairs.values.values()))


def test_every_weight_learns_from_one_call(network: Any) -> None:
    pairs = network.adapter(network.states(batch=2))
    with network.attached() as attached:
        attached.set_training(pairs, network.mask.expand(2, -1))
        network.unet(network.sample, 500, encoder_hidden_states=network.text).sample.square().sum().backward()
    still = [name for name, w in network.adapter.named_parameters() if w.grad is None or not w.grad.any()]
    assert not still


def test_a_norm_of_the_tokens_is_a_flag() -> None:
    plain, normed = small(), small(token_norm=True)
    nn.init.ones_(normed.token_norm.weight)
    nn.init.zeros_(normed.token_norm.bias)
    normed.fusion.load_state_dict(plain.fusion.state_dict())
    expected = nn.functional.layer_norm(plain.fused_tokens(states()), (12,))
    torch.testing.assert_close(normed.fused_tokens(states()), expected)


def test_too_few_layers_and_another_grid_are_refused() -> None:
    with pytest.raises(AdapterError, match="gave 2 layers; this adapter fuses 3"):
        small()(states(layers=2))
    with pytest.raises(AdapterError, match=r"25 tokens of width 10.*16 of width 10"):
        small()(states(tokens=26))
    with pytest.raises(AdapterError, match=r"16 tokens of width 9.*16 of width 10"):
        small()(states(width=9))


def test_transformers_hidden_states_are_taken_as_they_come() -> None:
    torch.manual_seed(6)
    shape = {"hidden_size": 10, "intermediate_size": 12, "num_hidden_layers": 4, "num_attention_heads": 2}
    encoder = CLIPVisionModel(CLIPVisionConfig(image_size=32, patch_size=8, **shape)).eval()
    pixels = torch.randn(1, 3, 32, 32)
    with torch.no_grad():
        found = encoder(pixels, output_hidden_states=True).hidden_states
        before = small(fused=4).float()(found).keys["up_blocks.0.attn2"]
        nn.init.normal_(next(m for n, m in encoder.named_modules() if n.endswith("post_layernorm")).weight)
        again = encoder(pixels, output_hidden_states=True).hidden_states
        after = small(fused=4).float()(again).keys["up_blocks.0.attn2"]
    assert len(found) == 5 and before.shape == (1, 16, 8)
    assert torch.equal(before, after)


def test_one_reference_takes_12_8_megabytes_in_half_precision_on_sd15() -> None:
    adapter = AnimeAdapter.for_unet(meta_unet(SD15), vision_width=VIT_L).half()
    pairs = adapter([torch.empty(1, 257, VIT_L, dtype=torch.float16, device="meta")] * 7)
    assert pairs.tokens == 256 and round(pairs.nbytes / 1e6, 1) == 12.8

"""Regions divide the picture: what is silent takes no share, and each region may read a text of its own."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from animeadapter.adapter import AdapterError, AttachedAdapter, IPAdapter, ReferenceInput, RegionText, shared
from animeadapter.adapter.processors import ImageBranchProcessor

SIZE = (6, 10)
"""Of the latents."""


def everywhere() -> Tensor:
    return torch.ones(48, 80).double()


def left_half() -> Tensor:
    left = torch.zeros(48, 80).double()
    left[:, :40] = 1
    return left


def draw(network: Any, references: list[ReferenceInput], **options: Any) -> Tensor:
    with network.attached() as attached:
        attached.set_references(references, guided=False, latent_size=SIZE, **options)
        return network.draw()


def other_text(seed: int = 8) -> Tensor:
    return torch.randn(1, 5, 12, generator=torch.Generator().manual_seed(seed)).double()


def reading(network: Any, *texts: RegionText, guided: bool = False) -> Tensor:
    with AttachedAdapter(network.unet, texts=True) as attached:
        attached.set_texts(texts, guided=guided, latent_size=SIZE)
        return network.draw()


def with_text(network: Any, text: Tensor) -> Tensor:
    """The bare U-Net under another text."""
    before, network.text = network.text, text.expand(2, -1, -1)
    try:
        return network.draw()
    finally:
        network.text = before


# -- shares ----------------------------------------------------------------------------------------------------------


def test_equal_weights_share_equally_and_a_lone_heavy_region_is_no_more_than_whole() -> None:
    one, other, lone = shared([everywhere() * 2, everywhere() * 2])[0], shared([everywhere()] * 2)[1], everywhere() * 3
    assert (one == 0.5).all() and (other == 0.5).all() and (shared([lone])[0] == 1).all()
    faint = shared([everywhere() * 0.25, everywhere() * 0.25])
    assert (faint[0] == 0.25).all(), "nothing is normalised where the sum is not above 1"
    three = shared([everywhere(), everywhere() * 3])
    assert (three[0] == 0.25).all() and (three[1] == 0.75).all()


@pytest.mark.parametrize("silent", ["scale", "mask"])
def test_a_silent_reference_takes_no_share_of_a_region(network: Any, silent: str) -> None:
    speaking = ReferenceInput(network.pairs[0], network.mask, regions=(everywhere(),))
    options: dict[str, Any] = {"scale": 0.0} if silent == "scale" else {"mask": torch.zeros(1, 16)}
    mute = ReferenceInput(network.pairs[1], regions=(everywhere(),), **options)
    assert torch.equal(draw(network, [speaking, mute]), draw(network, [speaking]))


def test_a_reference_that_is_silent_in_one_block_shares_in_the_others_alone(network: Any) -> None:
    speaking = ReferenceInput(network.pairs[0], regions=(everywhere(),))
    half_mute = ReferenceInput(network.pairs[1], regions=(everywhere(),), block_scales={"up": 0.0})
    with network.attached() as attached:
        attached.set_references([speaking, half_mute], guided=False, latent_size=SIZE)
        network.assert_is(
            lambda name: (
                [network.terms(name, 0)]
                if name.startswith("up")
                else [network.terms(name, 0, scale=0.5), network.terms(name, 1, scale=0.5)]
            )
        )


def test_references_of_the_same_region_speak_in_it_together(network: Any) -> None:
    region = everywhere()
    together = [ReferenceInput(pairs, regions=(region,)) for pairs in network.pairs]
    apart = [ReferenceInput(pairs, regions=(everywhere(),)) for pairs in network.pairs]
    free = [ReferenceInput(pairs) for pairs in network.pairs]
    torch.testing.assert_close(draw(network, together), draw(network, free))
    assert (draw(network, together) - draw(network, apart)).abs().max() > 1e-3


def test_a_reference_of_two_regions_speaks_in_both(network: Any) -> None:
    left = left_half()
    both = ReferenceInput(network.pairs[0], regions=(left, 1 - left))
    torch.testing.assert_close(draw(network, [both]), draw(network, [ReferenceInput(network.pairs[0])]))


def test_a_baselines_empty_picture_keeps_to_the_region_too(network: Any) -> None:
    left = left_half()
    reference = ReferenceInput(network.pairs[0], regions=(left,), unconditional=network.pairs[1])
    name = network.layers[0].name
    with network.attached() as attached:
        bare = network.calls()[name].out
        attached.set_references([reference], guided=True, latent_size=SIZE)
        found = network.calls()[name].out
    columns = torch.arange(60) % 10 >= 5
    assert torch.equal(found[:, columns], bare[:, columns])
    assert (found[:, ~columns] != bare[:, ~columns]).any(-1).all()


# -- texts -----------------------------------------------------------------------------------------------------------


def test_without_texts_the_unet_draws_bit_for_bit_as_before(network: Any) -> None:
    bare, processors = network.draw(), dict(network.unet.attn_processors)
    with AttachedAdapter(network.unet, texts=True) as attached:
        assert torch.equal(network.draw(), bare)
        attached.set_texts([RegionText(other_text(), everywhere())], guided=False, latent_size=SIZE)
        assert not torch.equal(network.draw(), bare)
        attached.set_texts([], guided=False, latent_size=SIZE)
        assert torch.equal(network.draw(), bare)
        attached.set_texts([RegionText(other_text(), everywhere())], guided=False, latent_size=SIZE)
        attached.clear()
        assert torch.equal(network.draw(), bare)
    now = network.unet.attn_processors
    assert all(now[name] is processor for name, processor in processors.items()) and torch.equal(network.draw(), bare)


def test_a_text_over_the_whole_picture_takes_the_global_ones_place(network: Any) -> None:
    text = other_text()
    assert torch.equal(reading(network, RegionText(text, everywhere())), with_text(network, text))


def test_a_share_of_the_global_text_remains_inside_and_all_of_it_outside(network: Any) -> None:
    text, left, name = other_text(), left_half(), network.layers[0].name
    with AttachedAdapter(network.unet, texts=True) as attached:
        attached.set_texts([RegionText(text, left, global_share=0.25)], guided=False, latent_size=SIZE)
        call = network.calls()[name]
    own = call.by_hand()
    swapped = type(call)(call.module, call.states, text.expand(2, -1, -1), call.out).by_hand()
    inside = torch.arange(60) % 10 < 5
    torch.testing.assert_close(call.out[:, ~inside], own[:, ~inside], atol=1e-10, rtol=0)
    mixed = 0.25 * own + 0.75 * swapped
    torch.testing.assert_close(call.out[:, inside], mixed[:, inside], atol=1e-10, rtol=0)


def test_texts_share_where_their_regions_overlap(network: Any) -> None:
    one, other = other_text(1), other_text(2)
    name = network.layers[0].name
    with AttachedAdapter(network.unet, texts=True) as attached:
        texts = [RegionText(one, everywhere()), RegionText(other, everywhere())]
        attached.set_texts(texts, guided=False, latent_size=SIZE)
        call = network.calls()[name]
    halves = [type(call)(call.module, call.states, t.expand(2, -1, -1), call.out).by_hand() / 2 for t in (one, other)]
    torch.testing.assert_close(call.out, sum(halves), atol=1e-10, rtol=0)


def test_under_guidance_the_unconditional_half_reads_its_own_text(network: Any) -> None:
    bare, found = network.draw(), reading(network, RegionText(other_text(), everywhere()), guided=True)
    assert torch.equal(found[:1], bare[:1])
    torch.testing.assert_close(found[1:], with_text(network, other_text())[1:])


def test_texts_and_references_go_together(network: Any) -> None:
    text = other_text()
    with AttachedAdapter(network.unet, network.layers, texts=True) as attached:
        attached.set_references([ReferenceInput(network.pairs[0], network.mask)], guided=False)
        attached.set_texts([RegionText(text, everywhere())], guided=False, latent_size=SIZE)
        found = network.draw()
    network.text = text.expand(2, -1, -1)
    torch.testing.assert_close(found, draw(network, [ReferenceInput(network.pairs[0], network.mask)]))


def test_texts_reach_layers_that_the_adapter_does_not_feed(network: Any) -> None:
    first = network.layers[:1]
    with AttachedAdapter(network.unet, first, texts=True) as attached:
        ours = {n for n, p in network.unet.attn_processors.items() if isinstance(p, ImageBranchProcessor)}
        assert len(ours) == len(network.layers) > 1
        attached.set_texts([RegionText(other_text(), everywhere())], guided=False, latent_size=SIZE)
        assert torch.equal(network.draw(), with_text_later(network, attached))
    with AttachedAdapter(network.unet, first) as plain, pytest.raises(AdapterError, match="attached without them"):
        plain.set_texts([RegionText(other_text(), everywhere())], guided=False, latent_size=SIZE)


def with_text_later(network: Any, attached: AttachedAdapter) -> Tensor:
    attached.clear()
    return with_text(network, other_text())


def test_training_reads_no_texts_of_regions(network: Any) -> None:
    with AttachedAdapter(network.unet, network.layers, texts=True) as attached, torch.no_grad():
        attached.set_texts([RegionText(other_text(), everywhere())], guided=False, latent_size=SIZE)
        attached.set_training(network.pairs[0], network.mask)
        kept = network.mask[0] > 0
        network.assert_is(lambda name: [network.terms(name, kept=kept)])


def test_ip_adapter_draws_in_regions_under_texts_of_their_own(network: Any) -> None:
    baseline = IPAdapter.for_unet(network.unet, "plain", vision_width=10).double().eval()
    with torch.no_grad():
        pairs = baseline(torch.randn(1, 10).double())
    reference = ReferenceInput(
        pairs, regions=(left_half(),), unconditional=baseline.unconditional(torch.zeros(1, 10).double())
    )
    with AttachedAdapter(network.unet, baseline.config.layers, texts=True) as attached:
        attached.set_references([reference], guided=True, latent_size=SIZE)
        plain = network.draw()
        attached.set_texts([RegionText(other_text(), left_half())], guided=True, latent_size=SIZE)
        found = network.draw()
    assert torch.equal(found[:1], plain[:1]) and not torch.equal(found[1:], plain[1:])

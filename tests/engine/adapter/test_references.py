"""What references add to each cross-attention layer: eq. 4, written out by hand for every layer of a small U-Net."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor

from animeadapter.adapter import AdapterError, KeysValues, ReferenceInput
from animeadapter.adapter import processors as processors_module

ALL = slice(None)


def draw_with(network: Any, *references: ReferenceInput, guided: bool = False, **options: Any) -> Tensor:
    with network.attached() as attached:
        attached.set_references(references, guided=guided, **options)
        return network.draw()


def assert_adds(
    network: Any, references: list[ReferenceInput], terms: Any, rows: slice = ALL, guided: bool = False, **options: Any
) -> None:
    with network.attached() as attached:
        attached.set_references(references, guided=guided, **options)
        network.assert_is(terms, rows)


def test_without_references_the_unet_draws_bit_for_bit_as_before(network: Any) -> None:
    bare = network.draw()
    with network.attached() as attached:
        assert torch.equal(network.draw(), bare)
        attached.set_references([ReferenceInput(network.pairs[0])], guided=False)
        assert not torch.equal(network.draw(), bare)
        attached.set_references([], guided=True)
        assert torch.equal(network.draw(), bare)
        attached.set_references([ReferenceInput(network.pairs[0])], guided=False)
        attached.clear()
        assert torch.equal(network.draw(), bare)


def test_a_reference_adds_its_masked_attention_in_every_layer(network: Any) -> None:
    reference = ReferenceInput(network.pairs[0], network.mask)
    assert_adds(network, [reference], lambda name: [network.terms(name, after=network.mask)])


def test_without_a_mask_all_tokens_speak(network: Any) -> None:
    assert_adds(network, [ReferenceInput(network.pairs[0])], lambda name: [network.terms(name)])
    everything = draw_with(network, ReferenceInput(network.pairs[0], torch.ones(1, 16).double()))
    torch.testing.assert_close(draw_with(network, ReferenceInput(network.pairs[0])), everything)


def test_two_references_are_two_softmaxes_and_not_one_over_both(network: Any) -> None:
    first, second = network.pairs
    references = [ReferenceInput(first, network.mask), ReferenceInput(second, 1 - network.mask, scale=0.5)]
    assert_adds(
        network,
        references,
        lambda name: [
            network.terms(name, 0, after=network.mask),
            network.terms(name, 1, after=1 - network.mask, scale=0.5),
        ],
    )
    both = KeysValues(
        {name: torch.cat([first.keys[name], second.keys[name]], dim=1) for name in first.keys},
        {name: torch.cat([first.values[name], second.values[name]], dim=1) for name in first.keys},
    )
    separate = draw_with(network, ReferenceInput(first), ReferenceInput(second))
    joint = draw_with(network, ReferenceInput(both))
    assert (separate - joint).abs().max() > 0.01 * separate.abs().max()


def test_a_soft_mask_weighs_tokens(network: Any) -> None:
    soft = torch.linspace(0, 1, 16).double()[None]
    reference = ReferenceInput(network.pairs[0], soft, scale=0.7)
    assert_adds(network, [reference], lambda name: [network.terms(name, after=soft, scale=0.7)])


def test_scales_are_per_reference_and_per_block_and_a_layers_name_goes_first(network: Any) -> None:
    special = network.layers[3].name
    first = ReferenceInput(network.pairs[0], scale=0.5, block_scales={"up": 0.2, "down": 0.0, special: 3.0})
    second = ReferenceInput(network.pairs[1], scale=-1.0, block_scales={"mid": 0.25})

    def terms(name: str) -> list[Any]:
        own = 3.0 if name == special else {"up": 0.2, "do": 0.0, "mi": 1.0}[name[:2]]
        return [network.terms(name, 0, scale=0.5 * own),
                network.terms(name, 1, scale=-0.25 if name.startswith("mid") else -1.0)]  # fmt: skip

    assert special.startswith("up")
    assert_adds(network, [first, second], terms)


@pytest.mark.parametrize("mask", [None, torch.ones(1, 16)])
def test_scale_0_adds_exactly_nothing(network: Any, mask: Tensor | None) -> None:
    assert torch.equal(draw_with(network, ReferenceInput(network.pairs[0], mask, scale=0.0)), network.draw())


@pytest.mark.parametrize("beta", [1.0, 0.4, 0.0])
def test_a_mask_that_chooses_nothing_adds_exactly_nothing(network: Any, beta: float) -> None:
    reference = ReferenceInput(network.pairs[0], torch.zeros(1, 16))
    assert torch.equal(draw_with(network, reference, beta=beta), network.draw())


def test_no_picture_adds_exactly_nothing(network: Any) -> None:
    pairs = network.adapter(network.states(), torch.tensor([False]))
    assert torch.equal(draw_with(network, ReferenceInput(pairs)), network.draw())


def test_beta_0_leaves_the_masked_keys_out(network: Any) -> None:
    kept = network.mask[0] > 0
    reference = ReferenceInput(network.pairs[0], network.mask)
    assert_adds(network, [reference], lambda name: [network.terms(name, kept=kept)], beta=0.0)


def test_keys_and_values_in_half_precision_serve_a_network_in_another(network: Any) -> None:
    half = network.pairs[0].mapped(lambda t: t.half())
    network.pairs[0] = half.mapped(lambda t: t.double())
    assert_adds(network, [ReferenceInput(half)], lambda name: [network.terms(name)])


def test_a_reference_of_batch_b_serves_one_take_each(network: Any) -> None:
    first, second = network.pairs
    both = KeysValues(
        {name: torch.cat([first.keys[name], second.keys[name]]) for name in first.keys},
        {name: torch.cat([first.values[name], second.values[name]]) for name in first.keys},
    )
    mask = torch.cat([network.mask, 1 - network.mask])
    together = draw_with(network, ReferenceInput(both, mask))
    for row, pairs in enumerate(network.pairs):
        alone = draw_with(network, ReferenceInput(pairs, mask[row : row + 1]))
        torch.testing.assert_close(together[row], alone[row])


def test_under_guidance_only_the_conditional_half_sees_the_reference(
    network: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    whole = processors_module.inference_attention

    def watched(query: Tensor, *rest: Any) -> Tensor:
        seen.append(query.shape[0])
        return whole(query, *rest)

    monkeypatch.setattr(processors_module, "inference_attention", watched)
    reference = ReferenceInput(network.pairs[0], network.mask)
    guided = draw_with(network, reference, guided=True)
    # Not computed and thrown away, but skipped: every layer hands on one row of two.
    assert seen == [1] * len(network.layers)
    assert torch.equal(guided[:1], network.draw()[:1])
    torch.testing.assert_close(guided[1:], draw_with(network, reference)[1:])
    assert_adds(
        network, [reference], lambda name: [network.terms(name, after=network.mask)], rows=slice(1, 2), guided=True
    )


def test_without_guidance_every_row_sees_the_reference(network: Any) -> None:
    bare, found = network.draw(), draw_with(network, ReferenceInput(network.pairs[0]))
    assert all((found[row] != bare[row]).any() for row in range(2))


def test_a_baselines_empty_picture_speaks_to_the_unconditional_half(network: Any) -> None:
    reference = ReferenceInput(network.pairs[0], scale=0.6, unconditional=network.pairs[1])
    assert_adds(network, [reference], lambda name: [network.terms(name, 1, scale=0.6)], slice(0, 1), guided=True)
    assert_adds(network, [reference], lambda name: [network.terms(name, 0, scale=0.6)], slice(1, 2), guided=True)
    assert_adds(network, [reference], lambda name: [network.terms(name, 0, scale=0.6)])


# -- regions ---------------------------------------------------------------------------------------------------------


def pooled(region: Tensor, queries: int) -> Tensor:
    """Return a region over 48 x 80 pixels on the grid of a layer with so many queries: the mean over each cell."""
    height, width = {60: (6, 10), 15: (3, 5)}[queries]
    return region.reshape(height, 48 // height, width, 80 // width).mean((1, 3)).flatten()


def queries(network: Any, name: str) -> int:
    outermost = ("down_blocks.0", "up_blocks.1")
    return 60 if name.startswith(outermost) else 15


def halves() -> tuple[Tensor, Tensor]:
    """The left part of the picture and the right, whose border lies inside a cell of the coarse grid."""
    left = torch.zeros(48, 80).double()
    left[:, :40] = 1
    return left, 1 - left


def test_each_reference_speaks_in_its_region_alone(network: Any) -> None:
    left, right = halves()
    references = [
        ReferenceInput(network.pairs[0], network.mask, regions=(left,)),
        ReferenceInput(network.pairs[1], scale=0.5, regions=(right,)),
    ]
    assert_adds(
        network,
        references,
        lambda name: [
            network.terms(name, 0, after=network.mask, region=pooled(left, queries(network, name))),
            network.terms(name, 1, scale=0.5, region=pooled(right, queries(network, name))),
        ],
        latent_size=(6, 10),
    )


def test_queries_in_no_region_get_the_text_alone(network: Any) -> None:
    top = torch.zeros(48, 80).double()
    top[:16] = 1
    first = network.layers[0].name
    bare = network.calls()[first].out
    with network.attached() as attached:
        attached.set_references([ReferenceInput(network.pairs[0], regions=(top,))], guided=False, latent_size=(6, 10))
        found = network.calls()[first].out
    assert torch.equal(found[:, 20:], bare[:, 20:])
    assert (found[:, :20] != bare[:, :20]).any(-1).all()


def test_where_regions_overlap_they_share_by_weight(network: Any) -> None:
    everywhere, faint = torch.ones(48, 80).double(), torch.full((48, 80), 1 / 3).double()
    references = [
        ReferenceInput(network.pairs[0], regions=(everywhere,)),
        ReferenceInput(network.pairs[1], regions=(faint,)),
        ReferenceInput(network.pairs[1], network.mask, scale=0.5),
    ]
    assert_adds(
        network,
        references,
        lambda name: [
            network.terms(name, 0, scale=0.75),
            network.terms(name, 1, scale=0.25),
            network.terms(name, 1, after=network.mask, scale=0.5),
        ],
        latent_size=(6, 10),
    )


def test_a_single_faint_region_stays_faint(network: Any) -> None:
    faint = torch.full((48, 80), 0.25).double()
    reference = ReferenceInput(network.pairs[0], regions=(faint,))
    assert_adds(network, [reference], lambda name: [network.terms(name, scale=0.25)], latent_size=(6, 10))


def test_a_region_speaks_to_the_conditional_half_alone(network: Any) -> None:
    left, _ = halves()
    reference = ReferenceInput(network.pairs[0], regions=(left,))
    guided = draw_with(network, reference, guided=True, latent_size=(6, 10))
    assert torch.equal(guided[:1], network.draw()[:1])
    torch.testing.assert_close(guided[1:], draw_with(network, reference, latent_size=(6, 10))[1:])


# -- training --------------------------------------------------------------------------------------------------------


def test_training_leaves_each_samples_masked_keys_out(network: Any) -> None:
    pairs = network.adapter(network.states(batch=2))
    masks = torch.cat([network.mask, 1 - network.mask])
    with network.attached() as attached, torch.no_grad():
        attached.set_training(pairs, masks)
        for row in range(2):
            network.pairs[0] = pairs.mapped(lambda t, row=row: t[row : row + 1])
            kept = masks[row] > 0
            network.assert_is(lambda name, kept=kept: [network.terms(name, kept=kept)], slice(row, row + 1))


def test_in_training_a_sample_without_foreground_or_picture_is_drawn_as_without_an_adapter(network: Any) -> None:
    bare, states = network.draw(), network.states(batch=2)
    nothing = torch.cat([network.mask, torch.zeros_like(network.mask)])
    with network.attached() as attached:
        attached.set_training(network.adapter(states), nothing)
        masked = network.draw()
        attached.set_training(network.adapter(states, torch.tensor([True, False])), network.mask.expand(2, -1))
        absent = network.draw()
    for found in (masked, absent):
        assert torch.equal(found[1], bare[1]) and (found[0] != bare[0]).any()


def test_training_and_drawing_follow_one_another(network: Any) -> None:
    reference = ReferenceInput(network.pairs[0], network.mask)
    # A β between both equations: neither of them may be left over from the other kind of call.
    expected = draw_with(network, reference, guided=True, beta=0.3)
    with network.attached() as attached:
        attached.set_references([reference], guided=True, beta=0.3)
        attached.set_training(network.pairs[0], network.mask)
        kept = network.mask[0] > 0
        network.assert_is(lambda name: [network.terms(name, kept=kept)])
        attached.set_references([reference], guided=True, beta=0.3)
        assert torch.equal(network.draw(), expected)


# -- what is refused -------------------------------------------------------------------------------------------------


def refused(network: Any, reference: ReferenceInput, words: str, **options: Any) -> None:
    with network.attached() as attached, pytest.raises(AdapterError, match=words):
        attached.set_references([reference], guided=False, **options)


def test_a_reference_that_does_not_fit_is_refused(network: Any) -> None:
    pairs, last = network.pairs[0], network.layers[-1].name
    refused(network, ReferenceInput(pairs, torch.ones(1, 15)), "15 tokens, the reference 16")
    fewer = KeysValues(*({n: t for n, t in found.items() if n != last} for found in (pairs.keys, pairs.values)))
    refused(network, ReferenceInput(fewer), f"no keys for {last}")
    refused(network, ReferenceInput(pairs, block_scales={"middle": 1.0}), "“middle”; blocks are down, up, mid")
    refused(network, ReferenceInput(pairs, regions=(torch.ones(48, 80),)), "without the latents' size")


def test_regions_of_several_sizes_are_refused(network: Any) -> None:
    references = [ReferenceInput(network.pairs[0], regions=(torch.ones(*size),)) for size in ((48, 80), (6, 10))]
    with network.attached() as attached, pytest.raises(AdapterError, match="regions: all must have the picture's size"):
        attached.set_references(references, guided=False, latent_size=(6, 10))

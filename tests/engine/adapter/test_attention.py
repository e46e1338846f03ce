"""Masks as pure functions: eq. 5 leaves keys out, eq. 6 zeroes rows of V, β spans both, and nothing chosen adds 0."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.adapter import attention
from animeadapter.adapter.attention import (
    attend,
    background_bias,
    gate,
    inference_attention,
    join_heads,
    split_heads,
    training_attention,
)
from animeadapter.adapter.headwise import HeadByHead

BATCH, HEADS, QUERIES, TOKENS, WIDTH = 3, 2, 11, 64, 8


@pytest.fixture
def qkv() -> tuple[Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    return tuple(torch.randn(BATCH, HEADS, count, WIDTH) for count in (QUERIES, TOKENS, TOKENS))


@pytest.fixture
def mask() -> Tensor:
    torch.manual_seed(2)
    return (torch.rand(BATCH, TOKENS) > 0.6).float()


def shares(query: Tensor, key: Tensor) -> Tensor:
    """The softmax in double precision, (B, h, M, N)."""
    return (query.double() @ key.double().transpose(2, 3) / math.sqrt(WIDTH)).softmax(-1)


def left_out(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Eq. 5 as it is meant: the masked keys are not there at all."""
    each = [shares(q[None], k[None, :, m])[0] @ v[:, m].double() for q, k, v, m in zip(query, key, value, mask > 0)]
    return torch.stack(each)


def after_softmax(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """Eq. 6 as written: all keys share, the masked ones' shares are dropped, nothing is renormalised."""
    return (shares(query, key) * mask.double()[:, None, None]) @ value.double()


def gated(value: Tensor, mask: Tensor, scale: float = 1.0) -> Tensor:
    return split_heads(gate(join_heads(value), mask, scale), HEADS)


def near(found: Tensor, expected: Tensor, tolerance: float = 1e-6) -> bool:
    return bool((found.double() - expected.double()).abs().max() <= tolerance)


def test_eq_5_equals_leaving_the_masked_keys_out(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    found = training_attention(*qkv, mask)
    assert found.dtype == torch.float32 and near(found, left_out(*qkv, mask))
    assert not near(found, after_softmax(*qkv, mask), 0.05)


def test_eq_5_cannot_see_what_is_masked(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    background = (mask == 0)[:, None, :, None]
    other = torch.where(background, 1e4, value)
    assert torch.equal(training_attention(query, key, other, mask), training_attention(query, key, value, mask))


def test_eq_5_without_a_mask_reads_every_key(qkv: tuple[Tensor, ...]) -> None:
    assert near(training_attention(*qkv), shares(*qkv[:2]) @ qkv[2].double())
    assert torch.equal(training_attention(*qkv), training_attention(*qkv, torch.ones(BATCH, TOKENS)))


def test_eq_6_equals_masking_after_the_softmax_and_is_not_renormalised(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    found = inference_attention(query, key, gated(value, mask))
    assert near(found, after_softmax(query, key, value, mask))
    assert not near(found, left_out(query, key, value, mask), 0.05)


def test_eq_6_is_eq_5_times_the_querys_attention_on_the_foreground(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    on_foreground = (shares(query, key) * mask[:, None, None]).sum(-1, keepdim=True)
    assert near(inference_attention(query, key, gated(value, mask)), on_foreground * left_out(query, key, value, mask))


def test_soft_masks_and_scales_fold_into_the_values(qkv: tuple[Tensor, ...]) -> None:
    query, key, value = qkv
    soft = torch.rand(BATCH, TOKENS)
    found = inference_attention(query, key, gated(value, soft, 0.6))
    assert near(found, 0.6 * after_softmax(query, key, value, soft))


def test_one_mask_serves_a_whole_batch(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    one = mask[:1]
    assert near(inference_attention(query, key, gated(value, one)), after_softmax(*qkv, one.expand(BATCH, -1)))
    bias = background_bias(one, 0.0)
    assert near(inference_attention(query, key, gated(value, one), bias), left_out(*qkv, one.expand(BATCH, -1)))
    assert near(training_attention(query, key, value, one), left_out(*qkv, one.expand(BATCH, -1)))


def test_beta_1_is_eq_6_and_needs_no_bias(mask: Tensor) -> None:
    assert background_bias(mask, 1.0) is None


def test_beta_towards_0_becomes_eq_5(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    five = left_out(query, key, value, mask)
    errors = [
        (inference_attention(query, key, gated(value, mask), background_bias(mask, beta)) - five).abs().max().item()
        for beta in (1.0, 0.1, 1e-3, 1e-9, 0.0)
    ]
    assert errors == sorted(errors, reverse=True) and errors[0] > 0.05
    assert errors[-1] <= 1e-6 and errors[-2] <= 1e-6


def test_beta_weighs_background_keys_in_the_softmax_and_nothing_else(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    query, key, value = qkv
    beta = 0.3
    weights = (query.double() @ key.double().transpose(2, 3) / math.sqrt(WIDTH)).exp()
    weights *= torch.where(mask > 0, 1.0, beta).double()[:, None, None]
    expected = (weights / weights.sum(-1, keepdim=True) * mask.double()[:, None, None]) @ value.double()
    assert near(inference_attention(query, key, gated(value, mask), background_bias(mask, beta)), expected)


def test_with_beta_a_faint_token_still_is_foreground() -> None:
    bias = background_bias(torch.tensor([[0.0, 0.01, 1.0]]), 0.5)
    assert bias.flatten().tolist() == pytest.approx([math.log(0.5), 0.0, 0.0])


def test_all_tokens_masked_adds_exactly_0_in_training(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    empty = mask.clone()
    empty[1] = 0
    found = training_attention(*qkv, empty)
    assert not found[1].any() and torch.isfinite(found).all()
    assert near(found[[0, 2]], left_out(*(t[[0, 2]] for t in qkv), mask[[0, 2]]))


def test_all_tokens_masked_sends_gradients_of_exactly_0(qkv: tuple[Tensor, ...], mask: Tensor) -> None:
    leaves = [t.requires_grad_() for t in qkv]
    empty = mask.clone()
    empty[1] = 0
    training_attention(*leaves, empty).square().sum().backward()
    for leaf in leaves:
        assert torch.isfinite(leaf.grad).all() and not leaf.grad[1].any() and leaf.grad[0].any()


def test_a_mask_without_foreground_biases_nothing_since_a_softmax_over_nothing_is_nan() -> None:
    bias = background_bias(torch.tensor([[0.0, 0.0], [0.0, 1.0]]), 0.0)
    assert bias.tolist() == [[[[0.0, 0.0]]], [[[-math.inf, 0.0]]]]


@pytest.mark.parametrize("beta", [1.0, 0.5, 0.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_all_tokens_masked_adds_exactly_0_at_inference(
    qkv: tuple[Tensor, ...], mask: Tensor, beta: float, dtype: torch.dtype
) -> None:
    query, key, value = (t.to(dtype) for t in qkv)
    empty = mask.clone()
    empty[1] = 0
    found = inference_attention(query, key, gated(value, empty), background_bias(empty, beta))
    assert not found[1].any() and torch.isfinite(found).all() and found[0].any() and found.dtype == dtype


def test_nothing_depends_on_a_kernel_that_forgives_a_softmax_over_nothing(
    qkv: tuple[Tensor, ...], mask: Tensor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unforgiving(query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor) -> Tensor:
        bias = torch.where(attn_mask, 0.0, -math.inf) if attn_mask.dtype == torch.bool else attn_mask
        return (query @ key.transpose(2, 3) / math.sqrt(WIDTH) + bias).softmax(-1) @ value

    empty = mask.clone()
    empty[1] = 0
    query, key, value = qkv
    monkeypatch.setattr(functional, "scaled_dot_product_attention", unforgiving)
    trained = training_attention(query, key, value, empty)
    drawn = inference_attention(query, key, gated(value, empty), background_bias(empty, 0.0))
    for found in (trained, drawn):
        assert torch.isfinite(found).all() and not found[1].any() and found[0].any()


@pytest.mark.parametrize("many", [1, 1 << 30])
@pytest.mark.parametrize("masked", [False, True])
def test_training_on_a_processor_has_the_fused_kernels_values_and_gradients(
    qkv: tuple[Tensor, ...], mask: Tensor, masked: bool, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attention, "MANY_SCORES", many)  # from 1 on, one head after the other
    allowed = (mask > 0)[:, None, None, :] if masked else None
    answers: list[list[Tensor]] = []
    for rule in (attend, functional.scaled_dot_product_attention):
        given = [t.clone().requires_grad_() for t in qkv]
        found = rule(*given, allowed)
        found.square().sum().backward()
        answers.append([found.detach(), *(t.grad for t in given if t.grad is not None)])
    assert all(near(one, other, 1e-5) for one, other in zip(*answers, strict=True))
    with torch.no_grad():
        assert torch.equal(attend(*qkv, allowed), functional.scaled_dot_product_attention(*qkv, allowed))


def test_many_scores_are_taken_one_head_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    heads: list[int] = []
    monkeypatch.setattr(HeadByHead, "apply", lambda query, *_: (heads.append(len(query)), query)[1])
    few, many = (torch.rand(2, 3, count, 8, requires_grad=True) for count in (8, 256))
    attend(few, few, few)
    attend(many, many, many)
    assert heads == [6]


def test_heads_are_split_into_runs_of_the_width_and_joined_again() -> None:
    tokens = torch.arange(2 * 3 * 8).view(2, 3, 8)
    split = split_heads(tokens, 2)
    assert split.shape == (2, 2, 3, 4)
    assert torch.equal(split[1, 1, 2], tokens[1, 2, 4:]) and torch.equal(join_heads(split), tokens)

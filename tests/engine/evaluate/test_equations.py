"""The bench of equations is in order, and it notices when an equation is broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import Tensor

from animeadapter.adapter import attach, processors
from animeadapter.control import t2i
from animeadapter.evaluate import equations
from animeadapter.evaluate.equations import Bench, attention_rows, region_rows, t2i_rows, unet_rows
from animeadapter.evaluate.rows import Row


def missed(rows: list[Row]) -> list[str]:
    return [row.name for row in rows if row.ok is not True]


def test_every_equation_holds() -> None:
    rows = equations.equations()
    assert not missed(rows)
    assert len({row.name for row in rows}) == len(rows) >= 28
    for topic in (
        "eq. 5",
        "eq. 6",
        "β",
        "all tokens masked",
        "two references",
        "guidance",
        "LoRA",
        "regions",
        "T2I-Adapter",
    ):
        assert any(topic in row.name for row in rows), topic


def plain_attention(query: Tensor, key: Tensor, value: Tensor, *_: Any) -> Tensor:
    return torch.nn.functional.scaled_dot_product_attention(query, key, value)


def finite_bias(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """The mistake that leaks the background when nothing is chosen."""
    bias = -1e4 * (mask == 0)[:, None, None].to(query.dtype)
    return torch.nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)


def ungated(value: Tensor, mask: Tensor, scale: float = 1.0) -> Tensor:
    return value * scale


def unbiased(mask: Tensor, beta: float) -> None:
    return None


PURE: list[tuple[str, Callable[..., Any], list[str]]] = [
    ("training_attention", plain_attention, ["eq. 5, bias"]),
    ("training_attention", finite_bias, ["eq. 5, all tokens masked"]),
    ("gate", ungated, ["eq. 6, gated", "eq. 6, all tokens masked"]),
    ("background_bias", unbiased, ["β = 0 is eq. 5"]),
]


@pytest.mark.parametrize("name, mistake, rows", PURE, ids=[f"{name} {mistake.__name__}" for name, mistake, _ in PURE])
def test_a_mistake_in_the_attention_is_noticed(
    monkeypatch: pytest.MonkeyPatch, name: str, mistake: Callable[..., Any], rows: list[str]
) -> None:
    monkeypatch.setattr(equations, name, mistake)
    found = missed(attention_rows())
    assert all(any(start in row for row in found) for start in rows), found


def test_a_mistake_in_the_network_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    with monkeypatch.context() as patch:
        patch.setattr(attach, "gate", ungated)
        assert any("one reference" in row for row in missed(unet_rows(bench)))
    with monkeypatch.context() as patch:
        patch.setattr(
            processors.ImageBranchProcessor, "_sum", lambda self, sources, query: self._one(sources[0], query)
        )
        assert any("two references" in row for row in missed(unet_rows(bench)))
    with monkeypatch.context() as patch:
        patch.setattr(attach.AttachedAdapter, "detach", lambda self: None)
        bench.predict()
        with pytest.raises(attach.AdapterError, match="already has the attention processor"):
            unet_rows(bench)


def test_a_mistake_in_the_regions_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    bench = Bench()
    with monkeypatch.context() as patch:
        patch.setattr(attach, "shared", list)
        assert any("two of equal weight" in row for row in missed(region_rows(bench)))
    with monkeypatch.context() as patch:
        patch.setattr(attach, "_scale", lambda reference, layer: reference.scale or 1e-9)
        assert any("a silent one" in row for row in missed(region_rows(bench)))
    with monkeypatch.context() as patch:
        patch.setattr(processors.ImageBranchProcessor, "_place_texts", lambda self, attn, mixed, query: mixed)
        assert any("a text against" in row for row in missed(region_rows(bench)))
    bare = bench.predict()
    region_rows(bench)
    assert torch.equal(bench.predict(), bare)


def test_a_hook_that_uses_up_its_features_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    def once(self: t2i.AttachedT2I, module: Any, args: tuple, kwargs: dict) -> Any:
        features, self._features = self._features, []
        return (args, kwargs | {t2i.FIELD: [f.repeat(2, 1, 1, 1) for f in features]}) if features else None

    monkeypatch.setattr(t2i.AttachedT2I, "_before", once)
    assert any("a second call" in row for row in missed(t2i_rows(Bench())))


def test_the_bench_leaves_its_unet_as_it_was() -> None:
    bench = Bench()
    before, processors_before = bench.predict(), dict(bench.unet.attn_processors)
    bench.naive(1.0, 0.5)
    unet_rows(bench)
    equations.lora_rows(bench)
    assert torch.equal(bench.predict(), before)
    assert all(bench.unet.attn_processors[name] is p for name, p in processors_before.items())

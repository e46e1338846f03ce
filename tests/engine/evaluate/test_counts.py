"""The weight counts of the method and of its baselines, on networks without weights."""

from __future__ import annotations

import pytest
import torch

from animeadapter.adapter import AnimeAdapter, cross_layers
from animeadapter.evaluate import counts as module
from animeadapter.evaluate.counts import SD15, SDXL, VIT_L, counts, meta_unet, weights

TABLE = {
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 3, full": 21_530_883,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 7, full": 24_679_687,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 11, full": 27_828_491,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 15, full": 30_977_295,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 3, up": 12_683_523,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 7, up": 15_832_327,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 11, up": 18_981_131,
    "AnimeAdapter, SD 1.5, ViT-L/14, K = 15, up": 22_129_935,
    "AnimeAdapter, SD 1.5, K = 7, full, no bias": 24_674_311,
    "AnimeAdapter, SDXL, K = 7, full": 355_481_607,
    "IP-Adapter, SD 1.5, ViT-H/14": 22_319_616,
    "IP-Adapter Plus, SD 1.5, ViT-H/14": 49_087_488,
}
"""Of the method's page; 24,679,687 is the paper's 24.7M."""


def test_every_count_of_the_table_is_hit() -> None:
    rows = counts()
    assert {row.name: row.found for row in rows} == TABLE and len(rows) == len(TABLE)
    assert all(row.ok is True and row.expected == row.found for row in rows)


def test_a_count_that_is_missed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EXPECTED", ((7, "full", 24_679_688),))
    assert [row.ok for row in counts()][:1] == [False]


@pytest.mark.parametrize(
    "config, down, up, mid",
    [(SD15, range(1, 12, 2), range(13, 30, 2), [31]), (SDXL, range(1, 48, 2), range(49, 120, 2), range(121, 140, 2))],
    ids=["SD 1.5", "SDXL"],
)
def test_layers_have_the_numbers_by_which_ip_adapter_files_call_them(
    config: dict, down: range, up: range, mid: list[int] | range
) -> None:
    unet = meta_unet(config)
    layers = cross_layers(unet)
    found = {block: [layer.index for layer in layers if layer.block == block] for block in ("down", "up", "mid")}
    assert found == {"down": list(down), "up": list(up), "mid": list(mid)}
    assert [layer.index for layer in cross_layers(unet, "up")] == list(up)


def test_nothing_is_allocated_and_frozen_weights_do_not_count() -> None:
    adapter = AnimeAdapter.for_unet(meta_unet(SD15), vision_width=VIT_L)
    assert all(weight.device == torch.device("meta") for weight in adapter.parameters())
    adapter.fusion.requires_grad_(False)
    assert weights(adapter) == 24_679_687 - 7 * (768 * 1024 + 768 + 1)

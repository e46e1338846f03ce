"""Noise, weights and latents: the arithmetic under the trainings in latent space."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from animeadapter.packs.load import load_pack
from animeadapter.protocol.parts import Part
from animeadapter.train.cache.latents import encoder_hash, open_latents
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.settings import Pool
from animeadapter.train.tasks.diffusion import Noise, importance, stratified


def test_the_last_step_is_pure_noise_and_its_velocity_is_the_picture_turned_round() -> None:
    latents, noise = torch.randn(2, 4, 8, 8), torch.randn(2, 4, 8, 8)
    noisy, velocity = Noise(5.0).add(latents, noise, torch.tensor([999, 999]))
    assert torch.allclose(noisy, noise, atol=1e-6) and torch.allclose(velocity, -latents, atol=1e-6)


def test_a_picture_follows_from_its_noisy_form_and_the_velocity() -> None:
    rule = Noise(5.0)
    latents, noise, t = torch.randn(3, 4, 8, 8), torch.randn(3, 4, 8, 8), torch.tensor([10, 500, 900])
    noisy, velocity = rule.add(latents, noise, t)
    alpha = rule.scheduler.alphas_cumprod[t].view(-1, 1, 1, 1)
    assert torch.allclose(alpha.sqrt() * noisy - (1 - alpha).sqrt() * velocity, latents, atol=1e-5)


def test_nearly_clean_pictures_count_less_and_noisy_ones_wholly() -> None:
    weights = Noise(5.0).weights(torch.tensor([0, 60, 700, 999]))
    assert weights[0] < weights[1] < 1 and weights[2] == weights[3] == 1
    snr = 1 / (1 - Noise(5.0).scheduler.alphas_cumprod[0]) - 1
    assert weights[0] == pytest.approx(5.0 / (float(snr) + 1), rel=1e-4)


def test_shares_of_the_schedule_cover_it_evenly() -> None:
    times = stratified(8, np.random.default_rng(1))
    assert sorted(int(t * 8) for t in times) == list(range(8))


def test_faces_count_most_and_every_picture_alike() -> None:
    labels = np.zeros((32, 32), np.uint8)
    labels[:16, :16], labels[:8, :8] = int(Part.OUTFIT), int(Part.FACE)
    found = importance(labels, 1.5, 3.0)
    assert found.shape == (4, 4) and found.mean() == pytest.approx(1.0)
    assert found[0, 0] / found[3, 3] == pytest.approx(3.0) and found[1, 1] / found[3, 3] == pytest.approx(1.5)


def test_latents_are_kept_and_are_those_of_the_pictures(
    tiny_pack_master: Path, pool_of: Callable[[Pool], PoolFiles]
) -> None:
    vae = load_pack(tiny_pack_master).part("vae")
    pool = pool_of(Pool(name="few", count=20, seed=3, shard=8))
    told: list[object] = []
    latents = open_latents(pool, vae, lambda p: vae.encode(p).latents, told.append)
    size, numbers = max(pool.by_size.items(), key=lambda item: len(item[1]))
    found = latents.batch(numbers[:2])
    assert found.shape == (2, 4, size[1] // 8, size[0] // 8)
    pixels = torch.from_numpy(np.asarray(pool.picture(int(numbers[1]))).copy()).permute(2, 0, 1)[None] / 127.5 - 1
    with torch.no_grad():
        assert torch.allclose(vae.encode(pixels).latents[0], found[1], atol=2e-3)
    assert len(told) == 3
    open_latents(pool, vae, lambda p: pytest.fail("encoded again"), told.append)


def test_references_have_no_latents(tiny_pack_master: Path, pool_of: Callable[[Pool], PoolFiles]) -> None:
    vae = load_pack(tiny_pack_master).part("vae")
    pool = pool_of(Pool(name="lent", count=12, seed=3, targets=1, references=1))
    latents = open_latents(pool, vae, lambda p: vae.encode(p).latents, lambda event: None)
    for record in pool.records:
        found = latents.batch(np.array([record.number]))
        assert bool(found.isnan().all()) == (record.role == "reference")
        assert bool(found.isfinite().all()) == (record.role == "target")


def test_a_decoder_that_learned_on_keeps_the_latents_valid(tiny_pack_master: Path) -> None:
    vae = load_pack(tiny_pack_master).part("vae")
    before = encoder_hash(vae)
    vae.decoder.layers[0].weight.data.add_(1.0)
    assert encoder_hash(vae) == before
    vae.encoder.layers[0].weight.data.add_(1.0)
    assert encoder_hash(vae) != before

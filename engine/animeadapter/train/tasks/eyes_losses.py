"""What the eyes are taught by: losses of parts, of maps of people, and of answers to clicks."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from animeadapter.protocol.parts import Part
from animeadapter.train.task import Batch, Losses
from animeadapter.vision.eyes_net import Clicks, Seen

CERTAIN = 0.999
"""Height from which a cell of a map of bumps is the place itself."""


def part_losses(logits: Tensor, parts: Tensor, edge_weight: float) -> Losses:
    """Return cross-entropy (heavier at edges) and Dice of the foreground, and cross-entropy of the parts.

    logits (B, 1 + parts, h, w): the foreground, then one per part; parts (B, h, w).
    """
    truth = (parts != Part.BACKGROUND).float()[:, None]
    near = functional.max_pool2d(truth, 5, 1, 2) + functional.max_pool2d(-truth, 5, 1, 2)
    entropy = functional.binary_cross_entropy_with_logits(logits[:, :1], truth, 1.0 + edge_weight * near)
    return {
        "foreground": entropy,
        "dice": dice(logits[:, :1], truth).mean(),
        "parts": functional.cross_entropy(logits[:, 1:], parts),
    }


def dice(logits: Tensor, truth: Tensor) -> Tensor:
    """Return 1 − Dice of each map of the last two dimensions."""
    chance = logits.sigmoid()
    both = (chance * truth).sum((-2, -1))
    return 1.0 - (2 * both + 1) / (chance.sum((-2, -1)) + truth.sum((-2, -1)) + 1)


def people_losses(seen: Seen, batch: Batch) -> Losses:
    """Return the losses of the maps of people, of `eyes_targets.people_maps`."""
    near = batch["near"]
    count = near.sum().clamp_min(1.0)
    there = batch["has"].repeat_interleave(2, 1) * near
    limbs = functional.smooth_l1_loss(seen.limbs.float(), batch["limbs"], reduction="none", beta=0.1)
    has = functional.binary_cross_entropy_with_logits(seen.has.float(), batch["has"], reduction="none")
    own = (seen.own.float() - batch["own"]).abs() * batch["owned"]
    return {
        "joints": places_loss(seen.joints.float(), batch["joints"]),
        "centres": places_loss(seen.centres.float(), batch["centres"]),
        "limbs": (limbs * there).sum() / there.sum().clamp_min(1.0),
        "has": (has * near).sum() / (count * has.shape[1]),
        "own": own.sum() / batch["owned"].sum().clamp_min(1.0),
    }


def places_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Return the focal loss of maps of places per place, bumps round places counting less as background (Law and
    Deng 2018, arXiv:1808.01244)."""
    chance = logits.sigmoid()
    at = (truth >= CERTAIN).float()
    hit = -functional.logsigmoid(logits) * (1 - chance).square() * at
    missed = -functional.logsigmoid(-logits) * chance.square() * (1 - truth) ** 4 * (1 - at)
    return (hit + missed).sum() / at.sum().clamp_min(1.0)


def click_losses(clicks: Clicks, embedding: Tensor, batch: Batch) -> Losses:
    """Return losses of a first click, answered thrice, of which the best answer learns, and of a second prompt:
    a box, or one click more where the first answer was wrong.

    embedding (B, C, h, w); batch: masks (B, P, H/2, W/2), points (B, P, 2), boxes (B, P, 4), boxed (B,).
    """
    first: list[Tensor] = []
    then: list[Tensor] = []
    guessed: list[Tensor] = []
    for k in range(len(embedding)):
        truth, points = batch["masks"][k], batch["points"][k][:, None]
        ones = torch.ones(points.shape[:2], device=points.device)
        masks, quality = clicks(embedding[k : k + 1], points, ones, None)
        masks, quality = masks.float(), quality.float()
        costs = mask_cost(masks[:, 1:], truth[:, None])
        best = costs.argmin(1)
        first.append(costs.gather(1, best[:, None]).mean())
        guessed.append(quality_cost(masks[:, 1:], quality[:, 1:], truth))
        again = _second(clicks, embedding[k : k + 1], batch, k, masks[torch.arange(len(best)), 1 + best].detach())
        then.append(mask_cost(again[0][:, :1].float(), truth[:, None]).mean())
    return {
        "click": torch.stack(first).mean(),
        "clicks": torch.stack(then).mean(),
        "quality": torch.stack(guessed).mean(),
    }


def _second(clicks: Clicks, embedding: Tensor, batch: Batch, k: int, answer: Tensor) -> tuple[Tensor, Tensor]:
    """Answer the second prompt about picture `k`; answer (P, H/2, W/2): logits after the first click."""
    truth, points = batch["masks"][k], batch["points"][k][:, None]
    ones = torch.ones(points.shape[:2], device=points.device)
    if bool(batch["boxed"][k]):
        return _answers(clicks, embedding, points[:, :0], ones[:, :0], batch["boxes"][k])
    wrong = ((answer > 0).float() - truth).abs() + 1e-4
    place = torch.multinomial(wrong.flatten(1), 1)[:, 0]
    width = truth.shape[-1]
    where = torch.stack([place % width, place // width], -1)[:, None].float() * 2 + 1
    wanted = truth.flatten(1).gather(1, place[:, None])
    return _answers(clicks, embedding, torch.cat([points, where], 1), torch.cat([ones, wanted], 1), None)


def _answers(
    clicks: Clicks, embedding: Tensor, points: Tensor, labels: Tensor, boxes: Tensor | None
) -> tuple[Tensor, Tensor]:
    masks, quality = clicks(embedding, points, labels, boxes)
    return masks, quality


def mask_cost(logits: Tensor, truth: Tensor) -> Tensor:
    """Return cross-entropy plus Dice of each mask of (n, k, h, w) against (n, 1, h, w)."""
    truth = truth.expand_as(logits)
    entropy = functional.binary_cross_entropy_with_logits(logits, truth, reduction="none").mean((-2, -1))
    return 2.0 * entropy + dice(logits, truth)


def quality_cost(logits: Tensor, quality: Tensor, truth: Tensor) -> Tensor:
    """Return the squared error of the guessed IoUs of answers (n, k, h, w)."""
    with torch.no_grad():
        answer, wanted = logits > 0, truth[:, None] > 0.5
        union = (answer | wanted).sum((-2, -1)).clamp_min(1)
        real = (answer & wanted).sum((-2, -1)) / union
    return (quality - real).square().mean()

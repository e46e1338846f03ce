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
    """Return cross-entropy (heavier at edges) and Dice of the foreground, and both of the parts.

    Dice weighs a ribbon as much as a coat, where cross-entropy alone leaves small things to chance.
    logits (B, 1 + parts, h, w): the foreground, then one per part; parts (B, h, w).
    """
    truth = (parts != Part.BACKGROUND).float()[:, None]
    near = functional.max_pool2d(truth, 5, 1, 2) + functional.max_pool2d(-truth, 5, 1, 2)
    entropy = functional.binary_cross_entropy_with_logits(logits[:, :1], truth, 1.0 + edge_weight * near)
    return {
        "foreground": entropy,
        "dice": dice(logits[:, :1], truth).mean(),
        "parts": functional.cross_entropy(logits[:, 1:], parts),
        "shapes": shapes(logits[:, 1:], parts),
    }


def shapes(logits: Tensor, parts: Tensor) -> Tensor:
    """Return 1 − Dice of the parts, the mean over those that each picture shows; logits (B, parts, h, w)."""
    truth = functional.one_hot(parts, logits.shape[1]).permute(0, 3, 1, 2).float()
    chance = logits.float().softmax(1)
    both, sums = (chance * truth).sum((-2, -1)), (chance + truth).sum((-2, -1))
    shown = (truth.sum((-2, -1)) > 0).float()
    return ((1.0 - (2 * both + 1) / (sums + 1)) * shown).sum() / shown.sum().clamp_min(1.0)


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
    prompts = batch["masks"].shape[1]
    pictures = embedding.repeat_interleave(prompts, 0)
    truth, points = batch["masks"].flatten(0, 1), batch["points"].reshape(-1, 1, 2)
    ones = torch.ones(points.shape[:2], device=points.device)
    masks, quality = clicks(pictures, points, ones, None)
    masks, quality = masks.float(), quality.float()
    costs = mask_cost(masks[:, 1:], truth[:, None])
    best = costs.argmin(1)
    answers = masks[torch.arange(len(best)), 1 + best].detach()
    return {
        "click": costs.gather(1, best[:, None]).mean(),
        "clicks": _second(clicks, pictures, batch, answers),
        "quality": quality_cost(masks[:, 1:], quality[:, 1:], truth),
    }


def _second(clicks: Clicks, pictures: Tensor, batch: Batch, answers: Tensor) -> Tensor:
    """Return the loss of the second prompts; pictures (B·P, C, h, w), answers (B·P, H/2, W/2): logits so far."""
    truth, points = batch["masks"].flatten(0, 1), batch["points"].reshape(-1, 1, 2)
    boxed = batch["boxed"].repeat_interleave(batch["masks"].shape[1])
    ones = torch.ones(points.shape[:2], device=points.device)
    wrong = ((answers > 0).float() - truth).abs() + 1e-4
    place = torch.multinomial(wrong.flatten(1), 1)
    width = truth.shape[-1]
    where = torch.stack([place % width, place // width], -1).float() * 2 + 1
    both, wanted = torch.cat([points, where], 1), torch.cat([ones, truth.flatten(1).gather(1, place)], 1)
    boxes = batch["boxes"].flatten(0, 1)
    costs: list[Tensor] = []
    for some, answer in (
        (boxed, lambda m: clicks(pictures[m], points[m][:, :0], ones[m][:, :0], boxes[m])),
        (~boxed, lambda m: clicks(pictures[m], both[m], wanted[m], None)),
    ):
        if bool(some.any()):
            costs.append(mask_cost(answer(some)[0][:, :1].float(), truth[some][:, None]))
    return torch.cat(costs).mean()


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

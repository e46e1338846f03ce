"""What the eyes say of a picture and of its mirror image, brought together: one is sure where the other doubts."""

from __future__ import annotations

import torch
from torch import Tensor

from animeadapter.protocol.pose import FLIP_PAIRS, JOINTS
from animeadapter.vision.eyes_net import Seen

LEAST = 1e-6
"""Chance that is kept from 0 and 1 when it is turned into log odds."""


def mirrored(seen: Seen) -> Seen:
    """Return what was seen in a mirror image as it lies in the picture: left joints are right ones there.

    The embedding stays as it is, for it has no left and right of its own.
    """
    order = list(range(len(JOINTS)))
    for one, other in FLIP_PAIRS:
        order[one], order[other] = other, one
    sign = torch.tensor([-1.0, 1.0], device=seen.own.device).view(1, 2, 1, 1)
    limbs = seen.limbs.unflatten(1, (len(JOINTS), 2))[:, order] * sign[:, None]
    return Seen(
        parts=seen.parts.flip(-1),
        joints=seen.joints[:, order].flip(-1),
        own=(seen.own * sign).flip(-1),
        centres=seen.centres.flip(-1),
        limbs=limbs.flatten(1, 2).flip(-1),
        has=seen.has[:, order].flip(-1),
        embedding=seen.embedding,
    )


def mean(one: Seen, other: Seen) -> Seen:
    """Return the mean of two: chances of joints are averaged as such, everything else as it is.

    A person is there if either says so: peaks that lie a cell apart would both be lost in a mean. What a cell says of
    a person's joints counts as much as the chance that there is the centre of one.
    """
    chance, others = one.centres.float().sigmoid(), other.centres.float().sigmoid()
    share = chance / (chance + others).clamp_min(LEAST)
    return Seen(
        parts=(one.parts + other.parts) / 2,
        joints=_mean_chance(one.joints, other.joints),
        own=(one.own + other.own) / 2,
        centres=torch.maximum(one.centres, other.centres),
        limbs=share * one.limbs + (1 - share) * other.limbs,
        has=share * one.has + (1 - share) * other.has,
        embedding=one.embedding,
    )


def _mean_chance(one: Tensor, other: Tensor) -> Tensor:
    return torch.logit((one.float().sigmoid() + other.float().sigmoid()) / 2, LEAST)

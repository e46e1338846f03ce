"""What the eyes are taught by."""

from __future__ import annotations

import torch

from animeadapter.train.tasks.eyes_losses import shapes


def logits_of(parts: torch.Tensor, count: int = 4) -> torch.Tensor:
    """Return logits that are sure of these parts."""
    return 20.0 * torch.nn.functional.one_hot(parts, count).permute(0, 3, 1, 2).float()


def test_a_ribbon_that_is_overlooked_costs_as_much_as_a_coat_and_absent_parts_nothing() -> None:
    truth = torch.zeros(1, 16, 16, dtype=torch.long)
    truth[0, :12, :12], truth[0, 13:16, 13:16] = 1, 2
    assert shapes(logits_of(truth), truth) < 1e-3
    no_coat, no_ribbon = truth.clone(), truth.clone()
    no_coat[truth == 1], no_ribbon[truth == 2] = 0, 0
    coat, ribbon = (float(shapes(logits_of(found), truth)) for found in (no_coat, no_ribbon))
    assert 0.25 < ribbon < coat < 0.6


def test_the_gradient_draws_towards_what_is_shown() -> None:
    truth = torch.zeros(1, 8, 8, dtype=torch.long)
    truth[0, 2:4, 2:4] = 3
    logits = torch.zeros(1, 4, 8, 8, requires_grad=True)
    shapes(logits, truth).backward()
    assert logits.grad is not None
    assert (logits.grad[0, 3, 2:4, 2:4] < 0).all() and (logits.grad[0, 3, :2] > 0).all()

"""AdamW over named modules, and its state as named tensors."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from animeadapter.train.ema import Modules
from animeadapter.train.errors import TrainError
from animeadapter.train.settings import Optimiser

MOMENTS = ("exp_avg", "exp_avg_sq", "step")


def decays(value: Tensor) -> bool:
    """Return whether weight decay falls on a parameter: on matrices and kernels, not on biases, norms and scales."""
    return value.ndim >= 2


def build(settings: Optimiser, modules: Modules) -> torch.optim.AdamW:
    """Return the optimiser; each group carries the `factor` of its module's rate. Raises `TrainError`."""
    unknown = settings.rates.keys() - modules.keys()
    if unknown:
        raise TrainError(f"optimiser.rates: there is no module {min(unknown)}; there are {', '.join(modules)}")
    groups = []
    for name, module in modules.items():
        weights = [value for value in module.parameters() if value.requires_grad]
        for chosen, decay in ((True, settings.weight_decay), (False, 0.0)):
            members = [value for value in weights if decays(value) is chosen]
            if members:
                groups.append({"params": members, "weight_decay": decay, "factor": settings.rates.get(name, 1.0)})
    return torch.optim.AdamW(groups, lr=1.0, betas=settings.betas, eps=settings.eps, fused=True)


def set_rate(optimiser: torch.optim.AdamW, value: float) -> None:
    """Set the learning rate of the next step."""
    for group in optimiser.param_groups:
        group["lr"] = value * group["factor"]


def step(optimiser: torch.optim.AdamW, modules: Modules, clip: float) -> float:
    """Clip the gradient, take one step, forget the gradient; return the norm before clipping."""
    weights = [value for module in modules.values() for value in module.parameters()]
    norm = nn.utils.clip_grad_norm_(weights, clip)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return float(norm)


def _named(modules: Modules) -> Iterator[tuple[str, Tensor]]:
    for module_name, module in modules.items():
        for name, value in module.named_parameters():
            yield f"{module_name}/{name}", value


def state(optimiser: torch.optim.AdamW, modules: Modules) -> dict[str, Tensor]:
    """Return the moments of every parameter that has some, as `module/parameter/moment`."""
    return {
        f"{name}/{moment}": optimiser.state[value][moment]
        for name, value in _named(modules)
        if value in optimiser.state
        for moment in MOMENTS
    }


def load_state(optimiser: torch.optim.AdamW, modules: Modules, saved: dict[str, Tensor]) -> None:
    """Put saved moments back, laid out in memory as their parameters are; those that had none have none again."""
    optimiser.state.clear()
    for name, value in _named(modules):
        if f"{name}/step" in saved:
            if saved[f"{name}/exp_avg"].shape != value.shape:
                raise TrainError(f"optimiser: {name} has another shape than its moments in the checkpoint")
            moments = {moment: saved[f"{name}/{moment}"] for moment in MOMENTS}
            optimiser.state[value] = {
                moment: given.to(value.device) if moment == "step" else torch.empty_like(value).copy_(given)
                for moment, given in moments.items()
            }

"""AdamW, or AdamW and Muon, over named modules, and their state as named tensors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn

from animeadapter.train.ema import Modules
from animeadapter.train.errors import TrainError
from animeadapter.train.settings import Optimiser

MOMENTS = ("exp_avg", "exp_avg_sq", "step")
MOMENTUM = "momentum_buffer"
THINNEST = 8
"""Matrices with fewer rows or columns (the first and last convolutions of a net) are AdamW's in any case."""


class Descent:
    """The optimisers of one training. Muon knows matrices alone, so it works on flat views of kernels."""

    def __init__(self, adamw: list[dict[str, Any]], muon: list[dict[str, Any]], settings: Optimiser) -> None:
        self.adamw = torch.optim.AdamW(adamw, lr=1.0, betas=settings.betas, eps=settings.eps, fused=True)
        self.views = {value: nn.Parameter(value.data.flatten(1)) for group in muon for value in group["params"]}
        self.muon: torch.optim.Muon | None = None
        if muon:
            groups = [{**group, "params": [self.views[value] for value in group["params"]]} for group in muon]
            self.muon = torch.optim.Muon(
                groups, lr=1.0, momentum=settings.momentum, adjust_lr_fn="match_rms_adamw",
            )  # fmt: skip

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """All groups; a change of their `lr` counts."""
        return self.adamw.param_groups + (self.muon.param_groups if self.muon else [])

    def step(self) -> None:
        """Take one step, and forget the gradient."""
        self.adamw.step()
        self.adamw.zero_grad(set_to_none=True)
        if self.muon is None:
            return
        for value, view in self.views.items():
            view.grad = None if value.grad is None else value.grad.flatten(1)
            value.grad = None
        self.muon.step()
        self.muon.zero_grad(set_to_none=True)

    def moments(self, value: Tensor) -> dict[str, Tensor]:
        """Return what is remembered of a parameter, if anything is."""
        owner, key = self._owner(value)
        found: dict[str, Tensor] = owner.state.get(key, {})
        return {name: found[name] for name in (*MOMENTS, MOMENTUM) if name in found}

    def remember(self, value: Tensor, moments: dict[str, Tensor]) -> None:
        """Put back what was remembered of a parameter."""
        owner, key = self._owner(value)
        owner.state[key] = dict(moments)

    def forget(self) -> None:
        """Begin as if no step had been taken."""
        self.adamw.state.clear()
        if self.muon:
            self.muon.state.clear()

    def _owner(self, value: Tensor) -> tuple[Any, Tensor]:
        """Return who steps a parameter, and under which tensor that one knows it."""
        view = self.views.get(value)
        return (self.adamw, value) if view is None else (self.muon, view)


def decays(value: Tensor) -> bool:
    """Return whether weight decay falls on a parameter: on matrices and kernels, not on biases, norms and scales."""
    return value.ndim >= 2


def build(settings: Optimiser, modules: Modules) -> Descent:
    """Return the optimisers; each group carries the `factor` of its module's rate. Raises `TrainError`."""
    unknown = settings.rates.keys() - modules.keys()
    if unknown:
        raise TrainError(f"optimiser.rates: there is no module {min(unknown)}; there are {', '.join(modules)}")
    adamw: list[dict[str, Any]] = []
    muon: list[dict[str, Any]] = []
    for name, module in modules.items():
        weights = [value for value in module.parameters() if value.requires_grad]
        for group in _groups(weights, settings):
            (muon if group.pop("muon") else adamw).append(group | {"factor": settings.rates.get(name, 1.0)})
    return Descent(adamw, muon, settings)


def _groups(weights: list[nn.Parameter], settings: Optimiser) -> Iterator[dict[str, Any]]:
    """Yield a module's parameters apart: who steps them, and whether they decay."""
    for matrices, decay in ((True, True), (False, True), (False, False)):
        members = [v for v in weights if _is_matrix(v, settings) is matrices and decays(v) is decay]
        if members:
            yield {"params": members, "weight_decay": settings.weight_decay * decay, "muon": matrices}


def _is_matrix(value: Tensor, settings: Optimiser) -> bool:
    return settings.matrices == "muon" and value.ndim >= 2 and min(value.flatten(1).shape) >= THINNEST


def set_rate(optimiser: Descent, value: float) -> None:
    """Set the learning rate of the next step."""
    for group in optimiser.param_groups:
        group["lr"] = value * group["factor"]


def step(optimiser: Descent, modules: Modules, clip: float) -> float:
    """Clip the gradient, take one step, forget the gradient; return the norm before clipping."""
    weights = [value for module in modules.values() for value in module.parameters()]
    norm = nn.utils.clip_grad_norm_(weights, clip)
    optimiser.step()
    return float(norm)


def _named(modules: Modules) -> Iterator[tuple[str, Tensor]]:
    for module_name, module in modules.items():
        for name, value in module.named_parameters():
            yield f"{module_name}/{name}", value


def state(optimiser: Descent, modules: Modules) -> dict[str, Tensor]:
    """Return the moments of every parameter that has some, as `module/parameter/moment`."""
    return {
        f"{name}/{moment}": tensor
        for name, value in _named(modules)
        for moment, tensor in optimiser.moments(value).items()
    }


def load_state(optimiser: Descent, modules: Modules, saved: dict[str, Tensor]) -> None:
    """Put saved moments back, laid out in memory as their parameters are; those that had none have none again."""
    optimiser.forget()
    for name, value in _named(modules):
        found = {moment: saved[f"{name}/{moment}"] for moment in (*MOMENTS, MOMENTUM) if f"{name}/{moment}" in saved}
        if any(given.numel() != value.numel() for moment, given in found.items() if moment != "step"):
            raise TrainError(f"optimiser: {name} has another shape than its moments in the checkpoint")
        if found:
            optimiser.remember(value, {moment: _laid(moment, given, value) for moment, given in found.items()})


def _laid(moment: str, given: Tensor, value: Tensor) -> Tensor:
    if moment == "step":
        return given.to(value.device)
    if moment == MOMENTUM:
        return given.to(value.device).clone()
    return torch.empty_like(value).copy_(given)

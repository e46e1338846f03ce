"""Averaged weights: what is validated and exported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn

Modules = Mapping[str, nn.Module]


class Ema:
    """An exponential average of modules' parameters; buffers are taken as they are.

    The decay of update t is min(decay, (1 + t) / (10 + t)), so that early averages forget the start.
    """

    def __init__(self, modules: Modules, decay: float) -> None:
        self.modules = modules
        self.decay = decay
        self.updates = 0
        self.average: dict[str, Tensor] = {}
        self.restart()

    def restart(self) -> None:
        """Begin again with the weights as they are now."""
        self.updates = 0
        self.average = {name: value.detach().clone() for name, value in self.weights()}

    def weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield name (`module/parameter`) and tensor of every parameter."""
        for module_name, module in self.modules.items():
            for name, value in module.named_parameters():
                yield f"{module_name}/{name}", value

    @torch.no_grad()
    def update(self) -> None:
        """Take one step towards the weights as they are now."""
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        self.updates += 1
        pairs = [(self.average[name], value) for name, value in self.weights() if value.requires_grad]
        torch._foreach_lerp_([a for a, _ in pairs], [v for _, v in pairs], 1.0 - decay)

    @torch.no_grad()
    def store(self) -> None:
        """Put the averages into the modules for good."""
        for name, value in self.weights():
            value.copy_(self.average[name])

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the averages into the modules, in evaluation mode, as long as the block lasts."""
        kept = {name: value.detach().clone() for name, value in self.weights()}
        modes = {name: module.training for name, module in self.modules.items()}
        self.store()
        for module in self.modules.values():
            module.eval()
        try:
            yield
        finally:
            with torch.no_grad():
                for name, value in self.weights():
                    value.copy_(kept[name])
            for name, module in self.modules.items():
                module.train(modes[name])

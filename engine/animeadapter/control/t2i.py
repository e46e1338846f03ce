"""A T2I-Adapter on any stock pipeline: a hook that hands the U-Net a control picture's features at every call."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn

from animeadapter.protocol.errors import EngineError

FIELD = "down_intrablock_additional_residuals"


class ControlError(EngineError):
    """A controller does not fit what is drawn; the message says how."""


class AttachedT2I:
    """Features of a control picture, added inside the U-Net's down blocks while the timestep lies in a span.

    Several may be attached, for poses and for lines: their features add up. The U-Net empties the list that it is
    given, so each call gets a fresh one. Features of batch 1 serve every picture; features of batch B are repeated for
    guidance (unconditional half first, as the pipelines stack them).
    """

    def __init__(self, unet: nn.Module) -> None:
        self._features: list[Tensor] = []
        self._gate: Callable[[float], bool] = lambda timestep: True
        self._handle = unet.register_forward_pre_hook(self._before, with_kwargs=True)

    def set_features(
        self,
        features: list[Tensor],
        *,
        weight: float = 1.0,
        start: float = 0.0,
        end: float = 1.0,
        train_timesteps: int = 1000,
    ) -> None:
        """Add features, (1 or B, C, h, w) each, times `weight`, from `start` to `end` of the denoising (0 … 1)."""
        high, low = train_timesteps * (1 - start), train_timesteps * (1 - end)
        self._gate = lambda timestep: low <= timestep <= high
        self._features = [feature * weight if weight != 1.0 else feature for feature in features] if weight else []

    def clear(self) -> None:
        """Add nothing."""
        self._features = []

    def detach(self) -> None:
        """Take the hook off; doing it twice changes nothing."""
        self._handle.remove()

    def __enter__(self) -> AttachedT2I:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def _before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
        if not self._features:
            return None
        sample = args[0] if args else kwargs["sample"]
        timestep = args[1] if len(args) > 1 else kwargs["timestep"]
        if not self._gate(float(torch.as_tensor(timestep).float().max())):
            return None
        own = [for_batch(feature, sample) for feature in self._features]
        if others := kwargs.get(FIELD):
            own = [one + other for one, other in zip(own, others, strict=True)]
        return args, kwargs | {FIELD: own}


def for_batch(feature: Tensor, sample: Tensor) -> Tensor:
    """Return a feature or a control picture repeated to the batch of a sample, in its dtype."""
    batch = sample.shape[0]
    if batch % feature.shape[0]:
        raise ControlError(f"{feature.shape[0]} control pictures cannot serve a batch of {batch}")
    return feature.repeat(batch // feature.shape[0], 1, 1, 1).to(sample.dtype)

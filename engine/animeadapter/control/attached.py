"""What controllers on a U-Net have in common: a hook before every call, open for a span of the denoising."""

from __future__ import annotations

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Any, Self

import torch
from torch import Tensor, nn

from animeadapter.protocol.errors import EngineError

Given = tuple[tuple[Any, ...], dict[str, Any]]
"""What a U-Net is called with, by position and by name."""
POSITIONAL = ("sample", "timestep", "encoder_hidden_states")


class ControlError(EngineError):
    """A controller does not fit what is drawn; the message says which, and how."""


class Attached(ABC):
    """A hook that adds something to what the U-Net is called with, while the timestep lies in a span."""

    def __init__(self, unet: nn.Module, name: str) -> None:
        """`name` is the controller's, for messages."""
        self.name = name
        self._high, self._low = float("inf"), float("-inf")
        self._handle = unet.register_forward_pre_hook(self._before, with_kwargs=True)

    def acts(self, start: float, end: float, train_timesteps: int) -> None:
        """Act from `start` to `end` of the denoising, 0 … 1, of a schedule of so many timesteps."""
        self._high, self._low = train_timesteps * (1 - start), train_timesteps * (1 - end)

    def detach(self) -> None:
        """Take the hook off; doing it twice changes nothing."""
        self._handle.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    @abstractmethod
    def add(self, given: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return what is added by name; `given` has all that the U-Net is called with, `kwargs` what by name."""

    @abstractmethod
    def has_something(self) -> bool:
        """Return whether there is anything to add."""

    def _before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Given | None:
        if not self.has_something():
            return None
        given = dict(zip(POSITIONAL, args, strict=False)) | kwargs
        if not self._low <= float(torch.as_tensor(given["timestep"]).float().max()) <= self._high:
            return None
        return args, kwargs | self.add(given, kwargs)

    def for_batch(self, one: Tensor, sample: Tensor) -> Tensor:
        """Return features or a control picture repeated to the batch of a sample, in its dtype."""
        batch = sample.shape[0]
        if batch % one.shape[0]:
            raise ControlError(f"{self.name}: {one.shape[0]} control pictures cannot serve a batch of {batch}")
        return one.repeat(batch // one.shape[0], 1, 1, 1).to(sample.dtype)

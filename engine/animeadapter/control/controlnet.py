"""A ControlNet (Zhang et al. 2023, arXiv:2302.05543) on any stock pipeline: a hook that asks it at every call."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

import torch
from torch import Tensor, nn

from animeadapter.control.t2i import for_batch

DOWN, MIDDLE = "down_block_additional_residuals", "mid_block_additional_residual"


class AttachedControlNet:
    """What a ControlNet makes of a control picture, added to the U-Net's skips while the timestep lies in a span.

    It sees each call's noisy latents, timestep and text, so it costs about half a U-Net in every step. Several may be
    attached: what they say adds up.
    """

    def __init__(self, unet: nn.Module, net: nn.Module) -> None:
        self._net = net
        self._picture: Tensor | None = None
        self._weight = 1.0
        self._gate: Callable[[float], bool] = lambda timestep: True
        self._handle = unet.register_forward_pre_hook(self._before, with_kwargs=True)

    def set_picture(
        self,
        picture: Tensor,
        *,
        weight: float = 1.0,
        start: float = 0.0,
        end: float = 1.0,
        train_timesteps: int = 1000,
    ) -> None:
        """Follow a picture, (1 or B, 3, H, W) in 0 … 1, `weight` strongly, from `start` to `end` of the denoising."""
        high, low = train_timesteps * (1 - start), train_timesteps * (1 - end)
        self._gate = lambda timestep: low <= timestep <= high
        self._picture, self._weight = (picture if weight else None), weight

    def detach(self) -> None:
        """Take the hook off; doing it twice changes nothing."""
        self._handle.remove()

    def __enter__(self) -> AttachedControlNet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.detach()

    def _before(self, module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, Any] | None:
        if self._picture is None:
            return None
        given = dict(zip(("sample", "timestep", "encoder_hidden_states"), args, strict=False)) | kwargs
        sample, timestep = given["sample"], given["timestep"]
        if not self._gate(float(torch.as_tensor(timestep).float().max())):
            return None
        down, middle = self._net(
            sample, timestep, given["encoder_hidden_states"], for_batch(self._picture, sample),
            conditioning_scale=self._weight, return_dict=False,
        )  # fmt: skip
        if kwargs.get(DOWN) is not None:
            down = [one + other for one, other in zip(down, kwargs[DOWN], strict=True)]
            middle = middle + kwargs[MIDDLE]
        return args, kwargs | {DOWN: tuple(down), MIDDLE: middle}

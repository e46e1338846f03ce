"""A ControlNet (Zhang et al. 2023, arXiv:2302.05543) on any stock pipeline: a hook that asks it at every call."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from animeadapter.control.attached import Attached, ControlError

DOWN, MIDDLE = "down_block_additional_residuals", "mid_block_additional_residual"
ALIKE = (
    "in_channels",
    "block_out_channels",
    "down_block_types",
    "layers_per_block",
    "cross_attention_dim",
    "addition_embed_type",
)
"""What a ControlNet's config has to share with its U-Net's."""
COLOURS = 3


class AttachedControlNet(Attached):
    """What a ControlNet makes of a control picture, added to the U-Net's skips while the timestep lies in a span.

    It sees each call's noisy latents, timestep and text, so it costs about half a U-Net in every step. Several may be
    attached: what they say adds up.
    """

    def __init__(self, unet: Any, net: Any, name: str = "controlnet") -> None:
        """Raises `ControlError` if the net was made for another kind of U-Net."""
        for field in ALIKE:
            own, wanted = _plain(net.config.get(field)), _plain(unet.config.get(field))
            if own != wanted:
                raise ControlError(
                    f"{name}: the controller was made for another U-Net: its {field} is {own}, the U-Net's {wanted}"
                )
        if net.config.conditioning_channels != COLOURS:
            channels = net.config.conditioning_channels
            raise ControlError(f"{name}: the controller reads pictures of {channels} channels; {COLOURS} are given")
        super().__init__(unet, name)
        self._net = net
        self._picture: Tensor | None = None
        self._weight = 1.0

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
        self.acts(start, end, train_timesteps)
        self._picture, self._weight = (picture if weight else None), weight

    def has_something(self) -> bool:
        return self._picture is not None

    def add(self, given: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        assert self._picture is not None
        sample: Tensor = given["sample"]
        down, middle = self._net(
            sample, given["timestep"], given["encoder_hidden_states"], self.for_batch(self._picture, sample),
            conditioning_scale=self._weight, return_dict=False,
        )  # fmt: skip
        if kwargs.get(DOWN) is not None:
            down = [one + other for one, other in zip(down, kwargs[DOWN], strict=True)]
            middle = middle + kwargs[MIDDLE]
        return {DOWN: tuple(down), MIDDLE: middle}


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value

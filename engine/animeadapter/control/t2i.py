"""A T2I-Adapter on any stock pipeline: a hook that hands the U-Net a control picture's features at every call."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from animeadapter.control.attached import Attached, ControlError

FIELD = "down_intrablock_additional_residuals"


class AttachedT2I(Attached):
    """Features of a control picture, added inside the U-Net's down blocks while the timestep lies in a span.

    Several may be attached, for poses and for lines: their features add up. The U-Net empties the list that it is
    given, so each call gets a fresh one. Features of batch 1 serve every picture; features of batch B are repeated for
    guidance (unconditional half first, as the pipelines stack them).
    """

    def __init__(self, unet: Any, name: str = "t2i_adapter") -> None:
        super().__init__(unet, name)
        self._features: list[Tensor] = []
        self._widths: tuple[int, ...] = tuple(unet.config.block_out_channels)

    def set_features(
        self,
        features: list[Tensor],
        *,
        weight: float = 1.0,
        start: float = 0.0,
        end: float = 1.0,
        train_timesteps: int = 1000,
    ) -> None:
        """Add features, (1 or B, C, h, w) each, times `weight`, from `start` to `end` of the denoising (0 … 1).

        Raises `ControlError` if they are not one for each of the U-Net's levels, with its channels.
        """
        widths = tuple(int(feature.shape[1]) for feature in features)
        if widths != self._widths:
            raise ControlError(
                f"{self.name}: the controller was made for another U-Net: its levels have {_listed(widths)} channels,"
                f" the U-Net's {_listed(self._widths)}"
            )
        self.acts(start, end, train_timesteps)
        self._features = [feature * weight if weight != 1.0 else feature for feature in features] if weight else []

    def clear(self) -> None:
        """Add nothing."""
        self._features = []

    def has_something(self) -> bool:
        return bool(self._features)

    def add(self, given: dict[str, Any], kwargs: dict[str, Any]) -> dict[str, Any]:
        sample: Tensor = given["sample"]
        self._check_sizes(sample)
        own = [self.for_batch(feature, sample) for feature in self._features]
        if others := kwargs.get(FIELD):
            own = [one + other for one, other in zip(own, others, strict=True)]
        return {FIELD: own}

    def _check_sizes(self, sample: Tensor) -> None:
        """Raise `ControlError` if features are coarser or finer than what they are added to."""
        first, wanted = tuple(self._features[0].shape[-2:]), tuple(sample.shape[-2:])
        if first != wanted:
            raise ControlError(
                f"{self.name}: the controller was made for another U-Net: its features are {first[1]}×{first[0]} where"
                f" the latents are {wanted[1]}×{wanted[0]}"
            )


def _listed(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers))

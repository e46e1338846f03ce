"""The cross-attention layers (`attn2`) of a U-Net, in the order of its attention processors: down, up, mid."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

from animeadapter.adapter.errors import AdapterError

UNet = Any
"""A diffusers U-Net; that library has no types."""
Scope = Literal["full", "up"]
Size = Annotated[int, msgspec.Meta(ge=1, le=65_536)]
"""A count or width that a file may ask for."""
BLOCKS = ("down", "up", "mid")
_SUFFIX = ".processor"


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cross-attention layer that takes the image branch."""

    name: str
    """Module path in the U-Net, `down_blocks.0.attentions.0.transformer_blocks.0.attn2`."""
    channels: Size
    """Width of its keys and values (heads × head width)."""
    index: int
    """Place in `unet.attn_processors`: the number by which IP-Adapter files call it."""

    @property
    def block(self) -> str:
        """Return down, up or mid."""
        return self.name.split("_", 1)[0]


def attention_modules(unet: UNet) -> dict[str, Any]:
    """Return path → module of every attention layer, in the order of `unet.attn_processors`."""
    names = [name.removesuffix(_SUFFIX) for name in unet.attn_processors]
    return {name: unet.get_submodule(name) for name in names}


def cross_layers(unet: UNet, scope: Scope = "full") -> tuple[Layer, ...]:
    """Return the cross-attention layers of a U-Net (on any device, meta included), all or in the up blocks alone.

    Raises `AdapterError` if there are none.
    """
    layers = tuple(
        Layer(name=name, channels=module.to_k.weight.shape[0], index=index)
        for index, (name, module) in enumerate(attention_modules(unet).items())
        if name.endswith("attn2") and (scope == "full" or name.startswith("up"))
    )
    if not layers:
        raise AdapterError(f"the U-Net has no cross-attention layers (attn2) in scope “{scope}”")
    return layers


def cross_width(unet: UNet) -> int:
    """Return the width of the text states that cross-attention reads (d). Raises `AdapterError`."""
    width = unet.config.cross_attention_dim
    if not isinstance(width, int):
        raise AdapterError("the U-Net reads text states of several widths; AnimeAdapter needs one")
    return width

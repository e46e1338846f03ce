"""AnimeAdapter: the last K layers of a CLIP image encoder, fused token by token, as keys and values for a U-Net.

    F = Σ_l λ_l (z_l W_l + b_l)          eq. 2
    K_I = F W'_k,  V_I = F W'_v           one bias-free pair per cross-attention layer

Nothing mixes tokens: token i of F still is patch i of the picture, so a mask of patches is a mask of keys.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import torch
from torch import Tensor, nn

from animeadapter.adapter.errors import AdapterError
from animeadapter.adapter.kv import KeysValues, Projections
from animeadapter.adapter.layers import Layer, Scope, Size, UNet, attention_modules, cross_layers, cross_width


class AdapterConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an adapter's weights mean; it is written into their file."""

    layers: tuple[Layer, ...]
    """The cross-attention layers it feeds."""
    scope: Scope = "full"
    fused: Size = 7
    """K: how many of the encoder's last layers are fused."""
    grid: Size = 16
    """g: patches along a side of the encoder's square picture; N = g · g."""
    vision_width: Size = 1024
    """d_v: width of the encoder's states."""
    cross_width: Size = 768
    """d: width of the fused tokens, which is that of the U-Net's text states."""
    projection_bias: bool = True
    """b_l of eq. 2."""
    token_norm: bool = False
    """A LayerNorm on F; off in the paper."""
    class_token: bool = False
    """Whether the class token stays among the tokens; without it the mask is a plain grid."""
    base_model: str = ""


class LayerFusion(nn.Module):
    """Eq. 2: the weighted sum of K projected layers, (B, N, d_v) each, to (B, N, d)."""

    def __init__(self, fused: int, vision_width: int, cross_width: int, bias: bool = True) -> None:
        super().__init__()
        self.layer_scale = nn.Parameter(torch.full((fused,), 1.0 / fused))
        self.weight = nn.Parameter(torch.empty(fused, cross_width, vision_width))
        self.bias = nn.Parameter(torch.zeros(fused, cross_width)) if bias else None
        if self.weight.device.type != "meta":
            nn.init.normal_(self.weight, std=vision_width**-0.5)

    def forward(self, states: Sequence[Tensor]) -> Tensor:
        """Return F, (B, N, d). As λ_l multiplies a linear map, all K maps are one product with K · d_v columns."""
        scaled = self.layer_scale[:, None, None] * self.weight
        flat = scaled.permute(1, 0, 2).reshape(self.weight.shape[1], -1)
        bias = None if self.bias is None else (self.layer_scale[:, None] * self.bias).sum(0)
        return nn.functional.linear(torch.cat(list(states), dim=-1), flat, bias)


class AnimeAdapter(nn.Module):
    """The adapter's weights. `forward` is all there is to compute: everything of one reference, once."""

    def __init__(self, config: AdapterConfig) -> None:
        super().__init__()
        self.config = config
        self.fusion = LayerFusion(config.fused, config.vision_width, config.cross_width, config.projection_bias)
        self.token_norm = nn.LayerNorm(config.cross_width) if config.token_norm else None
        self.projections = Projections(config.layers, config.cross_width)

    @classmethod
    def for_unet(
        cls,
        unet: UNet,
        *,
        vision_width: int,
        grid: int = 16,
        fused: int = 7,
        scope: Scope = "full",
        projection_bias: bool = True,
        token_norm: bool = False,
        base_model: str = "",
        start: bool = True,
    ) -> AnimeAdapter:
        """Return an adapter that fits a U-Net, on its device; its K and V pairs start from the U-Net's own.

        A U-Net on the meta device gives an adapter there: enough to count weights. Raises `AdapterError`.
        """
        config = AdapterConfig(
            layers=cross_layers(unet, scope),
            scope=scope,
            fused=fused,
            grid=grid,
            vision_width=vision_width,
            cross_width=cross_width(unet),
            projection_bias=projection_bias,
            token_norm=token_norm,
            base_model=base_model,
        )
        device = next(unet.parameters()).device
        with torch.device(device):
            adapter = cls(config)
        if start and device.type != "meta":
            adapter.projections.start_from(attention_modules(unet))
        return adapter

    @property
    def tokens(self) -> int:
        """Return N, the number of tokens of one reference."""
        return self.config.grid**2 + self.config.class_token

    def fused_tokens(self, hidden_states: Sequence[Tensor]) -> Tensor:
        """Return F, (B, N, d), of an encoder's hidden states, (B, 1 + g², d_v) each, of which the last K are used.

        With transformers' `output_hidden_states=True` these are `hidden_states` as they come: the last one is
        before `post_layernorm`. Raises `AdapterError` for too few layers or another grid.
        """
        fused = self.config.fused
        if len(hidden_states) < fused:
            raise AdapterError(f"the image encoder gave {len(hidden_states)} layers; this adapter fuses {fused}")
        states = [state if self.config.class_token else state[:, 1:] for state in hidden_states[-fused:]]
        shape = tuple(states[-1].shape[1:])
        if shape != (self.tokens, self.config.vision_width):
            raise AdapterError(
                f"the image encoder gave {shape[0]} tokens of width {shape[1]};"
                f" this adapter reads {self.tokens} of width {self.config.vision_width}"
            )
        tokens = self.fusion(states)
        return tokens if self.token_norm is None else self.token_norm(tokens)

    def forward(self, hidden_states: Sequence[Tensor], present: Tensor | None = None) -> KeysValues:
        """Return all keys and values of a batch of references.

        `present` (B,) is false for samples that are to be drawn as if they had no picture.
        """
        pairs: KeysValues = self.projections(self.fused_tokens(hidden_states))
        return pairs if present is None else pairs.where(present)

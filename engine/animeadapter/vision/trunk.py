"""The eyes' trunk: a residual pyramid with attention at its top, and a way back down to fine features."""

from __future__ import annotations

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.protocol.parts import Part

STRIDE = 32
"""Sides of what the net reads are multiples of this."""
GROUPS = 8


class EyesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shape of an `EyesNet`."""

    area: int = 256 * 256
    """Pixels to which a picture is brought before it is looked at."""
    widths: tuple[int, int, int, int, int] = (24, 48, 96, 144, 160)
    """Channels where the picture is shrunk by 2, 4, 8, 16 and 32."""
    blocks: tuple[int, int, int, int, int] = (1, 2, 2, 2, 1)
    back: tuple[int, int, int, int] = (24, 64, 96, 128)
    """Channels on the way back, shrunk by 2, 4, 8 and 16."""
    heads: int = 4
    fine: int = 16
    """Channels at the picture's own resolution."""
    parts: int = len(Part)
    click_layers: int = 2
    click_hidden: int = 256
    architecture: str = "animeadapter.eyes"


class Block(nn.Module):
    """Two 3 × 3 convolutions beside the way through."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.GroupNorm(GROUPS, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(GROUPS, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = x + self.body(x)
        return found


class Everywhere(nn.Module):
    """Attention between all places of a coarse map; a depth-wise convolution tells it where they are."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.place = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.norm = nn.GroupNorm(GROUPS, width)
        self.to_all = nn.Conv2d(width, 3 * width, 1)
        self.out = nn.Conv2d(width, width, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.place(x)
        batch, width, height, across = x.shape
        shape = (batch, 3, self.heads, width // self.heads, height * across)
        query, key, value = self.to_all(self.norm(x)).view(shape).transpose(-1, -2).unbind(1)
        chosen = (query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5).softmax(-1) @ value
        found: Tensor = x + self.out(chosen.transpose(-1, -2).reshape(batch, width, height, across))
        return found


class Trunk(nn.Module):
    """RGB in [−1, 1], (B, 3, H, W), sides multiples of `STRIDE` → features shrunk by 2, 4, 8 and 16."""

    def __init__(self, config: EyesConfig) -> None:
        super().__init__()
        self.down = nn.ModuleList()
        before = 3
        for width, count in zip(config.widths, config.blocks, strict=True):
            self.down.append(nn.Sequential(nn.Conv2d(before, width, 4, 2, 1), *(Block(width) for _ in range(count))))
            before = width
        self.top = nn.Sequential(*(Everywhere(before, config.heads) for _ in range(2)))
        self.side, self.up = nn.ModuleList(), nn.ModuleList()
        for width, skip in zip(reversed(config.back), reversed(config.widths[:-1]), strict=True):
            self.side.append(nn.Conv2d(skip, width, 1))
            self.up.append(nn.ModuleDict({"from": nn.Conv2d(before, width, 1), "block": Block(width)}))
            before = width
        self.apply(keep_variance)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the features, fine ones first."""
        levels, x = [], pictures
        for stage in self.down:
            x = stage(x)
            levels.append(x)
        x = self.top(x)
        found: list[Tensor] = []
        for side, step, skip in zip(self.side, self.up, reversed(levels[:-1]), strict=True):
            risen = functional.interpolate(step["from"](x), scale_factor=2.0, mode="bilinear", align_corners=False)  # type: ignore[index]
            x = step["block"](risen + side(skip))  # type: ignore[index]
            found.insert(0, x)
        return found


@torch.no_grad()
def keep_variance(module: nn.Module) -> None:
    """Let a fresh convolution keep its input's size: torch's own start shrinks it, level by level."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        if module.bias is not None:
            module.bias.zero_()

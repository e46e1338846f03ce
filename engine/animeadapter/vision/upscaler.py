"""The upscaler: a picture four times as wide and high, for print.

A residual network without normalisation (after Lim et al. 2017, arXiv:1707.02921) adds what bicubic enlarging lacks.
Pictures of any size go through it in tiles that overlap by as much as it sees, so no seam can be found.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.protocol.errors import EngineError
from animeadapter.vision.nets import load_net, save_net
from animeadapter.vision.pictures import Pixels

FACTOR = 4
TILE = 128
"""Pixels of a tile of the small picture, without its surroundings."""
CUBIC_REACH = 2
"""Pixels that bicubic enlarging sees to each side."""
MOST = 16_000_000
"""Pixels of the largest picture that is enlarged: B5 at 600 dpi has 26 million, a quarter of its sides is plenty."""


class UpscalerError(EngineError):
    """A folder holds no upscaler, or a picture cannot be enlarged."""


class UpscalerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shape of an `UpscalerNet`."""

    width: int = 48
    blocks: int = 5
    architecture: str = "animeadapter.upscaler"


class UpscalerNet(nn.Module):
    """RGB in [−1, 1], (B, 3, h, w) → (B, 3, 4h, 4w)."""

    def __init__(self, config: UpscalerConfig = UpscalerConfig()) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.first = nn.Conv2d(3, width, 3, padding=1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(width, width, 3, padding=1), nn.SiLU(), nn.Conv2d(width, width, 3, padding=1))
            for _ in range(config.blocks)
        )
        self.merge = nn.Conv2d(width, width, 3, padding=1)
        self.last = nn.Conv2d(width, 3 * FACTOR**2, 3, padding=1)
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """Begin as bicubic enlarging: the blocks add little at first, the last convolution nothing."""
        for block in self.blocks:
            block[2].weight.mul_(0.2)  # type: ignore[index]
        self.last.weight.zero_()
        if self.last.bias is not None:
            self.last.bias.zero_()

    @property
    def reach(self) -> int:
        """Pixels to each side on which an enlarged pixel depends."""
        return max(2 * len(self.blocks) + 3, CUBIC_REACH)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the enlarged pictures."""
        first = self.first(pictures)
        x = first
        for block in self.blocks:
            x = x + block(x)
        added = functional.pixel_shuffle(self.last(first + self.merge(x)), FACTOR)
        return enlarged(pictures.float()) + added.float()


def enlarged(pictures: Tensor) -> Tensor:
    """Return (B, 3, h, w) four times as wide and high, bicubic."""
    return functional.interpolate(pictures, scale_factor=float(FACTOR), mode="bicubic", align_corners=False)


class Upscaler:
    """Enlarges pictures of any size."""

    def __init__(self, net: UpscalerNet, device: str | torch.device = "cpu") -> None:
        self.device = torch.device(device)
        self.net = net.to(self.device).eval().requires_grad_(False)

    @classmethod
    def from_pretrained(cls, folder: Path, device: str | torch.device = "cpu") -> Upscaler:
        """Return the upscaler of a folder with `config.json` and `model.safetensors`.

        Raises `PackError` or `UpscalerError`, which name the file.
        """
        return cls(load_net(folder, UpscalerConfig, UpscalerNet, UpscalerError), device)

    def save_pretrained(self, folder: Path, dtype: torch.dtype = torch.float16) -> None:
        """Write config and weights into a folder."""
        save_net(self.net, self.net.config, folder, dtype)

    @torch.no_grad()
    def upscale(self, picture: Pixels, stop: Callable[[], bool] = lambda: False) -> Pixels | None:
        """Return a picture, uint8 (h, w, 3) RGB, as (4h, 4w, 3); None if `stop`, which is asked before each tile,
        says so.

        Raises `UpscalerError` for a picture of too many pixels.
        """
        height, width = picture.shape[:2]
        if height * width > MOST:
            raise UpscalerError(
                f"{width} × {height} pixels are too many to enlarge; {MOST // 10**6} million are the most"
            )
        found = np.empty((FACTOR * height, FACTOR * width, 3), np.uint8)
        reach = self.net.reach
        around = np.pad(picture, ((reach, reach), (reach, reach), (0, 0)), mode="edge")
        for top in range(0, height, TILE):
            for left in range(0, width, TILE):
                if stop():
                    return None
                tile = around[top : top + TILE + 2 * reach, left : left + TILE + 2 * reach]
                large = self._tile(tile)[FACTOR * reach : -FACTOR * reach, FACTOR * reach : -FACTOR * reach]
                y, x = FACTOR * top, FACTOR * left
                found[y : y + large.shape[0], x : x + large.shape[1]] = large
        return found

    def _tile(self, pixels: Pixels) -> Pixels:
        batch = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None].float() / 127.5 - 1
        large = self.net(batch.to(self.device))[0].float().cpu()
        return ((large + 1) * 127.5).round().clamp(0, 255).to(torch.uint8).permute(1, 2, 0).numpy()

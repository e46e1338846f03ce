"""The segmenter: finds the character in a picture, and which pixels are hair, face, skin, outfit, accessory,
prop.

A small U-Net over the picture padded to a square with white. `SegmentationNet` is what training trains;
`Segmenter` is what everything else uses.
"""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import cv2
import msgspec
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.packs.load import read_config
from animeadapter.packs.weights import check_complete
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.parts import Part
from animeadapter.vision.pictures import Pixels, Square, to_square

CONFIG, WEIGHTS = "config.json", "model.safetensors"


class SegmenterError(EngineError):
    """A segmenter's folder does not hold one."""


class SegmenterConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Shape of a `SegmentationNet`."""

    side: int = 256
    """Pixels of the square that it looks at."""
    widths: tuple[int, ...] = (16, 32, 48, 64, 96)
    """Channels per level, each level half as fine as the one before."""
    parts: int = len(Part)
    architecture: str = "animeadapter.segmenter"


class SegmentationNet(nn.Module):
    """RGB in [-1, 1], (B, 3, side, side) → logits (B, 1 + parts, side, side): foreground, then one per
    `Part`."""

    def __init__(self, config: SegmenterConfig = SegmenterConfig()) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.down = nn.ModuleList(_block(a, b) for a, b in zip((3, *widths), widths))
        self.up = nn.ModuleList(_block(b + a, a) for a, b in itertools.pairwise(widths))
        self.head = nn.Conv2d(widths[0], 1 + config.parts, 1)

    def forward(self, pictures: Tensor) -> Tensor:
        """Return logits at the pictures' own resolution; sides must be multiples of 2 ** (levels - 1)."""
        levels, x = [], pictures
        for depth, block in enumerate(self.down):
            x = block(functional.max_pool2d(x, 2) if depth else x)
            levels.append(x)
        for block, skip in zip(reversed(self.up), reversed(levels[:-1])):
            x = functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = block(torch.cat([x, skip], dim=1))
        return self.head(x)


class Segmenter:
    """Finds characters in pictures of any size."""

    def __init__(self, net: SegmentationNet, device: str | torch.device = "cpu") -> None:
        self.device = torch.device(device)
        self.net = net.to(self.device).eval().requires_grad_(False)

    @classmethod
    def from_pretrained(cls, folder: Path, device: str | torch.device = "cpu") -> Segmenter:
        """Return the segmenter of a folder with `config.json` and `model.safetensors`.

        Raises `PackError` or `SegmenterError`, which name the file.
        """
        raw = read_config(folder / CONFIG)
        try:
            config = msgspec.convert(raw, SegmenterConfig)
        except msgspec.ValidationError as error:
            raise SegmenterError(f"{folder / CONFIG}: {error}") from None
        with torch.device("meta"):
            net = SegmentationNet(config)
        expected = {name: tuple(tensor.shape) for name, tensor in net.state_dict().items()}
        check_complete(folder / WEIGHTS, expected)
        weights = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
        net.load_state_dict(weights, assign=True)
        return cls(net, device)

    def save_pretrained(self, folder: Path, dtype: torch.dtype = torch.float16) -> None:
        """Write config and weights into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_bytes(json.dumps(msgspec.to_builtins(self.net.config), indent=2).encode())
        weights = {name: tensor.to(dtype).contiguous() for name, tensor in self.net.state_dict().items()}
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt"})

    def foreground(self, picture: Pixels) -> Pixels:
        """Return where the character is, uint8 (height, width) 0 or 255, of a picture (height, width, 3)
        RGB."""
        return np.where(self._logits(picture)[..., 0] > 0, 255, 0).astype(np.uint8)

    def parts(self, picture: Pixels) -> Pixels:
        """Return the `Part` of every pixel, uint8 (height, width); background wherever no character is."""
        logits = self._logits(picture)
        labels = 1 + logits[..., 2:].argmax(axis=-1)
        return np.where(logits[..., 0] > 0, labels, int(Part.BACKGROUND)).astype(np.uint8)

    @torch.no_grad()
    def _logits(self, picture: Pixels) -> np.ndarray:
        """Return logits, float32 (height, width, 1 + parts), at the picture's own size."""
        square, place = to_square(picture, self.net.config.side)
        batch = torch.from_numpy(square).to(self.device).permute(2, 0, 1)[None].float() / 127.5 - 1
        logits = self.net(batch)[0].permute(1, 2, 0).float().cpu().numpy()
        return _to_picture(logits, place, (picture.shape[1], picture.shape[0]))


def _to_picture(square: np.ndarray, place: Square, size: tuple[int, int]) -> np.ndarray:
    """Return what lies on the picture's part of the square, at the picture's (width, height)."""
    inner = square[place.top : place.top + place.height, place.left : place.left + place.width]
    return cv2.resize(inner, size, interpolation=cv2.INTER_LINEAR)


def _block(inputs: int, outputs: int) -> nn.Module:
    """Two 3 × 3 convolutions, each normalised."""
    layers: list[nn.Module] = []
    for width in (inputs, outputs):
        layers += [
            nn.Conv2d(width, outputs, 3, padding=1, bias=False),
            nn.GroupNorm(min(8, outputs), outputs),
            nn.SiLU(),
        ]
    return nn.Sequential(*layers)

"""The judge: names what a drawn character looks like. It measures redrawings and feeds no model.

A residual convolutional network (nothing else in the pack is one), which for every attribute looks at the picture
through an attention of its own. It takes pictures of any aspect, RGB in [−1, 1], sides of 32 pixels or more.
"""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from animeadapter.protocol.errors import EngineError

CONFIG, WEIGHTS = "config.json", "model.safetensors"
Pixels = NDArray[np.uint8]
COLOUR_SCALE = 4.0
"""Makes a place's colour, −1 … 1, weigh as much as its other features."""


class JudgeError(EngineError):
    """A judge's folder does not hold one."""


class JudgeConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shape of a `JudgeNet`, and what it was taught to name."""

    widths: tuple[int, ...] = (32, 64, 128, 192)
    """Channels per level; the first level is half as fine as the picture, each further one half of that."""
    blocks: tuple[int, ...] = (0, 1, 2, 2)
    fine: bool = False
    """Whether places are those of the last level but one, which has its own features beside the last one's."""
    places: int = 1
    """Places that each question looks at: how long hair is shows at both of its ends."""
    hidden: int = 0
    """Width of a hidden layer in each attribute's head; 0: none."""
    classes: dict[str, tuple[str, ...]]
    """Attribute → what it may be, of which a character is exactly one."""
    worn: tuple[str, ...]
    """What a character may wear, several at once."""
    renderer: str = ""


class ResidualBlock(nn.Module):
    """Two 3 × 3 convolutions beside the way through."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GroupNorm(8, width),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        found: Tensor = x + self.body(x)
        return found


class JudgeNet(nn.Module):
    """(B, 3, H, W) → logits by attribute, (B, classes) each, and `worn`, (B, accessories)."""

    def __init__(self, config: JudgeConfig) -> None:
        super().__init__()
        self.config = config
        layers: list[nn.Module] = []
        before = 3
        for width, count in zip(config.widths, config.blocks, strict=True):
            self.coarse = len(layers)
            """Where the last level begins in the trunk."""
            layers.append(nn.Conv2d(before, width, 4, stride=2, padding=1))
            layers += [ResidualBlock(width) for _ in range(count)] or [nn.SiLU()]
            before = width
        self.trunk = nn.Sequential(*layers, nn.GroupNorm(8, before), nn.SiLU())
        self.width = before + 3
        if config.fine:
            self.fine = nn.Sequential(nn.GroupNorm(8, config.widths[-2]), nn.SiLU())
            self.width += config.widths[-2]
        seen = config.places * self.width
        questions = len(config.classes) + len(config.worn)
        self.where = nn.Conv2d(self.width, questions * config.places, 1)
        self.heads = nn.ModuleDict({name: _head(seen, config.hidden, len(n)) for name, n in config.classes.items()})
        self.worn = nn.Parameter(torch.randn(len(config.worn), seen) * seen**-0.5)
        self.worn_bias = nn.Parameter(torch.zeros(len(config.worn)))
        for module in self.trunk.modules():
            if isinstance(module, nn.Conv2d) and module.bias is not None:
                # torch's own start shrinks the picture below the biases, level by level, and learning waits for it
                nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
                nn.init.zeros_(module.bias)

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        """Return logits."""
        features = self.features(pictures)
        return self.answers(features, self.attention(features))

    def features(self, pictures: Tensor) -> Tensor:
        """Return what each place looks like, (B, width, h, w): the trunk's features, and the place's mean colour."""
        half: Tensor = self.trunk[: self.coarse](pictures)
        found: Tensor = self.trunk[self.coarse :](half)
        if self.config.fine:
            found = nn.functional.interpolate(found, half.shape[-2:], mode="bilinear", align_corners=False)
            found = torch.cat([found, self.fine(half)], 1)
        colours = nn.functional.adaptive_avg_pool2d(pictures, (found.shape[-2], found.shape[-1]))
        return torch.cat([found, COLOUR_SCALE * colours.to(found.dtype)], 1)

    def attention(self, features: Tensor) -> Tensor:
        """Return where each attribute, then each accessory, looks: (B, questions, places, h · w), summing to 1 over
        the last.

        features: as `features` gives them, (B, width, h, w).
        """
        return self.where(features).unflatten(1, (-1, self.config.places)).flatten(3).softmax(-1)

    def answers(self, features: Tensor, attention: Tensor) -> dict[str, Tensor]:
        """Return logits of what is seen where each question looks."""
        cells = features.flatten(2).transpose(1, 2)
        gathered = (attention.to(features.dtype).flatten(1, 2) @ cells).unflatten(1, attention.shape[1:3]).flatten(2)
        found = {name: head(gathered[:, k]) for k, (name, head) in enumerate(self.heads.items())}
        found["worn"] = (gathered[:, len(self.heads) :] * self.worn).sum(-1) + self.worn_bias
        return found


def _head(width: int, hidden: int, classes: int) -> nn.Module:
    if not hidden:
        return nn.Linear(width, classes)
    return nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, classes))


class Verdict(msgspec.Struct, frozen=True):
    """What the judge sees in one picture."""

    classes: dict[str, str]
    worn: frozenset[str]


class Judge:
    """Names the attributes of characters in pictures."""

    def __init__(self, net: JudgeNet) -> None:
        self.net = net.eval().requires_grad_(False)

    @classmethod
    def from_pretrained(cls, folder: Path) -> Judge:
        """Return the judge of a folder with `config.json` and `model.safetensors`. Raises `JudgeError`."""
        try:
            config = msgspec.json.decode((folder / CONFIG).read_bytes(), type=JudgeConfig)
            weights = load_file(folder / WEIGHTS)
        except (OSError, msgspec.DecodeError, SafetensorError) as error:
            raise JudgeError(f"{folder}: holds no judge ({error})") from None
        net = JudgeNet(config)
        try:
            net.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
        except RuntimeError as error:
            raise JudgeError(
                f"{folder / WEIGHTS}: does not fit its config: {str(error).splitlines()[-1].strip()}"
            ) from None
        return cls(net)

    def save_pretrained(self, folder: Path, metadata: dict[str, str] | None = None) -> None:
        """Write config and fp16 weights into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / CONFIG).write_text(json.dumps(msgspec.to_builtins(self.net.config), indent=2) + "\n")
        weights = {name: tensor.half().contiguous() for name, tensor in self.net.state_dict().items()}
        save_file(weights, folder / WEIGHTS, metadata={"format": "pt", **(metadata or {})})

    @torch.no_grad()
    def verdicts(self, pictures: list[Pixels]) -> list[Verdict]:
        """Return what is seen in pictures (height, width, 3) RGB of any sizes, one by one."""
        return [self._verdict(picture) for picture in pictures]

    def _verdict(self, picture: Pixels) -> Verdict:
        batch = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))[None].float() / 127.5 - 1
        return verdicts_from(self.net(batch), self.net.config)[0]


def verdicts_from(logits: dict[str, Tensor], config: JudgeConfig) -> list[Verdict]:
    """Return what a `JudgeNet`'s logits say of each picture of a batch."""
    chosen = {name: logits[name].argmax(-1).tolist() for name in config.classes}
    worn = (logits["worn"] > 0).tolist()
    return [
        Verdict(
            {name: config.classes[name][places[k]] for name, places in chosen.items()},
            frozenset(name for name, seen in zip(config.worn, marks, strict=True) if seen),
        )
        for k, marks in enumerate(worn)
    ]

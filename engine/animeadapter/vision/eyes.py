"""The eyes: who is in a picture, in which pose, which pixels are whose, and what a click means.

`Eyes.look` goes through the net once, which is all that clicks need. People are told from the picture and its mirror
image, parts from both with more pixels, twice; each is looked for when it is first asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import Pose
from animeadapter.vision.eyes_net import EyesNet, Seen
from animeadapter.vision.mirror import mean, mirrored
from animeadapter.vision.nets import load_net, save_net
from animeadapter.vision.people import Found, as_pose, find_people, owners
from animeadapter.vision.pictures import Pixels
from animeadapter.vision.trunk import STRIDE, EyesConfig

WHITE = 255
CLOSER = (1.4, 2.0)
"""Pixels in which parts are told, for each of those that the net was trained with: ribbons and fingers are thin."""
Box = tuple[float, float, float, float]


class EyesError(EngineError):
    """A folder does not hold eyes, or a click says nothing."""


@dataclass(frozen=True)
class Person:
    """Somebody in a picture."""

    pose: Pose
    score: float
    """Chance of there being a person, 0 … 1."""
    mask: Pixels
    """uint8 (height, width), 255 where the person is."""


@dataclass(frozen=True)
class Canvas:
    """How a picture lies in what the net reads: scaled, in the upper left corner, white to the right and below."""

    scale: float
    """Pixels read for one of the picture's."""
    inner: tuple[int, int]
    """Width and height of the scaled picture."""
    size: tuple[int, int]
    """Width and height of all that is read, multiples of 32."""


class Look:
    """What was seen in one picture; masks are as large as the picture itself."""

    def __init__(self, eyes: Eyes, picture: Pixels) -> None:
        self._eyes, self._picture, self.size = eyes, picture, (picture.shape[1], picture.shape[0])
        self._pixels, self._canvas = on_canvas(picture, eyes.net.config.area)
        self._seen = eyes.see(self._pixels)

    @cached_property
    def foreground(self) -> Pixels:
        """uint8 (height, width): 255 where a character, or what it holds, is."""
        return np.where(self._logits[..., 0] > 0, 255, 0).astype(np.uint8)

    @cached_property
    def parts(self) -> Pixels:
        """uint8 (height, width): the `Part` of every pixel, background wherever no character is."""
        labels = 1 + self._logits[..., 2:].argmax(axis=-1)
        return np.where(self._logits[..., 0] > 0, labels, int(Part.BACKGROUND)).astype(np.uint8)

    @cached_property
    def poses(self) -> tuple[Pose, ...]:
        """Everybody's pose, the surest first."""
        return tuple(as_pose(person, self._canvas.inner) for person in self._people)

    @cached_property
    def people(self) -> tuple[Person, ...]:
        """Everybody, the surest first."""
        width, height = self.size
        whose = self._on_picture(self._owners.astype(np.float32)[..., None], cv2.INTER_NEAREST, self._canvas)[..., 0]
        return tuple(
            Person(
                pose=self.poses[number - 1],
                score=person.score,
                mask=np.where((whose == number) & (self.foreground > 0), 255, 0)
                .astype(np.uint8)
                .reshape(height, width),
            )
            for number, person in enumerate(self._people, start=1)
        )

    def click(self, points: list[tuple[float, float]], positive: list[bool], box: Box | None = None) -> Pixels:
        """Return what is meant by clicks in pixels (x, y), each wanted or not, and a box (left, top, right, bottom).

        uint8 (height, width), 255 inside. Raises `EyesError` for clicks outside the picture, or none at all.
        """
        self._check(points, positive, box)
        scale = self._canvas.scale
        where = torch.tensor(points, dtype=torch.float32).reshape(1, -1, 2) * scale
        labels = torch.tensor([[1.0 if wanted else 0.0 for wanted in positive]]).reshape(1, -1)
        boxes = None if box is None else torch.tensor([box], dtype=torch.float32) * scale
        device = self._seen.embedding.device
        with torch.no_grad(), torch.autocast(device.type, enabled=False):
            masks, quality = self._eyes.net.clicks(
                self._seen.embedding, where.to(device), labels.to(device), None if boxes is None else boxes.to(device)
            )
        several = len(points) > 1 or box is not None
        chosen = 0 if several else 1 + int(quality[0, 1:].argmax())
        logits = functional.interpolate(masks[:, chosen : chosen + 1].float(), scale_factor=2.0, mode="bilinear")
        inside = self._on_picture(logits[0].permute(1, 2, 0).cpu().numpy(), cv2.INTER_LINEAR, self._canvas)[..., 0] > 0
        return np.where(inside, 255, 0).astype(np.uint8)

    def _check(self, points: list[tuple[float, float]], positive: list[bool], box: Box | None) -> None:
        width, height = self.size
        if len(points) != len(positive):
            raise EyesError(f"positive: {len(points)} points need as many marks, there are {len(positive)}")
        if not points and box is None:
            raise EyesError("points: click somewhere, or draw a box")
        for index, (x, y) in enumerate(points):
            if not (0 <= x < width and 0 <= y < height):
                raise EyesError(f"points[{index}]: ({x:g}, {y:g}) is outside the picture of {width} × {height} pixels")
        if box is not None and not (0 <= box[0] < box[2] <= width and 0 <= box[1] < box[3] <= height):
            raise EyesError(f"box: {box} is no left, top, right, bottom within {width} × {height} pixels")

    @cached_property
    def _both_ways(self) -> Seen:
        return self._eyes.with_mirror(self._pixels, self._seen) if self._eyes.careful else self._seen

    @cached_property
    def _people(self) -> list[Found]:
        return find_people(self._both_ways)

    @cached_property
    def _owners(self) -> NDArray[np.uint8]:
        return owners(self._both_ways, self._people, (self._canvas.size[1], self._canvas.size[0]))

    @cached_property
    def _logits(self) -> NDArray[np.float32]:
        if not self._eyes.careful:
            return self._parts_of(self._seen, self._canvas)
        total = self._closer(CLOSER[0])
        for factor in CLOSER[1:]:
            total += self._closer(factor)
        total /= len(CLOSER)
        return total

    def _closer(self, factor: float) -> NDArray[np.float32]:
        pixels, canvas = on_canvas(self._picture, round(factor * self._eyes.net.config.area))
        return self._parts_of(self._eyes.with_mirror(pixels, self._eyes.see(pixels)), canvas)

    def _parts_of(self, seen: Seen, canvas: Canvas) -> NDArray[np.float32]:
        return self._on_picture(seen.parts[0].permute(1, 2, 0).float().cpu().numpy(), cv2.INTER_LINEAR, canvas)

    def _on_picture(self, values: NDArray[np.float32], interpolation: int, canvas: Canvas) -> NDArray[np.float32]:
        """Return what lies under the picture of (h, w, channels) values, at the picture's own size."""
        inner = np.ascontiguousarray(values[: canvas.inner[1], : canvas.inner[0]])
        resized = cv2.resize(inner, self.size, interpolation=interpolation)
        return resized.reshape(self.size[1], self.size[0], values.shape[2]).astype(np.float32, copy=False)


class Eyes:
    """Looks at pictures of any size, 16 pixels and more."""

    def __init__(self, net: EyesNet, device: str | torch.device = "cpu", careful: bool = True) -> None:
        """Look with a net; `careful`: at the mirror image too, and closer for parts, which takes nine times as long."""
        self.device, self.careful = torch.device(device), careful
        self.net = net.to(self.device).eval().requires_grad_(False)

    @classmethod
    def from_pretrained(cls, folder: Path, device: str | torch.device = "cpu") -> Eyes:
        """Return the eyes of a folder with `config.json` and `model.safetensors`.

        Raises `PackError` or `EyesError`, which name the file.
        """
        return cls(load_net(folder, EyesConfig, EyesNet, EyesError), device)

    def save_pretrained(self, folder: Path, dtype: torch.dtype = torch.float16) -> None:
        """Write config and weights into a folder."""
        save_net(self.net, self.net.config, folder, dtype)

    def look(self, picture: Pixels) -> Look:
        """Return what is seen in a picture, uint8 (height, width, 3) RGB."""
        return Look(self, picture)

    @torch.no_grad()
    def see(self, pixels: Pixels) -> Seen:
        """Return what the net says of a canvas (h, w, 3), sides multiples of 32, at full precision wherever it is
        asked from."""
        with torch.autocast(self.device.type, enabled=False):
            seen: Seen = self.net(to_batch(pixels).to(self.device))
        return seen

    def with_mirror(self, pixels: Pixels, seen: Seen) -> Seen:
        """Return what was seen in a canvas, brought together with what is seen in its mirror image."""
        return mean(seen, mirrored(self.see(np.ascontiguousarray(pixels[:, ::-1]))))

    def parts(self, picture: Pixels) -> Pixels:
        """Return the `Part` of every pixel, uint8 (height, width)."""
        return self.look(picture).parts


def on_canvas(picture: Pixels, area: int) -> tuple[Pixels, Canvas]:
    """Return a picture (h, w, 3) brought to about `area` pixels, whole and undistorted, and how it lies there."""
    height, width = picture.shape[:2]
    # A very long strip would otherwise be a few pixels wide.
    scale = min((area / (width * height)) ** 0.5, 4 * area**0.5 / max(width, height))
    inner = (max(1, round(width * scale)), max(1, round(height * scale)))
    size = (-(-inner[0] // STRIDE) * STRIDE, -(-inner[1] // STRIDE) * STRIDE)
    pixels = np.full((size[1], size[0], 3), WHITE, np.uint8)
    shrinks = scale < 1
    pixels[: inner[1], : inner[0]] = cv2.resize(
        picture, inner, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    )
    return pixels, Canvas(scale, inner, size)


def to_batch(pixels: Pixels) -> Tensor:
    """Return (1, 3, h, w) in [−1, 1] of a picture (h, w, 3)."""
    return torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1)))[None].float() / 127.5 - 1

"""The folder of drawings that the sample is made of, as `packaging/draw_sample.py` writes it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from animeadapter.protocol.files import read_file
from animeadapter.protocol.parts import Part as Label
from animeadapter.protocol.parts import PartName, label
from animeadapter.protocol.pose import Keypoints
from komawari.domain.base import DomainError, Part

PARTS: tuple[PartName, ...] = ("hair", "face", "outfit", "accessory")
"""What artists borrow most; each becomes a part of a reference where enough of it is seen."""
ENOUGH = 0.002
"""Share of the picture's pixels."""


class Said(Part, frozen=True):
    """What is known of a drawing."""

    count: tuple[str, ...]
    identity: tuple[tuple[str, ...], ...]
    act: tuple[tuple[str, ...], ...]
    shot: tuple[str, ...]
    poses: tuple[Keypoints, ...]


class Drawn:
    """One drawing with its masks."""

    def __init__(self, folder: Path, name: str) -> None:
        """Read it. Raises `FileError` or `DomainError`."""
        self._folder, self._name = folder, name
        self.png = read_file(folder / f"{name}.png")
        try:
            self.said = msgspec.json.decode(read_file(folder / f"{name}.json"), type=Said)
        except msgspec.DecodeError as error:
            raise DomainError(f"{folder / name}.json: {error}") from None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        with Image.open(BytesIO(self.png)) as image:
            return image.size

    @property
    def mask(self) -> bytes:
        """A grey PNG, white where somebody is."""
        return read_file(self._folder / f"{self._name}.mask.png")

    def parts(self) -> dict[PartName, bytes]:
        """Return a mask (grey PNG) for each part of which enough is seen."""
        with Image.open(BytesIO(read_file(self._folder / f"{self._name}.parts.png"))) as image:
            labels = np.asarray(image.convert("L"))
        return {name: _mask(labels, label(name)) for name in PARTS if (labels == label(name)).mean() > ENOUGH}


def _mask(labels: np.ndarray, part: Label) -> bytes:
    file = BytesIO()
    Image.fromarray(np.where(labels == part, 255, 0).astype(np.uint8)).save(file, "PNG", optimize=True)
    return file.getvalue()

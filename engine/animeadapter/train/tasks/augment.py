"""Pictures made to look as if they came from elsewhere: other palettes, other sharpness, other framing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.train.cache.records import Bytes

LUMA = np.array([0.299, 0.587, 0.114], np.float32)


def recoloured(picture: Bytes, random: np.random.Generator) -> Bytes:
    """Return a picture (h, w, 3) in another palette: saturation, gamma, contrast, tint; now and then grey."""
    values = picture.astype(np.float32) / 255
    grey = (values @ LUMA)[..., None]
    saturation = 0.0 if random.random() < 0.12 else float(random.uniform(0.4, 1.4))
    values = grey + (values - grey) * saturation
    values = (values - 0.5) * float(random.uniform(0.75, 1.25)) + 0.5 + float(random.uniform(-0.08, 0.08))
    values = np.clip(values, 0, 1) ** float(random.uniform(0.7, 1.4))
    values = values * random.uniform(0.9, 1.06, size=3).astype(np.float32)
    return np.clip(values * 255, 0, 255).astype(np.uint8)


def recoded(picture: Bytes, random: np.random.Generator) -> Bytes:
    """Return a picture as scans and shared files are: softer, noisier, or with JPEG's blocks."""
    kind = random.random()
    if kind < 0.35:
        return cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.4, 1.3)))
    if kind < 0.7:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(35, 90))]
        again = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
        return picture if again is None else again.astype(np.uint8)
    noise = random.normal(0, float(random.uniform(2, 9)), picture.shape)
    return np.clip(picture + noise, 0, 255).astype(np.uint8)


def redrawn(picture: Bytes, random: np.random.Generator) -> Bytes:
    """Return a picture as an autoencoder and a diffusion model leave it: a little soft, colours astray in patches."""
    height, width = picture.shape[:2]
    soft = cv2.GaussianBlur(picture, (0, 0), float(random.uniform(0.3, 1.1))).astype(np.float32)
    cell = int(random.integers(4, 25))
    patches = random.normal(0, float(random.uniform(1, 7)), (height // cell + 2, width // cell + 2, 3))
    soft += cv2.resize(patches.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    contrast, tint = float(random.uniform(0.92, 1.06)), random.normal(0, 3.0, 3).astype(np.float32)
    return np.clip((soft - 128) * contrast + 128 + tint, 0, 255).astype(np.uint8)


def reframed(picture: Bytes, labels: Bytes, random: np.random.Generator, most: float) -> tuple[Bytes, Bytes]:
    """Return a random part of a picture, at least `most` of each side, and of its labels."""
    height, width = labels.shape
    share = random.uniform(most, 1.0, size=2)
    h, w = max(8, int(height * share[0])), max(8, int(width * share[1]))
    top, left = int(random.integers(height - h + 1)), int(random.integers(width - w + 1))
    return picture[top : top + h, left : left + w], labels[top : top + h, left : left + w]


def flipped(array: NDArray) -> NDArray:
    """Return an array mirrored left to right."""
    return array[:, ::-1]

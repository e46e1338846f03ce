"""What happens to a finished drawing: light over everything, palette, paper, grain, screentone, wash."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.synthetic.shot import Shot
from animeadapter.synthetic.style import Style

Picture = NDArray[np.uint8]


def finish(picture: Picture, shot: Shot, scale: float) -> Picture:
    """Return the picture in its light, palette and manner; `scale` is pixels for one pixel of a 256-pixel picture."""
    style = shot.style
    if shot.light.tint != (1.0, 1.0, 1.0):
        picture = (picture * np.array(shot.light.tint)).astype(np.uint8)
    picture = _palette(picture, style)
    if style.finish != "clean":
        rng = np.random.default_rng(style.seed + 1)
        picture = _FINISHES[style.finish](picture, style.finish_strength, scale, rng)
    return np.ascontiguousarray(picture)


def _palette(picture: Picture, style: Style) -> Picture:
    if style.saturation == 1.0 and style.brightness == 0.0 and style.hue == 0.0:
        return picture
    # Towards grey or away from it: a linear map of a pixel's colours, as all that follows is.
    change = np.eye(3) * style.saturation + (1 - style.saturation) * np.array([0.299, 0.587, 0.114])
    if style.hue:
        a = style.hue * 2 * np.pi
        # Rotation about the grey axis keeps the luma nearly as it is.
        c, s = np.cos(a), np.sin(a) / np.sqrt(3)
        k = (1 - c) / 3
        change = np.array([[c + k, k - s, k + s], [k + s, c + k, k - s], [k - s, k + s, c + k]]) @ change
    white = 255 * max(0.0, style.brightness)
    moved = np.concatenate([change * (1 - abs(style.brightness)), np.full((3, 1), white)], axis=1)
    return cv2.transform(picture, moved)


def _noise(shape: tuple[int, ...], grain: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return smooth noise (height, width) of unit variance; `grain` is its size in pixels."""
    height, width = shape[0], shape[1]
    small = rng.standard_normal((max(2, round(height / grain)), max(2, round(width / grain)))).astype(np.float32)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _paper(picture: Picture, strength: float, scale: float, rng: np.random.Generator) -> Picture:
    texture = 1 + strength * (
        0.022 * _noise(picture.shape, 1.6 * scale, rng) + 0.02 * _noise(picture.shape, 14 * scale, rng)
    )
    return np.clip(picture * texture[..., None], 0, 255).astype(np.uint8)


def _grain(picture: Picture, strength: float, scale: float, rng: np.random.Generator) -> Picture:
    noisy = picture + (6.0 * strength) * _noise(picture.shape, 1.2 * scale, rng)[..., None]
    return np.clip(noisy * np.array([1.0, 0.985, 0.95]), 0, 255).astype(np.uint8)


def _wash(picture: Picture, strength: float, scale: float, rng: np.random.Generator) -> Picture:
    """Pigment that pools and runs: uneven density, edges that wander by a pixel."""
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    wander = 1.1 * scale * strength
    moved = cv2.remap(
        picture,
        columns + wander * _noise(picture.shape, 9 * scale, rng),
        rows + wander * _noise(picture.shape, 9 * scale, rng),
        cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    density = 1 + 0.05 * strength * _noise(picture.shape, 20 * scale, rng)
    washed = 255 - (255 - moved.astype(np.float32)) * np.clip(density, 0.7, 1.2)[..., None]
    return _paper(np.clip(washed, 0, 255).astype(np.uint8), 1.2 * strength, scale, rng)


def _pencil(picture: Picture, strength: float, scale: float, rng: np.random.Generator) -> Picture:
    """Dry strokes on a toothed paper."""
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    strokes = np.sin((columns + rows) / (1.3 * scale) + 2.2 * _noise(picture.shape, 12 * scale, rng))
    lift = 0.09 * strength * np.clip(strokes + 0.5 * _noise(picture.shape, 1.3 * scale, rng), 0, 1)
    return np.clip(picture + (255.0 - picture) * lift[..., None], 0, 255).astype(np.uint8)


def _screentone(picture: Picture, strength: float, scale: float, rng: np.random.Generator) -> Picture:
    """Grey becomes dots of one size or another; white and black stay."""
    height, width = picture.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    period = 3.2 * scale
    wave = (np.cos((columns + rows) * np.pi / period) + np.cos((columns - rows) * np.pi / period)) / 4 + 0.5
    grey = picture.mean(2) / 255
    toned = np.where((grey > 0.93) | (grey < 0.14), grey, grey * 0.62 + 0.38 * (wave < grey))
    return np.repeat((np.clip(toned, 0, 1) * 255).astype(np.uint8)[..., None], 3, axis=2)


_FINISHES = {"paper": _paper, "grain": _grain, "wash": _wash, "pencil": _pencil, "screentone": _screentone}

"""Opening pictures that people hand in: any common kind becomes upright 8-bit RGB, anything broken is
refused.

PNG, JPEG, WebP and GIF (its first frame). Transparency is laid over white, and kept, since an artist's
cut-out is the best mask there is. Sizes are looked at before a pixel is decoded.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from animeadapter.protocol.errors import EngineError

Pixels = NDArray[np.uint8]
Values = TypeVar("Values", NDArray[np.uint8], NDArray[np.float32])
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
LARGEST = 50_000_000
"""Pixels; an A3 page at 600 dpi has 70 million, a reference does not need them."""
SMALLEST = 16
"""Pixels of the shorter side below which nothing can be seen in a picture."""
BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on damaged files."""


class PictureError(EngineError):
    """A picture or a mask cannot be used; the message names the file."""


@dataclass(frozen=True)
class Opened:
    """An upright picture, uint8 (height, width, 3) RGB, and its opacity (height, width) where it has any."""

    pixels: Pixels
    alpha: Pixels | None = None

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return (self.pixels.shape[1], self.pixels.shape[0])


def open_picture(data: bytes, name: str) -> Opened:
    """Return the picture in a file's bytes. Raises `PictureError`, which begins with `name`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own bounds are the stricter ones
            return _opened(_decoded(data, name), name)
    except UnidentifiedImageError:
        raise PictureError(f"{name}: is no picture that can be read ({_looks_like(data)})") from None
    except Image.DecompressionBombError:
        raise PictureError(
            f"{name}: unpacks to more than the {LARGEST // 10**6} million pixels that are read"
        ) from None
    except MemoryError:
        raise PictureError(f"{name}: is too large for this machine's memory") from None
    except BROKEN as error:
        raise PictureError(f"{name}: is damaged or cut off ({' '.join(str(error).split())})") from None


def open_mask(data: bytes, name: str, size: tuple[int, int]) -> Pixels:
    """Return a mask, uint8 (height, width), 255 inside: the opacity of a picture that has some, else its
    lightness.

    Raises `PictureError` if it is not of the given (width, height), those of the picture that it belongs to.
    """
    opened = open_picture(data, name)
    if opened.size != size:
        raise PictureError(
            f"{name}: the mask has {opened.size[0]} × {opened.size[1]} pixels, its picture has {size[0]} × {size[1]}"
        )
    if opened.alpha is not None:
        return opened.alpha
    return cv2.cvtColor(opened.pixels, cv2.COLOR_RGB2GRAY)


def encode_png(pixels: Pixels) -> bytes:
    """Return a picture, uint8 (height, width[, 3 or 4]), as PNG."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


@dataclass(frozen=True)
class Square:
    """Where a picture lies in the square that it was padded to; all in pixels of the square."""

    side: int
    left: int
    top: int
    width: int
    height: int


def to_square(pixels: Values, side: int, fill: int = 255) -> tuple[Values, Square]:
    """Return the picture (height, width[, channels]) whole, undistorted and centred in a square of `side`
    pixels."""
    height, width = pixels.shape[:2]
    factor = side / max(height, width)
    inner = (max(1, round(width * factor)), max(1, round(height * factor)))
    resized = cv2.resize(pixels, inner, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    place = Square(side, (side - inner[0]) // 2, (side - inner[1]) // 2, *inner)
    square = np.full((side, side, *pixels.shape[2:]), fill, pixels.dtype)
    square[place.top : place.top + inner[1], place.left : place.left + inner[0]] = resized
    return square, place


def _decoded(data: bytes, name: str) -> Image.Image:
    """Return the decoded, upright first frame; sizes are looked at before a pixel is decoded."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > LARGEST:
        size = f"{image.width} × {image.height}"
        raise PictureError(f"{name}: has {size} pixels; at most {LARGEST // 10**6} million are read")
    if min(image.size) < SMALLEST:
        raise PictureError(f"{name}: has {image.width} × {image.height} pixels; too small to see anything in it")
    image.load()
    return ImageOps.exif_transpose(image)


def _opened(image: Image.Image, name: str) -> Opened:
    """Return a decoded picture of any mode as RGB, laid over white, and its opacity."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        return Opened(_deep_grey(image, name))
    if not _has_alpha(image):
        return Opened(np.asarray(image.convert("RGB")))
    layers = image.convert("RGBA")
    alpha = layers.getchannel("A")
    if alpha.getextrema() == (255, 255):
        return Opened(np.asarray(layers.convert("RGB")))
    over_white = Image.new("RGB", layers.size, (255, 255, 255))
    over_white.paste(layers, mask=alpha)
    return Opened(np.asarray(over_white), np.asarray(alpha))


def _has_alpha(image: Image.Image) -> bool:
    return image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info


def _deep_grey(image: Image.Image, name: str) -> Pixels:
    """Return 16-bit grey as 8-bit RGB."""
    values = np.asarray(image).astype(np.float64)
    if not np.isfinite(values).all():
        raise PictureError(f"{name}: holds values that are no numbers")
    grey = np.clip(np.rint(values / 257), 0, 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def _looks_like(data: bytes) -> str:
    """Say in a few words what a file that is no picture seems to hold."""
    head = data[:512]
    if not head:
        return "the file is empty"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "PNG, JPEG, WebP and GIF are"
    return "it holds text"

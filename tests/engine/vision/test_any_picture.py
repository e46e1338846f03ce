"""Whatever bytes come in, a picture comes out or one clear line that begins with its name."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from animeadapter.vision.pictures import LARGEST, SMALLEST, PictureError, open_mask, open_picture

NAME = "mari"


def noise(mode: str, width: int = 24, height: int = 20) -> Image.Image:
    pixels = np.random.default_rng(1).integers(0, 255, (height, width, 4), np.uint8)
    return Image.fromarray(pixels, "RGBA").convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, depth: int, colour: int, row: bytes, *more: tuple[bytes, bytes]) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [(b"IHDR", head), *more, (b"IDAT", zlib.compress((b"\0" + row) * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*one) for one in chunks)


def animated(kind: str, mode: str) -> bytes:
    return saved(noise(mode), kind, save_all=True, append_images=[Image.new(mode, (24, 20))])


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return saved(noise("RGB"), "JPEG", exif=exif)


SOUND = {
    **{f"png {mode}": saved(noise(mode), "PNG") for mode in ("RGB", "RGBA", "L", "LA", "P", "1")},
    "png with a transparent colour": png(24, 20, 8, 2, b"\x01\x02\x03" * 24, (b"tRNS", struct.pack(">3H", 1, 2, 3))),
    "palette with transparencies": png(24, 20, 8, 3, b"\x01" * 24, (b"PLTE", b"\0\0\0\xff\0\0"), (b"tRNS", b"\0d")),
    "16 bits with opacity": png(24, 20, 16, 6, struct.pack(">4H", 65535, 0, 32768, 32768) * 24),
    "16 bits of grey": png(24, 20, 16, 0, struct.pack(">H", 40000) * 24),
    "jpeg": saved(noise("RGB"), "JPEG"),
    "jpeg CMYK": saved(noise("CMYK"), "JPEG"),
    "jpeg grey": saved(noise("L"), "JPEG"),
    **{f"turned by {n}": turned(n) for n in (2, 3, 6, 7, 99)},
    "webp": saved(noise("RGBA"), "WEBP", lossless=True),
    "gif": saved(noise("P"), "GIF"),
    **{f"animated {kind}": animated(kind, mode) for kind, mode in (("PNG", "RGBA"), ("WEBP", "RGB"), ("GIF", "P"))},
}
HUGE = {
    "png": png(30_000, 30_000, 1, 0, b""[:0]),
    "gif": b"GIF89a" + struct.pack("<HH", 30_000, 30_000) + b"\x80\0\0" + bytes(6) + b",\0\0\0\0"
    + struct.pack("<HH", 30_000, 30_000) + b"\0\x02\x02\x44\x01\0;",
    "just too large": png(10_000, LARGEST // 10_000 + 1, 1, 0, b""),
}  # fmt: skip


def assert_answered(data: bytes) -> None:
    """The bytes are a picture, or refused as they should be."""
    try:
        opened = open_picture(data, NAME)
    except PictureError as error:
        assert str(error).startswith(f"{NAME}: ") and "\n" not in str(error)
        return
    height, width = opened.pixels.shape[:2]
    assert opened.pixels.dtype == np.uint8 and opened.pixels.shape == (height, width, 3)
    assert min(width, height) >= SMALLEST and width * height <= LARGEST
    assert opened.alpha is None or opened.alpha.shape == (height, width)


@pytest.mark.parametrize("kind", SOUND)
def test_every_kind_is_upright_rgb(kind: str) -> None:
    opened = open_picture(SOUND[kind], NAME)
    assert opened.size == ((20, 24) if kind in ("turned by 6", "turned by 7") else (24, 20))
    seen_through = ("RGBA", "LA", "png P", "trans", "opacity", "webp", "PNG")
    assert (opened.alpha is not None) == any(word in kind for word in seen_through)


def test_an_animation_is_its_first_frame() -> None:
    first, last = Image.new("RGB", (24, 20), (255, 0, 0)), Image.new("RGB", (24, 20), (0, 255, 0))
    for kind in ("PNG", "WEBP", "GIF"):
        data = saved(first, kind, save_all=True, append_images=[last], **({"lossless": True} if kind == "WEBP" else {}))
        assert open_picture(data, NAME).pixels[3, 3].tolist() == [255, 0, 0]


@pytest.mark.parametrize("kind", HUGE)
def test_thirty_thousand_pixels_a_side_are_refused_before_they_are_decoded(kind: str) -> None:
    with pytest.raises(PictureError, match=rf"^{NAME}: .*(million)"):
        open_picture(HUGE[kind], NAME)


def test_what_a_machine_has_no_memory_for_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "convert", fail)
    with pytest.raises(PictureError, match=r"^mari: is too large for this machine's memory"):
        open_picture(SOUND["png RGBA"], NAME)


damages = st.lists(
    st.tuples(
        st.sampled_from(["set", "cut", "insert", "delete", "swap"]), st.floats(0, 1), st.binary(min_size=1, max_size=6)
    ),
    min_size=1,
    max_size=4,
)


def damaged(data: bytes, how: list[tuple[str, float, bytes]]) -> bytes:
    for kind, where, what in how:
        at = int(where * len(data))
        if kind == "set":
            data = data[:at] + what + data[at + len(what) :]
        elif kind == "cut":
            data = data[:at]
        elif kind == "insert":
            data = data[:at] + what + data[at:]
        elif kind == "delete":
            data = data[:at] + data[at + len(what) :]
        else:
            data = data[at:] + data[:at]
    return data


@given(st.sampled_from(sorted(SOUND)), damages)
@settings(max_examples=400)
def test_a_damaged_file_is_read_or_refused(kind: str, how: list[tuple[str, float, bytes]]) -> None:
    assert_answered(damaged(SOUND[kind], how))


@given(
    st.sampled_from([b"IHDR", b"PLTE", b"tRNS", b"eXIf", b"IDAT", b"acTL", b"fcTL", b"iCCP", b"zTXt", b"gAMA"]),
    st.binary(max_size=40), st.integers(0, 6), st.sampled_from([1, 8, 16]),
)  # fmt: skip
@settings(max_examples=200)
def test_a_png_of_sound_checksums_and_odd_contents_is_read_or_refused(
    kind: bytes, body: bytes, colour: int, depth: int
) -> None:
    assert_answered(png(24, 20, depth, colour, bytes(24 * 8), (kind, body)))


@given(st.binary(max_size=80))
@settings(max_examples=100)
def test_any_bytes_are_refused(data: bytes) -> None:
    assert_answered(data)


@given(st.sampled_from(sorted(SOUND)), damages)
@settings(max_examples=50)
def test_a_damaged_mask_is_read_or_refused(kind: str, how: list[tuple[str, float, bytes]]) -> None:
    try:
        assert open_mask(damaged(SOUND[kind], how), NAME, (24, 20)).shape == (20, 24)
    except PictureError as error:
        assert str(error).startswith(f"{NAME}: ")

"""Whatever kind of picture comes in, it is upright 8-bit RGB afterwards; what is broken is refused by
name."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from animeadapter.protocol.png import add_texts
from animeadapter.vision.pictures import PictureError, encode_png, open_mask, open_picture, to_square

RED, BLUE = (250, 10, 20), (10, 20, 240)


def two_halves(mode: str = "RGB", size: tuple[int, int] = (40, 24)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, size[0], size[1]))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


KINDS = {
    "png": saved(two_halves(), "PNG"),
    "palette": saved(two_halves("P"), "PNG"),
    "jpeg": saved(two_halves(), "JPEG", quality=95, subsampling=0),
    "cmyk": saved(two_halves("CMYK"), "JPEG", quality=95),
    "webp": saved(two_halves(), "WEBP", lossless=True),
    "gif": saved(two_halves(), "GIF", save_all=True, append_images=[Image.new("RGB", (40, 24), (0, 255, 0))]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_common_kind_is_read_as_rgb(kind: str) -> None:
    opened = open_picture(KINDS[kind], kind)
    assert opened.size == (40, 24) and opened.pixels.dtype == np.uint8 and opened.pixels.shape == (24, 40, 3)
    assert opened.alpha is None
    assert np.abs(opened.pixels[12, 4].astype(int) - RED).max() < 40
    assert np.abs(opened.pixels[12, 35].astype(int) - BLUE).max() < 40


@pytest.mark.parametrize("mode", ["1", "L", "I;16"])
def test_grey_of_any_depth_is_read(mode: str) -> None:
    values = np.tile(np.linspace(0, 255, 32), (20, 1))
    image = Image.fromarray(values.astype(np.uint8))
    if mode == "I;16":
        image = Image.fromarray(np.rint(values * 257).astype(np.uint16))
    elif mode == "1":
        image = image.convert("1", dither=Image.Dither.NONE)
    pixels = open_picture(saved(image, "PNG"), "grey").pixels
    assert pixels[0, 0].tolist() == [0, 0, 0] and pixels[0, -1].tolist() == [255, 255, 255]
    if mode != "1":
        assert np.abs(pixels[5, :, 1] - values[5]).max() <= 1


def test_sixteen_bit_colour_is_read() -> None:
    head = struct.pack(">IIBBBBB", 20, 20, 16, 2, 0, 0, 0)
    row = b"\x00" + struct.pack(">3H", 65535, 0, 32768) * 20
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(row * 20)), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    assert open_picture(data, "deep").pixels[3, 3].tolist() == pytest.approx([255, 0, 128], abs=1)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_over_white_and_kept_as_a_mask(mode: str) -> None:
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 10, 20))
    opened = open_picture(saved(image.convert(mode), "PNG"), "cut-out")
    assert opened.alpha is not None
    assert opened.alpha[5].tolist() == [255] * 10 + [0] * 10
    assert opened.pixels[5, 2].tolist() == [0, 0, 0] and opened.pixels[5, 15].tolist() == [255, 255, 255]


def test_an_opaque_alpha_channel_is_no_mask() -> None:
    assert open_picture(saved(two_halves("RGBA"), "PNG"), "opaque").alpha is None


def test_a_camera_that_was_held_upright_is_believed() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_picture(saved(two_halves(), "JPEG", exif=exif, quality=95), "phone.jpg")
    assert opened.size == (24, 40)
    assert np.abs(opened.pixels[4, 12].astype(int) - RED).max() < 40


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "gif"])
def test_a_truncated_picture_is_refused_by_name(kind: str) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    data = saved(noise, kind.upper())
    for share in (0.5, 0.9):
        with pytest.raises(PictureError, match=rf"^mari\.{kind}: is (damaged or cut off|no picture)"):
            open_picture(data[: int(len(data) * share)], f"mari.{kind}")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"Dear diary, this is no picture at all.", "it holds text"),
        ("日記".encode() * 300, "it holds text"),
        (b"", "the file is empty"),
        (b"\x80\x04\x95garbage\xff\xfe" * 9, "PNG, JPEG, WebP and GIF are"),
        (b"\x89PNG\r\n\x1a\n" + b"text" * 100, ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "it holds text"),
    ],
)
def test_what_is_no_picture_is_refused_with_what_it_seems_to_be(data: bytes, why: str) -> None:
    with pytest.raises(PictureError, match=r"^mari\.png: ") as caught:
        open_picture(data, "mari.png")
    assert why in str(caught.value) and "\n" not in str(caught.value)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\x00")), (b"IEND", b"")]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )
    with pytest.raises(PictureError, match=r"^bomb\.png: .*pixels"):
        open_picture(data, "bomb.png")


def test_a_bomb_of_text_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("comment", "x" * 5_000_000, zip=True)
    with pytest.raises(PictureError, match=r"^chatty\.png: "):
        open_picture(saved(two_halves(), "PNG", pnginfo=info), "chatty.png")


def test_a_speck_is_refused() -> None:
    with pytest.raises(PictureError, match=r"40 × 8 pixels; .*too small"):
        open_picture(saved(two_halves(size=(40, 8)), "PNG"), "speck.png")


def test_a_mask_is_lightness_or_opacity_and_as_large_as_its_picture() -> None:
    grey = np.zeros((24, 40), np.uint8)
    grey[:, :20], grey[:, 20:30] = 255, 100
    assert np.array_equal(open_mask(encode_png(grey), "m.png", (40, 24)), grey)
    painted = np.zeros((24, 40, 4), np.uint8)
    painted[..., 3] = grey
    assert np.array_equal(open_mask(encode_png(painted), "m.png", (40, 24)), grey)
    with pytest.raises(PictureError, match=r"m\.png: the mask has 40 × 24 pixels, its picture has 24 × 40"):
        open_mask(encode_png(grey), "m.png", (24, 40))


@pytest.mark.parametrize("size", [(40, 24), (24, 40), (40, 40), (200, 16)])
def test_a_square_holds_the_whole_picture_undistorted(size: tuple[int, int]) -> None:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    square, place = to_square(pixels, 64)
    assert square.shape == (64, 64, 3) and max(place.width, place.height) == 64
    assert abs(place.width / place.height - size[0] / size[1]) < 0.15 * size[0] / size[1]
    inside = np.zeros((64, 64), bool)
    inside[place.top : place.top + place.height, place.left : place.left + place.width] = True
    assert (square[inside] == 0).all() and (square[~inside] == 255).all()


def test_a_picture_that_carries_megabytes_of_references_is_still_a_picture() -> None:
    data = add_texts(KINDS["png"], {"animeadapter:reference": "A" * 40_000_000})
    assert np.array_equal(open_picture(data, "result").pixels, open_picture(KINDS["png"], "plain").pixels)

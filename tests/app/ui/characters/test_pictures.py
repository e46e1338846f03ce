"""Pictures that come in."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from animeadapter.vision.pictures import open_picture
from komawari.ui.characters.pictures import PictureError, checked, open_source, sources_in


def file(kind: str, size: tuple[int, int] = (60, 40), **options) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_what_the_engine_reads_is_kept_byte_for_byte(qapp, kind: str) -> None:
    data = file(kind)
    picture = checked(data, "mari")
    assert picture.data == data and (picture.width, picture.height) == (60, 40)


@pytest.mark.parametrize("kind", ["BMP", "GIF", "TIFF", "PPM"])
def test_any_other_format_becomes_one_that_the_engine_reads(qapp, kind: str) -> None:
    picture = checked(file(kind), "mari")
    assert open_picture(picture.data, "mari").size == (60, 40)


def test_a_photo_has_the_size_that_its_camera_says(qapp) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = file("JPEG", exif=exif)
    picture = checked(data, "photo")
    assert (picture.width, picture.height) == open_picture(data, "photo").size == (40, 60)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_is_cut_off_is_refused_by_name(qapp, kind: str) -> None:
    data = file(kind, (300, 300))
    with pytest.raises(PictureError, match=r"^mari\.png: is damaged or cut off"):
        checked(data[: len(data) // 2], "mari.png")


def test_other_bad_files_are_refused_by_name(qapp, tmp_path: Path) -> None:
    with pytest.raises(PictureError, match=r"^notes\.txt: is no picture"):
        checked(b"hello", "notes.txt")
    with pytest.raises(PictureError, match=r"^dot\.png: 8 × 300 pixels are too few"):
        checked(file("PNG", (8, 300)), "dot.png")
    with pytest.raises(PictureError, match=r"^poster\.png: 9000 × 6000 pixels are more than the 50 million"):
        checked(_huge(), "poster.png")
    with pytest.raises(PictureError, match=r"gone\.png: cannot be read \(No such file"):
        open_source(tmp_path / "gone.png")


def _huge() -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (9000, 6000)).save(buffer, "PNG")
    return buffer.getvalue()


def test_a_drop_is_files_or_else_pixels(qapp, tmp_path: Path) -> None:
    both = QMimeData()
    both.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.png")), QUrl("https://example.org/b.png")])
    both.setImageData(QImage(20, 20, QImage.Format.Format_RGB32))
    assert sources_in(both) == [tmp_path / "a.png"]
    pixels = QMimeData()
    pixels.setImageData(QImage(20, 30, QImage.Format.Format_RGB32))
    (image,) = sources_in(pixels)
    picture = open_source(image, "Clipboard")
    assert (picture.width, picture.height) == (20, 30) and picture.data.startswith(b"\x89PNG")
    assert sources_in(QMimeData()) == []

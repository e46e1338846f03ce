"""Pictures in memory."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from komawari.storage.errors import StorageError
from komawari.ui.images import Images


def png(side: int) -> bytes:
    image = QImage(side, side // 2, QImage.Format.Format_RGB32)
    image.fill(0xFF804020)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def read(sha: str) -> bytes:
    if sha == "lost":
        raise StorageError("lost")
    return png(int(sha))


@pytest.fixture
def images(qapp):
    one = Images(read, budget=100_000)
    yield one
    one.close()


def test_pictures_come_later_and_are_then_at_hand(images: Images, qtbot) -> None:
    with qtbot.waitSignal(images.ready) as told:
        assert images.get("64", 16) is None
    assert told.args == ["64"]
    small = images.get("64", 16)
    assert small is not None and (small.width(), small.height()) == (16, 8)


def test_what_cannot_be_read_is_a_null_image(images: Images, qtbot) -> None:
    with qtbot.waitSignal(images.ready):
        images.get("lost")
    assert images.get("lost").isNull()


def test_the_budget_holds_and_the_oldest_goes(images: Images) -> None:
    for side in (100, 102, 104, 106, 108, 110):
        images.now(str(side))
    assert 50_000 < images.bytes <= 100_000
    assert images.get("110") is not None
    assert images.get("100") is None


def test_pictures_stand_as_their_camera_says(qapp) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (40, 20), "red").save(buffer, "JPEG", exif=exif)
    turned = Images(lambda sha: buffer.getvalue())
    assert turned.now("photo").size().toTuple() == (20, 40)
    turned.close()


def test_what_is_at_hand_is_the_sharpest_and_can_be_let_go(images: Images) -> None:
    assert images.at_hand("64") is None
    images.now("64", 16)
    images.now("64")
    images.now("32")
    assert images.at_hand("64").width() == 64
    images.release({"64"}, above=16)
    assert images.at_hand("64").width() == 16 and images.at_hand("32").width() == 32


def test_pixels_are_held_as_the_screen_paints_them(images: Images) -> None:
    assert images.now("64").format() == QImage.Format.Format_RGB32

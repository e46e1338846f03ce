"""The tokens that are shown are those that the engine uses."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter

from animeadapter.adapter import coverage, token_mask
from animeadapter.vision.pictures import to_square
from komawari.ui.characters import masks, tokens
from komawari.ui.characters.tokens import Encoder

SIZES = [(256, 256), (640, 480), (333, 777), (1200, 90), (100, 40), (2000, 3001)]


def blob(width: int, height: int, seed: int) -> QImage:
    """A few ellipses."""
    generator = np.random.default_rng(seed)
    image = QImage(width, height, masks.GREY)
    image.fill(0)
    painter = QPainter(image)
    painter.setBrush(QColor("white"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for x, y, w, h in generator.uniform(0.05, 0.5, (3, 4)):
        painter.drawEllipse(round(x * width), round(y * height), round(w * width), round(h * height))
    painter.end()
    return image


def engines(mask: QImage, encoder: Encoder) -> tuple[torch.Tensor, torch.Tensor]:
    """Coverage and choice of the engine, for a mask as it comes out of its file."""
    values = np.frombuffer(masks.values(mask), np.uint8).reshape(mask.height(), mask.width())
    support = (values / 255 > masks.FAINTEST).astype(np.float32)
    square, _ = to_square(support, encoder.side, fill=0)
    whole = torch.from_numpy(square)[None]
    return coverage(whole, encoder.grid).flatten(), token_mask(whole, encoder.grid).flatten()


@pytest.mark.parametrize("encoder", [Encoder(256, 16), Encoder(224, 16)])
@pytest.mark.parametrize("size", SIZES)
def test_tokens_are_those_of_the_engine(size: tuple[int, int], encoder: Encoder) -> None:
    for seed in range(2):
        mask = blob(*size, seed)
        covered, chosen = engines(mask, encoder)
        mine = tokens.tokens_of(mask, encoder)
        difference = (torch.tensor(mine.coverage) - covered).abs()
        assert difference.max() < 0.02
        sure = (covered - tokens.THRESHOLD).abs() > 0.02
        assert torch.equal(torch.tensor(mine.active)[sure], chosen[sure] > 0)
        assert mine.count >= 1


def test_a_tiny_part_chooses_its_fullest_patch_alone() -> None:
    mask = QImage(256, 256, masks.GREY)
    mask.fill(0)
    for x, y in ((100, 50), (101, 50), (200, 200)):
        mask.setPixelColor(x, y, QColor("white"))
    found = tokens.tokens_of(mask, Encoder(256, 16))
    _, chosen = engines(mask, Encoder(256, 16))
    assert found.is_fallback and found.are_few
    assert found.active.index(True) == int(chosen.argmax()) == 3 * 16 + 6


def test_an_empty_mask_and_one_of_no_strength_choose_nothing() -> None:
    empty = QImage(64, 64, masks.GREY)
    empty.fill(0)
    assert tokens.tokens_of(empty, Encoder(256, 16)).count == 0
    assert tokens.tokens_of(masks.full(QSize(64, 64)), Encoder(256, 16), scale=0).count == 0


def test_a_tall_picture_is_kept_whole_and_its_padding_has_no_tokens() -> None:
    found = tokens.tokens_of(masks.full(QSize(100, 400)), Encoder(256, 16))
    columns = {index % 16 for index, active in enumerate(found.active) if active}
    assert columns == {6, 7, 8, 9} and found.count == 4 * 16

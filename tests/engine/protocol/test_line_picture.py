"""Strokes are found whatever their colour, width and ground; what is no stroke is not."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from animeadapter.protocol.line_picture import as_scribble, line_picture, to_rgb

Colour = tuple[int, int, int]


def drawing(ink: Colour = (0, 0, 0), ground: Colour = (255, 255, 255), width: int = 3) -> NDArray[np.uint8]:
    """Return a square frame and a diagonal, drawn with a pen."""
    pixels = np.full((256, 256, 3), ground, np.uint8)
    cv2.rectangle(pixels, (60, 60), (190, 190), ink, width, cv2.LINE_AA)
    cv2.line(pixels, (60, 60), (190, 190), ink, width, cv2.LINE_AA)
    return pixels


@pytest.mark.parametrize(
    "ink, ground",
    [
        ((0, 0, 0), (255, 255, 255)),
        ((160, 200, 255), (255, 255, 255)),
        ((30, 30, 60), (250, 220, 120)),
        ((120, 40, 20), (230, 150, 130)),
        ((0, 0, 0), (90, 60, 140)),
    ],
    ids=["ink on paper", "blue pencil", "ink on yellow", "outline of a coloured area", "ink on a dark ground"],
)
@pytest.mark.parametrize("width", [1, 3, 7])
def test_strokes_of_any_pen_are_found_where_they_are_and_as_bright(ink: Colour, ground: Colour, width: int) -> None:
    pixels = drawing(ink, ground, width)
    strokes = np.abs(pixels.astype(int) - np.array(ground)).max(2) > 0.9 * np.abs(np.subtract(ink, ground)).max()
    found = line_picture(pixels)
    assert found.dtype == np.float32 and found.shape == (256, 256) and found.min() >= 0 and found.max() <= 1
    assert found[strokes].mean() > (0.95 if width < 7 else 0.85)  # crossings are wider than a pen
    assert found[cv2.dilate(strokes.astype(np.uint8), np.ones((5, 5), np.uint8)) == 0].max() == 0


def test_areas_and_their_edges_are_no_strokes() -> None:
    pixels = np.full((256, 256, 3), 255, np.uint8)
    pixels[80:200, 80:200] = (20, 20, 20)
    pixels[:, :40] = (200, 180, 90)
    # A disc does not reach into corners, which look like the ends of strokes.
    assert (line_picture(pixels) > 0).mean() < 0.002


def test_light_strokes_on_dark_are_none_and_neither_is_paper_that_is_not_quite_white() -> None:
    chalk = np.zeros((256, 256, 3), np.uint8)
    cv2.circle(chalk, (128, 128), 80, (255, 255, 255), 3, cv2.LINE_AA)
    assert (line_picture(chalk) > 0).mean() < 0.002
    noise = np.random.default_rng(0).integers(245, 256, (256, 256, 3)).astype(np.uint8)
    assert not line_picture(noise).any()


def grained(pixels: np.ndarray, sigma: float) -> np.ndarray:
    noise = np.random.default_rng(1).normal(0, sigma, pixels.shape)
    return np.clip(np.rint(np.minimum(pixels, 245) + noise), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("sigma", [1, 2, 4, 8, 12])
def test_the_grain_of_scanned_paper_is_neither_stroke_nor_does_it_hide_any(sigma: float) -> None:
    strokes = drawing((20, 20, 30))[..., 0] < 60
    found = line_picture(grained(drawing((20, 20, 30)), sigma))
    away = cv2.dilate(strokes.astype(np.uint8), np.ones((7, 7), np.uint8)) == 0
    assert found[strokes].mean() > 0.9 and (found[away] > 0.2).mean() < 0.003
    assert (as_scribble(found)[away] > 0).mean() < 0.03
    assert (line_picture(grained(np.full((256, 256, 3), 255, np.uint8), sigma)) > 0.2).mean() < 0.01


def test_squared_paper_does_not_hide_strokes_and_pencil_lives_beside_ink() -> None:
    pixels = drawing((90, 90, 90))
    pixels[::6] = np.minimum(pixels[::6], 240)
    pixels[:, ::6] = np.minimum(pixels[:, ::6], 240)
    found = line_picture(pixels)
    assert found[124, 60] > 0.9 and found[:40].max() < 0.05
    both = np.full((256, 256, 3), 255, np.uint8)
    cv2.line(both, (20, 40), (230, 40), (170, 170, 170), 2, cv2.LINE_AA)
    cv2.line(both, (20, 200), (230, 200), (0, 0, 0), 5, cv2.LINE_AA)
    seen = line_picture(both)
    assert seen[200, 100] == 1 and as_scribble(seen)[40, 100] == 1


def test_thin_strokes_of_a_large_drawing_are_not_lost_at_a_small_size() -> None:
    large = np.full((4096, 4096, 3), 255, np.uint8)
    cv2.circle(large, (2048, 2048), 1400, (60, 60, 60), 2, cv2.LINE_AA)
    found = line_picture(large, (256, 256))
    ring = np.zeros((256, 256), np.uint8)
    cv2.circle(ring, (128, 128), 88, 1, 3)
    on_it = found * ring
    assert found.shape == (256, 256) and on_it.max() == 1 and (on_it > 0.5).sum() > 300


def test_a_scribble_knows_no_grey_and_is_wider() -> None:
    neat = line_picture(drawing((90, 90, 90), width=2))
    rough = as_scribble(neat)
    assert set(np.unique(rough)) == {0.0, 1.0}
    assert rough.sum() > neat.sum() and rough[neat > 0.9].min() == 1


def test_it_is_shown_as_bright_strokes_on_black() -> None:
    shown = to_rgb(line_picture(drawing()))
    assert shown.shape == (256, 256, 3) and shown.dtype == np.uint8 and shown.max() == 255
    assert tuple(shown[60, 100]) == (255, 255, 255) and not shown[0].any()


def test_what_speaks_the_protocol_does_not_load_what_finds_lines() -> None:
    code = "import sys, animeadapter.protocol.wire, animeadapter.protocol.calls; sys.exit('cv2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

"""The embedded pack draws: stock pipelines read it, and a reference decides what a character looks like."""

from __future__ import annotations

import cv2
import diffusers
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

import komawari_resources
from animeadapter.evaluate.cases import WITH, WITHOUT, build_case, requests
from animeadapter.generate.events import Picture
from animeadapter.generate.studio import Studio
from animeadapter.metrics.similarity import psnr
from animeadapter.packs.load import load_pack
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import blobs_of
from animeadapter.synthetic.command import sample
from animeadapter.vision.eyes import Eyes
from animeadapter.vision.upscaler import Upscaler

MINI = komawari_resources.path("models", "mini")
PARTS = {
    "vae", "text_encoder", "tokenizer", "image_encoder", "unet", "scheduler", "t2i_adapter", "adapter", "vision",
    "upscaler",
}  # fmt: skip
STEPS = 8


def test_nothing_is_lacking() -> None:
    pack = load_pack(MINI)
    assert {part for part in PARTS if pack.has(part)} == PARTS


def test_a_stock_pipeline_reads_the_folder_and_draws() -> None:
    pipeline = diffusers.StableDiffusionPipeline.from_pretrained(MINI, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    drawn = pipeline("1girl solo beach", width=208, height=312, num_inference_steps=2, output_type="np").images
    assert drawn.shape == (1, 312, 208, 3) and float(drawn.std()) > 0.02


def hair_distance(picture: NDArray[np.uint8], truth: NDArray[np.uint8], parts: NDArray[np.uint8]) -> float:
    """Return how far a picture's mean colour is from the truth's (CIELAB) where the truth has hair."""
    where = cv2.erode((parts == Part.HAIR).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    one, other = (cv2.cvtColor(p, cv2.COLOR_RGB2LAB)[where].astype(float).mean(0) for p in (picture, truth))
    return float(np.linalg.norm(one - other))


@pytest.mark.parametrize("size", range(5))
def test_hair_comes_from_the_reference(size: int) -> None:
    studio = Studio()
    far: dict[str, list[float]] = {WITH: [], WITHOUT: []}
    for number in range(size, size + 15, 5):
        case = build_case(4242, number)
        asked, blobs = requests(case, str(MINI), STEPS)
        for kind, request in asked.items():
            files = {sha: blobs[sha] for sha in blobs_of(request).values()}
            drawn = next(event.pixels for event in list(studio.run(request, files)) if isinstance(event, Picture))
            far[kind].append(hair_distance(drawn, case.truth.image, case.truth.parts))
    assert np.mean(far[WITH]) < 0.75 * np.mean(far[WITHOUT]), far


def test_its_eyes_find_a_character_and_its_hair() -> None:
    eyes = Eyes.from_pretrained(MINI / "vision", torch.device("cpu"))
    for number in range(4):
        drawing = sample(77, number, (256, 256))
        look = eyes.look(drawing.image)
        found, truth = look.parts > 0, drawing.foreground > 0
        assert (found & truth).sum() / (found | truth).sum() > 0.85


def test_it_enlarges_a_drawing_better_than_bicubic_interpolation_does() -> None:
    upscaler = Upscaler.from_pretrained(MINI / "upscaler", torch.device("cpu"))
    large = sample(78, 1, (768, 768)).image
    small = cv2.resize(large, (192, 192), interpolation=cv2.INTER_AREA)
    found = upscaler.upscale(small)
    assert found is not None and found.shape == large.shape
    bicubic = cv2.resize(small, (768, 768), interpolation=cv2.INTER_CUBIC)
    assert psnr(found, large) > psnr(bicubic, large) + 3

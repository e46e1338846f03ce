"""The upscaler gives pictures four times as large, without seams, and can be stopped between tiles."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from animeadapter.packs.errors import PackError
from animeadapter.vision import upscaler as module
from animeadapter.vision.upscaler import FACTOR, Upscaler, UpscalerConfig, UpscalerError, UpscalerNet, enlarged

SMALL = UpscalerConfig(width=8, blocks=2)


@pytest.fixture
def upscaler() -> Upscaler:
    torch.manual_seed(3)
    net = UpscalerNet(SMALL)
    torch.nn.init.normal_(net.last.weight, std=0.05)
    return Upscaler(net)


def picture_of(height: int, width: int) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (height, width, 3), np.uint8)


@pytest.mark.parametrize("size", [(16, 40), (45, 33), (1, 7)])
def test_the_answer_is_four_times_as_large(upscaler: Upscaler, size: tuple[int, int]) -> None:
    large = upscaler.upscale(picture_of(*size))
    assert large is not None and large.shape == (FACTOR * size[0], FACTOR * size[1], 3) and large.dtype == np.uint8


def test_a_fresh_net_is_bicubic() -> None:
    batch = torch.rand(1, 3, 9, 11) * 2 - 1
    assert torch.equal(UpscalerNet(SMALL)(batch), enlarged(batch))


def test_tiles_leave_no_seam(upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch) -> None:
    picture = picture_of(50, 70)
    whole = upscaler.upscale(picture)
    monkeypatch.setattr(module, "TILE", 16)
    tiled = upscaler.upscale(picture)
    assert whole is not None and tiled is not None
    assert np.abs(whole.astype(int) - tiled).max() <= 1  # rounding


def test_the_picture_keeps_its_place(upscaler: Upscaler) -> None:
    picture = np.full((24, 24, 3), 255, np.uint8)
    picture[6:12, 12:18] = 0
    large = Upscaler(UpscalerNet(SMALL)).upscale(picture)
    assert large is not None
    rows, columns = np.nonzero(large[..., 0] < 128)
    assert (rows.min(), rows.max() + 1, columns.min(), columns.max() + 1) == (24, 48, 48, 72)


def test_it_is_stopped_between_tiles(upscaler: Upscaler, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TILE", 16)
    asked: list[int] = []
    assert upscaler.upscale(picture_of(32, 32), lambda: asked.append(1) or len(asked) > 2) is None  # type: ignore[func-returns-value]
    assert len(asked) == 3


def test_pictures_that_are_too_large_are_refused(upscaler: Upscaler) -> None:
    with pytest.raises(UpscalerError, match="5000 × 4000 pixels are too many to enlarge"):
        upscaler.upscale(np.zeros((4000, 5000, 3), np.uint8))


def test_the_network_that_ships_is_small() -> None:
    assert 200_000 < sum(parameter.numel() for parameter in UpscalerNet().parameters()) < 350_000


def test_it_is_saved_and_loaded_exactly(upscaler: Upscaler, tmp_path: Path) -> None:
    upscaler.save_pretrained(tmp_path, torch.float32)
    picture = picture_of(20, 30)
    again, before = Upscaler.from_pretrained(tmp_path).upscale(picture), upscaler.upscale(picture)
    assert again is not None and before is not None and np.array_equal(again, before)


def test_a_file_that_does_not_fit_its_config_is_refused_by_name(upscaler: Upscaler, tmp_path: Path) -> None:
    upscaler.save_pretrained(tmp_path)
    file = tmp_path / "model.safetensors"
    weights = load_file(file)
    save_file({name: value for name, value in weights.items() if name != "merge.bias"}, file)
    with pytest.raises(PackError, match=r"model\.safetensors: lacks merge\.bias"):
        Upscaler.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"factor": 3}')
    with pytest.raises(UpscalerError, match=r"config\.json: .*factor"):
        Upscaler.from_pretrained(tmp_path)

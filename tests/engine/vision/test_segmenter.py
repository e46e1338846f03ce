"""The segmenter answers at the picture's own size, is saved and loaded exactly, and refuses a wrong file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from animeadapter.packs.errors import PackError
from animeadapter.protocol.parts import Part
from animeadapter.vision.segmenter import SegmentationNet, Segmenter, SegmenterConfig, SegmenterError

SMALL = SegmenterConfig(side=32, widths=(4, 8))


@pytest.fixture
def segmenter() -> Segmenter:
    torch.manual_seed(3)
    return Segmenter(SegmentationNet(SMALL))


def brightness_segmenter(part: Part) -> Segmenter:
    """A segmenter by hand: foreground is what is dark, all of it one part."""

    class Dark(torch.nn.Module):
        config = SMALL

        def forward(self, pictures: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(pictures.shape[0], 1 + len(Part), *pictures.shape[2:])
            logits[:, 0] = -pictures.mean(dim=1)
            logits[:, 1 + int(part)] = 5.0
            return logits

    return Segmenter(Dark())  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(40, 100), (100, 40), (64, 64)])
def test_the_answer_lies_where_the_character_lies(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 255, np.uint8)
    inside = np.zeros(size, bool)
    inside[size[0] // 4 : size[0] // 2, size[1] // 4 : size[1] // 2] = True
    picture[inside] = 0
    found = brightness_segmenter(Part.HAIR).foreground(picture)
    assert found.shape == size and set(np.unique(found)) == {0, 255}
    assert ((found > 0) == inside).mean() > 0.93
    parts = brightness_segmenter(Part.OUTFIT).parts(picture)
    assert set(np.unique(parts)) == {int(Part.BACKGROUND), int(Part.OUTFIT)}
    assert np.array_equal(parts > 0, found > 0)


def test_the_network_that_ships_is_small() -> None:
    weights = sum(parameter.numel() for parameter in SegmentationNet().parameters())
    assert 400_000 < weights < 600_000


def test_it_is_saved_and_loaded_exactly(segmenter: Segmenter, tmp_path: Path) -> None:
    segmenter.save_pretrained(tmp_path, torch.float32)
    picture = np.random.default_rng(1).integers(0, 255, (50, 30, 3), np.uint8)
    again = Segmenter.from_pretrained(tmp_path)
    assert np.array_equal(again.parts(picture), segmenter.parts(picture))
    assert np.array_equal(again.foreground(picture), segmenter.foreground(picture))


def test_half_precision_on_disk_is_single_in_memory(segmenter: Segmenter, tmp_path: Path) -> None:
    segmenter.save_pretrained(tmp_path)
    assert all(tensor.dtype == torch.float16 for tensor in load_file(tmp_path / "model.safetensors").values())
    assert all(p.dtype == torch.float32 for p in Segmenter.from_pretrained(tmp_path).net.parameters())


def test_a_file_that_does_not_fit_its_config_is_refused_by_name(segmenter: Segmenter, tmp_path: Path) -> None:
    segmenter.save_pretrained(tmp_path)
    file = tmp_path / "model.safetensors"
    weights = load_file(file)
    name = "head.bias"
    for change, message in (
        ({name: torch.zeros(3)}, rf"model\.safetensors: {name} has the shape 3, its config says 8"),
        ({"extra": torch.zeros(1)}, r"model\.safetensors: holds an unknown tensor, extra"),
    ):
        save_file(weights | change, file)
        with pytest.raises(PackError, match=message):
            Segmenter.from_pretrained(tmp_path)
    save_file({k: v for k, v in weights.items() if k != name}, file)
    with pytest.raises(PackError, match=rf"model\.safetensors: lacks {name}"):
        Segmenter.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"sides": 3}')
    with pytest.raises(SegmenterError, match=r"config\.json: .*sides"):
        Segmenter.from_pretrained(tmp_path)

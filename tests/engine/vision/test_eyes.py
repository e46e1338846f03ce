"""Eyes answer at the picture's own size, take clicks in its pixels, are saved exactly, and refuse a wrong file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from animeadapter.packs.errors import PackError
from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import JOINTS
from animeadapter.vision.eyes import Eyes, EyesError, on_canvas
from animeadapter.vision.eyes_net import COARSE, FINE, REACH, Clicks, EyesNet, Seen
from animeadapter.vision.trunk import STRIDE, EyesConfig

SMALL = EyesConfig(
    area=64 * 64, widths=(8, 8, 8, 8, 8), blocks=(1, 1, 1, 1, 1), back=(8, 8, 8, 8), heads=2, fine=4,
    click_layers=1, click_hidden=16,
)  # fmt: skip


@pytest.fixture
def eyes() -> Eyes:
    torch.manual_seed(3)
    return Eyes(EyesNet(SMALL))


def picture_of(size: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(1).integers(0, 255, (*size, 3), np.uint8)


class ByHand(torch.nn.Module):
    """Takes what is dark for a character, all of it one part, with one person at `centre` (pixels read)."""

    config = SMALL

    def __init__(self, part: Part = Part.HAIR, centres: tuple[tuple[float, float], ...] = ()) -> None:
        super().__init__()
        self.part, self.people = part, centres

    def forward(self, pictures: torch.Tensor) -> Seen:
        batch, _, height, width = pictures.shape
        logits = torch.zeros(batch, 1 + len(Part), height, width)
        logits[:, 0] = -pictures.mean(dim=1)
        logits[:, 1 + int(self.part)] = 5.0
        near, far = (height // FINE, width // FINE), (height // COARSE, width // COARSE)
        seen = Seen(
            parts=logits, joints=torch.full((batch, 18, *near), -9.0), own=torch.zeros(batch, 2, *near),
            centres=torch.full((batch, 1, *far), -9.0), limbs=torch.zeros(batch, 36, *far),
            has=torch.full((batch, 18, *far), -9.0), embedding=torch.zeros(batch, 8, *far),
        )  # fmt: skip
        for x, y in self.people:
            self._put(seen, x, y)
        return seen

    def _put(self, seen: Seen, x: float, y: float) -> None:
        """The neck lies 8 pixels above the centre, as the guess says; the nose 16 pixels, and the guess is 3 off."""
        row, column = int(y // COARSE), int(x // COARSE)
        middle = ((column + 0.5) * COARSE, (row + 0.5) * COARSE)
        seen.centres[0, 0, row, column] = 4.0
        seen.has[0, :2, row, column] = 4.0
        seen.limbs[0, 0:2, row, column] = torch.tensor([x + 3 - middle[0], y - 16 - middle[1]]) / REACH
        seen.limbs[0, 2:4, row, column] = torch.tensor([x - middle[0], y - 8 - middle[1]]) / REACH
        seen.joints[0, 0, int((y - 16) // FINE), int(x // FINE)] = 4.0
        half = (
            slice(0, seen.own.shape[-1] // 2)
            if column * 2 < seen.limbs.shape[-1]
            else slice(seen.own.shape[-1] // 2, None)
        )
        columns = (torch.arange(seen.own.shape[-1]) + 0.5) * FINE
        rows = (torch.arange(seen.own.shape[-2]) + 0.5) * FINE
        seen.own[0, 0, :, half] = ((x - columns) / REACH)[half]
        seen.own[0, 1, :, half] = ((y - rows) / REACH)[:, None]


@pytest.mark.parametrize("size", [(40, 100), (100, 40), (64, 64), (640, 640)])
def test_the_answer_lies_where_the_character_lies(size: tuple[int, int]) -> None:
    picture = np.full((*size, 3), 255, np.uint8)
    inside = np.zeros(size, bool)
    inside[size[0] // 4 : size[0] // 2, size[1] // 4 : size[1] // 2] = True
    picture[inside] = 0
    look = Eyes(ByHand(Part.OUTFIT)).look(picture)  # type: ignore[arg-type]
    assert look.foreground.shape == size and set(np.unique(look.foreground)) == {0, 255}
    assert ((look.foreground > 0) == inside).mean() > 0.93
    assert set(np.unique(look.parts)) == {int(Part.BACKGROUND), int(Part.OUTFIT)}
    assert np.array_equal(look.parts > 0, look.foreground > 0)


def test_people_are_found_with_their_joints_and_their_own_pixels() -> None:
    picture = np.full((64, 64, 3), 255, np.uint8)
    picture[20:60, 4:28] = picture[20:60, 36:60] = 0
    look = Eyes(ByHand(centres=((16.0, 40.0), (48.0, 40.0))), careful=False).look(picture)  # type: ignore[arg-type]
    assert len(look.people) == 2
    left, right = sorted(look.people, key=lambda person: person.pose.keypoints[1] or (9, 9))
    for person, x in ((left, 16.0), (right, 48.0)):
        nose, neck = person.pose.keypoints[:2]
        assert neck == pytest.approx((x / 64, 32 / 64), abs=0.01), "a guess without a peak stands"
        assert nose == pytest.approx((x / 64, 24 / 64), abs=0.05), "a guess near a peak is snapped to it"
        assert person.pose.keypoints[2:] == (None,) * (len(JOINTS) - 2)
        assert person.score == pytest.approx(0.982, abs=0.01)
    assert (left.mask[20:60, 4:28] == 255).all() and not left.mask[:, 36:].any()
    assert (right.mask[20:60, 36:60] == 255).all() and not right.mask[:, :28].any()


def test_nobody_is_found_where_nobody_is() -> None:
    assert Eyes(ByHand()).look(picture_of((50, 60))).people == ()  # type: ignore[arg-type]


def test_a_picture_lies_whole_on_the_canvas_and_white_around() -> None:
    pixels, canvas = on_canvas(np.zeros((50, 200, 3), np.uint8), 64 * 64)
    assert canvas.inner == (128, 32) and canvas.size == (128, 32) and not pixels.any()
    pixels, canvas = on_canvas(np.zeros((60, 60, 3), np.uint8), 60 * 60)
    assert canvas.scale == 1.0 and canvas.size == (64, 64)
    assert not pixels[:60, :60].any() and (pixels[60:] == 255).all() and (pixels[:, 60:] == 255).all()
    pixels, canvas = on_canvas(np.zeros((16, 40_000, 3), np.uint8), 64 * 64)
    assert all(side % STRIDE == 0 for side in canvas.size) and max(canvas.size) == 256


def test_clicks_are_counted_in_the_pictures_own_pixels(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def answer(
        self: Clicks, embedding: torch.Tensor, points: torch.Tensor, labels: torch.Tensor, boxes: object
    ) -> tuple:
        asked.append((points.tolist(), labels.tolist(), None if boxes is None else boxes.tolist()))  # type: ignore[attr-defined]
        height, width = (2 * FINE * n // FINE * 2 for n in embedding.shape[-2:])
        masks = torch.full((1, 4, height, width), -1.0)
        for k in range(4):
            masks[:, k, :, : (k + 1) * width // 4] = 1.0
        return masks, torch.tensor([[9.0, 0.1, 0.3, 0.2]])

    monkeypatch.setattr(Clicks, "forward", answer)
    look = eyes.look(picture_of((128, 128)))
    single = look.click([(100, 20)], [True])
    assert asked[-1] == ([[[50.0, 10.0]]], [[1.0]], None)
    assert single.shape == (128, 128) and single[:, :90].all() and not single[:, 102:].any(), "the best of three"
    several = look.click([(100, 20), (8, 8)], [True, False], (0, 0, 64, 128))
    assert asked[-1] == ([[[50.0, 10.0], [4.0, 4.0]]], [[1.0, 0.0]], [[0.0, 0.0, 32.0, 64.0]])
    assert several[:, :26].all() and not several[:, 40:].any(), "the answer to several prompts"


def test_clicks_give_a_mask_and_use_one_look(eyes: Eyes, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    forward = EyesNet.forward
    monkeypatch.setattr(EyesNet, "forward", lambda self, x: looks.append(1) or forward(self, x))
    look = eyes.look(picture_of((70, 90)))
    for points, positive, box in (
        ([(5, 5)], [True], None),
        ([], [], (0, 0, 90, 70)),
        ([(1, 2), (3, 4)], [True, False], None),
    ):
        mask = look.click(points, positive, box)  # type: ignore[arg-type]
        assert mask.shape == (70, 90) and set(np.unique(mask)) <= {0, 255}
    assert len(looks) == 1
    assert look.foreground.shape == look.parts.shape == (70, 90) and len(looks) == 5, "closer twice, and in the mirror"
    assert look.people is not None and len(looks) == 6, "only the mirror image is new"


@pytest.mark.parametrize(
    ("points", "positive", "box", "message"),
    [
        ([], [], None, "points: click somewhere"),
        ([(1, 1)], [], None, "positive: 1 points need as many marks, there are 0"),
        ([(90, 1)], [True], None, r"points\[0\]: \(90, 1\) is outside the picture of 90 × 70 pixels"),
        ([(float("nan"), 1)], [True], None, r"points\[0\]"),
        ([], [], (5, 5, 5, 9), "box: .* is no left, top, right, bottom within 90 × 70"),
        ([], [], (5, 5, 95, 9), "box"),
    ],
)
def test_senseless_clicks_are_refused(
    eyes: Eyes, points: list, positive: list, box: tuple | None, message: str
) -> None:
    look = eyes.look(picture_of((70, 90)))
    with pytest.raises(EyesError, match=message):
        look.click(points, positive, box)


def test_the_network_that_ships_is_small() -> None:
    weights = sum(parameter.numel() for parameter in EyesNet().parameters())
    assert 3_000_000 < weights < 4_000_000


def test_they_are_saved_and_loaded_exactly(eyes: Eyes, tmp_path: Path) -> None:
    eyes.save_pretrained(tmp_path, torch.float32)
    picture = picture_of((50, 30))
    again = Eyes.from_pretrained(tmp_path)
    assert np.array_equal(again.parts(picture), eyes.parts(picture))
    one, other = again.look(picture), eyes.look(picture)
    assert np.array_equal(one.click([(3, 3)], [True]), other.click([(3, 3)], [True]))


def test_half_precision_on_disk_is_single_in_memory(eyes: Eyes, tmp_path: Path) -> None:
    eyes.save_pretrained(tmp_path)
    assert all(tensor.dtype == torch.float16 for tensor in load_file(tmp_path / "model.safetensors").values())
    assert all(p.dtype == torch.float32 for p in Eyes.from_pretrained(tmp_path).net.parameters())


def test_a_file_that_does_not_fit_its_config_is_refused_by_name(eyes: Eyes, tmp_path: Path) -> None:
    eyes.save_pretrained(tmp_path)
    file = tmp_path / "model.safetensors"
    weights = load_file(file)
    name = "before.bias"
    for change, message in (
        ({name: torch.zeros(3)}, rf"model\.safetensors: {name} has the shape 3, its config says 4"),
        ({"extra": torch.zeros(1)}, r"model\.safetensors: holds an unknown tensor, extra"),
    ):
        save_file(weights | change, file)
        with pytest.raises(PackError, match=message):
            Eyes.from_pretrained(tmp_path)
    save_file({k: v for k, v in weights.items() if k != name}, file)
    with pytest.raises(PackError, match=rf"model\.safetensors: lacks {name}"):
        Eyes.from_pretrained(tmp_path)
    (tmp_path / "config.json").write_text('{"sides": 3}')
    with pytest.raises(EyesError, match=r"config\.json: .*sides"):
        Eyes.from_pretrained(tmp_path)


def test_many_pictures_are_answered_as_the_stock_decoder_answers_each(eyes: Eyes) -> None:
    torch.manual_seed(0)
    clicks, embedding = eyes.net.clicks, torch.randn(3, 8, 4, 6)
    points, labels = torch.rand(3, 2, 2) * 30, torch.tensor([[1.0, 0.0], [1.0, 1.0], [1.0, -1.0]])
    masks, quality = clicks(embedding, points, labels, None)
    for k in range(3):
        sparse, dense = clicks.prompts((points[k : k + 1], labels[k : k + 1]), None, None)
        stock = clicks.masks.predict_masks(embedding[k : k + 1], clicks.prompts.get_dense_pe(), sparse, dense)
        assert torch.allclose(masks[k], stock[0][0], atol=1e-5) and torch.allclose(quality[k], stock[1][0], atol=1e-5)

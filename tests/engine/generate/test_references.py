"""A reference becomes a padded square and a mask: the own mask first, then transparency, then the eyes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from animeadapter.generate.errors import StudioError
from animeadapter.generate.references import PreparedReference, prepare
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import Blob, PartMask, Reference
from animeadapter.vision.pictures import PictureError, encode_png

WIDTH, HEIGHT, SIDE = 40, 80, 80


class Finder:
    """Eyes that find a character in the upper half, hair in its upper quarter, and remember being asked."""

    def __init__(self, found: bool = True, people: int = 1) -> None:
        self.found, self.people, self.asked = found, people, 0

    def look(self, picture: np.ndarray) -> SimpleNamespace:
        self.asked += 1
        mask = np.zeros(picture.shape[:2], np.uint8)
        mask[: HEIGHT // 2 if self.found else 0] = 255
        return SimpleNamespace(foreground=mask, people=range(self.people))

    def parts(self, picture: np.ndarray) -> np.ndarray:
        self.asked += 1
        labels = np.zeros(picture.shape[:2], np.uint8)
        labels[: HEIGHT // 2] = Part.OUTFIT
        labels[: HEIGHT // 4] = Part.HAIR
        return labels


def picture(channels: int = 3) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 200, (HEIGHT, WIDTH, channels), np.uint8)


def mask(rows: slice, value: int = 255) -> np.ndarray:
    grey = np.zeros((HEIGHT, WIDTH), np.uint8)
    grey[rows] = value
    return grey


def ready(
    image: np.ndarray, finder: Finder, own: np.ndarray | None = None, parts: tuple = (), **options: object
) -> tuple[PreparedReference, list[str]]:
    files = {Blob.of(data).sha256: data for data in (encode_png(a) for a in (image, own) if a is not None)}
    names = [Blob(sha) for sha in files]
    blobs = dict(files)
    part_masks = []
    for part, part_mask, scale in parts:
        data = None if part_mask is None else encode_png(part_mask)
        if data is not None:
            blobs[Blob.of(data).sha256] = data
        part_masks.append(PartMask(part, None if data is None else Blob.of(data), scale))
    reference = Reference(names[0], names[1] if own is not None else None, tuple(part_masks), **options)
    told: list[str] = []
    return prepare(reference, blobs, "references[0]", SIDE, lambda: finder, told.append), told


def middle(prepared: PreparedReference) -> np.ndarray:
    """The mask along the middle of the picture, top to bottom."""
    return prepared.mask[:, SIDE // 2]


def test_a_picture_that_is_not_square_is_padded_and_the_padding_masked() -> None:
    prepared, _ = ready(picture(), Finder(), mask(slice(None)))
    assert prepared.picture.shape == (SIDE, SIDE, 3) and prepared.mask.shape == (SIDE, SIDE)
    left = (SIDE - WIDTH) // 2
    assert (prepared.picture[:, :left] == 255).all() and np.array_equal(prepared.picture[:, left:-left], picture())
    assert (prepared.mask[:, :left] == 0).all() and (prepared.mask[:, left:-left] == 1).all()


def test_the_own_mask_comes_before_transparency_and_both_before_the_eyes() -> None:
    cut_out = picture(4)
    cut_out[..., 3] = mask(slice(0, 20))
    finder = Finder()
    assert middle(ready(cut_out, finder, mask(slice(60, 80)))[0]).nonzero()[0].min() == 60
    assert middle(ready(cut_out, finder)[0]).nonzero()[0].max() == 19 and finder.asked == 0
    assert middle(ready(picture(), finder)[0]).nonzero()[0].max() == HEIGHT // 2 - 1 and finder.asked == 1


def test_a_soft_mask_stays_soft() -> None:
    prepared, _ = ready(picture(), Finder(), mask(slice(0, 40), 51))
    assert middle(prepared)[10] == pytest.approx(0.2, abs=1e-3)


def test_where_nobody_is_found_all_is_taken_and_said_so() -> None:
    prepared, told = ready(picture(), Finder(found=False))
    assert (middle(prepared) == 1).all() and "references[0]: no character was found" in told[0]


def test_several_people_are_told_unless_a_mask_says_who_is_meant() -> None:
    _, told = ready(picture(), Finder(people=2))
    assert told == ["references[0]: shows 2 people, and they are mixed; mask the one who is meant"]
    assert ready(picture(), Finder(people=2), mask(slice(None)))[1] == []


def test_parts_are_cut_out_of_the_character_each_with_its_strength() -> None:
    prepared, _ = ready(picture(), Finder(), parts=(("hair", None, 0.5), ("outfit", mask(slice(30, 80)), 2.0)))
    column = middle(prepared)
    assert column[10] == pytest.approx(0.5) and column[25] == 0
    assert column[35] == pytest.approx(2.0) and column[50] == 0


def test_scales_are_handed_on() -> None:
    prepared, _ = ready(picture(), Finder(), scale=0.7, block_scales={"mid_block": 0.0})
    assert prepared.scale == 0.7 and prepared.block_scales == {"mid_block": 0.0}


def test_an_empty_mask_leaves_nothing_and_is_told() -> None:
    prepared, told = ready(picture(), Finder(), mask(slice(0, 0)), parts=(("hair", None, 1.0),))
    assert not prepared.mask.any() and "references[0].mask: is empty, so the reference adds nothing" in told[0]
    clear = picture(4)
    clear[..., 3] = 0
    prepared, told = ready(clear, Finder())
    assert not prepared.mask.any() and "references[0].picture: is wholly transparent" in told[0]
    prepared, told = ready(picture(), Finder(), parts=(("hair", mask(slice(0, 0)), 1.0),))
    assert not prepared.mask.any() and "references[0].parts: the masks of hair are empty" in told[0]


def test_a_part_of_no_weight_is_not_looked_for() -> None:
    prepared, told = ready(picture(), Finder(), parts=(("prop", None, 0.0),))
    assert not prepared.mask.any() and not told


def test_what_cannot_be_used_names_the_field() -> None:
    with pytest.raises(StudioError, match=r"references\[0\]\.parts: there is no prop"):
        ready(picture(), Finder(), parts=(("prop", None, 1.0),))
    with pytest.raises(PictureError, match=r"references\[0\]\.mask: the mask has 20 × 80"):
        ready(picture(), Finder(), np.full((80, 20), 255, np.uint8))
    with pytest.raises(PictureError, match=r"references\[0\]\.parts\[0\]\.mask: the mask has 9"):
        ready(picture(), Finder(), parts=(("hair", np.full((90, 99), 255, np.uint8), 1.0),))

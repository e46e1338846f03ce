"""Papers have the sizes that printers ask for, in any unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from komawari.domain.base import DomainError
from komawari.domain.paper import INCH, PRESETS, Paper, check_paper, in_unit, millimetres, paper


def test_japanese_b5_has_its_pixels_at_600_dpi() -> None:
    assert PRESETS["b5_manga"].pixels() == (4299, 6071)


def test_the_us_comic_has_its_bleed() -> None:
    left, top, right, bottom = PRESETS["us_comic"].bleed_box
    assert ((right - left) / INCH, (bottom - top) / INCH) == pytest.approx((6.875, 10.438), abs=0.001)


def test_a_webtoon_slice_has_exact_pixels() -> None:
    assert PRESETS["webtoon"].pixels() == (800, 1280)


@given(st.floats(0.01, 9000), st.sampled_from(["mm", "in", "px"]), st.integers(36, 2400))
def test_units_convert_both_ways(value: float, unit: str, dpi: int) -> None:
    assert in_unit(millimetres(value, unit, dpi), unit, dpi) == pytest.approx(value)


@pytest.mark.parametrize(
    "bad", [(2, 100), (100, 100, "mm", 300, 0, 50), (100, 20000, "mm", 300, 3), (100, 100, "mm", 3)]
)
def test_papers_on_which_nothing_fits_are_refused(bad: tuple[float, ...]) -> None:
    with pytest.raises(DomainError, match=r"paper|dpi"):
        paper(*bad)


def test_a_paper_without_numbers_is_refused_by_field() -> None:
    with pytest.raises(DomainError, match="height"):
        check_paper(Paper(100, float("nan")))

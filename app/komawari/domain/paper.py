"""A page's paper: trim, bleed and safe area, in millimetres, with a resolution; and the sizes artists begin with."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from komawari.domain.base import DomainError, Length, Part, checked

Unit = Literal["mm", "in", "px"]
Dpi = Annotated[int, Meta(ge=36, le=2400)]
Box = tuple[float, float, float, float]
"""Left, top, right, bottom in millimetres."""
INCH = 25.4
LONGEST = 20_000.0


class Paper(Part, frozen=True):
    """What a page is printed or shown on."""

    width: Length
    """Of the trimmed page, as is `height`."""
    height: Length
    bleed: Length = 0.0
    """How far pictures reach beyond the trim."""
    safe: Length = 0.0
    """How far inside the trim nothing important may lie."""
    dpi: Dpi = 600
    unit: Unit = "mm"
    """In which lengths are shown and typed."""

    @property
    def trim_box(self) -> Box:
        """The trimmed page."""
        return (0.0, 0.0, self.width, self.height)

    @property
    def bleed_box(self) -> Box:
        """The trimmed page and its bleed."""
        return (-self.bleed, -self.bleed, self.width + self.bleed, self.height + self.bleed)

    @property
    def safe_box(self) -> Box:
        """Where text and faces are safe from the knife."""
        return (self.safe, self.safe, self.width - self.safe, self.height - self.safe)

    def pixels(self, dpi: int | None = None, bleed: bool = False) -> tuple[int, int]:
        """Return the page's width and height in pixels, at its own resolution or another."""
        more = 2 * self.bleed if bleed else 0.0
        return (
            round((self.width + more) * (dpi or self.dpi) / INCH),
            round((self.height + more) * (dpi or self.dpi) / INCH),
        )


def millimetres(value: float, unit: Unit, dpi: int) -> float:
    """Return a length in millimetres."""
    return value * {"mm": 1.0, "in": INCH, "px": INCH / dpi}[unit]


def in_unit(length: float, unit: Unit, dpi: int) -> float:
    """Return a length of millimetres in another unit."""
    return length / millimetres(1.0, unit, dpi)


def paper(width: float, height: float, unit: Unit = "mm", dpi: int = 600, bleed: float = 0, safe: float = 0) -> Paper:
    """Return a paper whose lengths are given in `unit`. Raises `DomainError`."""
    wide, high, over, inside = (millimetres(value, unit, dpi) for value in (width, height, bleed, safe))
    return check_paper(Paper(wide, high, over, inside, dpi, unit))


def check_paper(value: Paper) -> Paper:
    """Return a paper on which something can be drawn. Raises `DomainError`."""
    checked(value)
    if min(value.width, value.height) < 5:
        raise DomainError("paper: width and height have to be 5 mm at least")
    if 2 * value.safe >= min(value.width, value.height):
        raise DomainError("paper.safe: leaves no room inside the page")
    if max(value.width, value.height) + 2 * value.bleed > LONGEST:
        raise DomainError(f"paper: may be {LONGEST:.0f} mm long at most, with its bleed")
    return value


PRESETS: dict[str, Paper] = {
    "us_comic": paper(6.625, 10.1875, "in", 600, 0.125, 0.375),
    "b5_manga": paper(182, 257, "mm", 600, 3, 10),
    "a4": paper(210, 297, "mm", 300, 3, 10),
    "square": paper(210, 210, "mm", 300, 3, 10),
    "webtoon": paper(800, 1280, "px", 96, 0, 16),
}
"""Name → paper. The US comic has 6.875 × 10.438 in with its bleed; B5 4299 × 6071 px; a webtoon's slice 800 × 1280."""

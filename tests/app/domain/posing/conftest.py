"""Skeletons and canvases of all kinds."""

from __future__ import annotations

import math

from hypothesis import strategies as st

from animeadapter.protocol.pose import LIMBS
from komawari.domain.panel import FigurePose
from komawari.domain.posing.hidden import STANDING
from komawari.domain.posing.space import Space, Spots

NUMBERS = st.floats(-300, 300, allow_nan=False)
PLACES = st.tuples(NUMBERS, NUMBERS)
SPACES = st.builds(
    Space,
    st.floats(-50, 200),
    st.floats(-50, 200),
    st.sampled_from([-1, 1]).flatmap(lambda sign: st.floats(20, 200).map(lambda side: sign * side)),
    st.sampled_from([-1, 1]).flatmap(lambda sign: st.floats(20, 200).map(lambda side: sign * side)),
)


@st.composite
def skeletons(draw: st.DrawFn, hidden: bool = False) -> Spots:
    """Somebody of any size anywhere, every joint a little elsewhere; some hidden on request."""
    size, x, y = draw(st.floats(5, 60)), draw(st.floats(0, 150)), draw(st.floats(0, 150))
    off = st.floats(-0.2, 0.2)
    spots = [(x + size * (a + draw(off)), y + size * (b + draw(off))) for a, b in STANDING]
    return tuple(None if hidden and draw(st.integers(0, 5)) == 0 else spot for spot in spots)


@st.composite
def poses(draw: st.DrawFn, hidden: bool = False) -> FigurePose:
    """A pose with a hand, of which some points are missing, and a face."""
    fraction = st.floats(-1.5, 2.5).map(lambda value: round(value, 6))
    point = st.tuples(fraction, fraction)
    joints = tuple(None if hidden and draw(st.booleans()) else draw(point) for _ in range(18))
    extra = tuple((*draw(point), float(draw(st.booleans()))) for _ in range(21))
    face = tuple((0.5 + k / 1000, 0.2 + k / 900, 0.9) for k in range(70)) if draw(st.booleans()) else None
    return FigurePose(joints, face=face, left_hand=extra if draw(st.booleans()) else None)


def lengths(spots: Spots) -> dict[tuple[int, int], float]:
    """The lengths of all bones that are seen."""
    seen = ((bone, spots[bone[0]], spots[bone[1]]) for bone in LIMBS)
    return {bone: math.dist(a, b) for bone, a, b in seen if a is not None and b is not None}

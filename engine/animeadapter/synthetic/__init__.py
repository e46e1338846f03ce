"""Procedurally drawn characters in an anime manner: data for the embedded pack and truth for the small benchmark.

The same identity can be drawn in any posture, view, framing, face, place and style, with exact masks, parts, joints
and tags.
"""

from animeadapter.protocol.parts import Part
from animeadapter.synthetic.casting import sample_identity
from animeadapter.synthetic.draw import Drawing, draw
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.reposed import reposed
from animeadapter.synthetic.shot import BUCKETS, Shot, sample_shot
from animeadapter.synthetic.style import HELD_OUT, foreign_style, sample_style
from animeadapter.synthetic.version import version

__all__ = [
    "BUCKETS", "HELD_OUT", "Drawing", "Identity", "Part", "Shot", "draw", "foreign_style", "reposed",
    "sample_identity", "sample_shot", "sample_style", "version",
]  # fmt: skip

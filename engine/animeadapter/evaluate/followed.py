"""The benchmark of followed lines: a figure drawn in ink, whose strokes the picture is to have, looks from elsewhere.

The ink is the renderer's own of the asked picture, without what stands behind the figure. Strokes of a picture are
found as those of a drawing are. No pose is given: where the figure stands, the lines alone say.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import msgspec
import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from animeadapter.evaluate.asking import Engine, share
from animeadapter.evaluate.cases import WITH, Case, build_case, requests
from animeadapter.evaluate.rows import Row
from animeadapter.generate.events import Pixels
from animeadapter.protocol.choices import LineKind
from animeadapter.protocol.line_picture import line_picture
from animeadapter.protocol.request import Blob, GenerateRequest, Lines
from animeadapter.synthetic.attributes import CLASSES
from animeadapter.vision.pictures import encode_png

LOOKS = ("hair_colour", "hair_style", "bangs", "outfit_kind", "main_colour")
NEAR = 2 / 256
"""How far off a stroke may lie, as a share of the longer side."""
SEEN = 0.4
"""Of a stroke, to count."""
ROUND = 9
"""Pixels round the figure that are looked at."""
LINES, POSE, NEITHER, TRUTH = "with lines", "with the pose", "with neither", "the renderer's own"


@dataclass(frozen=True)
class Inked:
    """A case, and the drawing that is handed over."""

    case: Case
    drawing: Pixels
    figure: NDArray[np.uint8]
    """(height, width), 1 where strokes are looked at."""


class Followed(msgspec.Struct, frozen=True):
    """What came of one case, for every way of asking."""

    number: int
    found: dict[str, float]
    """Share of the asked strokes that are there."""
    right: dict[str, float]
    """Share of the strokes there that were asked for."""
    named: dict[str, dict[str, bool]]
    """Which of `LOOKS` the judge names as the asked picture has them; those that it does not show are left out."""


class FollowedLines:
    """The task."""

    seed = 7701
    columns = ("reference", "drawing", LINES, POSE, NEITHER, "asked")

    def __init__(self, kind: LineKind = "lineart") -> None:
        self.kind = kind

    def build(self, seed: int, number: int) -> Inked:
        """Return a case; sizes take turns."""
        case = build_case(seed, number)
        figure = cv2.dilate((case.truth.foreground > 0).astype(np.uint8), np.ones((ROUND, ROUND), np.uint8))
        ink = line_picture(case.truth.image) * figure
        drawing = np.repeat(np.rint(255 * (1 - ink)).astype(np.uint8)[..., None], 3, 2)
        return Inked(case, drawing, np.asarray(figure, np.uint8))

    def answer(self, case: Inked, engine: Engine) -> tuple[Followed, list[Pixels]]:
        """Draw with the lines, with the pose instead, and with neither."""
        asked, blobs = line_requests(case, self.kind, engine)
        pictures = {name: engine.draw(request, blobs) for name, request in asked.items()}
        pictures[TRUTH] = engine.restored(case.case.truth.image)
        strokes = {name: near_strokes(case, picture) for name, picture in pictures.items()}
        shown = case.case.shown.classes
        truths = {look: CLASSES[look][number] for look in LOOKS if (number := shown[look]) is not None}
        said = {name: engine.say(picture).classes for name, picture in pictures.items()}
        named = {name: {look: classes[look] == truths[look] for look in truths} for name, classes in said.items()}
        answer = Followed(
            case.case.number,
            {name: found for name, (found, _) in strokes.items()},
            {name: right for name, (_, right) in strokes.items()},
            named,
        )
        drawn = [pictures[name] for name in (LINES, POSE, NEITHER)]
        return answer, [case.case.reference.image, case.drawing, *drawn, case.case.truth.image]

    def rows(self, answers: list[Followed]) -> list[Row]:
        """Return the figures: nothing was promised."""
        rows = []
        for name in (LINES, POSE, NEITHER, TRUTH):
            found = _mean([answer.found[name] for answer in answers])
            right = _mean([answer.right[name] for answer in answers])
            both = 2 * found * right / (found + right) if found + right > 0 else 0.0  # nor of NaN: nothing is drawn
            rows += [
                Row(name=f"asked strokes that are there, {name}", found=found),
                Row(name=f"strokes there that were asked for, {name}", found=right),
                Row(name=f"F1, {name}", found=round(both, 4)),
            ]
        for look in LOOKS:
            for name in (LINES, POSE, NEITHER, TRUTH):
                marks = [answer.named[name][look] for answer in answers if look in answer.named[name]]
                rows.append(Row(name=f"{look.replace('_', ' ')} as it is to be, {name}", found=share(marks)))
        return rows


def line_requests(case: Inked, kind: LineKind, engine: Engine) -> tuple[dict[str, GenerateRequest], dict[str, bytes]]:
    """Return the requests of a case by how they say where the figure is, and the files that they name."""
    both, blobs = requests(case.case, engine.pack, engine.steps)
    posed = both[WITH]
    neither = structs.replace(posed, poses=())
    ink = encode_png(case.drawing)
    lined = structs.replace(neither, lines=Lines(Blob.of(ink), kind))
    return {LINES: lined, POSE: posed, NEITHER: neither}, {**blobs, Blob.of(ink).sha256: ink}


def near_strokes(case: Inked, picture: Pixels) -> tuple[float, float]:
    """Return which share of the asked strokes a picture has, and which share of its strokes was asked for.

    Both near each other, and round the figure alone. NaN for a share of nothing.
    """
    asked = line_picture(case.drawing) > SEEN
    drawn = (line_picture(picture) > SEEN) & (case.figure > 0)
    return _covered(asked, drawn), _covered(drawn, asked)


def _covered(strokes: NDArray[np.bool_], others: NDArray[np.bool_]) -> float:
    if not strokes.any():
        return float("nan")
    side = 2 * max(1, round(max(strokes.shape) * NEAR)) + 1
    disc = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)
    wide = cv2.dilate(others.astype(np.uint8), disc)
    return float(wide[strokes].mean())


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return round(float(np.mean(known)), 4) if known else float("nan")

"""The redrawing benchmark: do unseen characters stay themselves in new postures, expressions, scenes and formats?

Each is drawn once as a reference and asked for in another picture, in words that do not say who it is, with the
asked skeleton. Three pictures are judged: the engine's with the reference, its without, and the true picture after
the pack's autoencoder, which is the best that could come out. In each, the pack's eyes look for the asked pose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animeadapter.control.openpose_picture import draw_pose
from animeadapter.evaluate.asking import Engine, basis
from animeadapter.evaluate.cases import WITH, WITHOUT, Case, build_case, requests
from animeadapter.evaluate.kept import CEILING, CLASSES_KEPT, Answered, Kept, figures, marks, postured, strange_marks
from animeadapter.evaluate.rows import Row
from animeadapter.generate.studio import Studio
from animeadapter.metrics.judge import Judge
from animeadapter.metrics.keypoints import KeypointTally
from animeadapter.synthetic import HELD_OUT
from animeadapter.synthetic.attributes import CLASSES, WORN
from animeadapter.synthetic.sheet import contact_sheet
from animeadapter.synthetic.style import HOUSE

Pixels = NDArray[np.uint8]
COUNT, SEED = 200, 7001
COLUMNS = ("reference", "asked pose", WITH, WITHOUT, "truth")
"""Of the sheet."""


@dataclass(frozen=True)
class Redrawing:
    """What the benchmark found, with what, and on which cases."""

    answers: list[Answered]
    provenance: dict[str, Any]
    postures: dict[str, KeypointTally] = field(default_factory=dict)
    """Kind of picture → how far the poses that are seen in it are from the asked ones."""
    strange: bool = False
    """Whether the references are drawn in the held-out style."""
    shown: list[Pixels] = field(default_factory=list)
    """Pictures of the first cases, row by row; `COLUMNS` says which."""

    @property
    def kept(self) -> list[Kept]:
        """Return the figures of every attribute and bucket."""
        return figures(self.answers)

    @property
    def marks(self) -> list[Row]:
        """Return what is wanted and whether it is reached."""
        wanted = strange_marks(self.kept) if self.strange else marks(self.kept)
        return [*wanted, *postured(self.postures)]

    def sheet(self) -> Pixels:
        """Return a contact sheet, (height, width, 3): one case a row."""
        return contact_sheet(self.shown, len(COLUMNS))


def redraw(
    judge: Judge,
    judge_folder: Path,
    pack: str = "mini",
    *,
    count: int = COUNT,
    seed: int = SEED,
    steps: int | None = None,
    sheet: int = 0,
    strange: bool = False,
    studio: Studio | None = None,
    on_case: Callable[[int, int], None] = lambda done, total: None,
) -> Redrawing:
    """Redraw `count` characters and return what the judge says of them; `sheet` cases are kept to look at.

    `strange`: from references in the style that no training has seen.

    Raises `EngineError` subclasses.
    """
    engine = Engine(judge, studio or Studio(), pack, steps)
    eyes = engine.studio.kit(pack).eyes if engine.studio.pack(pack).has("vision") else None
    postures = {kind: KeypointTally() for kind in (WITH, WITHOUT, CEILING)} if eyes else {}
    answers, shown = [], []
    for number in range(count):
        case = build_case(seed, number, HELD_OUT if strange else HOUSE)
        asked, blobs = requests(case, pack, steps)
        pictures = {kind: engine.draw(request, blobs) for kind, request in asked.items()}
        pictures[CEILING] = engine.restored(case.truth.image)
        answers.append(_answered(judge, case, pictures))
        for kind, tally in postures.items():
            assert eyes is not None
            tally.add(case.truth.poses, eyes.look(pictures[kind]).poses[:1])
        if number < sheet:
            skeleton = draw_pose(case.truth.poses, case.size)
            shown += [case.reference.image, skeleton, pictures[WITH], pictures[WITHOUT], case.truth.image]
        on_case(number + 1, count)
    told = basis(engine, judge_folder) | {"seed": seed, "count": count, "strange": strange}
    return Redrawing(answers, told, postures, strange, shown)


def _answered(judge: Judge, case: Case, pictures: dict[str, Pixels]) -> Answered:
    """Return what the judge says of a case's pictures beside what is shown."""
    seen = {name: case.shown.classes[name] for name in CLASSES_KEPT}
    verdicts = judge.verdicts(list(pictures.values()))
    return Answered(
        number=case.number,
        size=case.size,
        prompt=case.prompt,
        seed=case.seed,
        truth={name: CLASSES[name][number] for name, number in seen.items() if number is not None},
        worn={name: mark for name, mark in zip(WORN, case.shown.worn, strict=True) if mark is not None},
        said=dict(zip(pictures, verdicts, strict=True)),
    )

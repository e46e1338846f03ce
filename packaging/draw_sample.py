"""Draws the pictures of the sample project with the procedural renderer: `make sample` calls it.

    python packaging/draw_sample.py shots.json FOLDER

`shots.json` is a list of shots, as `python -m komawari.samples shots` writes it: a name, a size, who is in it (the
numbers of their identities) and what they do, by the renderer's own names. Each becomes NAME.png, NAME.mask.png
(white: somebody is there), NAME.parts.png (the `Part` of every pixel) and NAME.json (tags, and a pose for each person).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from PIL import Image

from animeadapter.protocol.files import write_file
from animeadapter.synthetic import Drawing, draw, sample_identity, sample_shot
from animeadapter.synthetic.expressions import EXPRESSIONS
from animeadapter.synthetic.poses import ARMS, LEGS, articulation, mirrored
from animeadapter.synthetic.scenery import LIGHTS, SCENES
from animeadapter.synthetic.shot import Act
from animeadapter.synthetic.style import HOUSE
from animeadapter.vision.pictures import encode_png

Named = TypeVar("Named")


def main() -> None:
    """Draw all shots."""
    shots, folder = Path(sys.argv[1]), Path(sys.argv[2])
    for shot in json.loads(shots.read_text(encoding="utf-8")):
        write(drawn(shot), shot, folder)


def drawn(shot: dict[str, Any]) -> Drawing:
    """Draw one shot; the same shot gives the same pixels."""
    rng = np.random.default_rng(shot["seed"])
    size, people = (shot["width"], shot["height"]), shot["people"]
    base = sample_shot(
        rng, size, people=len(people), style=HOUSE, framing=shot["framing"], plain=True, views=(shot["view"],)
    )
    acts = tuple(acting(act, person, rng) for act, person in zip(base.acts, people, strict=True))
    staged = replace(
        base, acts=acts, scene=named(SCENES, shot["scene"]), light=named(LIGHTS, shot["light"]), seed=shot["seed"],
        pitch=0.0, tilt=shot["tilt"], place=tuple(shot["place"]), zoom=shot["zoom"], wind=shot["wind"],
    )  # fmt: skip
    cast = [sample_identity(np.random.default_rng(person["identity"])) for person in people]
    return draw(cast, staged, size)


def acting(act: Act, person: dict[str, Any], rng: np.random.Generator) -> Act:
    """Return what a person does."""
    legs, arms = named(LEGS, person["legs"]), named(ARMS, person["arms"])
    pose, hands = articulation(legs, arms, rng), arms.hands
    if person["mirrored"]:
        pose, hands = replace(pose, arms=mirrored(pose.arms)), (hands[1], hands[0])
    return replace(
        act, legs=legs, arms=arms, articulation=pose, hands=hands, yaw=person["yaw"],
        expression=named(EXPRESSIONS, person["expression"]), gaze=person["gaze"],
    )  # fmt: skip


def named(items: Iterable[Named], name: str) -> Named:
    """Return the renderer's thing of a name."""
    return next(item for item in items if item.name == name)  # type: ignore[attr-defined]


def write(drawing: Drawing, shot: dict[str, Any], folder: Path) -> None:
    """Write a drawing and all that is known about it."""
    name = shot["name"]
    write_file(folder / f"{name}.png", small_png(drawing.image))
    write_file(folder / f"{name}.mask.png", encode_png(drawing.foreground))
    write_file(folder / f"{name}.parts.png", encode_png(drawing.parts))
    said = {
        "count": drawing.count_tags,
        "identity": drawing.identity_tags,
        "act": drawing.act_tags,
        "shot": drawing.shot_tags,
        "poses": [pose.keypoints for pose in drawing.poses],
    }
    write_file(folder / f"{name}.json", json.dumps(said, indent=1).encode("utf-8"))


def small_png(pixels: np.ndarray) -> bytes:
    """Return a PNG that is as small as it gets."""
    import io

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", optimize=True)
    return file.getvalue()


if __name__ == "__main__":
    main()

"""Writes a set of drawings with everything that is known about them: pictures, masks, poses, tags, a contact sheet."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from animeadapter.protocol.openpose_json import write_openpose
from animeadapter.protocol.parts import Part
from animeadapter.synthetic.casting import sample_identity
from animeadapter.synthetic.draw import Drawing, draw
from animeadapter.synthetic.sheet import contact_sheet
from animeadapter.synthetic.shot import BUCKETS, sample_shot
from animeadapter.synthetic.style import sample_style
from animeadapter.synthetic.version import version

SHEET_LIMIT = 120
PART_COLOURS = (
    (0, 0, 0),
    (230, 80, 80),
    (250, 200, 150),
    (250, 150, 90),
    (80, 130, 230),
    (250, 220, 60),
    (150, 90, 200),
)


def caption(drawing: Drawing) -> tuple[str, ...]:
    """Return all tags of a drawing in the fixed order: count, who, what they do, the shot."""
    tags = list(drawing.count_tags)
    for who, act in zip(drawing.identity_tags, drawing.act_tags, strict=True):
        tags += [*who, *act]
    return tuple(dict.fromkeys([*tags, *drawing.shot_tags]))


def sample(seed: int, index: int, size: tuple[int, int] | None = None) -> Drawing:
    """Return drawing `index` of a set; it depends on nothing but the seed and the index."""
    rng = np.random.default_rng((seed, index))
    size = size or BUCKETS[index % len(BUCKETS)]
    people = 2 if size[0] >= size[1] and rng.random() < 0.12 else 1
    identities = [sample_identity(rng) for _ in range(people)]
    return draw(identities, sample_shot(rng, size, people=people, style=sample_style(rng)), size)


def synth(
    count: int,
    seed: int,
    out: Path,
    size: tuple[int, int] | None = None,
    on_picture: Callable[[int, int], None] = lambda done, total: None,
) -> Path:
    """Write `count` drawings into `out` and return the contact sheet's path.

    Each drawing becomes NNNNN.png, NNNNN.mask.png (255 = character), NNNNN.parts.png (palette picture, index = part),
    NNNNN.pose.json (OpenPose) and a line of index.jsonl.
    """
    out.mkdir(parents=True, exist_ok=True)
    shown = []
    with (out / "index.jsonl").open("w", encoding="utf-8") as index:
        for number in range(count):
            drawing = sample(seed, number, size)
            name = f"{number:05d}"
            _write(drawing, out, name)
            index.write(json.dumps(_row(drawing, name)) + "\n")
            if number < SHEET_LIMIT:
                shown.append(drawing.image)
            on_picture(number + 1, count)
    meta = {"renderer": version(), "seed": seed, "count": count, "parts": {p.name.lower(): int(p) for p in Part}}
    (out / "dataset.json").write_text(json.dumps(meta, indent=2) + "\n", encoding="utf-8")
    sheet = out / "sheet.png"
    Image.fromarray(contact_sheet(shown, min(10, max(1, len(shown))))).save(sheet)
    return sheet


def _write(drawing: Drawing, out: Path, name: str) -> None:
    height, width = drawing.image.shape[:2]
    info = PngImagePlugin.PngInfo()
    info.add_text("renderer", version())
    Image.fromarray(drawing.image).save(out / f"{name}.png", pnginfo=info)
    Image.fromarray(drawing.foreground).save(out / f"{name}.mask.png")
    parts = Image.fromarray(drawing.parts, mode="L").convert("P")
    parts.putpalette([channel for colour in PART_COLOURS for channel in colour])
    parts.putdata(drawing.parts.ravel().tolist())
    parts.save(out / f"{name}.parts.png")
    (out / f"{name}.pose.json").write_text(write_openpose(drawing.poses, (width, height)), encoding="utf-8")


def _row(drawing: Drawing, name: str) -> dict[str, object]:
    height, width = drawing.image.shape[:2]
    return {
        "name": name,
        "width": width,
        "height": height,
        "tags": caption(drawing),
        "identity_tags": drawing.identity_tags,
        "act_tags": drawing.act_tags,
        "shot_tags": drawing.shot_tags,
        "renderer": version(),
    }

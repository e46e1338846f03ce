"""Drawing i of a pool: from settings and number alone."""

from __future__ import annotations

import numpy as np

from animeadapter import synthetic
from animeadapter.synthetic.attributes import attributes
from animeadapter.synthetic.style import HOUSE, Style, vary
from animeadapter.train.cache.records import Record, Sample, Size, pack_labels, pack_poses
from animeadapter.train.seeds import rng
from animeadapter.train.settings import Pool

BUCKET_SHARES = {(256, 256): 0.28, (208, 312): 0.22, (312, 208): 0.2, (176, 352): 0.15, (352, 176): 0.15}
"""How often each aspect is drawn."""
PLAIN_REFERENCES = 0.5
LATENT = 8
"""Pixels per latent."""


def renderer() -> str:
    """Return the version of what draws."""
    return synthetic.version()


def draw_sample(pool: Pool, number: int) -> Sample:
    """Return a pool's drawing: a target, or a reference of the same character in another manner."""
    group, place = divmod(number, pool.targets + pool.references)
    who = synthetic.sample_identity(rng(pool.seed, "identity", group))
    random = rng(pool.seed, "picture", number)
    sizes = list(BUCKET_SHARES)
    size = shrunk(sizes[int(random.choice(len(sizes), p=list(BUCKET_SHARES.values())))], pool.shrink)
    if place >= pool.targets:
        return _reference(who, number, group, size, random)
    people = [who]
    if random.random() < pool.pairs:
        people.append(synthetic.sample_identity(random))
    shot = synthetic.sample_shot(
        random, size, people=len(people), style=_style(pool.manner, random), plain=bool(random.random() < pool.plain)
    )
    return _sample(people, shot, size, number, group, "target")


def shrunk(size: Size, shrink: float) -> Size:
    """Return a size whose sides are divided, in whole latents."""
    return (max(1, round(size[0] / shrink / LATENT)) * LATENT, max(1, round(size[1] / shrink / LATENT)) * LATENT)


def _reference(who: synthetic.Identity, number: int, group: int, size: Size, random: np.random.Generator) -> Sample:
    """Return a reference as somebody might hand it in: any manner, often plain, seldom seen from behind."""
    views = ("front", "turned") if random.random() < 0.85 else ("front", "turned", "side", "behind")
    plain = bool(random.random() < PLAIN_REFERENCES)
    shot = synthetic.sample_shot(random, size, style=synthetic.foreign_style(random), plain=plain, views=views)
    return _sample([who], shot, size, number, group, "reference")


def _style(manner: str, random: np.random.Generator) -> Style:
    match manner:
        case "house":
            return vary(HOUSE, random, 0.5)
        case "foreign":
            return synthetic.foreign_style(random)
        case "held_out":
            return vary(synthetic.HELD_OUT, random, 0.5)
        case _:
            return synthetic.sample_style(random)


def _sample(
    people: list[synthetic.Identity], shot: synthetic.Shot, size: Size, number: int, group: int, role: str
) -> Sample:
    drawing = synthetic.draw(people, shot, size)
    shown = attributes(people[0], shot.acts[0], shot)
    record = Record(
        number=number,
        size=size,
        identity=group,
        role="reference" if role == "reference" else "target",
        framing=shot.framing,
        style=shot.style.name,
        count_tags=drawing.count_tags,
        identity_tags=drawing.identity_tags,
        act_tags=drawing.act_tags,
        shot_tags=drawing.shot_tags,
        traits=traits(people[0]) | {"view": shot.acts[0].view},
        classes=shown.classes,
        worn=shown.worn,
    )
    labels = pack_labels(drawing.parts, drawing.eyes, drawing.instances)
    return Sample(drawing.image, labels, pack_poses(drawing.poses), record)


def traits(who: synthetic.Identity) -> dict[str, str]:
    """Return what a judge may be asked about a character."""
    garments = who.garments
    return {
        "hair_colour": who.hair_colour,
        "hair_style": who.hair.name,
        "bangs": who.bangs,
        "eye_colour": who.eye_colour,
        "skin": who.skin,
        "outfit": garments.kind.name,
        "main_colour": garments.main,
        "second_colour": garments.second,
        "pattern": garments.pattern,
        "accessories": " ".join(a.name for a in who.accessories),
    }

"""The calls that look at pictures: segment, click, detect poses, embed and score, upscale."""

from __future__ import annotations

from animeadapter.protocol.calls import (
    Click,
    Clicked,
    DetectPose,
    Embed,
    Embedded,
    FoundPerson,
    FoundPoses,
    Masked,
    Segment,
    Segmented,
    Upscale,
    Upscaled,
)
from animeadapter.protocol.request import Blob
from animeadapter.serve.context import Context
from animeadapter.serve.errors import ServeError, Stopped
from animeadapter.serve.workshop import Look, Tools
from animeadapter.vision.embedding import Embedding, likeness, masked_square, unit
from animeadapter.vision.pictures import Opened, encode_png, open_mask, open_picture


def segment(call: Segment, context: Context, tools: Tools) -> Segmented:
    """Find the character and its parts."""
    look = _look(call.pack, call.picture, context, tools)
    foreground, parts = look.foreground, look.parts
    context.check()
    return Segmented(context.send(encode_png(foreground)), context.send(encode_png(parts)))


def click(call: Click, context: Context, tools: Tools) -> Clicked:
    """Select what was clicked at."""
    look = _look(call.pack, call.picture, context, tools)
    places = [(point.x, point.y) for point in call.points]
    return Clicked(context.send(encode_png(look.click(places, [point.positive for point in call.points], call.box))))


def detect_pose(call: DetectPose, context: Context, tools: Tools) -> FoundPoses:
    """Find people and their poses, the surest first."""
    look = _look(call.pack, call.picture, context, tools)
    people = sorted(look.people, key=lambda person: -person.score)
    return FoundPoses(
        tuple(FoundPerson(who.pose, float(who.score), context.send(encode_png(who.mask))) for who in people)
    )


def embed(call: Embed, context: Context, tools: Tools) -> Embedded:
    """Embed every picture's masked part, and compare each with the first."""
    found: list[Embedding] = []
    for index, masked in enumerate(call.pictures):
        context.check()
        found.append(_embedding(masked, f"pictures[{index}]", call.pack, context, tools))
        context.progress(index + 1, len(call.pictures))
    return Embedded(
        tuple(tuple(map(float, embedding)) for embedding in found),
        tuple(likeness(found[0], embedding) for embedding in found),
    )


def upscale(call: Upscale, context: Context, tools: Tools) -> Upscaled:
    """Enlarge a picture four times each way."""
    opened = _open(call.picture, context)
    enlarged = tools.upscaler(call.pack).upscale(opened.pixels, context.stop.is_set)
    if enlarged is None:
        raise Stopped
    return Upscaled(context.send(encode_png(enlarged)))


def _open(picture: Blob, context: Context) -> Opened:
    return open_picture(context.files[picture.sha256], "picture")


def _look(pack: str, picture: Blob, context: Context, tools: Tools) -> Look:
    return tools.look(pack, picture.sha256, lambda: _open(picture, context).pixels)


def _embedding(masked: Masked, field: str, pack: str, context: Context, tools: Tools) -> Embedding:
    """Return a picture's embedding, (width,), of length 1."""
    opened = open_picture(context.files[masked.picture.sha256], f"{field}.picture")
    mask = opened.alpha
    if masked.mask is not None:
        mask = open_mask(context.files[masked.mask.sha256], f"{field}.mask", opened.size)
    if mask is not None and not mask.any():
        raise ServeError(f"{field}.mask: is empty, so there is nothing to embed")
    kit = tools.kit(pack)
    return unit(kit.embed(masked_square(opened.pixels, mask, kit.side)))

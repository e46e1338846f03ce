"""The calls that draw: a studio's events on their way to the app."""

from __future__ import annotations

import io

from PIL import Image

from animeadapter.generate.events import Event, Picture, Pixels, Preview, Progress
from animeadapter.protocol.calls import DrawAgain, Drawn, Generate
from animeadapter.protocol.request import GenerateRequest, ResolvedRequest
from animeadapter.serve.context import Context
from animeadapter.serve.workshop import Tools
from animeadapter.vision.pictures import encode_png

LARGEST_PREVIEW, PREVIEW_QUALITY = 512, 80


def generate(call: Generate, context: Context, tools: Tools) -> Drawn:
    """Draw all takes of a request. Where memory runs short, the studio draws fewer at once and says so."""
    return _draw(call.request, call.previews, context, tools)


def draw_again(call: DrawAgain, context: Context, tools: Tools) -> Drawn:
    """Draw one take as the first time."""
    return _draw(call.resolved, call.previews, context, tools)


def _draw(request: GenerateRequest | ResolvedRequest, previews: int, context: Context, tools: Tools) -> Drawn:
    """Pass a run's events on to the app. A cancel reaches the studio itself, and ends the run after the step."""
    takes = 0
    for event in tools.studio.run(request, context.files, previews, context.stop):
        _pass_on(event, context)
        takes += isinstance(event, Picture)
    context.check()
    return Drawn(takes)


def _pass_on(event: Event, context: Context) -> None:
    if isinstance(event, Progress):
        context.progress(event.step, event.steps)
    elif isinstance(event, Preview):
        context.preview(event.take, event.step, _jpeg(event.pixels))
    elif isinstance(event, Picture):
        context.image(event.take, event.seed, encode_png(event.pixels), event.resolved)
    else:
        context.notice(event.message)


def _jpeg(pixels: Pixels) -> bytes:
    """Return a small picture for a preview, which is looked at for a moment."""
    image = Image.fromarray(pixels)
    image.thumbnail((LARGEST_PREVIEW, LARGEST_PREVIEW))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=PREVIEW_QUALITY)
    return buffer.getvalue()

"""A call without a model: how a connection is tried and timed."""

from __future__ import annotations

from animeadapter.protocol.calls import Rehearse, Rehearsed
from animeadapter.serve.context import Context
from animeadapter.serve.errors import Stopped
from animeadapter.serve.workshop import Tools


def rehearse(call: Rehearse, context: Context, tools: Tools) -> Rehearsed:
    """Wait as long as the steps take, say so after each, and give the picture back."""
    for step in range(1, call.steps + 1):
        if context.stop.wait(call.milliseconds / 1000):
            raise Stopped
        context.progress(step, call.steps)
    picture = call.picture
    return Rehearsed(picture and context.send(context.files[picture.sha256], picture))

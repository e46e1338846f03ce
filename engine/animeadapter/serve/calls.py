"""Which function does which call. Those that need torch are imported when they are first called."""

from __future__ import annotations

import importlib
from typing import Any

from animeadapter.protocol.calls import (
    Call,
    Click,
    DetectPose,
    DrawAgain,
    Embed,
    Generate,
    ListPacks,
    LoadPack,
    Rehearse,
    Result,
    Segment,
    Upscale,
)
from animeadapter.serve.context import Context
from animeadapter.serve.workshop import Tools

HANDLERS: dict[type[Any], str] = {
    Generate: "animeadapter.serve.drawing:generate",
    DrawAgain: "animeadapter.serve.drawing:draw_again",
    Segment: "animeadapter.serve.looking:segment",
    Click: "animeadapter.serve.looking:click",
    DetectPose: "animeadapter.serve.looking:detect_pose",
    Embed: "animeadapter.serve.looking:embed",
    Upscale: "animeadapter.serve.looking:upscale",
    ListPacks: "animeadapter.serve.packs:list_packs",
    LoadPack: "animeadapter.serve.packs:load_pack",
    Rehearse: "animeadapter.serve.rehearsal:rehearse",
}
"""Call → `module:function`, which takes the call, its context and the tools, and returns the result."""


def perform(call: Call, context: Context, tools: Tools) -> Result:
    """Do a call and return its result. Raises `EngineError`, `Stopped`, or whatever a library raises."""
    module, _, name = HANDLERS[type(call)].partition(":")
    result: Result = getattr(importlib.import_module(module), name)(call, context, tools)
    return result

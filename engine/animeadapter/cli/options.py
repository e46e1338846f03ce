"""Options that several commands share, and the reading of sizes and lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from animeadapter.protocol.errors import EngineError

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of text and progress bars.")]
PackName = Annotated[
    str | None,
    typer.Option("--pack", help="A model pack, by name or folder. Default: mini.", show_default=False),
]
Device = Annotated[str, typer.Option(help="Where to compute: auto, cpu, cuda, mps.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the results; made if it is missing.")]


class OptionError(EngineError):
    """An option's value cannot be used; the message names the option."""


def parse_size(text: str) -> tuple[int, int]:
    """Return width and height of `WIDTHxHEIGHT`. Raises `OptionError`."""
    match = re.fullmatch(r"\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*", text)
    if not match:
        raise OptionError(f"--size: {text!r} is no size; write for example 256x256")
    return int(match[1]), int(match[2])


def parse_names(text: str) -> list[str]:
    """Return the words of a comma-separated list."""
    return [word.strip() for word in text.split(",") if word.strip()]

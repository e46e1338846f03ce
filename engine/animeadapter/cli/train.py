"""`animeadapter train`: one recipe, one part of a pack."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from animeadapter.cli.options import Json
from animeadapter.cli.output import Output

STOPPED = 130


def train(
    recipe: Annotated[
        str | None, typer.Argument(help="A shipped recipe's name, or a TOML file.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Run folder. Default: build/runs/RECIPE.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Instead of the recipe's.")] = None,
    minutes: Annotated[float | None, typer.Option(min=0, help="End after so long, with figures and weights.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, max=256, help="Processor threads.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the newest checkpoint.")] = False,
    as_json: Json = False,
) -> None:
    """Train one part of a model pack by a recipe; without a recipe, list those that ship.

    Ctrl-C ends it with a checkpoint, from which --resume goes on as if nothing had happened.

    [bold]Examples[/bold]

      animeadapter train

      animeadapter train vae --minutes 30 --threads 2

      animeadapter train vae --resume
    """
    from animeadapter.train.command import run
    from animeadapter.train.recipe import load_recipe, shipped

    output = Output(as_json)
    if recipe is None:
        for name in shipped():
            summary = load_recipe(name)[1].summary
            output.result(f"{name}: {summary}", recipe=name, summary=summary)
        return
    with output.progress():
        ended = run(
            recipe, out=out, steps=steps, minutes=minutes, threads=threads, resume=resume,
            on_event=lambda event: _tell(event, output),
        )  # fmt: skip
    if ended.reason == "stopped":
        raise typer.Exit(STOPPED)


def _tell(event: Any, output: Output) -> None:
    """Pass a training's event on: all of it to programs; to people a line, and a bar for what repeats."""
    import msgspec

    if output.as_json:
        output.emit(msgspec.to_builtins(event))
        return
    kind = type(event).__name__
    if kind == "Drawing":
        output.step(event.what, event.done, event.count)
        return
    if kind == "Progress":
        output.step("training", event.step, event.steps)
    output.say(event.line)

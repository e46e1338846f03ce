"""`python -m komawari.bench`: print the editor's figures; the exit status says whether all are as promised."""

from __future__ import annotations

from typing import Annotated

import typer

from komawari.bench.canvas import canvas
from komawari.bench.clicks import clicks
from komawari.bench.documents import documents
from komawari.bench.engine_kills import engine_kills
from komawari.bench.figures import show
from komawari.bench.kills import kills
from komawari.bench.masks import masks
from komawari.bench.posing import posing
from komawari.bench.sketches import sketches
from komawari.bench.start import start


def bench(
    repeats: Annotated[int, typer.Option(min=1, help="Times that each project is opened.")] = 7,
    edits: Annotated[int, typer.Option(min=10, help="Edits that are timed.")] = 400,
    kill: Annotated[int, typer.Option("--kills", min=0, help="Edit runs that are killed at random moments.")] = 3,
    engine: Annotated[int, typer.Option("--engine-kills", min=0, help="Engines that are killed at work.")] = 3,
    seed: Annotated[int, typer.Option(min=0, help="Of the moments.")] = 0,
    starts: Annotated[int, typer.Option(min=0, help="Starts of the editor and of a bare window; 0: none.")] = 5,
    rounds: Annotated[int, typer.Option(min=0, help="Rounds of panning and zooming; 0: no canvas.")] = 5,
    strokes: Annotated[int, typer.Option(min=0, help="Strokes on a mask and on a sheet; 0: none.")] = 12,
    click: Annotated[int, typer.Option("--clicks", min=0, help="Clicks that select, by the embedded pack.")] = 30,
) -> None:
    """Measure opening, editing, undo, saving, kills, starts, the canvas, posing, masks, sketches and clicks.

    [bold]Example[/bold]

      python -m komawari.bench --kills 100 --engine-kills 50
    """
    figures = documents(repeats, edits) + (kills(kill, seed) if kill else [])
    figures += engine_kills(engine, seed) if engine else []
    figures += start(starts) if starts else []
    figures += canvas(rounds, edits // 2) if rounds else []
    figures += posing(rounds) if rounds else []
    figures += masks(strokes) + sketches(strokes) if strokes else []
    figures += clicks(click, seed) if click else []
    show(figures)
    raise typer.Exit(0 if all(one.holds for one in figures) else 1)


if __name__ == "__main__":
    typer.run(bench)

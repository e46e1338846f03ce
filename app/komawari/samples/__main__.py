"""`python -m komawari.samples`: make the sample project, in steps that `make sample` takes one after another."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer

import komawari_resources
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.files import write_file
from komawari.samples.board import read_board
from komawari.samples.build import made, write
from komawari.samples.layout import shots

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode="rich", help=__doc__)
Board = Annotated[Path | None, typer.Option(help="The storyboard; default: the one that ships.")]


@app.command("shots")
def write_shots(out: Annotated[Path, typer.Argument(help="Where the list goes.")], board: Board = None) -> None:
    """List the pictures to draw, for `packaging/draw_sample.py`."""
    with _told():
        write_file(out, msgspec.json.format(msgspec.json.encode(shots(read_board(board)))))


@app.command()
def build(
    drawings: Annotated[Path, typer.Argument(help="The folder of drawings.")],
    out: Annotated[Path | None, typer.Option(help="The project's file; default: the one that ships.")] = None,
    draw: Annotated[bool, typer.Option("--draw", help="Let the engine draw the panels.")] = False,
    board: Board = None,
) -> None:
    """Make the project of a folder of drawings.

    Without `--draw` the panels show the drawings. With it, they give references, poses and tags alone, and the engine
    draws every panel as the editor's queue would ask it to.
    """
    path = out or komawari_resources.path("samples", "sample.komawari")
    with _told():
        sample = made(read_board(board), drawings, takes=not draw)
        write(sample, path)
        if draw:
            os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
            from komawari.samples.draw import draw_all

            draw_all(path, typer.echo)
    typer.echo(f"{path}: {path.stat().st_size / 2**20:.1f} MiB")


@contextmanager
def _told() -> Iterator[None]:
    """End the command with a sentence where something does not work."""
    try:
        yield
    except EngineError as error:
        typer.echo(f"komawari.samples: {error}", err=True)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app()

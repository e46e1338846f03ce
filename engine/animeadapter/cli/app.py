"""The command line's root: which commands there are, and how errors end."""

from __future__ import annotations

import os
import signal
import sys
from typing import Annotated, Any

import typer

import animeadapter
from animeadapter.cli.bench import bench
from animeadapter.cli.demo import demo
from animeadapter.cli.generate import generate
from animeadapter.cli.look import pose, segment, upscale
from animeadapter.cli.packs import packs
from animeadapter.cli.serve import serve
from animeadapter.cli.synth import synth
from animeadapter.cli.train import train
from animeadapter.protocol.errors import EngineError

FAILED, INTERRUPTED = 1, 130
USAGE_ERROR: Any = next(kind for kind in typer.BadParameter.__mro__ if kind.__name__ == "ClickException")
"""Every complaint about the command line itself; the class lives in other modules in other versions of
Typer."""

app = typer.Typer(
    name="animeadapter",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (generate, demo, segment, pose, upscale, synth, train, serve):
    app.command()(command)
app.add_typer(packs, name="packs")
app.add_typer(bench, name="bench")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"animeadapter {animeadapter.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Redraws the same anime character from one reference picture, on this machine and offline.

    [bold]Examples[/bold]

      animeadapter demo --reference mari.png

      animeadapter generate --reference mari.png --prompt "1girl, solo, smile, forest" --seed 7 --count 4

    `animeadapter COMMAND --help` shows more of them.
    """


def main() -> None:
    """Run the command line. Errors that a person can mend are one line and exit code 1, Ctrl-C is 130."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
    # Not whatever Ctrl-C does: a shell lets its background commands ignore that one.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = app(standalone_mode=False, prog_name="animeadapter")
    except (EngineError, USAGE_ERROR) as error:
        message = error.format_message() if isinstance(error, USAGE_ERROR) else str(error)
        typer.echo(f"animeadapter: {' '.join(message.split())}", err=True)
        code = getattr(error, "exit_code", FAILED)
    except (KeyboardInterrupt, typer.Abort):
        code = INTERRUPTED
    if code == INTERRUPTED:
        typer.echo("animeadapter: interrupted", err=True)
    sys.exit(code if isinstance(code, int) else 0)

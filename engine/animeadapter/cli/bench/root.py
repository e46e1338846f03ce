"""The group that all benches belong to."""

from __future__ import annotations

import typer

bench = typer.Typer(no_args_is_help=True)


@bench.callback()
def figures() -> None:
    """Print figures and what they have to be; exit code 1 if one is missed.

    [bold]Examples[/bold]

      animeadapter bench counts

      animeadapter bench speed --pack mini --json

      animeadapter bench redraw --count 200 --sheet out/redraw.png

      animeadapter bench edit --sheet out/edit.png

      animeadapter bench regions --count 100

      animeadapter bench parts --count 100

      animeadapter bench pipe --kills 200 --examples 10000
    """

"""`animeadapter serve`: the engine for an editor, on stdin and stdout."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from animeadapter.cli.options import Device, OptionError


def serve(
    device: Device = "auto",
    threads: Annotated[int | None, typer.Option(min=1, max=256, help="Processor threads.")] = None,
    files: Annotated[int, typer.Option(min=16, max=2**20, help="MiB of pictures and weights that are kept.")] = 1024,
) -> None:
    """Serve an editor through stdin and stdout; programs start this, not people.

    It ends when its input ends, and says on stderr what goes wrong. docs/engine.md describes the protocol.

    [bold]Example[/bold]

      ssh gpu-box animeadapter serve
    """
    from animeadapter.serve.descriptors import claim
    from animeadapter.serve.main import Settings, serve

    pipes = claim()
    if os.isatty(pipes.incoming):
        raise OptionError("serve: programs talk to this through pipes; at a terminal use animeadapter generate")
    serve(pipes, Settings(device, threads, files * 2**20))

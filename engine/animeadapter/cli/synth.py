"""`animeadapter synth`: drawn characters with everything that is known about them."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from animeadapter.cli.options import Json, OptionError, Out, parse_size
from animeadapter.cli.output import Output
from animeadapter.protocol.files import FileError, reason


def synth(
    count: Annotated[int, typer.Option(min=1, max=1_000_000, help="How many pictures.")] = 24,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same pictures.")] = 0,
    size: Annotated[str | None, typer.Option(help="WIDTHxHEIGHT; default: the five aspects in turn.")] = None,
    out: Out = Path("out/synth"),
    as_json: Json = False,
) -> None:
    """Draw characters procedurally: pictures, masks, parts, poses, tags, and a contact sheet.

    [bold]Examples[/bold]

      animeadapter synth --count 64 --seed 3 --out out/synth
    """
    from animeadapter.synthetic.command import synth as draw_set

    output = Output(as_json)
    wanted = parse_size(size) if size else None
    with output.progress(), _whole(out) as folder:
        draw_set(count, seed, folder, wanted, lambda done, total: output.step("drawing", done, total))
    output.result(f"{out / 'sheet.png'}: the contact sheet\n{out}: {count} pictures", folder=out, count=count)


@contextlib.contextmanager
def _whole(out: Path) -> Iterator[Path]:
    """Yield a folder aside that takes the place of `out` when the body ends well, and else vanishes."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise OptionError(f"--out: {out} is there already and not empty")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", suffix=".part", dir=out.parent))
    except OSError as error:
        raise FileError(f"{out}: cannot be made: {reason(error)}") from None
    try:
        yield aside
        aside.chmod(0o755)
        if out.exists():
            out.rmdir()
        aside.rename(out)
    finally:
        shutil.rmtree(aside, ignore_errors=True)

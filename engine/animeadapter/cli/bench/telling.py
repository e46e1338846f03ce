"""How benches tell what they found: rows with what is wanted, what they rest on, sheets to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animeadapter.cli.output import Output

if TYPE_CHECKING:
    from animeadapter.evaluate.rows import Row
    from animeadapter.generate.events import Pixels

MISSED = 1
MARKS = {True: "ok", False: "MISSED", None: ""}
SHEET_CASES = 15
JudgeFolder = Annotated[
    Path | None,
    typer.Option("--judge", help="A judge's folder. Default: build/runs/judge/export/judge.", show_default=False),
]


def write_sheet(sheet: Pixels, path: Path, output: Output) -> None:
    """Write a contact sheet and say where it is."""
    from animeadapter.protocol.files import write_file
    from animeadapter.vision.pictures import encode_png

    write_file(path, encode_png(sheet))
    output.say(f"wrote {path}")


def tell_basis(told: dict[str, object], output: Output) -> None:
    """Tell what figures rest on: which weights, which drawings."""
    if output.as_json:
        output.emit({"event": "provenance", **told})
        return
    if told["judge_renderer"] != told["renderer"]:
        output.notice(f"the judge learned from renderer {told['judge_renderer']}; this one is {told['renderer']}")
    short = {name: str(value)[:12] for name, value in told.items() if "-" not in name}
    output.notice(", ".join(f"{name} {value}" for name, value in short.items()))


def report(rows: Sequence[Row], output: Output) -> None:
    """Print rows and with what they were measured; end with an error if one is missed."""
    import msgspec

    from animeadapter.evaluate.rows import provenance

    width = max(len(row.name) for row in rows)
    for row in rows:
        wanted = "" if row.expected is None else f"  (wanted {_shown(row.expected)})"
        text = f"{row.name:<{width}}  {_shown(row.found)} {row.unit}{wanted}  {MARKS[row.ok]}"
        output.result(text.rstrip(), **msgspec.to_builtins(row))
    output.notice(", ".join(f"{name} {version}" for name, version in provenance().items()))
    if any(row.ok is False for row in rows):
        raise typer.Exit(MISSED)


def _shown(value: float | str) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:.4g}" if isinstance(value, float) else value

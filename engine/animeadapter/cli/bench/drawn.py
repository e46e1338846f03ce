"""What comes of edits, of two characters in one panel, of borrowed parts and of followed lines."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from animeadapter.cli.bench.root import bench
from animeadapter.cli.bench.telling import SHEET_CASES, JudgeFolder, report, tell_basis, write_sheet
from animeadapter.cli.options import Device, Json, PackName
from animeadapter.cli.output import Output

TASKS = {
    "edit": ("animeadapter.evaluate.edits:Edits", "Local edits: hair or cloth takes another colour, all else stays."),
    "borrow": ("animeadapter.evaluate.lent:LentParts", "Local edits that take hair or cloth of another picture."),
    "regions": ("animeadapter.evaluate.pairs:Pairs", "Two characters in one panel, with regions and without."),
    "lines": ("animeadapter.evaluate.followed:FollowedLines", "A figure drawn in ink, whose strokes are followed."),
    "parts": ("animeadapter.evaluate.borrowed:Parts", "Hair of a reference, while the prompt asks for another outfit."),
}
"""Command → its task, and what it says of itself."""


def _task(name: str) -> Any:
    module, _, kind = TASKS[name][0].partition(":")
    return getattr(import_module(module), kind)()


def _add(name: str) -> None:
    """Add one task's command."""

    def command(
        pack: PackName = None,
        count: Annotated[int, typer.Option("--count", "--limit", min=1, max=100_000, help="Cases.")] = 100,
        seed: Annotated[int | None, typer.Option(min=0, help="Of the cases.", show_default=False)] = None,
        steps: Annotated[int | None, typer.Option(min=1, max=200, help="Instead of the pack's.")] = None,
        judge: JudgeFolder = None,
        sheet: Annotated[Path | None, typer.Option(help="PNG of some cases, to look at.", show_default=False)] = None,
        device: Device = "auto",
        threads: Annotated[int | None, typer.Option(min=1, max=256, help="Processor threads.")] = None,
        as_json: Json = False,
    ) -> None:
        from animeadapter.evaluate.asking import measure
        from animeadapter.evaluate.judging import JUDGE, load_judge
        from animeadapter.generate.studio import Studio

        output, home = Output(as_json), judge or JUDGE
        known = load_judge(home)
        with output.progress():
            found = measure(
                _task(name), known, home, pack or "mini", count=count, seed=seed, steps=steps,
                sheet=SHEET_CASES if sheet else 0, studio=Studio(device, threads=threads),
                on_case=lambda done, total: output.step("drawing", done, total),
            )  # fmt: skip
        if sheet is not None:
            write_sheet(found.sheet(), sheet, output)
        _tell(found, output)

    command.__doc__ = TASKS[name][1]
    bench.command(name)(command)


def _tell(found: Any, output: Output) -> None:
    """Print the figures; to programs every case as well."""
    import msgspec

    if output.as_json:
        for answer in found.answers:
            output.emit({"event": "case", **msgspec.to_builtins(answer, order="deterministic")})
    tell_basis(found.provenance, output)
    report(found.rows, output)


for _name in TASKS:
    _add(_name)

"""The options of `animeadapter generate`, as Typer reads them.

Those that belong to one of several things take `VALUE` for each in turn, or `N:VALUE` for the N-th, counted from 0 as
in request files.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

WHO, WHERE, EDIT = "Who is drawn", "Several characters", "Part of a picture"
SKETCHED = "Lines to follow"

Again = Annotated[
    Path | None,
    typer.Argument(help="A request file (JSON), or a picture drawn before: it is drawn again.", show_default=False),
]
References = Annotated[
    list[Path] | None,
    typer.Option(
        "--reference", "-r", help="Picture of the character. May be repeated.", show_default=False, rich_help_panel=WHO
    ),
]
Masks = Annotated[
    list[str] | None,
    typer.Option("--reference-mask", help="\\[N:]FILE, white where the character is.", rich_help_panel=WHO),
]
Parts = Annotated[
    list[str] | None,
    typer.Option(
        "--part",
        help="\\[N:]NAME\\[=SCALE],…: borrow these alone: hair, face, skin, outfit, accessory, prop.",
        rich_help_panel=WHO,
    ),
]
ReferenceScales = Annotated[
    list[str] | None,
    typer.Option("--reference-scale", help="\\[N:]SCALE of one reference, 0 to 4.", rich_help_panel=WHO),
]
Regions = Annotated[
    list[str] | None,
    typer.Option(
        "--region",
        help="A mask's FILE, white inside, or figure:N, which grows round the N-th person of the poses.",
        rich_help_panel=WHERE,
    ),
]
RegionPrompts = Annotated[
    list[str] | None,
    typer.Option("--region-prompt", help="\\[N:]TAGS that are read inside a region.", rich_help_panel=WHERE),
]
RegionReferences = Annotated[
    list[str] | None,
    typer.Option("--region-reference", help="\\[N:]K,…: references that speak in a region.", rich_help_panel=WHERE),
]
RegionWeights = Annotated[
    list[str] | None,
    typer.Option("--region-weight", help="\\[N:]WEIGHT where regions overlap.", rich_help_panel=WHERE),
]
PoseReferences = Annotated[
    list[str] | None,
    typer.Option(
        "--pose-reference", help="\\[N:]K,…: references that say what a person looks like.", rich_help_panel=WHERE
    ),
]
EditPicture = Annotated[
    Path | None,
    typer.Option("--edit", help="Picture that is redrawn, wholly or in part; its size stays.", rich_help_panel=EDIT),
]
EditMask = Annotated[
    Path | None,
    typer.Option("--edit-mask", help="White where it is redrawn; outside it stays, bit for bit.", rich_help_panel=EDIT),
]
Strength = Annotated[
    float | None,
    typer.Option(help="How much is new, up to 1. Default: 1 with a mask, 0.6 without.", rich_help_panel=EDIT),
]
EditMargin = Annotated[
    float | None,
    typer.Option(help="How much is seen round the mask, in lengths of its longer side.", rich_help_panel=EDIT),
]
EditFeather = Annotated[
    float | None,
    typer.Option(help="Width of the soft edge inside the mask, in those lengths.", rich_help_panel=EDIT),
]
DetailFigures = Annotated[
    float | None,
    typer.Option(
        help="Draw each figure once more, alone and large: how much of it is new, 0 to 1. Default: the pack's."
        " Figures are where the poses are; without any, people are looked for. Not with --edit-mask."
    ),
]
DetailHeads = Annotated[float | None, typer.Option(help="The same of heads, after the figures.")]
LineDrawing = Annotated[
    Path | None,
    typer.Option(
        "--lines",
        help="Drawing whose dark strokes the picture follows; for packs with a controller for lines.",
        rich_help_panel=SKETCHED,
    ),
]
LineKind = Annotated[
    str | None,
    typer.Option(
        "--lines-kind",
        help="lineart: keep to the lines (default); scribble: a rough to go by.",
        rich_help_panel=SKETCHED,
    ),
]
LineWeight = Annotated[
    float | None, typer.Option("--lines-weight", help="How firmly, 0 to 4.", rich_help_panel=SKETCHED)
]
Poses = Annotated[list[Path] | None, typer.Option("--pose", help="OpenPose JSON. May be repeated.")]
Loras = Annotated[list[str] | None, typer.Option("--lora", help="Safetensors, as FILE or FILE:SCALE.")]
Files = Annotated[
    list[Path] | None,
    typer.Option("--file", help="A file that the request names by hash and does not carry."),
]
Target = Annotated[Path, typer.Option("--out", "-o", help="Folder, or a PNG's name.")]

"""`komawari [FILE]`: the editor. Without a display it says so, and draws the page to a file instead."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from animeadapter.protocol.errors import EngineError
from komawari import __version__


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="komawari", description="Comic pages that redraw the same character.")
    parser.add_argument("file", nargs="?", type=Path, help="a project to open; the last one by default")
    out = "where the page is drawn if there is no display; this folder by default"
    parser.add_argument("--out", type=Path, metavar="FOLDER", default=Path(), help=out)
    parser.add_argument("--version", action="version", version=f"komawari {__version__}")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = parsed(words)
    from komawari.ui.headless import has_display

    if not has_display():
        return draw(chosen.file, chosen.out.absolute())
    from komawari.ui.app import run

    return run(chosen.file)


def draw(file: Path | None, folder: Path) -> int:
    """Draw the first page of a project, or of the sample, into a folder, and return the exit code."""
    from komawari.ui.headless import draw_page_headlessly, draw_sample

    try:
        if file is None:
            line = draw_sample(folder)
        else:
            path = draw_page_headlessly(file, 1, folder / f"{file.stem}-page.png")
            line = f"There is no display here; the first page of {file} was drawn into {path} instead."
    except EngineError as error:
        sys.stderr.write(f"komawari: there is no display, and no page could be drawn instead: {error}\n")
        return 1
    sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

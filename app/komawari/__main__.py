"""`komawari [FILE]`: the editor. Without a display it says so, and draws the page to a file instead."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from komawari import __version__


def has_display() -> bool:
    """Return whether a window can be shown; asked before Qt is, which would end the process."""
    if os.environ.get("QT_QPA_PLATFORM") or sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def parsed(words: Sequence[str] | None) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="komawari", description="Comic pages that redraw the same character.")
    parser.add_argument("file", nargs="?", type=Path, help="a project to open; the last one by default")
    parser.add_argument("--version", action="version", version=f"komawari {__version__}")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says and return the exit code."""
    chosen = parsed(words)
    if not has_display():
        sys.stderr.write("komawari: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)\n")
        return 1
    from komawari.ui.app import run

    return run(chosen.file)


if __name__ == "__main__":
    sys.exit(main())

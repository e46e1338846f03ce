"""`python -m animeadapter.train RECIPE`: a training without the rest of the command line."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from animeadapter.protocol.errors import EngineError
from animeadapter.train.command import run
from animeadapter.train.recipe import shipped


def main() -> int:
    """Train, write events as lines; 1 if something is wrong, 130 if it was stopped by a signal."""
    parser = argparse.ArgumentParser(prog="animeadapter.train", description=f"Recipes: {', '.join(shipped())}")
    parser.add_argument("recipe", help="name of a shipped recipe, or a file")
    parser.add_argument("--out", type=Path, help="run folder, build/runs/<recipe> by default")
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--resume", action="store_true")
    given = vars(parser.parse_args())
    try:
        finished = run(**given, on_event=lambda event: print(event.line, flush=True))  # noqa: T201
    except EngineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 130 if finished.reason == "stopped" else 0


if __name__ == "__main__":
    sys.exit(main())

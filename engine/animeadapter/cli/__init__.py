"""The command `animeadapter`: pictures, data, trainings and figures without a window.

Importing this package imports nothing heavy; each command imports what it needs when it runs.
"""

import sys


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] == ["serve"]:
        # Before any other import, since one of them may print.
        from animeadapter.serve.descriptors import claim

        claim()
    from animeadapter.cli.app import main as run

    run()


__all__ = ["main"]

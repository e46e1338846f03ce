"""The command `animeadapter`: pictures, data, trainings and figures without a window.

Importing this package imports nothing heavy; each command imports what it needs when it runs.
"""

from animeadapter.cli.app import main

__all__ = ["main"]

"""`animeadapter bench`: figures, each printed by one command, with what they have to be; one module per family."""

from animeadapter.cli.bench import drawn, judged, measures, pipe
from animeadapter.cli.bench.root import bench

__all__ = ["bench", "drawn", "judged", "measures", "pipe"]

"""A scripted edit run is killed at random moments: at most the edit under way may be lost, and no take."""

from __future__ import annotations

import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from komawari.bench import sample
from komawari.bench.figures import Figure
from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.domain.takes import Take

LONGEST = 1.5
"""Seconds after its first edit until which a run may be killed."""


class Told(NamedTuple):
    """What a run said before it was killed."""

    edits: int
    """Edits that were done."""
    takes: tuple[str, ...]
    """Takes that were safe."""


def kills(count: int, seed: int) -> list[Figure]:
    """Kill so many runs. Each goes on with the file that the killed one before it left."""
    moments = random.Random(seed)
    lost_edits = lost_takes = unopened = 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edited.koma"
        sample.write(path, 3)
        takes: set[str] = set()
        for _ in range(count):
            told = killed_run(path, moments.uniform(0, LONGEST))
            takes |= set(told.takes)
            found = check(path, takes)
            unopened += found is None
            lost_edits += found is not None and done_in(found[0]) < told.edits
            lost_takes += len(takes) if found is None else len(takes - {take.id for take in found[1]})
    return [
        Figure(f"kills after which the project does not open (of {count})", unopened, 0),
        Figure(f"kills that lost more than the edit under way (of {count})", lost_edits, 0),
        Figure(f"takes lost (of {len(takes)})", lost_takes, 0),
    ]


def killed_run(path: Path, after: float) -> Told:
    """Start the scripted run, kill it (SIGKILL) so many seconds after its first edit, and return what it told."""
    command = [sys.executable, "-m", "komawari.bench.script", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        lines = [run.stdout.readline()]
        time.sleep(after)
        run.kill()
        lines += run.stdout.readlines()
    words = [line.split() for line in lines if line.endswith("\n")]
    edits = [int(word[1]) for word in words if word[0] == "edit"]
    return Told(max(edits, default=0), tuple(word[1] for word in words if word[0] == "take"))


def check(path: Path, takes: set[str]) -> tuple[Project, list[Take]] | None:
    """Return the project as it is recovered, and those of the takes whose pictures can be read; None if neither."""
    try:
        document = Document(path)
    except Exception:  # noqa: BLE001 - whatever it is, the project did not open: that is the figure
        return None
    found = [take for take in document.takes.many(takes).values() if document.takes.picture(take)]
    document.close()
    return document.project, found


def done_in(project: Project) -> int:
    """Return the number of the last edit that a project shows."""
    return int(project.pages[0].notes or 0)

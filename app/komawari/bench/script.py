"""The edit run that `kills` kills: it edits, undoes, takes pictures in, saves, and tells what is done.

Every edit writes its number into the first page's notes and changes a panel; what was told is on the disk.
"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from itertools import count
from pathlib import Path

from komawari.document.document import Document
from komawari.domain.edits import pages, parameters
from komawari.domain.project import Project
from komawari.domain.takes import Take


def run(path: Path, chance: random.Random) -> Iterator[str]:
    """Yield a line for everything that is done, for ever."""
    document = Document(path, snapshot_after=0.1)
    arriving: list[Future[Take]] = []
    for number in count(int(document.project.pages[0].notes or 0) + 1):
        panel = chance.choice([panel.id for page in document.project.pages for panel in page.panels])
        document.edit("Step", lambda p, n=number, panel=panel: step(p, panel, n))  # type: ignore[misc]
        if chance.random() < 0.3:
            document.undo()
            document.redo()
        document.store.flush()
        yield f"edit {number}"
        if chance.random() < 0.2:
            arriving.append(document.takes.add(panel, os.urandom(chance.randrange(1, 3_000_000)), (8, 8)))
        if chance.random() < 0.1:
            document.save()
        yield from (f"take {future.result().id}" for future in arriving if future.done())
        arriving = [future for future in arriving if not future.done()]


def step(project: Project, panel: str, number: int) -> Project:
    """Return the project after the edit of this number."""
    project = pages.set_notes(project, project.pages[0].id, str(number))
    return parameters.set_parameters(project, panel, prompt=f"step {number}")


def main() -> None:
    """Run until killed."""
    for line in run(Path(sys.argv[1]), random.Random()):
        os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main()

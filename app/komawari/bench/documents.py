"""Opening, editing, undoing and saving: how long each holds the thread that asks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from komawari.bench import sample
from komawari.bench.figures import Figure, percentile, timed
from komawari.document.document import Document
from komawari.domain.edits import parameters
from komawari.domain.project import Project

SHORT, LONG = 5, 100
OPENING = """
import sys, time
from pathlib import Path
from komawari.document.document import Document
from komawari.storage import pictures
real, read = pictures.get, []
pictures.get = lambda *words: read.append(real(*words)) or read[-1]
begun = time.perf_counter()
document = Document(Path(sys.argv[1]))
print((time.perf_counter() - begun) * 1000, sum(map(len, read)))
document.close()
"""
"""Opens a project; prints milliseconds and bytes of pictures that were read."""


def documents(repeats: int, edits: int) -> list[Figure]:
    """Return the figures of a project of 800 panels, beside one of 40."""
    with tempfile.TemporaryDirectory() as folder:
        short, long = Path(folder) / "short.koma", Path(folder) / "long.koma"
        sample.write(short, SHORT)
        sample.write(long, LONG)
        return [*_opening(short, long, repeats), *_editing(long, edits), *_pauses()]


def _pauses() -> list[Figure]:
    """Return how long this machine lets a thread wait that only counts: others are in the figures."""
    spins = [timed(_spin) for _ in range(400)]
    return [
        Figure("for comparison: counting for 1 ms (p95 of 400)", percentile(spins, 0.95), None, "ms"),
        Figure("for comparison: counting for 1 ms (worst of 400)", max(spins), None, "ms"),
    ]


def _spin() -> None:
    until = time.thread_time() + 0.001
    while time.thread_time() < until:
        pass


def _opening(short: Path, long: Path, repeats: int) -> list[Figure]:
    """Open both in turn, each time in a new process."""
    times: dict[Path, list[float]] = {short: [], long: []}
    read = 0
    for _ in range(repeats):
        for path, found in times.items():
            run = subprocess.run([sys.executable, "-c", OPENING, str(path)], capture_output=True, text=True, check=True)
            milliseconds, size = run.stdout.split()
            found.append(float(milliseconds))
            read += int(size)
    few, many = (percentile(found, 0.5) for found in times.values())
    return [
        Figure("open a project of 5 pages, 40 panels (median)", few, None, "ms"),
        Figure("open a project of 100 pages, 800 panels (median)", many, None, "ms"),
        Figure("100 pages against 5", many / few, 4, "×"),
        Figure("pictures read by opening", read, 0, "bytes"),
    ]


def _editing(path: Path, edits: int) -> list[Figure]:
    document = Document(path)
    panels = [panel.id for page in document.project.pages for panel in page.panels]
    edited, processor = _timed_edits(document, panels, edits)
    undone = [timed(document.undo) for _ in range(edits // 2)]
    redone = [timed(document.redo) for _ in range(edits // 2)]
    saves, held = _saving(document, panels)
    document.close(discard=True)
    return [
        Figure(f"an edit with its journal, 800 panels (p95 of {edits})", percentile(edited, 0.95), 10, "ms"),
        Figure("of that, the processor's time (p95)", percentile(processor, 0.95), 10, "ms"),
        Figure(f"undo, 800 panels (p95 of {len(undone)})", percentile(undone, 0.95), 10, "ms"),
        Figure(f"redo, 800 panels (p95 of {len(redone)})", percentile(redone, 0.95), 10, "ms"),
        Figure(f"asking to save (worst of {len(saves)})", max(saves), 16, "ms"),
        Figure(f"an edit while a save is written (p95 of {len(held)})", percentile(held, 0.95), 16, "ms"),
        Figure(f"an edit while a save is written (worst of {len(held)})", max(held), 16, "ms"),
    ]


def _timed_edits(document: Document, panels: list[str], edits: int) -> tuple[list[float], list[float]]:
    """Return the milliseconds of edits all over the project, and those that the processor worked at them."""
    passed: list[float] = []
    worked: list[float] = []
    for number in range(edits):
        begun = time.thread_time()
        passed.append(timed(lambda: _edit(document, panels[number * 37 % len(panels)], number)))  # noqa: B023 - at once
        worked.append((time.thread_time() - begun) * 1000)
    return passed, worked


def _edit(document: Document, panel: str, number: int) -> Project:
    return document.edit("Prompt", lambda p: parameters.set_parameters(p, panel, prompt=f"edit {number}"))


def _saving(document: Document, panels: list[str]) -> tuple[list[float], list[float]]:
    """Return how long saves held their caller, and how long edits took that were made while a save was written.

    Before each save every page is edited, so that all of the project has to be written, and a large picture arrives.
    """
    saves: list[float] = []
    held: list[float] = []
    for turn in range(10):
        for panel in panels[::8]:
            _edit(document, panel, turn)
        arriving = document.store.put_picture(os.urandom(2**24))
        futures = []
        saves.append(timed(lambda: futures.append(document.save())))  # noqa: B023 - called at once
        while not (futures[0].done() and arriving.done()):
            held.append(timed(lambda: _edit(document, panels[len(held) % 800], len(held))))
            time.sleep(0.002)
    return saves, held or [0.0]

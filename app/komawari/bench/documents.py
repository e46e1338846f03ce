"""Opening, editing, undoing and saving: how long each holds the thread that asks."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from komawari.bench import sample
from komawari.bench.figures import Figure, Taken, percentile, taken, timed
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
begun, worked = time.perf_counter(), time.process_time()
document = Document(Path(sys.argv[1]))
print((time.perf_counter() - begun) * 1000, (time.process_time() - worked) * 1000, sum(map(len, read)))
document.close()
"""
"""Opens a project; prints milliseconds, those of the processor's work, and bytes of pictures that were read."""


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
    times: dict[Path, list[Taken]] = {short: [], long: []}
    read = 0
    for _ in range(repeats):
        for path, found in times.items():
            run = subprocess.run([sys.executable, "-c", OPENING, str(path)], capture_output=True, text=True, check=True)
            passed, worked, size = run.stdout.split()
            found.append(Taken(float(passed), float(worked)))
            read += int(size)
    few, many = (Taken(*(percentile(column, 0.5) for column in zip(*found))) for found in times.values())
    return [
        Figure("open a project of 5 pages, 40 panels (median)", few.passed, None, "ms"),
        Figure("open a project of 100 pages, 800 panels (median)", many.passed, None, "ms"),
        Figure("100 pages against 5", many.passed / few.passed, 4, "×"),
        Figure("100 pages against 5, by the processor's time", many.worked / few.worked, 4, "×"),
        Figure("pictures read by opening", read, 0, "bytes"),
    ]


def _editing(path: Path, edits: int) -> list[Figure]:
    document = Document(path)
    panels = [panel.id for page in document.project.pages for panel in page.panels]
    edited = [taken(partial(_edit, document, panels[n * 37 % len(panels)], n)) for n in range(edits)]
    undone = [taken(document.undo) for _ in range(edits // 2)]
    redone = [taken(document.redo) for _ in range(edits // 2)]
    saves, held = _saving(document, panels)
    document.close(discard=True)
    return [
        *_p95("an edit with its journal, 800 panels", edited, 10),
        *_p95("undo, 800 panels", undone, 10),
        *_p95("redo, 800 panels", redone, 10),
        *_p95("an edit while a save is written", held, 16),
        Figure(f"asking to save (worst of {len(saves)})", max(one.passed for one in saves), 16, "ms"),
        Figure("of that, the processor's time (worst)", max(one.worked for one in saves), 16, "ms"),
        Figure(f"an edit while a save is written (worst of {len(held)})", max(one.passed for one in held), 16, "ms"),
    ]


def _p95(name: str, found: list[Taken], limit: float) -> list[Figure]:
    """Return the figure of what was timed many times, and beside it what the processor worked at it."""
    passed, worked = (percentile(column, 0.95) for column in zip(*found))
    return [
        Figure(f"{name} (p95 of {len(found)})", passed, limit, "ms"),
        Figure("of that, the processor's time (p95)", worked, limit, "ms"),
    ]


def _edit(document: Document, panel: str, number: int) -> Project:
    return document.edit("Prompt", lambda p: parameters.set_parameters(p, panel, prompt=f"edit {number}"))


def _saving(document: Document, panels: list[str]) -> tuple[list[Taken], list[Taken]]:
    """Return how long saves held their caller, and how long edits took that were made while a save was written.

    Before each save every page is edited, so that all of the project has to be written, and a large picture arrives.
    """
    saves: list[Taken] = []
    held: list[Taken] = []
    for turn in range(10):
        for panel in panels[::8]:
            _edit(document, panel, turn)
        arriving = document.store.put_picture(os.urandom(2**24))
        futures = []
        saves.append(taken(lambda: futures.append(document.save())))  # noqa: B023 - called at once
        while not (futures[0].done() and arriving.done()):
            held.append(taken(lambda: _edit(document, panels[len(held) % 800], len(held))))
            time.sleep(0.002)
    return saves, held or [Taken(0.0, 0.0)]

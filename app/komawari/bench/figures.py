"""A figure with what it has to be, times of many repetitions, and the table of all."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterable
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

import komawari


class Figure(NamedTuple):
    """One measured number, and the most that it may be; None where nothing was promised."""

    name: str
    found: float
    limit: float | None = None
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is as promised."""
        return self.limit is None or self.found <= self.limit


def timed(do: Callable[[], object]) -> float:
    """Return how many milliseconds something takes."""
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


class Taken(NamedTuple):
    """Milliseconds that something took."""

    passed: float
    worked: float
    """Of the processor's time: what it would take on a machine that does nothing else."""


def taken(do: Callable[[], object], clock: Callable[[], float] = time.thread_time) -> Taken:
    """Return how long something takes; `clock` counts the seconds of the processor's work, of this thread alone or
    (`time.process_time`) of all."""
    begun = clock()
    passed = timed(do)
    return Taken(passed, (clock() - begun) * 1000)


def percentile(values: Iterable[float], share: float) -> float:
    """Return the value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def show(figures: Iterable[Figure]) -> None:
    """Print the table, with what the figures have to be read with."""
    table = Table("figure", "found", "wanted", "")
    for one in figures:
        wanted = "" if one.limit is None else f"≤ {one.limit:g} {one.unit}"
        mark = "" if one.limit is None else "ok" if one.holds else "NOT MET"
        table.add_row(one.name, f"{one.found:.4g} {one.unit}", wanted, mark)
    console = Console()
    console.print(table)
    python, machine = platform.python_version(), platform.machine()
    console.print(f"Komawari {komawari.__version__}, Python {python}, SQLite {sqlite3.sqlite_version}, {machine}")
    if hasattr(os, "getloadavg"):
        console.print(f"load {os.getloadavg()[1]:.1f} on {os.cpu_count()} processors, niceness {os.nice(0)}")

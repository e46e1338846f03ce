"""How quick and how sturdy the pipe between editor and engine is, tried with the editor's own client.

The client is the editor's, which the engine does not import: it runs as a process (`komawari.engine_client.trial`)
that prints its figures, and that can be killed like the engine.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from animeadapter.evaluate.rows import Row, at_most, exactly
from animeadapter.protocol.errors import EngineError

TRIAL = (sys.executable, "-m", "komawari.engine_client.trial")
ROUND_TRIP, NOTICED = 50.0, 100.0
"""Milliseconds."""
LATEST_KILL = 1.0
PATIENCE = 20.0
"""Seconds after which a process that is still there counts as left behind."""
Told = dict[str, Any]
OnStep = Callable[[str, int, int], None]


class PipeError(EngineError):
    """A trial did not come to its end."""


def pipe(pack: str = "mini", *, repeats: int = 20, kills: int = 6, seed: int = 0, on_step: OnStep) -> list[Row]:
    """Return the figures of a trial, and what `kills` of engines and as many of clients left behind.

    `on_step` learns what is done, how far, and of how much. Raises `PipeError`.
    """
    rows = _figures(list(_trial("measure", "--pack", pack, "--count", str(repeats))))
    met, wrong = [], 0
    for done, told in enumerate(_trial("kill", "--count", str(kills), "--seed", str(seed)), 1):
        met.append(told["pid"])
        wrong += told["ended"] != "Finished" or not told["right"]
        on_step("killing engines", done, kills)
    left = sum(not _gone(pid) for pid in met if pid)
    rng = random.Random(seed)
    for done in range(1, kills + 1):
        left += _kill_client(rng)
        on_step("killing clients", done, kills)
    return [
        *rows,
        exactly("engines killed at random moments", len(met), kills),
        exactly("jobs that did not end well after it", wrong, 0),
        Row(name="clients killed at random moments", found=kills),
        exactly("processes left behind", left, 0),
    ]


def _figures(told: list[Told]) -> list[Row]:
    """Return the rows of what a measuring trial printed."""
    rows = []
    for one in told:
        values = one["values"]
        if one["kind"] == "cancel":
            rows.append(at_most(f"steps after {one['what']} was cancelled, at most", max(values), 1))
            continue
        milliseconds = round(1000 * statistics.median(values), 2)
        if one["kind"] == "round trip":
            rows.append(at_most("4 MiB there and back, median", milliseconds, ROUND_TRIP, "ms"))
            rows.append(Row(name="4 MiB there and back, quickest", found=round(1000 * min(values), 2), unit="ms"))
        else:
            rows.append(at_most("until a killed engine is noticed, median", milliseconds, NOTICED, "ms"))
    return rows


def _trial(*arguments: str) -> Iterator[Told]:
    """Yield what a trial prints. Raises `PipeError` if it does not end well."""
    with subprocess.Popen([*TRIAL, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        for line in process.stdout:
            yield msgspec.json.decode(line)
        complaint = process.stderr.read().decode("utf-8", "replace").strip()
    if process.returncode:
        last = complaint.splitlines()[-1] if complaint else f"exit code {process.returncode}"
        raise PipeError(f"the trial {arguments[0]} ended early: {last}")


def _kill_client(rng: random.Random) -> int:
    """Kill a client at a random moment of its work; return how many of the engines it had are left."""
    engines: set[int] = set()
    with subprocess.Popen([*TRIAL, "hold"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        first = process.stdout.readline()
        time.sleep(rng.uniform(0, LATEST_KILL))
        process.kill()
        for line in (first, *process.stdout):
            with contextlib.suppress(msgspec.DecodeError):
                engines.add(msgspec.json.decode(line)["pid"])
    return sum(not _gone(pid) for pid in engines if pid)


def _gone(pid: int) -> bool:
    """Return whether a process and its group have ended; a group that stays is ended, so that no bench leaves one."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if not _members(pid):
            return True
        time.sleep(0.02)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)
    return False


def _members(group: int) -> list[int]:
    """Return the living processes of a group."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return [int(pid) for pid, its_group, state in rows if int(its_group) == group and state[0] != "Z"]

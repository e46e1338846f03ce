"""The engine is killed at random moments of its work: no job is lost, and pictures are as they are undisturbed."""

from __future__ import annotations

import os
import queue
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

from PySide6.QtGui import QImage

from animeadapter.protocol.calls import Generate
from animeadapter.protocol.messages import Failed, Started
from animeadapter.protocol.request import GenerateRequest, Sampler, Size
from komawari.bench.figures import Figure
from komawari.engine_client.client import EngineState, Event, Finished, Picture
from komawari.engine_client.process import Command
from komawari.engine_client.supervisor import Patience, Supervisor

REQUESTS = tuple(
    GenerateRequest(prompt=prompt, seeds=(seed, seed + 1), size=Size(64, 64), sampler=Sampler(steps=8), pack="mini")
    for seed, prompt in enumerate(("1girl, solo, smile", "1girl, standing", "1girl, forest", "1girl, blue hair"))
)
OPEN = 2
"""Jobs that are open at any moment: one is drawn, one waits."""
HANGS = 900.0
"""Seconds after which a job counts as lost, on however busy a machine."""
ENDLESS = Patience(start=HANGS, starts=10**6, crashes=10**6)
"""An engine that keeps ending is given up, and so is a job that it keeps ending at; here the ends are ours."""


class Tally(NamedTuple):
    """What became of the jobs."""

    jobs: int
    lost: int
    """Jobs that did not end, or ended without their pictures."""
    others: int
    """Pictures whose pixels are not those of the undisturbed run."""
    at_work: int
    """Kills that met the engine at a job, and not while it was starting."""


def engine_kills(kills: int, seed: int) -> list[Figure]:
    """Kill so many engines, each at a random moment of starting, loading or drawing."""
    with pack_of_random_weights() as packs:
        tally = killed(kills, seed, packs)
    return [
        Figure(f"engine: jobs lost (of {tally.jobs}, by {kills} kills)", tally.lost, 0),
        Figure("engine: pictures with other pixels than undisturbed", tally.others, 0),
        Figure("engine: kills that met it at a job, not starting", tally.at_work, None),
    ]


@contextmanager
def pack_of_random_weights() -> Iterator[Path]:
    """A folder with a small pack in the place of the embedded one: what it draws is noise, always the same."""
    with tempfile.TemporaryDirectory(prefix="komawari-bench.") as folder:
        command = [sys.executable, "-m", "animeadapter.evaluate.tiny", str(Path(folder) / "mini"), "mini"]
        subprocess.run(command, check=True, capture_output=True)
        yield Path(folder)


def killed(kills: int, seed: int, packs: Path) -> Tally:
    """Let an engine work without a pause, kill it again and again, and compare all pictures with undisturbed ones."""
    moments = random.Random(seed)
    work = _Work(packs)
    try:
        begun = time.monotonic()
        undisturbed = work.pictures(work.submit(index) for index in range(len(REQUESTS)))
        # A start, the loading of the pack and some pictures: a moment of each is as likely.
        longest = 1.2 * (time.monotonic() - begun)
        at_work = sum(work.kill_after(moments.uniform(0, longest)) for _ in range(kills))
        drawn = work.pictures(work.jobs)
    finally:
        work.engine.close()
    whole = [index for index, found in drawn if len(found) == len(REQUESTS[index].seeds)]
    others = sum(one != dict(undisturbed)[index].get(take) for index, found in drawn for take, one in found.items())
    return Tally(len(drawn), len(drawn) - len(whole), others, at_work)


class _Work:
    """An engine that always has something to do."""

    def __init__(self, packs: Path) -> None:
        environment = {**os.environ, "ANIMEADAPTER_PACKS": str(packs)}
        self.engine = Supervisor(Command(environment=environment), ENDLESS)
        self.jobs: dict[str, int] = {}
        """Job → which of the requests it is."""
        self._open: set[str] = set()
        self._found: dict[str, dict[int, QImage]] = {}
        self._last: int | None = None
        self._at_work = False
        self._numbers = count()
        self._told: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self.engine.listen(self._told.put)

    def submit(self, index: int) -> str:
        """Start a job."""
        job = self.engine.submit(Generate(REQUESTS[index]))
        self.jobs[job] = index
        self._found[job] = {}
        self._open.add(job)
        return job

    def kill_after(self, seconds: float) -> bool:
        """Keep the engine at work for so long, then kill it; return whether it had begun a job."""
        until = time.monotonic() + seconds
        while True:
            while len(self._open) < OPEN:
                self.submit(next(self._numbers) % len(REQUESTS))
            left = until - time.monotonic()
            if left <= 0 or not self._hear(left):
                break
        while (pid := self.engine.pid) in (None, self._last):
            time.sleep(0.001)
        assert pid is not None
        self._last = pid
        os.kill(pid, signal.SIGKILL)
        return self._at_work

    def pictures(self, jobs: Iterable[str]) -> list[tuple[int, dict[int, QImage]]]:
        """Wait for jobs, and return of each which request it is and its pictures by their takes."""
        wanted, until = tuple(jobs), time.monotonic() + HANGS
        while self._open.intersection(wanted) and self._hear(until - time.monotonic()):
            continue
        found = [(self.jobs.pop(job), self._found.pop(job)) for job in wanted]
        self._open.difference_update(wanted)
        return found

    def _hear(self, seconds: float) -> bool:
        """Take the next event in; return whether one came in time."""
        try:
            event = self._told.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return False
        if isinstance(event, Picture) and event.job in self._found:
            self._found[event.job][event.take] = QImage.fromData(event.png)
        elif isinstance(event, Finished | Failed):
            self._open.discard(event.job)
        elif isinstance(event, EngineState | Started):
            self._at_work = isinstance(event, Started)
        return True

"""`python -m komawari.engine_client.trial`: the client without a window, for `animeadapter bench pipe`.

The engine's bench must not import the editor, so it starts this and reads what it prints, one JSON object a line. And
it has to be a process of its own: one of the things tried is to kill it.
"""

from __future__ import annotations

import argparse
import os
import queue
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

import msgspec

from animeadapter.protocol.calls import Call, Generate, LoadPack, Rehearse
from animeadapter.protocol.messages import Failed, Progress
from animeadapter.protocol.request import Blob, GenerateRequest, Sampler
from komawari.engine_client.client import NO_FILES, EngineState, Event, Finished
from komawari.engine_client.supervisor import Supervisor

PICTURE = 4 * 2**20
HANGS = 120.0
"""Seconds after which a caller counts as hung."""
LATEST_KILL = 1.0
"""A kill comes at a random moment up to so many seconds after a job was submitted."""


class HungError(Exception):
    """Something that had to come did not."""


class Trial:
    """A client, and everything that it told, with when."""

    def __init__(self) -> None:
        self.engine = Supervisor()
        self._told: queue.SimpleQueue[tuple[float, Event]] = queue.SimpleQueue()
        self.engine.listen(lambda event: self._told.put((time.perf_counter(), event)))

    def until(self, wanted: Callable[[Event], bool]) -> tuple[float, Any]:
        """Return the next event that is wanted, and when it came. Raises `HungError`."""
        by = time.monotonic() + HANGS
        while True:
            try:
                when, event = self._told.get(timeout=max(0.0, by - time.monotonic()))
            except queue.Empty:
                raise HungError("nothing came") from None
            if wanted(event):
                return when, event

    def do(self, call: Call, files: dict[str, bytes] | None = None) -> Finished | Failed:
        """Do a call and return its end."""
        job = self.engine.submit(call, files or NO_FILES)
        end: Finished | Failed = self.until(lambda event: isinstance(event, Finished | Failed) and event.job == job)[1]
        return end

    def phase(self, phase: str) -> float:
        """Wait for a state of the engine, and return when it came."""
        return self.until(lambda event: isinstance(event, EngineState) and event.phase == phase)[0]


def round_trips(trial: Trial, repeats: int) -> list[float]:
    """Return the seconds in which pictures of 4 MiB, each a new one, went there and came back."""
    times = []
    for _ in range(repeats + 1):
        data = os.urandom(PICTURE)
        name = Blob.of(data)
        began = time.perf_counter()
        end = trial.do(Rehearse(0, 0, name), {name.sha256: data})
        times.append(time.perf_counter() - began)
        assert isinstance(end, Finished) and end.files[name.sha256] == data
    return times[1:]


def steps_after_cancel(trial: Trial, call: Call, repeats: int) -> list[int]:
    """Return how many more steps were told of after a job was cancelled at its third."""
    found = []
    for _ in range(repeats):
        job = trial.engine.submit(call)
        at: int = trial.until(lambda event: isinstance(event, Progress) and event.step >= 3)[1].step
        trial.engine.cancel(job)
        last = at
        while not isinstance(event := trial.until(lambda event: True)[1], Finished | Failed):
            last = event.step if isinstance(event, Progress) else last
        assert isinstance(event, Failed) and event.code == "cancelled", event
        found.append(last - at)
    return found


def notices(trial: Trial, repeats: int) -> list[float]:
    """Return the seconds after which it was told that an engine at work had been killed."""
    times = []
    for _ in range(repeats):
        job = trial.engine.submit(Rehearse(1000, 20))
        trial.until(lambda event: isinstance(event, Progress))
        pid = trial.engine.pid
        assert pid
        began = time.perf_counter()
        os.kill(pid, signal.SIGKILL)
        times.append(trial.phase("restarting") - began)
        trial.until(lambda event: isinstance(event, Progress))
        trial.engine.cancel(job)
        trial.until(lambda event: isinstance(event, Failed))
    return times


def kill_engines(trial: Trial, kills: int, rng: random.Random) -> None:
    """Kill engines at random moments; tell of each kill whom it met, and how the job ended."""
    for _ in range(kills):
        data = os.urandom(PICTURE if rng.random() < 0.5 else 10)
        job = trial.engine.submit(Rehearse(10, 20, Blob.of(data)), {Blob.of(data).sha256: data})
        time.sleep(rng.uniform(0, LATEST_KILL))
        pid = trial.engine.pid
        if pid:
            os.kill(pid, signal.SIGKILL)
        end = trial.until(lambda event: isinstance(event, Finished | Failed))[1]
        tell(kind="kill", pid=pid, ended=type(end).__name__, right=end.job == job)


def measure(pack: str, repeats: int) -> None:
    """Tell all figures."""
    trial = Trial()
    trial.phase("ready")
    tell(kind="round trip", values=round_trips(trial, repeats))
    tell(kind="cancel", what="a rehearsal", values=steps_after_cancel(trial, Rehearse(1000, 20), 5))
    loaded = trial.do(LoadPack(pack))
    if isinstance(loaded, Finished) and "unet" in msgspec.to_builtins(loaded.result)["pack"]["parts"]:
        call = Generate(GenerateRequest(prompt="1girl, solo", sampler=Sampler(steps=30), pack=pack))
        tell(kind="cancel", what=f"a picture of {pack}", values=steps_after_cancel(trial, call, 3))
    tell(kind="noticed", values=notices(trial, repeats))
    trial.engine.close()


def hold() -> None:
    """Keep an engine at work until somebody ends this process."""
    trial = Trial()
    data = os.urandom(PICTURE)
    while True:
        trial.engine.submit(Rehearse(10, 20, Blob.of(data)), {Blob.of(data).sha256: data})
        trial.until(lambda event: isinstance(event, EngineState | Progress))
        tell(kind="holding", pid=trial.engine.pid)


def tell(**values: Any) -> None:
    """Print one line."""
    sys.stdout.write(msgspec.json.encode(values).decode() + "\n")
    sys.stdout.flush()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["measure", "kill", "hold"])
    parser.add_argument("--pack", default="mini")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    try:
        if chosen.what == "measure":
            measure(chosen.pack, chosen.count)
        elif chosen.what == "kill":
            trial = Trial()
            kill_engines(trial, chosen.count, random.Random(chosen.seed))
            trial.engine.close()
        else:
            hold()
    except HungError as error:
        sys.exit(f"hung: {error}")


if __name__ == "__main__":
    main()

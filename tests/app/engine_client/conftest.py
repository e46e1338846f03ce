"""Engines written as a few lines of Python, a listener that remembers, clients that are closed again; and characters
with files, in panels."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from animeadapter.protocol.pose import JOINTS
from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits import characters, parameters
from komawari.domain.panel import Figure, FigurePose, MixerEntry, Panel
from komawari.domain.project import Project, find_panel
from komawari.engine_client.client import EngineState, Event, Finished
from komawari.engine_client.process import Command
from komawari.engine_client.request_builder import UnknownPack
from komawari.engine_client.supervisor import Patience, Supervisor

HANGS = 240.0
"""Seconds after which something counts as hung, on however busy a machine."""
SCRIPTED = """
import os, sys, time
from pathlib import Path
from animeadapter.protocol.calls import *
from animeadapter.protocol.framing import GREETING, FrameDecoder
from animeadapter.protocol.messages import *
from animeadapter.protocol.request import Blob
from animeadapter.protocol.wire import read_to_engine, to_frame

def say(*messages):
    for message in messages:
        os.write(1, to_frame(message))

def heard():
    decoder = FrameDecoder()
    while data := os.read(0, 65536):
        for payload in decoder.feed(data):
            yield read_to_engine(payload)

os.write(1, GREETING)
"""
"""What a scripted engine begins with."""


class Recorder:
    """A listener that remembers every event, and lets tests wait for one."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def wait(self, wanted: Callable[[Event], bool]) -> Any:
        """The first event, past ones included, that is wanted."""
        with self._changed:
            found: list[Event] = []
            arrived = self._changed.wait_for(lambda: found.extend(filter(wanted, self.events)) or found, HANGS)
            assert arrived, f"never came; there were {self.events}"
            return found[0]

    def end(self, job: str) -> Any:
        """How a job ended."""
        return self.wait(lambda event: ends(event) and event.job == job)

    def phase(self, phase: str) -> EngineState:
        """The first state of a phase."""
        return self.wait(lambda event: isinstance(event, EngineState) and event.phase == phase)

    def ends(self) -> list[Any]:
        return [event for event in self.events if ends(event)]

    def phases(self) -> list[str]:
        return [event.phase for event in self.events if isinstance(event, EngineState)]


def ends(event: Event) -> bool:
    return isinstance(event, Finished) or type(event).__name__ == "Failed"


def gone(pid: int) -> bool:
    """Whether a process and its whole group end, within the time that counts as hung."""
    until = time.monotonic() + HANGS
    while time.monotonic() < until:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,pgid=,stat="], capture_output=True, text=True, check=True)
        rows = [line.split() for line in listed.stdout.splitlines()]
        if not any(str(pid) in (one, group) and state[0] != "Z" for one, group, state in rows):
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def is_gone() -> Callable[[int], bool]:
    return gone


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def scripted() -> Callable[[str], list[str]]:
    """The command of an engine that is a few lines of Python."""
    return lambda script: [sys.executable, "-c", SCRIPTED + script]


@pytest.fixture
def client(recorder: Recorder, scripted: Any) -> Iterator[Any]:
    """Makes a client that `recorder` listens to: of the real engine, or of one that is a few lines of Python."""
    made: list[Supervisor] = []

    def make(script: str | None = None, words: list[str] | None = None, **patience: float) -> Supervisor:
        words = scripted(script) if script else words
        supervisor = Supervisor(Command(words) if words else Command(), Patience(**patience))
        made.append(supervisor)
        supervisor.listen(recorder)
        return supervisor

    yield make
    for supervisor in made:
        supervisor.close()


def named(number: int) -> str:
    """The id of a number."""
    return f"{number:032x}"


class Cast:
    """Mari has two references, the first with masks; Yuki has one. They stand in the upper panel."""

    UPPER, LOWER, MARI, YUKI = (named(number) for number in (11, 12, 200, 300))
    PACK = UnknownPack("mini", ((256, 256), (208, 312), (312, 208)))
    SKELETON = FigurePose(tuple((0.02 * index, 0.03 * index) for index in range(len(JOINTS))))

    def __init__(self, project: Project) -> None:
        names = ("mari front", "mari mask", "mari hair", "mari back", "yuki")
        self.files = {self.blob(name).sha256: name.encode() for name in names}
        hair = CharacterPart(named(203), "hair", mask=self.blob("mari hair"))
        front = CharacterReference(named(201), self.blob("mari front"), mask=self.blob("mari mask"), parts=(hair,))
        back = CharacterReference(named(202), self.blob("mari back"), scale=0.5)
        yuki = CharacterReference(named(301), self.blob("yuki"))
        for one in (
            Character(self.MARI, "Mari R.", tags=("1girl", "red_hair"), prompt="freckles", references=(front, back)),
            Character(self.YUKI, "Yuki", tags=("blue_hair",), references=(yuki,)),
        ):
            project = characters.add_character(project, one)
        self.project = project

    @staticmethod
    def blob(text: str) -> Blob:
        return Blob.of(text.encode())

    def figure(self, number: int = 400, character: str | None = MARI, **fields: Any) -> Figure:
        return Figure(named(number), character, **fields)

    def hair_of_yuki(self) -> MixerEntry:
        return MixerEntry("hair", self.YUKI, named(301), scale=0.8)

    def skeleton(self, dx: float = 0.0) -> FigurePose:
        points = tuple(None if point is None else (point[0] + dx, point[1]) for point in self.SKELETON.keypoints)
        return replace(self.SKELETON, keypoints=points)

    def panel(self, *figures: Figure, **fields: Any) -> tuple[Project, Panel]:
        """The project with figures and parameters in its upper panel, and that panel."""
        project = self.project
        for one in figures:
            project = parameters.add_figure(project, self.UPPER, one)
        project = parameters.set_parameters(project, self.UPPER, **fields)
        return project, find_panel(project, self.UPPER)[1]


@pytest.fixture
def cast(project: Project) -> Cast:
    return Cast(project)

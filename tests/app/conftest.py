"""A project of two pages with a character, and ids that count; windows that need no display."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from animeadapter.protocol.request import Blob
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits import characters, pages, panels
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.paper import PRESETS
from komawari.domain.project import Page, Project

# Before Qt is imported by anything: without a display it would abort.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

HANGS = 240_000
"""Milliseconds after which something counts as hung, on however busy a machine."""


class PatientBot(QtBot):
    """Waits as long as a busy machine needs, and goes on at once when what is waited for is there."""

    def waitUntil(self, callback: Callable[[], bool | None], *, timeout: int = HANGS) -> None:  # noqa: N802
        """Wait until the callback returns anything but False, and no assertion of it fails."""
        until, pause = time.monotonic() + timeout / 1000, 1
        while True:
            failure: AssertionError | None = None
            try:
                found = callback()
            except AssertionError as error:
                found, failure = False, error
            if found or (found is None and failure is None):
                return
            if time.monotonic() > until:
                raise self.TimeoutError(f"it did not come in {timeout} milliseconds") from failure
            # What takes long is looked for less often: others need the processor for it.
            self.wait(pause)
            pause = min(pause + 1, 50)

    def waitSignal(self, signal: Any, *, timeout: int = HANGS, **words: Any) -> Any:  # noqa: N802
        return super().waitSignal(signal, timeout=timeout, **words)

    def waitSignals(self, signals: Any, *, timeout: int = HANGS, **words: Any) -> Any:  # noqa: N802
        return super().waitSignals(signals, timeout=timeout, **words)

    def waitExposed(self, widget: Any, *, timeout: int = HANGS) -> Any:  # noqa: N802
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(autouse=True, scope="session")
def clipboard_is_left_empty() -> Iterator[None]:
    """Without a display Qt lets go of the clipboard's data when Python has ended already, which data of ours, that is
    Python's, would not survive."""
    yield
    gui = sys.modules.get("PySide6.QtGui")
    if gui is not None and gui.QGuiApplication.instance() is not None:
        gui.QGuiApplication.clipboard().clear()


def named(number: int) -> str:
    """The id of a number."""
    return f"{number:032x}"


@pytest.fixture
def make_id() -> Callable[[], str]:
    numbers = count(1000)
    return lambda: named(next(numbers))


@pytest.fixture
def mari() -> Character:
    parts = (CharacterPart(named(92), "hair", mask=Blob("b" * 64)),)
    return Character(named(90), "Mari", references=(CharacterReference(named(91), Blob("a" * 64), parts=parts),))


@pytest.fixture
def project(mari: Character) -> Project:
    """Page 1 has panels 11 and 12, one above the other; page 2 is empty."""
    value = Project(named(0), "Test", pages=(Page(named(1), PRESETS["b5_manga"]),))
    value = characters.add_character(value, mari)
    value = panels.draw_panel(value, named(1), named(11), rectangle((10, 10, 110, 60)))
    value = panels.draw_panel(value, named(1), named(12), rectangle((10, 65, 110, 115)))
    return pages.add_page(value, named(2))


@pytest.fixture(scope="session")
def tiny_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a pack of random weights that takes the place of the embedded one; a process makes it, as nothing
    here loads what models need."""
    folder = tmp_path_factory.mktemp("packs")
    command = [sys.executable, "-m", "animeadapter.evaluate.tiny", str(folder / "mini"), "mini"]
    subprocess.run(command, check=True, capture_output=True)
    return folder

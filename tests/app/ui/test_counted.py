"""Sentences about a number of things are those of a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import komawari.ui
from komawari.ui.counted import counted
from komawari.ui.queue.failures import said_of_left, said_of_stale


@pytest.mark.parametrize(("number", "said"), [(0, "0 panels wait"), (1, "A panel waits"), (12, "12 panels wait")])
def test_one_thing_is_not_several(number: int, said: str) -> None:
    assert counted(number, "A panel waits", "{n} panels wait") == said


def test_what_is_said_of_the_queue_is_about_one_panel_or_several() -> None:
    assert said_of_left(1) == "A panel of the project before is not drawn any more"
    assert said_of_left(2).startswith("2 panels of")
    assert said_of_stale(1, 1, 0) == "A stale panel is queued"
    assert said_of_stale(2, 3, 1) == "2 stale panels are queued · A panel has newer takes already; choose one there"
    assert said_of_stale(0, 0, 0) == "No panel is stale"


def test_no_text_leaves_it_to_the_reader_how_many_there_are() -> None:
    files = Path(komawari.ui.__path__[0]).rglob("*.py")
    found = [
        line for file in files for line in file.read_text("utf-8").splitlines() if re.search(r"%n |\w\(s\) \w", line)
    ]
    assert found == []

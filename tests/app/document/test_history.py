"""Undo gives back the very values, in any order, and holds no more memory than it says."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from komawari.document.held import held
from komawari.document.history import History
from komawari.domain.edits import pages, panels, parameters
from komawari.domain.geometry.polygon import rectangle
from komawari.domain.project import Project, new_project

STEPS = st.lists(st.sampled_from(["edit", "gesture", "undo", "redo"]), max_size=30)


@given(STEPS)
def test_undo_and_redo_walk_the_same_values_back_and_forth(steps: list[str]) -> None:
    history, now = History(10**9), new_project("0")
    past, future = [now], []  # a plain model: the last of `past` is the present
    merging = False
    for number, step in enumerate(steps):
        if step in ("edit", "gesture"):
            after = pages.set_title(now, str(number + 1))
            merged = history.push("Rename", now, after, "drag" if step == "gesture" else None)
            assert merged == (merging and step == "gesture")
            if merged:
                past.pop()
            past.append(after)
            now, future, merging = after, [], step == "gesture"
        elif step == "undo" and len(past) > 1:
            future.append(past.pop())
            now, merging = past[-1], False
            assert history.undo() is now
        elif step == "redo" and future:
            past.append(future.pop())
            now, merging = past[-1], False
            assert history.redo() is now
    assert (history.undo_name is None) == (len(past) == 1) and (history.redo_name is None) == (not future)


def test_a_gesture_ends_when_it_is_said_to() -> None:
    history, project = History(10**9), new_project("0")
    for number in range(4):
        if number == 2:
            history.end_gesture()
        after = pages.set_title(project, f"{number + 1}")
        history.push("Rename", project, after, "typing")
        project = after
    assert len(history.entries()[0]) == 2
    first = history.undo()
    assert first is not None and first.title == "2"


def test_nothing_is_undone_where_nothing_was_done() -> None:
    history = History(100)
    assert history.undo() is None and history.redo() is None


def big(count: int) -> Project:
    """Pages of eight panels."""
    project = new_project("big")
    for number in range(count):
        page = f"{number + 1:032x}"
        project = pages.add_page(project, page)
        for k in range(8):
            frame = rectangle((10.0, 10.0 + 20 * k, 90.0, 25.0 + 20 * k))
            project = panels.draw_panel(project, page, f"{number * 8 + k + 10_000:032x}", frame)
    return project


def test_what_two_values_share_is_not_counted() -> None:
    project = big(5)
    edited = parameters.set_parameters(project, f"{10_000:032x}", prompt="rain " * 200)
    assert held(project, project) == 0
    assert 1000 < held(edited, project) < 1000 + 3000
    assert held(project, edited) < 3000 < held(project, None)


def test_the_count_is_about_what_python_allocates() -> None:
    project = big(3)
    tracemalloc.start()
    values = [project]
    before = tracemalloc.get_traced_memory()[0]
    for number in range(200):
        text = f"{number} " * 50
        values.append(parameters.set_parameters(values[-1], f"{10_000 + number % 20:032x}", prompt=text))
    real = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    counted = sum(held(new, old) for old, new in zip(values, values[1:]))
    assert 0.5 * real < counted < 2 * real


def test_the_oldest_entries_go_when_the_budget_is_spent_and_the_last_one_stays() -> None:
    history, project = History(20_000), new_project("0")
    page = project.pages[0].id
    for number in range(50):
        after = pages.set_notes(project, page, f"{number}" * 1000)
        history.push("Notes", project, after)
        project = after
        assert history.bytes <= 20_000
    assert 3 < len(history.entries()[0]) < 20
    tight = History(1)
    tight.push("Notes", project, pages.set_notes(project, page, "x"))
    assert tight.undo() is project


def test_everything_undo_can_bring_back_is_listed() -> None:
    one, two = new_project("1"), new_project("2")
    history = History(10**9)
    history.push("Other", one, two)
    assert [p.title for p in history.projects()] == ["1"]
    history.undo()
    assert [p.title for p in history.projects()] == ["2"]
    assert replace(one) == one

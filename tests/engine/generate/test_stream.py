"""Work in a thread is an iterator: it ends when the work does, when it is closed, or when somebody sets the flag."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from animeadapter.generate.stream import stream


def until_stopped(emit: Callable[[int], None], stop: threading.Event) -> None:
    """Emit once, then work until told to stop."""
    emit(1)
    assert stop.wait(240)


def test_whoever_holds_the_flag_can_end_the_work() -> None:
    flag = threading.Event()
    results = stream(until_stopped, flag)
    assert next(results) == 1
    flag.set()
    assert list(results) == []


def test_closing_the_iterator_ends_the_work_and_sets_the_flag() -> None:
    flag = threading.Event()
    results = stream(until_stopped, flag)
    next(results)
    results.close()
    assert flag.is_set()


def test_work_that_ends_by_itself_was_not_stopped() -> None:
    flag = threading.Event()
    assert list(stream(lambda emit, stop: emit(7), flag)) == [7]
    assert not flag.is_set()


def test_an_error_of_the_work_is_raised_where_it_is_read() -> None:
    def fail(emit: Callable[[int], None], stop: threading.Event) -> None:
        emit(1)
        raise ValueError("no")

    results = stream(fail)
    assert next(results) == 1
    with pytest.raises(ValueError, match="no"):
        next(results)

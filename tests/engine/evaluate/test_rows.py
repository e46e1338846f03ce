"""A row says what was found, what was expected, and whether that is in order."""

from __future__ import annotations

import platform
from importlib.metadata import version

import pytest

from animeadapter.evaluate.rows import Row, at_least, at_most, exactly, provenance


@pytest.mark.parametrize("kind, below, equal, above", [(at_most, True, True, False), (at_least, False, True, True)])
def test_limits_hold_up_to_and_including_themselves(kind: object, below: bool, equal: bool, above: bool) -> None:
    found = [kind("a figure", value, 1.0, "s") for value in (0.9, 1.0, 1.1)]
    assert [row.ok for row in found] == [below, equal, above]
    assert found[0] == Row(name="a figure", found=0.9, expected=1.0, unit="s", ok=below)


@pytest.mark.parametrize("kind", [at_most, at_least])
def test_what_is_not_a_number_is_never_in_order(kind: object) -> None:
    assert kind("a figure", float("nan"), 1.0).ok is False


def test_exactly_is_equality() -> None:
    assert exactly("weights", 3, 3).ok is True and exactly("weights", 3, 4).ok is False


def test_a_row_that_promises_nothing_is_neither_in_order_nor_missed() -> None:
    assert Row(name="seconds", found=1.5).ok is None


def test_provenance_names_versions_and_machine() -> None:
    found = provenance()
    assert found["torch"] == version("torch") and found["diffusers"] == version("diffusers")
    assert found["python"] == platform.python_version() and found["machine"] == platform.machine()

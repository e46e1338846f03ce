"""Benches open whole windows; what is left of them goes while it is known what it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def collected() -> Iterator[None]:
    """Collect garbage after each bench: Qt's objects must not go at some later time, in the middle of another test."""
    yield
    gc.collect()

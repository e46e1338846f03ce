"""What a bench gives: rows of what was expected and what was found, with where and with what it was measured."""

from __future__ import annotations

import platform
from importlib import metadata

import msgspec

PACKAGES = ("torch", "diffusers", "transformers", "numpy", "opencv-python-headless")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. `ok` is None where nothing was promised."""

    name: str
    found: float | int | str
    expected: float | int | str | None = None
    unit: str = ""
    ok: bool | None = None


def exactly(name: str, found: int, expected: int) -> Row:
    """Return a row that is in order when both are equal."""
    return Row(name=name, found=found, expected=expected, ok=found == expected)


def at_most(name: str, found: float, limit: float, unit: str = "") -> Row:
    """Return a row that is in order up to a limit."""
    return Row(name=name, found=found, expected=limit, unit=unit, ok=found <= limit)


def at_least(name: str, found: float, limit: float, unit: str = "") -> Row:
    """Return a row that is in order from a limit on."""
    return Row(name=name, found=found, expected=limit, unit=unit, ok=found >= limit)


def provenance() -> dict[str, str]:
    """Return what a figure has to be read with: versions and machine."""
    versions = {name: metadata.version(name) for name in PACKAGES}
    return {**versions, "python": platform.python_version(), "machine": platform.machine()}

"""The strokes on one picture: each leads from one file's name to another, in both directions, without any file."""

from __future__ import annotations

from dataclasses import dataclass

from komawari.ui.painting.surface import NOWHERE, Area, Change, Surface

BUDGET = 48 * 2**20
"""Bytes of strokes that are held; the document's own undo goes on behind them, by reading files."""

UNKNOWN = "?"
"""Stands for a picture that no file holds."""


@dataclass(eq=False)
class Step:
    """One stroke."""

    change: Change
    after: str | None = None
    """sha256 of the file after it; None: its file is still being made."""


class Steps:
    """Strokes in a row, and a place among them."""

    def __init__(self, start: str | None, budget: int = BUDGET) -> None:
        """`start` is the file's name before any stroke; None where the document has none."""
        self.budget = budget
        self._first = start
        self._steps: list[Step] = []
        self._at = 0

    @property
    def bytes(self) -> int:
        """Memory that is held."""
        return sum(step.change.bytes for step in self._steps)

    @property
    def last(self) -> Step | None:
        """The stroke that was made or undone to last."""
        return self._steps[self._at - 1] if self._at else None

    def push(self, step: Step) -> None:
        """Add a stroke that was just made, and forget those that were undone."""
        del self._steps[self._at :]
        self._steps.append(step)
        self._at += 1

    def drop(self, step: Step) -> None:
        """Forget a stroke that could not be kept, and so everything before it."""
        if step in self._steps:
            at = self._steps.index(step) + 1
            self._forget(at)

    def go(self, surface: Surface, name: str | None) -> Area | None:
        """Bring the surface to a file by its name; return where it changed, None: no stroke leads there."""
        target = self._place(name)
        if target is None:
            return None
        painted = NOWHERE
        while self._at != target:
            back = target < self._at
            step = self._steps[self._at - 1 if back else self._at]
            painted = painted.joined(surface.apply(step.change))
            self._at += -1 if back else 1
        return painted

    def _place(self, name: str | None) -> int | None:
        """Return the nearest place that has a name."""
        names = [self._first, *(step.after for step in self._steps)]
        known = [k for k, one in enumerate(names) if one == name and (k == 0 or one is not None)]
        return min(known, key=lambda k: abs(k - self._at), default=None)

    def trim(self) -> None:
        """Forget the oldest strokes until the budget is kept, but never the last."""
        total, forgotten = self.bytes, 0
        while total > self.budget and forgotten < self._at - 1:
            total -= self._steps[forgotten].change.bytes
            forgotten += 1
        if forgotten:
            self._forget(forgotten)

    def _forget(self, count: int) -> None:
        self._first = self._steps[count - 1].after or UNKNOWN
        del self._steps[:count]
        self._at = max(0, self._at - count)

"""The bench of masks measures what it says: strokes that are painted, undone and done again on the page."""

from __future__ import annotations

import pytest

from komawari.bench import masks, sketches


def test_every_figure_is_of_strokes_that_were_really_painted(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "SIDE", 300)
    monkeypatch.setattr(masks, "DIAMETER", 20.0)
    monkeypatch.setattr(masks, "EVENTS", 4)
    seen = []
    step = masks.Easel.step

    def watched(self, do):  # type: ignore[no-untyped-def]
        before = int(self.board.surface.pixels.sum())
        found = step(self, do)
        seen.append((before, int(self.board.surface.pixels.sum())))
        return found

    monkeypatch.setattr(masks.Easel, "step", watched)
    figures = masks.masks(2)
    (painted, undone), (start, redone) = seen
    assert painted > 0 and (undone, start) == (0, 0) and redone == painted
    assert any("memory" in one.name and one.found > 0 for one in figures)
    assert {one.limit for one in figures} >= {3, 8, 10, 50}


def test_sketches_are_measured_by_strokes_that_are_undone_and_redone(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masks, "SIDE", 300)
    monkeypatch.setattr(masks, "EVENTS", 4)
    seen = []
    step = masks.Easel.step

    def watched(self, do):  # type: ignore[no-untyped-def]
        found = step(self, do)
        seen.append(int(self.board.surface.pixels.any(2).sum()))
        return found

    monkeypatch.setattr(masks.Easel, "step", watched)
    figures = sketches.sketches(2)
    assert seen[0] == 0 and seen[1] > 40 * 1000
    assert {one.limit for one in figures} >= {8, 10} and all(one.found >= 0 for one in figures)

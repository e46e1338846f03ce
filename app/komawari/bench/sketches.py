"""Sketches: pen events and undo on the largest sheet that a panel begins with, drawn on the page."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from PySide6.QtWidgets import QApplication

from komawari.bench.figures import Figure, percentile
from komawari.bench.masks import easel, pair

PEN = 40.0
"""Pixels of the sheet: 3.4 mm at 300 dpi, a broad pen."""


def sketches(strokes: int) -> list[Figure]:
    """Return the figures of so many strokes, each of which crosses the panel and is undone and redone."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with tempfile.TemporaryDirectory() as folder, easel(app, Path(folder), "sketch_pen") as one:
        one.room.set_brush(size=PEN, opacity=0.8)
        moves, painted, _ = one.paint(strokes)
        undone, redone = one.step(one.session.document.undo), one.step(one.session.document.redo)
        settled, side = one.settling, one.side
    return [
        *pair(f"a {PEN:.0f} px pen on a sheet of {side}²: an event (p95 of {len(moves)})", moves, 8),
        *pair("painting what it drew, with the panel's picture (p95)", painted, None),
        *pair(f"undo of a pen stroke (p95 of {len(undone)})", undone, 10),
        *pair(f"redo of a pen stroke (p95 of {len(redone)})", redone, 10),
        Figure("from the end of a pen stroke until its file is safe (p95)", percentile(settled, 0.95), None, "ms"),
    ]

"""The canvas's bench compares like with like."""

from __future__ import annotations

from pathlib import Path

import pytest

from komawari.bench import canvas


@pytest.mark.parametrize("kind", ["pan", "zoom"])
def test_both_views_show_the_same_in_every_frame(qapp, tmp_path: Path, monkeypatch, kind) -> None:
    monkeypatch.setattr(canvas, "PICTURE", (189, 130))
    canvas.write_large(tmp_path / "large.koma")
    with canvas.open_session(tmp_path / "large.koma") as session:
        view = canvas.CanvasView(session)
        view.resize(400, 300)
        view.show()
        canvas.settle(qapp, view)
        bare = canvas._bare(session)
        bare.resize(400, 300)
        places = set()
        for pair in canvas._run(qapp, view, bare, kind):
            assert pair.ours.passed > 0 and pair.bare.passed > 0
            ours, others = view.viewportTransform(), bare.viewportTransform()
            assert (ours.m11(), ours.dx(), ours.dy()) == (others.m11(), others.dx(), others.dy())
            places.add((ours.m11(), ours.dx()))
        assert len(places) > 20, "every frame moves"
        for one in (view, bare):
            one.close()
            one.deleteLater()
        qapp.processEvents()

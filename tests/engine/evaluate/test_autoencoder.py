"""The autoencoder's figures are means over unseen drawings, by region, framing and size."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from animeadapter.evaluate import autoencoder as bench
from animeadapter.evaluate.renderer import renderer


def test_every_region_framing_and_size_has_its_mean(tiny_pack_master: Path) -> None:
    done: list[tuple[int, int]] = []
    rows = bench.autoencoder(str(tiny_pack_master), count=6, on_picture=lambda *at: done.append(at))
    names = [row.name for row in rows]
    assert names[0].startswith("character (n = 6)") and "picture (n = 6)" in names
    assert done[-1] == (6, 6)
    by_name = {row.name.split(" (")[0]: row for row in rows}
    assert by_name["picture"].expected == 30.0 and by_name["picture"].ok is False
    assert by_name["picture, 256×256"].ok is None
    sizes = [row for name, row in by_name.items() if name.startswith("picture, ") and "×" in name]
    assert len(sizes) == 5
    assert rows == bench.autoencoder(str(tiny_pack_master), count=6)


def test_a_perfect_autoencoder_is_in_order(tiny_pack_master: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bench, "through", lambda vae, picture: np.clip(picture.astype(int) + 1, 0, 255).astype(np.uint8)
    )
    rows = {row.name.split(" (")[0]: row for row in bench.autoencoder(str(tiny_pack_master), count=5)}
    assert rows["picture"].ok is True and rows["picture"].found == pytest.approx(48.1, abs=1.5)


def test_the_renderers_speed_is_drawings_over_its_own_time() -> None:
    ticks = iter((10.0, 12.5))
    rows = renderer(5, clock=lambda: next(ticks))
    assert rows[0].found == pytest.approx(2.0) and rows[0].ok is False

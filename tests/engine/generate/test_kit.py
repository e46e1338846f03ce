"""A kit embeds pictures with the pack's own image encoder, as it was trained to see them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from animeadapter.generate.kit import Kit
from animeadapter.packs.load import load_pack
from animeadapter.vision.embedding import likeness, masked_square


def test_an_embedding_tells_pictures_apart_and_the_same_one_again(tiny_pack_master: Path) -> None:
    kit = Kit(load_pack(tiny_pack_master))
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (30, 50, 3), np.uint8) for _ in range(2)]
    one, other, again = (kit.embed(masked_square(pictures[i], None, kit.side)) for i in (0, 1, 0))
    assert one.shape == (16,) and one.dtype == np.float32
    assert (one == again).all() and likeness(one, other) < 1

"""A complete model pack of random weights, small enough that a picture takes a moment: what the engine's
tests run on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from animeadapter.evaluate.tiny import build_tiny_pack


@pytest.fixture(scope="session")
def tiny_pack_master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the tiny pack, built once; tests must not change it."""
    folder = tmp_path_factory.mktemp("packs") / "tiny"
    build_tiny_pack(folder)
    return folder


@pytest.fixture
def tiny_pack(tiny_pack_master: Path, tmp_path: Path) -> Path:
    """A copy of the tiny pack that a test may damage."""
    return Path(shutil.copytree(tiny_pack_master, tmp_path / "tiny"))

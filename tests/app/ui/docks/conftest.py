"""Docks over a session, a queue by hand, and a pack that the engine lists."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from animeadapter.protocol.calls import ListPacks, PackInfo, PackList
from komawari.engine_client.client import Finished
from komawari.engine_client.fake import FakeEngine
from komawari.ui.session import Session

# Tests are imported by their paths alone; the fake stands beside them.
sys.path.insert(0, str(Path(__file__).parent))

PACK = PackInfo(
    "mini", "Mini", "Apache-2.0", "embedded", ((256, 256), (208, 312), (312, 208), (352, 176)), (), "0" * 64,
    vocabulary=("smile", "running", "1girl"),
)  # fmt: skip


@pytest.fixture
def engine() -> FakeEngine:
    one = FakeEngine()
    one.script(ListPacks, lambda job: [Finished(job.id, PackList((PACK,)))])
    return one


@pytest.fixture
def queue(session: Session):
    from fake_queue import FakeQueue

    return FakeQueue(session)

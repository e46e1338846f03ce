"""The bench of clicks clicks at a panel's picture, waits for what was found, and counts what went wrong."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QTimer

from animeadapter.protocol.calls import Click, Clicked
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob
from komawari.bench import clicks
from komawari.engine_client.client import Event, Finished
from komawari.engine_client.fake import FakeEngine
from komawari.engine_client.jobs import ClientJob
from komawari.ui.painting import png


class Answering(FakeEngine):
    """Finds more at every click but the third, at which it finds nothing, and the fourth, where it fails."""

    asked: list[ClientJob] = []

    def __init__(self) -> None:
        super().__init__()
        Answering.asked = self.submitted
        self.script(Click, self._answer)

    def submit(self, *given, **named) -> str:
        QTimer.singleShot(0, self.play)
        return super().submit(*given, **named)

    def _answer(self, job: ClientJob) -> Iterator[Event]:
        number = sum(isinstance(one.call, Click) for one in self.submitted)
        if number == 4:
            yield Failed(job.id, "failed", "the picture is too strange")
            return
        assert isinstance(job.call, Click) and job.call.picture.sha256 in job.files
        mask = np.zeros((100, 100), np.uint8)
        mask[:, : 10 * number * (number != 3)] = 255
        data = png.encoded(mask)
        yield Finished(job.id, Clicked(Blob.of(data)), {Blob.of(data).sha256: data})


def test_every_click_is_a_new_selection_and_what_goes_wrong_is_counted(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clicks, "Supervisor", Answering)
    figures = clicks.clicks(5, seed=1)
    asked = [job.call for job in Answering.asked if isinstance(job.call, Click)]
    assert len(asked) == 6 and all(len(call.points) == 1 for call in asked)
    assert len({call.points for call in asked}) == 6 and len({call.picture for call in asked}) == 1
    first, later, failed, nothing = figures
    assert first.found > 0 and later.found > 0 and later.limit == 150
    assert (failed.found, failed.limit, nothing.found) == (1, 0, 2)

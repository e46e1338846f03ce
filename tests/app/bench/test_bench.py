"""The bench's own parts: kills really kill and lose nothing, and a figure that is not met is seen."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
import typer
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QColor, QImage
from typer.testing import CliRunner

from komawari.bench import __main__ as command
from komawari.bench import engine_kills, kills, sample
from komawari.bench.figures import Figure, percentile
from komawari.engine_client.client import Finished, Picture
from komawari.storage import opening


def png(colour: int) -> bytes:
    """A picture of one colour."""
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    return bytes(buffer.data().data())


def test_killed_runs_lose_at_most_the_edit_under_way_and_no_take() -> None:
    assert [(figure.found, figure.holds) for figure in kills.kills(3, seed=1)] == [(0, True)] * 3


def test_killed_engines_lose_no_job_and_change_no_pixel(tiny_packs: Path) -> None:
    tally = engine_kills.killed(3, 1, tiny_packs)
    assert tally.jobs >= engine_kills.OPEN and (tally.lost, tally.others) == (0, 0)


def test_pictures_that_differ_and_jobs_that_fail_are_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    drawn = count()

    class Careless:
        """Draws every picture otherwise, and loses the last one of each later job."""

        pid = property(lambda self: next(drawn) + 10**8)

        def __init__(self, *_: object) -> None:
            self.jobs = 0

        def listen(self, tell) -> None:
            self.tell = tell

        def submit(self, call) -> str:
            self.jobs += 1
            seeds = call.request.seeds[: 2 if self.jobs <= len(engine_kills.REQUESTS) else 1]
            for take, seed in enumerate(seeds):
                self.tell(Picture(f"job {self.jobs}", take, seed, png(next(drawn)), None))
            self.tell(Finished(f"job {self.jobs}", None))
            return f"job {self.jobs}"

        def close(self) -> None:
            pass

    monkeypatch.setattr(engine_kills, "Supervisor", Careless)
    monkeypatch.setattr(engine_kills.os, "kill", lambda *_: None)
    tally = engine_kills.killed(1, 0, tmp_path)
    assert tally.jobs > 0 and tally.lost == tally.others == tally.jobs


def test_a_killed_run_told_what_it_did(tmp_path: Path) -> None:
    path = tmp_path / "a.koma"
    sample.write(path, 1)
    told = kills.killed_run(path, 0.5)
    found = kills.check(path, set(told.takes))
    assert told.edits > 1 and found is not None
    assert told.edits <= kills.done_in(found[0]) <= told.edits + 1
    assert {take.id for take in found[1]} == set(told.takes)


def test_a_project_that_does_not_open_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.koma").write_bytes(b"nothing")
    assert kills.check(tmp_path / "a.koma", set()) is None


def test_a_sample_is_as_long_as_it_was_asked_to_be_and_whole(tmp_path: Path) -> None:
    project = sample.write(tmp_path / "a.koma", 2)
    assert opening.load(tmp_path / "a.koma").saved == project
    assert sum(len(page.panels) for page in project.pages) == 16


def test_percentiles_are_values_that_were_measured() -> None:
    assert [percentile([3, 1, 2], share) for share in (0, 0.5, 1)] == [1, 2, 3]


@pytest.mark.parametrize(("found", "status", "word"), [(1, 0, "ok"), (3, 1, "NOT MET")])
def test_a_figure_that_is_not_met_ends_the_command_with_an_error(
    monkeypatch: pytest.MonkeyPatch, found: float, status: int, word: str
) -> None:
    monkeypatch.setattr(command, "documents", lambda *_: [Figure("time", found, 2, "ms")])
    app = typer.Typer()
    app.command()(command.bench)
    result = CliRunner().invoke(
        app,
        ["--kills", "0", "--engine-kills", "0", "--starts", "0", "--rounds", "0", "--strokes", "0", "--clicks", "0"],
    )
    assert result.exit_code == status and word in result.stdout

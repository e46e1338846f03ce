"""The bench's own parts: kills really kill and lose nothing, and a figure that is not met is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from komawari.bench import __main__ as command
from komawari.bench import kills, sample
from komawari.bench.figures import Figure, percentile
from komawari.storage import opening


def test_killed_runs_lose_at_most_the_edit_under_way_and_no_take() -> None:
    assert [(figure.found, figure.holds) for figure in kills.kills(3, seed=1)] == [(0, True)] * 3


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
    result = CliRunner().invoke(app, ["--kills", "0", "--rounds", "0", "--strokes", "0"])
    assert result.exit_code == status and word in result.stdout

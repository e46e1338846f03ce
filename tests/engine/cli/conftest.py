"""The command line, run in this process."""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

import pytest

from animeadapter.cli.app import main


class Command:
    """Calls the command, keeps what it wrote, returns its exit code."""

    def __init__(self, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
        self.capsys, self.monkeypatch = capsys, monkeypatch
        self.out = self.err = ""

    def __call__(self, *arguments: str | Path) -> int:
        self.monkeypatch.setattr(sys, "argv", ["animeadapter", *map(str, arguments)])
        before = signal.getsignal(signal.SIGTERM)
        try:
            with pytest.raises(SystemExit) as ended:
                main()
        finally:
            signal.signal(signal.SIGTERM, before)
        captured = self.capsys.readouterr()
        self.out, self.err = captured.out, captured.err
        return int(ended.value.code or 0)

    def json(self) -> list[dict]:
        """What a command with `--json` said."""
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tiny_pack_master: Path
) -> Command:
    """The command in an empty folder, with the tiny pack to be found by its name and no other but what ships."""
    monkeypatch.setenv("ANIMEADAPTER_PACKS", str(tiny_pack_master))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    return Command(capsys, monkeypatch)

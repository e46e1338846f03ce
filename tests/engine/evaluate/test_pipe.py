"""The pipe's figures are medians of what the client measured; whatever kills leave behind is counted and removed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from animeadapter.evaluate import pipe as module
from animeadapter.evaluate.pipe import PipeError, pipe
from animeadapter.evaluate.rows import Row

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills as POSIX does")
SCRIPT = """
import json, os, subprocess, sys, time
def tell(**values): print(json.dumps(values), flush=True)
if sys.argv[1] == "measure":
    tell(kind="round trip", values=[0.03, 0.01, 0.2])
    tell(kind="cancel", what="a rehearsal", values=[0, 2, 1])
    tell(kind="noticed", values=[0.05])
elif sys.argv[1] == "kill":
    tell(kind="kill", pid=None, ended="Finished", right=True)
    tell(kind="kill", pid=None, ended="Failed", right=True)
else:
    program = [sys.executable, "-c", "import time; time.sleep(1000)"]
    child = subprocess.Popen(program, start_new_session=True, stdout=subprocess.DEVNULL)
    tell(kind="holding", pid=child.pid)
    time.sleep(1000)
"""


def silent(done: str, at: int, of: int) -> None:
    """Nobody listens."""


def scripted(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(module, "TRIAL", (sys.executable, "-c", script))


def found(rows: list[Row]) -> dict[str, Any]:
    return {row.name: (row.found, row.ok) for row in rows}


def test_figures_and_left_overs_become_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, SCRIPT)
    monkeypatch.setattr(module, "PATIENCE", 0.2)
    monkeypatch.setattr(module, "LATEST_KILL", 0.0)
    left: list[int] = []
    really = os.killpg
    monkeypatch.setattr(os, "killpg", lambda group, number: (left.append(group), really(group, number)))
    rows = found(pipe(kills=2, on_step=silent))
    assert rows["4 MiB there and back, median"] == (30.0, True)
    assert rows["steps after a rehearsal was cancelled, at most"] == (2, False)
    assert rows["until a killed engine is noticed, median"] == (50.0, True)
    assert rows["jobs that did not end well after it"] == (1, False)
    assert rows["processes left behind"] == (2, False)
    assert len(left) == 2


def test_a_trial_that_ends_early_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    scripted(monkeypatch, "import sys; sys.exit('hung: nothing came')")
    with pytest.raises(PipeError, match="the trial measure ended early: hung: nothing came"):
        pipe(on_step=silent)


def test_with_the_real_client_and_engine_nothing_is_left_behind() -> None:
    rows = found(pipe("mini", repeats=1, kills=1, on_step=silent))
    assert rows["jobs that did not end well after it"] == (0, True)
    assert rows["processes left behind"] == (0, True)
    assert rows["steps after a rehearsal was cancelled, at most"][1]


def test_a_client_says_in_one_line_that_it_hung(tmp_path: Path) -> None:
    program = (
        "import sys; from komawari.engine_client import trial; trial.HANGS = 0.0; sys.argv = ['trial', 'measure'];"
        "trial.main()"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=240)
    assert done.returncode == 1 and done.stderr.splitlines()[-1] == "hung: nothing came"


def test_a_held_client_tells_of_its_engine() -> None:
    with subprocess.Popen([*module.TRIAL, "hold"], stdout=subprocess.PIPE) as client:
        assert client.stdout
        pid = json.loads(client.stdout.readline())["pid"]
        client.send_signal(signal.SIGKILL)
    assert pid is None or module._gone(pid)

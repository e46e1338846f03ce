"""The program `komawari` in processes of its own: what it loads, how it begins, and that nothing of it remains."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from komawari.domain.project import new_project
from komawari.storage.settings import Settings, write_settings
from komawari.storage.store import Store
from komawari.ui.samples import NAME

SHOW = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from komawari.ui import app
application = app.application()
editor = app.Editor(application, Path(sys.argv[1]) if sys.argv[1:] else None)
def look():
    heavy = sorted({"torch", "diffusers", "transformers", "cv2", "numpy", "psd_tools"} & set(sys.modules))
    print("shown", editor.window.files.path, ",".join(heavy), flush=True)
    if (banner := editor.window.banners.get("open")) is not None:
        print("banner", banner.text.replace(chr(10), " "), flush=True)
    QTimer.singleShot(0, editor.window.close)
editor.window.painted.connect(lambda: QTimer.singleShot(0, look))
editor.window.show()
application.exec()
editor.close()
print("closed", flush=True)
"""
ENGINE = """
import os, sys
open(sys.argv[1], "w").write(str(os.getpid()))
while os.read(0, 65536):
    pass
"""


def environment(home: Path) -> dict[str, str]:
    return {**os.environ, "KOMAWARI_HOME": str(home), "QT_QPA_PLATFORM": "offscreen"}


def shown(home: Path, *words: str) -> list[str]:
    """What the program prints that shows a window and closes it at once."""
    command = [sys.executable, "-c", SHOW, *words]
    done = subprocess.run(command, env=environment(home), capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def recent(home: Path) -> list[str]:
    """The projects that the settings name, the latest first."""
    return msgspec.json.decode((home / "settings.json").read_bytes())["recent"]


def test_a_window_loads_nothing_heavy_and_neither_process_nor_file_nor_lock_remains(tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    engine = (sys.executable, "-c", ENGINE, str(pid))
    write_settings(tmp_path / "settings.json", Settings(recent=("gone.komawari",), engine_command=engine))
    lines = shown(tmp_path)
    assert lines[0].startswith(f"shown {tmp_path}/untitled/") and lines[0].endswith(" ")
    assert lines[-1] == "closed"
    assert list((tmp_path / "untitled").iterdir()) == []
    if pid.exists() and pid.read_text():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


def test_the_last_project_is_opened_unless_another_is_named(tmp_path: Path) -> None:
    last, other = tmp_path / "last.komawari", tmp_path / "other.komawari"
    for path in (last, other):
        Store.create(path, new_project())
    write_settings(tmp_path / "settings.json", Settings(recent=(str(last),), engine_command=("no-such-engine",)))
    assert shown(tmp_path)[0].split()[1] == str(last)
    assert shown(tmp_path, str(other))[0].split()[1] == str(other)
    assert recent(tmp_path) == [str(other), str(last)]


def test_a_project_that_cannot_be_opened_at_the_start_says_why(tmp_path: Path) -> None:
    damaged = tmp_path / "comic.komawari"
    damaged.write_bytes(b"SQLite format 3\0" + bytes(3000))
    told = [line for line in shown(tmp_path, str(damaged)) if line.startswith("banner")]
    assert len(told) == 1 and "Not opened" in told[0] and "comic.komawari" in told[0]


def test_a_first_start_opens_a_copy_of_the_sample(tmp_path: Path) -> None:
    write_settings(tmp_path / "settings.json", Settings(engine_command=("no-such-engine",)))
    assert shown(tmp_path)[0] == f"shown {tmp_path / NAME} "
    assert recent(tmp_path) == [str(tmp_path / NAME)]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a display")
def test_without_a_display_it_says_so_and_draws_the_page_of_a_project_instead(tmp_path: Path) -> None:
    path = tmp_path / "one.komawari"
    Store.create(path, new_project())
    without = ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY")
    bare = {name: value for name, value in environment(tmp_path).items() if name not in without}
    command = [sys.executable, "-m", "komawari", str(path), "--out", "drawn"]
    done = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0 and done.stdout.startswith("There is no display here") and done.stdout.count("\n") == 1
    assert (tmp_path / "drawn/one-page.png").read_bytes().startswith(b"\x89PNG")

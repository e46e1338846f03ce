"""What is said before the editor starts, and what `make run` starts."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
FAKE = """#!/bin/sh
echo "$(basename $0) $*" >> {log}
case "$*" in *preflight.py*) exec {python} "$@";; esac
"""


@pytest.fixture
def preflight() -> ModuleType:
    spec = importlib.util.spec_from_file_location("preflight", ROOT / "packaging/preflight.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def on_display(monkeypatch: pytest.MonkeyPatch, **environment: str) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)


def test_missing_libraries_of_the_window_are_named_with_one_command_that_brings_them(
    preflight: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    on_display(monkeypatch, DISPLAY=":0")
    absent = {"libxcb-cursor.so.0", "libEGL.so.1"}
    monkeypatch.setattr(preflight, "_loads", lambda name: name not in absent)
    said = preflight.check_window()
    assert "libEGL.so.1, libxcb-cursor.so.0" in said
    assert "sudo apt-get install libegl1 libxcb-cursor0\n" in said
    absent.clear()
    assert preflight.check_window() is None


def test_a_library_that_is_not_there_is_not_there(preflight: ModuleType) -> None:
    assert not preflight._loads("libno-such-library.so.7")


def test_without_x11_its_libraries_are_not_missed(preflight: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preflight, "_loads", lambda name: False)
    for environment in ({}, {"WAYLAND_DISPLAY": "wayland-0"}, {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}):
        on_display(monkeypatch, **environment)
        assert preflight.check_window() is None


@pytest.mark.parametrize(
    "environment",
    [{}, {"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "w"}, {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"},
     {"QT_QPA_PLATFORM": "vnc"}],
)  # fmt: skip
def test_it_sees_a_display_where_the_editor_does(
    preflight: ModuleType, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    from komawari.ui.headless import has_display

    on_display(monkeypatch, **environment)
    assert preflight.has_display() is has_display(environment, sys.platform)


@pytest.mark.skipif(shutil.which("make") is None or sys.platform != "linux", reason="needs make, and no display")
@pytest.mark.parametrize(
    ("platform", "wanted"),
    [("vnc", ["komawari --out out"]), ("offscreen", ["komawari --out out", "animeadapter demo --out out/demo"])],
)
def test_make_run_opens_the_editor_and_installs_nothing_a_second_time(
    tmp_path: Path, platform: str, wanted: list[str]
) -> None:
    (tmp_path / "bin").mkdir()
    for name in ("python", "komawari", "animeadapter"):
        command = tmp_path / "bin" / name
        command.write_text(FAKE.format(log=tmp_path / "log", python=sys.executable))
        command.chmod(0o755)
    (tmp_path / ".installed").touch()
    # Whoever called us may be a make itself.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(
        ["make", "-C", str(ROOT), f"VENV={tmp_path}", "run"], check=True, capture_output=True,
        env={**environment, "QT_QPA_PLATFORM": platform},
    )  # fmt: skip
    done = (tmp_path / "log").read_text().splitlines()
    assert [line for line in done if not line.startswith("python packaging/preflight.py")] == wanted

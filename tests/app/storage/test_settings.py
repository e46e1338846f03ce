"""Settings are written whole or not at all; recent files are those that are still there."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from komawari.storage import places
from komawari.storage.errors import StorageError
from komawari.storage.settings import MOST_RECENT, Settings, read_settings, recent_files, with_recent, write_settings


def test_settings_are_read_as_they_were_written(tmp_path: Path) -> None:
    file = tmp_path / "new" / "settings.json"
    assert read_settings(file) == Settings()
    settings = replace(Settings(), engine_command=("ssh", "box"), window={"docks": [1, 2]})
    write_settings(file, settings)
    assert read_settings(file) == settings and [path.name for path in file.parent.iterdir()] == [file.name]


def test_settings_of_a_later_version_are_read_over(tmp_path: Path) -> None:
    (tmp_path / "s.json").write_text('{"pack": "other", "hologram": 3}')
    assert read_settings(tmp_path / "s.json").pack == "other"


@pytest.mark.parametrize(("text", "what"), [('{"undo_mebibytes": 0}', "undo_mebibytes"), ("{", "settings.json")])
def test_broken_settings_are_named(tmp_path: Path, text: str, what: str) -> None:
    (tmp_path / "settings.json").write_text(text)
    with pytest.raises(StorageError, match=what):
        read_settings(tmp_path / "settings.json")


def test_the_latest_project_comes_first_and_once(tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.koma" for number in range(MOST_RECENT + 5)]
    settings = Settings()
    for file in (*files, files[9]):
        file.touch()
        settings = with_recent(settings, file)
    assert recent_files(settings)[:2] == [files[9], files[-1]] and len(settings.recent) == MOST_RECENT
    files[-1].unlink()
    assert files[-1] not in recent_files(settings)


def test_files_live_in_the_platforms_folders(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("KOMAWARI_HOME", raising=False)
    monkeypatch.setattr(places.sys, "platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert places.data_folder() == tmp_path / "komawari"
    monkeypatch.setattr(places.sys, "platform", "darwin")
    assert places.config_folder().parts[-3:] == ("Library", "Application Support", "Komawari")
    monkeypatch.setenv("KOMAWARI_HOME", str(tmp_path / "all"))
    assert places.data_folder() == places.config_folder() == tmp_path / "all"

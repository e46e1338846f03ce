"""Without a display: a page drawn into a file, and a sentence that says why."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from komawari.domain.edits.panels import set_border
from komawari.ui.export.errors import ExportError
from komawari.ui.headless import draw_page_headlessly, draw_sample, has_display
from komawari.ui.samples import sample_file
from komawari.ui.session import Session


@pytest.mark.parametrize(
    ("environment", "platform", "there"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}, "linux", False),
        ({"QT_QPA_PLATFORM": "offscreen:fontconfig=x"}, "linux", False),
        ({"QT_QPA_PLATFORM": "vnc"}, "linux", True),
        ({}, "win32", True),
        ({}, "darwin", True),
    ],
)
def test_it_is_known_where_there_is_a_display(environment: dict[str, str], platform: str, there: bool) -> None:
    assert has_display(environment, platform) is there


def test_the_samples_first_page_is_drawn_and_the_message_says_where(qapp: object, tmp_path: Path) -> None:
    said = draw_sample(tmp_path / "out", dpi=50)
    page = QImage(str(tmp_path / "out/sample-page.png"))
    assert (page.width(), page.height()) == (358, 506)
    colours = {page.pixelColor(x, y).name() for x in range(0, 358, 7) for y in range(0, 506, 7)}
    assert len(colours) > 100
    assert "no display" in said
    command = said.rsplit(": ", 1)[1].removesuffix(" --help.")
    assert Path(command).is_file() and Path(command).name == "animeadapter", "what is said can be run as it stands"
    assert str(tmp_path / "out/sample-page.png") in said


def test_a_project_that_is_open_is_drawn_all_the_same_with_what_is_not_saved(session: Session, tmp_path: Path) -> None:
    first = session.project.pages[0].panels[0].id
    session.edit("Border", lambda project: set_border(project, project.pages[0].id, [first], 8))
    session.document.store.flush()
    draw_page_headlessly(session.document.path, 1, tmp_path / "page.png", dpi=25)
    page = QImage(str(tmp_path / "page.png"))
    # The first frame begins at 10 mm; its line is 8 mm wide now.
    assert page.pixelColor(round(12 / 25.4 * 25), round(35 / 25.4 * 25)).name() == "#000000"
    assert session.document.is_modified


def test_a_page_that_is_not_there_is_refused(qapp: object, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="page 3: the project has 2"):
        draw_page_headlessly(sample_file(), 3, tmp_path / "page.png")
    assert list(tmp_path.iterdir()) == []


def test_it_needs_neither_a_display_nor_the_window(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from komawari.ui.headless import draw_sample;"
        f"draw_sample(Path({str(tmp_path)!r}), 30);"
        "assert 'PySide6.QtWidgets' not in sys.modules and 'komawari.ui.app' not in sys.modules"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": "", "KOMAWARI_HOME": str(tmp_path)}, capture_output=True, check=False
    )
    assert ran.returncode == 0, ran.stderr.decode()
    assert (tmp_path / "sample-page.png").exists()

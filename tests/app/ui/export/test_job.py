"""Which pages are meant, what is warned of and credited, and what remains where an export does not end well."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from animeadapter.protocol.calls import PackInfo
from komawari.domain.edits import panels
from komawari.domain.panel import Placement
from komawari.storage.errors import StorageError
from komawari.ui.export import pdf, staging
from komawari.ui.export.choice import Choice, Format, numbers_chosen, numbers_of, remembered
from komawari.ui.export.errors import ExportError
from komawari.ui.export.job import Job, Progress, already_there, export, file_names, free_name
from komawari.ui.export.models import credits_of, lines
from komawari.ui.export.resolution import coarse, to_enlarge
from komawari.ui.export.source import Source
from komawari.ui.session import Session

from .conftest import FIRST, SECOND, changed, gradient

Run = Callable[[Job], tuple[Path, ...]]
PACK = PackInfo("mini", "Mini, the embedded pack", "Apache-2.0", "embedded", ((256, 256),), (), "d" * 64)


@pytest.mark.parametrize(
    ("text", "numbers"), [("1", (1,)), ("1-3, 5", (1, 2, 3, 5)), ("4,2 – 3,2", (2, 3, 4)), (" 6 ,", (6,))]
)
def test_pages_are_named_by_numbers_and_ranges(text: str, numbers: tuple[int, ...]) -> None:
    assert numbers_of(text, 6) == numbers


@pytest.mark.parametrize("text", ["", "0", "7", "3-1", "a", "1-", "-2", "1.5", "²"])
def test_page_numbers_that_mean_nothing_are_refused(text: str) -> None:
    with pytest.raises(ExportError, match="pages"):
        numbers_of(text, 6)


def test_all_pages_and_the_one_on_screen_can_be_meant(session: Session) -> None:
    assert numbers_chosen(Choice(which="all"), session.project, session.page) == (1, 2)
    session.show_page(session.project.pages[1].id)
    assert numbers_chosen(Choice(which="shown"), session.project, session.page) == (2,)


def test_a_choice_that_cannot_be_read_any_more_is_forgotten() -> None:
    assert remembered({"p": {"format": "pdf", "dpi": 350}}, "p") == Choice("pdf", dpi=350)
    assert remembered({"p": {"format": "tiff"}}, "p") is None
    assert remembered({}, "p") is None


def test_pictures_below_200_dpi_are_named_by_page_and_panel(source: Source) -> None:
    # 96 pixels over 66 mm with the bleed, 64 over 50 mm, made 1.3 times larger.
    found = coarse(source, (1, 2), Choice("pdf"))
    assert [(one.page, one.number, round(one.dpi)) for one in found] == [(1, 1, 37), (1, 2, 25)]
    assert [one.panel.id for one in found] == [FIRST, SECOND]


def test_screens_and_slices_ask_for_less_than_print(source: Source) -> None:
    assert [one.number for one in coarse(source, (1,), Choice("png", dpi=36))] == [2]
    # 800 pixels over 60 mm are 339 dpi; half as many again are allowed.
    assert [round(one.times, 1) for one in coarse(source, (1,), Choice("webtoon"))] == [9.2, 13.5]
    assert [round(one.times, 1) for one in coarse(source, (1,), Choice("webtoon", enlarge=True))] == [2.3, 3.4]
    assert len(coarse(source, (1,), Choice("psd", dpi=36))) == 2


def test_enlarging_counts_and_takes_each_picture_once(session: Session, add_take: Callable[..., str]) -> None:
    add_take(FIRST, gradient(200, 100))
    add_take(SECOND, gradient(200, 100))
    session.edit("Place", lambda project: panels.place_picture(project, SECOND, Placement(scale=2)))
    source = Source.of(session.document)
    assert [one.number for one in coarse(source, (1,), Choice("pdf"))] == [1, 2]
    assert [one.number for one in coarse(source, (1,), Choice("pdf", enlarge=True))] == [2]
    assert to_enlarge(source, (1,), Choice("pdf")) == [source.takes[FIRST].picture.sha256]


def test_the_source_of_some_pages_reads_their_takes_alone(session: Session, source: Source) -> None:
    assert set(Source.of(session.document, (1,)).takes) == {FIRST, SECOND}
    assert Source.of(session.document, (2,)).takes == {}


def test_models_are_credited_with_their_licences(source: Source) -> None:
    found = credits_of(source, (1, 2))
    drawn, pasted = lines(found, [PACK])
    assert "Mini, the embedded pack" in drawn
    assert "licence Apache-2.0" in drawn
    assert "1 panel" in drawn
    assert "elsewhere: 1" in pasted
    assert "not installed" in lines(found, [])[0]
    assert "not known yet" in lines(found, None)[0]
    assert credits_of(source, (2,)).models == ()


def test_edits_that_come_later_are_not_in_an_export(session: Session, source: Source) -> None:
    session.edit("Remove", lambda project: panels.remove_panels(project, project.pages[0].id, [FIRST]))
    assert [panel.id for panel in source.read_panels(1)] == [FIRST, SECOND]


def test_an_export_that_is_stopped_leaves_no_trace(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/test-01.png").write_bytes(b"old")
    events = export(job)
    for _ in range(5):
        next(events)
    assert len(list((tmp_path / "out").iterdir())) == 2
    events.close()
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["test-01.png"]
    assert (tmp_path / "out/test-01.png").read_bytes() == b"old"


@pytest.mark.parametrize("format", ["png", "pdf", "psd", "cbz", "webtoon"])
def test_the_files_of_an_export_are_known_before(job: Job, run: Run, format: Format, tmp_path: Path) -> None:
    mine = changed(job, format=format)
    assert already_there(mine) == [] and free_name(mine) == "test 2"
    written = [path.name for path in run(mine)]
    assert written == [*file_names(mine), "test-models.txt"]
    assert already_there(mine) == [tmp_path / "out" / name for name in file_names(mine)]
    assert already_there(changed(mine, folder="")) == []


def test_slices_and_pages_of_one_name_lie_side_by_side(job: Job, run: Run) -> None:
    run(job)
    assert already_there(changed(job, format="webtoon")) == []
    assert file_names(changed(job, format="webtoon")) == ["test-slice-01.png", "test-slice-02.png"]


def test_an_older_export_is_replaced(job: Job, run: Run, tmp_path: Path) -> None:
    first = run(job)
    first[0].write_bytes(b"old")
    assert run(job) == first
    assert first[0].read_bytes() != b"old"
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["test-01.png", "test-02.png", "test-models.txt"]


@pytest.mark.parametrize("format", ["png", "cbz", "psd"])
def test_a_full_disk_is_said_and_nothing_is_exported(
    job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(staging.os, "fsync", full)
    with pytest.raises(ExportError, match=r"test.*the disk is full"):
        list(export(changed(job, format=format)))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_pdf_that_a_full_disk_cut_off_is_refused(job: Job, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(_: Job, path: Path) -> Iterator[Progress]:
        # Qt says nothing of it, and goes on.
        path.write_bytes(b"%PDF-1.4\n1 0 obj")
        yield Progress(1.0, 0)

    monkeypatch.setattr(pdf, "_draw", cut_off)
    with pytest.raises(ExportError, match=r"test.pdf: could not be written whole .* is the disk full"):
        list(export(changed(job, format="pdf")))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(job: Job, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ExportError, match=r"file.inside: cannot be written"):
        list(export(changed(job, folder=str(tmp_path / "file/inside"))))


def test_a_folder_of_the_files_name_is_not_replaced(job: Job, tmp_path: Path) -> None:
    (tmp_path / "out/test-02.png").mkdir(parents=True)
    with pytest.raises(ExportError, match=r"test-02.png: is a folder"):
        list(export(job))
    assert [one.name for one in (tmp_path / "out").iterdir()] == ["test-02.png"]


@pytest.mark.parametrize("name", ["", " ", "a/b", "..", 'a"b', ".hidden"])
def test_names_that_are_no_file_names_are_refused(job: Job, name: str) -> None:
    with pytest.raises(ExportError, match="name"):
        list(export(changed(job, name=name)))


@pytest.mark.parametrize("format", ["png", "pdf", "psd"])
def test_a_picture_that_is_missing_stops_the_export_and_names_its_panel_and_what_to_do(
    job: Job, tmp_path: Path, format: str
) -> None:
    def read(sha: str) -> bytes:
        raise StorageError(f"the picture {sha[:12]}… is not in the file")

    lost = changed(Job(Source(job.source.project, job.source.takes, read), job.pages, job.choice), format=format)
    with pytest.raises(ExportError, match=r"^page 1, panel \d: .* not in the file.* another take .* draw it anew"):
        list(export(lost))
    assert list((tmp_path / "out").iterdir()) == []


def test_a_picture_that_is_no_picture_names_its_panel(job: Job) -> None:
    lost = Job(Source(job.source.project, job.source.takes, lambda _: b"no picture"), job.pages, job.choice)
    with pytest.raises(ExportError, match="page 1, panel 1"):
        list(export(lost))


def test_a_take_that_is_not_in_the_file_is_no_empty_panel(job: Job) -> None:
    left = {FIRST: job.source.takes[FIRST]}
    with pytest.raises(ExportError, match=r"page 1, panel 2: .* choose another take"):
        list(export(Job(Source(job.source.project, left, job.source.read), job.pages, job.choice)))


def test_more_pixels_than_fit_are_refused_before_anything_is_painted(job: Job) -> None:
    with pytest.raises(ExportError, match="choose fewer dpi"):
        list(export(changed(job, dpi=2400 * 10)))

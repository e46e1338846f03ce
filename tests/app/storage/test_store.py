"""A project file keeps what it is given: edits at once, saves when asked, pictures and takes for good."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from animeadapter.protocol.request import Blob
from komawari.domain.edits import pages, parameters
from komawari.domain.project import Project
from komawari.domain.takes import Take
from komawari.storage import copying
from komawari.storage import store as store_module
from komawari.storage.errors import StorageError
from komawari.storage.store import Store

Open = Callable[..., Store]
Crash = Callable[[Store, Path], Path]
PANEL = f"{11:032x}"
LARGE = bytes(range(256)) * 12_000  # several chunks


def take(number: int, data: bytes) -> Take:
    return Take(f"{number:032x}", PANEL, Blob.of(data), 8, 8, made_at=float(number))


def titled(project: Project, *titles: str) -> list[Project]:
    values = []
    for title in titles:
        project = pages.set_title(project, title)
        values.append(project)
    return values


def test_a_new_file_opens_as_the_project_it_was_made_from(file: Path, project: Project, opened: Open) -> None:
    store = opened(file)
    assert store.saved == project and store.recovery is None and store.begin(recovered=True) is store.saved


def test_an_edit_outlives_a_crash_and_may_be_kept_or_not(
    file: Path, opened: Open, crash: Crash, tmp_path: Path
) -> None:
    store = opened(file)
    base = store.begin(recovered=True)
    one, two = titled(base, "one", "two")
    store.append("Rename", one)
    store.append("Rename again", two)
    for folder, keep in (("k", True), ("d", False)):
        again = opened(crash(store, tmp_path / folder))
        assert again.recovery is not None
        assert (again.recovery.edits, again.recovery.last, again.recovery.project) == (2, "Rename again", two)
        assert again.begin(keep) == (two if keep else base)


def test_edits_after_a_recovery_outlive_the_next_crash(file: Path, opened: Open, crash: Crash, tmp_path: Path) -> None:
    store = opened(file)
    (one,) = titled(store.begin(recovered=True), "one")
    store.append("Rename", one)
    again = opened(crash(store, tmp_path / "k"))
    (two,) = titled(again.begin(recovered=True), "two")
    again.append("Rename", two)
    third = opened(crash(again, tmp_path / "l"))
    assert third.recovery is not None and third.recovery.project == two


def test_a_snapshot_follows_by_itself_and_empties_the_journal(
    file: Path, opened: Open, crash: Crash, tmp_path: Path
) -> None:
    store = opened(file, snapshot_after=0.01)
    (one,) = titled(store.begin(recovered=True), "one")
    store.append("Rename", one)
    until = time.monotonic() + 120
    while store.journal_length() and time.monotonic() < until:
        time.sleep(0.01)
    assert store.journal_length() == 0
    again = opened(crash(store, tmp_path / "k"))
    assert again.saved.title == "Test" and again.recovery is not None and again.recovery.project == one
    assert (again.recovery.edits, again.recovery.last) == (1, "Rename"), "the snapshot says which edit was the last"


def test_the_log_goes_into_the_file_when_the_artist_pauses(
    file: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "QUIET", 0.05)
    store = opened(file)
    store.append("Rename", titled(store.begin(recovered=True), "Pausing")[0])
    store.save().result()
    until = time.monotonic() + 120
    while b"Pausing" not in file.read_bytes() and time.monotonic() < until:
        time.sleep(0.02)
    assert b"Pausing" in file.read_bytes()


def test_saving_leaves_nothing_to_recover_and_no_file_beside(file: Path, opened: Open) -> None:
    store = opened(file)
    (one,) = titled(store.begin(recovered=True), "one")
    store.append("Rename", one)
    assert store.save().result() is one
    store.close()
    assert [path.name for path in file.parent.iterdir()] == ["a.koma"]
    again = opened(file)
    assert again.saved == one and again.recovery is None


@pytest.mark.parametrize("discard", [True, False])
def test_closing_keeps_unsaved_edits_unless_they_are_discarded(file: Path, opened: Open, discard: bool) -> None:
    store = opened(file)
    store.append("Rename", titled(store.begin(recovered=True), "one")[0])
    store.close(discard)
    assert [path.name for path in file.parent.iterdir()] == ["a.koma"]
    assert (opened(file).recovery is None) == discard


def test_what_two_states_share_is_one_object_after_opening(file: Path, opened: Open) -> None:
    store = opened(file)
    base = store.begin(recovered=True)
    store.append("Prompt", parameters.set_parameters(base, PANEL, prompt="rain"))
    store.close()
    again = opened(file)
    assert again.recovery is not None and again.recovery.project.pages[0] is not again.saved.pages[0]
    assert again.recovery.project.pages[1] is again.saved.pages[1]
    assert again.recovery.project.characters[0] is again.saved.characters[0]


def test_a_picture_is_read_while_it_arrives_and_after(file: Path, opened: Open) -> None:
    store = opened(file)
    store.put_picture(LARGE)
    sha = hashlib.sha256(LARGE).hexdigest()
    assert store.picture(sha) == LARGE
    assert store.put_picture(LARGE).result() == sha and store.picture(sha) == LARGE
    with pytest.raises(StorageError, match="not in the file"):
        store.picture("0" * 64)


def test_takes_outlive_undo_crashes_and_discarding(file: Path, opened: Open, crash: Crash, tmp_path: Path) -> None:
    store = opened(file)
    store.add_take(take(5, LARGE), LARGE).result()
    assert opened(crash(store, tmp_path / "k")).takes_of(PANEL) == [take(5, LARGE)]
    store.close(discard=True)
    again = opened(file)
    assert again.takes([take(5, LARGE).id]) == [take(5, LARGE)] and again.picture(Blob.of(LARGE).sha256) == LARGE


def test_a_take_whose_picture_is_another_is_refused(file: Path, opened: Open) -> None:
    with pytest.raises(StorageError, match="sha256"):
        opened(file).add_take(take(5, b"one"), b"other").result()


def test_only_what_is_in_the_trash_and_not_needed_is_deleted(file: Path, opened: Open) -> None:
    store = opened(file)
    for number in (1, 2, 3):
        store.add_take(take(number, b"a"), b"a").result()
    ids = [take(number, b"a").id for number in (1, 2, 3)]
    store.set_trashed(ids[1:], 7.0).result()
    assert [one.id for one in store.trash()] == ids[1:] and store.trash()[0].trashed_at == 7.0
    store.delete_takes(ids, kept=ids[2:]).result()
    assert [one.id for one in store.takes_of(PANEL)] == [ids[0], ids[2]]
    store.set_trashed(ids, None).result()
    assert store.trash() == []


def test_pictures_are_collected_only_when_nothing_names_them(file: Path, opened: Open) -> None:
    store = opened(file)
    for data in (b"take", b"undo", b"mask", b"nobody", LARGE):
        store.put_picture(data).result()
    store.add_take(take(1, b"take"), b"take").result()
    base = store.begin(recovered=True)
    figure_mask = pages.set_notes(base, base.pages[0].id, Blob.of(b"mask").sha256)
    store.append("Mask", figure_mask)
    assert store.collect(()).result() == 0, "they have only just arrived"
    store.close()
    again = opened(file)
    assert again.collect([Blob.of(b"undo").sha256]).result() == len(LARGE) + len(b"nobody")
    for data in (b"take", b"undo", b"mask"):
        assert again.picture(Blob.of(data).sha256) == data


def test_usage_counts_takes_and_trash_by_panel(file: Path, opened: Open) -> None:
    store = opened(file)
    store.add_take(take(1, LARGE), LARGE).result()
    store.add_take(take(2, b"abc"), b"abc").result()
    store.set_trashed([take(2, b"abc").id], 1.0).result()
    usage = store.usage()
    assert (usage.takes, usage.trash, usage.pictures) == (len(LARGE) + 3, 3, len(LARGE) + 3)
    assert [(row.panel, row.takes) for row in usage.panels] == [(PANEL, 2)] and usage.file > len(LARGE)


def test_a_panels_takes_are_told_with_their_sizes_the_largest_first(file: Path, opened: Open) -> None:
    store = opened(file)
    store.add_take(take(1, b"abc"), b"abc")
    store.add_take(take(2, LARGE), LARGE)
    store.set_trashed([take(2, LARGE).id], 1.0)
    store.written().result()
    found = store.usage_of_panel(PANEL)
    assert [(one.take.id, one.bytes) for one in found] == [(take(2, LARGE).id, len(LARGE)), (take(1, b"abc").id, 3)]
    assert [one.take.trashed_at for one in found] == [1.0, None]
    assert store.usage_of_panel("0" * 32) == []


def test_save_as_goes_on_in_the_new_file_and_leaves_the_old_one_as_saved(
    file: Path, opened: Open, crash: Crash, tmp_path: Path
) -> None:
    store = opened(file)
    base = store.begin(recovered=True)
    one, two = titled(base, "one", "two")
    store.append("Rename", one)
    store.add_take(take(1, LARGE), LARGE).result()
    target = tmp_path / "b.koma"
    assert store.save_as(target).result() is one and store.path == target
    store.append("Rename", two)
    killed = opened(crash(store, tmp_path / "k"))
    assert killed.saved == one and killed.recovery is not None and killed.recovery.project == two
    old = opened(file)
    assert old.saved == base and old.recovery is None
    store.save().result()
    store.close()
    again = opened(target)
    assert again.saved == two and again.picture(Blob.of(LARGE).sha256) == LARGE


def test_an_edit_made_while_the_file_is_copied_is_in_the_new_file(
    file: Path, opened: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(file)
    one, two = titled(store.begin(recovered=True), "one", "two")
    store.append("Rename", one)
    real = copying.copy

    def slow(*args: object) -> None:
        real(*args)
        store.append("Rename", two)

    monkeypatch.setattr(copying, "copy", slow)
    assert store.save_as(tmp_path / "b.koma").result() is one
    store.close()
    again = opened(tmp_path / "b.koma")
    assert again.saved == one and again.recovery is not None and again.recovery.project == two


def test_a_copy_is_another_file_and_not_held(file: Path, opened: Open, tmp_path: Path) -> None:
    store = opened(file)
    store.begin(recovered=True)
    store.save_copy(tmp_path / "b.koma").result()
    assert store.path == file and opened(tmp_path / "b.koma").saved == store.saved
    with pytest.raises(StorageError, match="itself"):
        store.save_as(file).result()


def test_what_comes_after_closing_is_refused(file: Path, opened: Open) -> None:
    store = opened(file)
    store.close()
    late: Future[str] = store.put_picture(b"x")
    with pytest.raises(StorageError, match="closed"):
        late.result()


def test_an_edit_does_not_wait_for_a_stalled_disk_and_is_journalled_all_the_same(
    file: Path, opened: Open, crash: Crash, tmp_path: Path
) -> None:
    store = opened(file, held_at_most=0.001)
    one, two = titled(store.begin(recovered=True), "one", "two")
    with store._gate.urgent():  # as if a write took for ever: this test would hang if edits waited for it
        store.append("Rename", one)
        store.append("Rename", two)
    store.flush()
    again = opened(crash(store, tmp_path / "k"))
    assert again.recovery is not None and (again.recovery.project, again.recovery.edits) == (two, 2)


def test_an_edit_that_fails_late_is_told(
    file: Path, opened: Open, trouble: list[StorageError], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise StorageError("no room")

    store = opened(file, held_at_most=0.001)
    monkeypatch.setattr(store, "_journal", fails)
    with store._gate.urgent():
        store.append("Rename", titled(store.begin(recovered=True), "one")[0])
    store.flush()
    assert [str(error) for error in trouble] == ["no room"]

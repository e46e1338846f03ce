"""What goes wrong with a file is said clearly, and the file is byte for byte as it was."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from komawari.domain.edits import pages
from komawari.domain.project import Project
from komawari.storage import database, holder, opening, schema, session, states
from komawari.storage.copying import copy_of
from komawari.storage.errors import DamagedError, FullError, LockedError, NewerError, ReadOnlyError, StorageError
from komawari.storage.store import Store

Open = Callable[..., Store]


def change(file: Path, *statements: str) -> None:
    db = sqlite3.connect(file)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()


def refused(file: Path, kind: type[StorageError], match: str) -> None:
    before = file.read_bytes()
    with pytest.raises(kind, match=match) as caught:
        Store.open(file, print)
    assert str(file) in str(caught.value)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_newer_file_is_refused(file: Path) -> None:
    change(file, f"PRAGMA user_version={len(schema.PROJECT_STEPS) + 1}")
    refused(file, NewerError, "newer Komawari")


@pytest.mark.parametrize("content", [b"", b"hello" * 100, b"SQLite format 3\x00" + b"\x00" * 200])
def test_what_is_no_project_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.koma").write_bytes(content)
    refused(tmp_path / "a.koma", DamagedError, "no Komawari file")


def test_a_file_whose_middle_was_overwritten_is_refused(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[4096 : len(data)] = b"\x55" * (len(data) - 4096)
    file.write_bytes(data)
    refused(file, DamagedError, "damaged")


@pytest.mark.parametrize(
    ("statement", "field"),
    [
        (
            "UPDATE object SET body = replace(body, '\"border\"', '\"edge\"')",
            r"page 1: panels\[0\]\.edge: unknown field",
        ),
        ("UPDATE object SET body = replace(body, '182', '\"wide\"')", r"page 1: paper\.width: expected `float`"),
        ("DELETE FROM object", "page 1: is missing"),
        ("UPDATE state SET head = substr(head, 1, 40)", "saved"),
        ("DELETE FROM state", "last save is missing"),
        ("DROP TABLE journal", "no such table: journal"),
    ],
)
def test_a_damaged_document_is_refused_by_field(tmp_path: Path, project: Project, statement: str, field: str) -> None:
    value = pages.set_defaults(project, paper=project.paper, gutters=project.gutters, border=0.5)
    first = value.pages[0]
    bordered = msgspec.structs.replace(first.panels[0], border=0.25)
    first = msgspec.structs.replace(first, panels=(bordered, *first.panels[1:]))
    Store.create(tmp_path / "a.koma", msgspec.structs.replace(value, pages=(first, *value.pages[1:])))
    change(tmp_path / "a.koma", statement)
    refused(tmp_path / "a.koma", DamagedError, field)


def test_a_damaged_edit_ends_the_recovery_and_not_what_comes_after(
    file: Path, opened: Open, crash: Callable[[Store, Path], Path], tmp_path: Path
) -> None:
    store = opened(file)
    one = pages.set_title(store.begin(recovered=True), "one")
    store.append("Rename", one)
    store.append("Rename", pages.set_title(one, "two"))
    store.close()
    change(file, "UPDATE journal SET delta = '{' WHERE seq = 2")
    again = opened(file)
    assert again.recovery is not None and again.recovery.project == one and "edit 2" in again.recovery.complaint
    three = pages.set_title(again.begin(recovered=True), "three")
    again.append("Rename", three)
    third = opened(crash(again, tmp_path / "k"))
    assert third.recovery is not None and (third.recovery.project, third.recovery.complaint) == (three, "")


def test_a_damaged_picture_is_named(file: Path, opened: Open) -> None:
    store = opened(file)
    sha = store.put_picture(b"picture").result()
    store.close()
    change(file, "UPDATE chunk SET data = CAST('pikture' AS BLOB)")
    with pytest.raises(DamagedError, match=sha[:12]):
        opened(file).picture(sha)


def test_a_full_disk_leaves_the_last_state_and_the_next_edit_carries_all(
    file: Path, opened: Open, crash: Callable[[Store, Path], Path], tmp_path: Path
) -> None:
    store = opened(file)
    base = store.begin(recovered=True)
    _limit(store, 0)
    one = pages.set_notes(base, base.pages[0].id, "x" * 9000)
    with pytest.raises(FullError, match="disk is full"):
        store.append("Notes", one)
    assert isinstance(store.put_picture(bytes(50_000)).exception(), FullError)
    assert opened(crash(store, tmp_path / "k")).saved == base
    _limit(store, 100_000)
    two = pages.set_title(one, "two")
    store.append("Rename", two)
    again = opened(crash(store, tmp_path / "l"))
    assert again.recovery is not None and again.recovery.project == two


def _limit(store: Store, spare: int) -> None:
    """Let the file grow by so many pages."""
    for db in (store._session.front, store._session.back):
        count = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count={count + spare}")


def test_a_snapshot_that_fails_is_told_and_tried_again(
    file: Path, opened: Open, trouble: list[StorageError], monkeypatch: pytest.MonkeyPatch
) -> None:
    real, failed = states.write, []

    def once(db: Any, state: Any, saved: bool) -> None:
        if not failed:
            failed.append(1)
            raise sqlite3.OperationalError("disk I/O error")
        real(db, state, saved)

    monkeypatch.setattr(states, "write", once)
    store = opened(file, snapshot_after=0.01)
    store.append("Rename", pages.set_title(store.begin(recovered=True), "one"))
    until = time.monotonic() + 120
    while store.journal_length() and time.monotonic() < until:
        time.sleep(0.01)
    assert store.journal_length() == 0 and "disk I/O error" in str(trouble[0])


def test_a_file_that_cannot_be_written_to_is_refused(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def only_reading(path: Path, create: bool = False) -> sqlite3.Connection:
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr(opening, "connect", only_reading)
    refused(file, ReadOnlyError, "cannot be written")


def test_no_project_is_made_where_nothing_can_be(project: Project) -> None:
    with pytest.raises(ReadOnlyError, match="cannot be written"):
        Store.create(Path("/dev/null/a.koma"), project)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"nothing\.koma: cannot be read: No such file"):
        Store.open(tmp_path / "nothing.koma", print)


def test_the_second_to_open_a_project_hears_who_has_it(
    file: Path, opened: Open, tmp_path: Path, project: Project
) -> None:
    opened(file)
    with pytest.raises(LockedError, match=rf"open elsewhere: by .+ since .+ \(process {holder.me().pid}\)"):
        Store.open(file, print)
    with pytest.raises(LockedError):
        Store.open(file, print, take_over=True)
    with pytest.raises(LockedError):
        Store.create(file, project)
    other = tmp_path / "b.koma"
    Store.create(other, project)
    with pytest.raises(LockedError):
        opened(other).save_as(file).result()


def test_a_project_held_by_another_process_is_free_once_that_is_dead(file: Path, opened: Open) -> None:
    script = (
        "import sys; from pathlib import Path; from komawari.storage.store import Store\n"
        "store = Store.open(Path(sys.argv[1]), print); print('open', flush=True); sys.stdin.read()"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(file)], stdin=-1, stdout=subprocess.PIPE)
    assert other.stdin is not None and other.stdout is not None
    try:
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(LockedError, match=f"process {other.pid}"):
            Store.open(file, print)
    finally:
        other.kill()
        other.wait()
        other.stdin.close()
        other.stdout.close()
    assert opened(file).recovery is None


def test_another_computer_is_asked_about_and_not_overruled(file: Path, opened: Open) -> None:
    there = msgspec.structs.replace(holder.me(), host="elsewhere", user="yuki", pid=1, birth="x")
    db = sqlite3.connect(file)
    db.execute("INSERT INTO holder VALUES (1, ?)", (msgspec.json.encode(there),))
    db.commit()
    db.close()
    refused(file, LockedError, "by yuki on elsewhere")
    assert opened(file, take_over=True).saved.title == "Test"


def test_a_copy_of_an_open_project_is_nobodys(file: Path, opened: Open, tmp_path: Path) -> None:
    held, copy = opened(file), tmp_path / "copy.koma"
    shutil.copy(file, copy)
    other = opened(copy)
    other.append("Name", replace(other.begin(recovered=True), title="Copy"))
    for path in (file, copy):
        with pytest.raises(LockedError):
            Store.open(path, print)
    assert held.saved.title == "Test"


def test_an_open_project_that_was_moved_or_is_reached_by_another_name_is_held(
    file: Path, opened: Open, tmp_path: Path
) -> None:
    opened(file)
    (tmp_path / "link.koma").symlink_to(file)
    with pytest.raises(LockedError):
        Store.open(tmp_path / "link.koma", print)
    copy = shutil.copy(file, tmp_path / "copy.koma")
    file.rename(tmp_path / "moved.koma")
    for path in (tmp_path / "moved.koma", copy):
        with pytest.raises(LockedError):
            Store.open(path, print)


@pytest.mark.parametrize(
    "known", [{"path": "", "file": ""}, {"host": "elsewhere"}, {"file": "1:1"}, {"path": "/gone/a.koma"}]
)
def test_where_it_cannot_be_known_which_file_is_held_it_is_this_one(file: Path, known: dict[str, str]) -> None:
    there = msgspec.structs.replace(holder.me(file), **known)
    other = file.with_name("copy.koma")
    shutil.copy(file, other)
    assert there.holds(other) and there.holds(file)


def test_a_file_on_another_device_may_be_the_same_one(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = file.with_name("other.koma")
    numbers = {file: "7:1", other: "8:2"}
    monkeypatch.setattr(holder, "_identity", numbers.__getitem__)
    assert holder.me(file).holds(other)
    numbers[other] = "7:2"
    assert not holder.me(file).holds(other)


def test_a_number_that_another_process_has_by_now_is_no_holder() -> None:
    assert holder.me().is_alive()
    assert not msgspec.structs.replace(holder.me(), birth="long ago").is_alive()


def test_a_session_that_cannot_begin_gives_the_file_back(
    file: Path, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(db: sqlite3.Connection) -> None:
        raise sqlite3.OperationalError("out of handles")

    with monkeypatch.context() as patch:
        patch.setattr(session, "begin_wal", fails)
        with pytest.raises(StorageError, match="out of handles"):
            Store.open(file, print)
    assert opened(file).saved.title == "Test"


def test_a_transaction_that_fails_leaves_nothing(file: Path) -> None:
    db = database.connect(file)
    with pytest.raises(RuntimeError), database.transaction(db):
        db.execute("DELETE FROM object")
        raise RuntimeError
    assert db.execute("SELECT count(*) FROM object").fetchone()[0] == 3
    db.close()


def test_a_project_that_is_open_elsewhere_can_be_copied_with_what_is_unsaved(tmp_path: Path, project: Project) -> None:
    path, copy = tmp_path / "one.komawari", tmp_path / "copy.komawari"
    Store.create(path, project)
    held = Store.open(path, print)
    held.append("Name", replace(project, title="Unsaved"))
    held.flush()
    copy_of(path, copy)
    other = Store.open(copy, print)
    assert other.recovery is not None and other.recovery.project.title == "Unsaved"
    assert other.saved.title == project.title
    other.close()
    held.close()

"""Files are kept within a budget; those that a job needs are not dropped."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from animeadapter.protocol.blobs import BlobError, chunks
from animeadapter.protocol.messages import PutBlob
from animeadapter.protocol.request import Blob
from animeadapter.serve.store import BlobStore

FILES = [bytes([number]) * 40 for number in range(4)]
NAMES = [Blob.of(data).sha256 for data in FILES]


@pytest.fixture
def store() -> Iterator[BlobStore]:
    store = BlobStore(100)
    yield store
    assert store.size <= 100


def put(store: BlobStore, data: bytes) -> str | None:
    return [store.put(chunk) for chunk in chunks(Blob.of(data).sha256, data)][-1]


def test_the_longest_unused_file_is_dropped_when_room_is_needed(store: BlobStore) -> None:
    assert [put(store, data) for data in FILES[:2]] == NAMES[:2]
    assert store.get(NAMES[:1]) == {NAMES[0]: FILES[0]}
    put(store, FILES[2])
    assert store.missing(NAMES[:3] * 2) == (NAMES[1],)


def test_what_jobs_need_stays_and_what_then_does_not_fit_is_refused(store: BlobStore) -> None:
    store.pin("job", NAMES[:2])
    put(store, FILES[0]), put(store, FILES[1])
    with pytest.raises(BlobError, match="does not fit") as caught:
        put(store, FILES[2])
    assert caught.value.code == "too_large" and caught.value.sha256 == NAMES[2]
    assert store.missing(NAMES) == tuple(NAMES[2:])
    store.unpin("job")
    assert put(store, FILES[2]) == NAMES[2]


def test_half_a_file_gives_way_unless_a_job_waits_for_it(store: BlobStore) -> None:
    half = PutBlob(NAMES[3], 80, 0, b"x" * 40)
    store.put(half)
    put(store, FILES[0])
    assert store.size == 80
    store.pin("job", [NAMES[0], NAMES[1]])
    put(store, FILES[1])
    assert store.missing(NAMES[:2]) == () and store.size == 80


def test_a_file_that_is_there_is_not_taken_again(store: BlobStore) -> None:
    assert put(store, FILES[0]) == NAMES[0]
    assert put(store, FILES[0]) is None and store.size == 40

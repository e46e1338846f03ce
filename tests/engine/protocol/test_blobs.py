"""Files travel in chunks and come out whole, or not at all."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from animeadapter.protocol.blobs import Assembler, BlobError, chunks
from animeadapter.protocol.messages import LARGEST_CHUNK, PutBlob

SIZES = [0, 1, LARGEST_CHUNK - 1, LARGEST_CHUNK, LARGEST_CHUNK + 1, 3 * LARGEST_CHUNK]


def named(data: bytes) -> list[PutBlob]:
    return list(chunks(hashlib.sha256(data).hexdigest(), data))


@pytest.mark.parametrize("size", SIZES)
def test_a_file_comes_out_with_its_last_chunk(size: int) -> None:
    data = (b"0123456789" * (size // 10 + 1))[:size]
    assembler = Assembler(2**30)
    *before, last = named(data)
    assert [assembler.put(chunk) for chunk in before] == [None] * len(before)
    assert assembler.put(last) == data and assembler.size == 0


def test_two_files_may_come_at_once_and_one_may_begin_again() -> None:
    one, other = named(b"1" * (LARGEST_CHUNK + 1)), named(b"2" * (LARGEST_CHUNK + 1))
    assembler = Assembler(2**30)
    for chunk in (one[0], other[0], one[0]):
        assert assembler.put(chunk) is None
    assert assembler.put(one[1]) and assembler.put(other[1])


@given(st.lists(st.tuples(st.sampled_from(["total", "offset", "data"]), st.integers(0, 20)), min_size=1, max_size=4))
@settings(max_examples=200)
def test_chunks_that_do_not_add_up_are_refused_and_forgotten(changes: list[tuple[str, int]]) -> None:
    whole = PutBlob(hashlib.sha256(b"0123456789").hexdigest(), 10, 0, b"0123456789")
    assembler = Assembler(15)
    for field, value in changes:
        broken = replace(whole, **{field: b"x" * value if field == "data" else value})
        try:
            data = assembler.put(broken)
        except BlobError as error:
            assert error.sha256 == whole.sha256 and "\n" not in str(error)
        else:
            assert data in (None, b"0123456789")
    assert assembler.put(whole) == b"0123456789"


def test_a_claimed_size_takes_no_memory_and_a_too_large_one_is_refused_as_such() -> None:
    assembler = Assembler(2**40)
    assert assembler.put(PutBlob("0" * 64, 2**33, 0, b"x")) is None and assembler.size == 1
    with pytest.raises(BlobError, match="at most 9 are taken") as caught:
        Assembler(9).put(PutBlob("0" * 64, 10, 0, b"x"))
    assert caught.value.code == "too_large"


def test_a_damaged_file_is_refused() -> None:
    chunk = replace(named(b"good")[0], data=b"evil")
    with pytest.raises(BlobError, match="is damaged"):
        Assembler(99).put(chunk)


def test_files_that_nobody_needs_any_more_are_forgotten() -> None:
    assembler = Assembler(2**30)
    assembler.put(PutBlob("0" * 64, 10, 0, b"xx"))
    assembler.put(PutBlob("1" * 64, 10, 0, b"xxx"))
    assembler.keep_only({"1" * 64})
    assert assembler.size == 3

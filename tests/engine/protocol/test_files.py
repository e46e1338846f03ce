"""Files are read whole, written whole or not at all, and a result picture carries its own request."""

from __future__ import annotations

import base64
import hashlib
import json
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from animeadapter.protocol import files
from animeadapter.protocol.files import FileError, read_file, write_file
from animeadapter.protocol.png import PngError, add_texts, read_texts
from animeadapter.protocol.request import (
    Blob,
    Environment,
    GenerateRequest,
    Reference,
    RequestError,
    ResolvedRequest,
)
from animeadapter.protocol.request_file import read_request_file
from animeadapter.protocol.result_file import BLOB, REQUEST, ResultError, embed, missing, read_result, write_result


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png() -> bytes:
    """One grey pixel."""
    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


REFERENCE = b"a picture's bytes"


def resolved() -> ResolvedRequest:
    request = GenerateRequest(prompt="1girl, 笑顔", seeds=(5,), references=(Reference(Blob.of(REFERENCE)),))
    return ResolvedRequest(request, 0, Environment("cpu", "a", "float32", 1, (5,), "0" * 64, {"torch": "2"}))


def test_writing_leaves_only_the_finished_file(tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder" / "a.png"
    write_file(target, b"first")
    write_file(target, b"second")
    assert target.read_bytes() == b"second" and [p.name for p in target.parent.iterdir()] == ["a.png"]


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, OSError])
def test_an_interrupted_write_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interruption: type[BaseException]
) -> None:
    target = tmp_path / "a.png"
    write_file(target, b"old")

    def fail(_handle: int) -> None:
        raise interruption("no space left")

    monkeypatch.setattr(files.os, "fsync", fail)
    with pytest.raises(KeyboardInterrupt if interruption is KeyboardInterrupt else FileError):
        write_file(target, b"new")
    assert target.read_bytes() == b"old" and len(list(tmp_path.iterdir())) == 1


def test_files_that_cannot_be_read_or_written_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.png: cannot be read: No such file"):
        read_file(tmp_path / "nowhere.png")
    with pytest.raises(FileError, match="cannot be read"):
        read_file(tmp_path)
    (tmp_path / "file").write_bytes(b"x" * 2_000_000)
    with pytest.raises(FileError, match=r"file/a\.png: cannot be written"):
        write_file(tmp_path / "file" / "a.png", b"")
    with pytest.raises(FileError, match="at most 0 MiB"):
        read_file(tmp_path / "file", largest=10)


@given(st.dictionaries(st.text("abc.:", min_size=1, max_size=79), st.text(st.characters(exclude_categories=["Cs"]))))
@settings(max_examples=60, deadline=None)
def test_texts_in_a_png_are_read_as_they_were_written(texts: dict[str, str]) -> None:
    assert read_texts(add_texts(png(), texts)) == texts


def test_compressed_text_is_read_too() -> None:
    body = b"key\x00\x01\x00en\x00\x00" + zlib.compress("漫画".encode())
    data = png()
    assert read_texts(data[:-12] + chunk(b"iTXt", body) + data[-12:]) == {"key": "漫画"}


def test_a_png_that_is_cut_or_damaged_is_refused() -> None:
    data = add_texts(png(), {"key": "value"})
    for cut in (len(data) - 1, len(data) - 13, 40, 20):
        with pytest.raises(PngError):
            read_texts(data[:cut])
    with pytest.raises(PngError, match="wrong checksum"):
        read_texts(data.replace(b"value", b"vamue"))
    with pytest.raises(PngError, match="no PNG"):
        read_texts(b"text")
    with pytest.raises(PngError, match="no whole PNG"):
        add_texts(data[:30], {"a": "b"})


def test_a_result_carries_request_and_reference(tmp_path: Path) -> None:
    write_result(tmp_path / "a.png", png(), resolved(), {resolved().request.references[0].picture.sha256: REFERENCE})
    found, blobs = read_result((tmp_path / "a.png").read_bytes(), "a.png")
    assert found == resolved()
    assert blobs == {hashlib.sha256(REFERENCE).hexdigest(): REFERENCE}


def test_a_result_without_embedded_files_still_names_them() -> None:
    found, blobs = read_result(embed(png(), resolved()), "a.png")
    assert found == resolved() and blobs == {}


def test_pictures_of_other_origin_and_damaged_ones_are_told_apart() -> None:
    with pytest.raises(ResultError, match=r"cat\.png: carries no request"):
        read_result(png(), "cat.png")
    with pytest.raises(ResultError, match=r"cat\.png: is cut off"):
        read_result(png()[:30], "cat.png")
    with pytest.raises(ResultError, match=r"cat\.png: environment\.device: is missing"):
        read_result(add_texts(png(), {REQUEST: '{"request":{}, "environment":{}}'}), "cat.png")
    sha = hashlib.sha256(b"one").hexdigest()
    for text in (base64.b64encode(b"two").decode(), "?"):
        data = add_texts(embed(png(), resolved()), {BLOB + sha: text})
        with pytest.raises(ResultError, match=r"cat\.png: the embedded file"):
            read_result(data, "cat.png")


def test_a_request_file_names_pictures_by_path(tmp_path: Path) -> None:
    (tmp_path / "mari.png").write_bytes(REFERENCE)
    text = json.dumps({"prompt": "smile", "references": [{"picture": {"path": "mari.png"}}]})
    (tmp_path / "request.json").write_text(text)
    request, blobs = read_request_file(tmp_path / "request.json")
    assert request == GenerateRequest(prompt="smile", references=(Reference(Blob.of(REFERENCE)),))
    assert blobs == {Blob.of(REFERENCE).sha256: REFERENCE}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"references": [{"picture": {"path": "gone.png"}}]}', r"references\[0\]\.picture: .*gone\.png: cannot"),
        ('{"references": [{"picture": {"path": 3}}]}', r"references\[0\]\.picture\.path: unknown field"),
        ('{"propmt": "x"}', "propmt: unknown field"),
        ("[[", "is not JSON"),
        ('{"a":' * 40 + "1" + "}" * 40, "nested too deeply"),
    ],
)
def test_a_malformed_request_file_names_file_and_field(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "request.json").write_text(text)
    with pytest.raises(RequestError, match=r"request\.json: .*" + message):
        read_request_file(tmp_path / "request.json")


def test_files_beyond_what_readers_of_png_bear_are_named_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("animeadapter.protocol.result_file.MOST_EMBEDDED", len(REFERENCE) + 1)
    second = Blob.of(b"second")
    both = ResolvedRequest(
        GenerateRequest(references=(Reference(Blob.of(REFERENCE)), Reference(second))), 0, resolved().environment
    )
    blobs = {Blob.of(REFERENCE).sha256: REFERENCE, second.sha256: b"second"}
    found, carried = read_result(embed(png(), both, blobs), "a.png")
    assert list(carried) == [Blob.of(REFERENCE).sha256] and missing(found.request, carried) == {
        "references[1].picture": second.sha256
    }

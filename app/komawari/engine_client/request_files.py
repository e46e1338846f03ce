"""Requests as files that `animeadapter generate` reads: JSON with its pictures in a folder beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.files import FileError, read_file, reason, write_file
from animeadapter.protocol.png import is_png
from animeadapter.protocol.request import Blobs, GenerateRequest, blobs_of, decode_request, encode
from animeadapter.protocol.request_file import read_request_file
from animeadapter.protocol.result_file import missing, read_result

MAGIC = (
    (b"\x89PNG", ".png"),
    (b"\xff\xd8\xff", ".jpg"),
    (b"GIF8", ".gif"),
    (b"RIFF", ".webp"),
)
DIGITS = 16
"""Of its sha256, in a picture's file name."""


class RequestFileError(EngineError):
    """A request's file names what is nowhere to be found; the message names the field."""


def request_text(request: GenerateRequest) -> str:
    """Return a request as JSON to read and to paste; its files are named by sha256."""
    return msgspec.json.format(encode(request), indent=2).decode()


def request_of_text(text: str) -> GenerateRequest:
    """Return the request of a JSON text. Raises `RequestError`."""
    return decode_request(text)


def write_request(path: Path, request: GenerateRequest, files: Blobs) -> list[Path]:
    """Write a request and its pictures, so that `animeadapter generate` draws it; return all that was written.

    The pictures go into `NAME files` beside it, and the request itself comes last: no reader ever finds one whose
    pictures are missing. Raises `FileError`, or `RequestFileError` where bytes are missing.
    """
    if absent := missing(request, files):
        field = next(iter(absent))
        raise RequestFileError(f"{field}: the file is not at hand, so the request cannot be written")
    names = {sha: f"{path.stem} files/{sha[:DIGITS]}{_suffix(data)}" for sha, data in _named(request, files).items()}
    written = []
    for sha, name in names.items():
        target = path.parent / name
        if not _is_there(target, files[sha]):
            write_file(target, files[sha])
        written.append(target)
    raw = _with_paths(msgspec.json.decode(encode(request)), names)
    write_file(path, msgspec.json.format(msgspec.json.encode(raw), indent=2) + b"\n")
    return [*written, path]


def read_request(path: Path, find: Callable[[str], bytes | None]) -> tuple[GenerateRequest, dict[str, bytes]]:
    """Return the request of a JSON file or of a picture that carries one, and the bytes of all its files.

    `find` gives the files that neither it nor a folder beside it has: the project's own, or None. Raises
    `RequestError`, `ResultError`, `FileError` or `RequestFileError`, which name the file and the field.
    """
    data = read_file(path)
    if is_png(data):
        resolved, files = read_result(data, str(path))
        request = resolved.request
    else:
        request, files = read_request_file(path)
    return request, found_files(request, files, find, str(path))


def found_files(
    request: GenerateRequest, files: Blobs, find: Callable[[str], bytes | None], name: str
) -> dict[str, bytes]:
    """Return the bytes of all files of a request, `files` and what `find` has. Raises `RequestFileError`.

    `name` of the request's file stands in messages.
    """
    every = dict(files)
    for field, sha in missing(request, files).items():
        data = find(sha)
        if data is None:
            raise RequestFileError(f"{name}: {field}: the file with sha256 {sha[:DIGITS]}… is not at hand")
        every[sha] = data
    return every


def _named(request: GenerateRequest, files: Blobs) -> dict[str, bytes]:
    return {sha: files[sha] for sha in blobs_of(request).values()}


def _suffix(data: bytes) -> str:
    return next((suffix for magic, suffix in MAGIC if data.startswith(magic)), ".safetensors")


def _is_there(path: Path, data: bytes) -> bool:
    try:
        return path.exists() and path.read_bytes() == data
    except OSError as error:
        raise FileError(f"{path}: cannot be read: {reason(error)}") from None


def _with_paths(value: Any, names: dict[str, str]) -> Any:
    """Return plain JSON in which every `{"sha256": …}` is the path of its file."""
    if isinstance(value, list):
        return [_with_paths(one, names) for one in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"sha256"}:
        return {"path": names[value["sha256"]]}
    return {key: _with_paths(one, names) for key, one in value.items()}

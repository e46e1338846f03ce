"""Request files: a `GenerateRequest` as JSON in which `{"path": "mari.png"}` may stand for `{"sha256": "…"}`.

Paths are relative to the file's folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.files import read_file
from animeadapter.protocol.request import Blob, GenerateRequest, RequestError, parse_json, request_of

DEEPEST = 32


def read_request_file(path: Path) -> tuple[GenerateRequest, dict[str, bytes]]:
    """Return the request of a file and the bytes of the files that it names by path.

    Raises `RequestError` (the message begins with the file's name) or `FileError`.
    """
    blobs: dict[str, bytes] = {}
    try:
        raw = _resolve(parse_json(read_file(path)), path.parent, blobs, "")
        return request_of(raw), blobs
    except RequestError as error:
        raise RequestError(f"{path}: {error}") from None


def _resolve(value: Any, folder: Path, blobs: dict[str, bytes], at: str, depth: int = 0) -> Any:
    """Return the value with each `{"path": …}` replaced by that file's hash; its bytes go into `blobs`."""
    if depth > DEEPEST:
        raise RequestError(f"{at}: is nested too deeply")
    if isinstance(value, list):
        return [_resolve(v, folder, blobs, f"{at}[{i}]", depth + 1) for i, v in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"path"} and isinstance(value["path"], str):
        return _load(folder / value["path"], blobs, at)
    return {k: _resolve(v, folder, blobs, f"{at}.{k}".lstrip("."), depth + 1) for k, v in value.items()}


def _load(path: Path, blobs: dict[str, bytes], at: str) -> dict[str, str]:
    try:
        data = read_file(path)
    except EngineError as error:
        raise RequestError(f"{at}: {error}") from None
    name = Blob.of(data).sha256
    blobs[name] = data
    return {"sha256": name}

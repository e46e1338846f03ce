"""Result pictures: PNG files that carry the resolved request, and by default the files it names, so that one
picture alone reproduces itself.

`animeadapter.request` holds the resolved request as JSON, `animeadapter:<sha256>` a file's bytes in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from pathlib import Path

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.files import write_file
from animeadapter.protocol.png import PngError, add_texts, read_texts
from animeadapter.protocol.request import (
    Blobs,
    GenerateRequest,
    RequestError,
    ResolvedRequest,
    blobs_of,
    decode_resolved,
    encode,
)

REQUEST = "animeadapter.request"
BLOB = "animeadapter:"
MOST_EMBEDDED = 32 * 2**20
"""Bytes of files in one picture; what goes beyond (LoRA weights, say) is named, not embedded. Readers of PNG
refuse pictures with much more text than that."""


class ResultError(EngineError):
    """A picture that should carry a request does not, or carries a damaged one."""


def embed(png: bytes, resolved: ResolvedRequest, blobs: Blobs | None = None) -> bytes:
    """Return the PNG with the resolved request in it, and with those of `blobs` that it names."""
    room = MOST_EMBEDDED
    texts = {REQUEST: encode(resolved).decode("utf-8")}
    for sha in dict.fromkeys(blobs_of(resolved.request).values()):
        data = (blobs or {}).get(sha)
        if data is not None and len(data) <= room:
            room -= len(data)
            texts[BLOB + sha] = base64.b64encode(data).decode("ascii")
    return add_texts(png, texts)


def write_result(path: Path, png: bytes, resolved: ResolvedRequest, blobs: Blobs | None = None) -> None:
    """Write a result picture, whole or not at all. Raises `FileError`."""
    write_file(path, embed(png, resolved, blobs))


def read_result(png: bytes, name: str) -> tuple[ResolvedRequest, dict[str, bytes]]:
    """Return the resolved request of a result picture and the files that it carries.

    `name` stands in messages. Raises `ResultError` where the picture carries none or a damaged one.
    """
    try:
        texts = read_texts(png)
        if REQUEST not in texts:
            raise ResultError(f"{name}: carries no request; only pictures that animeadapter drew do")
        resolved = decode_resolved(texts[REQUEST])
    except (PngError, RequestError) as error:
        raise ResultError(f"{name}: {error}") from None
    embedded = {key.removeprefix(BLOB): text for key, text in texts.items() if key.startswith(BLOB)}
    return resolved, {sha: _decode(sha, text, name) for sha, text in embedded.items()}


def missing(request: GenerateRequest, blobs: Blobs) -> dict[str, str]:
    """Return which files a request names that are not at hand, as dotted field → sha256."""
    return {field: sha for field, sha in blobs_of(request).items() if sha not in blobs}


def _decode(sha: str, text: str, name: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ResultError(f"{name}: the embedded file {sha[:12]}… cannot be read") from None
    if hashlib.sha256(data).hexdigest() != sha:
        raise ResultError(f"{name}: the embedded file {sha[:12]}… is damaged")
    return data

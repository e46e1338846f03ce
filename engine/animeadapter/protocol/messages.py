"""The messages on the pipe. The app speaks first (`Hello`), the engine answers (`Ready` or `Refused`).

Every accepted job ends with exactly one terminal message, `Done` or `Failed`; nothing about it follows.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from animeadapter.protocol.calls import Call, Result
from animeadapter.protocol.request import Blob, ResolvedRequest, Sha256

PROTOCOL = 1
"""Both sides have to speak the same version."""
LARGEST_CHUNK = 2**20
"""Bytes of one `PutBlob`: small enough that a cancel never waits long behind one."""
LARGEST_BLOB = 2**33
JobId = Annotated[str, Meta(min_length=1, max_length=64)]
FailureCode = Literal[
    "bad_request", "failed", "cancelled", "out_of_memory", "busy", "too_large", "internal",
    "shutting_down", "crashed", "engine_gone",
]  # fmt: skip
"""`crashed` and `engine_gone` are said by the client, about an engine that cannot say anything any more."""


class _Message(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, tag_field="type"):
    """What goes through the pipe; what it is stands in `type`."""


class Hello(msgspec.Struct, frozen=True, tag_field="type", tag="hello"):
    """The app's first message. Later versions may add fields, so that an old engine still understands the number."""

    protocol: int
    client: str = ""


class PutBlob(_Message, frozen=True, tag="put_blob"):
    """A chunk of a file, either way. Chunks of a file come in order; `total` is the whole file's size."""

    sha256: Sha256
    total: Annotated[int, Meta(ge=0, le=LARGEST_BLOB)]
    offset: Annotated[int, Meta(ge=0, le=LARGEST_BLOB)]
    data: Annotated[bytes, Meta(max_length=LARGEST_CHUNK)]


class Submit(_Message, frozen=True, tag="submit"):
    """A new job; the app chooses its id. Jobs are done one after another, in the order in which they are complete."""

    job: JobId
    call: Call


class Cancel(_Message, frozen=True, tag="cancel"):
    """Stop a job, whether it waits or works; it then fails with `cancelled`. An unknown one is no error."""

    job: JobId


class Shutdown(_Message, frozen=True, tag="shutdown"):
    """Let every job fail with `shutting_down`, say so, and end."""


class Ready(msgspec.Struct, frozen=True, tag_field="type", tag="ready"):
    """The engine's first message: its protocol and the versions of everything that draws. No model is loaded yet."""

    protocol: int
    versions: dict[str, str] = {}


class Refused(_Message, frozen=True, tag="refused"):
    """The engine's last message where it cannot go on: another protocol, or bytes that are no frames."""

    message: str


class Status(_Message, frozen=True, tag="status"):
    """What the engine computes on; known, and sent, when the first call needs it."""

    device: str
    device_name: str
    precision: str
    threads: int


class Accepted(_Message, frozen=True, tag="accepted"):
    """A job is understood and waits."""

    job: JobId


class NeedBlobs(_Message, frozen=True, tag="need_blobs"):
    """A job waits for these files."""

    job: JobId
    sha256s: tuple[Sha256, ...]


class Started(_Message, frozen=True, tag="started"):
    """A job is being worked at."""

    job: JobId


class Progress(_Message, frozen=True, tag="progress"):
    """A step is done. Where the app reads slowly it gets the newest alone."""

    job: JobId
    step: int
    steps: int


class Preview(_Message, frozen=True, tag="preview"):
    """What a take looks like so far, a small JPEG. Where the app reads slowly it gets the newest of a take alone."""

    job: JobId
    take: int
    step: int
    jpeg: bytes


class Image(_Message, frozen=True, tag="image"):
    """A finished take: a PNG, sent as chunks before this message, and all that is needed to draw it again."""

    job: JobId
    take: int
    seed: int
    picture: Blob
    resolved: ResolvedRequest


class Notice(_Message, frozen=True, tag="notice"):
    """Something that a person should know and that stops nothing; about a job, or about none."""

    message: str
    job: JobId | None = None


class Done(_Message, frozen=True, tag="done"):
    """A job's end, with its result; files that the result names were sent before."""

    job: JobId
    result: Result


class Failed(_Message, frozen=True, tag="failed"):
    """A job's end without a result. `retryable`: the same job may succeed at another time."""

    job: JobId
    code: FailureCode
    message: str
    retryable: bool = False


ToEngine = Hello | PutBlob | Submit | Cancel | Shutdown
FromEngine = (
    Ready | Refused | Status | Accepted | NeedBlobs | Started | Progress
    | Preview | PutBlob | Image | Notice | Done | Failed
)  # fmt: skip

"""Messages to bytes and back, checked: what does not fit is refused by a message that names the field."""

from __future__ import annotations

from typing import Any

import msgspec

from animeadapter.protocol.calls import Call, DrawAgain, Generate
from animeadapter.protocol.choices import explain
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.framing import frame
from animeadapter.protocol.messages import FromEngine, JobId, Submit, ToEngine
from animeadapter.protocol.request import RequestError, decode_resolved, encode, validated

_TO_ENGINE: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(ToEngine)
_FROM_ENGINE: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(FromEngine)
_ENCODER = msgspec.msgpack.Encoder()


class MessageError(EngineError):
    """A frame's payload is no message that may stand there; `job` is the one that a broken `Submit` named."""

    def __init__(self, message: str, job: str | None = None) -> None:
        super().__init__(message)
        self.job = job


class _Envelope(msgspec.Struct, tag_field="type", tag="submit"):
    """As much of a `Submit` as is needed to answer it."""

    job: JobId


def to_frame(message: ToEngine | FromEngine) -> bytes:
    """Return a message as a frame. Raises `FrameError` if it is too large, `MessageError` if it cannot be written."""
    try:
        return frame(_ENCODER.encode(message))
    except (TypeError, ValueError, OverflowError) as error:
        raise MessageError(f"{type(message).__name__} cannot be written: {error}") from None


def read_to_engine(payload: bytes) -> ToEngine:
    """Return the app's message of a payload. Raises `MessageError`."""
    message: ToEngine = _decode(_TO_ENGINE, payload)
    if isinstance(message, Submit):
        _check_call(message.job, message.call)
    return message


def read_from_engine(payload: bytes) -> FromEngine:
    """Return the engine's message of a payload. Raises `MessageError`."""
    message: FromEngine = _decode(_FROM_ENGINE, payload)
    return message


def _decode(decoder: msgspec.msgpack.Decoder[Any], payload: bytes) -> Any:
    try:
        return decoder.decode(payload)
    except msgspec.ValidationError as error:
        raise MessageError(explain(str(error)).replace("the request: ", "the message: "), _job_of(payload)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MessageError(f"a frame holds no message: {error}") from None


def _job_of(payload: bytes) -> str | None:
    """Return the job that a refused `Submit` would have begun, so that it can be told to have failed."""
    try:
        return msgspec.msgpack.decode(payload, type=_Envelope).job
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _check_call(job: str, call: Call) -> None:
    """Hold the parts of a call that have rules among themselves to these rules."""
    try:
        if isinstance(call, Generate):
            validated(call.request)
        elif isinstance(call, DrawAgain):
            decode_resolved(encode(call.resolved))
    except RequestError as error:
        field = "request" if isinstance(call, Generate) else "resolved"
        raise MessageError(f"call.{field}.{error}", job) from None

"""What can go wrong between the pipe and the models."""

from animeadapter.protocol.errors import EngineError


class ServeError(EngineError):
    """A call cannot be done; the message names the field, or what the pack lacks."""


class Stopped(Exception):  # noqa: N818 - it is no error
    """The job was cancelled, and has stopped."""

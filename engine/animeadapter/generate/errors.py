"""What can go wrong while a picture is drawn."""

from animeadapter.protocol.errors import EngineError


class StudioError(EngineError):
    """A request asks for what the pack or the machine cannot do; the message names the field."""


class ShortOfMemoryError(StudioError):
    """The machine's memory does not suffice for what is asked, however it is divided."""


class EmptyPictureError(StudioError):
    """What was drawn holds no numbers."""

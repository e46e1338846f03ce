"""What can go wrong while a picture is drawn."""

from animeadapter.protocol.errors import EngineError


class StudioError(EngineError):
    """A request asks for what the pack or the machine cannot do; the message names the field."""

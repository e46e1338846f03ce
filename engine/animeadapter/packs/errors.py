"""What can be wrong with a pack."""

from animeadapter.protocol.errors import EngineError


class PackError(EngineError):
    """A pack is unknown, incomplete or damaged; the message names the pack or the file."""

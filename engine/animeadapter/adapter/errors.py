"""What can be wrong with an adapter, its file, or the network it is put on."""

from animeadapter.protocol.errors import EngineError


class AdapterError(EngineError):
    """The adapter does not fit, or its file is not one; the message names the file, tensor or layer."""

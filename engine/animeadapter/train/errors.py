"""What can be wrong with a training."""

from animeadapter.protocol.errors import EngineError


class TrainError(EngineError):
    """A recipe, a run folder, a cache or a training itself is wrong; the message names the file or field."""

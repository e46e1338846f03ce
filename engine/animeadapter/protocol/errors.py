"""The engine's one base error.

Every module subclasses it and builds its own message, which names the file or field and what to do.
Callers (command line, pipe, editor) catch the base and show `str(error)` as it is.
"""


class EngineError(Exception):
    """Something that a person can mend; `str(error)` is one clear line for them."""

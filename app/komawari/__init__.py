"""Komawari, the comic-panel editor. It talks to the engine through `animeadapter.protocol` alone."""

__version__ = "0.1.0"

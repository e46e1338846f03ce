"""AnimeAdapter: redraws the same anime character from one reference picture.

The engine behind the Komawari editor, and a headless tool of its own. Importing this package is cheap:
nothing heavy is loaded before a part that needs it is imported.
"""

__version__ = "0.1.0"

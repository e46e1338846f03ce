"""Dialogs. They do not stop the window: the engine goes on, and so may the artist."""

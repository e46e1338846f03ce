"""Panels on their way to the engine and pictures on their way back: queue, previews, takes, likeness, request files."""

"""Painting on pixels, whatever they mean: the brush, strokes with their undo, and how they become files of the project.

Masks (`ui.masks`) are painted so, and sketches (`ui.sketch`). What needs numpy and OpenCV is imported when something
is painted for the first time, never when the editor starts.
"""

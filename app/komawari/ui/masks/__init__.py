"""Painting masks: grey pixels under a brush, their undo, and how they become files of the project.

What needs numpy and OpenCV is imported when the first mask is painted, never when the editor starts.
"""

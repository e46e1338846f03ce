"""Poses in the window: presets, files, detection, and what the canvas shows of them."""

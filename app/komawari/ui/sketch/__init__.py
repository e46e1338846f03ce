"""Sketches: ink on a panel's sheet, its pen, how the sheet is shown, and roughs that come from elsewhere.

What needs numpy and OpenCV is imported when one sketches for the first time, never when the editor starts.
"""

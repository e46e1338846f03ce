"""Painting pages: one code for the screen, for thumbnails and for export, in millimetres from the trim's corner."""

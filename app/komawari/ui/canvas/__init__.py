"""The canvas: the shown page, its view (zoom, pan, rotate, flip) and the tools of the hand."""

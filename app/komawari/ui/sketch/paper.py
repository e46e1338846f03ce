"""The paper of a drawing, which hides the picture under it."""

from __future__ import annotations


def without_paper(data: bytes) -> bytes | None:
    """Return an opaque picture's file as ink on nothing, over white the very same again; None if nothing is on it.

    A picture that has transparency already has no paper: None, too. Any thread may call it.
    """
    from komawari.ui.painting import png
    from komawari.ui.sketch.ink import without_white

    found = png.decoded_ink(data)
    if found is None or found[..., 3].min() < 255:
        return None
    ink = without_white(found)
    return png.encoded(ink) if ink.any() else None

"""Local edits: what is painted in a take is drawn anew, with words and borrowed parts of its own."""

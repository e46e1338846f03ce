"""The panel inspector: what the selected panels are drawn with."""

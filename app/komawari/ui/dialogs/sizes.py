"""How sizes of files are written."""

from __future__ import annotations

from PySide6.QtCore import QLocale


def data_size(count: int) -> str:
    """Return a number of bytes as people write it."""
    return QLocale().formattedDataSize(count, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)

"""Takes for panels."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QColor, QImage, QImageWriter

from komawari.domain.edits.changing import on_panel
from komawari.domain.takes import Take
from komawari.ui.session import Session


@pytest.fixture
def use_take(session: Session) -> Callable[[str, int, int], Take]:
    """Give a panel a take of so many pixels, and use it."""

    def use(panel: str, width: int, height: int) -> Take:
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(QColor("#c04060"))
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(buffer, QByteArray(b"png")).write(image)
        take = session.document.takes.add(panel, bytes(buffer.data().data()), (width, height)).result()
        session.document.takes.adopt(take)
        session.edit("Use", lambda p: on_panel(p, panel, lambda old: replace(old, take=take.id)))
        return take

    return use

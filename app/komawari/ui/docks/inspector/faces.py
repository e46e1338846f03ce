"""Thumbnails of characters, fetched off the window's thread."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, QPainterPath, QPalette, QPixmap

from komawari.domain.character import Character
from komawari.ui.icons import pixmap
from komawari.ui.session import Session
from komawari.ui.tags.colours import mixed

LONGEST = 192


def face_of(character: Character | None, session: Session) -> QImage | None:
    """Return the picture of a character's first reference; None where there is none, or it comes later."""
    if character is None or not character.references:
        return None
    image = session.images.get(character.references[0].picture.sha256, LONGEST)
    return None if image is None or image.isNull() else image


def rounded(
    image: QImage | None, size: QSize, palette: QPalette, ratio: float = 1.0, empty: str = "character"
) -> QPixmap:
    """Return a picture's upper middle in a rounded square, an icon of ours where there is no picture."""
    made = QPixmap(size * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    field = QRectF(0.5, 0.5, size.width() - 1, size.height() - 1)
    path = QPainterPath()
    path.addRoundedRect(field, 4, 4)
    base, text = palette.color(QPalette.ColorRole.Base), palette.color(QPalette.ColorRole.Text)
    painter.fillPath(path, mixed(base, text, 0.08))
    painter.setClipPath(path)
    if image is None:
        side = min(size.width(), size.height()) * 0.6
        icon = pixmap(empty, round(side), QColor(mixed(base, text, 0.55)).name(), ratio)
        painter.drawPixmap(
            QRectF(field.center().x() - side / 2, field.center().y() - side / 2, side, side).toRect(), icon
        )
    else:
        painter.drawImage(field, image, _upper_part(image, field))
    painter.end()
    return made


def _upper_part(image: QImage, field: QRectF) -> QRectF:
    """Return what of a picture fills a field: its upper middle, where faces are."""
    factor = min(image.width() / field.width(), image.height() / field.height())
    width, height = field.width() * factor, field.height() * factor
    return QRectF((image.width() - width) / 2, 0, width, height)


def face_icon(character: Character | None, session: Session, size: QSize, palette: QPalette, ratio: float) -> QIcon:
    """Return a character's thumbnail as an icon."""
    made = rounded(face_of(character, session), size, palette, ratio)
    icon = QIcon(made)
    icon.addPixmap(made, QIcon.Mode.Selected)
    return icon

"""Small pictures of characters: a reference, cut out by its mask and cut down to what is left."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage

from komawari.domain.character import Character, CharacterReference
from komawari.ui.characters import masks
from komawari.ui.session import Session

LONGEST = 512
"""Pixels of a thumbnail's longer side at most."""
COARSE = 64
"""Pixels in which bounds are looked for."""
MARGIN = 0.03
"""Of the longer side, left around the character."""
MOST = 400
"""Thumbnails that are kept."""
Key = tuple[str, str]


class Thumbs(QObject):
    """Thumbnails by reference; pictures are read and decoded off the window's thread."""

    ready = Signal()
    """A picture that a thumbnail waited for is at hand."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._made: dict[Key, QImage] = {}
        self._wanted: set[str] = set()
        session.images.ready.connect(self._arrived)
        session.opened.connect(self._forget)

    def of(self, character: Character) -> QImage | None:
        """Return a character's first reference, as `reference`; a null image where there is none."""
        return self.reference(character.references[0]) if character.references else QImage()

    def reference(self, reference: CharacterReference) -> QImage | None:
        """Return a reference's thumbnail; None: it is not at hand yet; a null image: it cannot be read."""
        key = (reference.picture.sha256, reference.mask.sha256 if reference.mask else "")
        if key not in self._made:
            parts = [self._get(sha) for sha in key if sha]
            if any(part is None for part in parts):
                return None
            self._keep(key, _thumbnail(*parts))  # type: ignore[arg-type]
        return self._made[key]

    def _get(self, sha: str) -> QImage | None:
        image = self._session.images.get(sha, LONGEST)
        if image is None:
            self._wanted.add(sha)
        return image

    def _keep(self, key: Key, image: QImage) -> None:
        self._made[key] = image
        while len(self._made) > MOST:
            del self._made[next(iter(self._made))]

    def _arrived(self, sha: str) -> None:
        if sha in self._wanted:
            self._wanted.discard(sha)
            self.ready.emit()

    def _forget(self) -> None:
        self._made.clear()
        self._wanted.clear()


def _thumbnail(picture: QImage, mask: QImage | None = None) -> QImage:
    if picture.isNull():
        return picture
    if mask is not None and not mask.isNull():
        picture, inside = masks.cut_out(picture, masks.grey(mask)), masks.grey(mask)
    elif (own := masks.opacity(picture)) is not None:
        inside = own
    else:
        return picture
    return picture.copy(_bounds(inside, picture.size()))


def _bounds(mask: QImage, size: QSize) -> QRect:
    """Return where a mask is not black, with a margin, in a picture of a size; all of it if it is black."""
    whole, smooth = Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
    coarse = mask.scaled(COARSE, COARSE, whole, smooth)
    data = masks.values(coarse)
    rows = [row for row in range(COARSE) if any(value > 16 for value in data[row * COARSE : (row + 1) * COARSE])]
    columns = [column for column in range(COARSE) if any(value > 16 for value in data[column::COARSE])]
    if not rows:
        return QRect(0, 0, size.width(), size.height())
    width, height = size.width() / COARSE, size.height() / COARSE
    margin = round(MARGIN * max(size.width(), size.height()))
    box = QRect(
        round(columns[0] * width),
        round(rows[0] * height),
        round((columns[-1] + 1 - columns[0]) * width),
        round((rows[-1] + 1 - rows[0]) * height),
    )
    return box.adjusted(-margin, -margin, margin, margin).intersected(QRect(0, 0, size.width(), size.height()))

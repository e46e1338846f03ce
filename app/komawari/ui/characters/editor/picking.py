"""Parts by click: what is clicked at in a reference is its hair, its face … and becomes a part of it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from animeadapter.protocol.calls import Segment, Segmented
from animeadapter.protocol.parts import Part, PartName, label
from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.engine_client.client import Finished
from komawari.ui.characters import masks
from komawari.ui.characters.editor import changes
from komawari.ui.characters.editor.parts import name_of_kind
from komawari.ui.characters.finding import PARTS
from komawari.ui.characters.roster import roster_of
from komawari.ui.session import Session

Share = tuple[float, float]
"""A place in a picture, 0 to 1."""


class PartPicker(QObject):
    """Asks the engine once for each picture."""

    picked = Signal(str)
    """The id of a part that was clicked at, or was made of it."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._labels: dict[str, bytes] = {}
        self._job = ""
        session.opened.connect(self._labels.clear)

    def pick(self, character: str, reference: CharacterReference, at: Share) -> None:
        """Choose or make the part at a place."""
        sha = reference.picture.sha256
        if sha in self._labels:
            self._part_at(character, reference, at, self._labels[sha])
            return
        if self._job:
            self._session.engine.forget(self._job)
        work = partial(self._session.picture, sha)
        self._session.later(work, partial(self._ask, character, reference, at))
        self._session.message.emit(self.tr("Looking for the part …"))

    def _ask(self, character: str, reference: CharacterReference, at: Share, data: bytes) -> None:
        call = Segment(reference.picture, self._session.settings.pack)
        done = partial(self._answered, character, reference, at)
        failed = lambda end: self._session.message.emit(self.tr("No part was found: {0}").format(end.message))  # noqa: E731
        self._job = self._session.engine.ask(call, {reference.picture.sha256: data}, done, failed)

    def _answered(self, character: str, reference: CharacterReference, at: Share, end: Finished) -> None:
        self._job = ""
        assert isinstance(end.result, Segmented)
        data = end.files[end.result.parts.sha256]
        self._labels[reference.picture.sha256] = data
        self._part_at(character, reference, at, data)

    def _part_at(self, character: str, reference: CharacterReference, at: Share, data: bytes) -> None:
        document = self._session.document
        work = partial(_cut, document, data, at)
        self._session.later(work, partial(self._put, document, character, reference.id))

    def _put(self, document: Document, character: str, reference: str, found: tuple[PartName, Blob] | None) -> None:
        if document is not self._session.document:
            return
        if found is None:
            self._session.message.emit(self.tr("There is no part of the character at that place"))
            return
        kind, mask = found
        name = self.tr("{0} by click").format(name_of_kind(kind))
        part = new_id()
        roster_of(self._session).change(
            character, name, partial(_with_part, reference=reference, part=part, kind=kind, mask=mask)
        )
        cast = next((one for one in self._session.project.characters if one.id == character), None)
        if cast is not None:
            own = changes.find_reference(cast, reference).parts
            self.picked.emit(next((one.id for one in own if one.part == kind and not one.name), part))


def _with_part(character: Character, reference: str, part: str, kind: PartName, mask: Blob) -> Character:
    """Return the character whose reference has that mask as its part of a kind; a part with a name stays as it is."""
    old = changes.find_reference(character, reference)
    known = next((one for one in old.parts if one.part == kind and not one.name), None)
    if known is not None:
        return changes.set_part(reference, known.id, mask=mask)(character)
    parts = (*old.parts, CharacterPart(part, kind, mask=mask))
    return changes.set_reference(reference, parts=parts)(character)


def _cut(document: Document, data: bytes, at: Share) -> tuple[PartName, Blob] | None:
    """Return the part at a place and its mask, stored; None: there is none. It waits for the disk."""
    labels = masks.decode(data)
    found = label_at(labels, at)
    kind = next((name for name in PARTS if label(name) == found), None)
    if kind is None:
        return None
    mask = masks.encode(masks.labelled(labels, label(kind)))
    document.store.put_picture(mask).result()
    return kind, Blob.of(mask)


def label_at(labels: QImage, at: Share) -> int:
    """Return the label at a place of a map of labels; the background's beside it."""
    x, y = int(at[0] * labels.width()), int(at[1] * labels.height())
    return masks.values(labels)[y * labels.width() + x] if labels.rect().contains(x, y) else int(Part.BACKGROUND)

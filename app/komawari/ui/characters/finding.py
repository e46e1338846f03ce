"""Masks and parts of references, proposed by the engine in the background; without it the character is there anyway."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, get_args

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from animeadapter.protocol.calls import Segment, Segmented
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.parts import PartName, label
from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits.changing import replaced
from komawari.engine_client.client import Finished
from komawari.ui.characters import masks
from komawari.ui.characters.roster import Roster, roster_of
from komawari.ui.images import upright
from komawari.ui.session import Session

State = Literal["", "finding", "failed"]
SMALLEST_SHARE = 0.005
"""Of the picture: the engine takes a character smaller than that for none."""
PARTS: tuple[PartName, ...] = get_args(PartName)


@dataclass
class _Found:
    """What the engine saw in one picture; masks are in the project's file."""

    mask: Blob | None
    """None: nobody was found, or the picture's own transparency says it better."""
    parts: tuple[tuple[PartName, Blob], ...] = ()
    nobody: bool = False


@dataclass
class _Search:
    state: State = ""
    note: str = ""
    job: str = field(default="")


class PartsFinder(QObject):
    """Asks the engine for masks; `finder_of` returns the one that a session has."""

    changed = Signal(str)
    """The id of a reference whose state or note is another."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.roster: Roster = roster_of(session)
        self._searches: dict[str, _Search] = {}
        session.opened.connect(self._forget)

    def state(self, reference: str) -> State:
        """Return whether masks of a reference are being looked for, or could not be found."""
        return self._search(reference).state

    def note(self, reference: str) -> str:
        """Return a line about a reference's masks for the artist; empty: nothing to say."""
        return self._search(reference).note

    def find(self, character: str, reference: str) -> None:
        """Look for the masks of a reference of the project; they arrive as one edit."""
        search = self._search(reference)
        picture = _picture_of(self.roster, character, reference)
        if search.state == "finding" or picture is None:
            return
        self._become(reference, _Search("finding", self.tr("Finding parts …")))
        read = partial(self.session.picture, picture.sha256)
        failed = lambda error: self._fail(reference, str(error))  # noqa: E731
        self.session.later(read, lambda data: self._ask(character, reference, picture, data), failed)

    def cancel(self, reference: str) -> None:
        """Stop looking."""
        search = self._search(reference)
        if search.state == "finding":
            self.session.engine.forget(search.job)
            self._become(reference, _Search())

    def _ask(self, character: str, reference: str, picture: Blob, data: bytes) -> None:
        if self._search(reference).state != "finding":
            return
        document = self.session.document
        call = Segment(picture, self.session.settings.pack)
        done = lambda end: self._answered(document, character, reference, data, end)  # noqa: E731
        failed = lambda end: self._failed(reference, end)  # noqa: E731
        self._search(reference).job = self.session.engine.ask(call, {picture.sha256: data}, done, failed)

    def _answered(self, document: Document, character: str, reference: str, data: bytes, end: Finished) -> None:
        assert isinstance(end.result, Segmented)
        work = partial(
            _split, document, data, end.files[end.result.foreground.sha256], end.files[end.result.parts.sha256]
        )
        failed = lambda error: self._fail(reference, str(error))  # noqa: E731
        self.session.later(work, lambda found: self._found(document, character, reference, found), failed)

    def _found(self, document: Document, character: str, reference: str, found: _Found) -> None:
        if self.session.document is not document:
            return
        nobody = self.tr("No character was found, so all of the picture counts; a mask would help.")
        self._become(reference, _Search("", nobody if found.nobody else ""))
        if _picture_of(self.roster, character, reference) is not None and not found.nobody:
            self.roster.change_both(
                character, self.tr("Find parts"), partial(_proposed, reference=reference, found=found)
            )

    def _failed(self, reference: str, end: Failed) -> None:
        if end.code == "cancelled":
            self._become(reference, _Search())
        else:
            self._fail(reference, end.message)

    def _fail(self, reference: str, message: str) -> None:
        self._become(reference, _Search("failed", self.tr("Parts are not found yet: {0}").format(message)))

    def _search(self, reference: str) -> _Search:
        return self._searches.get(reference, _Search())

    def _become(self, reference: str, search: _Search) -> None:
        self._searches[reference] = search
        self.changed.emit(reference)

    def _forget(self) -> None:
        for reference in tuple(self._searches):
            self.cancel(reference)
        self._searches.clear()


def finder_of(session: Session) -> PartsFinder:
    """Return a session's finder; it begins with the first call."""
    return session.findChild(PartsFinder) or PartsFinder(session)


def _picture_of(roster: Roster, character: str, reference: str) -> Blob | None:
    found = next((one for one in roster.session.project.characters if one.id == character), None)
    return next((one.picture for one in found.references if one.id == reference), None) if found else None


def _split(document: Document, picture: bytes, foreground: bytes, labels: bytes) -> _Found:
    """Cut the engine's answer into a mask and one for each part, and store them. It waits for the disk."""
    inside, parts = masks.decode(foreground), masks.decode(labels)
    if masks.share(inside) < SMALLEST_SHARE:
        return _Found(None, nobody=True)
    own = masks.opacity(upright(picture))
    files = [] if own is not None else [masks.encode(inside)]
    named = [(name, masks.encode(mask)) for name in PARTS if (mask := _part(parts, name, own)) is not None]
    for written in [document.store.put_picture(data) for data in (*files, *(data for _, data in named))]:
        written.result()
    return _Found(Blob.of(files[0]) if files else None, tuple((name, Blob.of(data)) for name, data in named))


def _part(labels: QImage, name: PartName, own: QImage | None) -> QImage | None:
    """Return the mask of one part, within the picture's own transparency; None if there is nothing of it."""
    mask = masks.labelled(labels, label(name))
    if own is not None:
        mask = masks.product((mask, own))
    return mask if any(masks.values(mask)) else None


def _proposed(character: Character, reference: str, found: _Found) -> Character:
    """Return a character with found masks; parts that the artist named stay as they are, scales too."""
    old = next(one for one in character.references if one.id == reference)
    named = tuple(part for part in old.parts if part.name)
    scales = {part.part: part.scale for part in old.parts if not part.name}
    parts = tuple(
        CharacterPart(_id_of(old, name), name, mask=mask, scale=scales.get(name, 1.0)) for name, mask in found.parts
    )
    new: CharacterReference = replace(old, mask=found.mask, parts=parts + named)
    return replace(character, references=replaced(character.references, new))


def _id_of(reference: CharacterReference, name: PartName) -> str:
    """Return the id of a reference's part that the artist did not name, or a new one."""
    known: Sequence[CharacterPart] = [one for one in reference.parts if one.part == name and not one.name]
    return known[0].id if known else new_id()

"""Characters made from pictures: they are there at once, in the library and in the project, and their masks follow."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace
from PySide6.QtCore import QObject, Signal

from komawari.document.document import Document
from komawari.domain.base import new_id
from komawari.domain.character import Character, CharacterReference
from komawari.domain.edits import characters as edits
from komawari.domain.namesakes import free_name
from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.storage.library import Library
from komawari.ui.characters.finding import PartsFinder, finder_of
from komawari.ui.characters.pictures import Picture, PictureError, Source, open_source
from komawari.ui.characters.roster import Roster, roster_of
from komawari.ui.session import Session


@dataclass
class _Brought:
    """Pictures that came in and are in the project's file, and what was said about others."""

    pictures: list[Picture] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    character: Character | None = None
    in_library: bool = False


class Maker(QObject):
    """Makes characters and adds references; `maker_of` returns the one that a session has."""

    made = Signal(str)
    """The id of a character that is in the project now."""
    added = Signal(str, str)
    """The ids of a character and of the first reference that it was given."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.roster: Roster = roster_of(session)
        self.finder: PartsFinder = finder_of(session)

    def make(self, sources: Sequence[Source], name: str = "") -> None:
        """Make one character with a reference from each source; pictures that cannot be used are said as trouble."""
        document = self.session.document
        name, library = name or self.tr("New character"), self.session.library
        known = document.project.characters

        def work() -> _Brought:
            brought = _bring(document, sources, name)
            if not brought.pictures:
                return brought
            title = free_name(brought.pictures[0].title or name, (*known, *_in_library(library)))
            brought.character = character = _character(brought.pictures, title)
            files = {picture.blob.sha256: picture.data for picture in brought.pictures}
            try:
                library.put(character, files)
                brought.in_library = True
            except StorageError as error:
                brought.errors.append(str(error))
            return brought

        self.session.later(work, lambda brought: self._add(document, brought))

    def make_each(self, sources: Sequence[Source]) -> None:
        """Make a character from each source."""
        for source in sources:
            self.make([source])

    def add_references(self, character: str, sources: Sequence[Source], name: str = "") -> None:
        """Give the project's copy of a character further references."""
        document = self.session.document
        work = lambda: _bring(document, sources, name or self.tr("Reference"))  # noqa: E731
        self.session.later(work, lambda brought: self._add_to(document, character, brought))

    def _add(self, document: Document, brought: _Brought) -> None:
        self._tell(brought.errors)
        if brought.in_library:
            self.session.library_changed.emit()
        character = brought.character
        if character is None or self.session.document is not document:
            return
        add = edits.from_library if brought.in_library else edits.add_character
        if self.session.edit(self.tr("Add character"), lambda project: add(project, character)):
            self.made.emit(character.id)
            for reference in character.references:
                self.finder.find(character.id, reference.id)

    def _add_to(self, document: Document, character: str, brought: _Brought) -> None:
        self._tell(brought.errors)
        if not brought.pictures or self.session.document is not document:
            return
        new = tuple(_reference(picture) for picture in brought.pictures)
        name = self.tr("Add reference")
        if self.roster.change(character, name, lambda one: replace(one, references=one.references + new)):
            self.added.emit(character, new[0].id)
            for reference in new:
                self.finder.find(character, reference.id)

    def _tell(self, errors: Sequence[str]) -> None:
        for error in errors:
            self.session.trouble.emit(error)


def maker_of(session: Session) -> Maker:
    """Return a session's maker; it begins with the first call."""
    return session.findChild(Maker) or Maker(session)


def character_from_take(session: Session, take: Take) -> None:
    """Make a character from a take's picture; it appears in the characters' dock, its name to be typed."""
    maker_of(session).make([_reader(session, take)])


def reference_from_take(session: Session, character: str, take: Take) -> None:
    """Give a character of the project a take's picture as a further reference."""
    maker_of(session).add_references(character, [_reader(session, take)], session.tr("Take"))


def _reader(session: Session, take: Take) -> Callable[[], bytes]:
    takes = session.document.takes
    return lambda: takes.picture(take)


def _bring(document: Document, sources: Sequence[Source], name: str) -> _Brought:
    """Open pictures and put them into the project's file. It waits for the disk."""
    brought = _Brought()
    for source in sources:
        try:
            brought.pictures.append(open_source(source, name))
        except (PictureError, StorageError) as error:
            brought.errors.append(str(error))
    for written in [document.store.put_picture(picture.data) for picture in brought.pictures]:
        written.result()
    return brought


def _in_library(library: Library) -> list[Character]:
    """Return who has a name in the library; nobody where it cannot be read, which is said when it is written."""
    with contextlib.suppress(StorageError):
        return library.characters()
    return []


def _character(pictures: Sequence[Picture], name: str) -> Character:
    return Character(new_id(), name, references=tuple(_reference(one) for one in pictures))


def _reference(picture: Picture) -> CharacterReference:
    return CharacterReference(new_id(), picture.blob, picture.title)

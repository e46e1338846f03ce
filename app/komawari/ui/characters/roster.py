"""Who there is: the project's copies and the library's characters side by side, and everything that goes between them.

The library is read and written off the window's thread. What changes in it is offered to the project's copy; what
changes in the copy goes into the library when the artist says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QObject, Signal

from animeadapter.protocol.errors import EngineError
from komawari.document.document import Edit
from komawari.domain.base import blobs, new_id
from komawari.domain.character import Character, content_sha, offers_update
from komawari.domain.edits import characters as edits
from komawari.domain.edits import parameters
from komawari.domain.namesakes import namesakes
from komawari.domain.project import Project, find_character
from komawari.storage.errors import StorageError
from komawari.ui.session import Session

Change = Callable[[Character], Character]


@dataclass(frozen=True)
class Card:
    """One character: the project's copy, the library's, or both."""

    copy: Character | None
    library: Character | None

    @property
    def character(self) -> Character:
        """What is shown of it: the project's copy if there is one."""
        found = self.copy or self.library
        assert found is not None
        return found

    @property
    def id(self) -> str:
        """The same in the library and in the project."""
        return self.character.id

    # Shown at every painting, and not quickly told: kept with the card.
    @cached_property
    def is_offered(self) -> bool:
        """Whether the library has a change that the project's copy neither has nor declined."""
        return bool(self.library and self.copy and offers_update(self.library, self.copy))

    @cached_property
    def is_ahead(self) -> bool:
        """Whether the project's copy has something that the library has not, and nothing is offered instead."""
        return bool(self.library and self.copy) and not self.is_offered and not self.is_in_step

    @cached_property
    def is_in_step(self) -> bool:
        """Whether both are there and say the same."""
        return bool(self.library and self.copy) and content_sha(self.library) == content_sha(self.copy)  # type: ignore[arg-type]


class Roster(QObject):
    """All characters of a session; `roster_of` returns the one that it has."""

    changed = Signal()
    """Cards are others."""
    removed = Signal(object, object)
    """A character was removed from the library; with its files, for `restore`."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self._library: dict[str, Character] = {}
        self._cards: dict[str, Card] = {}
        self._putting = 0
        session.opened.connect(self.changed)
        session.project_changed.connect(self._project_changed)
        session.library_changed.connect(self.refresh)
        self.refresh()

    # Who there is.

    def cards(self) -> list[Card]:
        """Return everybody by name: first who is in the project, then who is in the library alone."""
        copies = {
            copy.id: copy for copy in sorted(self.session.project.characters, key=lambda one: one.name.casefold())
        }
        found = {one: self._card(one, copies.get(one)) for one in (*copies, *self._library)}
        self._cards = found
        return list(found.values())

    def _card(self, character: str, copy: Character | None) -> Card:
        known, library = self._cards.get(character), self._library.get(character)
        same = known is not None and known.copy is copy and known.library is library
        return known if known is not None and same else Card(copy, library)

    def card(self, character: str) -> Card | None:
        """Return one character's card."""
        return next((card for card in self.cards() if card.id == character), None)

    def namesakes(self, character: str) -> tuple[int, int]:
        """Return a character's place among all of its name here and in the library, from 1, and how many these are."""
        return namesakes(card.character for card in self.cards()).get(character, (1, 1))

    def say_namesakes(self, character: str) -> None:
        """Say in the status bar that a name that was just given is another character's too; both may have it."""
        card, (_, count) = self.card(character), self.namesakes(character)
        if card is not None and count > 1:
            line = self.tr("There are {0} characters called {1} now, which their cards say. Undo takes the name back")
            self.session.message.emit(line.format(count, card.character.name))

    def labels(self) -> list[str]:
        """Return all labels that are in use, by name."""
        every = {label for card in self.cards() for label in card.character.labels}
        return sorted(every, key=str.casefold)

    def refresh(self) -> None:
        """Read the library again; other editors may have changed it."""
        self.session.later(self.session.library.characters, self._took_library)

    def _took_library(self, found: list[Character]) -> None:
        library = {one.id: one for one in found}
        # What is being put there is known already; it is read again when it is there.
        if library != self._library and not self._putting:
            self._library = library
            self.changed.emit()

    def _project_changed(self, before: Project, after: Project) -> None:
        if before.characters is not after.characters:
            self.changed.emit()

    # Edits of the project's copy.

    def change(self, character: str, name: str, change: Change, gesture: object | None = None) -> bool:
        """Edit the project's copy; return whether it was done."""
        return self.session.edit(name, partial(_changed, character=character, change=change), gesture)

    def change_both(self, character: str, name: str, change: Change) -> bool:
        """Edit the project's copy, and the library's too if it was the same before."""
        card = self.card(character)
        if card is None or not card.is_in_step:
            return self.change(character, name, change)
        done = self.change(character, name, lambda one: _followed(change(one)))
        if done:
            self._put(find_character(self.session.project, character), lambda _: None)
        return done

    def remove_from_project(self, character: str) -> None:
        """Remove the project's copy; figures of that character stay, as nobody in particular."""
        self.session.edit(self.tr("Remove character"), partial(edits.remove_character, character=character))

    # Between library and project.

    def add_to_project(self, character: str) -> None:
        """Copy a character of the library into the project, with its pictures."""
        self._bring(character, self.tr("Add character"), edits.from_library)

    def cast(self, character: str, panel: str) -> None:
        """Put a character into a panel; one of the library is copied into the project first."""
        card = self.card(character)
        if card is None:
            return
        figure, name = new_id(), self.tr("Put {0} into the panel").format(card.character.name)
        put = partial(parameters.cast, panel=panel, character=character, figure=figure)
        if card.copy is not None:
            self.session.edit(name, put)
            self._choose(character, panel)
        else:
            both = lambda project, library: put(edits.from_library(project, library))  # noqa: E731
            self._bring(character, name, both, lambda: self._choose(character, panel))

    def _choose(self, character: str, panel: str) -> None:
        """Let the inspector show the figure that a character has in a panel, if that is the selected one."""
        shown = self.session.panel
        if shown is not None and shown.id == panel:
            figure = next((one for one in shown.figures if one.character == character), None)
            self.session.choose_figure(None if figure is None else figure.id)

    def take_update(self, character: str) -> None:
        """Take the library's character over into the project's copy."""
        self._bring(character, self.tr("Take character over from the library"), edits.take_update)

    def decline_update(self, character: str) -> None:
        """Keep the project's copy as it is; this state of the library's is not offered again."""
        if library := self._library.get(character):
            self.session.edit(self.tr("Keep character as it is"), partial(edits.decline_update, library=library))

    def put_into_library(self, character: str) -> None:
        """Put the project's copy into the library, in the place of what is there."""
        copy, name = find_character(self.session.project, character), self.tr("Put character into the library")
        same = self._same_document()

        def follow(library: Character) -> None:
            if same():
                self.session.edit(name, partial(edits.decline_update, library=library))
            self.session.message.emit(self.tr("{0} is in the library").format(library.name))

        self._put(copy, follow)

    def remove_from_library(self, character: str) -> None:
        """Remove a character from the library; copies in projects remain. `removed` is told, for `restore`."""
        one, library = self._library.get(character), self.session.library
        if one is None:
            return

        def remove() -> Mapping[str, bytes]:
            files = library.files_of(one)
            library.remove(one.id)
            return files

        self.session.later(remove, lambda files: self._removed(one, files))

    def restore(self, character: Character, files: Mapping[str, bytes]) -> None:
        """Put a character back that was removed from the library."""
        library = self.session.library
        self.session.later(lambda: library.put(character, files), lambda _: self.session.library_changed.emit())

    def _removed(self, character: Character, files: Mapping[str, bytes]) -> None:
        self.session.library_changed.emit()
        self.removed.emit(character, files)

    def _bring(
        self, character: str, name: str, edit: Callable[..., Project], then: Callable[[], object] = lambda: None
    ) -> None:
        """Do an edit that takes the library's character, when its pictures are in the project's file."""
        library, store, same = self.session.library, self.session.document.store, self._same_document()

        def copy() -> Character:
            # What the library has now: another editor may have changed it since it was read.
            one = library.get(character)
            if one is None:
                raise StorageError(f"{library.path}: the character is not there any more")
            for written in [store.put_picture(data) for data in library.files_of(one).values()]:
                written.result()
            return one

        def add(one: Character) -> None:
            if same():
                doing: Edit = partial(edit, library=one)
                self.session.edit(name, doing)
                then()
            self.refresh()

        self.session.later(copy, add)

    def _put(self, character: Character, done: Callable[[Character], object]) -> None:
        library, read = self.session.library, self.session.picture

        def put() -> Character:
            files = {sha: read(sha) for sha in dict.fromkeys(blobs(character))}
            return library.put(replace(character, library=None), files)

        def told(new: Character) -> None:
            self._putting -= 1
            done(new)
            self.session.library_changed.emit()

        self._putting += 1
        self._library[character.id] = character
        self.changed.emit()
        self.session.later(put, told, self._not_put)

    def _not_put(self, error: BaseException) -> None:
        self._putting -= 1
        self.refresh()
        if not isinstance(error, EngineError):
            raise error
        self.session.trouble.emit(self.tr("The character is not in the library: {0}").format(error))

    def _same_document(self) -> Callable[[], bool]:
        """Return how to ask whether still the same document is open."""
        document = self.session.document
        return lambda: self.session.document is document


def roster_of(session: Session) -> Roster:
    """Return a session's roster; it begins with the first call."""
    return session.findChild(Roster) or Roster(session)


def shown_names(characters: Iterable[Character]) -> dict[str, str]:
    """Return how characters are called in lists, by id: those of one name have a number behind it."""
    every = tuple(characters)
    shared = namesakes(every)
    numbered = QCoreApplication.translate("Roster", "{0} ({1} of {2})")
    return {one.id: numbered.format(one.name, *shared[one.id]) if one.id in shared else one.name for one in every}


def _changed(project: Project, character: str, change: Change) -> Project:
    return edits.set_character(project, change(find_character(project, character)))


def _followed(character: Character) -> Character:
    """Return a copy that says that the library has the same."""
    return replace(character, library=content_sha(character))

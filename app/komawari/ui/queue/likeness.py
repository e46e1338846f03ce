"""How alike a take is to the references of its characters, by the pack's own encoder. It is not calibrated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from animeadapter.protocol.calls import MOST_PICTURES, Embed, Embedded, Masked, Segment, Segmented
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blob, GenerateRequest, Region
from komawari.domain.character import Character, design_sha
from komawari.domain.project import Project, panels_of
from komawari.domain.takes import Take
from komawari.engine_client.client import Finished
from komawari.ui.queue.areas import mask_within
from komawari.ui.queue.making import Read, reader
from komawari.ui.session import Session

Answer = Callable[[dict[str, float]], object]
Known = dict[tuple[str, str], float]
"""(take, design) → likeness."""


def shown_in(take: Take, project: Project) -> list[Character]:
    """Return whom a take shows: the characters of its panel's figures that it was drawn with.

    Those that only lent a part are not meant. A pasted picture shows whoever stands in the panel now; where nobody of
    then is left in the panel, everybody counts that it was drawn with.
    """
    panel = next((one for _, one in panels_of(project) if one.id == take.panel), None)
    now = [figure.character for figure in panel.figures if figure.character] if panel else []
    then = [one.character for one in take.drawn_with]
    names = [name for name in now if name in then or not then] or then
    cast = {one.id: one for one in project.characters}
    return [cast[name] for name in dict.fromkeys(names) if name in cast and cast[name].references]


def region_of(character: Character, request: GenerateRequest | None) -> Region | None:
    """Return the region of a request in which a character's references speak; None if it has the picture to itself."""
    pictures = {reference.picture for reference in character.references}
    for region in request.regions if request else ():
        if any(request.references[index].picture in pictures for index in region.references):  # type: ignore[union-attr]
            return region
    return None


class Likeness(QObject):
    """Asks the engine, once for each take and design, and remembers."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._known: Known = {}
        self._open: dict[str, _Asking] = {}
        session.opened.connect(self._forget)

    def ask(self, take: Take, answer: Answer) -> None:
        """Call `answer` once with what is known of a take, at once if nothing has to be asked."""
        cast = {one.id: (one, design_sha(one)) for one in shown_in(take, self._session.project)}
        unknown = {name: one for name, (one, sha) in cast.items() if (take.id, sha) not in self._known}
        designs = {name: sha for name, (_, sha) in cast.items()}
        if not unknown:
            self._tell(take, designs, answer)
            return
        asking = self._open.get(take.id)
        if asking is not None and asking.designs == designs:
            asking.answers.append(answer)
            return
        self._open[take.id] = _Asking(self._session, take, list(unknown.values()), designs, self._known, self._ended)
        self._open[take.id].answers.append(answer)
        self._open[take.id].begin()

    def _ended(self, asking: _Asking) -> None:
        if self._open.get(asking.take.id) is asking:
            del self._open[asking.take.id]
        for answer in asking.answers:
            self._tell(asking.take, asking.designs, answer)

    def _tell(self, take: Take, designs: dict[str, str], answer: Answer) -> None:
        found = {name: self._known.get((take.id, sha)) for name, sha in designs.items()}
        answer({name: value for name, value in found.items() if value is not None})

    def _forget(self) -> None:
        self._open.clear()


class _Asking:
    """The questions about one take: where the people are, then for each character how alike it is there."""

    def __init__(
        self,
        session: Session,
        take: Take,
        characters: list[Character],
        designs: dict[str, str],
        known: Known,
        ended: Callable[[_Asking], object],
    ) -> None:
        self.take, self.designs, self.answers = take, designs, list[Answer]()
        self._session, self._characters, self._known, self._ended = session, characters, known, ended
        self._left = len(characters)
        self._request = take.resolved.request if take.resolved else None
        self._pack = self._request.pack if self._request else session.settings.pack
        self._read: Read = reader(session.document, session.library)

    def begin(self) -> None:
        """Read the picture and ask where the people are in it."""
        sha = self.take.picture.sha256
        self._session.later(partial(self._read, sha), self._segment, lambda _: self._ended(self))

    def _segment(self, png: bytes) -> None:
        call = Segment(self.take.picture, self._pack)
        found = partial(self._segmented, png)
        # Where nobody is found the whole picture, or all of the region, counts.
        self._session.engine.ask(call, {self.take.picture.sha256: png}, found, lambda _: self._embed_all(png, None))

    def _segmented(self, png: bytes, end: Finished) -> None:
        result = end.result
        foreground = end.files.get(result.foreground.sha256) if isinstance(result, Segmented) else None
        self._embed_all(png, foreground)

    def _embed_all(self, png: bytes, foreground: bytes | None) -> None:
        for character in self._characters:
            work = partial(self._call, character, png, foreground)
            self._session.later(work, partial(self._embed, character), lambda _: self._one_less())

    def _call(self, character: Character, png: bytes, foreground: bytes | None) -> tuple[Embed, dict[str, bytes]]:
        """Return the question about one character, on a thread that may wait."""
        files = {self.take.picture.sha256: png}
        region = region_of(character, self._request)
        size = (self.take.width, self.take.height)
        mask = mask_within(size, foreground, region, self._request, self._read)
        blob = None if mask is None else Blob.of(mask)
        if mask is not None and blob is not None:
            files[blob.sha256] = mask
        pictures = [Masked(self.take.picture, blob)]
        for reference in character.references[: MOST_PICTURES - 1]:
            pictures.append(Masked(reference.picture, reference.mask))
            named = (reference.picture, reference.mask)
            files |= {one.sha256: self._read(one.sha256) for one in named if one is not None}
        return Embed(tuple(pictures), self._pack), files

    def _embed(self, character: Character, question: tuple[Embed, dict[str, bytes]]) -> None:
        self._session.engine.ask(*question, partial(self._embedded, character), self._failed)

    def _embedded(self, character: Character, end: Finished) -> None:
        if isinstance(end.result, Embedded) and len(end.result.likeness) > 1:
            others = end.result.likeness[1:]
            value = min(max(sum(others) / len(others), 0.0), 1.0)
            self._known[self.take.id, self.designs[character.id]] = value
        self._one_less()

    def _failed(self, _failure: Failed) -> None:
        self._one_less()

    def _one_less(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._ended(self)

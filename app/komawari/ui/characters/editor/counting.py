"""Tokens of the masks of a reference, counted off the window's thread and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from komawari.domain.character import CharacterReference
from komawari.storage.errors import StorageError
from komawari.ui.characters import masks
from komawari.ui.characters.editor.changes import WHOLE, find_part
from komawari.ui.characters.tokens import Encoder, Tokens, encoder_of, tokens_of
from komawari.ui.images import upright
from komawari.ui.packs import Packs
from komawari.ui.session import Session

MOST = 500
"""Counts that are kept; each is a few kilobytes."""


@dataclass(frozen=True)
class _Question:
    """What a count depends on."""

    picture: str
    whole: str
    part: str
    scale: float
    encoder: Encoder


class TokenCounter(QObject):
    """Tokens by reference and part."""

    counted = Signal()
    """A count that was asked for is there."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._known: dict[_Question, Tokens] = {}
        self._asked: set[_Question] = set()
        session.opened.connect(self._known.clear)

    @property
    def encoder(self) -> Encoder:
        """The encoder of the pack that is chosen for the editor."""
        info = Packs.of(self._session).get()
        return encoder_of(self._session.settings.pack, info.family if info else "")

    def tokens(self, reference: CharacterReference, part: str) -> Tokens | None:
        """Return the tokens of a part (`WHOLE`: of the character); None: not counted yet, or the engine finds the mask
        when it draws. A picture that cannot be read has none."""
        question = self._question(reference, part)
        if question is None or question in self._known:
            return self._known.get(question) if question else None
        if question not in self._asked:
            self._asked.add(question)
            work = _work(question, self._session.picture)
            self._session.later(work, lambda tokens: self._keep(question, tokens), lambda _: self._lose(question))
        return None

    def _question(self, reference: CharacterReference, part: str) -> _Question | None:
        whole = reference.mask.sha256 if reference.mask else ""
        # A scale counts only by being (almost) nothing; then it makes a mask count nowhere.
        picture, scale, mask = reference.picture.sha256, reference.scale, ""
        if part != WHOLE:
            one = find_part(reference, part)
            if one.mask is None:
                return None
            mask, scale = one.mask.sha256, scale * one.scale
        return _Question(picture, whole, mask, 1.0 if scale > masks.FAINTEST else 0.0, self.encoder)

    def _keep(self, question: _Question, tokens: Tokens) -> None:
        self._asked.discard(question)
        self._known[question] = tokens
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        self.counted.emit()

    def _lose(self, question: _Question) -> None:
        self._keep(question, Tokens(question.encoder.grid))


def _work(question: _Question, read: Callable[[str], bytes]) -> Callable[[], Tokens]:
    """Return what decodes the masks of a question, as large as they are, and counts."""

    def count() -> Tokens:
        whole = masks.decode(read(question.whole)) if question.whole else _own(upright(read(question.picture)))
        chosen = [whole] if not question.part else [whole, masks.decode(read(question.part))]
        if any(mask.isNull() for mask in chosen) or len({mask.size().toTuple() for mask in chosen}) > 1:
            raise StorageError("a mask cannot be read, or has not the size of its picture")
        return tokens_of(masks.product(chosen), question.encoder, question.scale)

    return count


def _own(picture: QImage) -> QImage:
    """Return what a picture's transparency leaves; all of it where there is none."""
    return picture if picture.isNull() else masks.opacity(picture) or masks.full(picture.size())

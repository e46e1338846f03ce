"""Throwing takes away: one step of undo, wherever in the window it is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from komawari.domain.takes import Take
from komawari.storage.errors import StorageError
from komawari.ui.counted import counted
from komawari.ui.session import Session


def throw_away(session: Session, takes: Sequence[Take]) -> None:
    """Put takes into the trash, but never one that is in use, and say in the status bar how they come back."""
    tr = QCoreApplication.translate
    used = session.document.used_takes()
    gone = [take.id for take in takes if take.id not in used]
    lines = []
    if gone:
        name = counted(len(gone), tr("Takes", "Move take to trash"), tr("Takes", "Move {n} takes to trash"))
        try:
            session.document.trash(name, gone)
        except StorageError as error:
            session.trouble.emit(str(error))
            return
        one = tr("Takes", "The take is in the trash. Undo brings it back, and so does File › Storage.")
        many = tr("Takes", "{n} takes are in the trash. Undo brings them back, and so does File › Storage.")
        lines.append(counted(len(gone), one, many))
    if len(gone) < len(takes):
        lines.append(tr("Takes", "A take in use stays; let its panel use another one first."))
    if lines:
        (session.told if gone else session.message).emit(" ".join(lines))

"""Parts that a region borrows from references of any character: that hair, that jacket."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from animeadapter.protocol.parts import PartName
from komawari.domain.character import Character, CharacterReference
from komawari.domain.panel import MixerEntry
from komawari.ui.characters.editor.parts import name_of_kind
from komawari.ui.docks.inspector.faces import LONGEST, rounded
from komawari.ui.docks.inspector.fields import on_click
from komawari.ui.docks.inspector.mixer import PARTS, SMALL, MixerRow
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

Mixer = tuple[MixerEntry, ...]


class BorrowList(QWidget):
    """Rows of borrowed parts, each once."""

    changed = Signal(str, object, str)
    """The step's name, the new entries, and what is being dragged; empty: it is a step of its own."""
    finished = Signal()
    """A slider was let go."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.rows: list[MixerRow] = []
        self._mixer: Mixer = ()
        self._cast: object = None
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.add = QPushButton(self.tr("Borrow a part"), self)
        self.add.setToolTip(self.tr("Take hair, face, outfit … from a reference of any character into the region"))
        put_icon(self.add, "plus")
        self.add.clicked.connect(self._add)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(self._rows)
        layout.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        session.images.ready.connect(self._picture_came)

    # What rows ask.

    @property
    def lenders(self) -> list[Character]:
        """Characters that have anything to borrow."""
        return [character for character in self._session.project.characters if character.references]

    def part_title(self, part: PartName) -> str:
        """Return a part's name for people."""
        return name_of_kind(part)

    def thumb(self, reference: CharacterReference, size: QSize) -> QIcon:
        """Return a reference's thumbnail."""
        image = self._session.images.get(reference.picture.sha256, LONGEST)
        shown = None if image is None or image.isNull() else image
        return QIcon(rounded(shown, size, self.palette(), self.devicePixelRatioF(), "picture"))

    # Showing.

    def show_mixer(self, mixer: Mixer) -> None:
        """Show entries; a row whose scale alone is another stays, as it may be under the hand."""
        cast = self._session.project.characters
        self.add.setEnabled(bool(self.lenders) and len(mixer) < len(PARTS))
        same = [replace(one, scale=1.0) for one in mixer] == [replace(one, scale=1.0) for one in self._mixer]
        old, self._mixer = self._mixer, mixer
        if same and cast is self._cast and len(self.rows) == len(mixer):
            if mixer != old:
                for row, entry in zip(self.rows, mixer):
                    row.entry = entry
                    row.scale.show_value(entry.scale)
            return
        self._cast = cast
        self._rebuild(mixer)

    def _rebuild(self, mixer: Mixer) -> None:
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        used = {entry.part for entry in mixer}
        free = tuple(part for part in PARTS if part not in used)
        self.rows = [MixerRow(self, entry, free, self) for entry in mixer]
        for row in self.rows:
            self._rows.addWidget(row)
            row.part.activated.connect(partial(self._set_part, row))
            row.character.activated.connect(partial(self._set_lender, row))
            row.reference.activated.connect(partial(self._set_reference, row))
            row.scale.changed.connect(partial(self._set_scale, row))
            row.scale.finished.connect(self.finished)
            on_click(row.remove, partial(self._tell, self.tr("Do not borrow"), row, None))

    # Changing.

    def _add(self) -> None:
        used = {entry.part for entry in self._mixer}
        lender = self.lenders[0]
        part = next(one for one in PARTS if one not in used)
        entry = MixerEntry(part, lender.id, lender.references[0].id)
        name = self.tr("Borrow {0}").format(self.part_title(part))
        self.changed.emit(name, (*self._mixer, entry), "")

    def _set_part(self, row: MixerRow, index: int) -> None:
        self._tell(self.tr("Borrow another part"), row, replace(row.entry, part=row.part.itemData(index)))

    def _set_lender(self, row: MixerRow, index: int) -> None:
        lender = next(one for one in self.lenders if one.id == row.character.itemData(index))
        new = replace(row.entry, character=lender.id, reference=lender.references[0].id)
        self._tell(self.tr("Borrow from another character"), row, new)

    def _set_reference(self, row: MixerRow, index: int) -> None:
        new = replace(row.entry, reference=row.reference.itemData(index))
        self._tell(self.tr("Borrow from another reference"), row, new)

    def _set_scale(self, row: MixerRow, value: float) -> None:
        new = replace(row.entry, scale=value)
        self._tell(self.tr("Change scale"), row, new, f"mixer.{new.part}")

    def _tell(self, name: str, row: MixerRow, new: MixerEntry | None, dragged: str = "") -> None:
        changed = (new if one.part == row.entry.part else one for one in self._mixer)
        self.changed.emit(name, tuple(one for one in changed if one is not None), dragged)

    def _picture_came(self, sha: str) -> None:
        by_id = {one.id: one for character in self.lenders for one in character.references}
        if not any(one.picture.sha256 == sha for one in by_id.values()):
            return
        for row in self.rows:
            for index in range(row.reference.count()):
                reference = by_id.get(row.reference.itemData(index))
                if reference is not None and reference.picture.sha256 == sha:
                    row.reference.setItemIcon(index, self.thumb(reference, SMALL))

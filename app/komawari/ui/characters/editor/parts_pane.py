"""The parts of a reference with all that can be done to them: find, add, name, load a mask, remove."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.ui.characters import masks
from komawari.ui.characters.editor import changes
from komawari.ui.characters.editor.changes import WHOLE
from komawari.ui.characters.editor.counting import TokenCounter
from komawari.ui.characters.editor.lending import LendButton
from komawari.ui.characters.editor.parts import PartsList, name_of_kind
from komawari.ui.characters.finding import PARTS, finder_of
from komawari.ui.characters.pictures import PictureError, file_filter, open_source
from komawari.ui.characters.roster import roster_of
from komawari.ui.icons import put_icon
from komawari.ui.images import upright
from komawari.ui.session import Session


class PartsPane(QWidget):
    """The list of parts, and name and kind of the one that is looked at."""

    chosen = Signal(str)
    """The id of the part that is looked at; `WHOLE`: the character."""

    def __init__(self, session: Session, counter: TokenCounter, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.roster, self.finder = session, roster_of(session), finder_of(session)
        self.character: Character | None = None
        self.reference: CharacterReference | None = None
        self.list = PartsList(counter, self)
        self.find_button = QPushButton(self.tr("Find parts"), self)
        self.find_button.setToolTip(self.tr("Let the engine propose the masks of the character and its parts"))
        put_icon(self.find_button, "mask")
        self.note = QLabel(self, wordWrap=True)
        self.note.setProperty("dim", True)
        self.add = self._button("plus", self.tr("Add a part of your own"), self._add)
        self.load = self._button("import", self.tr("Take the mask from a file …"), self.choose_mask)
        self.remove = self._button("remove", self.tr("Remove the part"), self._remove)
        self.lend = LendButton(session, self)
        self.name = QLineEdit(self, placeholderText=self.tr("Name of your own"))
        self.name.setAccessibleName(self.tr("Name of the part"))
        self.kind = QComboBox(self)
        self.kind.setAccessibleName(self.tr("Kind of the part"))
        self.kind.setToolTip(self.tr("What the engine takes the part for"))
        for kind in PARTS:
            self.kind.addItem(name_of_kind(kind), kind)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        title = QLabel(self.tr("Parts and tokens"), self)
        title.setProperty("section", True)
        head.addWidget(title, 1)
        for button in (self.add, self.load, self.lend, self.remove):
            head.addWidget(button)
        row = QHBoxLayout()
        row.addWidget(self.name, 1)
        row.addWidget(self.kind)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.list)
        layout.addLayout(row)
        layout.addWidget(self.find_button)
        layout.addWidget(self.note)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.list.chosen.connect(self._show_part)
        self.list.scaled.connect(self._rescale)
        self.list.scaling_ended.connect(self.session.end_gesture)
        self.find_button.clicked.connect(self._find)
        self.finder.changed.connect(self._show_state)
        self.name.textEdited.connect(self._rename)
        self.name.editingFinished.connect(self.session.end_gesture)
        self.kind.activated.connect(self._set_kind)

    # Showing.

    def show_reference(self, character: Character, reference: CharacterReference | None) -> None:
        """Show the parts of a reference."""
        self.character, self.reference = character, reference
        self.list.show_reference(reference)
        self._show_part(self.list.current)
        self._show_state(reference.id if reference else "")

    @property
    def part(self) -> CharacterPart | None:
        """The part that is looked at; None: the whole character."""
        parts = self.reference.parts if self.reference else ()
        return next((part for part in parts if part.id == self.list.current), None)

    def _show_part(self, part: str) -> None:
        one = self.part
        for widget in (self.name, self.kind, self.remove):
            widget.setEnabled(one is not None)
        self.lend.show_part(self.character, self.reference, one)
        self.add.setEnabled(self.reference is not None)
        self.load.setEnabled(self.reference is not None)
        if self.name.text() != (one.name if one else ""):
            self.name.setText(one.name if one else "")
        with QSignalBlocker(self.kind):
            self.kind.setCurrentIndex(self.kind.findData(one.part) if one else -1)
        self.chosen.emit(part)

    def _show_state(self, reference: str) -> None:
        if self.reference is None or reference != self.reference.id:
            self.find_button.setEnabled(self.reference is not None)
            return
        finding = self.finder.state(reference) == "finding"
        self.find_button.setText(self.tr("Stop finding parts") if finding else self.tr("Find parts"))
        self.find_button.setEnabled(True)
        self.note.setText(self.finder.note(reference) or self._hint())
        self.note.setVisible(bool(self.note.text()))

    def _hint(self) -> str:
        one = self.reference
        if one is None or one.mask is not None or one.parts:
            return ""
        return self.tr("No masks yet: the engine finds the character when it draws. Find parts to see them here.")

    # Changing.

    def _find(self) -> None:
        if self.character is None or self.reference is None:
            return
        if self.finder.state(self.reference.id) == "finding":
            self.finder.cancel(self.reference.id)
        else:
            self.finder.find(self.character.id, self.reference.id)

    def _add(self) -> None:
        if self.reference is not None:
            part, name = changes.new_part_id(), self.tr("New part")
            self.list.current = part
            self._change(self.tr("Add part"), changes.add_part(self.reference.id, part, "accessory", name))
            self.name.setFocus()
            self.name.selectAll()

    def _remove(self) -> None:
        if self.reference is not None and (part := self.part) is not None:
            self._change(self.tr("Remove part"), changes.remove_part(self.reference.id, part.id))

    def _rename(self, text: str) -> None:
        self._set("name", self.tr("Rename part"), text)

    def _set_kind(self, index: int) -> None:
        self._set("part", self.tr("Change kind of part"), self.kind.itemData(index))
        self.session.end_gesture()

    def _set(self, field: str, name: str, value: object) -> None:
        if self.reference is not None and (part := self.part) is not None:
            change = changes.set_part(self.reference.id, part.id, **{field: value})
            self._change(name, change, (part.id, field))

    def _rescale(self, part: str, value: float) -> None:
        if self.reference is not None:
            change = changes.set_part(self.reference.id, part, scale=value)
            self._change(self.tr("Change part's scale"), change, (part, "scale"))

    def _change(self, name: str, change: changes.Change, gesture: object | None = None) -> None:
        if self.character is not None:
            self.roster.change(self.character.id, name, change, gesture)

    # Masks from files.

    def choose_mask(self) -> None:
        """Let a grey picture be chosen as the mask of what is looked at."""
        dialog = QFileDialog(self, self.tr("Mask, white where the part is"), "", file_filter())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.load_mask(Path(name)))
        dialog.show()

    def load_mask(self, path: Path) -> None:
        """Take a mask from a file as large as the picture; another one is refused by name."""
        if self.character is None or self.reference is None:
            return
        character, reference = self.character.id, self.reference
        part, document = self.part.id if self.part else WHOLE, self.session.document

        def done(mask: Blob) -> None:
            if self.session.document is document:
                name = self.tr("Take mask from file")
                self.roster.change(character, name, changes.set_mask(reference.id, part, mask))

        self.session.later(lambda: _stored_mask(document, path, reference.picture), done)

    def _button(self, icon: str, text: str, act: object) -> QToolButton:
        button = QToolButton(self, autoRaise=True)
        put_icon(button, icon)
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.clicked.connect(act)
        return button


def _stored_mask(document: Document, path: Path, picture: Blob) -> Blob:
    """Store a file's mask as a grey PNG in the project's file. Raises `PictureError`; it waits for the disk."""
    mask = masks.decode(open_source(path).data)
    size = upright(document.store.picture(picture.sha256)).size()
    if mask.size() != size:
        here, there = (f"{one.width()} × {one.height()}" for one in (mask.size(), size))
        raise PictureError(f"{path.name}: the mask has {here} pixels, its picture has {there}")
    data = masks.encode(mask)
    document.store.put_picture(data).result()
    return Blob.of(data)

"""What a character is called and said about it. Typing in one field is one step of undo."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QFormLayout, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from komawari.domain.base import words_of
from komawari.domain.character import Character
from komawari.ui.characters.roster import Change, roster_of
from komawari.ui.session import Session
from komawari.ui.tags.chips import TagEditor
from komawari.ui.tags.vocabulary import Vocabulary

Value = str | tuple[str, ...]


class CharacterFields(QWidget):
    """Name, labels, tags, prompt and notes of one character of the project."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self.session, self.character = session, ""
        self.name = self._line(self.tr("Name"), "name", self.tr("Needs at least one letter"))
        self.name.setMaxLength(200)
        self.labels = self._line(self.tr("Labels"), "labels", self.tr("Hero, school …"))
        self.labels.setToolTip(self.tr("To be found by, with commas between; they are not drawn"))
        self.tags = TagEditor(self)
        self.tags.setToolTip(self.tr("Tags that are added wherever the character is drawn"))
        self.tags.added.connect(lambda new: self._tag(lambda tags: (*tags, *new)))
        self.tags.removed.connect(lambda tag: self._tag(lambda tags: tuple(one for one in tags if one != tag)))
        self.prompt = self._text(self.tr("Prompt"), "prompt", self.tr("Words that are added wherever it is drawn"))
        self.notes = self._text(self.tr("Notes"), "notes", self.tr("For yourself; they are not drawn"))
        self.version = QLabel(self, wordWrap=True)
        self.version.setProperty("dim", True)
        self._lay_out()

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.setVerticalSpacing(4)
        for text, field in (
            (self.tr("Name"), self.name),
            (self.tr("Labels"), self.labels),
            (self.tr("Default tags"), self.tags),
            (self.tr("Default prompt"), self.prompt),
            (self.tr("Notes"), self.notes),
        ):
            form.addRow(text, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(form)
        layout.addWidget(self.version)
        layout.addStretch(1)

    # Showing.

    def show_character(self, character: Character, version: str) -> None:
        """Show a character; fields that say the same already are left alone, so that one can type on."""
        if character.id != self.character:
            self.session.end_gesture()
            self.character = character.id
            for field in (self.name, self.labels):
                field.clear()
        if self.name.text().strip() != character.name.strip() and not self._is_emptied():
            self.name.setText(character.name)
        if words_of(self.labels.text()) != character.labels:
            self.labels.setText(", ".join(character.labels))
        self.tags.set_tags(character.tags)
        for box, text in ((self.prompt, character.prompt), (self.notes, character.notes)):
            if box.toPlainText() != text:
                box.blockSignals(True)
                box.setPlainText(text)
                box.blockSignals(False)
        self.version.setText(version)

    def set_vocabulary(self, vocabulary: Vocabulary) -> None:
        """Propose the tags that the chosen pack knows."""
        self.tags.set_vocabulary(vocabulary)

    def _is_emptied(self) -> bool:
        """Whether the name is being typed anew from nothing."""
        return self.name.hasFocus() and not self.name.text().strip()

    # Typing.

    def _line(self, name: str, field: str, hint: str) -> QLineEdit:
        line = QLineEdit(self, placeholderText=hint)
        line.setAccessibleName(name)
        line.textEdited.connect(lambda text: self._typed(field, text))
        line.installEventFilter(self)
        return line

    def _text(self, name: str, field: str, hint: str) -> QPlainTextEdit:
        box = QPlainTextEdit(self, placeholderText=hint)
        box.setAccessibleName(name)
        box.setTabChangesFocus(True)
        box.setMinimumHeight(3 * box.fontMetrics().height() + 12)
        box.setMaximumHeight(7 * box.fontMetrics().height())
        box.textChanged.connect(lambda: self._typed(field, box.toPlainText()))
        box.installEventFilter(self)
        return box

    def _typed(self, field: str, text: str) -> None:
        value: Value = words_of(text) if field == "labels" else text
        if field == "name" and not text.strip():
            return
        names = {
            "name": self.tr("Rename character"),
            "labels": self.tr("Change labels"),
            "prompt": self.tr("Change default prompt"),
            "notes": self.tr("Change notes"),
        }
        self._change(names[field], lambda one: replace(one, **{field: value}), ("character", self.character, field))

    def _tag(self, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        self._change(self.tr("Change default tags"), lambda one: replace(one, tags=change(one.tags)), None)

    def _change(self, name: str, change: Change, gesture: object | None) -> None:
        if self.character:
            roster_of(self.session).change(self.character, name, change, gesture)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """End the step of undo when a field is left; an empty name becomes the last one again."""
        if event.type() == QEvent.Type.FocusOut:
            self.session.end_gesture()
            if watched is self.name and self.name.isModified():
                self.name.setModified(False)
                roster_of(self.session).say_namesakes(self.character)
            if watched is self.name and not self.name.text().strip():
                card = roster_of(self.session).card(self.character)
                self.name.setText(card.character.name if card else "")
        return super().eventFilter(watched, event)

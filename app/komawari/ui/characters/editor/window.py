"""The editor of one character: a window of its own that stays open beside the page. Everything in it can be undone."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from komawari.ui.characters.editor.counting import TokenCounter
from komawari.ui.characters.editor.fields import CharacterFields
from komawari.ui.characters.editor.parts_pane import PartsPane
from komawari.ui.characters.editor.references import ReferencesPane
from komawari.ui.characters.editor.view_pane import ViewPane
from komawari.ui.characters.notice import Answer, Notice
from komawari.ui.characters.roster import Card, roster_of
from komawari.ui.characters.thumbs import Thumbs
from komawari.ui.packs import Packs
from komawari.ui.session import Session
from komawari.ui.tags.vocabulary import shipped_vocabulary

LEFT, RIGHT = 284, 312
"""Pixels of the columns beside the view."""
RULES = """
QToolButton { padding: 4px 6px; border: 1px solid transparent; border-radius: 5px; }
QToolButton:hover, QToolButton:focus { border-color: palette(highlight); }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QListWidget::item { border: 2px solid transparent; border-radius: 6px; }
QListWidget::item:selected { background: transparent; border-color: palette(highlight); }
QLabel[section="true"] { font-weight: 600; }
"""


class CharacterEditor(QWidget):
    """Shows a character of the project; another one when it is opened again."""

    def __init__(self, session: Session, thumbs: Thumbs, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.session, self.roster = session, roster_of(session)
        self.character = ""
        self.notice = Notice(self)
        self.counter = TokenCounter(session, self)
        self.fields = CharacterFields(session, self)
        self.references = ReferencesPane(session, thumbs, self)
        self.parts = PartsPane(session, self.counter, self)
        self.view = ViewPane(session, self.counter, self.parts.list, self)
        self._lay_out()
        self.setStyleSheet(RULES)
        self.resize(self.sizeHint())
        self.roster.changed.connect(self.refresh)
        self.references.chosen.connect(lambda _: self._show_reference())
        self.parts.chosen.connect(lambda _: self.view.choose_part())
        session.opened.connect(self.close)
        Packs.of(session).changed.connect(self._follow_pack)
        self._follow_pack()
        for key, act in (
            (QKeySequence.StandardKey.Undo, self._undo),
            (QKeySequence.StandardKey.Redo, self._redo),
            (QKeySequence.StandardKey.Close, self.close),
        ):
            QShortcut(QKeySequence(key), self, act)

    def _lay_out(self) -> None:
        right = QWidget(self)
        stack = QVBoxLayout(right)
        stack.setContentsMargins(0, 0, 0, 0)
        stack.setSpacing(14)
        stack.addWidget(self.references)
        stack.addWidget(self.parts, 1)
        row = QHBoxLayout()
        row.setSpacing(14)
        row.addWidget(_scrolling(self.fields, LEFT, self))
        row.addWidget(self.view, 1)
        row.addWidget(_scrolling(right, RIGHT, self))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 14)
        layout.addWidget(self.notice)
        layout.addLayout(row, 1)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for the view between two columns."""
        return QSize(1180, 720)

    def open(self, character: str) -> None:
        """Show a character of the project, in front."""
        self.character = character
        self.refresh()
        self.show()
        self.raise_()
        self.activateWindow()

    def refresh(self) -> None:
        """Show the character as it is now; one that is gone is not shown any more."""
        card = self.roster.card(self.character) if self.character else None
        if card is None or card.copy is None:
            self.character = ""
            self.close()
            return
        self.setWindowTitle(self.tr("{0} – character").format(card.copy.name))
        self.fields.show_character(card.copy, self._version(card))
        self.references.show_character(card.copy)
        self._tell_of_library(card)

    def _follow_pack(self) -> None:
        """Propose the tags that the chosen pack knows, and count the tokens of its encoder."""
        info = Packs.of(self.session).get()
        known = shipped_vocabulary()
        self.fields.set_vocabulary(known.for_pack(info.vocabulary) if info else known)
        self._show_reference()

    def _show_reference(self) -> None:
        if self.references.character is not None:
            reference = self.references.reference
            self.view.reference, self.view.character = reference, self.references.character.id
            self.parts.show_reference(self.references.character, reference)
            self.view.show_reference(reference)

    def _version(self, card: Card) -> str:
        lines = [self.tr("Version {0} in this project").format(card.copy.version if card.copy else 0)]
        if card.library is None:
            lines.append(self.tr("Not in the library"))
        elif card.is_in_step:
            lines.append(self.tr("The library has the same, as its version {0}").format(card.library.version))
        else:
            lines.append(self.tr("The library has another one, version {0}").format(card.library.version))
        return "\n".join(lines)

    def _tell_of_library(self, card: Card) -> None:
        """Say how the project's copy and the library's character stand to each other, and what can be done."""
        put = (self.tr("Put into the library"), lambda: self.roster.put_into_library(card.id))
        if card.is_offered:
            take = (self.tr("Take over"), lambda: self.roster.take_update(card.id))
            keep = (self.tr("Keep mine"), lambda: self.roster.decline_update(card.id))
            self._say("offered", card.id, self.tr("This character was changed in the library."), take, keep, put)
        elif card.is_ahead:
            self._say("ahead", card.id, self.tr("This project's character differs from the library's."), put)
        elif card.library is None:
            self._say("alone", card.id, self.tr("This character is in this project only."), put)
        else:
            self._said = ("", "")
            self.notice.clear()

    _said = ("", "")

    def _say(self, state: str, character: str, text: str, *answers: Answer) -> None:
        """Say something once: a line that was dismissed does not come again until something else is so."""
        if self._said != (state, character):
            self._said = (state, character)
            self.notice.say(text, answers)

    def _undo(self) -> None:
        self.session.document.undo()

    def _redo(self) -> None:
        self.session.document.redo()


def _scrolling(widget: QWidget, width: int, parent: QWidget) -> QScrollArea:
    area = QScrollArea(parent)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(widget)
    area.setFixedWidth(width)
    return area

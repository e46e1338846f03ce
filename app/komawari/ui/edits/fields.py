"""What a painted region is drawn with: words, borrowed parts, how much is kept, and how many takes."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QVBoxLayout, QWidget

from animeadapter.protocol.request import MOST_TAKES
from komawari.domain.edits import local
from komawari.domain.panel import LocalEdit, Panel
from komawari.ui.docks.inspector.fields import FieldLabel, ScaleField, TextField, WholeSpinBox, well_mannered
from komawari.ui.edits.borrowing import BorrowList
from komawari.ui.packs import Packs
from komawari.ui.session import Session
from komawari.ui.tags.chips import TagEditor
from komawari.ui.tags.vocabulary import Vocabulary, shipped_vocabulary

LEAST = 0.05
"""Of the strength: less draws nothing at all."""


class EditFields(QWidget):
    """Shows and changes the local edit of one panel."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = ""
        self._shown: LocalEdit | None = None
        self._known: dict[str, Vocabulary] = {}
        self.tags = TagEditor(self, self.tr("What is to be seen in the region"))
        self.tags.line.setAccessibleName(self.tr("Add tags of the region"))
        well_mannered(self.tags.line)
        self.prompt = TextField(self.tr("Prompt of the region"), self.tr("Empty: as the whole panel says"), (1, 4))
        self.borrow = BorrowList(session, self)
        self.strength = ScaleField(self.tr("Strength"), LEAST, 1.0)
        self.strength.setToolTip(self.tr("1 draws the region from nothing; less keeps more of what is there"))
        self.margin = ScaleField(self.tr("Context around the region"), 0.0, 4.0, slider_highest=2.0)
        self.margin.setToolTip(self.tr("How much of the picture around it is seen while the region is drawn"))
        self.feather = ScaleField(self.tr("Soft edge of the region"), 0.0, 1.0, slider_highest=0.5)
        self.feather.setToolTip(self.tr("Width of the soft edge inside the region, as a share of its size"))
        self.takes = WholeSpinBox(self.tr("Number of takes"), 1, MOST_TAKES)
        self.lines = QCheckBox(self.tr("Keep to the sketch's lines"), self)
        self.lines.setToolTip(self.tr("As the whole panel does: Panel › Sketch says for what they are taken"))
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        borrowed = QLabel(self.tr("Parts from elsewhere"), self)
        borrowed.setProperty("dim", True)
        for widget in (self.tags, self.prompt, borrowed, self.borrow):
            layout.addWidget(widget)
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, (text, field) in enumerate((
            (self.tr("Strength"), self.strength), (self.tr("Context"), self.margin),
            (self.tr("Soft edge"), self.feather), (self.tr("Takes"), self.takes),
        )):  # fmt: skip
            grid.addWidget(FieldLabel(text, field, self), number, 0)
            grid.addWidget(field, number, 1)
        layout.addLayout(grid)
        layout.addWidget(self.lines)

    def _connect(self) -> None:
        self.tags.added.connect(self._add_tags)
        self.tags.removed.connect(self._remove_tag)
        self._session.typing_ends.connect(self.tags.line.commit)
        self.prompt.typed.connect(lambda text: self._set(self.tr("Change prompt of region"), "prompt", prompt=text))
        self.prompt.left.connect(self._session.end_gesture)
        self.borrow.changed.connect(lambda name, mixer, dragged: self._set(name, dragged, mixer=mixer))
        self.borrow.finished.connect(self._session.end_gesture)
        for name, field in (("strength", self.strength), ("margin", self.margin), ("feather", self.feather)):
            field.changed.connect(partial(self._scale, name))
            field.finished.connect(self._session.end_gesture)
        self.lines.clicked.connect(lambda on: self._set(self.tr("Keep region to the lines"), "", lines=on))
        self.takes.valueChanged.connect(lambda value: self._set(self.tr("Change takes of region"), "", takes=value))

    def show_panel(self, panel: Panel) -> None:
        """Show a panel's local edit."""
        edit, other = panel.local_edit, panel.id != self._panel
        self._panel = panel.id
        self.borrow.show_mixer(edit.mixer)
        self.tags.set_vocabulary(self._words(panel))
        self.lines.setVisible(panel.sketch.lines is not None and panel.sketch.sheet is not None)
        if edit is self._shown and not other:
            return
        self._shown = edit
        self.tags.set_tags(edit.tags)
        self.prompt.show_text(edit.prompt)
        self.strength.show_value(edit.strength)
        self.margin.show_value(edit.margin)
        self.feather.show_value(edit.feather)
        self.takes.show_value(edit.takes)
        self.lines.setChecked(edit.lines)

    def _words(self, panel: Panel) -> Vocabulary:
        """Return the tags as the panel's pack knows them; all of them where nothing is known of it."""
        info = Packs.of(self._session).get(panel.settings.pack)
        if info is None or info.vocabulary is None:
            return shipped_vocabulary()
        if info.sha256 not in self._known:
            self._known[info.sha256] = shipped_vocabulary().for_pack(info.vocabulary)
        return self._known[info.sha256]

    def _scale(self, field: str, value: float) -> None:
        names = {
            "strength": self.tr("Change strength"), "margin": self.tr("Change context"),
            "feather": self.tr("Change soft edge"),
        }  # fmt: skip
        self._set(names[field], field, **{field: value})

    def _add_tags(self, tags: tuple[str, ...]) -> None:
        old = self._shown.tags if self._shown else ()
        self._set(self.tr("Add tag to region"), "", tags=tuple(dict.fromkeys((*old, *tags))))

    def _remove_tag(self, tag: str) -> None:
        old = self._shown.tags if self._shown else ()
        self._set(self.tr("Remove tag from region"), "", tags=tuple(one for one in old if one != tag))

    def _set(self, name: str, dragged: str, **fields: Any) -> None:
        gesture = ("local edit", self._panel, dragged) if dragged else None
        self._session.edit(name, partial(local.set_local_edit, panel=self._panel, **fields), gesture)

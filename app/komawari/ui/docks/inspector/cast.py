"""Who is in the panel: figures as chips, and the character of the one at hand."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QPushButton, QSizePolicy, QToolButton

from komawari.domain.base import new_id
from komawari.domain.character import Character
from komawari.domain.edits import parameters
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import Project, find_panel
from komawari.ui.characters.roster import shown_names
from komawari.ui.docks.inspector.faces import face_icon
from komawari.ui.docks.inspector.fields import CHOSEN, FieldLabel, IconButton, on_click, pick, row, well_mannered
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.icons import icon
from komawari.ui.tags.flow import FlowLayout

FACE = QSize(40, 40)
SMALL = QSize(20, 20)


class CastSection(Section):
    """Character, and several figures where there are some."""

    character_wanted = Signal()
    """There are none to choose from: one is to be made."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.box = QComboBox(self)
        self.box.setIconSize(FACE)
        self.box.setMinimumContentsLength(8)
        self.box.setMinimumHeight(FACE.height() + 8)
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.box.setAccessibleName(self.tr("Character"))
        self.box.setToolTip(self.tr("Who is drawn in the panel"))
        well_mannered(self.box)
        self.box.activated.connect(self._choose)
        self.label = FieldLabel(self.tr("Character"), self.box, self)
        self.add_button = on_click(
            IconButton("character-add", self.tr("Add another figure to the panel"), self), self._add
        )
        self.remove_button = on_click(
            IconButton("close", self.tr("Take this figure out of the panel"), self), self._remove
        )
        self.chips = FlowLayout()
        self.make_button = QPushButton(icon("character-add"), self.tr("New character from a picture…"), self)
        self.make_button.setToolTip(self.tr("There are no characters yet; one picture is enough for the first"))
        self.make_button.clicked.connect(self.character_wanted)
        self.column.addWidget(self.label)
        self.column.addLayout(self.chips)
        self.column.addLayout(row(self.box, self.remove_button, self.add_button, stretch=0))
        self.column.addWidget(self.make_button)
        self.session.images.ready.connect(self._picture_came)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """Figures, who is at hand, and all characters."""
        return (panel.figures, self.edits.figure_index, self.session.project.characters)

    def fill(self, panel: Panel) -> None:
        """Show the figures and the character of the one at hand."""
        self._fill_box()
        self._fill_chips(panel)
        self.make_button.setVisible(not self.session.project.characters)
        self.remove_button.setVisible(bool(panel.figures))
        self.add_button.setVisible(bool(panel.figures))
        self.marks((self.label.set_differs, lambda one: [figure.character for figure in one.figures]))

    def _fill_box(self) -> None:
        self.box.clear()
        self.box.addItem(self._icon(None, FACE), self.tr("Nobody in particular"), None)
        names = shown_names(self.session.project.characters)
        for character in self.session.project.characters:
            self.box.addItem(self._icon(character, FACE), names[character.id], character.id)
            if character.notes:
                self.box.setItemData(self.box.count() - 1, character.notes, Qt.ItemDataRole.ToolTipRole)
        figure = self.edits.figure
        pick(self.box, figure.character if figure else None)

    def _fill_chips(self, panel: Panel) -> None:
        while (item := self.chips.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        if len(panel.figures) > 1:
            for index, figure in enumerate(panel.figures):
                self.chips.addWidget(self._chip(index, figure))

    def _chip(self, index: int, figure: Figure) -> QToolButton:
        character = next((one for one in self.session.project.characters if one.id == figure.character), None)
        names = shown_names(self.session.project.characters)
        name = names[character.id] if character else self.tr("Nobody")
        chip = QToolButton(self)
        chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chip.setIcon(self._icon(character, SMALL))
        chip.setIconSize(SMALL)
        chip.setText(f"{index + 1}  {name}")
        chip.setCheckable(True)
        chip.setChecked(index == self.edits.figure_index)
        chip.setStyleSheet(CHOSEN)
        chip.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        chip.setAccessibleName(self.tr("Figure {0}: {1}").format(index + 1, name))
        chip.setToolTip(self.tr("Show what figure {0} is drawn with").format(index + 1))
        chip.clicked.connect(partial(self._choose_figure, chip, figure.id))
        return chip

    def _choose_figure(self, chip: QToolButton, figure: str) -> None:
        chip.setChecked(True)
        self.session.choose_figure(figure)

    def _icon(self, character: Character | None, size: QSize) -> QIcon:
        return face_icon(character, self.session, size, self.palette(), self.devicePixelRatioF())

    def _choose(self, index: int) -> None:
        character = self.box.itemData(index)
        figure = self.edits.figure
        if figure is None and character is None:
            return
        if figure is not None and figure.character == character and not self.edits.differs(_first_character):
            return
        # References are of the character before.
        self.edits.set_in_figure(self.tr("Choose character"), character=character, references=())

    def _add(self) -> None:
        new = new_id()

        def edit(project: Project, panel: str) -> Project:
            name = new if panel == self.session.selected[-1] else new_id()
            return parameters.add_figure(project, panel, Figure(name))

        if self.edits.change(self.tr("Add figure"), edit):
            self.session.choose_figure(new)

    def _remove(self) -> None:
        index = self.edits.figure_index

        def edit(project: Project, panel: str) -> Project:
            figures = find_panel(project, panel)[1].figures
            return parameters.remove_figure(project, panel, figures[index].id) if index < len(figures) else project

        self.edits.change(self.tr("Remove figure"), edit)

    def _picture_came(self, sha: str) -> None:
        faces = (one.references[0].picture.sha256 for one in self.session.project.characters if one.references)
        if sha in faces:
            self._shown = None
            self.refresh()


def _first_character(panel: Panel) -> str | None:
    return panel.figures[0].character if panel.figures else None

"""What a figure looks like: which references of its character count, and the parts that it borrows from others."""

from __future__ import annotations

from functools import partial
from typing import Protocol, get_args

from msgspec.structs import replace
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from animeadapter.protocol.parts import PartName
from komawari.domain.character import Character, CharacterReference
from komawari.domain.panel import Figure, MixerEntry, Panel
from komawari.ui.docks.inspector.faces import LONGEST, rounded
from komawari.ui.docks.inspector.fields import (
    PRESSED,
    FieldLabel,
    IconButton,
    ScaleField,
    on_click,
    pick,
    well_mannered,
)
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.icons import put_icon
from komawari.ui.tags.flow import FlowLayout

PARTS: tuple[PartName, ...] = get_args(PartName)
THUMB = QSize(48, 48)
SMALL = QSize(24, 24)


class Lending(Protocol):
    """What a row has to know of those whose parts can be borrowed."""

    @property
    def lenders(self) -> list[Character]:
        """Characters that have anything to borrow."""

    def part_title(self, part: PartName) -> str:
        """Return a part's name for people."""

    def thumb(self, reference: CharacterReference, size: QSize) -> QIcon:
        """Return a reference's thumbnail."""


class MixerRow(QWidget):
    """One borrowed part: part, from whom, from which picture, how strongly."""

    def __init__(self, section: Lending, entry: MixerEntry, free: tuple[PartName, ...], parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.part = self._combo(self.tr("Part"))
        for name in PARTS:
            if name == entry.part or name in free:
                self.part.addItem(section.part_title(name), name)
        pick(self.part, entry.part)
        self.character = self._combo(self.tr("From which character"))
        for character in section.lenders:
            self.character.addItem(character.name, character.id)
        pick(self.character, entry.character)
        self.reference = self._combo(self.tr("From which reference"))
        self.reference.setIconSize(SMALL)
        lender = next((one for one in section.lenders if one.id == entry.character), None)
        for number, reference in enumerate(lender.references if lender else (), 1):
            self.reference.addItem(section.thumb(reference, SMALL), reference.name or str(number), reference.id)
        pick(self.reference, entry.reference)
        self.scale = ScaleField(self.tr("Scale of the borrowed part"), 0.0, 4.0, slider_highest=2.0)
        self.scale.show_value(entry.scale)
        self.remove = IconButton("close", self.tr("Do not borrow this part"), self)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(3)
        grid.addWidget(self.part, 0, 0)
        grid.addWidget(self.character, 0, 1)
        grid.addWidget(self.remove, 0, 2)
        grid.addWidget(self.reference, 1, 0)
        grid.addWidget(self.scale, 1, 1, 1, 2)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)

    def _combo(self, name: str) -> QComboBox:
        box = QComboBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setMinimumContentsLength(5)
        well_mannered(box)
        return box


class MixerSection(Section):
    """References and parts of the figure at hand."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.references = FlowLayout()
        self.rows: list[MixerRow] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.scale = ScaleField(self.tr("Scale of the character"), 0.0, 4.0, slider_highest=2.0)
        self.scale.setToolTip(self.tr("How strongly this character's references speak"))
        self.scale.changed.connect(lambda v: self.edits.set_in_figure(self.tr("Change scale"), "scale", scale=v))
        self.scale.finished.connect(self.edits.end)
        self.add = QPushButton(self.tr("Borrow a part"), self)
        self.add.setToolTip(self.tr("Take hair, face, outfit … from a reference of any character"))
        put_icon(self.add, "plus")
        self.add.clicked.connect(self._add)
        self.label = FieldLabel(self.tr("References that count"), self.add, self)
        scale_row = QHBoxLayout()
        scale_row.addWidget(FieldLabel(self.tr("Scale"), self.scale, self))
        scale_row.addWidget(self.scale, 1)
        self.parts_label = QLabel(self.tr("Parts from elsewhere"), self)
        self.parts_label.setProperty("dim", True)
        self.column.addWidget(self.label)
        self.column.addLayout(self.references)
        self.column.addLayout(scale_row)
        self.column.addWidget(self.parts_label)
        self.column.addLayout(self._rows)
        self.column.addWidget(self.add, alignment=Qt.AlignmentFlag.AlignLeft)
        self.session.images.ready.connect(self._picture_came)

    @property
    def lenders(self) -> list[Character]:
        """Characters that have anything to borrow."""
        return [character for character in self.session.project.characters if character.references]

    def part_title(self, part: PartName) -> str:
        """Return a part's name for people."""
        titles = {
            "hair": self.tr("Hair"), "face": self.tr("Face"), "skin": self.tr("Skin"), "outfit": self.tr("Outfit"),
            "accessory": self.tr("Accessory"), "prop": self.tr("Prop"),
        }  # fmt: skip
        return titles[part]

    def thumb(self, reference: CharacterReference, size: QSize) -> QIcon:
        """Return a reference's thumbnail."""
        image = self.session.images.get(reference.picture.sha256, LONGEST)
        shown = None if image is None or image.isNull() else image
        made = rounded(shown, size, self.palette(), self.devicePixelRatioF(), "picture")
        icon = QIcon(made)
        icon.addPixmap(made, QIcon.Mode.Selected)
        return icon

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The figure and all characters; its pose and region are others' to show."""
        figure = self.edits.figure
        own = (figure.id, figure.character, figure.references, figure.scale, figure.mixer) if figure else None
        return (own, self.session.project.characters)

    def fill(self, panel: Panel) -> None:
        """Show references and rows."""
        figure = self.edits.figure
        character = self._character(figure)
        self._fill_references(figure, character)
        self.label.setVisible(character is not None)
        self.scale.show_value(figure.scale if figure else 1.0)
        mixer = figure.mixer if figure else ()
        self._fill_rows(mixer)
        used = {entry.part for entry in mixer}
        self.add.setEnabled(bool(self.lenders) and len(used) < len(PARTS))

    def _character(self, figure: Figure | None) -> Character | None:
        wanted = figure.character if figure else None
        return next((one for one in self.session.project.characters if one.id == wanted), None)

    def _fill_references(self, figure: Figure | None, character: Character | None) -> None:
        while (item := self.references.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        for number, reference in enumerate(character.references if character else (), 1):
            name = reference.name or self.tr("Reference {0}").format(number)
            button = QToolButton(self)
            button.setCheckable(True)
            button.setIconSize(THUMB)
            button.setIcon(self.thumb(reference, THUMB))
            button.setChecked(figure is not None and (not figure.references or reference.id in figure.references))
            button.setStyleSheet(PRESSED)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(name)
            button.setToolTip(self.tr("{0}: counts when it is pressed in").format(name))
            button.clicked.connect(lambda on, one=reference.id: self._toggle(one, on))
            self.references.addWidget(button)

    def _fill_rows(self, mixer: tuple[MixerEntry, ...]) -> None:
        if [row.entry for row in self.rows] == list(mixer) and self._shown is not None and self.rows:
            return
        if self._only_scales_differ(mixer):
            for row, entry in zip(self.rows, mixer):
                row.entry = entry
                row.scale.show_value(entry.scale)
            return
        for row in self.rows:
            self._rows.removeWidget(row)
            row.hide()
            row.deleteLater()
        free = tuple(part for part in PARTS if part not in {entry.part for entry in mixer})
        self.rows = [MixerRow(self, entry, free, self) for entry in mixer]
        for row in self.rows:
            self._rows.addWidget(row)
            row.part.activated.connect(partial(self._set_part, row))
            row.character.activated.connect(partial(self._set_lender, row))
            row.reference.activated.connect(partial(self._set_reference, row))
            row.scale.changed.connect(partial(self._set_scale, row))
            row.scale.finished.connect(self.edits.end)
            on_click(row.remove, partial(self._remove, row))

    def _only_scales_differ(self, mixer: tuple[MixerEntry, ...]) -> bool:
        """Return whether rows may stay, so that a slider that is being dragged is not taken away from the mouse."""
        same = [replace(row.entry, scale=1.0) for row in self.rows] == [replace(entry, scale=1.0) for entry in mixer]
        return same and bool(self.rows)

    # Edits.

    def _toggle(self, reference: str, on: bool) -> None:
        figure = self.edits.figure
        character = self._character(figure)
        if figure is None or character is None:
            return
        every = [one.id for one in character.references]
        counted = figure.references or tuple(every)
        wanted = [one for one in every if (on if one == reference else one in counted)]
        if wanted:
            # Nothing chosen means all of them, those that are added later too.
            new = () if wanted == every else tuple(wanted)
            self.edits.set_in_figure(self.tr("Choose references"), references=new)
        else:
            self.session.message.emit(self.tr("One reference has to count; choose another one first."))
        self._shown = None
        self.refresh()

    def _mixer(self, name: str, change: dict[PartName, MixerEntry | None], gesture: str = "") -> None:
        def edit(figure: Figure, _: Panel) -> Figure:
            changed = [change.get(entry.part, entry) for entry in figure.mixer]
            return replace(figure, mixer=tuple(entry for entry in changed if entry is not None))

        self.edits.set_figure(name, edit, gesture)

    def _add(self) -> None:
        figure = self.edits.figure
        used = {entry.part for entry in figure.mixer} if figure else set()
        lender = next((one for one in self.lenders if figure is None or one.id != figure.character), self.lenders[0])
        part = next(one for one in PARTS if one not in used)
        entry = MixerEntry(part, lender.id, lender.references[0].id)
        self.edits.set_figure(
            self.tr("Borrow {0}").format(self.part_title(part)), lambda one, _: replace(one, mixer=(*one.mixer, entry))
        )

    def _set_part(self, row: MixerRow, index: int) -> None:
        part = row.part.itemData(index)
        self._mixer(self.tr("Borrow another part"), {row.entry.part: replace(row.entry, part=part)})

    def _set_lender(self, row: MixerRow, index: int) -> None:
        lender = next(one for one in self.lenders if one.id == row.character.itemData(index))
        new = replace(row.entry, character=lender.id, reference=lender.references[0].id)
        self._mixer(self.tr("Borrow from another character"), {row.entry.part: new})

    def _set_reference(self, row: MixerRow, index: int) -> None:
        new = replace(row.entry, reference=row.reference.itemData(index))
        self._mixer(self.tr("Borrow from another reference"), {row.entry.part: new})

    def _set_scale(self, row: MixerRow, value: float) -> None:
        part = row.entry.part
        self._mixer(self.tr("Change scale"), {part: replace(row.entry, scale=value)}, f"mixer.{part}")

    def _remove(self, row: MixerRow) -> None:
        self._mixer(self.tr("Do not borrow"), {row.entry.part: None})

    def _picture_came(self, sha: str) -> None:
        shas = {one.picture.sha256 for character in self.session.project.characters for one in character.references}
        if sha in shas and self.isVisible():
            for button in self.findChildren(QToolButton):
                button.update()
            figure = self.edits.figure
            self._fill_references(figure, self._character(figure))
            self._refresh_icons()

    def _refresh_icons(self) -> None:
        by_id = {one.id: one for character in self.lenders for one in character.references}
        for row in self.rows:
            for index in range(row.reference.count()):
                if (reference := by_id.get(row.reference.itemData(index))) is not None:
                    row.reference.setItemIcon(index, self.thumb(reference, SMALL))

"""Styles: settings with a name, saved in the project."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QPushButton

from komawari.domain.base import new_id
from komawari.domain.edits import parameters
from komawari.domain.panel import Panel, Style
from komawari.ui.docks.inspector.fields import FieldLabel, IconButton, on_click, row, well_mannered
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.docks.inspector.tagging import Words
from komawari.ui.tags.vocabulary import Cluster


class StyleSection(Section):
    """Choose and apply a style, or type a name and save one."""

    def __init__(self, context: Context, words: Words) -> None:
        super().__init__(context)
        self._words = words
        self.box = QComboBox(self)
        self.box.setEditable(True)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.box.setMinimumContentsLength(6)
        self.box.setAccessibleName(self.tr("Style"))
        self.box.setToolTip(self.tr("Choose a style to apply; or type a name, and save the panel's settings under it"))
        line = self.box.lineEdit()
        assert line is not None
        line.setPlaceholderText(self.tr("Name of a style"))
        well_mannered(self.box)
        self.use = QPushButton(self.tr("Apply"), self)
        self.use.setToolTip(self.tr("Give the selected panels this style's settings"))
        self.save = on_click(IconButton("save", self.tr("Save the panel's settings under this name"), self), self._save)
        self.remove = on_click(IconButton("remove", self.tr("Forget this style"), self), self._remove)
        self.use.clicked.connect(self._apply)
        self.column.addWidget(FieldLabel(self.tr("Style"), self.box, self))
        self.column.addLayout(row(self.box, self.use, self.save, self.remove, stretch=0))
        self.box.editTextChanged.connect(self._enable)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The project's styles."""
        return (self.session.project.styles,)

    def fill(self, panel: Panel) -> None:
        """List the styles; what was typed stays."""
        typed = self.box.currentText()
        with QSignalBlocker(self.box):
            self.box.clear()
            for style in self.session.project.styles:
                self.box.addItem(style.name, style.id)
            self.box.setEditText(typed)
        self._enable()

    @property
    def chosen(self) -> Style | None:
        """The style of the name in the field."""
        name = self.box.currentText().strip()
        return next((style for style in self.session.project.styles if style.name == name), None)

    def _enable(self) -> None:
        self.use.setEnabled(self.chosen is not None)
        self.remove.setEnabled(self.chosen is not None)
        self.save.setEnabled(bool(self.box.currentText().strip()))

    def _apply(self) -> None:
        if (style := self.chosen) is not None:
            name = self.tr("Apply style {0}").format(style.name)
            self.edits.change(name, lambda project, panel: parameters.apply_style(project, panel, style.id))

    def _save(self) -> None:
        panel, name = self.edits.panel, self.box.currentText().strip()
        if panel is None or not name:
            return
        words = self._words.of(panel)
        tags = tuple(tag for tag in panel.tags if words.entry(tag).cluster is Cluster.STYLE)
        identity = self.chosen.id if self.chosen else new_id()
        style = Style(identity, name, panel.settings, tags, panel.negative_prompt)
        if self.session.edit(self.tr("Save style"), partial(parameters.save_style, style=style)):
            self.session.message.emit(self.tr("The style {0} is saved in the project.").format(name))
        self._enable()

    def _remove(self) -> None:
        if (style := self.chosen) is not None:
            self.box.setEditText("")
            self.session.edit(self.tr("Remove style"), partial(parameters.remove_style, style=style.id))

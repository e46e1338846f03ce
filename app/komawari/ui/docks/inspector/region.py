"""Where in the picture the figure at hand rules, and what is said there alone."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtWidgets import QFormLayout, QLabel

from komawari.domain.panel import Figure, Panel
from komawari.ui.docks.inspector.fields import FieldLabel, ScaleField, TextField, well_mannered
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.docks.inspector.tagging import Words
from komawari.ui.tags.chips import TagEditor


class RegionSection(Section):
    """Tags, prompt and weights of a figure's region."""

    def __init__(self, context: Context, words: Words) -> None:
        super().__init__(context)
        self._words = words
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        self.tags = TagEditor(self, self.tr("Tags of this figure alone"))
        self.tags.line.setAccessibleName(self.tr("Add tags of this figure"))
        well_mannered(self.tags.line)
        self.tags.added.connect(self._add)
        self.tags.removed.connect(self._remove)
        self.session.typing_ends.connect(self.tags.line.commit)
        self.prompt = TextField(
            self.tr("Prompt of this figure"), self.tr("Words that count in its region alone"), (1, 4)
        )
        self.prompt.typed.connect(self._type)
        self.prompt.left.connect(self.edits.end)
        self.weight = self._scale(self.tr("Weight of the region"), "weight", 4.0, 2.0)
        self.weight.setToolTip(self.tr("How strongly the figure's words and references count in its region"))
        self.share = self._scale(self.tr("Share of the panel's prompt"), "global_share", 1.0, 1.0)
        self.share.setToolTip(self.tr("How much of the panel's own prompt remains inside the region"))
        self.feather = self._scale(self.tr("Soft edge of the region"), "feather", 1.0, 0.5)
        form = QFormLayout()
        form.setVerticalSpacing(5)
        for name, field in (
            (self.tr("Weight"), self.weight),
            (self.tr("Panel's share"), self.share),
            (self.tr("Soft edge"), self.feather),
        ):
            form.addRow(FieldLabel(name, field, self), field)
        for widget in (self.note, self.tags, self.prompt):
            self.column.addWidget(widget)
        self.column.addLayout(form)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The region, whether it follows a pose, and the vocabulary."""
        figure = self.edits.figure
        posed = figure is not None and figure.pose is not None
        words = id(self._words.of(panel))
        return (figure.region if figure else None, posed, len(panel.figures), words, self.palette().cacheKey())

    def fill(self, panel: Panel) -> None:
        """Show the region."""
        figure = self.edits.figure
        if figure is None:
            return
        region = figure.region
        if region.mask is not None:
            where = self.tr("The region is a painted mask.")
        elif figure.pose is not None:
            where = self.tr("The region follows the figure's pose.")
        else:
            where = self.tr("No pose: the figures share the picture's width.")
        self.note.setText(where if len(panel.figures) > 1 else self.tr("With one figure, this counts everywhere."))
        self.tags.set_vocabulary(self._words.of(panel))
        self.tags.set_tags(region.tags)
        self.prompt.show_text(region.prompt)
        self.weight.show_value(region.weight)
        self.share.show_value(region.global_share)
        self.feather.show_value(region.feather)

    def _scale(self, name: str, field: str, highest: float, slider: float) -> ScaleField:
        made = ScaleField(name, 0.0, highest, slider_highest=slider)
        made.changed.connect(lambda v: self.edits.set_region(self.tr("Change region"), f"region.{field}", **{field: v}))
        made.finished.connect(self.edits.end)
        return made

    def _add(self, tags: tuple[str, ...]) -> None:
        self._set_tags(self.tr("Add tag to figure"), lambda old: tuple(dict.fromkeys((*old, *tags))))

    def _remove(self, tag: str) -> None:
        self._set_tags(self.tr("Remove tag from figure"), lambda old: tuple(one for one in old if one != tag))

    def _set_tags(self, name: str, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> None:
        def edit(figure: Figure, _: Panel) -> Figure:
            return replace(figure, region=replace(figure.region, tags=change(figure.region.tags)))

        self.edits.set_figure(name, edit)

    def _type(self, text: str) -> None:
        self.edits.set_region(self.tr("Change prompt of figure"), "region.prompt", prompt=text)

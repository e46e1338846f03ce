"""The panel's tags as chips."""

from __future__ import annotations

from komawari.domain.panel import Panel
from komawari.ui.docks.inspector.fields import FieldLabel, well_mannered
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.tags.chips import TagEditor
from komawari.ui.tags.vocabulary import Vocabulary, shipped_vocabulary


class Words:
    """The vocabulary as the panel's pack knows it."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._made: dict[str | None, Vocabulary] = {}

    def of(self, panel: Panel) -> Vocabulary:
        """Return a panel's vocabulary; the whole list where nothing is known of its pack."""
        pack = self._context.pack_of(panel)
        if pack is None or pack.vocabulary is None:
            return shipped_vocabulary()
        if pack.sha256 not in self._made:
            self._made[pack.sha256] = shipped_vocabulary().for_pack(pack.vocabulary)
        return self._made[pack.sha256]


class TagSection(Section):
    """What is to be seen: expression, pose, view, scene … Several panels show what all of them have."""

    def __init__(self, context: Context, words: Words) -> None:
        super().__init__(context)
        self._words = words
        self.editor = TagEditor(self)
        well_mannered(self.editor.line)
        self.label = FieldLabel(self.tr("Tags"), self.editor, self)
        self.column.addWidget(self.label)
        self.column.addWidget(self.editor)
        self.editor.added.connect(self._add)
        self.editor.removed.connect(self._remove)
        self.session.typing_ends.connect(self.editor.line.commit)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """The tags, and which of them the pack knows."""
        return (panel.tags, id(self._words.of(panel)), self.palette().cacheKey())

    def fill(self, panel: Panel) -> None:
        """Show the tags that all selected panels have."""
        every = [set(one.tags) for one in self.edits.panels]
        self.editor.set_vocabulary(self._words.of(panel))
        self.editor.set_tags([tag for tag in panel.tags if all(tag in tags for tags in every)])
        self.marks((self.label.set_differs, lambda one: one.tags))

    def _add(self, tags: tuple[str, ...]) -> None:
        name = self.tr("Add tag") if len(tags) == 1 else self.tr("Add tags")
        self.edits.each(name, lambda panel: {"tags": tuple(dict.fromkeys((*panel.tags, *tags)))})

    def _remove(self, tag: str) -> None:
        self.edits.each(self.tr("Remove tag"), lambda panel: {"tags": tuple(t for t in panel.tags if t != tag)})

"""Prompt and negative prompt, in words of one's own."""

from __future__ import annotations

from komawari.domain.panel import Panel
from komawari.ui.docks.inspector.fields import FieldLabel, TextField
from komawari.ui.docks.inspector.section import Context, Section


class TextSection(Section):
    """What is said beside the tags."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.prompt = TextField(self.tr("Prompt"), self.tr("In your own words, beside the tags"))
        self.negative = TextField(self.tr("Negative prompt"), self.tr("Empty: the model's own"), (1, 4))
        self._labels = (
            FieldLabel(self.tr("Prompt"), self.prompt, self),
            FieldLabel(self.tr("Not wanted (negative prompt)"), self.negative, self),
        )
        for label, field in zip(self._labels, (self.prompt, self.negative)):
            self.column.addWidget(label)
            self.column.addWidget(field)
            field.left.connect(self.edits.end)
        self.prompt.typed.connect(self._type_prompt)
        self.negative.typed.connect(self._type_negative)

    def depends_on(self, panel: Panel) -> tuple[object, ...]:
        """Both texts."""
        return (panel.prompt, panel.negative_prompt)

    def fill(self, panel: Panel) -> None:
        """Show the texts."""
        self.prompt.show_text(panel.prompt)
        self.negative.show_text(panel.negative_prompt or "")
        self.marks(
            (self._labels[0].set_differs, lambda one: one.prompt),
            (self._labels[1].set_differs, lambda one: one.negative_prompt),
        )

    def _type_prompt(self, text: str) -> None:
        self.edits.set(self.tr("Change prompt"), "prompt", prompt=text)

    def _type_negative(self, text: str) -> None:
        self.edits.set(self.tr("Change negative prompt"), "negative", negative_prompt=text or None)

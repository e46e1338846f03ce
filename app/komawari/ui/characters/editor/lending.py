"""Lending a part: it goes into the mixer of a figure in the selected panel, or into the region that is drawn anew."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtWidgets import QMenu, QToolButton, QWidget

from komawari.domain.character import Character, CharacterPart, CharacterReference
from komawari.domain.edits import local, parameters
from komawari.domain.panel import Figure, MixerEntry
from komawari.ui.characters.editor.parts import name_of_part
from komawari.ui.icons import put_icon
from komawari.ui.session import Session


class LendButton(QToolButton):
    """A menu of those in the selected panel who can borrow the part."""

    def __init__(self, session: Session, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._entry: MixerEntry | None = None
        self._name = ""
        self.setAutoRaise(True)
        put_icon(self, "export")
        self.setAccessibleName(self.tr("Lend the part"))
        self.setToolTip(self.tr("Lend the part to somebody in the selected panel, or to the region that is drawn anew"))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.choices = QMenu(self)
        self.choices.aboutToShow.connect(self.fill)
        self.setMenu(self.choices)

    def show_part(
        self, character: Character | None, reference: CharacterReference | None, part: CharacterPart | None
    ) -> None:
        """Lend another part."""
        there = character is not None and reference is not None and part is not None
        self.setEnabled(there)
        self._entry = None
        if character is not None and reference is not None and part is not None:
            self._entry = MixerEntry(part.part, character.id, reference.id)
            self._name = name_of_part(part)

    def fill(self) -> None:
        """Fill the menu with who is there now."""
        self.choices.clear()
        panel, entry = self._session.panel, self._entry
        if panel is None or entry is None:
            self.choices.addAction(self.tr("Select a panel first")).setEnabled(False)
            return
        names = {one.id: one.name for one in self._session.project.characters}
        for number, figure in enumerate(panel.figures, 1):
            if figure.character != entry.character:
                who = names.get(figure.character or "") or self.tr("Figure {0}").format(number)
                self.choices.addAction(self.tr("To {0}").format(who), partial(self._lend, panel.id, figure, entry))
        self.choices.addAction(self.tr("To the region that is drawn anew"), partial(self._lend_region, panel.id, entry))

    def _lend(self, panel: str, figure: Figure, entry: MixerEntry) -> None:
        new = replace(figure, mixer=_with(figure.mixer, entry))
        edit = partial(parameters.set_figure, panel=panel, figure=new)
        self._session.edit(self.tr("Borrow {0}").format(self._name), edit)

    def _lend_region(self, panel: str, entry: MixerEntry) -> None:
        found = self._session.panel
        mixer = _with(found.local_edit.mixer if found is not None else (), entry)
        edit = partial(local.set_local_edit, panel=panel, mixer=mixer)
        self._session.edit(self.tr("Borrow {0}").format(self._name), edit)


def _with(mixer: tuple[MixerEntry, ...], entry: MixerEntry) -> tuple[MixerEntry, ...]:
    """Return a mixer with an entry in the place of the one for its part."""
    return (*(one for one in mixer if one.part != entry.part), entry)

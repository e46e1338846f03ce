"""Questions to the artist. Each is shown and answered later; nothing in the window waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Qt
from PySide6.QtWidgets import QDialog, QMessageBox, QPushButton, QWidget

from komawari.storage.errors import LockedError
from komawari.storage.opening import Recovery
from komawari.ui.counted import counted
from komawari.ui.window.untitled import KEPT

Act = Callable[[], object]


class Questions(QObject):
    """Shows dialogs above a window, one of a kind at a time."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.shown: QDialog | None = None
        """The latest one."""

    def show(self, dialog: QDialog, keep: bool = False) -> None:
        """Show a dialog; it is deleted when it closes, unless it is to be kept for another time."""
        former = self.shown
        if former is not None and former is not dialog and type(former) is type(dialog) and former.isVisible():
            former.reject()
        self.shown = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, not keep)
        dialog.destroyed.connect(lambda: self._forget(dialog))
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    def _forget(self, dialog: QDialog) -> None:
        if self.shown is dialog:
            self.shown = None

    def unsaved(self, name: str, pictures: int | None, save: Act, discard: Act) -> None:
        """Ask what becomes of unsaved work. `pictures`: how many a project without a name has; None: it has a name."""
        role = QMessageBox.ButtonRole
        line = self.tr("{name} has changes that are not saved.").format(name=name)
        box = self._box(line, self._what_becomes(pictures))
        yes = box.addButton(self.tr("Save"), role.AcceptRole)
        words = self.tr("Discard changes") if pictures is None else self.tr("Discard project")
        no = box.addButton(words, role.DestructiveRole)
        box.setEscapeButton(box.addButton(self.tr("Cancel"), role.RejectRole))
        box.setDefaultButton(yes)
        self._ask(box, {yes: save, no: discard})

    def _what_becomes(self, pictures: int | None) -> str:
        if pictures is None:
            return self.tr("Pictures that were drawn stay in the file in any case.")
        if not pictures:
            return self.tr("It was never saved under a name: when it is discarded, it is deleted.")
        one = self.tr("It was never saved under a name. When it is discarded, it stays with its picture in "
                      "File › Open recent, until {kept} others were discarded.")  # fmt: skip
        several = self.tr("It was never saved under a name. When it is discarded, it stays with its {n} pictures in "
                          "File › Open recent, until {kept} others were discarded.")  # fmt: skip
        return counted(pictures, one, several).replace("{kept}", str(KEPT))

    def locked(self, path: Path, error: LockedError, copy: Act, take_over: Act) -> None:
        """Say who has a project open, and offer a copy; to take it over where nobody can be asked."""
        role = QMessageBox.ButtonRole
        more = self.tr("Two editors cannot write one file. A copy has all of it, unsaved edits included.")
        if error.elsewhere:
            more += " " + self.tr("Take it over only if nobody works on it there any more: their edits would be lost.")
        line = self.tr("{name} is open elsewhere: {holder}.").format(name=path.name, holder=error.holder)
        box = self._box(line, more)
        acts = {box.addButton(self.tr("Open a copy"), role.AcceptRole): copy}
        if error.elsewhere:
            acts[box.addButton(self.tr("Take over"), role.DestructiveRole)] = take_over
        box.setEscapeButton(box.addButton(self.tr("Cancel"), role.RejectRole))
        self._ask(box, acts)

    def queued(self, panels: int, leave: Act) -> None:
        """Ask whether to quit although panels wait to be drawn."""
        role = QMessageBox.ButtonRole
        line = self.tr("{n} panels are still to be drawn.") if panels > 1 else self.tr("A panel is still to be drawn.")
        box = self._box(line.format(n=panels), self.tr("Whoever quits now has to queue them again."))
        yes = box.addButton(self.tr("Quit"), role.DestructiveRole)
        box.setEscapeButton(box.addButton(self.tr("Stay"), role.RejectRole))
        self._ask(box, {yes: leave})

    def unstored(self, pictures: int, leave: Act) -> None:
        """Ask whether to leave although pictures that were drawn are not in the file yet."""
        role = QMessageBox.ButtonRole
        box = self._box(
            counted(pictures, self.tr("A finished picture could not be written into the file yet."),
                    self.tr("{n} finished pictures could not be written into the file yet.")),
            self.tr("Writing is tried again all the while: make room on the disk, then nothing is lost. "
                    "Whoever leaves now loses what is not written."),
        )  # fmt: skip
        yes = box.addButton(self.tr("Lose them"), role.DestructiveRole)
        no = box.addButton(self.tr("Stay"), role.RejectRole)
        box.setEscapeButton(no)
        box.setDefaultButton(no)
        self._ask(box, {yes: leave})

    def _box(self, text: str, more: str) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.tr("Komawari"), text, parent=self._window)
        box.setInformativeText(more)
        box.setWindowModality(Qt.WindowModality.NonModal)
        return box

    def _ask(self, box: QMessageBox, acts: Mapping[QPushButton, Act]) -> None:
        for button, act in acts.items():
            button.clicked.connect(lambda _checked=False, act=act: act())
        self.show(box)


def recovery_line(recovery: Recovery, name: str) -> str:
    """Return what was not saved when a project was last open."""
    said = QCoreApplication.translate
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(recovery.at))
    if recovery.last:
        one = said("Recovery", "An edit of {name} had not been saved ({last}, {when}). It is here.")
        several = said(
            "Recovery", "{n} edits of {name} had not been saved (the last one: {last}, {when}). All are here."
        )
    else:
        one = said("Recovery", "An edit of {name} had not been saved ({when}). It is here.")
        several = said("Recovery", "{n} edits of {name} had not been saved ({when}). All are here.")
    text = counted(recovery.edits, one, several).format(name=name, last=recovery.last, when=when)
    if recovery.complaint:
        text += " " + said("Recovery", "Later ones cannot be read: {why}.").format(why=recovery.complaint)
    return text

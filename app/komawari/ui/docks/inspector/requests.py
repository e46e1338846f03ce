"""A panel as a request, and a request as a panel: through the clipboard and the files of `animeadapter generate`."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from komawari.ui.docks.inspector.section import Context
from komawari.ui.queue.exchange import RequestExchange


class RequestMenu(QPushButton):
    """Copy, save, paste and open requests; one that comes in is for all selected panels."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._session = context, context.session
        self._exchange = RequestExchange(context.session, self)
        self.setText(self.tr("Request"))
        self.setToolTip(self.tr("Exchange the panel with the command animeadapter generate"))
        self.setAccessibleName(self.tr("Request of the panel"))
        menu = QMenu(self)
        menu.addAction(self.tr("Copy as request"), self.copy)
        menu.addAction(self.tr("Save as request …"), self.ask_where)
        menu.addSeparator()
        menu.addAction(self.tr("Paste request"), self.paste)
        menu.addAction(self.tr("Open request …"), self.ask_which)
        self.setMenu(menu)

    def copy(self) -> None:
        """Put the panel's request into the clipboard."""
        panel = self._context.edits.panel
        if panel is not None:
            self._exchange.text(panel, self._copied)

    def _copied(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self._session.message.emit(self.tr("The panel's request is in the clipboard"))

    def save(self, path: Path) -> None:
        """Write the panel's request, with its pictures beside it."""
        panel = self._context.edits.panel
        if panel is not None:
            self._exchange.save(panel, path)

    def paste(self) -> None:
        """Take the request in the clipboard over."""
        text = QGuiApplication.clipboard().text()
        for panel in self._session.selected:
            self._exchange.paste(panel, text)

    def open(self, path: Path) -> None:
        """Take a request file, or a picture that carries its request, over."""
        for panel in self._session.selected:
            self._exchange.open(panel, path)

    # Dialogs, which leave the window at work.

    def ask_where(self) -> None:
        """Ask where the panel's request goes, and write it there."""
        dialog = QFileDialog(self, self.tr("Save as request"), "", self.tr("Requests (*.json)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(self.tr("panel.json"))
        dialog.fileSelected.connect(lambda path: self.save(Path(path)))
        self._show(dialog)

    def ask_which(self) -> None:
        """Ask which request the selected panels are to be, and open it."""
        kinds = self.tr("Requests and pictures that carry one (*.json *.png)")
        dialog = QFileDialog(self, self.tr("Open request"), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open(Path(path)))
        self._show(dialog)

    def _show(self, dialog: QFileDialog) -> None:
        dialog.setModal(False)
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

"""The paper of a page, or of all of them."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QCheckBox, QDialog, QDialogButtonBox, QHBoxLayout, QVBoxLayout, QWidget

from komawari.domain.base import DomainError
from komawari.domain.edits.pages import set_defaults, set_paper
from komawari.domain.paper import Paper
from komawari.domain.project import Project
from komawari.ui.dialogs.paper_form import PaperForm
from komawari.ui.dialogs.paper_preview import PaperPreview
from komawari.ui.session import Session


class PaperDialog(QDialog):
    """Asks for the paper of the page that was shown when it was opened."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._page = session, session.page
        self.setWindowTitle(self.tr("Paper"))
        paper = session.shown_page.paper
        self.form = PaperForm(paper, self)
        self.every_page = QCheckBox(self.tr("&All pages"), self)
        self.default = QCheckBox(self.tr("&New pages too"), self)
        self.preview = PaperPreview(paper, self)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel, self
        )
        left = QVBoxLayout()
        for widget in (self.form, self.every_page, self.default):
            left.addWidget(widget)
        left.addStretch()
        sides = QHBoxLayout()
        sides.addLayout(left, 1)
        sides.addWidget(self.preview)
        whole = QVBoxLayout(self)
        whole.addLayout(sides)
        whole.addWidget(self.buttons)
        self.form.changed.connect(self._show)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        session.opened.connect(self.reject)
        self._show()

    def _show(self) -> None:
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(self.form.is_possible())
        if self.form.is_possible():
            self.preview.show_paper(self.form.paper(), self._session.project.reading == "rtl")

    def accept(self) -> None:
        """Put the pages on the paper, as one edit."""
        try:
            paper = self.form.paper()
        except DomainError:
            return
        pages = [page.id for page in self._session.project.pages] if self.every_page.isChecked() else [self._page]
        edit = partial(put_on, pages=pages, paper=paper, default=self.default.isChecked())
        if self._session.edit(self.tr("Change paper"), edit):
            super().accept()


def put_on(project: Project, pages: list[str], paper: Paper, default: bool) -> Project:
    """Put pages on a paper; with `default` new ones will be too."""
    for page in pages:
        project = set_paper(project, page, paper)
    if default:
        project = set_defaults(project, paper=paper, gutters=project.gutters, border=project.border)
    return project

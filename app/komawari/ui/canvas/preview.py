"""A drag before the mouse is released: shown on the page, and not yet an edit of the document.

So one drag is one undo step however many mouse moves it had, and one that is given up leaves no trace.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

from PySide6.QtCore import QObject, Signal

from komawari.document.document import Edit
from komawari.domain.base import DomainError, new_id
from komawari.domain.project import Page, Project, find_page
from komawari.ui.session import Session


class Preview(QObject):
    """The project as it would be if the drag ended now."""

    changed = Signal()
    """Another project is to be shown."""
    refused = Signal(str)
    """What was tried last is not possible, and why; what was possible before stays shown."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._edit: Edit | None = None
        self._project: Project | None = None

    @property
    def project(self) -> Project:
        """The project to show: the previewed one, or else the document's."""
        return self._project or self._session.project

    @property
    def page(self) -> Page:
        """The page to show."""
        return find_page(self.project, self._session.page)

    @property
    def is_on(self) -> bool:
        """Whether something is shown that is not in the document."""
        return self._project is not None and self._project is not self._session.project

    def show(self, edit: Edit) -> bool:
        """Show what an edit would do; return whether it is possible."""
        try:
            project = edit(self._session.project)
        except DomainError as error:
            self.refused.emit(str(error))
            return False
        self._edit, self._project = edit, project
        self.changed.emit()
        return True

    def commit(self, name: str) -> bool:
        """Make an edit of what is shown; return whether anything changed."""
        edit, before = self._edit, self._session.project
        self._edit, self._project = None, None
        if edit is None:
            return False
        done = self._session.edit(name, edit)
        self._session.end_gesture()
        self.changed.emit()
        return done and self._session.project is not before

    def cancel(self) -> None:
        """Show the document again."""
        if self._edit is not None:
            self._edit, self._project = None, None
            self.changed.emit()

    def follow(self) -> None:
        """The document itself has changed meanwhile: show the drag upon that, or nothing if it is not possible now."""
        if self._edit is not None and not self.show(self._edit):
            self.cancel()


class SameIds:
    """Ids that an edit is given again, in order, each time that it is tried, so that its panels stay the same."""

    def __init__(self) -> None:
        self._ids: list[str] = []

    def maker(self) -> Callable[[], str]:
        """Return a function that makes the ids from the first one on."""
        numbers = count()

        def make() -> str:
            number = next(numbers)
            while len(self._ids) <= number:
                self._ids.append(new_id())
            return self._ids[number]

        return make

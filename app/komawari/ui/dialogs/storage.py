"""The storage view: what the room in the project file is used for, takes by panel and size, and the trash."""

from __future__ import annotations

from typing import Any, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout, QWidget

from komawari.domain.edits.panels import panels_read
from komawari.domain.takes import Take
from komawari.storage.takes import Usage
from komawari.ui.dialogs.sizes import data_size
from komawari.ui.dialogs.storage_tree import StorageTree
from komawari.ui.dialogs.trash import TrashView
from komawari.ui.session import Session
from komawari.ui.trashing import throw_away

SOON = 150
"""Milliseconds: several changes in a row are shown at once."""


class _Found(NamedTuple):
    usage: Usage
    trash: list[Take]


class StorageDialog(QDialog):
    """Shows and tidies the project's takes; nothing waits for it."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Storage"))
        self.resize(720, 560)
        self._session = session
        self._names: dict[str, str] = {}
        self.tree = StorageTree(session, self.name_of, self)
        self.trash = TrashView(session, self.name_of, self)
        self.kinds = {key: QLabel(self) for key in ("takes", "trash", "others", "rest", "file")}
        self._make_buttons()
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self.read)
        self._follow()

    def _make_buttons(self) -> None:
        self.throw_away = QPushButton(self.tr("&Throw away"), self, autoDefault=False)
        self.throw_away.setToolTip(self.tr("Put the chosen takes into the trash; those in use stay (Delete)"))
        self.collect = QPushButton(self.tr("Delete &unused pictures"), self, autoDefault=False)
        self.collect.setToolTip(
            self.tr("References, masks, sketches and takes that nothing names any more, not even undo")
        )
        self.leave = QPushButton(self.tr("&Close"), self, autoDefault=False)

    def _lay_out(self) -> None:
        by_panel = QWidget(self)
        column = QVBoxLayout(by_panel)
        column.addWidget(self.tree)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self.throw_away)
        column.addLayout(row)
        self.tabs = QTabWidget(self)
        self.tabs.addTab(by_panel, self.tr("By &panel"))
        self.tabs.addTab(self.trash, self.tr("T&rash"))
        self.tabs.setAccessibleName(self.tr("Takes"))
        layout = QVBoxLayout(self)
        layout.addLayout(self._sums())
        layout.addWidget(self.tabs)
        foot = QHBoxLayout()
        foot.addWidget(self.collect)
        foot.addStretch()
        foot.addWidget(self.leave)
        layout.addLayout(foot)

    def _sums(self) -> QGridLayout:
        names = {
            "takes": self.tr("Takes"),
            "trash": self.tr("Trash"),
            "others": self.tr("References, masks and sketches"),
            "rest": self.tr("Pages, edits, free room"),
            "file": self.tr("Whole file"),
        }
        grid = QGridLayout()
        for place, (key, value) in enumerate(self.kinds.items()):
            value.setObjectName("figure")
            value.setAccessibleName(names[key])
            font = value.font()
            font.setBold(True)
            value.setFont(font)
            grid.addWidget(QLabel(names[key], self), 0, place)
            grid.addWidget(value, 1, place)
        return grid

    def _follow(self) -> None:
        session = self._session
        session.opened.connect(self._read_if_seen)
        session.takes_changed.connect(self._soon_if_seen)
        session.project_changed.connect(self._soon_if_seen)
        self.tree.panel_chosen.connect(session.reveal)
        self.tree.throw_away.connect(self._throw_away)
        self.tree.itemSelectionChanged.connect(self._show_buttons)
        self.throw_away.clicked.connect(self._throw_away)
        self.collect.clicked.connect(self._collect)
        self.leave.clicked.connect(self.close)
        self._show_buttons()

    def _soon_if_seen(self, *_: object) -> None:
        if self.isVisible():
            self._soon.start()

    def _read_if_seen(self) -> None:
        if self.isVisible():
            self.read()

    def showEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Show how things are now."""
        super().showEvent(event)
        self.read()

    def hideEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Read nothing for nobody."""
        self._soon.stop()
        super().hideEvent(event)

    # Reading.

    def name_of(self, panel: str) -> str:
        """Return what a panel is called, by page and reading order."""
        return self._names.get(panel, self.tr("Removed panel"))

    def read(self) -> None:
        """Read what there is, off the window's thread, when all that was asked for is written."""
        project, store = self._session.project, self._session.document.store
        self._names = {
            panel: self.tr("Page {page}, panel {panel}").format(page=number, panel=place)
            for number, page in enumerate(project.pages, 1)
            for place, panel in enumerate(panels_read(project, page.id), 1)
        }

        def work() -> _Found:
            store.written().result()
            return _Found(store.usage(), store.trash())

        self._session.later(work, lambda found: self._show(found) if store is self._session.document.store else None)

    def _show(self, found: _Found) -> None:
        usage = found.usage
        sums = {
            "takes": usage.takes - usage.trash,
            "trash": usage.trash,
            # A picture that two takes show is counted for both of them, but is in the file once.
            "others": max(0, usage.pictures - usage.takes),
            "rest": usage.file - usage.pictures,
            "file": usage.file,
        }
        for key, value in sums.items():
            self.kinds[key].setText(data_size(value))
        self.tree.show_panels(usage.panels)
        self.trash.show_takes(found.trash, self._session.document.needed_takes())
        self.tabs.setTabText(1, self.tr("T&rash ({count})").format(count=len(found.trash)))
        self._show_buttons()

    def _show_buttons(self) -> None:
        self.throw_away.setEnabled(bool(self.tree.chosen_takes()))

    # Changing.

    def _throw_away(self) -> None:
        throw_away(self._session, self.tree.chosen_takes())

    def _collect(self) -> None:
        self.collect.setEnabled(False)
        self._session.waiting.on(self._session.document.collect(), self._collected, self._not_collected)

    def _collected(self, freed: int) -> None:
        said = self.tr("{size} are free for new pictures now.").format(size=data_size(freed))
        self._session.message.emit(said if freed else self.tr("Every picture in the file is used."))
        self.collect.setEnabled(True)
        self.read()

    def _not_collected(self, error: BaseException) -> None:
        self._session.trouble.emit(str(error))
        self.collect.setEnabled(True)

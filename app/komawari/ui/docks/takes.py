"""The dock of takes: all pictures of the selected panel, to compare, use, vary, copy, save and throw away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from komawari.domain.character import design_sha
from komawari.domain.edits import parameters
from komawari.domain.project import find_panel
from komawari.domain.takes import Take, stale_characters
from komawari.storage.errors import StorageError
from komawari.ui.canvas.drops import png_of, read_picture
from komawari.ui.characters.making import character_from_take, reference_from_take
from komawari.ui.characters.roster import shown_names
from komawari.ui.docks.compare import MOST, CompareWindow
from komawari.ui.docks.drawing import Drawing
from komawari.ui.docks.empty import EmptyState
from komawari.ui.docks.take_actions import TakeActions
from komawari.ui.docks.take_files import TakeFiles
from komawari.ui.docks.take_strip import THUMB, Card, TakeModel, TakeStrip
from komawari.ui.session import Session
from komawari.ui.trashing import throw_away


class TakesDock(QWidget):
    """Shows the takes of the panel that was selected last."""

    def __init__(self, session: Session, queue: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._queue = session, queue
        self._panel = ""
        self.files = TakeFiles(session)
        self.model = TakeModel(lambda takes: self.files.mime(self._named(takes)))
        self.strip = TakeStrip(self.model)
        self.compare_window = CompareWindow(session, self)
        self.compare_window.chosen.connect(self.use)
        self.actions_ = TakeActions(self)
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self.refresh()

    def title(self) -> str:
        """Return what the dock is called."""
        return self.tr("Takes")

    # What is shown.

    @property
    def chosen(self) -> list[Take]:
        """The takes that are chosen in the strip, the oldest first."""
        rows = sorted(index.row() for index in self.strip.selectionModel().selectedIndexes())
        return [take for row in rows if (take := self.model.cards[row].take) is not None]

    @property
    def used(self) -> str | None:
        """The take in use."""
        panel = self._session.panel
        return panel.take if panel else None

    def refresh(self) -> None:
        """Show the selected panel's takes, and what is drawn of it."""
        panel = self._session.panel
        if panel is None:
            self._panel = ""
            self.model.show([])
            self._stack.setCurrentIndex(0)
            self._say_chosen()
            return
        chosen = {take.id for take in self.chosen}
        before = len(self.model.cards)
        self.model.show([*self._cards(), *self._unwritten(panel.id), *self._drawn(panel.id)])
        self._stack.setCurrentIndex(2 if self.model.cards else 1)
        if not self.chosen:
            self._choose(chosen if panel.id == self._panel else {panel.take or ""})
        if panel.id == self._panel and len(self.model.cards) > before:
            self.strip.scrollToBottom()
        self._panel = panel.id
        self._say_chosen()

    def _cards(self) -> list[Card]:
        panel = self._session.panel
        assert panel is not None
        try:
            takes = self._session.document.takes.of_panel(panel.id)
        except StorageError as error:
            self._session.trouble.emit(str(error))
            return []
        designs = {one.id: design_sha(one) for one in self._session.project.characters} if takes else {}
        names = {one.id: one.name for one in self._session.project.characters}
        images = self._session.images
        return [
            Card(
                number,
                take,
                images.get(take.picture.sha256, THUMB),
                take.id == panel.take,
                tuple(names[one] for one in stale_characters(take, designs) if one in names),
            )
            for number, take in enumerate(takes, 1)
        ]

    def _unwritten(self, panel: str) -> list[Card]:
        images = self._session.images
        return [Card(0, None, images.get(sha, THUMB), unwritten=sha) for sha in self._queue.unwritten_of(panel)]

    def _drawn(self, panel: str) -> list[Card]:
        entry = next((one for one in self._queue.entries if one.panel == panel and one.state == "drawing"), None)
        if entry is None:
            return []
        share = entry.step / entry.steps if entry.steps else 0.0
        return [Card(0, None, self._queue.preview_of(panel), share=share)]

    def _choose(self, takes: set[str]) -> None:
        model = self.strip.selectionModel()
        for row, card in enumerate(self.model.cards):
            if card.take is not None and card.take.id in takes:
                model.setCurrentIndex(self.model.index(row), model.SelectionFlag.Select)

    # What is done.

    def use(self, take: str) -> None:
        """Show a take in its panel."""
        found = self._session.document.takes.get(take)
        if found is not None:
            edit = partial(parameters.use_take, panel=found.panel, take=found)
            self._session.edit(self.tr("Use take"), edit)

    def use_chosen(self) -> None:
        """Use the take under the cursor."""
        if chosen := self.chosen:
            self.use(chosen[-1].id)

    def compare(self) -> None:
        """Show the chosen takes large; with one chosen, that one."""
        numbers = {card.take.id: card.number for card in self.model.cards if card.take is not None}
        chosen = [(numbers[take.id], take) for take in self.chosen]
        if len(chosen) > MOST:
            self._session.message.emit(self.tr("Four takes at most are shown side by side; these are the first ones"))
        if chosen:
            self.compare_window.show_takes(chosen, self.used)

    def reproduce(self) -> None:
        """Draw the chosen takes once more, the same pixels."""
        for take in self.chosen:
            self._queue.reproduce(take.id)

    def vary(self) -> None:
        """Draw the chosen takes with other seeds."""
        for take in self.chosen:
            self._queue.vary(take.id)

    def copy(self) -> None:
        """Put the chosen takes into the clipboard."""
        if chosen := self.chosen:
            self.files.copy(self._named(chosen))

    def paste(self) -> None:
        """Make the picture in the clipboard a take of the panel."""
        image = QGuiApplication.clipboard().image()
        panel = self._session.panel
        if panel is None or image.isNull():
            self._session.message.emit(self.tr("There is no picture in the clipboard"))
            return
        self._session.later(partial(png_of, image), partial(self._queue.paste, panel.id))

    def save_as(self) -> None:
        """Ask where the take under the cursor is to be written."""
        if not (chosen := self.chosen):
            return
        take, name = self._named(chosen)[-1]
        dialog = QFileDialog(self, self.tr("Save take as"), name, self.tr("Pictures (*.png)"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("png")
        dialog.setModal(False)
        dialog.fileSelected.connect(lambda path: self.save(take, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.show()

    def save(self, take: Take, path: Path) -> None:
        """Write a take into a file."""
        told = self.tr("The take is written: {0}").format(path)
        self.files.save(take, path, lambda: self._session.message.emit(told))

    def trash(self) -> None:
        """Put the chosen takes into the trash, but never one that is in use."""
        row, chosen = self.strip.currentIndex().row(), self.chosen
        if not chosen:
            return
        throw_away(self._session, chosen)
        left = [index for index, card in enumerate(self.model.cards) if card.take is not None]
        if left:
            self.strip.setCurrentIndex(self.model.index(min(max(row, 0), left[-1])))

    def new_character(self) -> None:
        """Make a character of the take under the cursor."""
        if chosen := self.chosen:
            character_from_take(self._session, chosen[-1])

    def as_reference(self, character: str) -> None:
        """Give a character the take under the cursor as a further reference."""
        if chosen := self.chosen:
            reference_from_take(self._session, character, chosen[-1])

    # Drops.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Pictures from elsewhere are welcome where a panel is selected."""
        data = event.mimeData()
        if self._session.panel is not None and event.source() is not self.strip and (data.hasImage() or data.hasUrls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Make takes of them."""
        panel, data = self._session.panel, event.mimeData()
        if panel is None:
            return
        event.acceptProposedAction()
        files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
        for path in files:
            self._session.later(partial(read_picture, path), partial(self._queue.paste, panel.id))
        image = data.imageData() if not files else None
        if isinstance(image, QImage):
            self._session.later(partial(png_of, image), partial(self._queue.paste, panel.id))

    # Within.

    def _named(self, takes: list[Take]) -> list[tuple[Take, str]]:
        numbers = {card.take.id: card.number for card in self.model.cards if card.take is not None}
        page, _ = find_panel(self._session.project, takes[0].panel) if takes else (None, None)
        where = next((i for i, one in enumerate(self._session.project.pages, 1) if page and one.id == page.id), 0)
        return [(take, f"page {where} take {numbers.get(take.id, 0)} {take.id[:6]}.png") for take in takes]

    def _lay_out(self) -> None:
        title, text = self.tr("No panel is selected"), self.tr("Click a panel on the page to see its pictures.")
        none = EmptyState("takes", title, text)
        text = self.tr("Generate draws one; you can also drop or paste a picture here.")
        empty = EmptyState("picture", self.tr("The panel has no pictures yet"), text)
        self._stack = QStackedWidget(self)
        for widget in (none, empty, self.strip):
            self._stack.addWidget(widget)
        self.note = QLabel(self)
        self.note.setProperty("dim", True)
        bar = QHBoxLayout()
        bar.setContentsMargins(6, 4, 6, 0)
        bar.setSpacing(2)
        for button in self.actions_.buttons():
            bar.addWidget(button)
        bar.addStretch(1)
        bar.addWidget(self.note)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addLayout(bar)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        session, queue = self._session, self._queue
        signals: tuple[Callable[..., object], ...] = (
            session.opened.connect, session.selection_changed.connect, session.project_changed.connect,
            session.page_changed.connect, queue.changed.connect,
        )  # fmt: skip
        for connect in signals:
            connect(lambda *_: self.refresh())
        session.opened.connect(self.files.forget)
        session.project_changed.connect(lambda *_: self.compare_window.mark_used(self.used))
        session.takes_changed.connect(self._of_panel)
        queue.preview.connect(lambda panel, _image: self._of_panel(panel))
        session.images.ready.connect(self._picture_came)
        self.strip.doubleClicked.connect(lambda _: self.compare())
        self.strip.selectionModel().selectionChanged.connect(lambda *_: self._selection_changed())
        self.strip.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.strip.customContextMenuRequested.connect(self._menu)

    def _of_panel(self, panel: str) -> None:
        if self._session.panel is not None and panel == self._session.panel.id:
            self.refresh()

    def _picture_came(self, sha: str) -> None:
        if any(card.sha256 == sha for card in self.model.cards):
            self.refresh()

    def _selection_changed(self) -> None:
        self.files.prepare(self._named(self.chosen[:MOST]))
        self._say_chosen()

    def _say_chosen(self) -> None:
        """Say how many are chosen, and let what can be done be done; a list that is shown anew tells of no change."""
        self.actions_.refresh()
        count = len(self.chosen)
        self.note.setText(self.tr("{0} chosen").format(count) if count > 1 else "")

    def _menu(self, at: QPoint) -> None:
        menu = QMenu(self)
        self.actions_.fill(menu)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.strip.viewport().mapToGlobal(at))

    def reference_actions(self, menu: QMenu) -> None:
        """List for whom the take can be a reference."""
        menu.clear()
        new = QAction(self.tr("A new character"), menu)
        new.triggered.connect(self.new_character)
        menu.addAction(new)
        menu.addSeparator()
        for character, name in shown_names(self._session.project.characters).items():
            action = QAction(name.replace("&", "&&"), menu)
            action.triggered.connect(partial(self.as_reference, character))
            menu.addAction(action)

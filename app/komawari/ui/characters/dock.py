"""The dock of characters: who is in the project and who is in the library, and how new ones come in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, QSize, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedWidget,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.character import Character
from komawari.domain.takes import Take
from komawari.ui.characters.commands import CardCommands
from komawari.ui.characters.empty import EmptyState
from komawari.ui.characters.grid import CardGrid
from komawari.ui.characters.keys import Key, OwnKeys
from komawari.ui.characters.making import character_from_take, maker_of
from komawari.ui.characters.model import MIME, CardsModel, Tab
from komawari.ui.characters.notice import Notice
from komawari.ui.characters.pictures import Source, file_filter, sources_in
from komawari.ui.characters.roster import Card, roster_of
from komawari.ui.characters.thumbs import Thumbs
from komawari.ui.folders import choose_pictures
from komawari.ui.icons import put_icon
from komawari.ui.session import Session

if TYPE_CHECKING:
    from komawari.ui.characters.editor.window import CharacterEditor

TABS: tuple[Tab, Tab] = ("project", "library")


class CharactersDock(QWidget):
    """Cards, search, labels; pictures are dropped here, pasted, or chosen from files."""

    def __init__(self, session: Session, queue: QWidget | object = None, parent: QWidget | None = None) -> None:
        """`queue` is taken as all docks take it; nothing here is drawn by the engine."""
        super().__init__(parent)
        self.session = session
        self.roster, self.maker = roster_of(session), maker_of(session)
        self.model, self.thumbs = CardsModel(session, self), Thumbs(session, self)
        self.grid = CardGrid(self.model, self.thumbs, self)
        self.notice, self.empty = Notice(self), EmptyState(self)
        self.commands = CardCommands(session, self.grid.card, self)
        self.editor: CharacterEditor | None = None
        self._labels: tuple[str, ...] = ()
        self._make_row()
        self._make_tabs()
        self._lay_out()
        self._connect()
        self.setAcceptDrops(True)
        self._show_cards()

    def title(self) -> str:
        """Return what the dock is called."""
        return self.tr("Characters")

    def sizeHint(self) -> QSize:  # noqa: N802
        """Room for two cards beside each other."""
        return QSize(300, 420)

    # What it consists of.

    def _make_row(self) -> None:
        self.new = QToolButton(self, toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.new.setText(self.tr("New"))
        self.new.setToolTip(self.tr("Make a character from one or several pictures"))
        self.new.setAccessibleName(self.tr("New character"))
        self.new.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        put_icon(self.new, "character-add")
        self.new_menu = QMenu(self.new)
        self.new_menu.addAction(self.tr("From pictures …"), self.choose_files)
        self.new_menu.addAction(self.tr("One from each picture …"), lambda: self.choose_files(each=True))
        self.new_menu.addAction(self.tr("From the clipboard"), self.paste)
        self._from_take = self.new_menu.addAction(self.tr("From the selected panel's picture"), self.new_from_take)
        self.new_menu.aboutToShow.connect(lambda: self._from_take.setEnabled(self._shown_take() is not None))
        self.new.setMenu(self.new_menu)
        self.search = QLineEdit(self, placeholderText=self.tr("Search"), clearButtonEnabled=True)
        self.search.setAccessibleName(self.tr("Search characters"))
        self.search.setToolTip(self.tr("Words of names, labels, tags and notes"))
        self.labels = QToolButton(self, popupMode=QToolButton.ToolButtonPopupMode.InstantPopup)
        put_icon(self.labels, "tag")
        self.labels.setToolTip(self.tr("Show only characters with certain labels"))
        self.labels.setAccessibleName(self.tr("Labels"))
        self.label_menu = QMenu(self.labels)
        self.label_menu.aboutToShow.connect(self._fill_labels)
        self.labels.setMenu(self.label_menu)

    def _make_tabs(self) -> None:
        self.tabs = QTabBar(self, expanding=False, drawBase=False)
        self.tabs.setAccessibleName(self.tr("Which characters are shown"))
        for tip in (self.tr("Characters that this project can draw"), self.tr("Characters of all projects")):
            self.tabs.setTabToolTip(self.tabs.addTab(""), tip)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.new)
        row.addWidget(self.search, 1)
        row.addWidget(self.labels)
        self.stack = QStackedWidget(self)
        self.stack.addWidget(self.grid)
        self.stack.addWidget(self.empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.setSpacing(6)
        layout.addLayout(row)
        layout.addWidget(self.tabs)
        layout.addWidget(self.notice)
        layout.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.new.clicked.connect(lambda: self.choose_files())
        self.search.textChanged.connect(self._show_cards)
        self.tabs.currentChanged.connect(self._show_cards)
        self.roster.changed.connect(self._show_cards)
        self.roster.removed.connect(self._offer_putting_back)
        self.maker.made.connect(self._made)
        self.grid.chosen.connect(self.commands.update)
        self.grid.activated.connect(lambda _: self._activate())
        self.grid.dropped.connect(self._dropped)
        self.grid.customContextMenuRequested.connect(self._context_menu)
        self.commands.edit_asked.connect(self.edit)
        self.commands.rename_asked.connect(lambda: self.grid.edit(self.grid.currentIndex()))
        self.empty.files_asked.connect(lambda: self.choose_files())
        self.empty.library_asked.connect(lambda: self.tabs.setCurrentIndex(1))
        self.empty.clear_asked.connect(self._clear_filters)
        OwnKeys(self, {Key.Paste: self.paste, Key.Find: self.search.setFocus})
        OwnKeys(self.grid, {Key.Delete: self._remove})

    # What is shown.

    @property
    def tab(self) -> Tab:
        """Which of the two tabs is in front."""
        return TABS[self.tabs.currentIndex()]

    def _show_cards(self) -> None:
        card = self.grid.card()
        self.model.show(self.tab, self.search.text(), self._labels)
        if card is not None and self.grid.card() is None:
            self.grid.choose(card.id)
        mine, library = self.model.count("project"), self.model.count("library")
        self.tabs.setTabText(0, self.tr("In this project ({0})").format(mine))
        self.tabs.setTabText(1, self.tr("Library ({0})").format(library))
        if self.model.rowCount():
            self.stack.setCurrentWidget(self.grid)
        else:
            self.empty.describe(self.tab, bool(self.search.text() or self._labels) and mine + library > 0, library)
            self.stack.setCurrentWidget(self.empty)
        self.labels.setProperty("chosen", bool(self._labels))
        put_icon(self.labels, "tag" if not self._labels else "check")
        self._tell_of_updates()
        self.commands.update()

    def _tell_of_updates(self) -> None:
        """Say which character the library has a change for, one at a time."""
        offered = next((card for card in self.roster.cards() if card.is_offered), None)
        about = ("update", offered.id) if offered else None
        if offered and self.notice.about != about and not self.notice.text:
            text = self.tr("“{0}” was changed in the library.").format(offered.character.name)
            take = (self.tr("Take over"), lambda: self.roster.take_update(offered.id))
            keep = (self.tr("Keep mine"), lambda: self.roster.decline_update(offered.id))
            self.notice.say(text, (take, keep), about)
        elif isinstance(self.notice.about, tuple) and self.notice.about[0] == "update" and self.notice.about != about:
            self.notice.clear()

    def _fill_labels(self) -> None:
        self.label_menu.clear()
        for label in self.roster.labels():
            action = self.label_menu.addAction(label.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(label in self._labels)
            action.toggled.connect(lambda on, label=label: self._filter_by(label, on))
        if self.label_menu.isEmpty():
            self.label_menu.addAction(self.tr("No character has a label yet")).setEnabled(False)

    def _filter_by(self, label: str, on: bool) -> None:
        others = tuple(one for one in self._labels if one != label)
        self._labels = (*others, label) if on else others
        self._show_cards()

    def _clear_filters(self) -> None:
        self._labels = ()
        self.search.clear()
        self._show_cards()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """Look whether another editor changed the library."""
        super().showEvent(event)
        self.roster.refresh()

    # What one does.

    def choose_files(self, each: bool = False) -> None:
        """Let pictures be chosen, and make a character from all of them, or from each."""
        make = self.maker.make_each if each else self.maker.make
        choose_pictures(self, self.session, self.tr("Pictures of a character"), file_filter(), make)

    def drop_on_panel(self, panel: str, data: QMimeData) -> None:
        """Put the character of a dragged card into a panel."""
        self.session.select(panel)
        self.roster.cast(bytes(data.data(MIME).data()).decode(), panel)

    def paste(self) -> None:
        """Make a character from what the clipboard holds."""
        sources = sources_in(QGuiApplication.clipboard().mimeData())
        if sources:
            self.maker.make(sources)
        else:
            self.session.message.emit(self.tr("There is no picture in the clipboard"))

    def new_from_take(self) -> None:
        """Make a character from the picture that the selected panel shows."""
        if (take := self._shown_take()) is not None:
            character_from_take(self.session, take)
        else:
            self.session.message.emit(self.tr("Select a panel that has a picture first"))

    def edit(self, character: str) -> None:
        """Show the editor of a character of the project; it stays open beside other work."""
        if self.editor is None:
            # Loaded when first seen: the window starts without it.
            from komawari.ui.characters.editor.window import CharacterEditor

            self.editor = CharacterEditor(self.session, self.thumbs, self)
        self.editor.open(character)

    def _shown_take(self) -> Take | None:
        panel = self.session.panel
        return self.session.used_take(panel) if panel is not None else None

    def _activate(self) -> None:
        card = self.grid.card()
        if card is not None and card.copy is None:
            self.roster.add_to_project(card.id)
        elif card is not None:
            self.edit(card.id)

    def _remove(self) -> None:
        project = self.tab == "project"
        (self.commands.remove_from_project if project else self.commands.remove_from_library).trigger()

    def _made(self, character: str) -> None:
        self._clear_filters()
        self.tabs.setCurrentIndex(0)
        if self.grid.choose(character) and self.isVisible():
            self.grid.setFocus()
            self.grid.edit(self.grid.currentIndex())

    def _context_menu(self, place: QPoint) -> None:
        if self.grid.indexAt(place).isValid():
            self.commands.update()
            menu = self.commands.menu()
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.popup(self.grid.viewport().mapToGlobal(place))

    def _offer_putting_back(self, character: Character, files: Mapping[str, bytes]) -> None:
        text = self.tr("“{0}” was removed from the library; projects keep their copies.").format(character.name)
        self.notice.say(text, [(self.tr("Put back"), lambda: self.roster.restore(character, files))], ("removed",))

    # Drops beside the cards.

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take pictures."""
        if sources_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Make a character of dropped pictures."""
        event.acceptProposedAction()
        self._dropped(None, sources_in(event.mimeData()), self.mapToGlobal(event.position().toPoint()))

    def _dropped(self, card: Card | None, sources: Sequence[Source], place: QPoint) -> None:
        """Pictures on a card are references of it; several ones elsewhere may be one character's or several ones'."""
        if card is not None:
            self.maker.add_references(card.id, sources)
        elif len(sources) == 1:
            self.maker.make(sources)
        else:
            self._ask_how_many(sources, place)

    def _ask_how_many(self, sources: Sequence[Source], place: QPoint) -> None:
        self.drop_menu = QMenu(self)
        one, each = self.tr("One character with {0} pictures"), self.tr("{0} characters, one from each picture")
        self.drop_menu.addAction(one.format(len(sources)), lambda: self.maker.make(sources))
        self.drop_menu.addAction(each.format(len(sources)), lambda: self.maker.make_each(sources))
        self.drop_menu.popup(place)

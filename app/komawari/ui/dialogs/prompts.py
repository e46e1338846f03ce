"""All prompts and tags of a page, or of all pages, in one table, with find and replace. It blocks nothing."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.edits import texts
from komawari.domain.edits.texts import Wanted
from komawari.ui.dialogs.prompt_table import FIELD, PANEL, TEXT, PromptTable, TextDelegate
from komawari.ui.session import Session


class PromptsDialog(QWidget):
    """The table and its search."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._session = session
        self.model = PromptTable(session)
        self.setWindowTitle(self.tr("Prompts and tags"))
        self.resize(720, 480)
        self._make_search()
        self._make_table()
        self._lay_out()
        self._connect()
        self._show_scope()

    # Parts.

    def _make_search(self) -> None:
        self.scope = QComboBox(self)
        self.scope.addItem(self.tr("This page"), False)
        self.scope.addItem(self.tr("All pages"), True)
        self.scope.setAccessibleName(self.tr("Pages"))
        self.sought = QLineEdit(self)
        self.sought.setPlaceholderText(self.tr("Find"))
        self.sought.setAccessibleName(self.tr("Find"))
        self.sought.setClearButtonEnabled(True)
        self.sought.setToolTip(self.tr("Enter goes to the next place, Shift+Enter to the one before"))
        self.by = QLineEdit(self)
        self.by.setPlaceholderText(self.tr("Replace by"))
        self.by.setAccessibleName(self.tr("Replace by"))
        self.match_case = QCheckBox(self.tr("Match case"), self)
        self.whole_words = QCheckBox(self.tr("Whole words"), self)
        self.replace = QPushButton(self.tr("Replace all"), self)
        self.replace.setToolTip(self.tr("Replace in all texts of this table; one undo takes it back"))
        self.count = QLabel(self)
        self.count.setProperty("dim", True)
        self.count.setMinimumWidth(self.count.fontMetrics().horizontalAdvance(self.tr("{0} places").format(9999)))

    def _make_table(self) -> None:
        self.table = QTableView(self)
        self.table.setModel(self.model)
        self.table.setItemDelegate(TextDelegate(self.table))
        self.table.setAccessibleName(self.tr("Prompts and tags"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.AnyKeyPressed
            | QAbstractItemView.EditTrigger.SelectedClicked
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setWordWrap(False)
        header = self.table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(PANEL, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(FIELD, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(TEXT, QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 10)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.addWidget(self.sought, 0, 0)
        grid.addWidget(self.count, 0, 1)
        grid.addWidget(self.scope, 0, 2)
        grid.addWidget(self.by, 1, 0)
        options = QHBoxLayout()
        options.addWidget(self.match_case)
        options.addWidget(self.whole_words)
        grid.addLayout(options, 1, 1)
        grid.addWidget(self.replace, 1, 2)
        grid.setColumnStretch(0, 1)
        hint = QLabel(self.tr("F2 or typing changes a text; a double click shows its panel."), self)
        hint.setProperty("dim", True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.addLayout(grid)
        layout.addWidget(self.table, 1)
        layout.addWidget(hint)

    def _connect(self) -> None:
        self.scope.activated.connect(lambda _: self._show_scope())
        self._session.page_changed.connect(lambda _: self._show_scope())
        self._session.opened.connect(self._show_scope)
        self.sought.textChanged.connect(lambda _: self._search())
        self.match_case.toggled.connect(lambda _: self._search())
        self.whole_words.toggled.connect(lambda _: self._search())
        self.replace.clicked.connect(self.replace_all)
        self.by.returnPressed.connect(self.replace_all)
        self.table.doubleClicked.connect(self._reveal)
        self.model.dataChanged.connect(lambda *_: self._count())
        self.model.modelReset.connect(self._count)

    # What is done.

    @property
    def wanted(self) -> Wanted | None:
        """What is searched for."""
        text = self.sought.text()
        return Wanted(text, self.match_case.isChecked(), self.whole_words.isChecked()) if text else None

    def replace_all(self) -> None:
        """Replace in all texts that are shown."""
        wanted = self.wanted
        if wanted is None:
            return
        count = self.model.count()
        edit = partial(texts.replace_all, wanted=wanted, by=self.by.text(), pages=self.model.pages)
        if count and self._session.edit(self.tr("Replace {0}").format(wanted.text), edit):
            self._session.message.emit(self.tr("Replaced in {0} places").format(count))

    def next_hit(self, step: int = 1) -> None:
        """Go to the next text that has what is searched for, or the one before."""
        hits, row = self.model.hits(), self.table.currentIndex().row()
        if not hits:
            return
        further = [hit for hit in hits if (hit > row if step > 0 else hit < row)]
        target = (further or hits)[0 if step > 0 else -1]
        self.table.setCurrentIndex(self.model.index(target, TEXT))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Enter in the search goes on, Ctrl+F comes back to it, Escape closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.sought.hasFocus():
            self.next_hit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        elif event.key() == Qt.Key.Key_F and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.sought.setFocus()
            self.sought.selectAll()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def _show_scope(self) -> None:
        self.model.show_pages(None if self.scope.currentData() else {self._session.page})

    def _search(self) -> None:
        self.model.search(self.wanted)
        self._count()

    def _count(self) -> None:
        count = self.model.count()
        text = self.tr("1 place") if count == 1 else self.tr("{0} places").format(count)
        self.count.setText(text if self.wanted is not None else "")
        self.replace.setEnabled(count > 0)

    def _reveal(self, index: QModelIndex) -> None:
        line = self.model.line(index.row())
        self._session.reveal(line.panel)
        if line.figure is not None:
            self._session.choose_figure(line.figure)

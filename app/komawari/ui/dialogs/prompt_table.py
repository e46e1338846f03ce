"""The table of all texts of a project: a row for each prompt, each line of tags, each negative prompt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from komawari.domain.base import DomainError, words_of
from komawari.domain.edits import parameters, texts
from komawari.domain.edits.panels import panels_read
from komawari.domain.edits.texts import Line, Wanted
from komawari.domain.panel import Figure
from komawari.domain.project import Project, find_panel
from komawari.ui.session import Session
from komawari.ui.tags.colours import is_dark, mixed

Index = QModelIndex | QPersistentModelIndex
LINE = Qt.ItemDataRole.UserRole
PANEL, FIELD, TEXT = range(3)
HIT = QColor(240, 200, 60)


@dataclass(frozen=True)
class _Row:
    line: Line
    place: str
    """Page and panel, as they are read."""
    who: str
    """Of a figure's text."""


class PromptTable(QAbstractTableModel):
    """Follows the project; what is typed is an edit of it."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._rows: list[_Row] = []
        self.pages: set[str] | None = None
        """Which pages are shown; None: all."""
        self.wanted: Wanted | None = None
        """What is searched for: its rows are marked."""
        session.project_changed.connect(lambda *_: self.refresh())
        session.opened.connect(self.refresh)

    # What is shown.

    def refresh(self) -> None:
        """Show the texts as they are; the cursor stays where the rows are the same."""
        new = _rows(self._session.project, self.pages, self._names())
        if [_key(row) for row in new] != [_key(row) for row in self._rows]:
            self.beginResetModel()
            self._rows = new
            self.endResetModel()
            return
        for index, (old, row) in enumerate(zip(self._rows, new)):
            if old != row:
                self._rows[index] = row
                self.dataChanged.emit(self.index(index, 0), self.index(index, TEXT))

    def show_pages(self, pages: set[str] | None) -> None:
        """Show the texts of these pages, None: of all."""
        self.pages = pages
        self.refresh()

    def search(self, wanted: Wanted | None) -> None:
        """Mark the rows that have what is wanted."""
        self.wanted = wanted
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, TEXT))

    def hits(self) -> list[int]:
        """Return the rows that have what is wanted."""
        if self.wanted is None:
            return []
        return [index for index, row in enumerate(self._rows) if self._places(row)]

    def count(self) -> int:
        """Return how often what is wanted stands in the shown texts."""
        return sum(self._places(row) for row in self._rows)

    def line(self, row: int) -> Line:
        """Return a row's text and where it stands."""
        return self._rows[row].line

    def _names(self) -> dict[str, str]:
        return {character.id: character.name for character in self._session.project.characters}

    # Qt's questions.

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        """Return how many texts there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802
        """Panel, kind, text."""
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        """Return the columns' names."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("Panel"), self.tr("Field"), self.tr("Text"))[section]
        return None

    def data(self, index: Index, role: int = 0) -> object:
        """Return a cell."""
        row = self._rows[index.row()]
        if role == LINE:
            return row.line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return (row.place, self._field(row), row.line.text)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.line.text if index.column() == TEXT else self.tr("Double-click shows the panel")
        if role == Qt.ItemDataRole.BackgroundRole and self._places(row):
            base = QGuiApplication.palette().color(QPalette.ColorRole.Base)
            return mixed(base, HIT, 0.25 if is_dark(QGuiApplication.palette()) else 0.35)
        if role == Qt.ItemDataRole.ForegroundRole and index.column() != TEXT:
            return QGuiApplication.palette().color(QPalette.ColorRole.PlaceholderText)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Texts are typed in place."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == TEXT else flags

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:  # noqa: N802
        """Change a text: one undo step."""
        line, text = self._rows[index.row()].line, str(value)
        if role != Qt.ItemDataRole.EditRole or text == line.text:
            return False
        return self._session.edit(self._edit_name(line), partial(_with_text, line=line, text=text))

    def _places(self, row: _Row) -> int:
        """Return how often a text has what is wanted; tags are searched one by one, as they are replaced."""
        if self.wanted is None:
            return 0
        pattern = self.wanted.pattern()
        parts = words_of(row.line.text) if row.line.field == "tags" else (row.line.text,)
        return sum(len(pattern.findall(part)) for part in parts)

    def _field(self, row: _Row) -> str:
        names = {
            "prompt": self.tr("prompt"), "tags": self.tr("tags"), "negative_prompt": self.tr("not wanted"),
        }  # fmt: skip
        name = names[row.line.field]
        if row.line.figure is None:
            return name
        return self.tr("{0} of {1}").format(name, row.who or self.tr("a figure"))

    def _edit_name(self, line: Line) -> str:
        names = {
            "prompt": self.tr("Change prompt"),
            "tags": self.tr("Change tags"),
            "negative_prompt": self.tr("Change negative prompt"),
        }
        return names[line.field]


class TextDelegate(QStyledItemDelegate):
    """Editors of cells."""

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:  # noqa: N802
        """Return the editor of a cell."""
        editor = QLineEdit(parent)
        editor.setFrame(False)
        editor.setAccessibleName(self.tr("Text of the panel"))
        return editor


def _key(row: _Row) -> tuple[str, str | None, str]:
    return (row.line.panel, row.line.figure, row.line.field)


def _rows(project: Project, pages: set[str] | None, names: dict[str, str]) -> list[_Row]:
    """Return all texts as they are read: page by page, panel by panel."""
    order: dict[str, tuple[int, int]] = {}
    places: dict[str, str] = {}
    people: dict[str, str] = {}
    for number, page in enumerate(project.pages, 1):
        if pages is not None and page.id not in pages:
            continue
        for place, panel in enumerate(panels_read(project, page.id), 1):
            order[panel] = (number, place)
            places[panel] = f"{number} · {place}"
        people |= {figure.id: names.get(figure.character or "", "") for one in page.panels for figure in one.figures}
    found = sorted(texts.lines(project, pages), key=lambda line: order[line.panel])
    return [_Row(line, places[line.panel], people.get(line.figure or "", "")) for line in found]


def _with_text(project: Project, line: Line, text: str) -> Project:
    """Return the project with another text in a line's place. Raises `DomainError`."""
    value: object = words_of(text) if line.field == "tags" else text
    if line.figure is None:
        if line.field == "negative_prompt":
            value = text or None
        return parameters.set_parameters(project, line.panel, **{line.field: value})
    figure = _figure(project, line)
    region = replace(figure.region, **{line.field: value})
    return parameters.set_figure(project, line.panel, replace(figure, region=region))


def _figure(project: Project, line: Line) -> Figure:
    _, panel = find_panel(project, line.panel)
    for figure in panel.figures:
        if figure.id == line.figure:
            return figure
    raise DomainError(f"panel {line.panel} has no figure {line.figure}")

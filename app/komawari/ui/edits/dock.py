"""The dock of local edits: paint what is to be drawn anew, say what is to be there, and redraw it."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from komawari.domain.edits.local import set_region_mask
from komawari.domain.edits.parameters import use_take
from komawari.domain.panel import Panel
from komawari.domain.takes import Take
from komawari.ui.counted import counted
from komawari.ui.docks.drawing import Drawing
from komawari.ui.docks.empty import EmptyState
from komawari.ui.docks.inspector.fields import pick, well_mannered
from komawari.ui.edits.fields import EditFields
from komawari.ui.edits.redrawing import Redrawing, Redraws, is_edit
from komawari.ui.icons import icon, put_icon
from komawari.ui.masks import commands
from komawari.ui.masks.pane import BrushFields, MaskButtons, ToolChoice, ToolRow, section_label
from komawari.ui.masks.room import Room
from komawari.ui.session import Session
from komawari.ui.theme import colours, themes


class EditsQueue(Drawing, Redraws, Protocol):
    """What the dock needs of the queue of panels."""


class EditsDock(QWidget):
    """Works on the selected panel's take in use."""

    def __init__(self, session: Session, queue: EditsQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.room = Room.of(session)
        self.redrawing = Redrawing(session, queue, self)
        self.tools = ToolRow(_tools(), self)
        self.kind = QComboBox(self)
        self.kind.setAccessibleName(self.tr("What is painted"))
        self.kind.setToolTip(self.tr("What is painted: the region that is drawn anew, or where a figure rules"))
        well_mannered(self.kind)
        self.brush, self.buttons = BrushFields(self.room, self), MaskButtons(self)
        self.fields = EditFields(session, self)
        self.button = QPushButton(self.tr("Redraw region"), self)
        self.again = QPushButton(self.tr("Other seeds"), self)
        self.before = QPushButton(self.tr("Before the edit"), self)
        self.follow = QPushButton(self.tr("Let the region follow the pose"), self)
        self.note = QLabel(self)
        self._lay_out()
        self._connect()
        self.refresh()

    def title(self) -> str:
        """Return what the dock is called."""
        return self.tr("Redraw")

    # Layout.

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(self.tools, 1)
        column.addLayout(head)
        column.addWidget(self.kind)
        column.addWidget(self.buttons)
        column.addWidget(self.brush)
        self.words = section_label(self.tr("What is to be there"), content)
        column.addWidget(self.words)
        column.addWidget(self.fields)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.empty = EmptyState(
            "redraw",
            self.tr("Nothing to redraw yet"),
            self.tr(
                "Select a panel that has a picture. Then paint over a hand, a sleeve or a face, and redraw it alone."
            ),
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.empty)
        body = QWidget()
        both = QVBoxLayout(body)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(scroll, 1)
        both.addWidget(self._foot())
        self._stack.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _foot(self) -> QWidget:
        foot = QWidget()
        self.note.setProperty("dim", True)
        self.note.setWordWrap(True)
        self.button.setProperty("primary", True)
        self.button.setMinimumHeight(34)
        self.button.setToolTip(self.tr("Draw the painted region anew; the result is another take"))
        self.again.setToolTip(self.tr("Draw the same edit again in the same picture, with other seeds"))
        self.before.setToolTip(self.tr("Use the take that this edit began from; the edit stays among the takes"))
        self.follow.setToolTip(self.tr("Forget what is painted: the region grows round the skeleton again"))
        put_icon(self.again, "dice")
        put_icon(self.before, "revert")
        row = QHBoxLayout()
        row.addWidget(self.again, 1)
        row.addWidget(self.before, 1)
        column = QVBoxLayout(foot)
        column.setContentsMargins(10, 8, 10, 10)
        column.addWidget(self.note)
        column.addWidget(self.button)
        column.addWidget(self.follow)
        column.addLayout(row)
        return foot

    def _connect(self) -> None:
        session = self._session
        self.tools.chosen.connect(lambda name: self.room.paint(self.room.kind, name))
        self.buttons.asked.connect(self._change_mask)
        self.kind.activated.connect(self._choose_kind)
        self.button.clicked.connect(self.redrawing.redraw)
        self.again.clicked.connect(self._vary)
        self.before.clicked.connect(self._go_back)
        self.follow.clicked.connect(self._follow_pose)
        self.room.kind_changed.connect(self.refresh)
        themes().changed.connect(self._colour)
        self._colour()
        for signal in (
            session.opened, session.project_changed, session.selection_changed, session.figure_changed,
            session.page_changed, session.takes_changed,
        ):  # fmt: skip
            signal.connect(self._refresh_soon)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.refresh)

    def _colour(self) -> None:
        self.button.setIcon(icon("redraw", colours().accent_text))

    def _refresh_soon(self, *_: object) -> None:
        self._later.start()

    # Showing.

    def show_tool(self, name: str) -> None:
        """Show which tool the canvas has in its hand."""
        self.tools.show_chosen(name)

    def refresh(self) -> None:
        """Show the selected panel."""
        panel, take = self._session.panel, self._take()
        region = self.room.kind == "region"
        self._stack.setCurrentIndex(1 if panel is not None and (take is not None or region) else 0)
        if panel is None:
            return
        self._fill_kinds(panel)
        for widget in (self.words, self.fields, self.button, self.again, self.before):
            widget.setVisible(not region)
        self.follow.setVisible(region)
        self.fields.show_panel(panel)
        self.button.setEnabled(take is not None and not panel.final)
        edit = is_edit(take)
        self.again.setEnabled(edit and not panel.final)
        self.before.setEnabled(edit and self._parent_of(take) is not None)
        self.note.setText(self._words(panel, take))

    def _words(self, panel: Panel, take: Take | None) -> str:
        if self.room.kind == "region":
            return self._words_of_region()
        if panel.final:
            return self.tr("This panel is marked final.")
        if take is None:
            return self.tr("This panel has no picture yet.")
        if panel.local_edit.mask is None:
            return self.tr("Paint over what is to be drawn anew. Outside of it not one pixel changes.")
        count = self._depth(take)
        if not count:
            return self.tr("Outside of what is painted not one pixel changes.")
        one = self.tr("One edit deep; the state before is among the takes.")
        return counted(count, one, self.tr("{n} edits deep; every earlier state is among the takes."))

    def _words_of_region(self) -> str:
        figure = self.room.figure
        self.follow.setEnabled(figure is not None and figure.region.mask is not None)
        if figure is None:
            return self.tr("Nobody is in this panel; add a figure in the inspector.")
        if figure.region.mask is not None:
            return self.tr("The region is painted; it does not follow the pose any more.")
        if figure.pose is not None:
            return self.tr("The region follows the pose; paint to correct it.")
        return self.tr("No pose yet: paint where the figure is, or the figures share the picture's width.")

    def _fill_kinds(self, panel: Panel) -> None:
        names = [(self.tr("The region that is drawn anew"), "edit")]
        figure = self.room.figure
        if figure is not None:
            cast = {one.id: one.name for one in self._session.project.characters}
            who = cast.get(figure.character or "") or self.tr("this figure")
            names.append((self.tr("Where {0} rules").format(who), "region"))
        if [(self.kind.itemText(k), self.kind.itemData(k)) for k in range(self.kind.count())] != names:
            self.kind.clear()
            for text, kind in names:
                self.kind.addItem(text, kind)
        pick(self.kind, self.room.kind)

    def _take(self) -> Take | None:
        panel = self._session.panel
        return None if panel is None else self._session.used_take(panel)

    def _parent_of(self, take: Take | None) -> Take | None:
        if take is None or take.parent is None:
            return None
        found = self._session.document.takes.get(take.parent)
        return None if found is None or found.trashed_at is not None else found

    def _depth(self, take: Take) -> int:
        """Return how many edits lie between a take and the picture that they began from."""
        seen, here = {take.id}, self._parent_of(take) if is_edit(take) else None
        while here is not None and here.id not in seen:
            seen.add(here.id)
            here = self._parent_of(here) if is_edit(here) else None
        return len(seen) - (0 if is_edit(take) and self._parent_of(take) is None else 1)

    # Doing.

    def _choose_kind(self, index: int) -> None:
        self.room.paint(self.kind.itemData(index))

    def _change_mask(self, name: str, by: float) -> None:
        acts = {
            "invert": partial(commands.invert, self.room), "fill": partial(commands.fill, self.room),
            "clear": partial(commands.clear, self.room), "grow": partial(commands.grow, self.room, by),
            "shrink": partial(commands.grow, self.room, -by), "feather": partial(commands.feather, self.room, by),
        }  # fmt: skip
        acts[name]()

    def _vary(self) -> None:
        take = self._take()
        if take is not None and is_edit(take):
            self.redrawing.vary(take)

    def _go_back(self) -> None:
        panel, parent = self._session.panel, self._parent_of(self._take())
        if panel is not None and parent is not None:
            self._session.edit(self.tr("Use take"), partial(use_take, panel=panel.id, take=parent))

    def _follow_pose(self) -> None:
        panel, figure = self._session.panel, self.room.figure
        if panel is not None and figure is not None:
            edit = partial(set_region_mask, panel=panel.id, figure=figure.id, mask=None)
            self._session.edit(self.tr("Follow the pose"), edit)

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's name
        """Paint thumbnails anew in another theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_later"):
            self._later.start()
        super().changeEvent(event)


def _tools() -> tuple[ToolChoice, ...]:
    tr = partial(QCoreApplication.translate, "EditsDock")
    return (
        ToolChoice("brush", "brush", tr("Brush (B)"), tr("Paint; [ and ] change its size")),
        ToolChoice("eraser", "eraser", tr("Eraser (E)"), tr("Take away what is painted")),
        ToolChoice("lasso", "lasso", tr("Lasso (L)"), tr("Draw around it; Shift+drag: rectangle")),
        ToolChoice("click", "click", tr("Select by click (W)"), tr("Click it, or drag a box around it")),
    )

"""What can be done on the canvas by keys and menus, in one table: the window makes its actions of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from komawari.domain.base import new_id
from komawari.domain.edits import merging, panels
from komawari.domain.project import Project
from komawari.ui.canvas.camera import STEP
from komawari.ui.canvas.tools.painting import PaintTool
from komawari.ui.counted import counted
from komawari.ui.masks.commands import mask_commands
from komawari.ui.masks.room import Room

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView
    from komawari.ui.session import Session

TURN = 15.0
"""Degrees."""
BESIDE = 5.0
"""Millimetres between a panel and its duplicate, to the right and down."""


@dataclass(frozen=True)
class Command:
    """One thing to do."""

    name: str
    """By which shortcuts are kept: "view.fit"."""
    text: str
    keys: tuple[str, ...]
    """Shortcuts as `QKeySequence` reads them; the first is shown in menus."""
    tip: str
    do: Callable[[], object]


def commands(view: CanvasView) -> tuple[Command, ...]:
    """Return all commands of a canvas."""
    return (*_tools(view), *_views(view), *_panels(view), *_pictures(view), *_masks(view))


def _tools(view: CanvasView) -> list[Command]:
    return [
        Command(f"tool.{tool.name}", tool.title(), (tool.key,), tool.hint(), partial(view.set_tool, tool.name))
        for tool in view.tools.values()
    ]


def _views(view: CanvasView) -> list[Command]:
    tr = QCoreApplication.translate
    camera = view.camera
    return [
        Command("view.fit", tr("Canvas", "Fit page"), ("Ctrl+0",), tr("Canvas", "Show the whole page"), view.fit),
        Command("view.full", tr("Canvas", "100 %"), ("Ctrl+1",),
                tr("Canvas", "One pixel of print on one pixel of the screen"), partial(view.zoom_to, 1.0)),
        Command("view.panel", tr("Canvas", "Fit panel"), ("Ctrl+3",),
                tr("Canvas", "Show the selected panel as large as possible"), view.fit_panel),
        Command("view.actual", tr("Canvas", "Actual size"), ("Ctrl+2",),
                tr("Canvas", "As large as on paper"), view.actual_size),
        Command("view.in", tr("Canvas", "Zoom in"), ("Ctrl++", "Ctrl+="),
                tr("Canvas", "Look closer"), partial(view.zoom_by, STEP)),
        Command("view.out", tr("Canvas", "Zoom out"), ("Ctrl+-",),
                tr("Canvas", "Step back"), partial(view.zoom_by, 1 / STEP)),
        Command("view.left", tr("Canvas", "Turn left"), ("4",),
                tr("Canvas", "Turn the canvas, not the page"), partial(view.rotate_by, -TURN)),
        Command("view.right", tr("Canvas", "Turn right"), ("6",),
                tr("Canvas", "Turn the canvas, not the page"), partial(view.rotate_by, TURN)),
        Command("view.flip", tr("Canvas", "Mirror view"), ("M",),
                tr("Canvas", "Look at the page in a mirror; it stays as it is"), view.flip_view),
        Command("view.reset", tr("Canvas", "Reset view"), ("5",),
                tr("Canvas", "Upright, unmirrored, fitted in"), camera.reset),
    ]  # fmt: skip


def _panels(view: CanvasView) -> list[Command]:
    tr = QCoreApplication.translate
    return [
        Command("panel.remove", tr("Canvas", "Delete"), ("Del", "Backspace"),
                tr("Canvas", "Remove the selected panels; their takes are kept"), partial(remove, view)),
        Command("panel.duplicate", tr("Canvas", "Duplicate"), ("Ctrl+D",),
                tr("Canvas", "Copy the selected panels"), partial(duplicate, view)),
        Command("panel.merge", tr("Canvas", "Merge"), ("Ctrl+E",),
                tr("Canvas", "Make one panel of two that lie side by side"), view.merge_selected),
        Command("panel.all", tr("Canvas", "Select all panels"), ("Ctrl+A",),
                tr("Canvas", "Select all panels of the page"), partial(select_all, view)),
        Command("panel.front", tr("Canvas", "Bring to front"), ("Ctrl+]",),
                tr("Canvas", "Put the panel in front of all others"), partial(restack, view, 10_000)),
        Command("panel.back", tr("Canvas", "Send to back"), ("Ctrl+[",),
                tr("Canvas", "Put the panel behind all others"), partial(restack, view, 0)),
    ]  # fmt: skip


def _pictures(view: CanvasView) -> list[Command]:
    tr = QCoreApplication.translate
    tool = view.picture_tool
    return [
        Command("picture.flip", tr("Canvas", "Flip picture"), ("Shift+H",),
                tr("Canvas", "Mirror the picture in its frame"), tool.flip),
        Command("picture.turn", tr("Canvas", "Flip picture upside down"), ("Ctrl+Shift+H",),
                tr("Canvas", "Mirror the picture in its frame, top to bottom"), partial(tool.flip, True)),
        Command("picture.fit", tr("Canvas", "Fit picture into its frame"), ("Shift+F",),
                tr("Canvas", "Undo moving and scaling of the picture"), tool.fit),
    ]  # fmt: skip


def _masks(view: CanvasView) -> list[Command]:
    every = mask_commands(Room.of(view.session), partial(resize_brush, view))
    return [Command(one.name, one.text, one.keys, one.tip, one.do) for one in every]


def resize_brush(view: CanvasView, factor: float) -> None:
    """Make the brush in the hand larger or smaller; that of masks where there is none."""
    tool = view.tools[view.tool]
    (tool.room if isinstance(tool, PaintTool) else Room.of(view.session)).resize_brush(factor)


def remove(view: CanvasView) -> None:
    """Remove the selected panels."""
    session, tr = view.session, QCoreApplication.translate
    chosen = session.selected
    was = view.page_scene.numbers.get(chosen[0], 0) if chosen else 0
    edit = partial(panels.remove_panels, page=session.page, panels=chosen)
    if chosen and session.edit(tr("Canvas", "Remove panel"), edit):
        one = tr("Canvas", "Panel {number} is removed. Undo brings it back.").format(number=was)
        session.told.emit(counted(len(chosen), one, tr("Canvas", "{n} panels are removed. Undo brings them back.")))


def duplicate(view: CanvasView) -> None:
    """Put copies of the selected panels beside them, and select those."""
    session, before = view.session, {panel.id for panel in view.session.shown_page.panels}
    chosen = session.selected

    def edit(project: Project) -> Project:
        for panel in chosen:
            project = panels.duplicate_panel(project, panel, new_id, BESIDE, BESIDE)
        return project

    if chosen and session.edit(QCoreApplication.translate("Canvas", "Duplicate panel"), edit):
        session.select(*(panel.id for panel in session.shown_page.panels if panel.id not in before))


def merge(view: CanvasView) -> bool:
    """Make one panel of the two that are selected; if they have as much in them, it is the one that is read first."""
    session = view.session
    if len(session.selected) != 2:
        view.hint.emit(QCoreApplication.translate("Canvas", "Select the two panels that are to become one."))
        return False
    order = panels.panels_read(session.project, session.page)
    return merge_panels(session, sorted(session.selected, key=order.index))


def merge_panels(session: Session, chosen: Sequence[str]) -> bool:
    """Make one panel of several of the shown page; say whose content it has, and whose undo brings back."""
    tr, before = QCoreApplication.translate, session.project
    if len(chosen) < 2 or not session.edit(tr("Canvas", "Merge panels"), partial(merging.merged, chosen=chosen)):
        return False
    order = panels.panels_read(before, session.page)
    number = lambda panel: order.index(panel) + 1  # noqa: E731
    kept = merging.fullest(before, chosen)
    takes = session.document.takes
    lost = {*merging.loses(before, chosen), *(one for one in chosen if one != kept and takes.of_panel(one))}
    session.select(kept)
    if lost:
        one = tr("Canvas", "Merged with what was in panel {kept}. Undo brings back what was in panel {lost}.")
        many = tr("Canvas", "Merged with what was in panel {kept}. Undo brings back what was in panels {lost}.")
        others = ", ".join(str(one) for one in sorted(map(number, lost)))
        session.told.emit(counted(len(lost), one, many).format(kept=number(kept), lost=others))
    else:
        session.told.emit(tr("Canvas", "Merged into panel {kept}.").format(kept=number(kept)))
    return True


def select_all(view: CanvasView) -> None:
    """Select all panels of the page, the one that is read first last: the inspector shows that one."""
    session = view.session
    session.select(*reversed(panels.panels_read(session.project, session.page)))


def restack(view: CanvasView, to: int) -> None:
    """Move the selected panel in the order of painting."""
    session = view.session
    if session.panel is not None:
        edit = partial(panels.restack, panel=session.panel.id, to=to)
        session.edit(QCoreApplication.translate("Canvas", "Restack panel"), edit)


def nudge(view: CanvasView, way: tuple[float, float]) -> bool:
    """Move the selected panels by millimetres; return whether there were any."""
    session = view.session
    if not session.selected:
        return False
    edit = partial(panels.move_panels, page=session.page, panels=session.selected, dx=way[0], dy=way[1])
    session.edit(QCoreApplication.translate("Canvas", "Move panel"), edit, gesture=("nudge", session.selected))
    view.end_soon()
    return True


def step(view: CanvasView, forwards: bool) -> bool:
    """Select the next panel in reading order; return False behind the last, where the focus goes on to other parts."""
    session = view.session
    order = panels.panels_read(session.project, session.page)
    last = session.selected[-1] if session.selected else None
    at = order.index(last) + (1 if forwards else -1) if last in order else (0 if forwards else len(order) - 1)
    if not 0 <= at < len(order):
        return False
    session.reveal(order[at])
    view.show_panel(order[at])
    return True

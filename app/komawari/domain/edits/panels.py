"""Edits of panels' frames, and of how pictures lie in them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from komawari.domain.base import DomainError, changed
from komawari.domain.edits.changing import (
    inserted,
    on_page,
    on_panel,
    reordered,
    replaced,
    with_page,
    with_panels,
    without,
)
from komawari.domain.edits.pages import MakeId, copied
from komawari.domain.geometry import edges, knife, polygon
from komawari.domain.geometry.order import reading_order
from komawari.domain.geometry.polygon import Line, Point, Polygon
from komawari.domain.geometry.sheets import kept_sketch
from komawari.domain.geometry.sizes import kept_at, picture_box
from komawari.domain.panel import LocalEdit, Panel, Placement
from komawari.domain.project import Page, Project, find_page, find_panel


def frames_of(page: Page) -> dict[str, Polygon]:
    """Return a page's frames by their panels' ids, from back to front."""
    return {panel.id: panel.frame for panel in page.panels}


def panels_read(project: Project, page: str) -> list[str]:
    """Return the ids of a page's panels as they are read."""
    return reading_order(frames_of(find_page(project, page)), project.reading == "rtl")


def draw_panel(project: Project, page: str, panel: str, frame: Polygon) -> Project:
    """Add a panel in front of all others of its page."""
    new = Panel(panel, polygon.frame(frame), border=project.border)
    return on_page(project, page, lambda old: changed(old, panels=inserted(old.panels, new)))


def remove_panels(project: Project, page: str, panels: Iterable[str]) -> Project:
    """Remove panels; their takes remain in the storage."""
    gone = set(panels)
    old = find_page(project, page)
    if missing := gone - {panel.id for panel in old.panels}:
        raise DomainError(f"page {page} has no panel {min(missing)}")
    return with_page(project, changed(old, panels=without(old.panels, gone)))


def duplicate_panel(project: Project, panel: str, make_id: MakeId, dx: float, dy: float) -> Project:
    """Put a copy in front of a panel's page, moved by millimetres."""
    page, old = find_panel(project, panel)
    copy = copied(old, make_id)
    copy = replace(copy, frame=polygon.frame(polygon.moved(copy.frame, dx, dy)))
    return with_page(project, changed(page, panels=inserted(page.panels, copy)))


def set_frame(project: Project, panel: str, frame: Polygon) -> Project:
    """Give a panel another frame."""
    return on_panel(project, panel, lambda old: changed(old, frame=polygon.frame(frame)))


def move_panels(project: Project, page: str, panels: Iterable[str], dx: float, dy: float) -> Project:
    """Move panels of a page by millimetres; their pictures move along."""
    chosen = set(panels)
    moved = {
        name: polygon.moved(frame, dx, dy)
        for name, frame in frames_of(find_page(project, page)).items()
        if name in chosen
    }
    return _with_frames(project, page, moved)


def move_corner(project: Project, panel: str, corner: int, to: Point) -> Project:
    """Move one corner of a panel, and no other panel."""
    _, old = find_panel(project, panel)
    if not 0 <= corner < len(old.frame):
        raise DomainError(f"panel {panel} has no corner {corner}")
    frame = (*old.frame[:corner], to, *old.frame[corner + 1 :])
    if polygon.signed_area(frame) <= 0:
        raise DomainError("frame: the corner cannot move beyond the others")
    return set_frame(project, panel, frame)


def move_edge(project: Project, panel: str, edge: int, by: float, alone: bool = False) -> Project:
    """Move a panel's edge outwards by millimetres; unless `alone`, edges across the gutter keep their distance."""
    page, _ = find_panel(project, panel)
    frames = frames_of(page)
    together = [(panel, edge)] if alone else edges.shared(frames, (panel, edge), reach_of(project))
    return _with_frames(project, page.id, edges.moved_edges(frames, together, by))


def reach_of(project: Project) -> float:
    """Return up to which distance (mm) edges face each other across a gutter."""
    return 1.5 * max(project.gutters.rows, project.gutters.columns, 2.0)


def split_panel(
    project: Project,
    panel: str,
    line: Line,
    new: str,
    gutter: float | None = None,
    picture: tuple[int, int] | None = None,
) -> Project:
    """Cut a panel in two along an endless line; the half that is read first keeps the panel's id and takes. Both keep
    the sketch where it lies on the page.

    `gutter` None: the project's for that direction. `picture`: width and height of what the panel shows, which then
    stays where it is on the page, as if the knife had gone through it.
    """
    page, old = find_panel(project, panel)
    if gutter is None:
        gutter = project.gutters.rows if knife.is_level(line) else project.gutters.columns
    halves = dict(zip("ab", knife.cut(old.frame, line, gutter)))
    first, second = reading_order(halves, project.reading == "rtl")
    other = replace(
        old, id=new, frame=halves[second], take=None, final=False, placement=Placement(), figures=(),
        local_edit=LocalEdit(), sketch=kept_sketch(old, halves[second], page.paper),
    )  # fmt: skip
    placement = old.placement
    if picture is not None:
        was, now = picture_box(old.frame, page.paper), picture_box(halves[first], page.paper)
        placement = kept_at(was, now, picture, placement)
    sketch = kept_sketch(old, halves[first], page.paper)
    kept = changed(old, frame=halves[first], placement=placement, sketch=sketch)
    rest = replaced(page.panels, kept)
    return with_page(project, changed(page, panels=inserted(rest, other, page.panels.index(old) + 1)))


def merge_panels(project: Project, panel: str, other: str) -> Project:
    """Make one panel of two that lie side by side; it is the first one, with its parameters and takes. Its sketch, or
    the other's where it has none, stays where it lies on the page."""
    page, one = find_panel(project, panel)
    its_page, two = find_panel(project, other)
    if page is not its_page or one is two:
        raise DomainError("merge: two panels of one page are needed")
    frame = edges.merged(one.frame, two.frame, reach_of(project))
    sketch = kept_sketch(one if one.sketch.sheet is not None else two, frame, page.paper)
    sketch = replace(one.sketch, sheet=sketch.sheet)
    panels = tuple(replace(p, frame=frame, sketch=sketch) if p is one else p for p in page.panels if p is not two)
    return with_page(project, changed(page, panels=panels))


def restack(project: Project, panel: str, to: int) -> Project:
    """Move a panel to an index of the painting order, 0 at the back; more than there are: to the front."""
    page, _ = find_panel(project, panel)
    return with_page(project, with_panels(page, reordered(page.panels, panel, to)))


def set_border(project: Project, page: str, panels: Iterable[str], width: float) -> Project:
    """Draw panels' lines as wide as this (mm); 0: none."""
    chosen = set(panels)
    old = find_page(project, page)
    new = tuple(changed(p, border=width) if p.id in chosen else p for p in old.panels)
    return with_page(project, with_panels(old, _same(old.panels, new)))


def place_picture(project: Project, panel: str, placement: Placement) -> Project:
    """Move, scale or flip the picture inside its frame."""
    return on_panel(project, panel, lambda old: changed(old, placement=placement))


def apply_frames(project: Project, page: str, frames: Iterable[Polygon], make_id: MakeId) -> Project:
    """Lay a page out anew (a template, say).

    Panels take the new frames in reading order and keep what is in them. Frames that are left over become new panels;
    panels that are left over are removed, as undo brings them back.
    """
    old = find_page(project, page)
    rtl = project.reading == "rtl"
    usable = {str(index): polygon.frame(frame) for index, frame in enumerate(frames)}
    by_id = {panel.id: panel for panel in old.panels}
    kept = [by_id[name] for name in reading_order(frames_of(old), rtl)]
    laid = []
    for index, name in enumerate(reading_order(usable, rtl)):
        panel = kept[index] if index < len(kept) else Panel(make_id(), usable[name], border=project.border)
        laid.append(changed(panel, frame=usable[name]))
    return with_page(project, with_panels(old, _same(old.panels, tuple(laid))))


def _with_frames(project: Project, page: str, frames: dict[str, Polygon]) -> Project:
    old = find_page(project, page)
    new = tuple(changed(p, frame=polygon.frame(frames[p.id])) if p.id in frames else p for p in old.panels)
    return with_page(project, with_panels(old, _same(old.panels, new)))


def _same(old: tuple[Panel, ...], new: tuple[Panel, ...]) -> tuple[Panel, ...]:
    """Return the old tuple if it holds the same objects."""
    return old if len(old) == len(new) and all(a is b for a, b in zip(old, new)) else new

"""What is done with poses, for canvas, menus and docks alike: which figure is at hand, edits, and how poses show."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from animeadapter.protocol.pose import Pose
from komawari.domain.base import new_id
from komawari.domain.edits import parameters, poses
from komawari.domain.edits.panels import panels_read
from komawari.domain.panel import Figure, FigurePose, Panel
from komawari.domain.paper import Box
from komawari.domain.posing.space import Space, Spot
from komawari.domain.posing.whole import fitted, in_place_of, mirrored
from komawari.domain.project import Page, panels_of
from komawari.ui.packs import Packs
from komawari.ui.pose.own import own_presets
from komawari.ui.pose.presets import PosePreset, from_figure, placed, refitted
from komawari.ui.render.transforms import EMPTY, Pixels, box_of, picture_to_page
from komawari.ui.session import Session

SHARE = 0.85
"""Of the frame's height, how high somebody stands who is dropped into it."""
GUESSED_LONGER = 1024
"""Pixels of the longer side of a picture of which nothing is known yet."""


@dataclass(frozen=True)
class PoseOptions:
    """How poses are shown and dragged."""

    ghost: bool = False
    """The panel that is read before shows its poses."""
    control: bool = False
    """The control picture is shown as the engine will see it."""
    regions: bool = True
    """Where several figures rule is shown."""
    keep_lengths: bool = False
    """Dragged joints keep their bones' lengths."""
    limits: bool = False
    """Joints do what a body can do."""


class PoseDesk(QObject):
    """A session's poses; `desk_of` returns the one that it has."""

    options_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.session = session
        self.options = PoseOptions()

    @property
    def packs(self) -> Packs:
        """The packs, of which the engine is asked when they are first needed."""
        return Packs.of(self.session)

    def set_options(self, **fields: bool) -> None:
        """Show or drag poses otherwise."""
        new = replace(self.options, **fields)
        if new != self.options:
            self.options = new
            self.options_changed.emit()

    # Who is at hand.

    @property
    def panel(self) -> Panel | None:
        """The panel whose poses are worked on, of the shown page."""
        chosen = self.session.selected
        there = self.session.shown_page.panels if chosen else ()
        return next((one for one in there if one.id == chosen[-1]), None)

    @property
    def figure(self) -> Figure | None:
        """The figure at hand: the chosen one, or else the first."""
        figures = self.panel.figures if self.panel else ()
        return next((one for one in figures if one.id == self.session.figure), figures[0] if figures else None)

    @property
    def has_pose(self) -> bool:
        """Whether the figure at hand has a pose."""
        return self.figure is not None and self.figure.pose is not None

    # Where poses lie.

    def pixels(self, panel: Panel, page: Page | None = None) -> Pixels:
        """Return the size of the picture that will be drawn; its proportions alone where its pack is not known."""
        paper = (page or self.session.shown_page).paper
        found = self.packs.size_of(panel, paper)
        if found is not None:
            return found
        left, top, right, bottom = box_of(panel, paper)
        factor = GUESSED_LONGER / max(right - left, bottom - top)
        return (max(1, round((right - left) * factor)), max(1, round((bottom - top) * factor)))

    def space(self, panel: Panel) -> Space:
        """Return where on the shown page the canvas of a panel's poses lies."""
        paper = self.session.shown_page.paper
        return space_of(panel, self.session.shown_page, self.packs.size_of(panel, paper) or EMPTY)

    # Edits.

    def set_pose(
        self, panel: str, figure: str, pose: FigurePose | None, name: str, gesture: object | None = None
    ) -> bool:
        """Give a figure another pose, or none; steps of one gesture are one step of undo."""
        edit = partial(poses.set_pose, panel=panel, figure=figure, pose=pose)
        return self.session.edit(name, edit, gesture)

    def change(self, name: str, change: Callable[[FigurePose], FigurePose | None], gesture: object = None) -> bool:
        """Change the pose of the figure at hand."""
        panel, figure = self.panel, self.figure
        if panel is None or figure is None or figure.pose is None:
            return False
        return self.set_pose(panel.id, figure.id, change(figure.pose), name, gesture)

    def mirror(self) -> bool:
        """Mirror the figure at hand where it stands."""
        return self.change(self.tr("Mirror pose"), mirrored)

    def remove(self) -> bool:
        """Take its pose away; the model then chooses how it stands."""
        return self.change(self.tr("Remove pose"), lambda _: None)

    def give(self, preset: PosePreset) -> bool:
        """Give the figure at hand a preset, as large as it was and where it was; somebody new where there is nobody."""
        panel, figure = self.panel, self.figure
        if panel is None:
            return False
        if figure is None:
            return self.add(panel.id, preset)
        proportions = (float(preset.canvas[0]), float(preset.canvas[1]))
        old = figure.pose
        pose = None if old is None else in_place_of(preset.pose, proportions, old, self.space(panel))
        if pose is None:
            width, height = self.pixels(panel)
            index, count = panel.figures.index(figure), len(panel.figures)
            pose = FigurePose.of(placed(preset, (float(width), float(height)), index, count))
        return self.set_pose(panel.id, figure.id, pose, self.tr("Choose pose"))

    def add(self, panel: str, preset: PosePreset, at: Spot | None = None) -> bool:
        """Add somebody with a preset's pose around a spot of the page (None: in the frame's middle), and choose it."""
        there = next((one for one in self.session.shown_page.panels if one.id == panel), None)
        if there is None:
            return False
        proportions = (float(preset.canvas[0]), float(preset.canvas[1]))
        box = self._room(there, at, proportions)
        figure = Figure(new_id(), pose=fitted(preset.pose, proportions, self.space(there), box))
        return self._added(panel, figure, self.tr("Add figure"))

    def _added(self, panel: str, figure: Figure, name: str) -> bool:
        if not self.session.edit(name, partial(parameters.add_figure, panel=panel, figure=figure)):
            return False
        if self.session.selected[-1:] != (panel,):
            self.session.select(panel)
        self.session.choose_figure(figure.id)
        return True

    def _room(self, panel: Panel, at: Spot | None, proportions: tuple[float, float]) -> Box:
        left, top, right, bottom = box_of(panel, self.session.shown_page.paper)
        high = (bottom - top) * SHARE
        wide = high * proportions[0] / proportions[1]
        x, y = at or ((left + right) / 2, (top + bottom) / 2)
        return (x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)

    def save_preset(self, title: str) -> None:
        """Save the pose of the figure at hand among the artist's own presets."""
        panel, figure = self.panel, self.figure
        if panel is None or figure is None or figure.pose is None or not title.strip():
            return
        width, height = self.pixels(panel)
        own_presets(self.session).save(from_figure(new_id(), title.strip(), figure.pose.pose(), (width, height)))
        self.session.message.emit(self.tr("Saved among your presets: {0}").format(title.strip()))

    # The panel before.

    def poses_before(self, panel: Panel) -> list[tuple[Figure, FigurePose]]:
        """Return who stood how in the panel that is read before, on this panel's canvas."""
        page, former = self._before(panel)
        if page is None or former is None:
            return []
        source, target = self.pixels(former, page), self.pixels(panel)
        return [
            (one, FigurePose.of(refitted(one.pose.pose(), source, target)))
            for one in former.figures if one.pose is not None
        ]  # fmt: skip

    def _before(self, panel: Panel) -> tuple[Page | None, Panel | None]:
        project, order = self.session.project, panels_read(self.session.project, self.session.page)
        at = order.index(panel.id) if panel.id in order else 0
        if at == 0:
            index = next(i for i, page in enumerate(project.pages) if page.id == self.session.page)
            order = panels_read(project, project.pages[index - 1].id) if index > 0 else []
            at = len(order)
        found = {one.id: (page, one) for page, one in panels_of(project)}
        return found[order[at - 1]] if at else (None, None)

    def take_before(self) -> bool:
        """Give the figure at hand the pose that its character had in the panel before, or else the first one there."""
        panel, figure = self.panel, self.figure
        if panel is None:
            return False
        before = self.poses_before(panel)
        same = [pose for one, pose in before if figure is not None and one.character == figure.character]
        poses_there = same or [pose for _, pose in before]
        if not poses_there:
            self.session.message.emit(self.tr("The panel before has no pose"))
            return False
        if figure is None:
            return self._added(panel.id, Figure(new_id(), pose=poses_there[0]), self.tr("Take the pose before"))
        return self.set_pose(panel.id, figure.id, poses_there[0], self.tr("Take the pose before"))


def space_of(panel: Panel, page: Page, picture: Pixels) -> Space:
    """Return where on its page the canvas of a panel's poses lies, for a picture of so many pixels."""
    lies = picture_to_page(panel, page.paper, picture)
    return Space(lies.dx(), lies.dy(), lies.m11(), lies.m22())


def desk_of(session: Session) -> PoseDesk:
    """Return a session's desk; it begins with the first call."""
    return session.findChild(PoseDesk) or PoseDesk(session)


def poses_of(panel: Panel) -> list[Pose]:
    """Return the poses of a panel's figures, in order."""
    return [one.pose.pose() for one in panel.figures if one.pose is not None]

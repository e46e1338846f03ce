"""The figures of the selected panel as they are shown now, and their painting over the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPolygonF, QTransform

from komawari.domain.panel import Figure, FigurePose, Panel
from komawari.domain.posing.hidden import guessed
from komawari.domain.posing.plane import minus, plus
from komawari.domain.posing.skeleton import PARENTS
from komawari.domain.posing.space import Space, Spot, Spots
from komawari.ui.canvas import overlay
from komawari.ui.canvas.colours import ACCENT
from komawari.ui.canvas.tools import pose_paint
from komawari.ui.canvas.tools.pose_hits import PoseHit, Shown
from komawari.ui.pose.colours import colour_of, joint_name, name_of
from komawari.ui.pose.control_picture import control_picture
from komawari.ui.pose.desk import PoseDesk
from komawari.ui.render import marks
from komawari.ui.render.frames import bled, qpolygon
from komawari.ui.render.transforms import picture_to_page

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView


BELOW = 24
"""Pixels right of and below a joint where its name begins, with some room."""


class PoseScene:
    """What a hand sees of figures."""

    def __init__(self, view: CanvasView, desk: PoseDesk) -> None:
        self.view, self.desk = view, desk
        self.hovered: PoseHit | None = None
        self.joint: int | None = None
        """The joint of the figure at hand that keys work on."""
        self.working: tuple[str, FigurePose] | None = None
        """A figure and its pose while it is dragged."""
        self._last_seen: dict[tuple[str, int], Spot] = {}
        """Figure and joint → the way (fractions of the canvas) from its parent to where it was hidden."""
        self._control: tuple[object, QImage] | None = None
        self._regions: dict[str, tuple[object, QImage]] = {}

    # Figures.

    def figures(self) -> list[Shown]:
        """Return the panel's figures, the one at hand last."""
        panel, at_hand = self.desk.panel, self.desk.figure
        if panel is None:
            return []
        space = self.desk.space(panel)
        every = [self._shown(panel, one, space, one is at_hand) for one in panel.figures]
        return sorted((one for one in every if one is not None), key=lambda one: one.at_hand)

    def figure(self, name: str | None = None) -> Shown | None:
        """Return a figure, None: the one at hand; None where it has no pose."""
        every = self.figures()
        return next((one for one in every if (one.at_hand if name is None else one.figure == name)), None)

    def _shown(self, panel: Panel, figure: Figure, space: Space, at_hand: bool) -> Shown | None:
        pose = figure.pose
        if self.working is not None and self.working[0] == figure.id:
            pose = self.working[1]
        if pose is None:
            return None
        spots, project = space.spots(pose), self.view.session.project
        hidden = self._hidden(figure.id, spots, space) if at_hand else {}
        name = name_of(project, panel, figure)
        return Shown(figure.id, pose, spots, hidden, colour_of(project, figure), name, at_hand)

    def _hidden(self, figure: str, spots: Spots, space: Space) -> dict[int, Spot]:
        if all(spot is not None for spot in spots):
            return {}
        found = guessed(spots, abs(space.down))
        for joint in found:
            way, holder = self._last_seen.get((figure, joint)), spots[PARENTS.get(joint, joint)]
            if way is not None and holder is not None:
                found[joint] = plus(holder, (way[0] * space.across, way[1] * space.down))
        return found

    def remember(self, shown: Shown, joint: int, space: Space) -> None:
        """Keep where a joint was that is about to be hidden."""
        spot, holder = shown.spots[joint], shown.spots[PARENTS.get(joint, joint)]
        if spot is not None and holder is not None:
            way = minus(spot, holder)
            self._last_seen[(shown.figure, joint)] = (way[0] / space.across, way[1] / space.down)

    # Painting.

    @property
    def pixel(self) -> float:
        """Millimetres that a pixel of the screen takes."""
        return 1 / max(self.view.camera.scale, 1e-6)

    def area(self) -> QRectF:
        """Return what of the view the figures are painted in; with the control picture, all of the panel's picture.

        While one is dragged it is that one's area alone.
        """
        panel = self.desk.panel
        if panel is None:
            return QRectF()
        transform, space, area = self.view.viewportTransform(), self.desk.space(panel), QRectF()
        outline = qpolygon(bled(panel.frame, self.view.session.shown_page.paper).polygon)
        frame = transform.mapRect(outline.boundingRect())
        for one in self.figures():
            resting = self.working is None
            if not resting and self.working is not None and self.working[0] != one.figure:
                continue
            area |= pose_paint.area_of(one, transform, self.pixel, resting)
            if resting:
                area |= self._label_room(one, transform)
            if self._tints(panel):
                area |= pose_paint.region_room(one, transform, space.longer) & frame
        if self.desk.options.control:
            corner, other = space.spot(0, 0), space.spot(1, 1)
            area |= transform.mapRect(QRectF(QPointF(*corner), QPointF(*other)).normalized())
        return area & QRectF(self.view.viewport().rect())

    def _label_room(self, shown: Shown, transform: QTransform) -> QRectF:
        found = self.hovered
        if found is None or found.figure != shown.figure or found.kind not in ("joint", "hidden"):
            return QRectF()
        spot = shown.spots[found.part] or shown.hidden.get(found.part)
        if spot is None:
            return QRectF()
        at, room = transform.map(QPointF(*spot)), marks.chip_rect(self._label(found))
        return QRectF(at.x() - 2, at.y() - 2, room.width() + BELOW, room.height() + BELOW)

    @staticmethod
    def _label(found: PoseHit) -> str:
        text = joint_name(found.part)
        return text if found.kind == "joint" else QCoreApplication.translate("Pose", "{0} (hidden)").format(text)

    def _tints(self, panel: Panel) -> bool:
        return self.desk.options.regions and len(panel.figures) > 1

    def paint(self, painter: QPainter, resting: bool) -> None:
        """Paint the figures over the page; `resting`: nothing is being dragged, and handles are shown."""
        panel = self.desk.panel
        if panel is None:
            return
        frame = qpolygon(bled(panel.frame, self.view.session.shown_page.paper).polygon)
        figures, space, options = self.figures(), self.desk.space(panel), self.desk.options
        if options.control:
            self._paint_control(painter, panel, frame)
        self._paint_within(painter, panel, frame, figures, space)
        overlay.paint_outline(painter, frame, ACCENT, 1.5)
        for one in figures:
            if not options.control:
                pose_paint.paint_figure(painter, one, frame, self.hovered, self.joint)
            if one.at_hand and resting:
                pose_paint.paint_handles(painter, one, self.pixel, self.hovered)
            if self.working is None or self.working[0] != one.figure:
                pose_paint.paint_name(painter, one, self.pixel)
        if resting:
            self._paint_label(painter, figures)

    def _paint_within(
        self, painter: QPainter, panel: Panel, frame: QPolygonF, figures: list[Shown], space: Space
    ) -> None:
        """Paint regions and the panel before, as far as the frame goes."""
        painter.save()
        inside = QPainterPath()
        inside.addPolygon(frame)
        painter.setClipPath(inside, Qt.ClipOperation.IntersectClip)
        if self._tints(panel) and not self.desk.options.control:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            canvas = QRectF(QPointF(*space.spot(0, 0)), QPointF(*space.spot(1, 1))).normalized()
            for one in figures:
                painter.drawImage(canvas, self._region(one, canvas))
        if self.desk.options.ghost:
            for figure, pose in self.desk.poses_before(panel):
                pose_paint.paint_ghost(painter, space.spots(pose), colour_of(self.view.session.project, figure))
        painter.restore()

    def _region(self, shown: Shown, canvas: QRectF) -> QImage:
        """Return a figure's region, made anew where the figure stands otherwise."""
        key = (shown.spots, shown.colour.rgb(), canvas.getRect())
        held = self._regions.get(shown.figure)
        if held is None or held[0] != key:
            held = self._regions[shown.figure] = (key, pose_paint.region_image(shown, canvas))
        return held[1]

    def _paint_label(self, painter: QPainter, figures: list[Shown]) -> None:
        """Say which joint is under the hand."""
        found = self.hovered
        one = next((one for one in figures if found is not None and one.figure == found.figure), None)
        if one is None or found is None or found.kind not in ("joint", "hidden"):
            return
        spot = one.spots[found.part] or one.hidden.get(found.part)
        if spot is not None:
            overlay.paint_label(painter, spot, self._label(found))

    def _paint_control(self, painter: QPainter, panel: Panel, frame: QPolygonF) -> None:
        """Paint what the engine will see over the panel's picture, dim where the frame hides it."""
        there = {one.figure: one.pose for one in self.figures()}
        poses, size = tuple(there[one.id] for one in panel.figures if one.id in there), self.desk.pixels(panel)
        if self._control is None or self._control[0] != (poses, size):
            self._control = ((poses, size), control_picture((pose.pose() for pose in poses), size))
        inside = QPainterPath()
        inside.addPolygon(frame)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for opacity in (pose_paint.DIM, 1.0):
            painter.save()
            painter.setOpacity(opacity)
            if opacity == 1:
                painter.setClipPath(inside, Qt.ClipOperation.IntersectClip)
            painter.setTransform(picture_to_page(panel, self.view.session.shown_page.paper, size), combine=True)
            painter.drawImage(QRectF(0, 0, 1, 1), self._control[1])
            painter.restore()
        painter.restore()

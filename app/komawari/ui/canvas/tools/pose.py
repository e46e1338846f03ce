"""Pose the figures of the selected panel: drag joints and bones, move, scale and turn, hide and show."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QCursor, QKeyEvent, QPainter

from komawari.domain.edits import poses as edits
from komawari.domain.edits.panels import panels_read
from komawari.domain.posing.carrying import with_spots
from komawari.domain.posing.dragging import joint_placed
from komawari.domain.posing.plane import plus
from komawari.domain.posing.space import Spot
from komawari.domain.posing.whole import moved
from komawari.ui.canvas.hits import panel_at
from komawari.ui.canvas.pointer import Pointer
from komawari.ui.canvas.tools.base import Drag, DragTool
from komawari.ui.canvas.tools.pose_drags import PoseDrag, Target, drag_of
from komawari.ui.canvas.tools.pose_hits import PoseHit, Shown, hit
from komawari.ui.canvas.tools.pose_scene import PoseScene
from komawari.ui.pose.bar import PoseBar
from komawari.ui.pose.colours import joint_name
from komawari.ui.pose.desk import desk_of
from komawari.ui.pose.own import own_presets
from komawari.ui.pose.picker import MIME, preset_named

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView

STEPS = {Qt.Key.Key_Comma: -1, Qt.Key.Key_Period: 1}
REMOVING = (Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
LABEL = QSizeF(110, 52)
"""Pixels right of and below the hand in which a drag says how far it has come."""
EDGE = 3
"""Pixels that are painted anew round what has changed."""


class PoseTool(DragTool):
    """Works on the selected panel; while it drags, nothing but the figure's own surroundings is painted anew."""

    name, key = "pose", "P"
    draws_over_panel = True

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self.desk = desk_of(view.session)
        self.scene = PoseScene(view, self.desk)
        self.bar: PoseBar | None = None
        """Over the view while figures are posed."""
        self._painted = QRectF()
        self.desk.options_changed.connect(self._repaint)
        view.session.figure_changed.connect(self._other_figure)
        view.drops.takers[MIME] = self._dropped

    def title(self) -> str:
        """Return its name."""
        return self.tr("Pose")

    def hint(self) -> str:
        """Return what it does."""
        panel = self.desk.panel
        if panel is not None and not any(one.pose is not None for one in panel.figures):
            return self.tr("Nobody is posed in this panel: choose a pose in the bar above, or double-click the panel.")
        return self.tr(
            "Drag a joint, or a bone to bend its limb. Ctrl keeps lengths, Alt bends the other way, Shift moves the "
            "figure. Right-click hides a joint. Delete removes the pose. Esc goes back."
        )

    # Coming and going.

    def enter(self) -> None:
        """Work on the first panel where none is selected."""
        session = self.view.session
        if not session.selected and session.shown_page.panels:
            session.select(panels_read(session.project, session.page)[0])
        if self.bar is None:
            self.desk.packs.changed.connect(self._repaint)
            self.bar = PoseBar(self.view, self.desk, self.view.keys_of)
        self.bar.refresh()
        self.bar.show()
        self.bar.raise_()

    def leave(self) -> None:
        """Be put away."""
        super().leave()
        self.scene.hovered, self.scene.joint = None, None
        self.view.session.end_gesture()
        if self.bar is not None:
            self.bar.hide()

    def _other_figure(self) -> None:
        self.scene.joint = None
        self._repaint()

    def _dropped(self, panel: str, data: QMimeData) -> None:
        """Let somebody come to stand where a preset was dropped."""
        preset = preset_named(own_presets(self.view.session), bytes(data.data(MIME).data()).decode())
        if preset is not None:
            self.desk.add(panel, preset, self.view.drops.place)
            self.view.set_tool(self.name)

    # The hand.

    def _hit(self, pointer: Pointer) -> PoseHit | None:
        return hit(self.scene.figures(), pointer, self.view.viewportTransform())

    def cursor(self, pointer: Pointer | None) -> Qt.CursorShape | QCursor:
        """Return what a press would do."""
        found = self.scene.hovered
        if pointer is None or found is None:
            return Qt.CursorShape.ArrowCursor
        if self.drag is not None:
            return Qt.CursorShape.ClosedHandCursor
        if pointer.shift or found.kind == "name":
            return Qt.CursorShape.SizeAllCursor
        shapes = {"scale": Qt.CursorShape.SizeFDiagCursor, "turn": Qt.CursorShape.CrossCursor}
        return shapes.get(found.kind, Qt.CursorShape.OpenHandCursor)

    def hover(self, pointer: Pointer) -> None:
        """Show what could be grabbed."""
        found = self._hit(pointer)
        if found != self.scene.hovered:
            self.scene.hovered = found
            self._repaint_figures()

    def press(self, pointer: Pointer) -> None:
        """Choose the figure under the hand at once."""
        super().press(pointer)
        found = self._hit(pointer)
        if found is not None:
            self.view.session.choose_figure(found.figure)
            self.scene.joint = found.part if found.kind == "joint" else None
            self.scene.hovered = found
            self._repaint_figures()

    def begin(self, start: Pointer, now: Pointer) -> Drag | None:
        """Drag what lay under the hand."""
        panel, found = self.desk.panel, self._hit(start)
        shown = None if found is None else self.scene.figure(found.figure)
        if panel is None or found is None or shown is None:
            return None
        return drag_of(self.view, start, Target(panel.id, shown, self.desk.space(panel), self.desk.options, found))

    def _show(self, pointer: Pointer) -> None:
        if isinstance(self.drag, PoseDrag):
            self.scene.working = (self.drag.shown.figure, self.drag.pose_at(pointer))
            self._repaint_figures()

    def release(self, pointer: Pointer) -> None:
        """Make the drag one edit, or the press a click."""
        pressed, drag = self._pressed, self.drag
        self._pressed, self.drag, self.scene.working = None, None, None
        if isinstance(drag, PoseDrag):
            self.view.session.edit(drag.name(), drag.edit_at(pointer))
            self.view.session.end_gesture()
            self._repaint_figures()
        elif pressed is not None:
            self.click(pointer)

    def click(self, pointer: Pointer) -> None:
        """Go on with another panel; a click beside everything lets the joint go."""
        if self._hit(pointer) is None:
            self.scene.joint = None
            panel = panel_at(self.view.session.shown_page, pointer.page)
            if panel is not None and panel not in self.view.session.selected[-1:]:
                self.view.session.select(panel)
                self.view.hint.emit(self.hint())
            self._repaint_figures()

    def cancel(self) -> bool:
        """Give the drag up; the figure is as it was."""
        was = self._pressed is not None
        self._pressed, self.drag, self.scene.working = None, None, None
        self._repaint_figures()
        return was

    def double_click(self, pointer: Pointer) -> None:
        """Show a hidden joint, or offer poses where nobody is."""
        self.cancel()
        found = self._hit(pointer)
        if found is not None and found.kind == "hidden":
            self.toggle(found.figure, found.part)
        elif found is None and self.bar is not None and panel_at(self.view.session.shown_page, pointer.page):
            self.bar.offer(self.view.viewport().mapToGlobal(pointer.view), pointer.page)

    def right_click(self, pointer: Pointer) -> bool:
        """Hide the joint under the hand, or show it; beside joints the panel's menu comes."""
        found = self._hit(pointer)
        if found is None or found.kind not in ("joint", "hidden"):
            return False
        self.view.session.choose_figure(found.figure)
        self.toggle(found.figure, found.part)
        return True

    def toggle(self, figure: str, joint: int) -> None:
        """Hide a joint, or show it where it was or most likely is."""
        panel, shown = self.desk.panel, self.scene.figure(figure)
        if panel is None or shown is None:
            return
        space, name = self.desk.space(panel), self.tr("Show joint")
        if shown.spots[joint] is None:
            back = shown.hidden.get(joint)
            spots = shown.spots if back is None else joint_placed(shown.spots, joint, back)
        elif sum(one is not None for one in shown.spots) == 1:
            self.view.hint.emit(self.tr("This is the last joint; Delete removes the whole pose."))
            return
        else:
            self.scene.remember(shown, joint, space)
            spots = tuple(None if index == joint else one for index, one in enumerate(shown.spots))
            name = self.tr("Hide joint")
        self.scene.hovered = None
        self.desk.set_pose(panel.id, figure, with_spots(shown.pose, space, spots), name)

    # Keys.

    def claims(self, event: QKeyEvent) -> bool:
        """Have Delete and the joints' keys for itself, whatever the window does by them."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return plain and event.key() in (*REMOVING, *STEPS, Qt.Key.Key_H) and self.scene.figure() is not None

    def press_key(self, event: QKeyEvent) -> bool:
        """Nudge by arrows, remove by Delete, go through the joints by comma and period, hide and show by H."""
        shown = self.scene.figure()
        if event.key() == Qt.Key.Key_Escape and self.scene.joint is not None:
            self.scene.joint = None
            self._repaint_figures()
            return True
        if shown is not None and not self.is_busy:
            if self.claims(event):
                self._own_key(Qt.Key(event.key()), shown)
                return True
            if (way := self.view.way_of(event)) is not None:
                self._nudge(shown, way)
                return True
        return super().press_key(event)

    def _own_key(self, key: Qt.Key, shown: Shown) -> None:
        joint = self.scene.joint
        if key in REMOVING:
            self.desk.remove()
        elif key in STEPS:
            first = 0 if STEPS[key] > 0 else len(shown.spots) - 1
            self.scene.joint = first if joint is None else (joint + STEPS[key]) % len(shown.spots)
            self.view.hint.emit(joint_name(self.scene.joint))
            self._repaint_figures()
        elif joint is not None:
            self.toggle(shown.figure, joint)
            self.scene.joint = joint

    def _nudge(self, shown: Shown, way: Spot) -> None:
        """Move the chosen joint, or else the figure, by millimetres; steps that follow soon are one undo step."""
        panel, joint = self.desk.panel, self.scene.joint
        if panel is None:
            return
        space, spot = self.desk.space(panel), None if joint is None else shown.spots[joint]
        if joint is None or spot is None:
            pose, name = moved(shown.pose, space, *way), self.tr("Move figure")
        else:
            pose = with_spots(shown.pose, space, joint_placed(shown.spots, joint, plus(spot, way)))
            name = self.tr("Move joint")
        edit = partial(edits.set_pose, panel=panel.id, figure=shown.figure, pose=pose)
        self.view.session.edit(name, edit, gesture=("pose", "nudge", shown.figure, joint))
        self.view.end_soon()

    # Painting.

    def _repaint(self) -> None:
        if self.view.tool == self.name:
            self.view.viewport().update()

    def _repaint_figures(self) -> None:
        """Paint anew where figures were and are, and nothing else."""
        now = self.scene.area()
        if isinstance(self.drag, PoseDrag) and self.drag.label and self._last is not None:
            now |= QRectF(QPointF(self._last.view), LABEL)
        area, self._painted = now | self._painted, now
        self.view.viewport().update(area.toAlignedRect().adjusted(-EDGE, -EDGE, EDGE, EDGE))

    def paint(self, painter: QPainter) -> None:
        """Paint the figures over the page."""
        self.scene.paint(painter, resting=self.drag is None)
        super().paint(painter)

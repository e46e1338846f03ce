"""What can be done with poses, in one table: the canvas' bar, the window's menu and its keys are made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.openpose_json import Dialect
from komawari.ui.pose.desk import PoseDesk, desk_of
from komawari.ui.pose.exchange import exchange_of
from komawari.ui.session import Session


@dataclass(frozen=True)
class PoseCommand:
    """One thing to do, or one way to show poses."""

    name: str
    text: str
    tip: str
    icon: str
    do: Callable[..., object]
    keys: tuple[str, ...] = ()
    option: str = ""
    """The field of `PoseOptions` that it turns on and off; `do` then gets the new state."""
    enabled: Callable[[], bool] | None = None


class Asking(Protocol):
    """Who asks the artist for a file, a name or a preset."""

    def open_file(self, title: str, kinds: str, then: Callable[[Path], object]) -> None: ...
    def pose_file(self, then: Callable[[Path, Dialect], object]) -> None: ...
    def text(self, title: str, label: str, then: Callable[[str], object]) -> None: ...
    def preset(self, adding: bool) -> None: ...


def pose_commands(session: Session, asking: Asking) -> tuple[PoseCommand, ...]:
    """Return all of them."""
    desk = desk_of(session)
    return (*_figures(desk, asking), *_options(desk), *_outside(session, desk, asking))


def _figures(desk: PoseDesk, asking: Asking) -> list[PoseCommand]:
    tr, selected = QCoreApplication.translate, lambda: desk.panel is not None
    posed = lambda: desk.has_pose  # noqa: E731
    return [
        PoseCommand("pose.add", tr("Pose", "Add figure…"),
                    tr("Pose", "Put somebody into the panel, in a preset's pose"), "character-add",
                    partial(asking.preset, True), enabled=selected),
        PoseCommand("pose.choose", tr("Pose", "Choose pose…"),
                    tr("Pose", "Give the figure at hand a preset's pose, where it stands"),
                    "pose", partial(asking.preset, False), enabled=selected),
        PoseCommand("pose.mirror", tr("Pose", "Mirror figure"),
                    tr("Pose", "Mirror the figure at hand where it stands"), "flip", desk.mirror, ("Shift+M",),
                    enabled=posed),
        PoseCommand("pose.previous", tr("Pose", "Take the pose of the panel before"),
                    tr("Pose", "Let the figure at hand stand as it did in the panel that is read before"),
                    "pose-before", desk.take_before, enabled=selected),
        PoseCommand("pose.remove", tr("Pose", "Remove pose"),
                    tr("Pose", "Take the pose away: the model chooses how the figure stands"), "remove", desk.remove,
                    enabled=posed),
    ]  # fmt: skip


def _options(desk: PoseDesk) -> list[PoseCommand]:
    tr = QCoreApplication.translate

    def option(field: str, name: str, text: str, tip: str, icon: str, *keys: str) -> PoseCommand:
        def turn(on: bool) -> None:
            desk.set_options(**{field: on})

        return PoseCommand(f"pose.{name}", text, tip, icon, turn, keys, field)

    return [
        option("ghost", "ghost", tr("Pose", "Show the panel before"),
               tr("Pose", "Show how figures stood in the panel that is read before"), "ghost", "Shift+G"),
        option("control", "control", tr("Pose", "Show the control picture"),
               tr("Pose", "Show the skeletons exactly as the engine will see them"), "control", "Shift+P"),
        option("regions", "regions", tr("Pose", "Show regions"),
               tr("Pose", "Show where each of several figures rules; it follows the skeleton"), "region"),
        option("keep_lengths", "lengths", tr("Pose", "Keep lengths"),
               tr("Pose", "Dragged joints keep their bones' lengths; Ctrl does the contrary"), "bone"),
        option("limits", "limits", tr("Pose", "Limit joints"),
               tr("Pose", "Joints bend no farther, and bones are no longer, than a body allows"), "limits"),
    ]  # fmt: skip


def _outside(session: Session, desk: PoseDesk, asking: Asking) -> list[PoseCommand]:
    tr, exchange = QCoreApplication.translate, exchange_of(session)
    pictures, files = tr("Pose", "Picture with people"), tr("Pose", "OpenPose files")

    def has_picture() -> bool:
        return desk.panel is not None and desk.panel.take is not None

    def has_poses() -> bool:
        return desk.panel is not None and any(one.pose is not None for one in desk.panel.figures)

    selected, posed = (lambda: desk.panel is not None), (lambda: desk.has_pose)
    return [
        PoseCommand("pose.detect", tr("Pose", "Detect in the panel's picture"),
                    tr("Pose", "Let the figures stand as the people in the panel's picture do"), "eye",
                    exchange.find_in_take, enabled=has_picture),
        PoseCommand("pose.detect_file", tr("Pose", "Detect in a picture…"),
                    tr("Pose", "Let the figures stand as the people in a picture file do"), "picture",
                    partial(asking.open_file, pictures, "pictures", exchange.find_in_file), enabled=selected),
        PoseCommand("pose.import", tr("Pose", "Import OpenPose JSON…"),
                    tr("Pose", "Read poses of other programs, hands and faces included"), "import",
                    partial(asking.open_file, files, "poses", exchange.read), enabled=selected),
        PoseCommand("pose.export", tr("Pose", "Export OpenPose JSON…"),
                    tr("Pose", "Write the panel's poses for other programs"), "export",
                    partial(asking.pose_file, exchange.write), enabled=has_poses),
        PoseCommand("pose.save", tr("Pose", "Save as preset…"),
                    tr("Pose", "Keep the pose of the figure at hand among your own presets"), "save",
                    partial(asking.text, tr("Pose", "Save pose"), tr("Pose", "Name of the preset"), desk.save_preset),
                    enabled=posed),
    ]  # fmt: skip

"""Whose figure is whose: a colour for each character, and what the figures are called."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QColor

from animeadapter.protocol.pose import JOINTS
from komawari.domain.panel import Figure, Panel
from komawari.domain.project import Project

CAST = tuple(map(QColor, (
    "#d23b52", "#2473d6", "#178a56", "#9a47d0", "#c26a08", "#0c8a92", "#cc3790", "#6b7a14",
)))  # fmt: skip
"""Colours of the project's characters, in order; white reads well on each of them."""
NOBODY = QColor("#5b6878")


def colour_of(project: Project, figure: Figure) -> QColor:
    """Return the colour of a figure's character, the same in every panel."""
    places = {one.id: index for index, one in enumerate(project.characters)}
    index = places.get(figure.character or "")
    return NOBODY if index is None else CAST[index % len(CAST)]


def name_of(project: Project, panel: Panel, figure: Figure) -> str:
    """Return what a figure is called, with its number where there are several."""
    character = next((one for one in project.characters if one.id == figure.character), None)
    name = character.name if character else QCoreApplication.translate("Pose", "Nobody in particular")
    if len(panel.figures) < 2:
        return name
    return f"{next(i for i, one in enumerate(panel.figures, 1) if one.id == figure.id)}  {name}"


def joint_name(joint: int) -> str:
    """Return what a joint is called."""
    tr = QCoreApplication.translate
    names = {
        "nose": tr("Pose", "Nose"), "neck": tr("Pose", "Neck"),
        "right_shoulder": tr("Pose", "Right shoulder"), "right_elbow": tr("Pose", "Right elbow"),
        "right_wrist": tr("Pose", "Right wrist"), "left_shoulder": tr("Pose", "Left shoulder"),
        "left_elbow": tr("Pose", "Left elbow"), "left_wrist": tr("Pose", "Left wrist"),
        "right_hip": tr("Pose", "Right hip"), "right_knee": tr("Pose", "Right knee"),
        "right_ankle": tr("Pose", "Right ankle"), "left_hip": tr("Pose", "Left hip"),
        "left_knee": tr("Pose", "Left knee"), "left_ankle": tr("Pose", "Left ankle"),
        "right_eye": tr("Pose", "Right eye"), "left_eye": tr("Pose", "Left eye"),
        "right_ear": tr("Pose", "Right ear"), "left_ear": tr("Pose", "Left ear"),
    }  # fmt: skip
    return names[JOINTS[joint]]

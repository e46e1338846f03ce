"""Pose presets: read from the resources, and put on a picture's canvas."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta
from PySide6.QtCore import QCoreApplication

import komawari_resources
from animeadapter.protocol.files import read_file
from animeadapter.protocol.pose import Pose
from komawari.domain.panel import FigurePose
from komawari.domain.posing.whole import mirrored

Canvas = tuple[float, float]
Side = Annotated[int, Meta(ge=1, le=100)]
DIGITS = 5
OWN = "own"
"""The group of presets that the artist saved."""
OWN_CANVAS = (2, 3)
MARGIN = 0.08
"""Of a canvas that is left free around somebody who is saved."""


class PosePreset(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A posture that artists begin with."""

    name: str
    title: str
    group: str
    canvas: tuple[Side, Side]
    """Proportions of the picture for which the pose was made."""
    tags: tuple[str, ...]
    """To be found by, beside the title."""
    pose: Pose

    @property
    def shown_title(self) -> str:
        """The title for people."""
        return self.title if self.group == OWN else QCoreApplication.translate("Poses", self.title)

    def matches(self, text: str) -> bool:
        """Return whether a search finds it."""
        words = f"{self.shown_title} {self.title} {self.group} {' '.join(self.tags)}".lower()
        return all(part in words for part in text.lower().split())


@cache
def shipped_presets() -> tuple[PosePreset, ...]:
    """Return the presets that ship with Komawari."""
    data = read_file(komawari_resources.path("poses", "presets.json"))
    return msgspec.json.decode(data, type=tuple[PosePreset, ...], strict=True)


def placed(preset: PosePreset, canvas: Canvas, index: int = 0, count: int = 1) -> Pose:
    """Return a preset's pose, whole and undistorted, on a canvas, in the share of one of `count` figures."""
    fitted = refitted(preset.pose, (float(preset.canvas[0]), float(preset.canvas[1])), (canvas[0] / count, canvas[1]))
    return fitted.mapped(lambda x, y: (round((index + x) / count, DIGITS), round(y, DIGITS)))


def refitted(pose: Pose, source: Canvas, target: Canvas) -> Pose:
    """Return the pose of a canvas centred, whole and undistorted, on another one."""
    factor = min(target[0] / source[0], target[1] / source[1])
    sx, sy = factor * source[0] / target[0], factor * source[1] / target[1]
    return pose.mapped(lambda x, y: (0.5 + (x - 0.5) * sx, 0.5 + (y - 0.5) * sy))


def from_figure(name: str, title: str, pose: Pose, canvas: Canvas) -> PosePreset:
    """Return a preset of the artist's own of somebody who stands somewhere on a canvas: as large as presets are."""
    left, top, right, bottom = pose.bounds()
    wide, high = (right - left) * canvas[0], (bottom - top) * canvas[1]
    factor = (1 - 2 * MARGIN) / max(wide / OWN_CANVAS[0], high / OWN_CANVAS[1], 1e-6)

    def placed(x: float, y: float) -> tuple[float, float]:
        dx, dy = (x - (left + right) / 2) * canvas[0], (y - (top + bottom) / 2) * canvas[1]
        return (round(0.5 + dx * factor / OWN_CANVAS[0], DIGITS), round(0.5 + dy * factor / OWN_CANVAS[1], DIGITS))

    return PosePreset(name, title, OWN, OWN_CANVAS, (), pose.mapped(placed))


@lru_cache(32)
def _titles(canvas: Canvas, index: int, count: int) -> dict[object, str]:
    found: dict[object, str] = {}
    for preset in shipped_presets():
        pose = placed(preset, canvas, index, count)
        found[mirrored(FigurePose.of(pose)).keypoints] = preset.name
        found[pose.keypoints] = preset.name
    return found


def preset_of(pose: Pose, canvas: Canvas, index: int, count: int) -> PosePreset | None:
    """Return the preset that a pose is, mirrored or not; None: it is nobody's but the artist's."""
    name = _titles(canvas, index, count).get(pose.keypoints)
    return next((preset for preset in shipped_presets() if preset.name == name), None)

"""Writes the pose presets of the editor, from the renderer's own postures.

`python packaging/pose_presets.py` writes resources/komawari_resources/poses/presets.json; `--sheet PNG` draws them all
on one picture, to look at.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import komawari_resources
from animeadapter.protocol.pose import COLOURS, LIMBS
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.skeleton import JOINT_NAMES, Articulation, Build, Limb, articulate, visible_face

BUILD = Build()
MARGIN = 0.06
UPPER = {"upper": (0.30, 0.07), "portrait": (0.52, 0.10), "cowboy": (0.245, 0.05)}
"""Framing → one head's height and the room above it, as shares of the canvas' height."""


@dataclass(frozen=True)
class Preset:
    """What a preset is made of: names among the renderer's postures, and how the camera stands."""

    name: str
    title: str
    group: str
    legs: str = "standing"
    arms: str = "at_sides"
    yaw: float = 0.0
    pitch: float = 0.0
    head: tuple[float, float, float] = (0.0, 0.0, 0.0)
    framing: str = "full"
    canvas: tuple[int, int] = (2, 3)
    tags: tuple[str, ...] = ()
    own_legs: tuple[Limb, Limb] | None = None
    own_arms: tuple[Limb, Limb] | None = None
    lean: tuple[float, float] | None = None


_DOWN: Limb = ((0.20, -1, 0.0), (0.10, -1, 0.14))
_SWING: Limb = ((0.25, -0.8, 0.6), (0.0, 0.45, 1))
_BACK: Limb = ((0.3, -0.8, -0.65), (0.1, -0.7, 0.5))
_PORTRAIT: dict[str, Any] = {"framing": "portrait", "canvas": (1, 1), "tags": ("portrait",)}
_PROFILE: dict[str, Any] = {**_PORTRAIT, "tags": ("portrait", "profile")}
_UPPER: dict[str, Any] = {"framing": "upper", "canvas": (1, 1), "tags": ("upper_body",)}
_COWBOY: dict[str, Any] = {"framing": "cowboy", "tags": ("cowboy_shot",)}

PRESETS = (
    Preset("standing", "Standing", "standing"),
    Preset("contrapposto", "Weight on one leg", "standing", "contrapposto", "hand_on_hip", 14),
    Preset("hands-on-hips", "Hands on hips", "standing", arms="hands_on_hips"),
    Preset("crossed-arms", "Crossed arms", "standing", "contrapposto", "crossed_arms", -12),
    Preset("arms-behind-back", "Arms behind the back", "standing", arms="behind_back", yaw=24),
    Preset("from-side", "From the side", "standing", yaw=82, tags=("from_side", "profile")),
    Preset("from-behind", "From behind", "standing", "contrapposto", yaw=176, tags=("from_behind",)),
    Preset("looking-back", "Looking back", "standing", yaw=152, head=(-96, 0, 0), tags=("from_behind", "looking_back")),
    Preset("waving", "Waving", "gesture", "contrapposto", "waving"),
    Preset("pointing", "Pointing", "gesture", "contrapposto", "pointing", 0, canvas=(1, 1)),
    Preset("arms-up", "Cheering", "gesture", arms="arms_up"),
    Preset("fist-up", "Fist in the air", "gesture", "contrapposto", "arm_up"),
    Preset("salute", "Salute", "gesture", arms="salute"),
    Preset("reaching", "Reaching out", "gesture", "contrapposto", "reaching", 40),
    Preset("hand-on-chest", "Hand on the chest", "gesture", arms="on_chest", yaw=12),
    Preset("arms-wide", "Arms wide open", "gesture", arms="outstretched", canvas=(1, 1)),
    Preset("walking", "Walking", "moving", "walking", yaw=48, tags=("walking",), own_arms=(_BACK, _SWING)),
    Preset("running", "Running", "moving", "running", yaw=64, tags=("running",), own_arms=(_BACK, _SWING)),
    Preset("running-front", "Running to the viewer", "moving", "running", "at_sides", 26, 10, own_arms=(_BACK, _SWING)),
    Preset("jumping", "Jumping", "moving", "jumping", "arms_up", 24),
    Preset("leaning-forward", "Leaning forward", "moving", "leaning", "behind_back", 52),
    Preset("stance", "Fighting stance", "fighting", "stance", "clenched", 30),
    Preset("punching", "Punch", "fighting", "stance", "punching", 26, canvas=(1, 1)),
    Preset("kicking", "High kick", "fighting", "kicking", "clenched", 0, canvas=(1, 1)),
    Preset("sword", "Sword at the ready", "fighting", "stance", "sword", 22, canvas=(1, 1)),
    Preset("sitting", "Sitting on a chair", "sitting", "sitting", yaw=46, pitch=8, canvas=(1, 1)),
    Preset("sitting-side", "Sitting, from the side", "sitting", "sitting", "book", 84, canvas=(1, 1)),
    Preset("seiza", "Kneeling on the heels", "sitting", "seiza", "together", 32, 14, canvas=(1, 1)),
    Preset("cross-legged", "Cross-legged", "sitting", "crossed_legs", "free", 0, 16, canvas=(1, 1)),
    Preset("hugging-knees", "Hugging the knees", "sitting", "hugging_legs", "together", 58, 10, canvas=(1, 1)),
    Preset("kneeling", "Kneeling", "sitting", "kneeling", yaw=36, pitch=8),
    Preset("one-knee", "On one knee", "sitting", "one_knee", "on_chest", 52, 8, canvas=(1, 1)),
    Preset("squatting", "Squatting", "sitting", "squatting", "together", 30, 8, canvas=(1, 1)),
    Preset("lying", "Lying on the back", "lying", "lying", "at_sides", 0, canvas=(3, 2)),
    Preset("side-lying", "Lying on the side", "lying", "side_lying", "on_cheek", 64, canvas=(3, 2)),
    Preset("portrait", "Portrait", "portrait", **_PORTRAIT),
    Preset("portrait-turned", "Portrait, turned", "portrait", yaw=34, **_PORTRAIT),
    Preset("portrait-profile", "Profile", "portrait", yaw=84, **_PROFILE),
    Preset("upper-body", "Upper body", "portrait", **_UPPER),
    Preset("upper-waving", "Upper body, waving", "portrait", arms="waving", **_UPPER),
    Preset("chin-on-hand", "Hand on the cheek", "portrait", arms="on_cheek", head=(8, 4, 10), **_UPPER),
    Preset("cowboy-shot", "Down to the thighs", "portrait", "contrapposto", "hand_on_hip", 16, **_COWBOY),
)  # fmt: skip


def keypoints(preset: Preset) -> list[list[float] | None]:
    """Return 18 joints as shares of the preset's canvas; hidden parts of the face are None."""
    legs = next(one for one in LEGS if one.name == preset.legs)
    arms = next(one for one in ARMS if one.name == preset.arms)
    posture = Articulation(
        preset.own_arms or (arms.right, arms.left),
        preset.own_legs or (legs.right, legs.left),
        preset.lean or legs.lean,
        preset.head,
        legs.roll,
    )
    figure = articulate(BUILD, posture, (preset.yaw, preset.pitch, 0))
    figure.place(1.0, np.zeros(2))
    crown = figure.flat["head"] + (figure.flat["head"] - figure.flat["neck"]) * 0.9
    shown = np.array([*(figure.flat[name] for name in (*JOINT_NAMES, "r_toe", "l_toe")), crown])
    seen = visible_face(figure)
    move = _framed(shown, crown, preset)
    return [
        [round(float(v), 4) for v in move(figure.flat[name])] if seen.get(name, True) else None for name in JOINT_NAMES
    ]


def _framed(shown: np.ndarray, crown: np.ndarray, preset: Preset) -> Callable[[np.ndarray], np.ndarray]:
    """Return how points in heads become shares of the canvas."""
    wide, high = preset.canvas
    if preset.framing == "full":
        low, top = shown.min(axis=0), shown.max(axis=0)
        span = top - low
        factor = min((1 - 2 * MARGIN) * wide / span[0], (1 - 2 * MARGIN) * high / span[1])
        middle = (low + top) / 2
        return lambda point: ((point - middle) * factor / (wide, high)) + 0.5
    head, above = UPPER[preset.framing]
    factor = head * high
    middle = np.array([shown[1, 0], crown[1]])
    return lambda point: (point - middle) * factor / (wide, high) + (0.5, above)


def records() -> list[dict[str, Any]]:
    """Return the presets as they are written down."""
    return [
        {
            "name": preset.name,
            "title": preset.title,
            "group": preset.group,
            "canvas": list(preset.canvas),
            "tags": list(preset.tags),
            "pose": {"keypoints": keypoints(preset)},
        }
        for preset in PRESETS
    ]


def sheet(presets: list[dict[str, Any]], cell: int = 200, columns: int = 9) -> np.ndarray:
    """Return all presets, drawn as stick figures with their titles."""
    rows = -(-len(presets) // columns)
    image = np.full((rows * cell, columns * cell, 3), 40, np.uint8)
    for index, preset in enumerate(presets):
        wide, high = preset["canvas"]
        factor = (cell - 24) / max(wide, high)
        left = index % columns * cell + (cell - wide * factor) / 2
        top = index // columns * cell
        image[int(top) : int(top + high * factor), int(left) : int(left + wide * factor)] = 60
        joints = preset["pose"]["keypoints"]
        points = [p and (int(left + p[0] * wide * factor), int(top + p[1] * high * factor)) for p in joints]
        for limb, (a, b) in enumerate(LIMBS):
            if points[a] and points[b]:
                cv2.line(image, points[a], points[b], COLOURS[limb][::-1], 3, cv2.LINE_AA)
        at = (index % columns * cell + 6, top + cell - 8)
        cv2.putText(image, str(preset["title"]), at, cv2.FONT_HERSHEY_SIMPLEX, 0.4, (220, 220, 220), 1, cv2.LINE_AA)
    return image


def main() -> None:
    """Write the presets, and the sheet where one is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path)
    given = parser.parse_args()
    found = records()
    target = komawari_resources.path("poses", "presets.json")
    target.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(one) for one in found)
    target.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    if given.sheet:
        cv2.imwrite(str(given.sheet), sheet(found))


if __name__ == "__main__":
    main()

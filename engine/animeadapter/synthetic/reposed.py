"""From a skeleton in the plane to a posture in space: draws a character in a pose that somebody asked for.

Depth is what a bone lacks in length: forearms and thighs are taken to come forwards, shins to go back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from animeadapter.protocol.pose import Pose
from animeadapter.synthetic.curves import Points, rotation
from animeadapter.synthetic.poses import ARMS, LEGS
from animeadapter.synthetic.shot import Act, Shot
from animeadapter.synthetic.skeleton import JOINT_NAMES, Articulation, Build, Limb, Vector

_LIMBS = {
    ("r", "arm"): ("r_shoulder", "r_elbow", "r_wrist"),
    ("l", "arm"): ("l_shoulder", "l_elbow", "l_wrist"),
    ("r", "leg"): ("r_hip", "r_knee", "r_ankle"),
    ("l", "leg"): ("l_hip", "l_knee", "l_ankle"),
}
_FORWARD = {"arm": (0.0, 1.0), "leg": (1.0, -1.0)}
"""Which way the upper and the lower bone leave the plane of the picture."""


class _Skeleton:
    """The joints that a pose has, in pixels, y down."""

    def __init__(self, pose: Pose, size: tuple[int, int], build: Build) -> None:
        found = {n: np.array(p) * size for n, p in zip(JOINT_NAMES, pose.keypoints, strict=True) if p is not None}
        self.joints: dict[str, Points] = found
        self.build = build
        for side in "rl":
            if f"{side}_hip" not in found and "neck" in found:
                reach = self._guess_scale() * build.torso
                offset = np.array([(-1 if side == "r" else 1) * build.hip * self._guess_scale(), reach])
                found[f"{side}_hip"] = found["neck"] + offset
        if "neck" not in found:
            raise ValueError("pose.keypoints[1]: a figure cannot be drawn without its neck")
        self.pelvis = (found["r_hip"] + found["l_hip"]) / 2
        spine = found["neck"] - self.pelvis
        self.roll = float(np.degrees(np.arctan2(spine[0], -spine[1])))
        self.scale = self._scale()

    def _bones(self) -> list[tuple[str, str, float]]:
        b = self.build
        pairs = [
            (f"{s}_{a}", f"{s}_{c}", length)
            for s in "rl"
            for a, c, length in (
                ("shoulder", "elbow", b.upper_arm),
                ("elbow", "wrist", b.forearm),
                ("hip", "knee", b.thigh),
                ("knee", "ankle", b.shin),
            )
        ]
        return [p for p in pairs if p[0] in self.joints and p[1] in self.joints]

    def _guess_scale(self) -> float:
        """Return pixels per head from the arms and shoulders alone."""
        ratios = [float(np.hypot(*(self.joints[a] - self.joints[c]))) / length for a, c, length in self._bones()]
        if "r_shoulder" in self.joints and "l_shoulder" in self.joints:
            ratios.append(
                float(np.hypot(*(self.joints["r_shoulder"] - self.joints["l_shoulder"]))) / (2 * self.build.shoulder)
            )
        return max(ratios) if ratios else 60.0

    def _scale(self) -> float:
        """Return pixels per head such that hardly any bone is longer in the picture than in the body."""
        ratios = [float(np.hypot(*(self.joints[a] - self.joints[c]))) / length for a, c, length in self._bones()]
        ratios.append(float(np.hypot(*(self.joints["neck"] - self.pelvis))) / self.build.torso)
        return float(np.quantile(ratios, 0.85))

    def upright(self, vector: Points) -> Points:
        """Return a plane vector (x right, y up, in heads) of the picture turned so that the spine stands."""
        a = np.radians(self.roll)
        x, y = vector[0], -vector[1]
        return np.array([np.cos(a) * x - np.sin(a) * y, np.sin(a) * x + np.cos(a) * y]) / self.scale

    def facing(self) -> tuple[float, float]:
        """Return the yaw of the trunk and of the head against it, degrees."""
        joints = self.joints
        seen = [k for k in ("nose", "r_eye", "l_eye") if k in joints]
        turn = 0.0
        if "nose" in joints:
            ears = [joints[k] for k in ("r_ear", "l_ear") if k in joints]
            if len(ears) == 2:
                turn = float(
                    np.degrees(
                        np.arcsin(np.clip(self.upright(joints["nose"] - (ears[0] + ears[1]) / 2)[0] / 0.55, -1, 1))
                    )
                )
            elif ears:
                turn = self._turn_by_one_ear("r" if "r_ear" in joints else "l")
        elif not seen:
            turn = 180.0
        if "r_shoulder" not in joints or "l_shoulder" not in joints:
            return turn, 0.0
        width = self.upright(joints["l_shoulder"] - joints["r_shoulder"])[0] / (2 * self.build.shoulder)
        yaw = float(np.degrees(np.arccos(np.clip(width, -1, 1))))
        # A narrow shoulder line says how far the trunk is turned, the nose says which way.
        yaw = (yaw if turn >= 0 else -yaw) if yaw > 38 else 0.0
        head = float(np.clip((turn - yaw + 180) % 360 - 180, -70, 70))
        return yaw, head

    def _turn_by_one_ear(self, side: str) -> float:
        """Return the head's yaw from how far the nose stands off the one ear that shows.

        In heads, an ear lies 0.45 beside the head's axis, the nose 0.46 before it.
        """
        sign = 1.0 if side == "r" else -1.0
        apart = sign * self.upright(self.joints["nose"] - self.joints[f"{side}_ear"])[0] / 1.2
        reach, phase = 0.66, 46.8
        spread = float(np.degrees(np.arccos(np.clip(apart / reach, -1, 1))))
        both = "r_eye" in self.joints and "l_eye" in self.joints
        return sign * (max(phase - spread, 4.0) if both else phase + spread)

    def limb(self, side: str, kind: str, body: Points, default: Limb) -> Limb:
        names = _LIMBS[side, kind]
        build = self.build
        lengths = (build.upper_arm, build.forearm) if kind == "arm" else (build.thigh, build.shin)
        sign = -1.0 if side == "r" else 1.0
        bones: list[Vector] = []
        for k in (0, 1):
            if names[k] not in self.joints or names[k + 1] not in self.joints:
                bones.append(default[k])
                continue
            flat = self.upright(self.joints[names[k + 1]] - self.joints[names[k]])
            depth = np.sqrt(max(lengths[k] ** 2 - float(flat @ flat), 0.0)) * _FORWARD[kind][k]
            if abs(depth) < 0.35 * lengths[k]:
                depth = 0.0
            x, y, z = (body.T @ np.array([flat[0], flat[1], depth])).tolist()
            bones.append((sign * x, y, z))
        return (bones[0], bones[1])


def reposed(shot: Shot, poses: tuple[Pose, ...], builds: tuple[Build, ...], size: tuple[int, int]) -> Shot:
    """Return the shot with its characters in the asked poses, at the asked place and size in a picture of `size`.

    Faces, hands' gestures, scene and style stay the shot's own. Raises ValueError for a pose without a neck.
    """
    acts: list[Act] = []
    fixed: list[tuple[float, float, float]] = []
    for act, pose, build in zip(shot.acts, poses, builds, strict=True):
        skeleton = _Skeleton(pose, size, build)
        yaw, head = skeleton.facing()
        body = rotation(yaw)
        arms = (skeleton.limb("r", "arm", body, ARMS[0].right), skeleton.limb("l", "arm", body, ARMS[0].left))
        legs = (skeleton.limb("r", "leg", body, LEGS[0].right), skeleton.limb("l", "leg", body, LEGS[0].left))
        posture = Articulation(arms, legs, (0.0, 0.0), (head, 0.0, 0.0), skeleton.roll)
        view = "behind" if abs(yaw) > 120 else "side" if abs(yaw) > 60 else "turned" if abs(yaw) > 20 else "front"
        named = (replace(LEGS[0], name="asked", tags=()), replace(ARMS[0], name="asked", tags=(), prop=""))
        acts.append(replace(act, legs=named[0], arms=named[1], articulation=posture, view=view, yaw=yaw))
        fixed.append(
            (
                skeleton.scale / size[1],
                float(skeleton.pelvis[0]) / size[0],
                float(skeleton.pelvis[1]) / size[1],
            )
        )
    return replace(shot, acts=tuple(acts), pitch=0.0, tilt=0.0, fixed=tuple(fixed))

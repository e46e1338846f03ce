"""The puppet: bone lengths, an articulation in space, and its projection into a picture.

Lengths are in heads (chin to crown = 1). In the body's frame x points to the picture's right when the character faces
the viewer, y up, z towards the viewer. After `Figure.place` everything is in pixels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from animeadapter.synthetic.curves import Points, rotation, unit

Vector = tuple[float, float, float]
Limb = tuple[Vector, Vector]
"""Directions (outwards, up, forwards) of the upper and the lower bone."""

PERSPECTIVE = 0.055
JOINT_NAMES = (
    "nose", "neck", "r_shoulder", "r_elbow", "r_wrist", "l_shoulder", "l_elbow", "l_wrist",
    "r_hip", "r_knee", "r_ankle", "l_hip", "l_knee", "l_ankle", "r_eye", "l_eye", "r_ear", "l_ear",
)  # fmt: skip
FACE_POINTS: dict[str, Vector] = {
    "nose": (0.0, -0.13, 0.46),
    "r_eye": (-0.2, -0.05, 0.40),
    "l_eye": (0.2, -0.05, 0.40),
    "r_ear": (-0.45, -0.08, -0.02),
    "l_ear": (0.45, -0.08, -0.02),
}


@dataclass(frozen=True)
class Build:
    """Bone lengths and widths of one body, in heads."""

    shoulder: float = 0.43
    hip: float = 0.19
    torso: float = 1.16
    neck: float = 0.63
    upper_arm: float = 0.57
    forearm: float = 0.53
    thigh: float = 0.74
    shin: float = 0.74
    girth: float = 1.0
    waist: float = 0.27
    bust: float = 0.06


@dataclass(frozen=True)
class Articulation:
    """A posture: directions of bones in the body's frame, the right side first as (out, up, forward)."""

    arms: tuple[Limb, Limb]
    legs: tuple[Limb, Limb]
    lean: tuple[float, float] = (0.0, 0.0)
    """Spine: sideways and forwards, per unit of height."""
    head: Vector = (0.0, 0.0, 0.0)
    """Yaw, pitch and roll of the head against the body, degrees."""
    roll: float = 0.0
    """Of the whole body in the picture, degrees (lying)."""


@dataclass
class Figure:
    """An articulated body seen by the camera. `points` holds joints (3,) in camera space, y up, in heads."""

    build: Build
    points: dict[str, Points]
    body: Points
    head: Points
    """3 × 3 rotations of trunk and head into camera space."""
    scale: float = 1.0
    origin: Points = field(default_factory=lambda: np.zeros(2))
    head_scale: float = 1.0
    flat: dict[str, Points] = field(default_factory=dict)
    """Joints in pixels (2,), filled by `place`."""

    def place(self, scale: float, origin: Points) -> None:
        """Set pixels per head and where the pelvis lies in the picture."""
        self.scale, self.origin = scale, origin
        self.flat = {name: self.project(point) for name, point in self.points.items()}

    def project(self, points: Points) -> Points:
        """Return pixels (…, 2) of points (…, 3) in camera space."""
        nearness = 1.0 / (1.0 - PERSPECTIVE * points[..., 2:3])
        return self.origin + points[..., :2] * nearness * (self.scale, -self.scale)

    def size(self, name: str, heads: float) -> float:
        """Return a length at a joint in pixels."""
        return heads * self.scale / (1.0 - PERSPECTIVE * float(self.points[name][2]))

    def depth(self, *names: str) -> float:
        return float(np.mean([self.points[name][2] for name in names]))

    @property
    def head_size(self) -> float:
        """Pixels of one head unit at the head."""
        return self.size("head", self.head_scale)

    def on_head(self, points: Points) -> Points:
        """Return pixels (…, 2) of points (…, 3) in the head's own frame (unit: the drawn head)."""
        turned = points @ self.head.T
        return self.flat["head"] + turned[..., :2] * (self.head_size, -self.head_size)

    def head_depth(self, points: Points) -> Points:
        """Return how near to the viewer points in the head's frame lie, in head units."""
        return points @ self.head[2]


def _chain(
    start: Points, limb: Limb, lengths: tuple[float, float], side: float, frame: Points
) -> tuple[Points, Points]:
    """Return the two joints at the ends of a limb's bones."""
    ends, at = [], start
    for (out, up, forward), length in zip(limb, lengths, strict=True):
        at = at + frame @ unit(np.array([side * out, up, forward])) * length
        ends.append(at)
    return ends[0], ends[1]


def articulate(build: Build, pose: Articulation, camera: tuple[float, float, float], head_scale: float = 1.0) -> Figure:
    """Return the figure of a body in a posture, seen at camera yaw, pitch and roll (degrees)."""
    yaw, pitch, roll = camera
    body = rotation(0, pitch, roll + pose.roll) @ rotation(yaw)
    spine = unit(np.array([pose.lean[0], 1.0, pose.lean[1]]))
    trunk = body @ _tilted(spine)
    points: dict[str, Points] = {"pelvis": np.zeros(3)}
    neck = trunk @ np.array([0, build.torso, 0])
    points["neck"] = neck
    for side, name in ((-1.0, "r"), (1.0, "l")):
        arm, leg = pose.arms[int(side > 0)], pose.legs[int(side > 0)]
        shoulder = trunk @ np.array([side * build.shoulder, build.torso - 0.03, 0])
        hip = body @ np.array([side * build.hip, -0.02, 0])
        elbow, wrist = _chain(shoulder, arm, (build.upper_arm, build.forearm), side, trunk)
        knee, ankle = _chain(hip, leg, (build.thigh, build.shin), side, body)
        points |= {f"{name}_shoulder": shoulder, f"{name}_elbow": elbow, f"{name}_wrist": wrist}
        points |= {f"{name}_hip": hip, f"{name}_knee": knee, f"{name}_ankle": ankle}
        points[f"{name}_toe"] = ankle + _foot(body, unit(ankle - knee)) * 0.27
    head = body @ _tilted(unit(spine * (0.45, 1.0, 0.45))) @ rotation(*pose.head)
    points["head"] = neck + head @ np.array([0, build.neck - 0.5 + 0.5 * head_scale, 0.02])
    figure = Figure(build, points, trunk, head, head_scale=head_scale)
    for name, at in FACE_POINTS.items():
        points[name] = points["head"] + head @ np.array(at) * head_scale
    return figure


def _tilted(up: Points) -> Points:
    """Return a rotation that takes the y axis to `up` by the shortest way."""
    axis = np.cross((0.0, 1.0, 0.0), up)
    cross = np.array([[0, -axis[2], axis[1]], [axis[2], 0, -axis[0]], [-axis[1], axis[0], 0]])
    return np.eye(3) + cross + cross @ cross / (1.0 + up[1])


def _foot(body: Points, shin: Points) -> Points:
    """Return the direction of the toes: forwards, as square to the shin as an ankle allows."""
    forward = body @ np.array([0.0, -0.35, 1.0])
    return unit(forward - 0.75 * shin * float(forward @ shin) + 0.25 * shin)


def visible_face(figure: Figure) -> dict[str, bool]:
    """Return which of nose, eyes and ears the viewer sees."""
    return {
        name: bool((figure.head @ unit(np.array(at) * (1.0, 0.3, 1.0)))[2] > (-0.12 if "ear" in name else 0.0))
        for name, at in FACE_POINTS.items()
    }

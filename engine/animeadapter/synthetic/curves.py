"""Plane curves for the renderer: splines, ribbons, capsules, ellipses. Points are float arrays (n, 2) or (n, 3)."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]


@lru_cache(maxsize=64)
def _catmull_rom(n: int, steps: int, closed: bool) -> Points:
    """Return the matrix (m, n) that maps n control points to a centripetal-free Catmull-Rom curve through them."""
    segments = n if closed else n - 1
    t = np.arange(steps) / steps
    basis = 0.5 * np.stack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, -(t**2) + t**3], axis=1
    )
    rows = np.zeros((segments * steps + (0 if closed else 1), n))
    for segment in range(segments):
        for k in range(4):
            index = segment + k - 1
            index = index % n if closed else min(max(index, 0), n - 1)
            rows[segment * steps : (segment + 1) * steps, index] += basis[:, k]
    if not closed:
        rows[-1, n - 1] = 1.0
    return rows


@lru_cache(maxsize=64)
def shares(n: int) -> Points:
    """Return n even steps from 0 to 1. Every strand asks for them, so they are kept, and must not be written to."""
    steps = np.linspace(0.0, 1.0, n)
    steps.flags.writeable = False
    return steps


def smooth(points: Points, steps: int = 4, closed: bool = True) -> Points:
    """Return a smooth curve through the control points (n, d), `steps` points for each of its segments."""
    points = np.asarray(points, dtype=np.float64)
    return _catmull_rom(len(points), steps, closed) @ points


def normals(path: Points) -> Points:
    """Return the unit normals (n, 2) of an open path, to the left of its direction in a y-down picture."""
    tangent = np.empty_like(path)
    tangent[1:-1] = path[2:] - path[:-2]
    tangent[0] = path[1] - path[0]
    tangent[-1] = path[-1] - path[-2]
    length = np.hypot(tangent[:, 0], tangent[:, 1])
    length[length < 1e-9] = 1.0
    return np.stack([tangent[:, 1], -tangent[:, 0]], axis=1) / length[:, None]


def ribbon(path: Points, half_widths: Points) -> Points:
    """Return the outline of a band along a path; `half_widths` (n,) may end in 0 for a pointed tip."""
    side = normals(path) * np.asarray(half_widths)[:, None]
    return np.concatenate([path + side, (path - side)[::-1]])


@lru_cache(maxsize=8)
def _circle(n: int) -> Points:
    angle = np.arange(n) * (2 * np.pi / n)
    return np.stack([np.cos(angle), np.sin(angle)], axis=1)


def ellipse(center: Points, rx: float, ry: float, angle: float = 0.0, n: int = 20) -> Points:
    """Return an ellipse (n, 2); `angle` in radians, clockwise in a y-down picture."""
    points = _circle(n) * (rx, ry)
    if angle:
        c, s = np.cos(angle), np.sin(angle)
        points = points @ np.array([[c, s], [-s, c]])
    return points + center


def capsule(a: Points, b: Points, ra: float, rb: float, n: int = 16) -> Points:
    """Return the convex hull of two discs: a tapered limb segment."""
    return hull(np.concatenate([_circle(n) * ra + a, _circle(n) * rb + b]))


def hull(points: Points) -> Points:
    """Return the convex hull (m, 2) of points (n, 2)."""
    return cv2.convexHull(points.astype(np.float32)).reshape(-1, 2).astype(np.float64)


def resample(polygon: Points, n: int) -> Points:
    """Return n points evenly spaced along a closed polygon."""
    closed = np.concatenate([polygon, polygon[:1]])
    step = np.hypot(*(closed[1:] - closed[:-1]).T)
    along = np.concatenate([[0.0], np.cumsum(step)])
    at = np.arange(n) * (along[-1] / n)
    return np.stack([np.interp(at, along, closed[:, 0]), np.interp(at, along, closed[:, 1])], axis=1)


def rounded_hull(points: Points, n: int = 40, softness: int = 2) -> Points:
    """Return the convex hull of points as n evenly spaced, softened points."""
    outline = resample(hull(points), n)
    for _ in range(softness):
        outline = (np.roll(outline, 1, 0) + 2 * outline + np.roll(outline, -1, 0)) / 4
    return outline


def mix(a: Points | float, b: Points | float, t: float) -> Points:
    """Interpolate from a (t = 0) to b (t = 1)."""
    return np.asarray(a) * (1 - t) + np.asarray(b) * t


def unit(vector: Points) -> Points:
    """Return the vector with length 1 (the zero vector stays as it is)."""
    length = float(np.linalg.norm(vector))
    return vector / length if length > 1e-9 else vector


def rotation(yaw: float = 0.0, pitch: float = 0.0, roll: float = 0.0) -> Points:
    """Return the 3 × 3 rotation roll · pitch · yaw, in degrees, in a y-up frame that looks along −z.

    Positive yaw turns the front towards the picture's right, positive pitch tips it down,
    positive roll turns clockwise in the picture.
    """
    y, p, r = np.radians([yaw, pitch, -roll])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return about_z @ about_x @ about_y

"""What the eyes have to say of a picture: parts, joints, people, and masks that somebody might click at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.metrics.overlap import depth
from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import FLIP_PAIRS, JOINTS
from animeadapter.train.cache.records import PEOPLE, Bytes, parts_of, persons_of
from animeadapter.vision.eyes_net import COARSE, FINE, REACH
from animeadapter.vision.people import centre_of

Floats = NDArray[np.float32]
SPREAD = 1.2
"""Standard deviation, in cells, of the bump that stands for a joint or a centre."""
ALIASING = 0.8
"""Scale below which a picture is softened before it is shrunk."""
SMALLEST = 24
"""Pixels of the smallest thing that is clicked at."""
MIRRORED = list(range(len(JOINTS)))
for _one, _other in FLIP_PAIRS:
    MIRRORED[_one], MIRRORED[_other] = _other, _one


@dataclass(frozen=True)
class Shown:
    """A picture as the net sees it, and what is known of it."""

    picture: Bytes
    """(h, w, 3)."""
    labels: Bytes
    """(h, w), see `records`."""
    joints: Floats
    """(PEOPLE, 18, 2) in pixels; NaN where there is none, or where it lies outside."""


def moved(
    picture: Bytes,
    labels: Bytes,
    poses: Floats,
    size: tuple[int, int],
    random: np.random.Generator,
    zoom: tuple[float, float],
) -> Shown:
    """Return a picture turned, shifted, zoomed, perhaps mirrored, on a canvas of (width, height), white around.

    poses (PEOPLE, 18, 2) are shares of the picture's canvas. `zoom`: least and most, 1 fills the canvas.
    """
    width, height = size
    fit = min(width / labels.shape[1], height / labels.shape[0])
    scale = fit * float(np.exp(random.uniform(np.log(zoom[0]), np.log(zoom[1]))))
    angle = float(random.normal(0, 4.0))
    matrix = cv2.getRotationMatrix2D((labels.shape[1] / 2, labels.shape[0] / 2), angle, scale)
    slack = np.abs([width - scale * labels.shape[1], height - scale * labels.shape[0]]) / 2
    middle = np.array([width, height]) / 2 - np.array([labels.shape[1], labels.shape[0]]) / 2
    matrix[:, 2] += middle + random.uniform(-1, 1, 2) * slack
    mirror = bool(random.random() < 0.5)
    if mirror:
        matrix[0] = -matrix[0]
        matrix[0, 2] += width
    pixel = matrix.copy()  # OpenCV counts from the middle of the first pixel, the matrix from its corner
    pixel[:, 2] += matrix[:, :2] @ (0.5, 0.5) - 0.5
    if scale < ALIASING:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.35 / scale)
    picture = cv2.warpAffine(picture, pixel, size, flags=cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    moved_labels = cv2.warpAffine(labels, pixel, size, flags=cv2.INTER_NEAREST, borderValue=0)
    pixels = poses * np.array([labels.shape[1], labels.shape[0]], np.float32)
    joints = (pixels @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)
    if mirror:
        joints = joints[:, MIRRORED]
    outside = ((joints < 0) | (joints >= np.array([width, height]))).any(-1)
    joints[outside] = np.nan
    return Shown(picture.astype(np.uint8), moved_labels.astype(np.uint8), joints)


def people_maps(shown: Shown) -> dict[str, Floats]:
    """Return the maps of a picture's people:

    joints (18, h/4, w/4) and centres (1, h/8, w/8), bumps of height 1; own (2, h/4, w/4) with its weight `owned`
    (1, h/4, w/4); limbs (36, h/8, w/8) and has (18, h/8, w/8) with their weight `near` (1, h/8, w/8).
    """
    height, width = shown.labels.shape
    fine, coarse = (height // FINE, width // FINE), (height // COARSE, width // COARSE)
    maps = {
        "joints": np.zeros((len(JOINTS), *fine), np.float32),
        "own": np.zeros((2, *fine), np.float32),
        "owned": np.zeros((1, *fine), np.float32),
        "centres": np.zeros((1, *coarse), np.float32),
        "limbs": np.zeros((2 * len(JOINTS), *coarse), np.float32),
        "has": np.zeros((len(JOINTS), *coarse), np.float32),
        "near": np.zeros((1, *coarse), np.float32),
    }
    whose = persons_of(shown.labels)[FINE // 2 :: FINE, FINE // 2 :: FINE][: fine[0], : fine[1]]
    for person in range(PEOPLE):
        joints = shown.joints[person]
        if np.isnan(joints).all():
            continue
        _draw_person(maps, joints, whose == person + 1)
    return maps


def _draw_person(maps: dict[str, Floats], joints: Floats, own: NDArray[np.bool_]) -> None:
    """Add one person to the maps; `own` are the fine cells that show it."""
    centre = centre_of(joints)
    here = np.asarray(~np.isnan(joints).any(axis=-1), np.bool_)
    for k in np.nonzero(here)[0]:
        maps["joints"][k] = np.maximum(maps["joints"][k], bump(maps["joints"].shape[1:], joints[k] / np.float32(FINE)))
    maps["centres"][0] = np.maximum(maps["centres"][0], bump(maps["centres"].shape[1:], centre / np.float32(COARSE)))
    fine, coarse = cells(maps["own"].shape[1:], FINE), cells(maps["near"].shape[1:], COARSE)
    maps["own"][:, own] = ((centre[:, None, None] - fine) / REACH)[:, own]
    maps["owned"][0, own] = 1.0
    near: NDArray[np.bool_] = np.hypot(*(coarse - centre[:, None, None])) < 1.6 * COARSE
    away = (joints[:, :, None, None] - coarse[None]) / REACH
    maps["limbs"][:, near] = np.nan_to_num(away).reshape(-1, *near.shape)[:, near]
    maps["has"][:, near] = here[:, None].astype(np.float32)
    maps["near"][0, near] = 1.0


def bump(shape: tuple[int, ...], place: Floats) -> Floats:
    """Return a bell over (h, w) cells round a place (x, y) in cells; its highest cell is 1."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    squared = (columns + 0.5 - place[0]) ** 2 + (rows + 0.5 - place[1]) ** 2
    found: Floats = np.exp(-squared / (2 * SPREAD**2))
    row, column = (int(np.clip(place[k], 0, shape[1 - k] - 1)) for k in (1, 0))
    found[row, column] = 1.0
    return found


def cells(shape: tuple[int, ...], size: int) -> Floats:
    """Return x and y of the middles of cells, (2, h, w)."""
    rows, columns = np.mgrid[: shape[0], : shape[1]].astype(np.float32)
    middles: Floats = ((np.stack([columns, rows]) + 0.5) * size).astype(np.float32)
    return middles


def clickable(labels: Bytes, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return something that somebody might click at, (h, w): a part of a person, a person, a piece of a part, or
    everybody; the background's mask if nothing is large enough."""
    parts, whose = parts_of(labels), persons_of(labels)
    for _ in range(6):
        person = whose == int(random.integers(1, max(2, int(whose.max()) + 1)))
        chance = random.random()
        if chance < 0.25:
            mask = person
        elif chance < 0.32:
            mask = parts != Part.BACKGROUND
        else:
            present = [p for p in np.unique(parts[person]) if p != Part.BACKGROUND]
            if not present:
                continue
            mask = person & (parts == present[int(random.integers(len(present)))])
            if chance < 0.55:
                mask = _piece(mask, random)
        if mask.sum() >= SMALLEST:
            return mask
    return parts == Part.BACKGROUND


def _piece(mask: NDArray[np.bool_], random: np.random.Generator) -> NDArray[np.bool_]:
    """Return one connected piece of a mask, large ones more often."""
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 3:
        return mask
    areas = stats[1:, cv2.CC_STAT_AREA].astype(np.float64)
    chosen = 1 + int(random.choice(count - 1, p=areas / areas.sum()))
    return np.asarray(pieces == chosen)


def inside(mask: NDArray[np.bool_], random: np.random.Generator) -> tuple[float, float]:
    """Return a place (x, y) in a mask, rather in its middle than at its edge."""
    chance = np.where(mask, depth(mask), 0.0).ravel().astype(np.float64) ** 1.5
    place = int(random.choice(chance.size, p=chance / chance.sum()))
    return (place % mask.shape[1] + 0.5, place // mask.shape[1] + 0.5)


def around(mask: NDArray[np.bool_], random: np.random.Generator) -> tuple[float, float, float, float]:
    """Return a box about a mask, drawn by a hand that is not quite exact."""
    rows, columns = np.nonzero(mask)
    box = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1], np.float64)
    sides = np.tile(box[2:] - box[:2], 2)
    box += random.normal(0, 0.06, 4) * sides
    height, width = mask.shape
    left, top = min(box[0], box[2] - 1), min(box[1], box[3] - 1)
    return (
        float(np.clip(left, 0, width - 1)), float(np.clip(top, 0, height - 1)),
        float(np.clip(box[2], 1, width)), float(np.clip(box[3], 1, height)),
    )  # fmt: skip

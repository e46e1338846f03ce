"""What a pool keeps of a drawing: arrays of bytes, and one record of words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import JOINTS, Pose

Bytes = NDArray[np.uint8]
Size = tuple[int, int]
"""Width and height."""
PEOPLE = 2
"""Most characters in a picture."""
PART_BITS, EYES_BIT, PERSON_SHIFT = 0b0000_0111, 0b0000_1000, 4
"""A pixel's label in one byte: bits 0–2 the part, bit 3 an open eye, bits 4–5 which person (0: none)."""


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A drawing in words. Tags are Danbooru's, in the renderer's fixed order."""

    number: int
    size: Size
    identity: int
    """Pictures of the same character have the same number here."""
    role: Literal["target", "reference"]
    framing: str
    style: str
    count_tags: tuple[str, ...] = ()
    identity_tags: tuple[tuple[str, ...], ...] = ()
    act_tags: tuple[tuple[str, ...], ...] = ()
    shot_tags: tuple[str, ...] = ()
    traits: dict[str, str] = {}
    """The first character's traits, whether they are seen or not."""
    classes: dict[str, int | None] = {}
    """What the picture shows of the first character, as indices into `synthetic.attributes.CLASSES`; None: unseen."""
    worn: tuple[bool | None, ...] = ()
    """For each of `synthetic.attributes.WORN`: worn, not worn, or None where it could not be seen."""

    @property
    def people(self) -> int:
        """Return how many characters are in the picture."""
        return len(self.identity_tags)

    @property
    def tags(self) -> tuple[str, ...]:
        """Return all tags, each once: count, then each character's looks and acts, then the shot's."""
        people = zip(self.identity_tags, self.act_tags, strict=True)
        return tuple(
            dict.fromkeys((*self.count_tags, *(t for who, act in people for t in (*who, *act)), *self.shot_tags))
        )


@dataclass(frozen=True)
class Sample:
    """A drawing on its way into a pool: picture (h, w, 3), labels (h, w), poses (PEOPLE, 18, 2), record."""

    picture: Bytes
    labels: Bytes
    poses: NDArray[np.float32]
    record: Record


def pack_labels(parts: Bytes, eyes: Bytes, instances: Bytes) -> Bytes:
    """Return parts, eyes (0 or 255) and persons as one byte a pixel."""
    return (parts | np.where(eyes > 0, EYES_BIT, 0) | (instances << PERSON_SHIFT)).astype(np.uint8)


def parts_of(labels: Bytes) -> Bytes:
    """Return the `Part` of every pixel."""
    return np.bitwise_and(labels, PART_BITS, dtype=np.uint8)


def eyes_of(labels: Bytes) -> NDArray[np.bool_]:
    """Return where open eyes are."""
    return (labels & EYES_BIT) > 0


def persons_of(labels: Bytes) -> Bytes:
    """Return which person every pixel belongs to: 0 none, 1 the first."""
    return np.right_shift(labels, PERSON_SHIFT, dtype=np.uint8)


def foreground_of(labels: Bytes) -> NDArray[np.bool_]:
    """Return where a character, or what it holds, is."""
    return parts_of(labels) != Part.BACKGROUND


def pack_poses(poses: tuple[Pose, ...]) -> NDArray[np.float32]:
    """Return (PEOPLE, 18, 2) joints as shares of the canvas; NaN where there is none."""
    packed = np.full((PEOPLE, len(JOINTS), 2), np.nan, np.float32)
    for person, pose in enumerate(poses[:PEOPLE]):
        for joint, point in enumerate(pose.keypoints):
            if point is not None:
                packed[person, joint] = point
    return packed


def unpack_poses(packed: NDArray[np.float32]) -> tuple[Pose, ...]:
    """Return the poses of (PEOPLE, 18, 2) joints; persons without a joint are left out."""
    people = [person for person in packed if not np.isnan(person).all()]
    return tuple(
        Pose(tuple(None if np.isnan(p).any() else (float(p[0]), float(p[1])) for p in person)) for person in people
    )

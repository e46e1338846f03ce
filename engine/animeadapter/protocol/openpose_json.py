"""OpenPose JSON as pose editors exchange it: several dialects, in and out.

Read: `{"people": [...]}` with or without `canvas_width` and `canvas_height`, the same wrapped in a list,
bodies of 18 or of 25 points (CMU's BODY_25), and the older editor's `{"width", "height", "keypoints"}` with
`[x, y]` pairs. Coordinates are pixels, or fractions if none exceeds 1. Fields that we do not know are other
tools' own, and ignored.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from animeadapter.protocol.pose import FACE_POINTS, FARTHEST, HAND_POINTS, JOINTS, Pose, PoseError, Scored

Dialect = Literal["people", "list", "body_25", "keypoints", "normalised"]
"""What is written: people of 18 points in pixels; the same in a list; people of CMU's 25; the older editor's pairs;
people in fractions of the canvas."""
SEEN = 0.1
"""A joint is there if its confidence is at least this; readers disagree, so one value serves all."""
BODY_25 = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
"""Where the 18 joints stand among CMU's 25: its MidHip (8) and its feet (19 to 24) are left out."""
MID_HIP = 8
DIGITS = 6
LARGEST_FILE = 16 * 2**20


class PoseFile(msgspec.Struct, frozen=True):
    """What was read: the people in it, and the canvas (width, height) in pixels if the file tells it."""

    poses: tuple[Pose, ...]
    canvas: tuple[int, int] | None = None


Triple = tuple[float, float, float]
Person = dict[str, list[Triple] | None]


def read_openpose(data: str | bytes, canvas: tuple[int, int] | None = None) -> PoseFile:
    """Return the people of an OpenPose JSON text; `canvas` serves pixel coordinates whose file tells none.

    Raises `PoseError`, whose message names the field.
    """
    root, path = _unwrap(_parse(data))
    if "people" in root:
        people = _people(root["people"], f"{path}people")
        own = _canvas(root, path, "canvas_width", "canvas_height")
    elif "keypoints" in root:
        people = _older_people(root["keypoints"], f"{path}keypoints")
        own = _canvas(root, path, "width", "height")
    else:
        raise PoseError(f"{path}people: is missing; this is no OpenPose JSON")
    return PoseFile(_to_canvas(people, own or canvas, f"{path}canvas_width"), own)


def write_openpose(poses: Iterable[Pose], canvas: tuple[int, int], dialect: Dialect = "people") -> str:
    """Return OpenPose JSON for a `canvas` (width, height) in pixels; an unseen joint is 0, 0, 0.

    The dialect "keypoints" has no room for faces and hands: they are left out. Raises `PoseError` where fractions are
    asked for and a point lies outside the canvas: its fraction would be read as pixels.
    """
    width, height = canvas
    if dialect == "keypoints":
        pairs = [(0.0, 0.0) if p is None else _scaled(p, canvas) for pose in poses for p in pose.keypoints]
        return json.dumps({"width": width, "height": height, "keypoints": pairs})
    poses, size = tuple(poses), canvas
    if dialect == "normalised":
        _check_inside(poses)
        size = (1, 1)
    people = [_person(pose, size, dialect == "body_25") for pose in poses]
    root = {"canvas_width": width, "canvas_height": height, "people": people}
    return json.dumps([root] if dialect == "list" else root)


def _check_inside(poses: Sequence[Pose]) -> None:
    for index, pose in enumerate(poses):
        extras = [point[:2] for points in (pose.face, pose.left_hand, pose.right_hand) for point in points or ()]
        seen = [point for point in pose.keypoints if point is not None]
        if any(max(map(abs, point)) > 1 for point in (*seen, *extras)):
            raise PoseError(f"people[{index}]: has a point outside the canvas, which fractions cannot say")


def _person(pose: Pose, size: tuple[int, int], body_25: bool) -> dict[str, list[float] | None]:
    body = [(0.0, 0.0, 0.0) if point is None else (*point, 1.0) for point in pose.keypoints]
    return {
        "pose_keypoints_2d": _flat(_to_25(pose, body) if body_25 else body, size),
        "face_keypoints_2d": _flat(pose.face, size),
        "hand_left_keypoints_2d": _flat(pose.left_hand, size),
        "hand_right_keypoints_2d": _flat(pose.right_hand, size),
    }


def _to_25(pose: Pose, body: Sequence[Scored]) -> list[Scored]:
    """Return CMU's 25 points: the hips' middle where both are seen, and no feet."""
    points: list[Scored] = [(0.0, 0.0, 0.0)] * 25
    for index, point in zip(BODY_25, body, strict=True):
        points[index] = point
    right, left = pose.keypoints[8], pose.keypoints[11]
    if right is not None and left is not None:
        points[MID_HIP] = ((right[0] + left[0]) / 2, (right[1] + left[1]) / 2, 1.0)
    return points


def _flat(points: Sequence[Scored] | None, size: tuple[int, int]) -> list[float] | None:
    if points is None:
        return None
    return [value for x, y, c in points for value in (*_scaled((x, y), size), c)]


def _scaled(point: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
    return (round(point[0] * size[0], DIGITS), round(point[1] * size[1], DIGITS))


def _parse(data: str | bytes) -> Any:
    if len(data) > LARGEST_FILE:
        raise PoseError(f"the file is larger than {LARGEST_FILE // 2**20} MiB; this is no pose")
    try:
        return json.loads(data)
    except RecursionError:
        raise PoseError("is nested too deeply; this is no pose") from None
    except ValueError as error:
        raise PoseError(f"is not JSON: {error}") from None


def _unwrap(root: Any) -> tuple[dict[str, Any], str]:
    """Return the file's object and its path; some tools wrap it in a list of one."""
    path = ""
    if isinstance(root, list):
        if len(root) != 1:
            raise PoseError(f"the list at the top holds {len(root)} pictures; one is needed")
        root, path = root[0], "[0]."
    if not isinstance(root, dict):
        raise PoseError(f"{path or 'the file'}: an object is needed, not {_kind(root)}")
    return root, path


def _people(value: Any, path: str) -> list[Person]:
    people: list[Person] = []
    for index, person in enumerate(_list(value, path)):
        at = f"{path}[{index}]"
        if not isinstance(person, dict):
            raise PoseError(f"{at}: an object is needed, not {_kind(person)}")
        people.append(
            {
                "keypoints": _body(person.get("pose_keypoints_2d"), f"{at}.pose_keypoints_2d"),
                "face": _extra(person, at, "face_keypoints_2d", FACE_POINTS),
                "left_hand": _extra(person, at, "hand_left_keypoints_2d", HAND_POINTS),
                "right_hand": _extra(person, at, "hand_right_keypoints_2d", HAND_POINTS),
            }
        )
    return people


def _body(value: Any, path: str) -> list[Triple]:
    triples = _triples(_list(value, path), path)
    if len(triples) == 25:
        return [triples[i] for i in BODY_25]
    if len(triples) != len(JOINTS):
        raise PoseError(f"{path}: 18 or 25 points (54 or 75 numbers) are needed, there are {len(triples)}")
    return triples


def _extra(person: dict[str, Any], at: str, key: str, count: int) -> list[Triple] | None:
    path, value = f"{at}.{key}", person.get(key)
    if value is None or value == []:
        return None
    triples = _triples(_list(value, path), path)
    if len(triples) != count:
        raise PoseError(f"{path}: {count} points ({3 * count} numbers) are needed, there are {len(triples)}")
    return triples


def _triples(values: list[Any], path: str) -> list[Triple]:
    if len(values) % 3:
        raise PoseError(f"{path}: holds {len(values)} numbers; x, y, confidence come in threes")
    numbers = [_number(value, f"{path}[{index}]") for index, value in enumerate(values)]
    for index, confidence in enumerate(numbers[2::3]):
        if confidence < 0:
            raise PoseError(f"{path}[{3 * index + 2}]: a confidence cannot be {confidence:g}")
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True))


def _older_people(value: Any, path: str) -> list[Person]:
    """Return people of the older editor's pairs, on end or one list each; null or 0, 0 is unseen."""
    entries = _list(value, path)
    nested = any(isinstance(entry, list) and entry and isinstance(entry[0], list) for entry in entries)
    if nested:
        groups = [(f"{path}[{i}]", _list(entry, f"{path}[{i}]")) for i, entry in enumerate(entries)]
    else:
        groups = [(path, entries[i : i + len(JOINTS)]) for i in range(0, len(entries), len(JOINTS))]
    people: list[Person] = []
    for at, group in groups:
        if len(group) != len(JOINTS):
            raise PoseError(f"{at}: {len(JOINTS)} points a person are needed, there are {len(group)}")
        people.append({"keypoints": [_pair(pair, f"{at}[{i}]") for i, pair in enumerate(group)]})
    return people


def _pair(value: Any, path: str) -> Triple:
    if value is None:
        return (0.0, 0.0, 0.0)
    pair = _list(value, path)
    if len(pair) != 2:
        raise PoseError(f"{path}: x and y are needed, there are {len(pair)} numbers")
    x, y = _number(pair[0], f"{path}[0]"), _number(pair[1], f"{path}[1]")
    return (x, y, 1.0 if x or y else 0.0)


def _canvas(root: dict[str, Any], path: str, *keys: str) -> tuple[int, int] | None:
    """Return the canvas that a file tells, or None; half of one, or an impossible one, is an error."""
    if all(root.get(key) is None for key in keys):
        return None
    sides = []
    for key in keys:
        side = _number(root.get(key), f"{path}{key}")
        if not 1 <= side <= 2**16:
            raise PoseError(f"{path}{key}: a canvas of {side:g} pixels cannot be")
        sides.append(round(side))
    return (sides[0], sides[1])


def _to_canvas(people: list[Person], canvas: tuple[int, int] | None, field: str) -> tuple[Pose, ...]:
    """Return poses in fractions of the canvas."""
    every = [point for person in people for points in person.values() if points for point in points]
    normalised = all(abs(x) <= 1 and abs(y) <= 1 for x, y, _ in every)
    if canvas is None and not normalised:
        raise PoseError(f"{field}: is missing, and the coordinates are in pixels")
    width, height = (1, 1) if normalised or canvas is None else canvas
    return tuple(_pose(person, width, height, index) for index, person in enumerate(people))


def _pose(person: Person, width: int, height: int, index: int) -> Pose:
    def fraction(points: list[Triple] | None) -> tuple[Triple, ...] | None:
        return None if points is None else tuple((x / width, y / height, c) for x, y, c in points)

    body = fraction(person["keypoints"]) or ()
    joints = tuple((x, y) if c >= SEEN else None for x, y, c in body)
    extras = [fraction(person.get(name)) for name in ("face", "left_hand", "right_hand")]
    try:
        return Pose(joints, *extras)
    except PoseError as error:
        raise PoseError(f"people[{index}].{error} (at most {FARTHEST:g} canvases away)") from None


def _list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(value, path, "a list")
    return value


def _number(value: Any, path: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _wrong(value, path, "a number")
    if abs(value) > 1e9 or not math.isfinite(value):
        shown = value if isinstance(value, float) else "so large a number"
        raise PoseError(f"{path}: {shown} is no coordinate")
    return float(value)


def _wrong(value: Any, path: str, wanted: str) -> PoseError:
    what = "is missing" if value is None else f"{wanted} is needed, not {_kind(value)}"
    return PoseError(f"{path}: {what}")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a truth value", type(None): "null"}
    return names.get(type(value), "a number")

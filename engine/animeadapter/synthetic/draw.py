"""Draws characters in a shot: frames figures, paints everything in depth order, hands out the exact truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.parts import Part
from animeadapter.protocol.pose import Pose
from animeadapter.synthetic import finish
from animeadapter.synthetic.accessories import BEFORE_HAIR, BEHIND, BEHIND_HEAD, ON_NECK, Accessories
from animeadapter.synthetic.body import Body
from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.curves import Points
from animeadapter.synthetic.face import Face
from animeadapter.synthetic.hair import Hair
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.scenery import draw_scene
from animeadapter.synthetic.shot import Act, Shot
from animeadapter.synthetic.skeleton import JOINT_NAMES, Figure, articulate, visible_face
from animeadapter.synthetic.vocabulary import known

Picture = NDArray[np.uint8]


@dataclass(frozen=True)
class Drawing:
    """A picture and the truth about it. Arrays are (height, width), the image RGB (height, width, 3)."""

    image: Picture
    foreground: Picture
    """255 where a character or what it holds is, else 0."""
    parts: Picture
    """`Part` of each pixel."""
    instances: Picture
    """0 for the background, 1 for the first person, 2 for the second."""
    eyes: Picture
    """255 on open eyes."""
    poses: tuple[Pose, ...]
    identity_tags: tuple[tuple[str, ...], ...]
    act_tags: tuple[tuple[str, ...], ...]
    shot_tags: tuple[str, ...]
    count_tags: tuple[str, ...]


def count_tags(identities: Sequence[Identity]) -> tuple[str, ...]:
    """Return 1girl, 1boy, 2girls … and solo."""
    girls, boys = sum(not i.boy for i in identities), sum(i.boy for i in identities)
    names = [f"{n}{noun}{'s' * (n > 1)}" for n, noun in ((girls, "girl"), (boys, "boy")) if n]
    extra = {"2girls": "multiple_girls", "2boys": "multiple_boys"}
    return known(*names, *(extra[n] for n in names if n in extra), "solo" if len(identities) == 1 else "")


def draw(identities: Sequence[Identity], shot: Shot, size: tuple[int, int]) -> Drawing:
    """Draw one or two characters in a shot at `size` (width, height).

    The same identities, shot and size give the same pixels; a larger size of the same aspect gives the same drawing,
    finer. Raises ValueError where the shot has not one act for each character.
    """
    if len(identities) != len(shot.acts):
        raise ValueError(f"the shot has {len(shot.acts)} acts for {len(identities)} characters")
    width, height = size
    scale = float(np.sqrt(width * height) / 256)
    rng = np.random.default_rng(shot.seed)
    side = 1.0 if rng.random() < 0.5 else -1.0
    canvas = Canvas(width, height, shot.style, scale, (-0.75 * side, -0.55))
    figures = [_figure(who, act, shot) for who, act in zip(identities, shot.acts, strict=True)]
    _frame(figures, identities, shot, width, height)
    extra = draw_scene(canvas, shot.scene, shot.light, rng, _horizon(shot, figures, height))
    order = sorted(range(len(figures)), key=lambda k: figures[k].flat["head"][1])
    for k in order:
        canvas.person = k
        canvas.line_scale = float(np.clip(figures[k].head_size / (78 * scale), 0.62, 1.15))
        draw_character(canvas, figures[k], identities[k], shot.acts[k], shot.wind)
    image = finish.finish(canvas.picture(), shot, scale)
    labels = canvas.label_map()
    poses = tuple(_pose(figure, width, height) for figure in figures)
    return Drawing(
        image=image,
        foreground=np.where(labels > 0, 255, 0).astype(np.uint8),
        parts=labels % 16,
        instances=np.where(labels > 0, labels // 16 + 1, 0).astype(np.uint8),
        eyes=cv2.resize(canvas.eyes, (width, height), interpolation=cv2.INTER_NEAREST),
        poses=poses,
        identity_tags=tuple(
            who.seen_tags(shot.framing, act.view == "behind") for who, act in zip(identities, shot.acts, strict=True)
        ),
        act_tags=tuple(
            act.seen_tags(shot.framing, _hands_seen(pose)) for act, pose in zip(shot.acts, poses, strict=True)
        ),
        shot_tags=known(*shot.tags, *extra),
        count_tags=count_tags(identities),
    )


def _figure(who: Identity, act: Act, shot: Shot) -> Figure:
    return articulate(
        who.build,
        act.articulation,
        (act.yaw, shot.pitch, shot.tilt),
        1.2 * shot.style.head_scale * (0.95 if who.boy else 1.0),
    )


def _landmarks(figure: Figure, framing: str, hat: float) -> Points:
    """Return the points (n, 2) in heads, y up, that a framing has to show."""
    p = figure.points
    up = figure.head[:, 1]
    grown = figure.head_scale
    head = [p["head"] + up * (0.64 + hat) * grown, p["head"] - up * 0.52 * grown]
    head += [p["head"] + figure.head[:, 0] * s * 0.58 * grown for s in (-1, 1)]
    if framing == "close-up":
        head = [p["head"] + up * 0.42 * grown, p["head"] - up * 0.56 * grown]
        head += [figure.points["head"] + figure.head[:, 0] * s * 0.5 * grown for s in (-1, 1)]
        return np.stack(head)[:, :2]
    shoulders = [p["r_shoulder"], p["l_shoulder"]]
    if framing == "portrait":
        return np.stack([*head, *(0.7 * s + 0.3 * p["pelvis"] for s in shoulders)])[:, :2]
    arms = [p[f"{s}_{j}"] for s in "rl" for j in ("elbow", "wrist")]
    if framing == "upper_body":
        return np.stack([*head, *shoulders, 0.25 * p["neck"] + 0.75 * p["pelvis"]])[:, :2]
    thighs = [0.45 * p[f"{s}_hip"] + 0.55 * p[f"{s}_knee"] for s in "rl"]
    if framing == "cowboy_shot":
        return np.stack([*head, *shoulders, *arms[::2], p["pelvis"], *thighs])[:, :2]
    legs = [p[f"{s}_{j}"] for s in "rl" for j in ("knee", "ankle", "toe")]
    return np.stack([*head, *shoulders, *arms, *legs])[:, :2]


def _frame(figures: list[Figure], identities: Sequence[Identity], shot: Shot, width: int, height: int) -> None:
    """Give every figure its scale and place, so that the framing's landmarks fill the picture."""
    if shot.fixed is not None:
        for figure, (heads, x, y) in zip(figures, shot.fixed, strict=True):
            figure.place(heads * height, np.array([x * width, y * height]))
        return
    boxes = [_landmarks(f, shot.framing, who.top) for f, who in zip(figures, identities, strict=True)]
    share = width / len(figures)
    margin = {
        "full_body": 0.035,
        "cowboy_shot": 0.03,
        "upper_body": 0.02,
        "portrait": 0.02,
        "close-up": -0.02,
    }[shot.framing]
    spans = [b.max(0) - b.min(0) for b in boxes]
    overlap = 1.12 if len(figures) > 1 else 1.0
    zoom = min(shot.zoom, 1.0) if shot.framing == "full_body" else shot.zoom
    scale = min(min(share * overlap * (1 - 2 * margin) / s[0], height * (1 - 2 * margin) / s[1]) for s in spans) * zoom
    for k, (figure, box, span) in enumerate(zip(figures, boxes, spans, strict=True)):
        free = np.maximum(np.array([share, height]) - span * scale, 0.0)
        centre = (box.max(0) + box.min(0)) / 2
        x = share * (k + 0.5) + shot.place[0] * free[0] * 0.42 - centre[0] * scale
        if shot.framing == "full_body":
            bottom = height * (1 - margin) - free[1] * 0.3 * (0.5 + 0.5 * shot.place[1]) * 0.5
            y = bottom + box.min(0)[1] * scale
        else:
            top = height * max(margin, 0.0) + free[1] * 0.35
            y = top + box.max(0)[1] * scale
        figure.place(scale, np.array([x, y]))


def _horizon(shot: Shot, figures: list[Figure], height: int) -> float:
    """Return where the ground begins, a share of the height: below a far figure's hips, lower the closer the camera."""
    base = {"full_body": 0.66, "cowboy_shot": 0.74, "upper_body": 0.82, "portrait": 0.86, "close-up": 0.9}[shot.framing]
    if shot.framing == "full_body":
        feet = max(float(f.flat[j][1]) for f in figures for j in ("r_ankle", "l_ankle", "pelvis")) / height
        base = min(base, max(0.42, feet - 0.16))
    return float(np.clip(base - shot.pitch * 0.006, 0.3, 0.94))


def draw_character(canvas: Canvas, figure: Figure, who: Identity, act: Act, wind: float) -> None:
    """Paint one character from back to front."""
    body, hair = Body(canvas, figure, who, act), Hair(canvas, figure, who, wind)
    face = Face(canvas, figure, who, act.expression, act.gaze)
    extras = Accessories(body, face)
    from_behind = body.front < -0.05
    if not from_behind:
        extras.draw(BEHIND)
    hair.draw_layer("back")
    _draw_body(body)
    if from_behind:
        extras.draw(BEHIND)
    extras.draw(ON_NECK)
    hair.draw_layer("middle")
    _draw_head(hair, face, extras)


def _draw_body(body: Body) -> None:
    """Paint limbs and trunk, far ones first."""
    figure = body.figure
    chest = figure.depth("neck", "pelvis")
    arms = sorted("rl", key=lambda s: figure.depth(f"{s}_elbow", f"{s}_wrist"))
    legs = sorted("rl", key=lambda s: figure.depth(f"{s}_knee", f"{s}_ankle"))
    far = [s for s in arms if figure.depth(f"{s}_elbow", f"{s}_wrist", f"{s}_wrist") < chest - 0.06]
    forward = [s for s in legs if figure.depth(f"{s}_knee") > figure.depth("pelvis") + 0.42]
    for side in far:
        body.draw_arm(side)
    for side in legs:
        if side not in forward:
            body.draw_leg(side)
    body.hips()
    body.draw_neck()
    body.draw_trunk()
    raised = any(figure.depth(f"{s}_knee") > chest + 0.42 and figure.points[f"{s}_knee"][1] > 0.2 for s in "rl")
    if not raised:
        _draw_lap(body, forward)
    body.details.draw_front()
    if raised:
        _draw_lap(body, forward)
    for side in arms:
        if side not in far:
            body.draw_arm(side)


def _draw_lap(body: Body, forward: list[str]) -> None:
    """Paint thighs that point at the viewer, the skirt over them, then the shins that hang before it."""
    for side in forward:
        body.draw_leg(side, "thigh")
    body.draw_skirt()
    for side in forward:
        body.draw_leg(side, "shin")


def _draw_head(hair: Hair, face: Face, extras: Accessories) -> None:
    extras.draw_straps()
    extras.draw(BEHIND_HEAD)
    hair.draw_cap()
    outline = None
    if face.visible:
        face.draw_ears()
        outline = face.draw()
        extras.draw(BEFORE_HAIR)
        hair.draw_fringe(outline)
    hair.draw_layer("front")
    extras.draw_rest()


def _hands_seen(pose: Pose) -> bool:
    return pose.keypoints[4] is not None or pose.keypoints[7] is not None


def _pose(figure: Figure, width: int, height: int) -> Pose:
    """Return the 18 joints, in shares of width and height; joints out of the picture or behind the head are missing."""
    seen = visible_face(figure)
    points: list[tuple[float, float] | None] = []
    for name in JOINT_NAMES:
        x, y = (figure.flat[name] / (width, height)).tolist()
        inside = 0.0 <= x <= 1.0 and 0.0 <= y <= 1.0
        points.append((x, y) if inside and seen.get(name, True) else None)
    return Pose(keypoints=tuple(points))


def labelled_part(drawing: Drawing, part: Part) -> Picture:
    """Return a mask (255 where the part is)."""
    return np.where(drawing.parts == int(part), 255, 0).astype(np.uint8)

"""Places and lights: procedural backgrounds, each with its tags."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from animeadapter.synthetic.canvas import Canvas
from animeadapter.synthetic.places_built import BuiltPlaces
from animeadapter.synthetic.places_plain import PlainPlaces


@dataclass(frozen=True)
class Scene:
    name: str
    tags: tuple[str, ...]
    plain: bool = False
    standing_only: bool = False
    weight: float = 1.0


@dataclass(frozen=True)
class Light:
    """`tint` multiplies the picture, `background` the background alone before it."""

    name: str
    tags: tuple[str, ...]
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    background: tuple[float, float, float] = (1.0, 1.0, 1.0)
    scenes: tuple[str, ...] = ()
    weight: float = 1.0


SCENES: tuple[Scene, ...] = (
    Scene("white", ("simple_background", "white_background"), True, weight=2.0),
    Scene("colour", ("simple_background",), True, weight=1.6),
    Scene("gradient", ("gradient_background", "simple_background"), True, weight=1.2),
    Scene("two_tone", ("two-tone_background", "simple_background"), True, weight=0.5),
    Scene("dots", ("polka_dot_background", "patterned_background"), True, weight=0.5),
    Scene("stripes", ("striped_background", "patterned_background"), True, weight=0.4),
    Scene("speed_lines", ("emphasis_lines",), True, weight=0.5),
    Scene("sky", ("sky", "blue_sky", "cloud", "outdoors", "day"), weight=1.3),
    Scene("sunset", ("sunset", "sky", "orange_sky", "cloud", "outdoors"), weight=0.9),
    Scene("night", ("night", "night_sky", "starry_sky", "full_moon", "moon", "outdoors"), weight=1.0),
    Scene("beach", ("beach", "ocean", "horizon", "sand", "blue_sky", "outdoors", "day"), weight=1.0),
    Scene("field", ("grass", "field", "hill", "blue_sky", "outdoors", "day"), weight=1.0),
    Scene("flowers", ("flower_field", "flower", "grass", "outdoors", "day"), weight=0.7),
    Scene("forest", ("forest", "tree", "nature", "outdoors"), weight=1.0),
    Scene("sakura", ("cherry_blossoms", "tree", "petals", "outdoors", "day"), weight=0.7),
    Scene("autumn", ("autumn", "autumn_leaves", "tree", "outdoors"), weight=0.5),
    Scene("snow", ("snow", "snowing", "winter", "outdoors"), weight=0.7),
    Scene("mountain", ("mountain", "mountainous_horizon", "sky", "outdoors", "day"), weight=0.6),
    Scene("street", ("street", "building", "city", "outdoors", "day"), weight=1.0),
    Scene("night_city", ("city_lights", "cityscape", "building", "night", "outdoors"), weight=0.8),
    Scene("rain", ("rain", "cloudy_sky", "outdoors"), weight=0.6),
    Scene("rooftop", ("rooftop", "chain-link_fence", "fence", "blue_sky", "outdoors"), weight=0.6),
    Scene("shrine", ("torii", "shrine", "stairs", "outdoors", "day"), standing_only=True, weight=0.6),
    Scene("classroom", ("classroom", "chalkboard", "desk", "indoors"), weight=1.0),
    Scene("bedroom", ("bedroom", "bed", "pillow", "indoors"), weight=0.7),
    Scene("room", ("indoors", "window", "curtains"), weight=0.9),
    Scene("library", ("library", "bookshelf", "book", "indoors"), weight=0.8),
    Scene("brick", ("brick_wall", "outdoors"), weight=0.5),
    Scene("stage", ("stage", "stage_lights", "spotlight"), weight=0.6),
    Scene("space", ("space", "planet", "star_(sky)"), weight=0.4),
    Scene("underwater", ("underwater", "bubble", "air_bubble"), weight=0.4),
)
_DAYLIGHT = (
    "sky",
    "beach",
    "field",
    "flowers",
    "forest",
    "sakura",
    "mountain",
    "street",
    "rooftop",
    "shrine",
    "classroom",
    "room",
    "library",
    "bedroom",
)
LIGHTS: tuple[Light, ...] = (
    Light("even", (), weight=6.0),
    Light("warm", ("sunlight",), (1.0, 0.975, 0.9), scenes=_DAYLIGHT, weight=1.0),
    Light(
        "evening",
        ("evening",),
        (1.0, 0.9, 0.8),
        (1.0, 0.86, 0.72),
        ("street", "classroom", "rooftop", "room", "field", "shrine"),
        0.8,
    ),
    Light("dusk", (), (0.98, 0.88, 0.88), scenes=("sunset",), weight=3.0),
    Light("moonlight", (), (0.87, 0.91, 1.0), scenes=("night", "night_city", "space"), weight=4.0),
    Light(
        "dim",
        ("dark",),
        (0.82, 0.83, 0.92),
        (0.62, 0.64, 0.78),
        ("bedroom", "library", "brick", "room", "forest"),
        0.6,
    ),
    Light("wet", (), (0.9, 0.93, 0.98), scenes=("rain",), weight=3.0),
    Light("blue", (), (0.82, 0.95, 1.0), scenes=("underwater",), weight=4.0),
)


class Backdrop(BuiltPlaces, PlainPlaces):
    """Every scene by the name of its method."""


_DRAWERS = {"dots": "dots_pattern"}


def draw_scene(canvas: Canvas, scene: Scene, light: Light, rng: np.random.Generator, horizon: float) -> tuple[str, ...]:
    """Paint a scene over the whole canvas and return tags that only its dice decided (the colour of a plain ground)."""
    backdrop = Backdrop(canvas, rng, horizon)
    getattr(backdrop, _DRAWERS.get(scene.name, scene.name))()
    if light.background != (1.0, 1.0, 1.0):
        canvas.pixels[:] = (canvas.pixels * np.array(light.background)).astype(np.uint8)
    if not scene.plain:
        # Depth: far things are calmer than the figure in front of them.
        canvas.pixels[:] = cv2.addWeighted(canvas.pixels, 0.86, np.full_like(canvas.pixels, 255), 0.14, 0)
    return backdrop.extra

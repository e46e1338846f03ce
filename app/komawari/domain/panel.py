"""A panel: its frame, what stands in it, how the picture lies in the frame, and how it is drawn."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from animeadapter.protocol.choices import LineKind
from animeadapter.protocol.parts import PartName
from animeadapter.protocol.pose import FacePoints, HandPoints, Keypoints, Pose
from animeadapter.protocol.request import (
    MOST_TAKES,
    AdapterSettings,
    Blob,
    Controller,
    Detail,
    Lora,
    Name,
    Sampler,
    Scale,
    Seed,
    Size,
    Unit,
)
from komawari.domain.base import Coordinate, Frame, Id, Length, Part, Tag, Text, Title

LEAST_SCALE, MOST_SCALE = 0.05, 20.0
SheetSide = Annotated[int, Meta(ge=1, le=16_384)]


class Placement(Part, frozen=True):
    """How the picture lies in the frame: first it covers the frame's box, centred, then it is moved and scaled."""

    dx: Coordinate = 0.0
    """Millimetres to the right, `dy` down."""
    dy: Coordinate = 0.0
    scale: Annotated[float, Meta(ge=LEAST_SCALE, le=MOST_SCALE)] = 1.0
    """Times the size that just covers the box."""
    flip_x: bool = False
    flip_y: bool = False


class MixerEntry(Part, frozen=True):
    """A part that a figure borrows from a reference of any character."""

    part: PartName
    character: Id
    reference: Id
    scale: Scale = 1.0


class FigurePose(Part, frozen=True):
    """A skeleton on the picture's canvas, with the fields of `protocol.pose.Pose`.

    That one checks itself in Python whenever it is made, which would be most of the time of opening a long project;
    here the decoder checks the same rules.
    """

    keypoints: Keypoints
    face: FacePoints | None = None
    left_hand: HandPoints | None = None
    right_hand: HandPoints | None = None

    @classmethod
    def of(cls, pose: Pose) -> FigurePose:
        """Return an engine's pose as a part of the document."""
        return cls(pose.keypoints, pose.face, pose.left_hand, pose.right_hand)

    def pose(self) -> Pose:
        """Return it as requests have it, with all that can be done to a pose. Raises `PoseError`."""
        return Pose(self.keypoints, self.face, self.left_hand, self.right_hand)


class FigureRegion(Part, frozen=True):
    """Where in the picture a figure rules, and what is said there alone."""

    mask: Blob | None = None
    """Grey, white inside, of the picture's proportions. None: derived from the figure's skeleton."""
    prompt: Text = ""
    tags: tuple[Tag, ...] = ()
    global_share: Unit = 0.3
    weight: Scale = 1.0
    feather: Unit = 0.05


class Figure(Part, frozen=True):
    """Somebody in the panel: a character, its pose and its region."""

    id: Id
    character: Id | None = None
    references: tuple[Id, ...] = ()
    """Which of the character's references count; empty: all."""
    scale: Scale = 1.0
    mixer: tuple[MixerEntry, ...] = ()
    """Parts from elsewhere, at most one entry for each part."""
    pose: FigurePose | None = None
    region: FigureRegion = FigureRegion()


class LocalEdit(Part, frozen=True):
    """What is drawn anew in the panel's take in use, where, and how. Each result is a take of its own."""

    mask: Blob | None = None
    """Grey, white where the picture is drawn anew, of the take's proportions. None: nothing was painted yet."""
    prompt: Text = ""
    """What is to be seen there. Empty, and without tags: what the whole panel says."""
    tags: tuple[Tag, ...] = ()
    mixer: tuple[MixerEntry, ...] = ()
    """Parts borrowed for the region alone, at most one entry for each part; they go before the figures' own."""
    strength: Annotated[float, Meta(gt=0, le=1)] = 1.0
    """Share of the steps that are drawn: 1 begins from noise, less keeps more of what is there."""
    margin: Scale = 0.5
    """How much around the region is seen, in lengths of the longer side of its bounds."""
    feather: Unit = 0.1
    """Width of the soft edge inside the region, in those lengths."""
    takes: Annotated[int, Meta(ge=1, le=MOST_TAKES)] = 1
    lines: bool = True
    """Whether the region keeps to the lines of the panel's sketch, where the panel does."""


class Sheet(Part, frozen=True):
    """What is sketched in a panel: a PNG with a transparent ground, and how it lies in the frame's box."""

    picture: Blob
    width: SheetSide
    """Pixels, as is `height`."""
    height: SheetSide
    placement: Placement = Placement()


class Sketch(Part, frozen=True):
    """The panel's sketch, and what pictures owe to it."""

    sheet: Sheet | None = None
    """None: nothing is sketched."""
    follow: bool = False
    """Whether pictures begin from the sketch, flattened over white, in the place of noise alone."""
    strength: Annotated[float, Meta(gt=0, le=1)] = 0.75
    """Share of the sampler's steps that are drawn then: 1 begins from noise alone, less keeps more of the sketch."""
    lines: LineKind | None = None
    """What the pack takes the sketch's lines for, which pictures keep to; None: they do not."""
    lines_weight: Scale = 1.0


class Settings(Part, frozen=True):
    """How the engine draws; None is the pack's own value."""

    pack: Name | None = None
    """None: the one that is chosen for the editor."""
    size: Size | None = None
    """None: from the frame (`geometry.sizes.asked_size`)."""
    sampler: Sampler = Sampler()
    controller: Controller = Controller()
    adapter: AdapterSettings = AdapterSettings()
    detail: Detail = Detail()
    loras: tuple[Lora, ...] = ()


class Style(Part, frozen=True):
    """Settings with a name, to be used again."""

    id: Id
    name: Title
    settings: Settings = Settings()
    tags: tuple[Tag, ...] = ()
    """Added to a panel's tags when the style is applied."""
    negative_prompt: Text | None = None


class Panel(Part, frozen=True):
    """One panel. Panels later in their page lie in front of earlier ones; the reading order follows from the frames."""

    id: Id
    frame: Frame
    border: Length = 0.8
    """Width of the line around it, in millimetres; 0: none."""
    placement: Placement = Placement()
    prompt: Text = ""
    tags: tuple[Tag, ...] = ()
    negative_prompt: Text | None = None
    figures: tuple[Figure, ...] = ()
    seed: Seed = 0
    seed_locked: bool = False
    takes: Annotated[int, Meta(ge=1, le=MOST_TAKES)] = 1
    """How many are drawn at once."""
    settings: Settings = Settings()
    take: Id | None = None
    """The take in use. Takes themselves live beside the document."""
    final: bool = False
    """Never queued again."""
    local_edit: LocalEdit = LocalEdit()
    sketch: Sketch = Sketch()

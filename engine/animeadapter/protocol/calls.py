"""What the engine can be asked to do, and what it answers: one struct for each call and one for each result.

Pictures and masks are named by the sha256 of their file's bytes and travel beside the call. Places in a picture are
in its own pixels, x to the right and y down. Every picture that comes back is a PNG.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from animeadapter.protocol.pose import Pose
from animeadapter.protocol.request import Blob, GenerateRequest, Name, ResolvedRequest

Pixel = Annotated[float, Meta(ge=0, le=100_000)]
Previews = Annotated[int, Meta(ge=0, le=200)]
"""A preview after so many steps; 0: none."""
Box = tuple[Pixel, Pixel, Pixel, Pixel]
"""Left, top, right, bottom."""
MOST_POINTS, MOST_PICTURES = 256, 64
LONGEST_STEP = 10_000


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a call or a result consists of."""


class _Kind(_Part, frozen=True, tag_field="kind"):
    """A call or a result: what it is stands in `kind`."""


class Generate(_Kind, frozen=True, tag="generate"):
    """Draw a request. Each take comes as an `Image` when it is finished; the result is `Drawn`."""

    request: GenerateRequest
    previews: Previews = 0


class DrawAgain(_Kind, frozen=True, tag="draw_again"):
    """Draw one take once more, in its batch, precision and threads. The result is `Drawn`."""

    resolved: ResolvedRequest
    previews: Previews = 0


class Segment(_Kind, frozen=True, tag="segment"):
    """Find the character and its parts. The result is `Segmented`."""

    picture: Blob
    pack: Name = "mini"


class ClickPoint(_Part, frozen=True):
    """A place that belongs to what is meant, or one that does not."""

    x: Pixel
    y: Pixel
    positive: bool = True


class Click(_Kind, frozen=True, tag="click"):
    """Select what was clicked at, by points and perhaps within a box. The result is `Clicked`."""

    picture: Blob
    points: Annotated[tuple[ClickPoint, ...], Meta(max_length=MOST_POINTS)] = ()
    box: Box | None = None
    pack: Name = "mini"

    def __post_init__(self) -> None:
        """Refuse clicks at nothing and boxes without an inside."""
        if not self.points and self.box is None:
            raise ValueError("a click needs a point or a box")
        if self.box is not None and not (self.box[0] < self.box[2] and self.box[1] < self.box[3]):
            raise ValueError("a box needs its left edge left of its right one, and its top above its bottom")


class DetectPose(_Kind, frozen=True, tag="detect_pose"):
    """Find people and their poses. The result is `FoundPoses`."""

    picture: Blob
    pack: Name = "mini"


class Masked(_Part, frozen=True):
    """A picture, and which part of it counts (grey, white inside, as large); None: all of it."""

    picture: Blob
    mask: Blob | None = None


class Embed(_Kind, frozen=True, tag="embed"):
    """Embed characters and score how alike they are. The result is `Embedded`."""

    pictures: Annotated[tuple[Masked, ...], Meta(min_length=1, max_length=MOST_PICTURES)]
    pack: Name = "mini"


class Upscale(_Kind, frozen=True, tag="upscale"):
    """Enlarge a picture four times each way. The result is `Upscaled`."""

    picture: Blob
    pack: Name = "mini"


class ListPacks(_Kind, frozen=True, tag="list_packs"):
    """Say which model packs there are. The result is `PackList`."""


class LoadPack(_Kind, frozen=True, tag="load_pack"):
    """Load a pack before it is needed. The result is `LoadedPack`."""

    pack: Name = "mini"


class Rehearse(_Kind, frozen=True, tag="rehearse"):
    """Take steps that compute nothing and give a picture back, without any model: how a connection is tried, and
    timed. The result is `Rehearsed`."""

    steps: Annotated[int, Meta(ge=0, le=1000)] = 1
    milliseconds: Annotated[int, Meta(ge=0, le=LONGEST_STEP)] = 0
    """For each step."""
    picture: Blob | None = None


Call = Generate | DrawAgain | Segment | Click | DetectPose | Embed | Upscale | ListPacks | LoadPack | Rehearse


class Drawn(_Kind, frozen=True, tag="drawn"):
    """All takes have been sent."""

    takes: int


class Segmented(_Kind, frozen=True, tag="segmented"):
    """Two grey PNG files as large as the picture: 255 where the character is, and the `Part` of every pixel."""

    foreground: Blob
    parts: Blob


class Clicked(_Kind, frozen=True, tag="clicked"):
    """A grey PNG as large as the picture, 255 in what was selected."""

    mask: Blob


class FoundPerson(_Part, frozen=True):
    """One person: the pose, how sure it is (0 … 1), and a grey PNG, 255 where the person is."""

    pose: Pose
    score: float
    mask: Blob


class FoundPoses(_Kind, frozen=True, tag="found_poses"):
    """Everybody who was found, the surest first."""

    people: tuple[FoundPerson, ...]


class Embedded(_Kind, frozen=True, tag="embedded"):
    """An embedding of length 1 for each picture, and its likeness to the first one (cosine, −1 … 1)."""

    embeddings: tuple[tuple[float, ...], ...]
    likeness: tuple[float, ...]


class Upscaled(_Kind, frozen=True, tag="upscaled"):
    """The enlarged picture."""

    picture: Blob


class PackInfo(_Part, frozen=True):
    """A pack, as its manifest describes it; `vocabulary` are the tags that it knows, None for any text."""

    name: str
    title: str
    licence: str
    family: str
    sizes: tuple[tuple[int, int], ...]
    parts: tuple[str, ...]
    sha256: str
    description: str = ""
    vocabulary: tuple[str, ...] | None = None


class PackList(_Kind, frozen=True, tag="pack_list"):
    """All packs that can be read, and the folder into which a person puts further ones."""

    packs: tuple[PackInfo, ...]
    folder: str = ""


class LoadedPack(_Kind, frozen=True, tag="loaded_pack"):
    """A pack is ready; `memory` is part → bytes of its weights."""

    pack: PackInfo
    memory: dict[str, int]


class Rehearsed(_Kind, frozen=True, tag="rehearsed"):
    """The steps are done; the picture is back."""

    picture: Blob | None = None


Result = (
    Drawn | Segmented | Clicked | FoundPoses | Embedded | Upscaled | PackList | LoadedPack | Rehearsed
)  # fmt: skip


def blobs_in(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield dotted field and sha256 of every file that a call or a result names."""
    if isinstance(value, Blob):
        yield path, value.sha256
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from blobs_in(getattr(value, name), f"{path}.{name}".lstrip("."))
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from blobs_in(item, f"{path}[{index}]")

"""`GenerateRequest`: everything that a picture depends on, as one frozen value.

The window, the command line, the tests and the benchmark build the same value. Pictures are named by sha256
(`Blob`); the bytes travel beside it in a `Blobs` mapping. `ResolvedRequest` adds what the machine
contributed: with it, the same machine draws the same pixels again.

Decoding is strict: an unknown field, a wrong type or a number out of range raises `RequestError`, which names
the field by its dotted path (`references[0].scale`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from animeadapter.protocol.choices import LineKind, SchedulerName, explain
from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.finite import not_a_number
from animeadapter.protocol.parts import PartName
from animeadapter.protocol.pose import Pose

Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Unit = Annotated[float, Meta(ge=0, le=1)]
Scale = Annotated[float, Meta(ge=0, le=4)]
Index = Annotated[int, Meta(ge=0, le=63)]
Seed = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Side = Annotated[int, Meta(ge=64, le=2048, multiple_of=8)]
Prompt = Annotated[str, Meta(max_length=10_000)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Block = Annotated[str, Meta(pattern=r"^((down|up)_blocks\.\d{1,2}|mid_block|down|mid|up)\Z")]
MOST_TAKES = 64
Blobs = Mapping[str, bytes]
"""sha256 of a file's bytes → the bytes."""


class RequestError(EngineError, ValueError):
    """A request is malformed or contradicts itself; the message begins with the field's dotted path."""


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What every part of a request is."""


class Blob(_Part, frozen=True):
    """A file, named by the sha256 of its bytes."""

    sha256: Sha256

    @classmethod
    def of(cls, data: bytes) -> Blob:
        """Return the name of these bytes."""
        return cls(hashlib.sha256(data).hexdigest())


class PartMask(_Part, frozen=True):
    """One part that is borrowed from a reference, and how strongly."""

    part: PartName
    mask: Blob | None = None
    """Grey, white where the part is, as large as the reference; None: the pack's eyes find it."""
    scale: Scale = 1.0


class Reference(_Part, frozen=True):
    """A picture whose character is redrawn."""

    picture: Blob
    mask: Blob | None = None
    """Grey, white where the character is, as large as the picture. None: what the picture's own transparency
    leaves, or else what the pack's eyes find."""
    parts: tuple[PartMask, ...] = ()
    """Borrow these alone; empty: the whole character."""
    scale: Scale = 1.0
    block_scales: dict[Block, Scale] = {}
    """Times `scale` for single blocks of the U-Net: `down`, `mid`, `up`, or exactly `up_blocks.1` …"""


class Figure(_Part, frozen=True):
    """A person in the picture: the pose, and which references (by index) say what it looks like."""

    pose: Pose
    references: tuple[Index, ...] = ()


class Region(_Part, frozen=True):
    """An area of the picture with a prompt and references of its own."""

    mask: Blob | None = None
    """Grey, white inside, of the picture's proportions. None: grown from the skeleton of `figure`."""
    figure: Index | None = None
    """Which of the request's poses is meant."""
    prompt: Prompt = ""
    """Takes the place of the request's prompt inside; empty: that one counts here too."""
    global_share: Unit = 0.3
    """How much of the request's prompt remains inside, beside one of the region's own."""
    references: tuple[Index, ...] = ()
    weight: Scale = 1.0
    feather: Unit = 0.05
    """Width of the soft edge, as a share of the picture's longer side."""


class Edit(_Part, frozen=True):
    """Redraw an existing picture, or a part of it; outside the mask its pixels stay. The result has its size."""

    picture: Blob
    mask: Blob | None = None
    """Grey, white where the picture is drawn anew, as large as the picture. None: all of it, image to image."""
    strength: Annotated[float, Meta(gt=0, le=1)] | None = None
    """Share of the sampler's steps that are drawn: 1 begins from noise alone. None: 1 with a mask, 0.6 without."""
    margin: Scale = 0.5
    """How much of the picture is seen around the mask, on each side, in lengths of the longer side of its bounds."""
    feather: Unit = 0.1
    """Width of the soft edge, which lies inside the mask, in those lengths."""


class Detail(_Part, frozen=True):
    """Draw parts of the finished picture once more, each alone and as large as a picture, and put them back.

    A small figure gets as many pixels as a large one, and figures that stand together get each the references of its
    own. Numbers are shares of the sampler's steps, as an edit's strength is. 0: not; None: the pack's own.
    """

    figures: Unit | None = None
    heads: Unit | None = None
    """Drawn after the figures."""


class AdapterSettings(_Part, frozen=True):
    """AnimeAdapter over all references."""

    scale: Scale = 1.0
    beta: Unit = 1.0
    """Weight of the masked background in the softmax: 1 is the paper's mask at inference (equation 6), 0 is
    that of its training (equation 5)."""


class Controller(_Part, frozen=True):
    """How the poses steer the picture."""

    kind: Literal["t2i_adapter"] = "t2i_adapter"
    weight: Scale = 1.0
    start: Unit = 0.0
    end: Unit = 1.0
    """From which to which share of the steps it acts."""


class Lines(_Part, frozen=True):
    """A drawing whose lines the picture follows, through a controller of the pack."""

    picture: Blob
    """Dark strokes on a lighter or transparent ground, of the picture's proportions."""
    kind: LineKind = "lineart"
    """Which of the pack's controllers reads them: `lineart` keeps to them, `scribble` takes them for a rough."""
    weight: Scale = 1.0
    start: Unit = 0.0
    end: Unit = 1.0
    """From which to which share of the steps it acts."""


class Lora(_Part, frozen=True):
    """Low-rank weights (safetensors) on top of the pack's U-Net and text encoder."""

    weights: Blob
    scale: Annotated[float, Meta(ge=-4, le=4)] = 1.0
    name: str = ""
    """For people; it decides nothing."""


class Sampler(_Part, frozen=True):
    """How noise becomes a picture; None: the pack's own value."""

    scheduler: SchedulerName | None = None
    steps: Annotated[int, Meta(ge=1, le=200)] | None = None
    guidance: Annotated[float, Meta(ge=0, le=50)] | None = None
    eta: Unit = 0.0


class Size(_Part, frozen=True):
    """Pixels of the picture."""

    width: Side
    height: Side


class GenerateRequest(_Part, frozen=True):
    """One picture, or several takes of it that differ in their seeds alone."""

    prompt: Prompt = ""
    negative_prompt: Prompt | None = None
    """None: the pack's own."""
    seeds: Annotated[tuple[Seed, ...], Meta(min_length=1, max_length=MOST_TAKES)] = (0,)
    """One per take."""
    size: Size | None = None
    """None: the pack's native size. An edit's part is drawn with about as many pixels, in its own proportions."""
    references: tuple[Reference, ...] = ()
    poses: tuple[Figure, ...] = ()
    regions: tuple[Region, ...] = ()
    edit: Edit | None = None
    detail: Detail = Detail()
    """For pictures that are drawn whole."""
    adapter: AdapterSettings = AdapterSettings()
    controller: Controller = Controller()
    lines: Lines | None = None
    loras: tuple[Lora, ...] = ()
    sampler: Sampler = Sampler()
    pack: Name = "mini"
    version: Literal[1] = 1


class Environment(_Part, frozen=True):
    """What the machine contributed to a picture."""

    device: str
    device_name: str
    precision: str
    threads: Annotated[int, Meta(ge=1)]
    batch: tuple[Seed, ...]
    """The seeds that were drawn together with this picture, its own among them."""
    pack_sha256: Sha256
    versions: dict[str, str]


class ResolvedRequest(_Part, frozen=True):
    """A request with every default filled in, which take of it this is, and where it was drawn."""

    request: GenerateRequest
    take: Annotated[int, Meta(ge=0, lt=MOST_TAKES)]
    environment: Environment


def encode(value: msgspec.Struct) -> bytes:
    """Return canonical JSON: equal values give equal bytes (sorted keys, defaults left out)."""
    return msgspec.json.encode(value, order="sorted")


def decode_request(data: str | bytes) -> GenerateRequest:
    """Return the request of a JSON text, checked. Raises `RequestError`."""
    return check(_convert(parse_json(data), GenerateRequest))


def decode_resolved(data: str | bytes) -> ResolvedRequest:
    """Return the resolved request of a JSON text, checked. Raises `RequestError`."""
    resolved = _convert(parse_json(data), ResolvedRequest)
    check(resolved.request, "request.")
    if resolved.take >= len(resolved.request.seeds):
        raise RequestError(f"take: {resolved.take} of a request with {len(resolved.request.seeds)} takes")
    return resolved


def request_of(raw: Any) -> GenerateRequest:
    """Return the request of plain dicts and lists, checked. Raises `RequestError`."""
    return check(_convert(raw, GenerateRequest))


def validated(request: GenerateRequest) -> GenerateRequest:
    """Return the request, held to every rule that decoding holds it to. Raises `RequestError`.

    A struct that was built in Python has not been checked yet.
    """
    if (path := not_a_number(request)) is not None:
        raise RequestError(f"{path}: is not a number")
    try:
        written = encode(request)
    except (TypeError, ValueError) as error:
        raise RequestError(f"the request holds what cannot be written down: {error}") from None
    return decode_request(written)


def parse_json(data: str | bytes) -> Any:
    """Return the plain value of a JSON text. Raises `RequestError`."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise RequestError(f"is not JSON: {error}") from None


def check(request: GenerateRequest, prefix: str = "") -> GenerateRequest:
    """Return the request if its parts agree with each other. Raises `RequestError`."""
    counts = {"references": len(request.references), "poses": len(request.poses)}
    for path, field, index in _indices(request):
        if index >= counts[field]:
            raise RequestError(f"{prefix}{path}: there is no {field}[{index}], there are {counts[field]}")
    for i, region in enumerate(request.regions):
        if region.mask is None and region.figure is None:
            raise RequestError(f"{prefix}regions[{i}].mask: a region needs a mask or a figure")
    for i, reference in enumerate(request.references):
        names = [part.part for part in reference.parts]
        if len(set(names)) < len(names):
            raise RequestError(f"{prefix}references[{i}].parts: a part is named twice")
    if request.edit is not None and request.edit.mask is not None:
        for name, share in (("figures", request.detail.figures), ("heads", request.detail.heads)):
            if share:
                raise RequestError(
                    f"{prefix}detail.{name}: goes with no edit.mask, whose part is drawn large already; 0 or none"
                )
    for name, control in (("controller", request.controller), ("lines", request.lines)):
        if control is not None and control.start >= control.end:
            raise RequestError(f"{prefix}{name}.end: must be greater than {name}.start")
    return request


def _indices(request: GenerateRequest) -> Iterator[tuple[str, str, int]]:
    """Yield every place where one part of a request points at another: path, field pointed into, index."""
    for i, figure in enumerate(request.poses):
        for k, index in enumerate(figure.references):
            yield f"poses[{i}].references[{k}]", "references", index
    for i, region in enumerate(request.regions):
        for k, index in enumerate(region.references):
            yield f"regions[{i}].references[{k}]", "references", index
        if region.figure is not None:
            yield f"regions[{i}].figure", "poses", region.figure


def blobs_of(request: GenerateRequest) -> dict[str, str]:
    """Return the files that a request names, as dotted field → sha256, each place once."""
    found: dict[str, str] = {}
    for i, reference in enumerate(request.references):
        found[f"references[{i}].picture"] = reference.picture.sha256
        masks = {"mask": reference.mask} | {f"parts[{k}].mask": p.mask for k, p in enumerate(reference.parts)}
        found |= {f"references[{i}].{name}": mask.sha256 for name, mask in masks.items() if mask}
    found |= {f"regions[{i}].mask": r.mask.sha256 for i, r in enumerate(request.regions) if r.mask}
    if request.edit:
        found["edit.picture"] = request.edit.picture.sha256
        found |= {"edit.mask": request.edit.mask.sha256} if request.edit.mask else {}
    if request.lines:
        found["lines.picture"] = request.lines.picture.sha256
    return found | {f"loras[{i}].weights": lora.weights.sha256 for i, lora in enumerate(request.loras)}


def _convert(raw: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(raw, kind, strict=True)
    except msgspec.ValidationError as error:
        raise RequestError(explain(str(error))) from None

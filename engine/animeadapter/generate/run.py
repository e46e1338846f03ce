"""`Run`: one request from its first notice to its last picture. A `Studio` starts it and passes on what it emits."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animeadapter.generate import batch as batches
from animeadapter.generate import decode
from animeadapter.generate.conditions import View, equipped, open_references, steered
from animeadapter.generate.detail import FEATHER, MARGIN, Closer, closer_looks, with_people
from animeadapter.generate.errors import EmptyPictureError, ShortOfMemoryError, StudioError
from animeadapter.generate.events import Event, Notice, Picture, Pixels, Preview, Progress
from animeadapter.generate.frame import Frame
from animeadapter.generate.kit import Kit
from animeadapter.generate.lining import Drawn, open_lines
from animeadapter.generate.machine import Machine, computing
from animeadapter.generate.memory import KINDS, make_room, out_of_memory
from animeadapter.generate.references import PreparedReference
from animeadapter.generate.regions import Place, places
from animeadapter.generate.resolve import notices, share_of, steps_of, truncated
from animeadapter.generate.retouch import Retouch, masked, prepare_retouch
from animeadapter.packs.load import quiet
from animeadapter.protocol.request import Environment, GenerateRequest, ResolvedRequest

Emit = Callable[[Event], None]
BATCH = 4
"""Takes that are drawn together."""
TOO_LARGE = "this machine's memory does not suffice for the request's pictures; give smaller ones"
Takes = tuple[int, tuple[int, ...]]
"""The index of a batch's first take, and its seeds."""


@dataclass(frozen=True)
class Drawing:
    """What is drawn at once of every take of a batch."""

    view: View
    start: batches.Start | None
    retouches: Sequence[Retouch | None]
    """How each take is put back into its picture; None: it is the picture."""


class Run:
    """One run's constants, and what it has done so far."""

    def __init__(
        self,
        machine: Machine,
        kit: Kit,
        request: GenerateRequest,
        blobs: Mapping[str, bytes],
        previews: int = 0,
        again: ResolvedRequest | None = None,
    ) -> None:
        """Draw a resolved request, or with `again` its one take, as the machine drew it then."""
        self.kit, self.pack, self.request, self.blobs = kit, kit.pack, request, blobs
        self.previews, self.again = previews, again
        self.machine = machine.like(again.environment) if again else machine
        self.done = 0
        assert request.size is not None
        self.frame = Frame.whole(request.size)
        self.retouch: Retouch | None = None
        self.start: batches.Start | None = None
        self.ready: list[PreparedReference] = []
        self.drawn: Drawn | None = None
        self.view = View(self.frame, ())
        self.closer: list[Closer] = []
        self.looks = False
        """Whether who is there is looked for in each finished picture, as the request does not say."""

    @property
    def steps(self) -> int:
        """Return how many steps a batch takes, as far as it is known beforehand."""
        return steps_of(self.request) + sum(self._steps_for(part) for part in self.closer)

    def draw(self, emit: Emit, stop: threading.Event) -> None:
        """Draw every batch of the request, or the one of the take that is drawn again. Raises `EngineError`s."""
        self._tell(emit)
        waiting = deque(self._batches())
        with contextlib.ExitStack() as stack:
            stack.enter_context(quiet())
            stack.enter_context(computing(self.machine.device, self.machine.precision, self.machine.threads))
            with _memory_errors():
                stack.enter_context(equipped(self.pack, self.request, self.blobs))
                self._prepare_edit(emit)
                self._prepare_view(emit)
            while waiting and not stop.is_set():
                self._next(waiting, emit, stop)

    def _tell(self, emit: Emit) -> None:
        """Say what a person should know beforehand."""
        if self.again:
            self._tell_differences(self.again.environment, emit)
        with quiet():
            tokenizer, manifest = self.pack.part("tokenizer"), self.pack.manifest
            told = [*notices(self.request, manifest), *truncated(self.request, tokenizer, manifest)]
        for message in told:
            emit(Notice(message))

    def _prepare_edit(self, emit: Emit) -> None:
        """Open the picture that is edited, if one is, and encode the part of it that is drawn."""
        edit, size = self.request.edit, self.request.size
        if edit is None or size is None:
            return
        self.retouch = prepare_retouch(edit, self.blobs, size, self.pack.manifest.sizes, _notice(emit))
        self.frame = self.retouch.frame
        with torch.autocast(self.machine.device.type, enabled=False):
            latents = decode.encode(self.pack.part("vae"), self.retouch.drawn_from)
        self.start = batches.Start(latents, float(edit.strength or 1.0), _cells(self.retouch))

    def _prepare_view(self, emit: Emit) -> None:
        """Open references and lines, find where those speak, and what is drawn once more."""
        request, frame = self.request, self.frame
        self.ready = open_references(self.kit, request, self.blobs, _notice(emit))
        self.drawn = open_lines(request, self.blobs, frame, _notice(emit))
        within = None if self.retouch is None else self.retouch.within
        speak = request.references or any(region.prompt for region in request.regions)
        found = places(request, self.blobs, frame, _notice(emit)) if speak else []
        self.view = View(frame, tuple(range(len(self.ready))), found, within)
        self.closer = self._worthwhile(request, frame.picture)
        self.looks = (
            not request.poses and self.pack.has("vision") and bool(request.detail.figures or request.detail.heads)
        )

    def _batches(self) -> list[Takes]:
        seeds = self.request.seeds
        if not self.again:
            return [(first, seeds[first : first + BATCH]) for first in range(0, len(seeds), BATCH)]
        together, take = self.again.environment.batch, self.again.take
        for first in range(take, max(-1, take - len(together)), -1):
            if seeds[first : first + len(together)] == together:
                return [(first, together)]
        raise StudioError("environment.batch: the take's seed is not among those that were drawn together")

    def _next(self, waiting: deque[Takes], emit: Emit, stop: threading.Event) -> None:
        """Draw the first of the waiting batches; if memory does not suffice for it, put its halves in its place.

        The halves' own resolved requests say who was drawn with whom. A take that is drawn again has to be drawn in
        its batch, or it would be another picture.
        """
        first, seeds = waiting.popleft()
        try:
            watch = _Watch(self, first, self.done + (1 + len(waiting)) * self.steps, emit, stop)
            self._batch(first, seeds, watch)
            self.done = watch.done
            return
        except KINDS as error:
            if not out_of_memory(error):
                raise
        make_room(self.machine.device)
        if len(seeds) == 1 or self.again:
            raise ShortOfMemoryError(_too_large(len(seeds), self.frame))
        half = len(seeds) // 2
        waiting.extendleft([(first + half, seeds[half:]), (first, seeds[:half])])
        emit(Notice(f"{len(seeds)} takes at once are too many for this machine's memory; they are drawn in halves"))

    def _batch(self, first: int, seeds: tuple[int, ...], watch: _Watch) -> None:
        """Draw one batch, and its details."""
        whole = Drawing(self.view, self.start, [self.retouch] * len(seeds))
        pictures = self._drawn(whole, seeds, watch)
        if pictures is not None and self.looks:
            each = [self._looked_at(one, seeds[k], watch.of(k)) for k, one in enumerate(pictures)]
            pictures = [one for one in each if one is not None]
        elif pictures is not None:
            pictures = self._detailed(pictures, self.closer, seeds, watch)
        if pictures is None or watch.stop.is_set():
            return
        for index, pixels in enumerate(pictures):
            if self.wanted(first + index):
                resolved = ResolvedRequest(self.request, first + index, self._environment(seeds))
                watch.emit(Picture(first + index, seeds[index], pixels, resolved))

    def _looked_at(self, picture: Pixels, seed: int, watch: _Watch) -> Pixels | None:
        """Return a take with those who are seen in it drawn once more, if it is asked for; None if it was stopped."""
        if watch.stop.is_set():
            return None
        if not self.wanted(watch.first + watch.place):
            return picture
        seen = with_people(self.request, self.blobs, self.kit.eyes, picture)
        parts = self._worthwhile(seen, (picture.shape[1], picture.shape[0]))
        watch.total += sum(self._steps_for(part) for part in parts)
        found = self._detailed([picture], parts, (seed,), watch)
        return None if found is None else found[0]

    def _detailed(
        self, pictures: list[Pixels], parts: Sequence[Closer], seeds: tuple[int, ...], watch: _Watch
    ) -> list[Pixels] | None:
        """Return pictures with parts of them drawn once more; None if it was stopped."""
        for part in parts:
            if watch.stop.is_set():
                return None
            try:
                found = self._drawn(self._closer(part, pictures), seeds, watch)
            except EmptyPictureError as error:
                watch.emit(Notice(f"a detail is left as it was: {error}"))
                continue
            if found is None:
                return None
            pictures = found
        return pictures

    def _worthwhile(self, request: GenerateRequest, picture: tuple[int, int]) -> list[Closer]:
        """Return what of a picture (width, height) is drawn once more, and with one step at least."""
        parts = closer_looks(request, self.blobs, picture, self.pack.manifest.sizes)
        return [part for part in parts if self._steps_for(part)]

    def _steps_for(self, part: Closer) -> int:
        return share_of(int(self.request.sampler.steps or 0), part.strength)

    def _closer(self, part: Closer, pictures: Sequence[Pixels]) -> Drawing:
        """Return how a part of each take's picture is drawn once more."""
        size = self.request.size
        assert size is not None
        sizes, pixels = self.pack.manifest.sizes, size.width * size.height
        one = masked(pictures[0], part.mask(pictures[0].shape[1::-1]), MARGIN, FEATHER, pixels, sizes)
        retouches = [dataclasses.replace(one, picture=picture) for picture in pictures]
        with torch.autocast(self.machine.device.type, enabled=False):
            latents = [decode.encode(self.pack.part("vae"), retouch.drawn_from) for retouch in retouches]
        start = batches.Start(torch.cat(latents), part.strength, _cells(one))
        subject, drawn = part.subject, one.frame.size
        everywhere = np.full((drawn.height, drawn.width), subject.weight, np.float32)
        place = Place(everywhere, subject.references, subject.prompt, subject.global_share)
        view = View(one.frame, (*subject.references, *part.shared), [place], one.within)
        return Drawing(view, start, retouches)

    def _drawn(self, drawing: Drawing, seeds: tuple[int, ...], watch: _Watch) -> list[Pixels] | None:
        """Return a drawing's whole pictures, one for every seed; None if it was stopped."""
        vae, view = self.pack.part("vae"), drawing.view
        with steered(self.kit, self.request, self.ready, view, self.drawn):
            on_step = watch.begin(drawing)
            size, start = view.frame.size, drawing.start
            latents = batches.draw(self.pack, self.request, size, seeds, on_step, watch.stop, start)
        if latents is None:
            return None
        if not decode.finite(latents):
            precision = self.machine.precision
            raise EmptyPictureError(f"the picture came out empty in {precision}; try another scheduler or scale")
        with torch.autocast(self.machine.device.type, enabled=False):
            pictures = decode.decode(vae, latents)
        return [
            pixels if retouch is None else retouch.put_back(pixels)
            for pixels, retouch in zip(pictures, drawing.retouches, strict=True)
        ]

    def wanted(self, take: int) -> bool:
        """Return whether a take is one that was asked for, not only drawn along."""
        return self.again is None or take == self.again.take

    def _environment(self, seeds: tuple[int, ...]) -> Environment:
        return self.machine.environment(seeds, self.pack.manifest.sha256)

    def _tell_differences(self, then: Environment, emit: Emit) -> None:
        """Say what has changed since a picture was drawn, for then it cannot be the same to the last bit."""
        now = self._environment(then.batch)
        changed = [
            f"{name} was {old}, is {new}"
            for name, old, new in (
                ("device", then.device_name, now.device_name),
                ("the pack's contents", then.pack_sha256[:12], now.pack_sha256[:12]),
                *((key, old, now.versions.get(key, "absent")) for key, old in sorted(then.versions.items())),
            )
            if old != new
        ]
        if changed:
            emit(Notice(f"the picture may differ from the first one: {'; '.join(changed)}"))


class _Watch:
    """Follows the steps of one batch through all its drawings, and passes on progress and previews."""

    def __init__(self, run: Run, first: int, total: int, emit: Emit, stop: threading.Event) -> None:
        """Begin with a batch's first take; `total` are the steps of the whole run as far as they are known."""
        self.run, self.first, self.total, self.emit, self.stop = run, first, total, emit, stop
        self.done, self.place = run.done, 0

    def of(self, place: int) -> _Watch:
        """Follow one take of the batch alone from here on."""
        self.place = place
        return self

    def begin(self, drawing: Drawing) -> batches.OnStep:
        """Return what is called after each step of the next drawing."""
        run, first = self.run, self.first + self.place

        def on_step(_step: int, latents: Any) -> None:
            self.done += 1
            self.emit(Progress(self.done, self.total))
            if not run.previews or self.done % run.previews or self.stop.is_set():
                return
            with torch.autocast(run.machine.device.type, enabled=False):
                pictures = decode.preview(run.pack.part("vae"), latents)
            for index, pixels in enumerate(pictures):
                retouch = drawing.retouches[index]
                if run.wanted(first + index):
                    shown = pixels if retouch is None else retouch.small.put_back(pixels)
                    self.emit(Preview(first + index, self.done, shown))

        return on_step


def _cells(retouch: Retouch) -> torch.Tensor | None:
    """Return an edit's mask as the pipelines take it; None: everywhere."""
    return None if retouch.cells is None else torch.from_numpy(retouch.cells)[None, None]


def _notice(emit: Emit) -> Callable[[str], None]:
    return lambda message: emit(Notice(message))


@contextlib.contextmanager
def _memory_errors() -> Iterator[None]:
    """Turn running out of memory, where nothing can be made smaller, into an error that a person can mend."""
    try:
        yield
    except KINDS as error:
        if not out_of_memory(error):
            raise
        raise ShortOfMemoryError(TOO_LARGE) from None


def _too_large(takes: int, frame: Frame) -> str:
    """Return why a batch that cannot be halved is not drawn."""
    what = f"{takes} takes" if takes > 1 else "a take"
    return (
        f"this machine's memory does not suffice for {what} of {frame.size.width}×{frame.size.height} pixels;"
        " a smaller size, fewer references, no details (detail.figures and detail.heads 0) or another device would"
    )

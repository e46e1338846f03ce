"""`Run`: one request from its first notice to its last picture. A `Studio` starts it and passes on what it emits."""

from __future__ import annotations

import contextlib
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import torch

from animeadapter.generate import batch as batches
from animeadapter.generate import decode
from animeadapter.generate.conditions import conditioned
from animeadapter.generate.errors import ShortOfMemoryError, StudioError
from animeadapter.generate.events import Event, Notice, Picture, Pixels, Preview, Progress
from animeadapter.generate.frame import Frame
from animeadapter.generate.kit import Kit
from animeadapter.generate.machine import Machine, computing
from animeadapter.generate.memory import make_room, out_of_memory
from animeadapter.generate.resolve import notices, steps_of, truncated
from animeadapter.generate.retouch import Retouch, prepare_retouch
from animeadapter.packs.load import quiet
from animeadapter.protocol.request import Environment, GenerateRequest, ResolvedRequest

Emit = Callable[[Event], None]
BATCH = 4
"""Takes that are drawn together."""
TOO_LARGE = "this machine's memory does not suffice for the request's pictures; give smaller ones"
Takes = tuple[int, tuple[int, ...]]
"""The index of a batch's first take, and its seeds."""


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
        self.steps, self.done = steps_of(request), 0
        assert request.size is not None
        self.frame = Frame.whole(request.size)
        self.retouch: Retouch | None = None
        self.start: batches.Start | None = None

    def draw(self, emit: Emit, stop: threading.Event) -> None:
        """Draw every batch of the request, or the one of the take that is drawn again. Raises `EngineError`s."""
        self._tell(emit)
        waiting = deque(self._batches())
        with contextlib.ExitStack() as stack:
            stack.enter_context(quiet())
            stack.enter_context(computing(self.machine.device, self.machine.precision, self.machine.threads))
            with _memory_errors():
                self._prepare_edit(emit)
                within = None if self.retouch is None else self.retouch.within
                tell = _notice(emit)
                stack.enter_context(conditioned(self.kit, self.request, self.blobs, tell, self.frame, within))
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
        cells = self.retouch.cells
        mask = None if cells is None else torch.from_numpy(cells)[None, None]
        self.start = batches.Start(latents, float(edit.strength or 1.0), mask)

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
            self._batch(first, seeds, self.done + (1 + len(waiting)) * self.steps, emit, stop)
            self.done += self.steps
            return
        except (RuntimeError, MemoryError) as error:
            if not out_of_memory(error):
                raise
        make_room(self.machine.device)
        if len(seeds) == 1 or self.again:
            raise ShortOfMemoryError(_too_large(len(seeds), self.frame))
        half = len(seeds) // 2
        waiting.extendleft([(first + half, seeds[half:]), (first, seeds[:half])])
        emit(Notice(f"{len(seeds)} takes at once are too many for this machine's memory; they are drawn in halves"))

    def _batch(self, first: int, seeds: tuple[int, ...], total: int, emit: Emit, stop: threading.Event) -> None:
        """Draw one batch; `total` are the steps of the whole run as far as they are known."""
        vae = self.pack.part("vae")

        def on_step(step: int, latents: Any) -> None:
            emit(Progress(self.done + step, total))
            if self.previews and step % self.previews == 0 and not stop.is_set():
                with torch.autocast(self.machine.device.type, enabled=False):
                    pictures = decode.preview(vae, latents)
                for index, pixels in enumerate(pictures):
                    if self._wanted(first + index):
                        emit(Preview(first + index, self.done + step, self._in_place(pixels, small=True)))

        latents = batches.draw(self.pack, self.request, self.frame.size, seeds, on_step, stop, self.start)
        if latents is None:
            return
        if not decode.finite(latents):
            precision = self.machine.precision
            raise StudioError(f"the picture came out empty in {precision}; try another scheduler or scale")
        with torch.autocast(self.machine.device.type, enabled=False):
            pictures = decode.decode(vae, latents)
        for index, pixels in enumerate(pictures):
            take = first + index
            if self._wanted(take):
                resolved = ResolvedRequest(self.request, take, self._environment(seeds))
                emit(Picture(take, seeds[index], self._in_place(pixels), resolved))

    def _in_place(self, pixels: Pixels, small: bool = False) -> Pixels:
        """Return what was drawn, put back into the picture that is edited if one is."""
        if self.retouch is None:
            return pixels
        return (self.retouch.small if small else self.retouch).put_back(pixels)

    def _wanted(self, take: int) -> bool:
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


def _notice(emit: Emit) -> Callable[[str], None]:
    return lambda message: emit(Notice(message))


@contextlib.contextmanager
def _memory_errors() -> Iterator[None]:
    """Turn running out of memory, where nothing can be made smaller, into an error that a person can mend."""
    try:
        yield
    except (RuntimeError, MemoryError) as error:
        if not out_of_memory(error):
            raise
        raise ShortOfMemoryError(TOO_LARGE) from None


def _too_large(takes: int, frame: Frame) -> str:
    """Return why a batch that cannot be halved is not drawn."""
    what = f"{takes} takes" if takes > 1 else "a take"
    return (
        f"this machine's memory does not suffice for {what} of {frame.size.width}×{frame.size.height} pixels;"
        " a smaller size, fewer references or another device would"
    )

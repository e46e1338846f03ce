"""`Studio`: a request goes in, events come out: notices, progress, previews, pictures.

Stock diffusers pipelines draw; what conditions them is attached for one run and taken off after it, whatever
happened in between. The same resolved request on the same machine gives the same pixels.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any

import torch

from animeadapter.generate import batch as batches
from animeadapter.generate import decode
from animeadapter.generate.conditions import conditioned, refuse_undrawable
from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Event, Notice, Picture, Preview, Progress
from animeadapter.generate.kit import Kit
from animeadapter.generate.machine import computing, device_name, pick_device, pick_precision, versions
from animeadapter.generate.resolve import notices, resolve, truncated
from animeadapter.generate.stream import stream
from animeadapter.packs.load import Pack, load_pack, quiet
from animeadapter.protocol.request import (
    Blobs,
    Environment,
    GenerateRequest,
    ResolvedRequest,
    blobs_of,
    validated,
)

Emit = Callable[[Event], None]
BATCH = 4
"""Takes that are drawn together."""


class Studio:
    """Draws requests, one run at a time; packs stay loaded between runs."""

    def __init__(self, device: str = "auto", precision: str | None = None, threads: int | None = None) -> None:
        """Draw on `device`; precision and threads are the machine's own choice unless given."""
        self.device = pick_device(device)
        self.precision = precision or pick_precision(self.device)
        self.threads = threads or torch.get_num_threads()
        self._kits: dict[str, Kit] = {}
        self._busy = threading.Lock()

    def pack(self, name: str) -> Pack:
        """Return a pack by name or path, loaded at most once. Raises `PackError`."""
        return self.kit(name).pack

    def kit(self, name: str) -> Kit:
        """Return a pack with adapter and segmenter, all loaded at most once. Raises `PackError`."""
        if name not in self._kits:
            self._kits[name] = Kit(load_pack(name, str(self.device)))
        return self._kits[name]

    def run(
        self, request: GenerateRequest | ResolvedRequest, blobs: Blobs | None = None, previews: int = 0
    ) -> Generator[Event, None, None]:
        """Return an iterator over the run's events; closing it cancels between two steps.

        A `ResolvedRequest` draws its one take again, in the batch, precision and threads of the first time.
        `previews`: one after that many steps, 0 for none. Raises `EngineError` here for a request that
        cannot be drawn, and from the iterator for what only shows on the way.
        """
        resolved = request if isinstance(request, ResolvedRequest) else None
        plain = validated(request.request if isinstance(request, ResolvedRequest) else request)
        given = dict(blobs or {})
        for field, sha in blobs_of(plain).items():
            if sha not in given:
                raise StudioError(f"{field}: the file with sha256 {sha[:12]}… is not at hand")
        kit = self.kit(plain.pack)
        refuse_undrawable(plain)
        run = _Run(self, kit, resolve(plain, kit.pack.manifest), given, previews, resolved)
        return stream(lambda emit, stop: self._exclusively(run, emit, stop))

    def _exclusively(self, run: _Run, emit: Emit, stop: threading.Event) -> None:
        with self._busy:
            run.draw(emit, stop)


class _Run:
    """One run's constants."""

    def __init__(
        self,
        studio: Studio,
        kit: Kit,
        request: GenerateRequest,
        blobs: Mapping[str, bytes],
        previews: int,
        again: ResolvedRequest | None,
    ) -> None:
        self.studio, self.kit, self.pack, self.request, self.blobs = studio, kit, kit.pack, request, blobs
        self.previews, self.again = previews, again
        recorded = again and again.environment
        self.precision = recorded.precision if recorded else studio.precision
        self.threads = recorded.threads if recorded else studio.threads

    def draw(self, emit: Emit, stop: threading.Event) -> None:
        """Draw every batch of the request, or the one of the take that is drawn again."""
        if self.again:
            self._tell_differences(self.again.environment, emit)
        with quiet():
            tokenizer = self.pack.part("tokenizer")
            told = [*notices(self.request, self.pack.manifest), *truncated(self.request, tokenizer, self.pack.manifest)]
        for message in told:
            emit(Notice(message))
        takes = self._batches()
        steps = int(self.request.sampler.steps or 0)
        with contextlib.ExitStack() as stack:
            stack.enter_context(quiet())
            stack.enter_context(computing(self.studio.device, self.precision, self.threads))
            stack.enter_context(conditioned(self.kit, self.request, self.blobs, lambda message: emit(Notice(message))))
            for done, (first, seeds) in enumerate(takes):
                if stop.is_set():
                    return
                self._batch(first, seeds, (done * steps, len(takes) * steps), emit, stop)

    def _batches(self) -> list[tuple[int, tuple[int, ...]]]:
        """Return of each batch the index of its first take, and its seeds."""
        seeds = self.request.seeds
        if not self.again:
            return [(first, seeds[first : first + BATCH]) for first in range(0, len(seeds), BATCH)]
        together, take = self.again.environment.batch, self.again.take
        for first in range(take, max(-1, take - len(together)), -1):
            if seeds[first : first + len(together)] == together:
                return [(first, together)]
        raise StudioError("environment.batch: the take's seed is not among those that were drawn together")

    def _batch(
        self, first: int, seeds: tuple[int, ...], counted: tuple[int, int], emit: Emit, stop: threading.Event
    ) -> None:
        """Draw one batch; `counted` are the steps done before it and those of the whole run."""
        before, steps = counted
        vae = self.pack.part("vae")

        def on_step(step: int, latents: Any) -> None:
            emit(Progress(before + step, steps))
            if self.previews and step % self.previews == 0 and not stop.is_set():
                with torch.autocast(self.studio.device.type, enabled=False):
                    pictures = decode.preview(vae, latents)
                for index, pixels in enumerate(pictures):
                    if self._wanted(first + index):
                        emit(Preview(first + index, before + step, pixels))

        latents = batches.draw(self.pack, self.request, seeds, on_step, stop)
        if latents is None:
            return
        if not decode.finite(latents):
            raise StudioError(f"the picture came out empty in {self.precision}; try another scheduler or scale")
        with torch.autocast(self.studio.device.type, enabled=False):
            pictures = decode.decode(vae, latents)
        for index, pixels in enumerate(pictures):
            take = first + index
            if self._wanted(take):
                emit(Picture(take, seeds[index], pixels, self._resolved(take, seeds)))

    def _wanted(self, take: int) -> bool:
        return self.again is None or take == self.again.take

    def _resolved(self, take: int, seeds: tuple[int, ...]) -> ResolvedRequest:
        return ResolvedRequest(self.request, take, self._environment(seeds))

    def _environment(self, seeds: tuple[int, ...]) -> Environment:
        return Environment(
            device=str(self.studio.device),
            device_name=device_name(self.studio.device),
            precision=self.precision,
            threads=self.threads,
            batch=seeds,
            pack_sha256=self.pack.manifest.sha256,
            versions=versions(),
        )

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

"""`Studio`: a request goes in, events come out: notices, progress, previews, pictures.

Stock diffusers pipelines draw; what conditions them is attached for one run and taken off after it, whatever
happened in between. The same resolved request on the same machine gives the same pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Generator

import torch
from msgspec.structs import replace

from animeadapter.generate.errors import StudioError
from animeadapter.generate.events import Event
from animeadapter.generate.kit import Kit
from animeadapter.generate.lining import check_lines
from animeadapter.generate.machine import Machine, pick_device, pick_precision
from animeadapter.generate.resolve import check_drawable, resolve
from animeadapter.generate.run import Emit, Run
from animeadapter.generate.stream import stream
from animeadapter.packs.load import Pack, load_pack
from animeadapter.protocol.request import Blobs, GenerateRequest, ResolvedRequest, blobs_of, validated


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
        """Return a pack with adapter and eyes, all loaded at most once. Raises `PackError`."""
        if name not in self._kits:
            self._kits[name] = Kit(load_pack(name, str(self.device)))
        return self._kits[name]

    def forget(self) -> None:
        """Drop what packs keep only to be quicker, to make room; loaded weights stay."""
        for kit in self._kits.values():
            kit.forget()

    def run(
        self,
        request: GenerateRequest | ResolvedRequest,
        blobs: Blobs | None = None,
        previews: int = 0,
        stop: threading.Event | None = None,
    ) -> Generator[Event, None, None]:
        """Return an iterator over the run's events; closing it, or setting `stop`, cancels between two steps.

        A `ResolvedRequest` draws its one take again, in the batch, precision and threads of the first time.
        `previews`: one after that many steps, 0 for none. Raises `EngineError` here for a request that
        cannot be drawn, and from the iterator for what only shows on the way.
        """
        resolved = request if isinstance(request, ResolvedRequest) else None
        plain = validated(_once(request.request) if isinstance(request, ResolvedRequest) else request)
        given = dict(blobs or {})
        for field, sha in blobs_of(plain).items():
            if sha not in given:
                raise StudioError(f"{field}: the file with sha256 {sha[:12]}… is not at hand")
        kit = self.kit(plain.pack)
        whole = resolve(plain, kit.pack.manifest)
        check_drawable(whole)
        check_lines(whole, kit.pack)
        run = Run(Machine(self.device, self.precision, self.threads), kit, whole, given, previews, resolved)
        return stream(lambda emit, stop: self._exclusively(run, emit, stop), stop)

    def _exclusively(self, run: Run, emit: Emit, stop: threading.Event) -> None:
        with self._busy:
            run.draw(emit, stop)


def _once(request: GenerateRequest) -> GenerateRequest:
    """Return a resolved request of before there were details with none: what it leaves open was not drawn."""
    detail = request.detail
    figures, heads = (share or 0.0 for share in (detail.figures, detail.heads))
    return replace(request, detail=replace(detail, figures=figures, heads=heads))

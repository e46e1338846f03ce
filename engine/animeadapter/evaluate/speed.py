"""What a reference and a pose cost: the same picture with and without them, in one run, turn about."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from msgspec import structs

from animeadapter.evaluate.rows import Row, at_most
from animeadapter.generate.studio import Studio
from animeadapter.protocol.request import Blob, Detail, Figure, GenerateRequest, Reference, Sampler
from animeadapter.synthetic.command import sample
from animeadapter.vision.pictures import encode_png

ONCE = Detail(0.0, 0.0)
LIMIT = 1.15
"""How much longer a picture with reference and pose may take than one without."""


def speed(
    pack: str = "mini",
    *,
    repeats: int = 7,
    takes: int = 1,
    steps: int | None = None,
    device: str = "auto",
    threads: int | None = None,
    on_repeat: Callable[[int, int], None] = lambda done, total: None,
) -> list[Row]:
    """Return medians over `repeats` runs of the bare pipeline, of pose and reference alone, and of both together,
    all drawn once, and of both with figures and heads drawn once more as the pack advises.

    The reference is encoded anew in every run; a mask is given, so that only drawing is measured. Every kind is
    run once before anything is timed. Raises `EngineError` subclasses.
    """
    drawing = sample(seed=5, index=0, size=(256, 256))
    picture, mask = encode_png(drawing.image), encode_png(drawing.foreground)
    blobs = {Blob.of(data).sha256: data for data in (picture, mask)}
    bare = GenerateRequest(
        prompt="1girl, solo", seeds=tuple(range(takes)), detail=ONCE, sampler=Sampler(steps=steps), pack=pack
    )
    references = (Reference(Blob.of(picture), Blob.of(mask)),)
    poses = (Figure(drawing.poses[0]),)
    kinds = {
        "bare pipeline": bare,
        "with pose": structs.replace(bare, poses=poses),
        "with reference": structs.replace(bare, references=references),
        "with both": structs.replace(bare, poses=poses, references=references),
        "with both and the pack's details": structs.replace(bare, poses=poses, references=references, detail=Detail()),
    }
    studio = Studio(device, threads=threads)
    times: dict[str, list[float]] = {name: [] for name in kinds}
    for repeat in range(repeats + 1):
        for name, request in kinds.items():
            studio.kit(pack).forget()
            began = time.perf_counter()
            for _ in studio.run(request, blobs):
                pass
            if repeat:
                times[name].append(time.perf_counter() - began)
        on_repeat(repeat, repeats)
    return _rows({name: statistics.median(values) for name, values in times.items()}, takes, studio)


def _rows(medians: dict[str, float], takes: int, studio: Studio) -> list[Row]:
    base = medians["bare pipeline"]
    settings = f"{studio.precision}, {studio.threads} threads, {takes} takes"
    seconds = [Row(name=f"{name} ({settings})", found=round(value, 4), unit="s") for name, value in medians.items()]
    extra = [Row(name=f"{name} / bare pipeline", found=round(medians[name] / base, 4), unit="×")
             for name in ("with pose", "with reference", "with both and the pack's details")]  # fmt: skip
    both = at_most("with both / bare pipeline", round(medians["with both"] / base, 4), LIMIT, "×")
    return [*seconds, *extra, both]

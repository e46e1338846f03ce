"""LoRA weights on a pack's U-Net and text encoder, for the time of one run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import safetensors.torch
from safetensors import SafetensorError

from animeadapter.generate.batch import make_pipeline
from animeadapter.generate.errors import StudioError
from animeadapter.generate.schedulers import make_scheduler
from animeadapter.packs.load import Pack, quiet
from animeadapter.protocol.request import Lora

LONGEST = 200
"""Letters of a library's complaint that are passed on."""


@contextlib.contextmanager
def with_loras(pack: Pack, loras: tuple[Lora, ...], blobs: Mapping[str, bytes]) -> Iterator[None]:
    """Lay the request's LoRAs over the pack while the body runs; afterwards the pack is as it was.

    Raises `StudioError`, which names the field.
    """
    if not loras:
        yield
        return
    pipeline = make_pipeline(pack, make_scheduler("ddim", pack.scheduler_config()))
    names = [f"lora_{index}" for index in range(len(loras))]
    try:
        for index, (name, lora) in enumerate(zip(names, loras, strict=True)):
            try:
                tensors = safetensors.torch.load(blobs[lora.weights.sha256])
                with quiet():
                    pipeline.load_lora_weights(tensors, adapter_name=name)
            except (SafetensorError, ValueError, RuntimeError, KeyError) as error:
                why = " ".join(str(error).split())[:LONGEST]
                raise StudioError(f"loras[{index}].weights: {lora.name or 'the file'} does not fit: {why}") from None
        pipeline.set_adapters(names, [lora.scale for lora in loras])
        yield
    finally:
        pipeline.unload_lora_weights()

"""What the loop asks of a part: modules, batches, losses, figures, pictures, files."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Listener

Batch = dict[str, Tensor]
"""Named tensors that all have the samples in their first dimension."""
Losses = dict[str, Tensor]
"""Named scalars; `loss` is the one whose gradient is taken."""
Sheet = NDArray[np.uint8]
"""A picture, (height, width, 3) RGB."""


class Task(Protocol):
    """One part of the pack in training.

    Everything random in `batch` comes from its step alone, everything random in `loss` from torch's global
    generator, which the loop seeds for every step. So an interrupted training equals an uninterrupted one.
    """

    modules: Mapping[str, nn.Module]
    """The trained modules by name; frozen ones are the task's own affair."""
    renderer: str
    """Version of the renderer that drew the pools."""
    upstream: Mapping[str, str]
    """Sha256 of the frozen parts' weights."""

    def on_step(self, step: int, ema: Ema) -> None:
        """Do what must be done before a step: change phase. Must follow from the step alone."""

    def batch(self, step: int) -> Batch:
        """Return the samples of a step."""

    def loss(self, batch: Batch, step: int) -> Losses:
        """Return the losses of a batch, with gradient. Called under autocast."""

    def validate(self) -> dict[str, float]:
        """Return figures on the held-out pool. Called with averaged weights, without gradient."""

    def sheet(self) -> Sheet:
        """Return a picture that shows how far it is. Called with averaged weights, without gradient."""

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        """Write the part in fp16 as diffusers or transformers lay it out. Called with averaged weights."""


TASKS = {
    "vae": "animeadapter.train.tasks.vae:VaeTask",
    "encoders": "animeadapter.train.tasks.encoders:EncodersTask",
    "unet": "animeadapter.train.tasks.unet:UNetTask",
    "t2i_adapter": "animeadapter.train.tasks.t2i:T2ITask",
    "adapter": "animeadapter.train.tasks.adapter:AdapterTask",
    "eyes": "animeadapter.train.tasks.eyes:EyesTask",
    "upscaler": "animeadapter.train.tasks.upscaler:UpscalerTask",
    "judge": "animeadapter.train.tasks.judge:JudgeTask",
}
"""Part → `module:class`; the class is called with (recipe, cache folder, listener)."""


def build_task(recipe: AnyRecipe, cache: Path, listener: Listener) -> Task:
    """Return the task of a recipe; this may fill pools of drawings. Raises `TrainError`."""
    part = str(recipe.__struct_config__.tag)
    if part not in TASKS:
        raise TrainError(f"part: {part} cannot be trained; there are {', '.join(TASKS)}")
    module, _, name = TASKS[part].partition(":")
    task: Task = getattr(importlib.import_module(module), name)(recipe, cache, listener)
    return task

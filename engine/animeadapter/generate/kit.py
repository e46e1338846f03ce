"""A pack together with what this project adds to it: adapter, eyes, and references already encoded."""

from __future__ import annotations

from collections import OrderedDict
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from animeadapter.adapter import AnimeAdapter, KeysValues, load_adapter
from animeadapter.generate.errors import StudioError
from animeadapter.packs.load import Pack, read_config
from animeadapter.vision.eyes import Eyes
from animeadapter.vision.pictures import Pixels

KEPT = 8
"""References whose keys and values are kept between runs."""
CLIP_MEAN, CLIP_STD = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


class Kit:
    """One loaded pack, and all that is loaded with it when it is first asked for."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._encoded: OrderedDict[str, KeysValues] = OrderedDict()

    @cached_property
    def adapter(self) -> AnimeAdapter:
        """The pack's AnimeAdapter, checked against its U-Net. Raises `EngineError` subclasses."""
        name = self.pack.manifest.name
        files = [path for path in self.pack.manifest.files if path.startswith("adapter/") and _is_weights(path)]
        if len(files) != 1:
            raise StudioError(f"references: the pack {name} has {len(files) or 'no'} adapter files, so none is used")
        folder = self.pack.path("adapter")
        adapter = load_adapter(folder.parent / files[0], self.pack.part("unet"), self.pack.dtype)
        return adapter.eval().requires_grad_(False)

    @cached_property
    def eyes(self) -> Eyes:
        """What finds characters, poses and parts in pictures. Raises `EngineError` subclasses."""
        if not self.pack.has("vision"):
            name = self.pack.manifest.name
            raise StudioError(f"references: the pack {name} cannot find a character by itself; give a mask")
        return Eyes.from_pretrained(self.pack.path("vision"), self.pack.device)

    def forget(self) -> None:
        """Drop the kept references, so that the next one is encoded anew."""
        self._encoded.clear()

    @property
    def side(self) -> int:
        """Pixels of the square that the image encoder reads."""
        return int(self.pack.part("image_encoder").config.image_size)

    def encode(self, picture: Pixels, key: str) -> KeysValues:
        """Return keys and values of a padded reference, uint8 (side, side, 3); `key` names it among the kept ones."""
        if key in self._encoded:
            self._encoded.move_to_end(key)
            return self._encoded[key]
        with torch.no_grad():
            states = self.pack.part("image_encoder")(self._normalised(picture), output_hidden_states=True).hidden_states
            pairs: KeysValues = self.adapter(states)
        self._encoded[key] = pairs
        if len(self._encoded) > KEPT:
            self._encoded.popitem(last=False)
        return pairs

    @torch.no_grad()
    def embed(self, picture: Pixels) -> NDArray[np.float32]:
        """Return the image encoder's embedding of a padded picture, uint8 (side, side, 3): float32 (width,)."""
        embedding = self.pack.part("image_encoder")(self._normalised(picture)).image_embeds[0]
        return embedding.float().cpu().numpy()

    def _normalised(self, picture: Pixels) -> Tensor:
        """Return (1, 3, side, side) as the image encoder was trained on it."""
        mean, std = (torch.tensor(values).view(3, 1, 1) for values in self._normalisation)
        pixels = torch.from_numpy(picture).permute(2, 0, 1).float() / 255
        return ((pixels - mean) / std)[None].to(self.pack.device, self.pack.dtype)

    @cached_property
    def _normalisation(self) -> tuple[Any, Any]:
        path = self.pack.path("image_encoder", "preprocessor_config.json")
        if not path.is_file():
            return CLIP_MEAN, CLIP_STD
        config = read_config(path)
        return config.get("image_mean", CLIP_MEAN), config.get("image_std", CLIP_STD)


def _is_weights(path: str) -> bool:
    return path.endswith(".safetensors")

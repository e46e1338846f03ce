"""AnimeAdapter, the method: masked CLIP patch tokens in decoupled cross-attention; and its baselines.

adapter = load_adapter(path, unet)
pairs = adapter(image_encoder(pixels, output_hidden_states=True).hidden_states)
with AttachedAdapter(unet, adapter.config.layers) as attached:
    attached.set_references([ReferenceInput(pairs, mask)], guided=True)
    pipeline(...)
"""

from animeadapter.adapter.attach import AttachedAdapter, ReferenceInput, RegionText
from animeadapter.adapter.errors import AdapterError
from animeadapter.adapter.files import load_adapter, load_ip_adapter, save_adapter, save_ip_adapter
from animeadapter.adapter.ip_adapter import IPAdapter, IPAdapterConfig
from animeadapter.adapter.kv import KeysValues
from animeadapter.adapter.layers import Layer, cross_layers
from animeadapter.adapter.masks import coverage, shared, token_mask, union
from animeadapter.adapter.model import AdapterConfig, AnimeAdapter

__all__ = [
    "AdapterConfig",
    "AdapterError",
    "AnimeAdapter",
    "AttachedAdapter",
    "IPAdapter",
    "IPAdapterConfig",
    "KeysValues",
    "Layer",
    "ReferenceInput",
    "RegionText",
    "coverage",
    "cross_layers",
    "load_adapter",
    "load_ip_adapter",
    "save_adapter",
    "save_ip_adapter",
    "shared",
    "token_mask",
    "union",
]

"""Weights counted on the meta device: nothing is downloaded, nothing allocated."""

from __future__ import annotations

from typing import Any

import torch

from animeadapter.adapter import AnimeAdapter, IPAdapter
from animeadapter.adapter.layers import Scope
from animeadapter.evaluate.rows import Row, exactly

SD15: dict[str, Any] = {
    "cross_attention_dim": 768,
    "block_out_channels": (320, 640, 1280, 1280),
    "attention_head_dim": 8,
}
"""Stable Diffusion 1.5's U-Net where it differs from diffusers' defaults."""
SDXL: dict[str, Any] = {
    "cross_attention_dim": 2048,
    "block_out_channels": (320, 640, 1280),
    "attention_head_dim": (5, 10, 20),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10),
    "use_linear_projection": True,
    "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256,
    "projection_class_embeddings_input_dim": 2816,
}
"""Stable Diffusion XL's."""
VIT_L, VIT_H = 1024, 1280
"""Widths of CLIP ViT-L/14's and ViT-H/14's states."""
EXPECTED: tuple[tuple[int, Scope, int], ...] = (
    (3, "full", 21_530_883),
    (7, "full", 24_679_687),
    (11, "full", 27_828_491),
    (15, "full", 30_977_295),
    (3, "up", 12_683_523),
    (7, "up", 15_832_327),
    (11, "up", 18_981_131),
    (15, "up", 22_129_935),
)


def meta_unet(config: dict[str, Any]) -> Any:
    """Return a U-Net without weights."""
    from diffusers import UNet2DConditionModel

    with torch.device("meta"):
        return UNet2DConditionModel(**config)


def weights(module: torch.nn.Module) -> int:
    """Return the number of a module's trainable weights."""
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def counts() -> list[Row]:
    """Return the weight counts of AnimeAdapter and its baselines on SD 1.5 and SDXL beside what they have to be."""
    sd15, sdxl = meta_unet(SD15), meta_unet(SDXL)
    rows = [
        exactly(
            f"AnimeAdapter, SD 1.5, ViT-L/14, K = {fused}, {scope}",
            weights(AnimeAdapter.for_unet(sd15, vision_width=VIT_L, fused=fused, scope=scope)),
            expected,
        )
        for fused, scope, expected in EXPECTED
    ]
    bare = AnimeAdapter.for_unet(sd15, vision_width=VIT_L, projection_bias=False)
    large = AnimeAdapter.for_unet(sdxl, vision_width=VIT_L)
    plain = IPAdapter.for_unet(sd15, "plain", vision_width=1024)
    plus = IPAdapter.for_unet(sd15, "plus", vision_width=VIT_H)
    return [
        *rows,
        exactly("AnimeAdapter, SD 1.5, K = 7, full, no bias", weights(bare), 24_674_311),
        exactly("AnimeAdapter, SDXL, K = 7, full", weights(large), 355_481_607),
        exactly("IP-Adapter, SD 1.5, ViT-H/14", weights(plain), 22_319_616),
        exactly("IP-Adapter Plus, SD 1.5, ViT-H/14", weights(plus), 49_087_488),
    ]

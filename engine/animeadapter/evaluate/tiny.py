"""A complete pack of random weights, small enough that a picture takes a moment.

`python -m animeadapter.evaluate.tiny FOLDER [NAME]` writes it. What it draws is noise, the same for the same request:
enough for tests, and for benches of everything but the drawing.
"""

from __future__ import annotations

import string
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

TINY_SIDE = 64
"""Native pixels of its square pictures."""


def build_tiny_pack(folder: Path, name: str = "tiny") -> None:
    """Write a pack of random weights with the layout and the classes of the embedded one, under any name."""
    import torch

    from animeadapter.packs.manifest import Calibration, Manifest, seal, write_model_index

    torch.manual_seed(0)
    folder.mkdir(parents=True)
    _save_tokenizer(folder / "tokenizer")
    models = _models()
    for weight in models["t2i_adapter"].parameters():
        weight.data *= 1.5  # so that a pose is seen in the picture
    _save_adapter(folder / "adapter", models["unet"])
    with torch.random.fork_rng():
        models |= _line_models(models["unet"])
    for part, model in models.items():
        model.half().save_pretrained(folder / part, safe_serialization=True)
    _save_scheduler(folder / "scheduler")
    _save_our_own(folder)
    write_model_index(folder)
    seal(
        folder,
        Manifest(
            name=name,
            title="Tiny",
            licence="Apache-2.0",
            family="embedded",
            sizes=((TINY_SIDE, TINY_SIDE), (64, 96), (96, 64)),
            files={},
            vocabulary=("1girl", "solo", "long_hair", "blue_hair", "smile", "standing", "forest"),
            calibration=Calibration(scheduler="ddim", steps=3, guidance=3.0, negative_prompt="blurry"),
        ),
    )


def _save_tokenizer(folder: Path) -> None:
    from transformers import CLIPTokenizer

    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    vocab = {token: index for index, token in enumerate(tokens)}
    CLIPTokenizer(vocab=vocab, merges=[], model_max_length=77).save_pretrained(folder)


def _models() -> dict[str, Any]:
    import diffusers
    import transformers

    words = 2 * (26 + 10 + 32)
    text = transformers.CLIPTextConfig(
        vocab_size=words + 2, hidden_size=16, intermediate_size=32, num_hidden_layers=2, num_attention_heads=2,
        projection_dim=16, bos_token_id=words, eos_token_id=words + 1, pad_token_id=words + 1,
    )  # fmt: skip
    vision = transformers.CLIPVisionConfig(
        hidden_size=16, intermediate_size=32, num_hidden_layers=8, num_attention_heads=2, image_size=64,
        patch_size=16, projection_dim=16,
    )  # fmt: skip
    blocks = (8, 8, 8, 8)
    return {
        "text_encoder": transformers.CLIPTextModel(text),
        "image_encoder": transformers.CLIPVisionModelWithProjection(vision),
        "vae": diffusers.AutoencoderTiny(
            encoder_block_out_channels=blocks, decoder_block_out_channels=blocks,
            num_encoder_blocks=(1, 1, 1, 1), num_decoder_blocks=(1, 1, 1, 1),
        ),
        "unet": diffusers.UNet2DConditionModel(
            sample_size=8, block_out_channels=(8, 16, 16), layers_per_block=1, norm_num_groups=4,
            cross_attention_dim=16, attention_head_dim=2,
            down_block_types=("CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"),
        ),
        "t2i_adapter": diffusers.T2IAdapter(channels=[8, 16, 16], num_res_blocks=1, downscale_factor=8),
    }  # fmt: skip


def _line_models(unet: Any) -> dict[str, Any]:
    """Return a T2I-Adapter and a ControlNet that are heard: what ends a fresh ControlNet is zero."""
    import diffusers
    import torch

    lineart = diffusers.T2IAdapter(in_channels=1, channels=[8, 16, 16], num_res_blocks=1, downscale_factor=8)
    for weight in lineart.parameters():
        weight.data *= 4.0
    net = diffusers.ControlNetModel.from_unet(unet, conditioning_embedding_out_channels=(4, 8, 8, 8))
    for layer in (*net.controlnet_down_blocks, net.controlnet_mid_block):
        torch.nn.init.normal_(layer.weight, std=0.5)
    for name, weight in net.controlnet_cond_embedding.named_parameters():
        if name.endswith("weight"):
            torch.nn.init.normal_(weight, std=0.5)
    return {"lineart": lineart, "scribble": net}


def _save_adapter(folder: Path, unet: torch.nn.Module) -> None:
    import torch

    from animeadapter.adapter import AnimeAdapter, save_adapter

    adapter = AnimeAdapter.for_unet(unet, vision_width=16, grid=4, fused=7)
    torch.nn.init.normal_(adapter.fusion.weight, std=2.0)
    save_adapter(adapter, folder / "animeadapter.safetensors", dtype=torch.float16)


def _save_scheduler(folder: Path) -> None:
    from diffusers import DDIMScheduler

    DDIMScheduler(
        beta_schedule="scaled_linear", prediction_type="v_prediction", rescale_betas_zero_snr=True,
        timestep_spacing="trailing", clip_sample=False, set_alpha_to_one=False, steps_offset=1,
    ).save_pretrained(folder)  # fmt: skip


def _save_our_own(folder: Path) -> None:
    from animeadapter.vision.eyes import Eyes
    from animeadapter.vision.eyes_net import EyesNet
    from animeadapter.vision.trunk import EyesConfig
    from animeadapter.vision.upscaler import Upscaler, UpscalerConfig, UpscalerNet

    config = EyesConfig(
        area=64 * 64, widths=(8, 8, 8, 8, 8), blocks=(1, 1, 1, 1, 1), back=(8, 8, 8, 8), heads=2, fine=4,
        click_layers=1, click_hidden=16,
    )  # fmt: skip
    Eyes(EyesNet(config)).save_pretrained(folder / "vision")
    Upscaler(UpscalerNet(UpscalerConfig(width=4, blocks=1))).save_pretrained(folder / "upscaler")


if __name__ == "__main__":
    build_tiny_pack(Path(sys.argv[1]), *sys.argv[2:])

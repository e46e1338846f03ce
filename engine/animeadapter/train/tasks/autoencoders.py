"""The two families of autoencoder that stock pipelines take, behind one interface that can fold in a normalisation.

Latents as the pipelines see them are raw encoder outputs (scaling factor 1). After `fold(mean, std)` the encoder
gives (z − mean) / std, and the decoder expects that.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from pathlib import Path
from typing import Any

import torch
from diffusers import AutoencoderKL, AutoencoderTiny
from torch import Tensor, nn

from animeadapter.protocol.files import write_file
from animeadapter.train.settings import VaeShape

LATENT_CHANNELS = 4
FACTOR = 8
"""Pixels per latent."""
SURE = -30.0
"""Log variance at which AutoencoderKL's sample is its mean."""


class Autoencoder(nn.Module, ABC):
    """Pictures (B, 3, h, w) in [−1, 1] to latents (B, 4, h/8, w/8) and back."""

    net: Any
    encoding: tuple[str, ...]
    """First words of the names of the weights before the latents."""

    @abstractmethod
    def encode(self, pictures: Tensor) -> Tensor:
        """Return latents, without noise."""

    @abstractmethod
    def decode(self, latents: Tensor) -> Tensor:
        """Return pictures."""

    @abstractmethod
    def give(self, mean: Tensor, std: Tensor) -> None:
        """Let the encoder give (z − mean) / std; both are (4,)."""

    @abstractmethod
    def take(self, mean: Tensor, std: Tensor) -> None:
        """Let the decoder take (z − mean) / std for what was z."""

    def fold(self, mean: Tensor, std: Tensor) -> None:
        """Normalise the latents within the weights, on both sides."""
        self.give(mean, std)
        self.take(mean, std)

    def freeze_encoder(self) -> None:
        """Take everything before the latents out of training."""
        for name, value in self.net.named_parameters():
            if name.startswith(self.encoding):
                value.requires_grad_(False)

    def save(self, folder: Path) -> None:
        """Write the diffusers folder."""
        self.net.save_pretrained(folder, safe_serialization=True)


class Tiny(Autoencoder):
    """diffusers' AutoencoderTiny: no norms, no attention; its decoder squashes latents with 3·tanh(z / 3)."""

    encoding = ("encoder.",)

    def __init__(self, shape: VaeShape) -> None:
        super().__init__()
        self.net = AutoencoderTiny(
            encoder_block_out_channels=(shape.encoder_width,) * 4,
            decoder_block_out_channels=(shape.decoder_width,) * 4,
            num_encoder_blocks=shape.encoder_blocks,
            num_decoder_blocks=shape.decoder_blocks,
            latent_channels=LATENT_CHANNELS,
        )
        self._begin()

    @torch.no_grad()
    def _begin(self) -> None:
        """Let signals keep their size on their way through a fresh net, and pictures begin grey.

        torch's own start shrinks them at each convolution that no way leads around; with this one the error after
        1,600 crops was a third smaller.
        """
        for half in (self.net.encoder, self.net.decoder):
            for layer in half.layers:
                if isinstance(layer, nn.Conv2d):
                    nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")
                    if layer.bias is not None:
                        layer.bias.zero_()
        last = self.net.decoder.layers[-1]
        last.weight.mul_(0.2)
        last.bias.fill_(0.5)

    def encode(self, pictures: Tensor) -> Tensor:
        return self.net.encoder(pictures)

    def decode(self, latents: Tensor) -> Tensor:
        return self.net.decoder(latents)

    def save(self, folder: Path) -> None:
        super().save(folder)
        # The class registers this entry by itself and, strangely, warns of it when it reads it.
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config.pop("block_out_channels", None)
        write_file(folder / "config.json", json.dumps(config, indent=2, sort_keys=True).encode() + b"\n")

    @torch.no_grad()
    def give(self, mean: Tensor, std: Tensor) -> None:
        last = self.net.encoder.layers[-1]
        last.weight.div_(std[:, None, None, None])
        last.bias.sub_(mean).div_(std)

    @torch.no_grad()
    def take(self, mean: Tensor, std: Tensor) -> None:
        """Exact but for the squashing and the padding at the border: small where mean is near 0 and std near 1, and
        mended by the steps that the decoder goes on learning."""
        first = self.net.decoder.layers[0]
        first.bias.add_(torch.einsum("oikl,i->o", first.weight, mean))
        first.weight.mul_(std[None, :, None, None])


class Kl(Autoencoder):
    """diffusers' AutoencoderKL, trained on its mean alone; normalisation lies in the two 1 × 1 convolutions."""

    encoding = ("encoder.", "quant_conv.")

    def __init__(self, shape: VaeShape) -> None:
        super().__init__()
        self.net = AutoencoderKL(
            down_block_types=("DownEncoderBlock2D",) * 4,
            up_block_types=("UpDecoderBlock2D",) * 4,
            block_out_channels=shape.kl_widths,
            layers_per_block=1,
            norm_num_groups=min(8, shape.kl_widths[0]),
            latent_channels=LATENT_CHANNELS,
            sample_size=256,
            scaling_factor=1.0,
            force_upcast=False,
        )
        self._be_sure()

    @torch.no_grad()
    def _be_sure(self) -> None:
        """Let the posterior have no variance, so that a pipeline's sample is the mean."""
        self.net.quant_conv.weight[LATENT_CHANNELS:] = 0.0
        self.net.quant_conv.bias[LATENT_CHANNELS:] = SURE

    def encode(self, pictures: Tensor) -> Tensor:
        return self.net.quant_conv(self.net.encoder(pictures))[:, :LATENT_CHANNELS]

    def decode(self, latents: Tensor) -> Tensor:
        return self.net.decoder(self.net.post_quant_conv(latents))

    @torch.no_grad()
    def give(self, mean: Tensor, std: Tensor) -> None:
        last = self.net.quant_conv
        last.weight[:LATENT_CHANNELS].div_(std[:, None, None, None])
        last.bias[:LATENT_CHANNELS] = (last.bias[:LATENT_CHANNELS] - mean) / std

    @torch.no_grad()
    def take(self, mean: Tensor, std: Tensor) -> None:
        first = self.net.post_quant_conv
        first.bias.add_(first.weight[:, :, 0, 0] @ mean)
        first.weight.mul_(std[None, :, None, None])

    def save(self, folder: Path) -> None:
        self._be_sure()
        super().save(folder)


def build_autoencoder(shape: VaeShape) -> Autoencoder:
    """Return a fresh autoencoder of a recipe's shape."""
    return {"tiny": Tiny, "kl": Kl}[shape.family](shape)

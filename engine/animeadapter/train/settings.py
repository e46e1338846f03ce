"""What a recipe says: strictly decoded structs, one class of recipe for each part of the pack.

Those of the parts that work on latents are in `latent_settings`.

Lengths are in pixels or steps, shares in 0 … 1. No torch here: listing recipes must be quick.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Share = Annotated[float, Meta(ge=0, le=1)]
Positive = Annotated[float, Meta(gt=0)]
Weight = Annotated[float, Meta(ge=0)]
Count = Annotated[int, Meta(ge=1)]
Natural = Annotated[int, Meta(ge=0)]
Name = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]*\Z", max_length=60)]


class Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A frozen struct whose unknown fields are refused by name."""


class Schedule(Strict, frozen=True, kw_only=True):
    """Learning rate over the steps: linear warm-up, then a cosine, or a plateau with a linear end."""

    peak: Positive
    warmup: Natural = 200
    kind: Literal["cosine", "constant"] = "cosine"
    floor: Share = 0.02
    """What is left of the peak at the last step."""
    decay: Share = 0.2
    """With a plateau: the share of all steps over which the rate falls to the floor."""


class Optimiser(Strict, frozen=True, kw_only=True):
    """AdamW or Muon; weight decay falls on matrices and kernels only, never on biases, norms or scalars."""

    betas: tuple[Share, Share] = (0.9, 0.99)
    eps: Positive = 1e-8
    weight_decay: Weight = 0.01
    clip: Positive = 1.0
    """Largest norm of the whole gradient."""
    rates: dict[str, Weight] = {}
    """Module's name → factor on its learning rate, where it is not 1."""
    matrices: Literal["adamw", "muon"] = "adamw"
    """What steps matrices and kernels. Muon (Jordan et al. 2024, scaled to AdamW's rates after Liu et al. 2025,
    arXiv:2502.16982) makes every direction of a step equally long; all else is AdamW's."""
    momentum: Share = 0.95
    """Muon's."""


class Intervals(Strict, frozen=True, kw_only=True):
    """How many steps lie between two log lines, validations, sheets and checkpoints; 0 is never."""

    log: Natural = 50
    validate: Natural = 2000
    sheet: Natural = 2000
    checkpoint: Natural = 1000


class Pool(Strict, frozen=True, kw_only=True):
    """Drawings made once and kept in memory-mapped files. Drawing i depends on the seed and i alone."""

    name: Name
    count: Count
    seed: Natural
    manner: Literal["house", "mixed", "foreign", "held_out"] = "mixed"
    """Drawing styles of the targets: the house's own, mostly its own, all but the held-out one, the held-out one."""
    plain: Share = 0.15
    """How many pictures have a plain background in even light."""
    pairs: Share = 0.0
    """How many pictures show two characters."""
    targets: Count = 1
    """How many pictures in succession show the same character as targets …"""
    references: Natural = 0
    """… and then as references: in foreign styles, as character sheets are, in any framing."""
    shrink: Count | Annotated[float, Meta(gt=0, lt=1)] = 1
    """Sides are divided by this: small pictures teach what is where in a quarter of the time, and 0.25 gives
    pictures four times as wide and high."""
    shard: Count = 500


class Recipe(Strict, frozen=True, kw_only=True, tag_field="part"):
    """What every training has."""

    summary: str
    seed: Natural
    steps: Count
    batch: Count
    schedule: Schedule
    pool: Pool
    held_out: Pool
    """A small pool of characters that are never trained on."""
    threads: Count = 1
    device: Literal["cpu", "cuda"] = "cpu"
    precision: Literal["auto", "bf16", "fp32"] = "auto"
    """Of the forward pass; weights and optimiser stay in fp32. `auto` is bf16 where the processor has it."""
    channels_last: bool = False
    start: str = ""
    """Run folder, pack or export whose weights this training begins with."""
    optimiser: Optimiser = Optimiser()
    ema: Share = 0.999
    """Decay of the averaged weights, which are the ones that are validated, drawn and exported."""
    intervals: Intervals = Intervals()


class VaeShape(Strict, frozen=True, kw_only=True):
    """`tiny` is diffusers' AutoencoderTiny, `kl` its AutoencoderKL; both shrink sides by 8 to 4 channels."""

    family: Literal["tiny", "kl"] = "tiny"
    encoder_width: Count = 32
    decoder_width: Count = 32
    encoder_blocks: tuple[Natural, Natural, Natural, Natural] = (1, 3, 3, 3)
    decoder_blocks: tuple[Natural, Natural, Natural, Natural] = (3, 3, 3, 1)
    kl_widths: tuple[Count, Count, Count, Count] = (16, 32, 64, 128)


class VaeRecipe(Recipe, frozen=True, kw_only=True, tag="vae"):
    """The autoencoder."""

    shape: VaeShape = VaeShape()
    crop: Count = 128
    face_crops: Share = 0.3
    """How many crops are laid round a face rather than anywhere."""
    whole_from: Share = 0.8
    """From this share of the steps on, some batches are whole pictures …"""
    whole_share: Share = 0.3
    whole_batch: Count = 3
    """… so many batches, of so many pictures."""
    freeze_from: Share = 0.9
    """From here on the encoder is frozen, its latents normalised, and the decoder alone goes on learning. 0: the
    encoder that this starts with is kept as it is."""
    l1: Weight = 1.0
    mse: Weight = 1.0
    gradient: Weight = 1.0
    colour: Weight = 1.0
    """Weight of the absolute error between means over 8 × 8 pixels: four latents first learn lines, hues last."""
    readout: Weight = 0.5
    """Weight of telling each latent's mean colour by a linear map of its four values: what follows, a diffusion model
    above all, finds colours there at once instead of behind the whole decoder."""
    moments: Weight = 0.02
    """Weight of the penalty that keeps each latent channel near mean 0 and variance 1."""
    latent_noise: Weight = 0.03
    """Standard deviation of the noise that the decoder must bear, in units of the latents' own."""
    face_weight: Positive = 2.5
    eye_weight: Positive = 4.0


class EyesRecipe(Recipe, frozen=True, kw_only=True, tag="eyes"):
    """The net that finds people, their parts and poses, and what is clicked at."""

    strangers: Pool
    """Drawings in the held-out style: figures only."""
    widths: tuple[Count, Count, Count, Count, Count] = (24, 48, 96, 144, 160)
    back: tuple[Count, Count, Count, Count] = (24, 64, 96, 128)
    """See `vision.trunk.EyesConfig`."""
    halved_until: Share = 0.5
    """Up to this share of the steps batches are four times as many pictures of half the width and height."""
    zoomed: Share = 0.6
    """How many pictures are zoomed …"""
    zoom: tuple[Positive, Positive] = (0.6, 1.5)
    """… by factors between these."""
    recoded: Share = 0.35
    """How many pictures are blurred, noisy or compressed."""
    colour_jitter: Share = 0.5
    """How many pictures have their colours shifted, so that foreign palettes work."""
    edge_weight: Weight = 2.0
    """Extra weight of pixels at the character's edge."""
    shapes: Weight = 0.0
    """Weight of the parts' Dice, in which a ribbon counts as much as a coat."""
    people: Weight = 0.3
    """Weight of centres, joints and limbs."""
    clicks: Weight = 0.5
    """Weight of answers to clicks."""
    prompts: Count = 2
    """Things that are clicked at in each picture."""
    boxed: Share = 0.4
    """How many pictures are asked with boxes after the first click, instead of with a second click."""


class UpscalerRecipe(Recipe, frozen=True, kw_only=True, tag="upscaler"):
    """The net that enlarges pictures four times. The pool is of large pictures (`shrink`)."""

    width: Count = 48
    blocks: Count = 5
    crop: Annotated[int, Meta(ge=8)] = 48
    """Pixels of the square that is enlarged."""
    figures: Share = 0.7
    """How many crops show a part of a character rather than anything."""
    softened: Share = 0.4
    """How many small pictures are soft and off in colour, as an autoencoder leaves them; the large ones are not."""
    gradient: Weight = 0.5


class EncodersRecipe(Recipe, frozen=True, kw_only=True, tag="encoders"):
    """Image encoder and text encoder, taught together, and the tokenizer. The pool needs targets and references."""

    side: Count = 256
    patch: Count = 16
    vision_width: Count = 128
    vision_layers: Count = 16
    vision_heads: Count = 4
    text_width: Count = 192
    text_layers: Count = 3
    text_heads: Count = 3
    least: Count = 12
    """Captions in which a tag must stand to become a token."""
    kept: Share = 0.5
    """Share of its patches that a picture shows in training …"""
    whole_from: Share = 0.75
    """… up to this share of the steps; all of them afterwards."""
    recoded: Share = 0.3
    """How many pictures are blurred, noisy or compressed."""
    contrast: Weight = 1.0
    """Weight of finding a picture's caption among the batch's, and a caption's picture."""
    tags: Weight = 1.0
    """Weight of naming the tags from the picture alone."""
    identity: Weight = 0.5
    """Weight of finding a character's other drawing among the batch's."""
    parts: Weight = 0.5
    """Weight of telling each patch's share of hair, face, outfit …"""


class JudgeRecipe(Recipe, frozen=True, kw_only=True, tag="judge"):
    """What names a character's looks. It measures redrawings; no model may learn from it."""

    widths: tuple[Count, ...] = (32, 64, 128, 192)
    blocks: tuple[Natural, ...] = (0, 1, 2, 2)
    fine: bool = True
    places: Count = 4
    hidden: Natural = 128
    halved_until: Share = 0.4
    """Up to this share of the steps batches are four times as many pictures of half the width and height."""
    redrawn: Share = 0.5
    """How many pictures are softened and their colours disturbed, as an autoencoder and a diffusion model do."""
    recoded: Share = 0.2
    """How many pictures are blurred, noisy or compressed."""
    balance: Share = 1.0
    """1: rare classes weigh as much as common ones; 0: every picture weighs the same."""
    worn: Weight = 2.0
    """Weight of the accessories. Wearers are rare and weigh much, so this gradient is noisy and must not drown the
    others'."""
    others: Weight = 0.4
    """Weight of each attribute that the benchmark does not ask for."""
    parts: Weight = 4.0
    """Weight of telling which parts a cell shows."""
    looks: Weight = 4.0
    """Weight of looking where the answer is."""

"""Recipes of what works on latents: U-Net, controllers and adapter, on a pack's frozen parts."""

from __future__ import annotations

from typing import Literal

from animeadapter.train.settings import Count, Positive, Recipe, Share, Strict, Weight


class DiffusionRecipe(Recipe, frozen=True, kw_only=True):
    """What trainings in latent space have in common: they stand on a pack's frozen parts."""

    pack: str = "mini"
    """Name or folder of the pack whose parts are used."""
    text_dropped: Share = 0.1
    """How many pictures have an empty prompt, for guidance."""
    shuffled: Share = 0.12
    """How many captions have their tags in random order …"""
    commas: Share = 0.2
    """… have commas between them …"""
    tags_dropped: Share = 0.2
    """… or lack a random share of their tags."""
    min_snr: Positive = 5.0
    """γ of min-SNR weighting (Hang et al. 2023, arXiv:2303.09556)."""
    foreground_weight: Positive = 1.3
    face_weight: Positive = 2.5
    """Weights of the error on characters, and on their faces, before normalisation."""
    least_people: Count = 1
    most_people: Count = 2
    """Pictures with how many characters are used."""


class Reference(Strict, frozen=True, kw_only=True):
    """An adapter in training, and the references that it sees."""

    pair: Literal["same", "other"] = "other"
    """The reference: the target picture itself (the paper's way), or another of the same character."""
    fused: Count = 7
    """K: how many of the image encoder's last layers are fused."""
    scope: Literal["full", "up"] = "full"
    masked: bool = True
    """Whether background tokens are left out (eq. 5)."""
    token_norm: bool = False
    identity_dropped: Share = 0.5
    """How many captions lack the tags of what the reference shows."""
    picture_dropped: Share = 0.05
    both_dropped: Share = 0.05
    """How many samples have no picture, or neither picture nor text."""
    partial: Share = 0.35
    """How many samples borrow a random subset of the reference's parts."""
    recoded: Share = 0.3
    """How many references are blurred, noisy or compressed."""


class UNetShape(Strict, frozen=True, kw_only=True):
    """diffusers' UNet2DConditionModel with cross-attention at every level."""

    widths: tuple[Count, ...] = (64, 128, 192)
    layers: Count = 1
    """Residual blocks per level on the way down; one more on the way up."""
    head: Count = 32
    """Channels of one attention head."""
    groups: Count = 16


class UNetRecipe(DiffusionRecipe, frozen=True, kw_only=True, tag="unet"):
    """The network that draws."""

    shape: UNetShape = UNetShape()
    parts: Weight = 0.0
    """Weight of telling hair, face, outfit … from the features in the middle of the way up. Representations that are
    taught so let a picture's content be learned sooner (after Yu et al. 2024, arXiv:2410.06940)."""
    posed: Share = 0.0
    """How many pictures come with their skeletons, through a pose controller that learns along and is exported too.
    Where figures stand is then no riddle, and what is learned is how they are drawn. 0: no controller."""
    halved_until: Share = 0.0
    """Up to this share of the steps batches are twice as many pictures of half the width and height."""
    reference: Reference | None = None
    """References that are shown through an adapter that learns along and is exported too. The U-Net then learns to be
    told what a character looks like in both ways, by words and by pictures. None: no adapter."""


class T2IRecipe(DiffusionRecipe, frozen=True, kw_only=True, tag="t2i_adapter"):
    """A controller, of poses or of lines; the U-Net is frozen."""

    reads: Literal["poses", "lineart", "scribble"] = "poses"
    """Skeletons, or the pictures' own strokes as a person might have drawn them: neatly, or roughly."""
    posed: Share = 0.0
    """Beside how many line pictures the pack's own pose controller speaks, as it may where lines are followed."""
    blocks: Count = 1
    """Residual blocks per level."""
    early: Positive = 2.0
    """Timesteps are 1 − u^early of the way: above 1, the noisy ones are seen more often."""


class AdapterRecipe(DiffusionRecipe, frozen=True, kw_only=True, tag="adapter"):
    """AnimeAdapter; U-Net, pose controller and image encoder are frozen."""

    reference: Reference = Reference()
    controller: bool = True
    """Whether the pose controller shows the target's skeletons."""

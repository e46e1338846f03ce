"""The net behind the eyes: one trunk, and heads for parts, people and clicks.

People are found as in "Objects as Points" (Zhou et al. 2019, arXiv:1904.07850): a map of people's centres, from each
centre a guess at every joint, and maps of joints to which the guesses are snapped. Every pixel of a person also
points at its person's centre, which tells people apart. Clicks go through segment_anything's own modules.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from segment_anything.modeling import MaskDecoder, PromptEncoder, TwoWayTransformer
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.protocol.pose import JOINTS
from animeadapter.vision.trunk import EyesConfig, Trunk, keep_variance

FINE, COARSE = 4, 8
"""Pixels per cell of the maps of joints, and of the maps of people."""
REACH = 32.0
"""Pixels that count as 1 where maps hold distances."""
RARE = -4.0
"""Log odds with which maps of rare places begin."""
MASKS = 3
"""Answers to a click: a part, a person, all of it."""


@dataclass
class Seen:
    """What the net says of pictures (B, 3, H, W)."""

    parts: Tensor
    """Logits (B, 1 + parts, H, W): foreground, then one per `Part`."""
    joints: Tensor
    """Logits (B, 18, H/4, W/4) of there being such a joint."""
    own: Tensor
    """(B, 2, H/4, W/4): x and y from here to the centre of the person that is seen here, in `REACH`."""
    centres: Tensor
    """Logits (B, 1, H/8, W/8) of a person's centre."""
    limbs: Tensor
    """(B, 36, H/8, W/8): x and y from a centre to each of its joints, in `REACH`."""
    has: Tensor
    """Logits (B, 18, H/8, W/8) of the person having such a joint in the picture."""
    embedding: Tensor
    """(B, C, H/8, W/8), what clicks are answered from."""


class EyesNet(nn.Module):
    """RGB in [−1, 1], (B, 3, H, W), sides multiples of 32 → `Seen`."""

    def __init__(self, config: EyesConfig = EyesConfig()) -> None:
        super().__init__()
        self.config = config
        self.trunk = Trunk(config)
        half, quarter, eighth, _ = config.back
        self.before = nn.Conv2d(half, config.fine, 1)
        self.fine = nn.Sequential(
            nn.Conv2d(config.fine + 3, config.fine, 3, padding=1),
            nn.SiLU(),
            nn.Conv2d(config.fine, 1 + config.parts, 3, padding=1),
        )
        joints = len(JOINTS)
        self.at_joints = head(quarter, joints + 2, rare=joints)
        self.at_people = head(eighth, 1 + 3 * joints, rare=1)
        self.clicks = Clicks(config)

    def forward(self, pictures: Tensor) -> Seen:
        """Return all that is seen at a glance; what clicks choose, `clicks` tells from the embedding."""
        half, quarter, eighth, _ = self.trunk(pictures)
        risen = functional.interpolate(self.before(half), scale_factor=2.0, mode="bilinear", align_corners=False)
        joints = len(JOINTS)
        near, people = self.at_joints(quarter), self.at_people(eighth)
        return Seen(
            parts=self.fine(torch.cat([risen, pictures.to(risen.dtype)], 1)),
            joints=near[:, :joints],
            own=near[:, joints:],
            centres=people[:, :1],
            limbs=people[:, 1 : 1 + 2 * joints],
            has=people[:, 1 + 2 * joints :],
            embedding=eighth,
        )


class Clicks(nn.Module):
    """Points and a box in a picture → masks, by segment_anything's prompt encoder and mask decoder."""

    def __init__(self, config: EyesConfig) -> None:
        super().__init__()
        width = config.back[2]
        self.prompts = PromptEncoder(width, (COARSE, COARSE), (COARSE**2, COARSE**2), mask_in_chans=8)
        self.masks = MaskDecoder(
            transformer_dim=width,
            transformer=TwoWayTransformer(config.click_layers, width, config.heads, config.click_hidden),
            num_multimask_outputs=MASKS,
            iou_head_depth=2,
            iou_head_hidden_dim=width,
        )

    def forward(self, embedding: Tensor, points: Tensor, labels: Tensor, boxes: Tensor | None) -> tuple[Tensor, Tensor]:
        """Return logits (n, 4, H/2, W/2) and guessed IoUs (n, 4) of n prompts, each about its own picture.

        embedding (n, C, H/8, W/8), or (1, C, H/8, W/8) if all ask about one picture; points (n, k, 2) in pixels;
        labels (n, k): 1 wanted, 0 unwanted, −1 no point; boxes (n, 4) or None. Of the four masks the first is meant
        for several points, the others for a single one.
        """
        height, width = embedding.shape[-2:]
        self.prompts.image_embedding_size = (height, width)
        self.prompts.input_image_size = (COARSE * height, COARSE * width)
        with torch.autocast(embedding.device.type, enabled=False):  # places need all their digits
            sparse, dense = self.prompts((points, labels), boxes, None)
            places = self.prompts.get_dense_pe()
        return self._decode(embedding + dense, places.expand(len(sparse), -1, -1, -1), sparse)

    def _decode(self, pictures: Tensor, places: Tensor, sparse: Tensor) -> tuple[Tensor, Tensor]:
        """Return what the decoder's `predict_masks` returns; that one takes many prompts about one picture only."""
        decoder, count = self.masks, len(sparse)
        own = torch.cat([decoder.iou_token.weight, decoder.mask_tokens.weight])
        tokens, found = decoder.transformer(pictures, places, torch.cat([own.expand(count, -1, -1), sparse], 1))
        fine = decoder.output_upscaling(found.transpose(1, 2).reshape(pictures.shape))
        kernels = torch.stack([mlp(tokens[:, 1 + k]) for k, mlp in enumerate(decoder.output_hypernetworks_mlps)], 1)
        masks = (kernels @ fine.flatten(2)).unflatten(-1, fine.shape[-2:])
        return masks, decoder.iou_prediction_head(tokens[:, 0])


def head(width: int, outputs: int, rare: int) -> nn.Sequential:
    """Return a small head over features of a width; its first `rare` outputs begin as logits of rare places."""
    before, last = nn.Conv2d(width, width, 3, padding=1), nn.Conv2d(width, outputs, 1)
    keep_variance(before)
    keep_variance(last)
    with torch.no_grad():
        last.weight.mul_(0.1)
        if last.bias is not None:
            last.bias[:rare] = RARE
    return nn.Sequential(before, nn.SiLU(), last)

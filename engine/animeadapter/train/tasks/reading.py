"""What a character looks like, read from latents, so that a U-Net can be told what its pictures lack.

The error in velocity hardly notices whether hair is in a braid or a blouse is a jersey: few latents differ. So a small
net learns beside the U-Net to name looks in true latents, and the U-Net learns from what that net reads in the clean
latents that the U-Net is getting at (as rewards do in Xu et al. 2023, arXiv:2304.05977, but with truths instead of a
taste). Its weights follow from true latents alone, else the two would agree upon signs that nobody else can see.
It is not the benchmark's judge, and knows nothing of that one.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from animeadapter.metrics.judge import ResidualBlock
from animeadapter.synthetic.attributes import CLASSES, WORN
from animeadapter.train.cache.pool import PoolFiles
from animeadapter.train.task import Batch
from animeadapter.train.tasks.judge import UNSEEN, astray, balanced, entropies, truths_of, worn_entropies

BALANCE = 0.5
"""See `judge.balanced`."""
DISTURBED = 0.6
"""Most noise in the latents that the reader learns from. What a U-Net is getting at is never quite clean, and a reader
that sees through noise asks for changes that can be seen."""
PLACES = 2
"""Places that each question looks at."""
STRAY = 0.5
"""Weight of looking where the answer is."""


class LatentReader(nn.Module):
    """(B, 4, h, w) latents → logits by attribute, (B, classes) each, `worn`, (B, accessories), and where it looked."""

    def __init__(self, widths: tuple[int, int, int] = (48, 96, 160)) -> None:
        super().__init__()
        first, second, third = widths
        self.fine = nn.Sequential(
            nn.Conv2d(4, first, 3, padding=1),
            ResidualBlock(first),
            nn.Conv2d(first, second, 4, stride=2, padding=1),
            ResidualBlock(second),
            ResidualBlock(second),
        )
        self.coarse = nn.Sequential(nn.Conv2d(second, third, 4, stride=2, padding=1), ResidualBlock(third))
        self.norm = nn.GroupNorm(8, second + third)
        width = second + third
        self.where = nn.Conv2d(width, (len(CLASSES) + len(WORN)) * PLACES, 1)
        self.heads = nn.ModuleDict({name: nn.Linear(PLACES * width, len(names)) for name, names in CLASSES.items()})
        self.worn = nn.Parameter(torch.randn(len(WORN), PLACES * width) * (PLACES * width) ** -0.5)
        self.worn_bias = nn.Parameter(torch.zeros(len(WORN)))

    def forward(self, latents: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Return logits, and how much each question looked at each place: (B, questions, places, h/2 · w/2)."""
        fine = self.fine(latents)
        coarse = functional.interpolate(self.coarse(fine), fine.shape[-2:], mode="bilinear", align_corners=False)
        features = functional.silu(self.norm(torch.cat([fine, coarse.to(fine.dtype)], 1)))
        looks = self.where(features).unflatten(1, (-1, PLACES)).flatten(3).float().softmax(-1)
        cells = features.flatten(2).transpose(1, 2)
        gathered = (looks.to(cells.dtype).flatten(1, 2) @ cells).unflatten(1, looks.shape[1:3]).flatten(2)
        logits = {name: head(gathered[:, k]) for k, (name, head) in enumerate(self.heads.items())}
        logits["worn"] = (gathered[:, len(self.heads) :] * self.worn).sum(-1) + self.worn_bias
        return logits, looks


class Reading:
    """The reader, what pictures of a pool show, and the two losses: the reader's own and the U-Net's."""

    def __init__(self, pool: PoolFiles) -> None:
        self.net = LatentReader()
        truths = truths_of([record for record in pool.records if record.role == "target" and record.people == 1])
        self.weights = {name: balanced(truths[name], len(names), BALANCE) for name, names in CLASSES.items()}
        self.worn_weights = torch.stack([balanced(column, 2, BALANCE) for column in truths["worn"].T])

    def truths(self, pool: PoolFiles, numbers: list[int], start: str) -> Batch:
        """Return what pictures show, by names that begin with `start`; nothing of pictures of two characters."""
        records = [pool.records[number] for number in numbers]
        found = truths_of(records)
        for row, record in enumerate(records):
            if record.people != 1:
                for truth in found.values():
                    truth[row] = UNSEEN
        return {start + name: truth for name, truth in found.items()}

    def learn(self, latents: Tensor, truths: Mapping[str, Tensor], shares: Tensor) -> Tensor:
        """Return the reader's loss over true latents (B, 4, h, w); shares (B, parts, h, w) say where its answers are.

        The latents are disturbed by noise from torch's global generator.
        """
        amount = torch.rand((len(latents), 1, 1, 1), device=latents.device) * DISTURBED
        logits, looks = self.net(latents + amount * torch.randn_like(latents))
        cells = functional.avg_pool2d(shares, 2).flatten(2)
        return self.lost(logits, truths).mean() + STRAY * astray(looks, cells)

    def told(self, latents: Tensor, truths: Mapping[str, Tensor]) -> Tensor:
        """Return each sample's loss, (B,), as the reader finds it now; its gradient is the latents' alone."""
        weights = {name: value.detach() for name, value in self.net.named_parameters()}
        logits, _ = functional_call(self.net, weights, (latents,))
        return self.lost(logits, truths)

    def lost(self, logits: Mapping[str, Tensor], truths: Mapping[str, Tensor]) -> Tensor:
        """Return each sample's cross-entropy over all that it shows, (B,)."""
        total = worn_entropies(logits["worn"], truths["worn"], self.worn_weights).sum(1)
        for name in CLASSES:
            total = total + entropies(logits[name], truths[name], self.weights[name])
        return total / (1 + len(CLASSES))

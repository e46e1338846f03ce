"""The judge: names a character's looks in whole pictures of any size, whoever drew them.

Every picture asks only for what it shows. Rare classes and accessories weigh as much as common ones, since balanced
accuracy is what counts. For a while pictures are halved, four times as many at once: looks are learned from many
characters sooner than from fine ones. The trunk also tells which parts each of its cells shows, and every question
is drawn to look where the answer is: at the hair for its colour, at the outfit for its kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from animeadapter.metrics.accuracy import BENCHMARK, Tally, clearly_seen
from animeadapter.metrics.judge import Judge, JudgeConfig, JudgeNet, Verdict, verdicts_from
from animeadapter.protocol.parts import Part
from animeadapter.synthetic.attributes import CLASSES, WORN
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, Record, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Listener
from animeadapter.train.seeds import rng
from animeadapter.train.settings import JudgeRecipe
from animeadapter.train.sheets import captioned, grid
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import augment, pictures

MEASURED = 32
"""Pictures that are judged together when figures are taken."""
UNSEEN = -1
SHEET_ROWS, SHEET_COLUMNS = 4, 5
LOOKED_AT: dict[str, tuple[Part, ...]] = {
    "hair_colour": (Part.HAIR,),
    "hair_style": (Part.HAIR,),
    "bangs": (Part.HAIR, Part.FACE),
    "eye_colour": (Part.FACE,),
    "skin": (Part.FACE, Part.SKIN),
    "outfit_kind": (Part.OUTFIT,),
    "main_colour": (Part.OUTFIT,),
    "second_colour": (Part.OUTFIT,),
    "pattern": (Part.OUTFIT,),
}
WORN_AT = tuple(Part)[1:-1]
"""Accessories hide among everything but the background and what is held."""


class JudgeTask:
    """Single characters and what is to be said about them."""

    def __init__(self, recipe: JudgeRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = opened(cache, recipe, "pool", listener)
        self.held_out = opened(cache, recipe, "held_out", listener)
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        torch.manual_seed(recipe.seed)
        self.net = JudgeNet(
            JudgeConfig(
                widths=recipe.widths, blocks=recipe.blocks, fine=recipe.fine, places=recipe.places,
                hidden=recipe.hidden, classes=CLASSES, worn=WORN, renderer=self.renderer,
            )
        )  # fmt: skip
        self.parts = nn.Conv2d(self.net.width, len(Part), 1)
        self.modules = {"judge": self.net, "parts": self.parts}
        targets = [record for record in self.pool.records if record.role == "target"]
        truths = truths_of(targets)
        self.weights = {name: balanced(truths[name], len(names), recipe.balance) for name, names in CLASSES.items()}
        self.worn_weights = torch.stack([balanced(column, 2, recipe.balance) for column in truths["worn"].T])
        self.whole_step = round(recipe.halved_until * recipe.steps)

    def on_step(self, step: int, ema: Ema) -> None:
        """Nothing changes on the way."""

    # --- batches ---------------------------------------------------------------------------------------

    def batch(self, step: int) -> Batch:
        recipe, random = self.recipe, rng(self.recipe.seed, "batch", step)
        shrink = 2 if step < self.whole_step else 1
        numbers = self.pool.choose(random, recipe.batch * shrink**2)
        samples = [self._sample(int(number), shrink, random) for number in numbers]
        return {
            "pictures": pictures.to_tensor([picture for picture, _ in samples]),
            "parts": torch.from_numpy(np.stack([parts for _, parts in samples])).long(),
            **truths_of([self.pool.records[int(number)] for number in numbers]),
        }

    def _sample(self, number: int, shrink: int, random: np.random.Generator) -> tuple[Bytes, Bytes]:
        """Return an altered picture and its parts, both shrunken."""
        picture, parts = np.asarray(self.pool.picture(number)), parts_of(np.asarray(self.pool.labels(number)))
        if random.random() < 0.5:
            picture, parts = augment.flipped(picture), augment.flipped(parts)
        picture = np.ascontiguousarray(picture)
        if random.random() < self.recipe.redrawn:
            picture = augment.redrawn(picture, random)
        if random.random() < self.recipe.recoded:
            picture = augment.recoded(picture, random)
        size = (parts.shape[1] // shrink, parts.shape[0] // shrink)
        if shrink > 1:
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
            parts = np.ascontiguousarray(parts[::shrink, ::shrink])[: size[1], : size[0]]
        return picture, np.ascontiguousarray(parts)

    # --- losses ----------------------------------------------------------------------------------------

    def loss(self, batch: Batch, step: int) -> Losses:
        features = self.net.features(batch["pictures"])
        attention = self.net.attention(features)
        logits = self.net.answers(features, attention)
        losses = {name: entropy(logits[name], batch[name], self.weights[name]) for name in CLASSES}
        losses["worn"] = worn_entropy(logits["worn"], batch["worn"], self.worn_weights)
        shares = part_shares(batch["parts"], (features.shape[-2], features.shape[-1]))
        losses["parts"] = -(shares * self.parts(features).float().log_softmax(1)).sum(1).mean()
        losses["looks"] = astray(attention, shares.flatten(2))
        total = losses["worn"] * self.recipe.worn
        total = total + losses["parts"] * self.recipe.parts + losses["looks"] * self.recipe.looks
        for name in CLASSES:
            total = total + losses[name] * (1.0 if name in BENCHMARK else self.recipe.others)
        return {**losses, "loss": total}

    # --- figures ---------------------------------------------------------------------------------------

    def validate(self) -> dict[str, float]:
        """Return balanced accuracy by attribute, and that of the benchmark's where they are clearly seen."""
        every, clear = Tally(CLASSES, WORN), Tally(CLASSES, WORN)
        for number, verdict in self._verdicts(range(len(self.held_out))):
            record = self.held_out.records[number]
            every.add(verdict, record.classes, record.worn)
            if clearly_seen(record.framing, record.traits["view"]):
                clear.add(verdict, record.classes, record.worn)
        seen = clear.figures()
        return every.figures() | {f"{name} clearly seen": seen[name] for name in BENCHMARK if name in seen}

    def _verdicts(self, numbers: Sequence[int]) -> Iterator[tuple[int, Verdict]]:
        """Yield what is said of held-out pictures, batches of one size at a time."""
        sizes = {self.held_out.records[n].size for n in numbers}
        for size in sorted(sizes):
            members = [n for n in numbers if self.held_out.records[n].size == size]
            for first in range(0, len(members), MEASURED):
                some = members[first : first + MEASURED]
                batch = pictures.to_tensor([np.asarray(self.held_out.picture(n)) for n in some])
                logits = {name: value.float().cpu() for name, value in self.net(batch.to(self.recipe.device)).items()}
                yield from zip(some, verdicts_from(logits, self.net.config), strict=True)

    def sheet(self) -> Sheet:
        """Return held-out pictures with what is said wrongly of them."""
        count = min(SHEET_ROWS * SHEET_COLUMNS, len(self.held_out))
        shown = [
            captioned(np.asarray(self.held_out.picture(number)), mistakes(verdict, self.held_out.records[number]))
            for number, verdict in self._verdicts(range(count))
        ]
        return grid([shown[first : first + SHEET_COLUMNS] for first in range(0, count, SHEET_COLUMNS)])

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        net = JudgeNet(self.net.config)
        net.load_state_dict(self.net.state_dict())
        Judge(net).save_pretrained(folder / "judge", dict(metadata))


def opened(cache: Path, recipe: JudgeRecipe, field: str, listener: Listener) -> PoolFiles:
    """Return one of the recipe's pools, of single characters. Raises `TrainError`."""
    settings = getattr(recipe, field)
    if settings.pairs > 0:
        raise TrainError(f"{field}.pairs: must be 0, for a judge is asked about one character")
    pool = open_pool(cache, settings, listener)
    if any(len(record.worn) != len(WORN) or record.classes.keys() != CLASSES.keys() for record in pool.records):
        raise TrainError(f"{pool.folder}: does not say what its pictures show; delete it, and it will be drawn anew")
    return pool


def truths_of(records: Sequence[Record]) -> dict[str, Tensor]:
    """Return attribute → (n,) classes, and `worn` → (n, accessories) 0 or 1; `UNSEEN` where a picture shows none."""
    found = {
        name: torch.tensor([UNSEEN if (k := record.classes[name]) is None else k for record in records])
        for name in CLASSES
    }
    found["worn"] = torch.tensor([[UNSEEN if mark is None else int(mark) for mark in r.worn] for r in records])
    return found


def balanced(truths: Tensor, classes: int, amount: float) -> Tensor:
    """Return a weight for each class: at `amount` 1 all classes weigh the same altogether, at 0 all pictures do.

    truths (n,), with `UNSEEN` left out; the weights' mean over the pictures is 1.
    """
    counts = torch.bincount(truths[truths != UNSEEN], minlength=classes).float()
    weights = counts.clamp_min(1.0) ** -amount
    return weights * counts.sum().clamp_min(1.0) / (weights * counts).sum().clamp_min(1e-9)


def entropy(logits: Tensor, truths: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted cross-entropy of logits (B, classes) where truths (B,) are seen; 0 if none is."""
    losses = functional.cross_entropy(
        logits.float(), truths, weights.to(logits.device), ignore_index=UNSEEN, reduction="none"
    )
    return losses.sum() / (truths != UNSEEN).sum().clamp_min(1)


def worn_entropy(logits: Tensor, truths: Tensor, weights: Tensor) -> Tensor:
    """Return the weighted binary cross-entropy of (B, accessories), each with weights (accessories, 2), where seen."""
    seen = (truths != UNSEEN).float()
    marks = (truths == 1).float()
    weight = torch.where(marks > 0, weights.to(logits.device)[:, 1], weights.to(logits.device)[:, 0]) * seen
    losses = functional.binary_cross_entropy_with_logits(logits.float(), marks, weight, reduction="none")
    return losses.sum() / seen.sum().clamp_min(1.0)


def part_shares(parts: Tensor, cells: tuple[int, int]) -> Tensor:
    """Return the share of each part in each of (h, w) cells, (B, parts, h, w), of labels (B, H, W)."""
    single = functional.one_hot(parts, len(Part)).permute(0, 3, 1, 2).float()
    return functional.adaptive_avg_pool2d(single, cells)


def astray(attention: Tensor, shares: Tensor) -> Tensor:
    """Return −log of how much of the attention (B, questions, places, cells) lies where it should, by parts' shares.

    shares (B, parts, cells). A cell counts wholly as soon as half of it is the part; questions about parts that a
    picture lacks do not count.
    """
    wanted = [LOOKED_AT[name] for name in CLASSES] + [WORN_AT] * len(WORN)
    masks = torch.stack([(2 * shares[:, list(parts)].sum(1)).clamp_max(1.0) for parts in wanted], 1)
    there = (masks.amax(-1) >= 1.0).float()
    lost = -(attention.float() * masks[:, :, None]).sum(-1).clamp_min(1e-6).log().mean(-1) * there
    return lost.sum() / there.sum().clamp_min(1.0)


def mistakes(verdict: Verdict, record: Record) -> str:
    """Return in a few words what a verdict has wrong, the answer before the truth."""
    seen = {name: CLASSES[name][number] for name, number in record.classes.items() if number is not None}
    wrong = [f"{verdict.classes[name]} ({truth})" for name, truth in seen.items() if verdict.classes[name] != truth]
    for name, truth in zip(WORN, record.worn, strict=True):
        if truth is not None and truth != (name in verdict.worn):
            wrong.append(f"{'no ' if truth else '+'}{name}")
    return ", ".join(wrong)

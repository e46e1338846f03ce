"""The eyes: parts, people in their poses, and clicks, all from one trunk.

Taught on drawings in every style but the held-out one, recoloured, recoded, turned and zoomed, since they must serve
drawings from elsewhere; measured on unseen characters, and on the held-out style as well. For a while pictures are
halved, four times as many at once: postures are learned from many pictures sooner than from fine ones.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from animeadapter.control.openpose_picture import draw_pose
from animeadapter.metrics.keypoints import KeypointTally
from animeadapter.metrics.overlap import iou, mean_part, part_ious
from animeadapter.protocol.parts import COLOURS
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.seeds import rng
from animeadapter.train.settings import EyesRecipe
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import augment, pictures
from animeadapter.train.tasks.eyes_losses import click_losses, part_losses, people_losses
from animeadapter.train.tasks.eyes_targets import Shown, around, clickable, inside, moved, people_maps
from animeadapter.vision.eyes import Eyes, Look
from animeadapter.vision.eyes_net import EyesNet
from animeadapter.vision.trunk import STRIDE, EyesConfig

PART_COLOURS = np.array(COLOURS, np.uint8)
SHEET_SIDE = 256
SEEN_ON_SHEET = (5, 3)
"""Pictures of the house's manner, and of the held-out one."""


class EyesTask:
    """Parts pixel by pixel, people by their joints, masks by clicks."""

    def __init__(self, recipe: EyesRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        self.strangers = open_pool(cache, recipe.strangers, listener)
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        torch.manual_seed(recipe.seed)
        self.net = EyesNet(EyesConfig(widths=recipe.widths, back=recipe.back))
        self.modules = {"vision": self.net}
        self.whole_step = round(recipe.halved_until * recipe.steps)
        self.members = grouped(self.pool)

    def on_step(self, step: int, ema: Ema) -> None:
        """Nothing changes on the way."""

    # --- batches ---------------------------------------------------------------------------------------

    def batch(self, step: int) -> Batch:
        recipe, random = self.recipe, rng(self.recipe.seed, "batch", step)
        shrink = 2 if step < self.whole_step else 1
        sizes = sorted(self.members)
        counts = np.array([len(self.members[size]) for size in sizes], np.float64)
        size = sizes[int(random.choice(len(sizes), p=counts / counts.sum()))]
        numbers = self.members[size][random.integers(len(self.members[size]), size=recipe.batch * shrink**2)]
        canvas = (rounded(size[0] // shrink), rounded(size[1] // shrink))
        shown = [self._sample(int(number), canvas, random) for number in numbers]
        maps = [people_maps(one) for one in shown]
        return {
            "pictures": pictures.to_tensor([one.picture for one in shown]),
            "parts": torch.from_numpy(np.stack([parts_of(one.labels) for one in shown])).long(),
            **{name: torch.from_numpy(np.stack([m[name] for m in maps])) for name in maps[0]},
            **prompts([one.labels for one in shown], recipe.prompts, recipe.boxed, random),
        }

    def _sample(self, number: int, canvas: tuple[int, int], random: np.random.Generator) -> Shown:
        """Return an altered picture on a canvas of (width, height)."""
        picture, labels = np.asarray(self.pool.picture(number)), np.asarray(self.pool.labels(number))
        zoom = self.recipe.zoom if random.random() < self.recipe.zoomed else (0.97, 1.0)
        shown = moved(picture, labels, self.pool.row(number, "poses"), canvas, random, zoom)
        changed = shown.picture
        if random.random() < self.recipe.colour_jitter:
            changed = augment.recoloured(changed, random)
        if random.random() < self.recipe.recoded:
            changed = augment.recoded(changed, random)
        return Shown(changed, shown.labels, shown.joints)

    # --- losses ----------------------------------------------------------------------------------------

    def loss(self, batch: Batch, step: int) -> Losses:
        recipe = self.recipe
        seen = self.net(batch["pictures"])
        losses = part_losses(seen.parts.float(), batch["parts"], recipe.edge_weight)
        losses |= people_losses(seen, batch)
        losses |= click_losses(self.net.clicks, seen.embedding, batch)
        losses["loss"] = (
            losses["foreground"] + losses["dice"] + losses["parts"] + recipe.shapes * losses["shapes"]
            + recipe.people * (losses["joints"] + losses["centres"] + losses["has"])
            + recipe.people * (2.0 * losses["limbs"] + losses["own"])
            + recipe.clicks * (losses["click"] + losses["clicks"] + losses["quality"])
        )  # fmt: skip
        return losses

    # --- figures ---------------------------------------------------------------------------------------

    def validate(self) -> dict[str, float]:
        """Return IoUs of foreground, parts and clicks, and AKD, MKR and Fail; on the held-out style, too."""
        figures: dict[str, float] = {}
        for name, pool in (("", self.held_out), (" strange style", self.strangers)):
            figures |= {f"{key}{name}": value for key, value in measure(Eyes(self.net, careful=False), pool).items()}
        self.net.requires_grad_(True).train()
        return figures

    def sheet(self) -> Sheet:
        """Return pictures of both held-out kinds with the poses found; below them their parts and people, guessed
        and true."""
        columns = []
        eyes = Eyes(self.net, careful=False)
        for pool, count in zip((self.held_out, self.strangers), SEEN_ON_SHEET, strict=True):
            for number in range(min(count, len(pool))):
                look = eyes.look(np.asarray(pool.picture(number)))
                truth = parts_of(np.asarray(pool.labels(number)))
                columns.append([_fitted(one) for one in (_posed(pool, number, look), PART_COLOURS[look.parts],
                                                         PART_COLOURS[truth], _people(look))])  # fmt: skip
        self.net.requires_grad_(True).train()
        return grid([list(row) for row in zip(*columns, strict=True)])

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        net = EyesNet(self.net.config)
        net.load_state_dict(self.net.state_dict())
        Eyes(net).save_pretrained(folder / "vision")
        halve(folder / "vision", metadata)


def grouped(pool: PoolFiles) -> dict[tuple[int, int], NDArray[np.int64]]:
    """Return size → numbers of all pictures that have it, references too."""
    sizes = sorted({record.size for record in pool.records})
    return {size: np.array([r.number for r in pool.records if r.size == size], np.int64) for size in sizes}


def rounded(side: int) -> int:
    """Return the next multiple of what the net needs."""
    return -(-side // STRIDE) * STRIDE


def prompts(labels: list[Bytes], count: int, boxed: float, random: np.random.Generator) -> Batch:
    """Return `count` things to click at for each picture: masks at half size, a point in each, a box about each."""
    masks, points, boxes = [], [], []
    for some in labels:
        wanted = [clickable(some, random) for _ in range(count)]
        height, width = some.shape
        small = [
            cv2.resize(m.astype(np.float32), (width // 2, height // 2), interpolation=cv2.INTER_AREA) for m in wanted
        ]
        masks.append(np.stack(small))
        points.append([inside(mask, random) for mask in wanted])
        boxes.append([around(mask, random) for mask in wanted])
    return {
        "masks": torch.from_numpy(np.stack(masks)).float().round(),
        "points": torch.tensor(points, dtype=torch.float32),
        "boxes": torch.tensor(boxes, dtype=torch.float32),
        "boxed": torch.from_numpy(random.random(len(labels)) < boxed),
    }


def measure(eyes: Eyes, pool: PoolFiles) -> dict[str, float]:
    """Return the figures of a pool of drawings."""
    found: dict[str, list[float]] = {}
    tallies = {people: KeypointTally() for people in (1, 2)}
    for record in pool.records:
        look = eyes.look(np.asarray(pool.picture(record.number)))
        labels = np.asarray(pool.labels(record.number))
        for key, value in part_ious(look.parts, parts_of(labels)).items():
            found.setdefault(key, []).append(value)
        random = rng(pool.index.pool.seed, "clicks", record.number)
        mask = clickable(labels, random)
        clicked = look.click([inside(mask, random)], [True]) > 0
        boxed = look.click([], [], around(mask, random)) > 0
        found.setdefault("click", []).append(iou(clicked, mask))
        found.setdefault("box", []).append(iou(boxed, mask))
        tallies[record.people].add(pool.poses(record.number), [person.pose for person in look.people])
    figures = {key: float(np.mean(values)) for key, values in sorted(found.items())}
    if not math.isnan(mean := mean_part(figures)):
        figures["mean part"] = mean
    for people, tally in tallies.items():
        known = {key: value for key, value in tally.figures().items() if not math.isnan(value)}
        figures |= {f"{key} of {people}": value for key, value in known.items()}
    return figures


def _posed(pool: PoolFiles, number: int, look: Look) -> Bytes:
    """Return a picture, paled, under the skeletons found in it."""
    pale = (np.asarray(pool.picture(number)) * 0.45).astype(np.uint8)
    skeletons = draw_pose([person.pose for person in look.people], look.size)
    return np.maximum(pale, skeletons)


def _people(look: Look) -> Bytes:
    """Return who is where, each person in a colour."""
    shown = np.full((look.size[1], look.size[0], 3), 245, np.uint8)
    for person, colour in zip(look.people, PART_COLOURS[1:]):
        shown[person.mask > 0] = colour
    return shown


def _fitted(picture: Bytes) -> Bytes:
    """Return a picture in the middle of a square."""
    square, _ = pictures.in_square(picture, np.zeros(picture.shape[:2], np.uint8), SHEET_SIDE)
    return square

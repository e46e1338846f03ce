"""Image and text encoder, CLIP's way, with three helpers that small batches need.

Beside the contrast of pictures and captions the picture's tags are named one by one, a character is found among
others by its drawing in another manner, and every patch tells which parts it shows. The helpers' heads are thrown
away; what stays is a stock `CLIPVisionModelWithProjection`, a stock `CLIPTextModel` whose state at the end token is
the caption's embedding, and a `CLIPTokenizer`. For most of the time a picture shows only a random half of its
patches, which is twice as fast and hardly worse (Li et al. 2023, arXiv:2212.00794).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional
from transformers import CLIPTextConfig, CLIPTextModel, CLIPVisionConfig, CLIPVisionModelWithProjection

from animeadapter.protocol.files import write_file
from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.train import tokens
from animeadapter.train.cache.pool import PoolFiles, open_pool
from animeadapter.train.cache.records import Bytes, parts_of
from animeadapter.train.ema import Ema
from animeadapter.train.events import Listener
from animeadapter.train.export import halve
from animeadapter.train.seeds import rng
from animeadapter.train.settings import EncodersRecipe
from animeadapter.train.sheets import grid
from animeadapter.train.task import Batch, Losses, Sheet
from animeadapter.train.tasks import augment, pictures
from animeadapter.vision.pictures import to_square

MOST_SHARP = 100.0
"""Largest factor on similarities."""
COLOURS = frozenset(palette.HAIR) | frozenset(palette.EYES)
MEASURED = 32
"""Pictures that are encoded together when figures are taken."""


class Heads(nn.Module):
    """What is thrown away after training: tags, identity and parts from the image encoder's states."""

    def __init__(self, width: int, tags: int) -> None:
        super().__init__()
        self.tags = nn.Linear(2 * width, tags)
        self.identity = nn.Linear(2 * width, width, bias=False)
        self.parts = nn.Linear(width, len(Part))
        self.sharpness = nn.Parameter(torch.tensor([math.log(10.0), math.log(10.0)]))
        """Logarithm of the factor on similarities of captions, and of identities."""
        nn.init.constant_(self.tags.bias, -2.5)


class EncodersTask:
    """Pairs of drawings of the same characters, with their captions."""

    def __init__(self, recipe: EncodersRecipe, cache: Path, listener: Listener) -> None:
        self.recipe = recipe
        self.pool = open_pool(cache, recipe.pool, listener)
        self.held_out = open_pool(cache, recipe.held_out, listener)
        self.renderer = self.pool.renderer
        self.upstream: dict[str, str] = {}
        self.tags = tokens.vocabulary([record.tags for record in self.pool.records], recipe.least)
        self.numbers = {tag: number for number, tag in enumerate(self.tags)}
        self.tokenizer = tokens.build_tokenizer(self.tags)
        torch.manual_seed(recipe.seed)
        self.image_encoder = build_image_encoder(recipe)
        self.text_encoder = build_text_encoder(recipe, self.tokenizer)
        for encoder in (self.image_encoder, self.text_encoder):
            # On processors the fused kernel's backward pass takes longer than everything else together.
            encoder.set_attn_implementation("eager" if recipe.device == "cpu" else "sdpa")
        self.heads = Heads(recipe.vision_width, len(self.tags))
        self.modules = {"image_encoder": self.image_encoder, "text_encoder": self.text_encoder, "heads": self.heads}
        self.identities = sorted(self.pool.by_identity)
        self.whole_step = round(recipe.whole_from * recipe.steps)

    def on_step(self, step: int, ema: Ema) -> None:
        """Nothing changes on the way."""

    # --- batches ---------------------------------------------------------------------------------------

    def batch(self, step: int) -> Batch:
        """Return drawings, the first half targets, the second half references of the same characters."""
        recipe, random = self.recipe, rng(self.recipe.seed, "batch", step)
        who = random.choice(len(self.identities), recipe.batch // 2, replace=False)
        groups = [self.identities[int(w)] for w in who]
        numbers = [_one(self.pool.by_identity[g], random) for g in groups]
        numbers += [_one(self.pool.references[g], random) for g in groups]
        captions = [tokens.caption(self._known(self.pool, n), random) for n in numbers]
        samples = [self._square(self.pool, n) for n in numbers]
        shown = [augment.recoded(p, random) if random.random() < recipe.recoded else p for p, _ in samples]
        return {
            "pictures": pictures.to_tensor(shown),
            "parts": torch.from_numpy(np.stack([part_shares(m, self.recipe.side // recipe.patch) for _, m in samples])),
            "ids": tokens.encode(self.tokenizer, captions),
            "tags": torch.from_numpy(np.stack([self._marked(self.pool, n) for n in numbers])),
        }

    def _known(self, pool: PoolFiles, number: int) -> list[str]:
        return [tag for tag in pool.records[number].tags if tag in self.numbers]

    def _marked(self, pool: PoolFiles, number: int) -> NDArray[np.float32]:
        """Return which of the vocabulary's tags a picture has."""
        marks = np.zeros(len(self.tags), np.float32)
        marks[[self.numbers[tag] for tag in self._known(pool, number)]] = 1
        return marks

    def _square(self, pool: PoolFiles, number: int) -> tuple[Bytes, Bytes]:
        """Return picture and parts in the encoder's square."""
        parts = parts_of(np.asarray(pool.labels(number)))
        return pictures.in_square(np.asarray(pool.picture(number)), parts, self.recipe.side)

    # --- losses ----------------------------------------------------------------------------------------

    def loss(self, batch: Batch, step: int) -> Losses:
        recipe = self.recipe
        states, seen = self._states(batch["pictures"], recipe.kept if step < self.whole_step else 1.0)
        text = self.text_encoder(batch["ids"]).pooler_output.float()
        image, summary = self._embeddings(states)
        sharp = self.heads.sharpness.exp().clamp_max(MOST_SHARP)
        half = recipe.batch // 2
        identity = functional.normalize(self.heads.identity(summary).float(), dim=-1)
        named = functional.binary_cross_entropy_with_logits(
            self.heads.tags(summary).float(), batch["tags"], reduction="none"
        )
        parts = self.heads.parts(states[:, 1:]).float().log_softmax(-1)
        wanted = torch.gather(batch["parts"], 1, seen[..., None].expand(-1, -1, len(Part)))
        losses = {
            "contrast": contrast(image, functional.normalize(text, dim=-1), sharp[0]),
            "identity": contrast(identity[:half], identity[half:], sharp[1]),
            "tags": named.sum(-1).mean() / 10.0,
            "parts": -(parts * wanted).sum(-1).mean(),
        }
        losses["loss"] = (
            recipe.contrast * losses["contrast"]
            + recipe.identity * losses["identity"]
            + recipe.tags * losses["tags"]
            + recipe.parts * losses["parts"]
        )
        return losses

    def _states(self, pixels: Tensor, kept: float) -> tuple[Tensor, Tensor]:
        """Return the last states (B, 1 + n, d) of n shown patches, and their numbers (B, n)."""
        vision = self.image_encoder.vision_model
        embedded = vision.embeddings(pixels)
        count = embedded.shape[1] - 1
        seen = torch.rand(len(pixels), count, device=pixels.device).argsort(1)[:, : max(1, round(kept * count))]
        if kept == 1.0:
            seen = torch.arange(count, device=pixels.device).expand(len(pixels), -1)
        shown = torch.gather(embedded[:, 1:], 1, seen[..., None].expand(-1, -1, embedded.shape[-1]))
        states = vision.pre_layrnorm(torch.cat([embedded[:, :1], shown], 1))
        return vision.encoder(inputs_embeds=states).last_hidden_state, seen

    def _embeddings(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Return normalised image embeddings (B, e), and summaries (B, 2 d): class token and mean of the patches."""
        pooled = self.image_encoder.vision_model.post_layernorm(states[:, 0])
        image = functional.normalize(self.image_encoder.visual_projection(pooled).float(), dim=-1)
        return image, torch.cat([pooled, states[:, 1:].mean(1)], -1)

    # --- figures ---------------------------------------------------------------------------------------

    def validate(self) -> dict[str, float]:
        """Return how often captions, pictures and characters are found among all held-out ones, and tags named."""
        told = self._tell(self.held_out)
        targets = [n for n, record in enumerate(self.held_out.records) if record.role == "target"]
        others = [int(self.held_out.references[self.held_out.records[n].identity][0]) for n in targets]
        likeness = told["image"] @ told["text"].T
        chance = told["tags"].sigmoid()
        truth = torch.from_numpy(np.stack([self._marked(self.held_out, n) for n in range(len(self.held_out))]))
        figures = {
            "caption of picture": recall(likeness),
            "picture of caption": recall(likeness.T),
            "character": recall(told["identity"][others] @ told["identity"][targets].T),
            "character by image embedding": recall(told["image"][others] @ told["image"][targets].T),
            "tags F1": f1(chance > 0.5, truth > 0.5),
            "parts": float(told["parts"].mean()),
        }
        for end in ("_hair", "_eyes"):
            figures[f"colour{end}"] = self._slot(chance, truth, end)
        return figures

    def _slot(self, chance: Tensor, truth: Tensor, end: str) -> float:
        """Return how often the likeliest colour of hair or eyes is the true one."""
        places = [n for tag, n in self.numbers.items() if tag.endswith(end) and tag.removesuffix(end) in COLOURS]
        if not places:
            return 0.0
        some = truth[:, places].sum(-1) == 1
        right = chance[some][:, places].argmax(-1) == truth[some][:, places].argmax(-1)
        return float(right.float().mean())

    def _tell(self, pool: PoolFiles) -> dict[str, Tensor]:
        """Return what the encoders make of every picture of a pool and of its caption."""
        found: dict[str, list[Tensor]] = {}
        for first in range(0, len(pool), MEASURED):
            numbers = range(first, min(first + MEASURED, len(pool)))
            samples = [self._square(pool, n) for n in numbers]
            batch = pictures.to_tensor([p for p, _ in samples]).to(self.recipe.device)
            states, _ = self._states(batch, 1.0)
            image, summary = self._embeddings(states)
            ids = tokens.encode(self.tokenizer, [" ".join(self._known(pool, n)) for n in numbers])
            text = self.text_encoder(ids.to(self.recipe.device)).pooler_output.float()
            shares = np.stack([part_shares(m, self.recipe.side // self.recipe.patch) for _, m in samples])
            guessed = self.heads.parts(states[:, 1:]).argmax(-1).cpu()
            some: dict[str, Tensor] = {
                "image": image,
                "text": functional.normalize(text, dim=-1),
                "identity": functional.normalize(self.heads.identity(summary).float(), dim=-1),
                "tags": self.heads.tags(summary).float(),
                "parts": (guessed == torch.from_numpy(shares).argmax(-1)).float().mean(-1),
            }
            for name, value in some.items():
                found.setdefault(name, []).append(value.cpu())
        return {name: torch.cat(values) for name, values in found.items()}

    def sheet(self) -> Sheet:
        """Return references, and beside each the targets that its embedding finds, the nearest first."""
        told = self._tell(self.held_out)
        targets = [n for n, record in enumerate(self.held_out.records) if record.role == "target"]
        rows = []
        for target in targets[:8]:
            query = int(self.held_out.references[self.held_out.records[target].identity][0])
            nearest = (told["identity"][targets] @ told["identity"][query]).argsort(descending=True)[:4]
            chosen = [query, target, *(targets[int(k)] for k in nearest)]
            rows.append([to_square(np.asarray(self.held_out.picture(n)), 128)[0] for n in chosen])
        return grid(rows)

    def export(self, folder: Path, metadata: Mapping[str, str]) -> None:
        tokens.save_tokenizer(self.tokenizer, folder / "tokenizer", self.tags)
        for name in ("text_encoder", "image_encoder"):
            self.modules[name].save_pretrained(folder / name)
            halve(folder / name, metadata)
        side = self.recipe.side
        config = {
            "image_processor_type": "CLIPImageProcessor",
            "size": {"shortest_edge": side},
            "crop_size": {"height": side, "width": side},
            "image_mean": [0.5] * 3,
            "image_std": [0.5] * 3,
        }
        write_file(folder / "image_encoder" / "preprocessor_config.json", json.dumps(config, indent=2).encode() + b"\n")


def build_image_encoder(recipe: EncodersRecipe) -> CLIPVisionModelWithProjection:
    """Return a fresh image encoder; its embeddings are as wide as the text encoder's states."""
    return CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=recipe.vision_width,
            intermediate_size=4 * recipe.vision_width,
            projection_dim=recipe.text_width,
            num_hidden_layers=recipe.vision_layers,
            num_attention_heads=recipe.vision_heads,
            image_size=recipe.side,
            patch_size=recipe.patch,
            hidden_act="gelu",
        )
    )


def build_text_encoder(recipe: EncodersRecipe, tokenizer: Any) -> CLIPTextModel:
    """Return a fresh text encoder for a tokenizer."""
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(tokenizer),
            hidden_size=recipe.text_width,
            intermediate_size=4 * recipe.text_width,
            projection_dim=recipe.text_width,
            num_hidden_layers=recipe.text_layers,
            num_attention_heads=recipe.text_heads,
            max_position_embeddings=tokenizer.model_max_length,
            hidden_act="gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def part_shares(labels: Bytes, cells: int) -> NDArray[np.float32]:
    """Return which share of each of cells² patches, row by row, is which part: (cells², parts), from labels (s, s)."""
    size = labels.shape[0] // cells
    patches = labels.reshape(cells, size, cells, size).transpose(0, 2, 1, 3).reshape(cells * cells, size * size)
    return np.stack([(patches == part).mean(1) for part in Part], axis=1).astype(np.float32)


def contrast(one: Tensor, other: Tensor, sharpness: Tensor) -> Tensor:
    """Return the symmetric InfoNCE loss of unit vectors (B, e) that belong together row by row."""
    logits = sharpness * one @ other.T
    places = torch.arange(len(one), device=one.device)
    return (functional.cross_entropy(logits, places) + functional.cross_entropy(logits.T, places)) / 2


def recall(likeness: Tensor) -> float:
    """Return how often a row's largest entry stands on the diagonal."""
    return float((likeness.argmax(-1) == torch.arange(len(likeness))).float().mean())


def f1(found: Tensor, truth: Tensor) -> float:
    """Return the harmonic mean of precision and recall over all tags of all pictures."""
    both = float((found & truth).sum())
    return 2 * both / max(1.0, float(found.sum() + truth.sum()))


def _one(numbers: NDArray[np.int64], random: np.random.Generator) -> int:
    return int(numbers[random.integers(len(numbers))])

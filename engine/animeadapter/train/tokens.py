"""The embedded pack's tokenizer: every learned Danbooru tag is one token, any other text falls into pieces.

A stock `CLIPTokenizer` needs four or five tokens for `looking_at_viewer,`. As tags are all that the pack reads, each
is an added token of its own; below them lies a byte-level vocabulary, so that no text is refused. Captions are tags
in the renderer's order, separated by spaces.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers.pre_tokenizers import ByteLevel
from torch import Tensor
from transformers import AddedToken, CLIPTokenizer

from animeadapter.protocol.files import read_file, write_file

LENGTH = 64
"""Tokens that the text encoder reads, start and end included."""
START, END = "<|startoftext|>", "<|endoftext|>"
VOCABULARY = "tags.json"


def build_tokenizer(tags: Sequence[str], length: int = LENGTH) -> CLIPTokenizer:
    """Return a tokenizer that knows these tags."""
    letters = sorted(ByteLevel.alphabet())
    pieces = [*letters, *(f"{letter}</w>" for letter in letters), START, END]
    tokenizer = CLIPTokenizer(
        vocab={piece: number for number, piece in enumerate(pieces)},
        merges=[],
        model_max_length=length,
        unk_token=END,
        bos_token=START,
        eos_token=END,
        pad_token=END,
    )
    tokenizer.add_tokens([AddedToken(tag, single_word=True, normalized=False) for tag in tags])
    return tokenizer


def save_tokenizer(tokenizer: CLIPTokenizer, folder: Path, tags: Sequence[str]) -> None:
    """Write the transformers folder, and beside it the tags that it knows."""
    tokenizer.save_pretrained(folder)
    write_file(folder / VOCABULARY, json.dumps(list(tags), indent=0).encode() + b"\n")


def read_tags(folder: Path) -> tuple[str, ...]:
    """Return the tags that a saved tokenizer knows."""
    return tuple(json.loads(read_file(folder / VOCABULARY)))


def encode(tokenizer: Any, captions: Sequence[str]) -> Tensor:
    """Return token ids (B, length), padded as stock pipelines pad them."""
    found: Tensor = tokenizer(
        list(captions),
        padding="max_length",
        max_length=tokenizer.model_max_length,
        truncation=True,
        return_tensors="pt",
    ).input_ids
    return found


def caption(
    tags: Sequence[str],
    random: np.random.Generator,
    *,
    shuffled: float = 0.15,
    commas: float = 0.2,
    dropped: float = 0.1,
) -> str:
    """Return a caption of tags: now and then in another order, with commas, or with a share of the tags left out.

    Tags keep the renderer's order most of the time, because they bind sooner so. `dropped` is the chance that a
    random share, up to four fifths, of the tags is left out.
    """
    chosen = list(tags)
    if random.random() < dropped and len(chosen) > 2:
        kept = random.random(len(chosen)) > random.uniform(0.0, 0.8)
        chosen = [tag for tag, keep in zip(chosen, kept, strict=True) if keep]
    if random.random() < shuffled:
        chosen = [chosen[k] for k in random.permutation(len(chosen))]
    return (", " if random.random() < commas else " ").join(chosen)


def vocabulary(captions: Sequence[Sequence[str]], least: int) -> tuple[str, ...]:
    """Return the tags that stand in at least so many captions, in alphabetical order."""
    counts: dict[str, int] = {}
    for tags in captions:
        for tag in tags:
            counts[tag] = counts.get(tag, 0) + 1
    return tuple(sorted(tag for tag, count in counts.items() if count >= least))


def empty_ids(tokenizer: Any) -> Tensor:
    """Return the token ids (1, length) of the empty prompt."""
    return encode(tokenizer, [""]).to(torch.int64)

"""The embedded pack as it ships: small, whole, made by this renderer, loaded by stock classes."""

from __future__ import annotations

import json
from pathlib import Path

import diffusers
import pytest
import torch
import transformers
from safetensors import safe_open

import komawari_resources
from animeadapter.packs.load import load_pack, verify
from animeadapter.packs.manifest import read_manifest
from animeadapter.synthetic import BUCKETS, version
from animeadapter.synthetic.vocabulary import danbooru_tags

MINI = komawari_resources.path("models", "mini")
MOST_BYTES = 56_000_000
WEIGHTS = sorted(MINI.rglob("*.safetensors"))


def test_the_pack_is_small_and_every_file_is_the_manifests() -> None:
    manifest = read_manifest(MINI)
    verify(MINI, manifest)
    assert sum(path.stat().st_size for path in MINI.rglob("*") if path.is_file()) <= MOST_BYTES
    assert manifest.sizes == BUCKETS and manifest.licence == "Apache-2.0"


@pytest.mark.parametrize("path", WEIGHTS, ids=lambda path: path.parent.name)
def test_weights_are_half_precision_and_carry_the_renderers_version(path: Path) -> None:
    with safe_open(path, "pt") as file:
        assert (file.metadata() or {})["renderer"] == version()
        kinds = {file.get_tensor(name).dtype for name in file.keys()}  # noqa: SIM118 - it is no mapping
    assert kinds == {torch.float16}


def test_its_vocabulary_is_danbooru_tags_of_one_token_each() -> None:
    tags = read_manifest(MINI).vocabulary
    assert tags and len(tags) > 500 and set(tags) <= danbooru_tags()
    tokenizer = transformers.CLIPTokenizer.from_pretrained(MINI / "tokenizer", local_files_only=True)
    ids = tokenizer(" ".join(tags[:60])).input_ids
    assert len(ids) == 62 and tokenizer.eos_token_id != 2


def test_stock_classes_load_the_parts() -> None:
    text = transformers.CLIPTextModel.from_pretrained(MINI / "text_encoder", local_files_only=True)
    vision = transformers.CLIPVisionModelWithProjection.from_pretrained(MINI / "image_encoder", local_files_only=True)
    vae = diffusers.AutoencoderTiny.from_pretrained(MINI / "vae", local_files_only=True)
    config = vision.config
    assert (config.num_hidden_layers, config.image_size // config.patch_size) == (16, 16)
    assert config.projection_dim == text.config.hidden_size
    latents = vae.encode(torch.zeros(1, 3, 208, 312).permute(0, 1, 3, 2)).latents
    assert latents.shape == (1, 4, 39, 26) and vae.config.scaling_factor == 1.0


def test_latents_of_drawings_are_normalised() -> None:
    from animeadapter.synthetic.command import sample

    vae = load_pack(MINI).part("vae")
    pictures = [torch.from_numpy(sample(41, number, (256, 256)).image.copy()) for number in range(16)]
    with torch.no_grad():
        latents = vae.encode(torch.stack(pictures).permute(0, 3, 1, 2) / 127.5 - 1).latents
    assert float(latents.mean().abs()) < 0.15 and 0.8 < float(latents.std()) < 1.25


def test_every_part_says_what_it_was_made_of() -> None:
    told = [json.loads(path.read_text()) for path in sorted((MINI / "provenance").glob("*.json"))]
    assert told and all(entry["renderer"] == version() and entry["figures"] for entry in told)

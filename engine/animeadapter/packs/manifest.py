"""`pack.json`: what a pack is called, may be used for, was trained on, and which bytes belong to it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from animeadapter.packs.errors import PackError
from animeadapter.protocol.choices import SchedulerName, explain
from animeadapter.protocol.files import FileError, read_file, write_file
from animeadapter.protocol.request import Sha256, Side

NAME = "pack.json"
PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle", ".joblib"})
"""Names of files that can run code when they are loaded."""
INDEXED: dict[str, list[str | None]] = {
    "vae": ["diffusers", "AutoencoderTiny"],
    "text_encoder": ["transformers", "CLIPTextModel"],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "safety_checker": [None, None],
    "feature_extractor": [None, None],
    "image_encoder": ["transformers", "CLIPVisionModelWithProjection"],
}
"""A stock pipeline's parts, with their libraries and classes."""
FILE_PATH = Annotated[str, Meta(pattern=r"^(?!/)(?!.*\.\.)[^\\:]+\Z", max_length=300)]


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a request that leaves a value open gets with this pack."""

    scheduler: SchedulerName = "ddim"
    steps: Annotated[int, Meta(ge=1, le=200)] = 20
    guidance: Annotated[float, Meta(ge=0, le=50)] = 5.0
    edit_guidance: Annotated[float, Meta(ge=0, le=50)] | None = None
    """Where a mask is redrawn alone; None: the same. What stands round it holds the picture together there."""
    negative_prompt: str = ""
    reference_scale: Annotated[float, Meta(gt=0, le=4)] = 1.0
    """What a reference's scale of 1 stands for: adapters that trained for a short time speak too softly."""
    figures: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """How much of a drawing's steps each figure is drawn once more with, alone and large; 0: not."""
    heads: Annotated[float, Meta(ge=0, le=1)] = 0.0
    """The same of heads, after the figures."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A pack's own description."""

    name: Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*\Z", max_length=80)]
    title: Annotated[str, Meta(min_length=1, max_length=200)]
    licence: Annotated[str, Meta(min_length=1, max_length=200)]
    family: Literal["embedded", "sd15", "sdxl"]
    sizes: Annotated[tuple[tuple[Side, Side], ...], Meta(min_length=1)]
    """Native (width, height), the default first."""
    files: dict[FILE_PATH, Sha256]
    """Every file of the pack but this one, by its path with forward slashes."""
    description: str = ""
    vocabulary: tuple[str, ...] | None = None
    """Tags that the pack has learned, with underscores; None: any text."""
    calibration: Calibration = Calibration()
    renderer: str = ""
    """Version of the synthetic data it was trained on."""
    version: Literal[1] = 1

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the pack's parts, each a folder of its own, in alphabetical order."""
        return tuple(dict.fromkeys(path.split("/", 1)[0] for path in sorted(self.files) if "/" in path))

    @property
    def sha256(self) -> str:
        """Return the identity of the pack's files, whatever they are called by."""
        digest = hashlib.sha256()
        for path, sha in sorted(self.files.items()):
            digest.update(f"{path}\0{sha}\n".encode())
        return digest.hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a pack's folder. Raises `PackError`, which names the file and the field."""
    path = folder / NAME
    try:
        return msgspec.json.decode(read_file(path), type=Manifest)
    except FileError as error:
        raise PackError(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: {explain(str(error))}") from None


def seal(folder: Path, manifest: Manifest) -> Manifest:
    """Write the manifest of a folder with the hashes of the files that are in it now, and return it.

    Raises `PackError` if one of them is a pickle.
    """
    files = {path: file_sha256(folder / path) for path in pack_files(folder)}
    sealed = msgspec.structs.replace(manifest, files=files)
    text = msgspec.json.format(msgspec.json.encode(sealed, order="sorted"), indent=2)
    write_file(folder / NAME, text + b"\n")
    return sealed


def write_model_index(folder: Path) -> None:
    """Write `model_index.json`, by which stock Stable Diffusion pipelines load the folder themselves."""
    index: dict[str, object] = {"_class_name": "StableDiffusionPipeline", "requires_safety_checker": False}
    for part, fallback in INDEXED.items():
        index[part] = fallback
        config = folder / part / ("scheduler_config.json" if part == "scheduler" else "config.json")
        if config.is_file():
            raw = msgspec.json.decode(config.read_bytes())
            if "_class_name" in raw:
                index[part] = ["diffusers", raw["_class_name"]]
    write_file(folder / "model_index.json", msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n")


def pack_files(folder: Path) -> list[str]:
    """Return the paths of a pack's files, hidden ones and the manifest left out. Pickles are refused."""
    paths = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_dir() or any(part.startswith(".") for part in relative.parts) or relative.as_posix() == NAME:
            continue
        refuse_pickle(path)
        paths.append(relative.as_posix())
    return paths


def refuse_pickle(path: Path) -> None:
    """Raise `PackError` if a file's name says that it is a pickle."""
    if path.suffix.lower() in PICKLES:
        raise PackError(f"{path}: is a pickle, which can run code; only safetensors are loaded")


def file_sha256(path: Path) -> str:
    """Return the sha256 of a file of any size. Raises `PackError`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None

"""`Pack`: the parts of a model, each loaded once with its own library's `from_pretrained`, offline.

Weights on disk may be half precision; in memory they are `dtype`. What comes in by another name or shape than
the part's config says is refused, and so is a file that is not the one of the manifest.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from animeadapter.packs.errors import PackError
from animeadapter.packs.find import find_pack
from animeadapter.packs.manifest import Manifest, file_sha256, pack_files, read_manifest
from animeadapter.packs.weights import check_shapes, read_header

CLASSES: dict[str, dict[str, str]] = {
    "unet": {"UNet2DConditionModel": "diffusers"},
    "vae": {"AutoencoderTiny": "diffusers", "AutoencoderKL": "diffusers"},
    "t2i_adapter": {"T2IAdapter": "diffusers"},
    "lineart": {"T2IAdapter": "diffusers", "ControlNetModel": "diffusers"},
    "scribble": {"T2IAdapter": "diffusers", "ControlNetModel": "diffusers"},
    "text_encoder": {"CLIPTextModel": "transformers"},
    "text_encoder_2": {"CLIPTextModelWithProjection": "transformers"},
    "image_encoder": {"CLIPVisionModelWithProjection": "transformers"},
}
"""Part → class → library, for all parts that have weights. A config that names another class is refused."""
TOKENIZERS = {"tokenizer": "CLIPTokenizer", "tokenizer_2": "CLIPTokenizer"}
WEIGHTS = {"diffusers": "diffusion_pytorch_model.safetensors", "transformers": "model.safetensors"}
OLD_PREFIXES = ("", "text_model.", "vision_model.")
TOKENS = 77


class Pack:
    """One model pack. Parts are loaded when they are first asked for, and kept."""

    def __init__(self, folder: Path, device: str = "cpu", dtype: torch.dtype = torch.float32) -> None:
        self.folder = folder
        self.manifest: Manifest = read_manifest(folder)
        self.device = torch.device(device)
        self.dtype = dtype
        self._parts: dict[str, Any] = {}
        self._verified: set[str] = set()

    def has(self, part: str) -> bool:
        """Return whether the pack has a part (a folder of that name)."""
        return any(path.startswith(f"{part}/") for path in self.manifest.files)

    def path(self, part: str, *names: str) -> Path:
        """Return the path of a part, whose files are verified first. Raises `PackError`."""
        if not self.has(part):
            raise PackError(f"pack {self.manifest.name}: has no {part}")
        if part not in self._verified:
            verify(self.folder, self.manifest, part)
            self._verified.add(part)
        return self.folder.joinpath(part, *names)

    def part(self, name: str) -> Any:
        """Return a part, in evaluation mode and without gradients. Raises `PackError`."""
        if name not in self._parts:
            folder = self.path(name)
            self._parts[name] = self._load_tokenizer(folder) if name in TOKENIZERS else self._load_model(name, folder)
        return self._parts[name]

    def scheduler_config(self) -> dict[str, Any]:
        """Return the config of the pack's scheduler, from which any scheduler of its family can be made."""
        return read_config(self.path("scheduler", "scheduler_config.json"))

    @property
    def train_timesteps(self) -> int:
        """How many timesteps the pack's noise schedule has. Raises `PackError`."""
        return int(self.scheduler_config().get("num_train_timesteps", 1000))

    def memory(self) -> dict[str, int]:
        """Return part → bytes that its weights take in memory, from the files' heads alone."""
        size = torch.empty((), dtype=self.dtype).element_size()
        sizes: dict[str, int] = {}
        for path in self.manifest.files:
            if path.endswith(".safetensors"):
                part = path.split("/", 1)[0]
                sizes[part] = sizes.get(part, 0) + read_header(self.folder / path).weights * size
        return sizes

    def _load_tokenizer(self, folder: Path) -> Any:
        from transformers import CLIPTokenizer

        with _library_errors(folder), quiet():
            tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        if tokenizer.model_max_length > 10_000:
            tokenizer.model_max_length = TOKENS
        return tokenizer

    def _load_model(self, name: str, folder: Path) -> Any:
        if name not in CLASSES:
            raise PackError(f"pack {self.manifest.name}: {name} is no part that is known here")
        config = read_config(folder / "config.json")
        kind, library = _class_of(name, config, folder)
        weights = folder / WEIGHTS[library]
        with _library_errors(weights), quiet():
            check_shapes(weights, _expected(kind, config, library), OLD_PREFIXES)
            precision = {"torch_dtype" if library == "diffusers" else "dtype": self.dtype}
            model, info = kind.from_pretrained(
                folder, local_files_only=True, use_safetensors=True, output_loading_info=True, **precision
            )
        if info["missing_keys"]:
            raise PackError(f"{weights}: lacks {min(info['missing_keys'])}")
        return model.to(self.device).eval().requires_grad_(False)


def load_pack(name: str | Path, device: str = "cpu", dtype: torch.dtype = torch.float32) -> Pack:
    """Return a pack by name or path; its parts are loaded when they are asked for. Raises `PackError`."""
    return Pack(find_pack(name), device, dtype)


def verify(folder: Path, manifest: Manifest, part: str | None = None) -> None:
    """Check the files of a pack, or of one part, against the manifest. Raises `PackError` with the file."""
    start = f"{part}/" if part else ""
    present = {path for path in pack_files(folder) if path.startswith(start)}
    listed = {path: sha for path, sha in manifest.files.items() if path.startswith(start)}
    for path in sorted(listed.keys() - present):
        raise PackError(f"{folder / path}: is missing")
    for path in sorted(present - listed.keys()):
        raise PackError(f"{folder / path}: does not belong to the pack; its manifest does not list it")
    for path, sha in sorted(listed.items()):
        if file_sha256(folder / path) != sha:
            raise PackError(f"{folder / path}: is not the file of the manifest (its sha256 differs)")


def read_config(path: Path) -> dict[str, Any]:
    """Return a JSON object from a file. Raises `PackError`."""
    try:
        config = json.loads(path.read_bytes())
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise PackError(f"{path}: is not JSON: {error}") from None
    if not isinstance(config, dict):
        raise PackError(f"{path}: an object is needed")
    return config


def _class_of(part: str, config: dict[str, Any], folder: Path) -> tuple[Any, str]:
    """Return the class that a part's config names, and its library."""
    named = config.get("_class_name") or next(iter(config.get("architectures") or []), None)
    allowed = CLASSES[part]
    if named is not None and named not in allowed:
        raise PackError(f"{folder / 'config.json'}: {part} cannot be a {named}; it can be {' or '.join(allowed)}")
    name = named or next(iter(allowed))
    return getattr(importlib.import_module(allowed[name]), name), allowed[name]


def _expected(kind: Any, config: dict[str, Any], library: str) -> dict[str, tuple[int, ...]]:
    """Return tensor name → shape of a part as its config describes it, without allocating it."""
    with torch.device("meta"):
        model = kind.from_config(config) if library == "diffusers" else kind(kind.config_class.from_dict(config))
    return {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}


@contextlib.contextmanager
def _library_errors(path: Path) -> Iterator[None]:
    """Turn whatever a library says about a file into one line that names it."""
    try:
        yield
    except (OSError, ValueError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise PackError(f"{path}: cannot be loaded: {first}") from None


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Keep the libraries' progress bars and reports off the terminal; what matters is raised."""
    from diffusers.utils import logging as diffusers_logging
    from transformers.utils import logging as transformers_logging

    before = diffusers_logging.get_verbosity(), transformers_logging.get_verbosity()
    bars = transformers_logging.is_progress_bar_enabled()
    diffusers_logging.set_verbosity(logging.CRITICAL)
    transformers_logging.set_verbosity(logging.CRITICAL)
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        diffusers_logging.set_verbosity(before[0])
        transformers_logging.set_verbosity(before[1])
        if bars:
            transformers_logging.enable_progress_bar()

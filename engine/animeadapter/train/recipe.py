"""Recipes: TOML files beside the code, or a file of one's own."""

from __future__ import annotations

import difflib
import hashlib
from importlib import resources
from pathlib import Path

import msgspec

from animeadapter.protocol.choices import explain
from animeadapter.protocol.files import FileError, read_file
from animeadapter.train.any_recipe import AnyRecipe
from animeadapter.train.errors import TrainError
from animeadapter.train.settings import Recipe

FREE = frozenset({"summary", "steps", "threads", "device", "precision", "intervals", "start"})
"""Fields that may differ when a training goes on; everything else would make it another training."""


def shipped() -> tuple[str, ...]:
    """Return the names of the recipes that come with the package."""
    folder = resources.files("animeadapter.train") / "recipes"
    return tuple(sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml")))


def load_recipe(recipe: str | Path) -> tuple[str, AnyRecipe]:
    """Return name and contents of a recipe, given by its shipped name or its file. Raises `TrainError`."""
    path = Path(recipe)
    if path.suffix == ".toml" or path.is_file():
        try:
            return path.stem, decode(read_file(path), str(path))
        except FileError as error:
            raise TrainError(str(error)) from None
    name = str(recipe)
    if name not in shipped():
        near = difflib.get_close_matches(name, shipped(), n=1)
        hint = f"; did you mean {near[0]}?" if near else f"; there are {', '.join(shipped())}"
        raise TrainError(f"{name}: no recipe has this name{hint}")
    source = resources.files("animeadapter.train") / "recipes" / f"{name}.toml"
    return name, decode(source.read_bytes(), f"{name}.toml")


def decode(data: bytes, source: str) -> AnyRecipe:
    """Return a recipe from TOML. Raises `TrainError`, which names the source and the field."""
    try:
        return msgspec.toml.decode(data, type=AnyRecipe)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        where = explain(str(error)).replace("the request: ", "the recipe: ", 1)
        raise TrainError(f"{source}: {where}") from None


def fingerprint(recipe: Recipe) -> str:
    """Return the hash of everything that makes this training what it is (see `FREE`)."""
    fixed = {name: value for name, value in msgspec.to_builtins(recipe).items() if name not in FREE}
    return hashlib.sha256(msgspec.json.encode(fixed, order="sorted")).hexdigest()[:16]


def differences(one: Recipe, other: Recipe) -> list[str]:
    """Return the names of the fields in which two recipes differ."""
    left, right = msgspec.to_builtins(one), msgspec.to_builtins(other)
    return sorted(name for name in left.keys() | right.keys() if left.get(name) != right.get(name))

"""Safetensors files looked at before they are loaded: header, names, shapes, size."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from animeadapter.packs.errors import PackError
from animeadapter.packs.manifest import refuse_pickle

PICKLE_STARTS = (b"PK\x03\x04", b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")
"""How torch.save's zip files, and bare pickles, begin."""
LARGEST_HEADER = 100 * 2**20
Shape = tuple[int, ...]


class Header:
    """The head of a safetensors file: tensor name → shape, and its string metadata."""

    def __init__(self, shapes: dict[str, Shape], metadata: dict[str, str]) -> None:
        self.shapes = shapes
        self.metadata = metadata

    @property
    def weights(self) -> int:
        """Return how many numbers the file holds."""
        return sum(math.prod(shape) for shape in self.shapes.values())


def read_header(path: Path) -> Header:
    """Return the head of a safetensors file. Raises `PackError` on anything else, which names the file."""
    refuse_pickle(path)
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            start = file.read(8)
            length = struct.unpack("<Q", start)[0]
            if length > min(LARGEST_HEADER, size - 8):
                # Only then: the length of a real header may begin with the same bytes.
                if start.startswith(PICKLE_STARTS):
                    raise PackError(f"{path}: is a pickle, whatever its name says; only safetensors are loaded")
                raise PackError(f"{path}: is no safetensors file, or cut off")
            return _header(path, json.loads(file.read(length)), size - 8 - length)
    except OSError as error:
        raise PackError(f"{path}: cannot be read: {error.strerror}") from None
    except (struct.error, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise PackError(f"{path}: is no safetensors file, or damaged") from None


def _header(path: Path, raw: dict[str, Any], size: int) -> Header:
    metadata = raw.pop("__metadata__", {})
    ends = [int(entry["data_offsets"][1]) for entry in raw.values()]
    if max(ends, default=0) != size:
        raise PackError(f"{path}: {size} bytes of weights, where its head tells of {max(ends, default=0)}")
    return Header({name: tuple(map(int, entry["shape"])) for name, entry in raw.items()}, dict(metadata))


def check_shapes(path: Path, expected: Mapping[str, Shape], prefixes: tuple[str, ...] = ("",)) -> Header:
    """Return the head of a safetensors file whose tensors have the expected shapes.

    Names may carry one of `prefixes` more than the expected ones. Raises `PackError` with file and tensor.
    """
    header = read_header(path)
    for name, shape in header.shapes.items():
        for prefix in prefixes:
            wanted = expected.get(name.removeprefix(prefix))
            if wanted is not None and tuple(wanted) != shape:
                raise PackError(f"{path}: {name} has the shape {_show(shape)}, its config says {_show(wanted)}")
    return header


def check_complete(path: Path, expected: Mapping[str, Shape]) -> Header:
    """Return the head of a safetensors file that holds exactly the expected tensors. Raises `PackError`."""
    header = check_shapes(path, expected)
    for what, names in (
        ("lacks", expected.keys() - header.shapes.keys()),
        ("holds an unknown tensor,", header.shapes.keys() - expected.keys()),
    ):
        if names:
            raise PackError(f"{path}: {what} {min(names)}" + (f" and {len(names) - 1} more" if len(names) > 1 else ""))
    return header


def _show(shape: Shape) -> str:
    return "×".join(map(str, shape)) or "one number"

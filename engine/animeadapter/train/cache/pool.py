"""Pools of drawings in memory-mapped files, filled once, shard by shard, and read at random.

    <cache>/<renderer>/<pool>-<hash of its settings>/pool.json
                                                     shard-00000/records.json
                                                                 256x256.pictures.npy  (n, h, w, 3) uint8
                                                                 256x256.labels.npy    (n, h, w) uint8, see `records`
                                                                 256x256.poses.npy     (n, 2, 18, 2) float32
A shard appears only when it is whole, so that filling goes on where it was interrupted.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cached_property
from pathlib import Path

import cv2
import msgspec
import numpy as np
from numpy.typing import NDArray

from animeadapter.protocol.files import FileError, read_file, write_file
from animeadapter.train import settings
from animeadapter.train.cache import drawing
from animeadapter.train.cache.records import Bytes, Record, Sample, Size, unpack_poses
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Drawing, Listener

INDEX, RECORDS = "pool.json", "records.json"
Draw = Callable[[settings.Pool, int], Sample]
Array = NDArray[np.generic]


class Index(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a pool's folder holds."""

    renderer: str
    pool: settings.Pool


class PoolFiles:
    """A filled pool, read through memory maps. A picture is named by its number."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = _read_index(folder)
        self.shards = [folder / _shard_name(k) for k in range(-(-self.index.pool.count // self.index.pool.shard))]
        self.records: list[Record] = []
        self._places: list[tuple[int, int]] = []
        for number, shard in enumerate(self.shards):
            self._read_shard(number, shard)
        self._open: dict[tuple[int, str], Array] = {}

    def _read_shard(self, number: int, shard: Path) -> None:
        try:
            records = msgspec.json.decode(read_file(shard / RECORDS), type=list[Record])
        except (FileError, msgspec.DecodeError) as error:
            raise TrainError(f"{shard}: is no whole shard of a pool: {error}") from None
        rows: dict[Size, int] = {}
        for record in records:
            row = rows.get(record.size, 0)
            rows[record.size] = row + 1
            self._places.append((number, row))
        self.records += records

    suffix = ""
    """Of the names of folders that belong to this view of the pool."""

    def __len__(self) -> int:
        return len(self.records)

    @property
    def whole(self) -> PoolFiles:
        """Return the pool in its pictures' own size."""
        return self

    @property
    def renderer(self) -> str:
        """Return the version of what drew the pool."""
        return self.index.renderer

    @cached_property
    def by_size(self) -> dict[Size, NDArray[np.int64]]:
        """Return size → numbers of the targets that have it."""
        return self._grouped([r.size if r.role == "target" else None for r in self.records])

    @cached_property
    def by_identity(self) -> dict[int, NDArray[np.int64]]:
        """Return identity → numbers of its targets."""
        return self._grouped([r.identity if r.role == "target" else None for r in self.records])

    @cached_property
    def references(self) -> dict[int, NDArray[np.int64]]:
        """Return identity → numbers of its references."""
        return self._grouped([r.identity if r.role == "reference" else None for r in self.records])

    @staticmethod
    def _grouped(keys: Sequence) -> dict:
        groups: dict = {}
        for number, key in enumerate(keys):
            if key is not None:
                groups.setdefault(key, []).append(number)
        return {key: np.array(numbers, np.int64) for key, numbers in groups.items()}

    def picture(self, number: int) -> Bytes:
        """Return a picture, (h, w, 3) RGB, not yet read from the disk."""
        return self.row(number, "pictures")

    def labels(self, number: int) -> Bytes:
        """Return a picture's labels, (h, w); `records` tells what the bits say."""
        return self.row(number, "labels")

    def poses(self, number: int) -> tuple:
        """Return the poses of a picture's characters."""
        return unpack_poses(self.row(number, "poses"))

    def row(self, number: int, what: str, folder: Path | None = None) -> NDArray:
        """Return a picture's row of an array of its shard; `folder` is another one laid out like the pool."""
        shard, row = self._places[number]
        width, height = self.records[number].size
        key = (shard, f"{folder or ''}/{width}x{height}.{what}")
        if key not in self._open:
            home = (folder or self.folder) / _shard_name(shard)
            self._open[key] = np.load(home / f"{width}x{height}.{what}.npy", mmap_mode="r")
        return self._open[key][row]

    def sizes_and_shares(self) -> tuple[list[Size], NDArray[np.float64]]:
        """Return the sizes in the pool and the share of pictures that have each."""
        sizes = sorted(self.by_size)
        counts = np.array([len(self.by_size[size]) for size in sizes], np.float64)
        return sizes, counts / counts.sum()

    def choose(self, random: np.random.Generator, count: int) -> NDArray[np.int64]:
        """Return the numbers of random targets of one size, the size as often as it is in the pool."""
        sizes, shares = self.sizes_and_shares()
        members = self.by_size[sizes[int(random.choice(len(sizes), p=shares))]]
        return members[random.integers(len(members), size=count)]


def open_pool(
    cache: Path, pool: settings.Pool, listener: Listener, *, draw: Draw | None = None, renderer: str | None = None
) -> PoolFiles:
    """Return a pool, drawing what it lacks. `draw` and `renderer` default to the package's own.

    Raises `TrainError` if the folder cannot be written or holds something else.
    """
    version = renderer or drawing.renderer()
    folder = cache / version / f"{pool.name}-{settings_hash(pool)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fill(folder, Index(renderer=version, pool=pool), draw, listener)
    except OSError as error:
        raise TrainError(f"{folder}: cannot be filled: {error.strerror}") from None
    return PoolFiles(folder)


def settings_hash(pool: settings.Pool) -> str:
    """Return a hash of everything that decides a pool's drawings."""
    return hashlib.sha256(msgspec.json.encode(pool, order="sorted")).hexdigest()[:8]


def fill(folder: Path, index: Index, draw: Draw | None, listener: Listener) -> None:
    """Draw the shards that a folder lacks; by the renderer on all processors that this process may use."""
    pool = index.pool
    if not (folder / INDEX).is_file():
        write_file(folder / INDEX, msgspec.json.encode(index) + b"\n")
    lacking = [first for first in range(0, pool.count, pool.shard) if not _place(folder, pool, first).is_dir()]
    done = pool.count - sum(min(pool.shard, pool.count - first) for first in lacking)
    for count in _drawn(folder, pool, lacking, draw):
        done += count
        listener(Drawing(step=0, what=f"pool {pool.name}", done=done, count=pool.count))


def _drawn(folder: Path, pool: settings.Pool, lacking: list[int], draw: Draw | None) -> Iterator[int]:
    """Draw shards, each given by its first number; yield how many pictures each has."""
    workers = min(len(lacking), processors())
    if draw is not None or workers < 2:
        for first in lacking:
            yield draw_shard(folder, pool, first, draw)
        return
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as executor:
        running = [executor.submit(draw_shard, folder, pool, first) for first in lacking]
        try:
            for future in as_completed(running):
                yield future.result()
        finally:
            executor.shutdown(cancel_futures=True)


def processors() -> int:
    """Return how many processors this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def draw_shard(folder: Path, pool: settings.Pool, first: int, draw: Draw | None = None) -> int:
    """Draw the shard that begins with picture `first`, and return how many pictures it has."""
    cv2.setNumThreads(1)
    last = min(first + pool.shard, pool.count)
    _write_shard(_place(folder, pool, first), [(draw or drawing.draw_sample)(pool, n) for n in range(first, last)])
    return last - first


def _place(folder: Path, pool: settings.Pool, first: int) -> Path:
    return folder / _shard_name(first // pool.shard)


def _write_shard(place: Path, samples: list[Sample]) -> None:
    """Write a shard aside and put it in place."""
    aside = place.with_name(f".{place.name}.part")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir()
    for size in {sample.record.size for sample in samples}:
        members = [sample for sample in samples if sample.record.size == size]
        name = f"{size[0]}x{size[1]}"
        save_array(aside / f"{name}.pictures.npy", np.stack([sample.picture for sample in members]))
        save_array(aside / f"{name}.labels.npy", np.stack([sample.labels for sample in members]))
        save_array(aside / f"{name}.poses.npy", np.stack([sample.poses for sample in members]))
    write_file(aside / RECORDS, msgspec.json.encode([sample.record for sample in samples]))
    aside.replace(place)


def save_array(path: Path, array: Array) -> None:
    """Write an array and sync it."""
    with path.open("wb") as file:
        np.save(file, array)
        file.flush()
        os.fsync(file.fileno())


def _shard_name(number: int) -> str:
    return f"shard-{number:05d}"


def _read_index(folder: Path) -> Index:
    try:
        return msgspec.json.decode(read_file(folder / INDEX), type=Index)
    except (FileError, msgspec.DecodeError) as error:
        raise TrainError(f"{folder}: is no pool: {error}") from None

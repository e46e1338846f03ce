"""One export from beginning to end: an iterator of events. Who stops iterating leaves no file behind."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

from msgspec import structs

from komawari.ui.export.choice import Choice, Format
from komawari.ui.export.errors import ExportError
from komawari.ui.export.pixels import Share
from komawari.ui.export.slices import slice_heights
from komawari.ui.export.source import Source
from komawari.ui.export.staging import Staging


@dataclass(frozen=True)
class Job:
    """All that an export is made of."""

    source: Source
    pages: tuple[int, ...]
    """Numbers from 1."""
    choice: Choice
    models: str = ""
    """The text about models and licences; empty: none is written."""

    def file_name(self, number: int, ending: str) -> str:
        """Return the name of a page's file."""
        return f"{self.choice.name}-{_padded(number, len(self.source.project.pages))}.{ending}"


@dataclass(frozen=True)
class Progress:
    """How far an export is."""

    share: Share
    page: int
    """The page that is worked on; 0: none any more."""


@dataclass(frozen=True)
class Written:
    """The end: these files are in place."""

    files: tuple[Path, ...]


Event = Progress | Written
T = TypeVar("T")
Writer = Callable[[Job, Staging], Iterator[Progress]]


def export(job: Job) -> Generator[Event, None, None]:
    """Write all files of an export. Raises `ExportError` or `StorageError`.

    Then, and when the iterator is closed before its end, nothing is written.
    """
    _check(job)
    with Staging(Path(job.choice.folder)) as staging:
        yield from _writer(job.choice.format)(job, staging)
        if job.models:
            staging.write(f"{job.choice.name}-models.txt", job.models.encode("utf-8"))
        yield Written(staging.commit())


def _check(job: Job) -> None:
    name = job.choice.name
    if not job.pages:
        raise ExportError("pages: there is none to export")
    if not job.choice.folder:
        raise ExportError("folder: choose where the files go")
    if not name.strip() or any(letter in name for letter in '/\\:*?"<>|') or name.startswith("."):
        raise ExportError(f"name: {name!r} cannot be a file's name")


def file_names(job: Job) -> list[str]:
    """Return what the files of an export will be called, but for the text about models."""
    kind = job.choice.format
    if kind in ("pdf", "cbz"):
        return [f"{job.choice.name}.{kind}"]
    return slice_names(job) if kind == "webtoon" else [job.file_name(number, kind) for number in job.pages]


def slice_names(job: Job) -> list[str]:
    """Return the names of webtoon slices, numbered through all pages; no page that is a file itself has one."""
    most = sum(len(slice_heights(job.source.page(number).paper)) for number in job.pages)
    return [f"{job.choice.name}-slice-{_padded(number, most)}.png" for number in range(1, most + 1)]


def already_there(job: Job) -> list[Path]:
    """Return the files that an export would replace."""
    paths = (Path(job.choice.folder) / name for name in file_names(job))
    return [path for path in paths if job.choice.folder and os.path.lexists(path)]


def free_name(job: Job) -> str:
    """Return a name for the files of an export that replaces none."""
    stem = re.sub(r" \d+$", "", job.choice.name)
    choices = (structs.replace(job.choice, name=f"{stem} {number}") for number in count(2))
    return next(choice.name for choice in choices if not already_there(replace(job, choice=choice)))


def _padded(number: int, most: int) -> str:
    return f"{number:0{max(2, len(str(most)))}}"


def over_pages(job: Job, one: Callable[[int], Generator[Share, None, None]]) -> Iterator[Progress]:
    """Do something for every page, and turn its shares into progress over all of them."""
    for index, number in enumerate(job.pages):
        yield Progress(index / len(job.pages), number)
        for share in one(number):
            yield Progress((index + share) / len(job.pages), number)
    yield Progress(1.0, 0)


def part_of(work: Generator[Share, None, T], index: int, count: int) -> Generator[Share, None, T]:
    """Let some work be one of several equal parts, and return what it returns."""
    while True:
        try:
            share = next(work)
        except StopIteration as end:
            result: T = end.value
            return result
        yield (index + share) / count


def _writer(kind: Format) -> Writer:
    """Return what writes a format; each is loaded when it is needed, as libraries hang on some."""
    if kind == "pdf":
        from komawari.ui.export.pdf import write
    elif kind == "psd":
        from komawari.ui.export.psd import write
    else:
        from komawari.ui.export import pictures

        return {"png": pictures.write_png, "cbz": pictures.write_cbz, "webtoon": pictures.write_webtoon}[kind]
    return write

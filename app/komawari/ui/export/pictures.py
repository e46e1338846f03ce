"""Pages as picture files: PNG, a comic book archive (CBZ), and slices for webtoons."""

from __future__ import annotations

import zipfile
from collections.abc import Generator, Iterator
from xml.etree import ElementTree

from komawari.ui.export.errors import told
from komawari.ui.export.job import Job, Progress, over_pages, part_of, slice_names
from komawari.ui.export.pixels import Share, page_image, png
from komawari.ui.export.slices import slice_dpi, slice_heights
from komawari.ui.export.staging import Staging


def texts(job: Job) -> dict[str, str]:
    """Return what stands inside every PNG."""
    known = {"Title": job.source.project.title, "Software": "Komawari", "Models": job.models}
    return {key: value for key, value in known.items() if value}


def page_png(job: Job, number: int) -> Generator[Share, None, bytes]:
    """Paint and pack a page; packing takes about as long as painting."""
    chosen = job.choice
    image = yield from part_of(page_image(job.source, number, chosen.dpi, chosen.bleed, chosen.sketches), 0, 2)
    return png(image, texts(job))


def write_png(job: Job, staging: Staging) -> Iterator[Progress]:
    """Write one PNG for each page."""

    def one(number: int) -> Generator[Share, None, None]:
        data = yield from page_png(job, number)
        staging.write(job.file_name(number, "png"), data)

    yield from over_pages(job, one)


def write_cbz(job: Job, staging: Staging) -> Iterator[Progress]:
    """Write a zip of PNGs with `ComicInfo.xml`, which readers of comics ask for the direction of reading."""
    name = f"{job.choice.name}.cbz"
    with told(staging.folder / name), zipfile.ZipFile(staging.path(name), "w", zipfile.ZIP_STORED) as archive:

        def one(number: int) -> Generator[Share, None, None]:
            data = yield from page_png(job, number)
            with told(staging.folder / name):
                archive.writestr(job.file_name(number, "png"), data)

        yield from over_pages(job, one)
        archive.writestr("ComicInfo.xml", comic_info(job))


def comic_info(job: Job) -> bytes:
    """Return the archive's description (Anansi's ComicInfo 2.0)."""
    root = ElementTree.Element("ComicInfo")
    fields = {
        "Title": job.source.project.title or job.choice.name,
        "Notes": job.models,
        "PageCount": str(len(job.pages)),
        "Manga": "YesAndRightToLeft" if job.source.project.reading == "rtl" else "No",
    }
    for key, value in fields.items():
        ElementTree.SubElement(root, key).text = value
    return bytes(ElementTree.tostring(root, "utf-8", xml_declaration=True))


def write_webtoon(job: Job, staging: Staging) -> Iterator[Progress]:
    """Write pages 800 pixels wide, cut into slices of at most 1280, numbered through all pages."""
    names = iter(slice_names(job))

    def one(number: int) -> Generator[Share, None, None]:
        paper, sketches = job.source.page(number).paper, job.choice.sketches
        painting = page_image(job.source, number, slice_dpi(paper), bleed=False, sketches=sketches)
        image = yield from part_of(painting, 0, 2)
        top = 0
        for height in slice_heights(paper):
            data = png(image.copy(0, top, image.width(), height), texts(job))
            staging.write(next(names), data)
            top += height
            yield 0.5 + top / image.height() / 2

    yield from over_pages(job, one)

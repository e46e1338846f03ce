"""Which models drew an export's pictures, and under which licences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.calls import PackInfo
from animeadapter.protocol.request import ResolvedRequest
from komawari.ui.export.source import Source

translate = QCoreApplication.translate


@dataclass(frozen=True)
class ModelUse:
    """One pack at one version, or (no sha256) one set of low-rank weights, and how many panels show it."""

    name: str
    sha256: str
    panels: int
    lora: bool = False


@dataclass(frozen=True)
class Credits:
    """All that drew the chosen pages."""

    models: tuple[ModelUse, ...]
    pasted: int
    """Panels whose picture came from elsewhere."""


def credits_of(source: Source, pages: Iterable[int]) -> Credits:
    """Return what the pictures of these pages were drawn with."""
    counts: dict[tuple[str, str, bool], int] = {}
    pasted = 0
    for number in pages:
        for panel in source.page(number).panels:
            take = source.takes.get(panel.id)
            if take is not None and take.resolved is None:
                pasted += 1
            elif take is not None and take.resolved is not None:
                for key in _models(take.resolved):
                    counts[key] = counts.get(key, 0) + 1
    uses = (ModelUse(name, sha, count, lora) for (name, sha, lora), count in sorted(counts.items()))
    return Credits(tuple(uses), pasted)


def _models(resolved: ResolvedRequest) -> set[tuple[str, str, bool]]:
    loras = {(one.name or one.weights.sha256[:12], one.weights.sha256, True) for one in resolved.request.loras}
    return {(resolved.request.pack, resolved.environment.pack_sha256, False), *loras}


def lines(found: Credits, packs: Iterable[PackInfo] | None) -> list[str]:
    """Return one line for each model. `packs` None: the engine has not said yet which packs there are."""
    known = None if packs is None else {pack.name: pack for pack in packs}
    said = [_line(use, known) for use in found.models]
    if found.pasted:
        line = translate("Credits", "Pictures from elsewhere: {count}; what licence they have only you can know.")
        said.append(line.format(count=found.pasted))
    return said or [translate("Credits", "No picture of these pages was drawn by a model.")]


def _line(use: ModelUse, known: dict[str, PackInfo] | None) -> str:
    one, several = translate("Credits", "1 panel"), translate("Credits", "{count} panels")
    where = one if use.panels == 1 else several.format(count=use.panels)
    pack = None if known is None else known.get(use.name)
    if use.lora:
        line = translate("Credits", "{name}: low-rank weights {sha}; licence as given by their author; {where}")
    elif known is None:
        line = translate("Credits", "{name} ({sha}): licence not known yet, the engine is starting; {where}")
    elif pack is None:
        line = translate("Credits", "{name} ({sha}): is not installed here, its licence is not known; {where}")
    elif pack.sha256 == use.sha256:
        line = translate("Credits", "{title} ({name}, {sha}): licence {licence}; {where}")
    else:
        line = translate(
            "Credits",
            "{title} ({name}, {sha}): licence {licence}, of another version than was drawn with; {where}",
        )
    title, licence = (pack.title, pack.licence) if pack else ("", "")
    return line.format(name=use.name, sha=use.sha256[:12], title=title, licence=licence, where=where)


def text(found: Credits, packs: Iterable[PackInfo] | None, title: str) -> str:
    """Return the text file that lies beside an export."""
    head = translate("Credits", "Models that drew its pictures, and their licences:")
    name = title or translate("Credits", "Untitled")
    return f"{name}\n\n{head}\n" + "".join(f"- {line}\n" for line in lines(found, packs))

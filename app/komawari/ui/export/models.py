"""Which models drew an export's pictures, and under which licences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from animeadapter.protocol.calls import PackInfo
from animeadapter.protocol.request import ResolvedRequest
from komawari.ui.export.source import Source


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
        said.append(f"Pictures from elsewhere: {found.pasted}; what licence they have only you can know.")
    return said or ["No picture of these pages was drawn by a model."]


def _line(use: ModelUse, known: dict[str, PackInfo] | None) -> str:
    where = "1 panel" if use.panels == 1 else f"{use.panels} panels"
    if use.lora:
        return f"{use.name}: low-rank weights {use.sha256[:12]}; licence as given by their author; {where}"
    if known is None:
        return f"{use.name} ({use.sha256[:12]}): licence not known yet, the engine is starting; {where}"
    pack = known.get(use.name)
    if pack is None:
        return f"{use.name} ({use.sha256[:12]}): is not installed here, its licence is not known; {where}"
    other = "" if pack.sha256 == use.sha256 else "; another version than the one that is installed"
    return f"{pack.title} ({use.name}, {use.sha256[:12]}): licence {pack.licence}{other}; {where}"


def text(found: Credits, packs: Iterable[PackInfo] | None, title: str) -> str:
    """Return the text file that lies beside an export."""
    head = f"{title or 'Untitled'}\n\nModels that drew its pictures, and their licences:\n"
    return head + "".join(f"- {line}\n" for line in lines(found, packs))

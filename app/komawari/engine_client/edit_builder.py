"""From a panel's local edit to the request that draws its region anew in a take.

The panel's cast stays: who is in it looks as in the whole panel, but for the parts that the edit borrows from
elsewhere. So do the lines of its sketch, where it follows them and the edit does: a hand that came out wrong can be
sketched over. Words of the edit's own take the place of the panel's; without any, the panel's count.
"""

from __future__ import annotations

from msgspec.structs import replace

from animeadapter.protocol.request import Blob, Detail, Edit, Size, validated
from komawari.domain.base import DomainError
from komawari.domain.panel import Figure, LocalEdit, Panel
from komawari.domain.project import Project
from komawari.domain.takes import Take, edited_with
from komawari.engine_client.request_builder import PackSizes, Plan, plan

NOBODY = "0" * 32
"""Stands for the figure that borrows parts where the panel has none. It is in no document."""


def plan_edit(project: Project, panel: Panel, take: Take, pack: PackSizes, seed: int, mask: Blob | None = None) -> Plan:
    """Return the request that draws the region of a panel's local edit anew in a take, without reading any file.

    `mask` takes the place of the painted one, as large as the take. Raises `RequestError` or `DomainError`, which
    name the field.
    """
    own = panel.local_edit
    mask = mask or own.mask
    if mask is None:
        raise DomainError("local_edit.mask: nothing is painted that could be drawn anew")
    layout = Size(take.width, take.height)
    planned = plan(project, _asking(panel, seed), pack, layout=layout)
    edit = Edit(take.picture, mask, own.strength, own.margin, own.feather)
    cast = {character.id: character for character in project.characters}
    # What lies in a mask is drawn large already; details are for whole pictures.
    request = validated(replace(planned.request, edit=edit, detail=Detail()))
    return Plan(request, edited_with(panel, take, cast), planned.made, planned.sketch)


def _asking(panel: Panel, seed: int) -> Panel:
    """Return the panel as it would have to be to be drawn whole as its region is."""
    own = panel.local_edit
    sketch = replace(panel.sketch, follow=False, lines=panel.sketch.lines if own.lines else None)
    words = {"tags": own.tags, "prompt": own.prompt} if own.tags or own.prompt.strip() else {}
    return replace(panel, seed=seed, takes=own.takes, figures=_figures(panel, own), sketch=sketch, **words)


def _figures(panel: Panel, own: LocalEdit) -> tuple[Figure, ...]:
    """Return the panel's figures, borrowing what the edit borrows."""
    if not own.mixer:
        return panel.figures
    borrowed = {entry.part for entry in own.mixer}
    figures = panel.figures or (Figure(NOBODY),)
    return tuple(
        replace(one, mixer=(*(entry for entry in one.mixer if entry.part not in borrowed), *own.mixer))
        for one in figures
    )

"""Jobs of panels as they are now, of takes with other seeds, and of takes that are drawn again."""

from __future__ import annotations

import dataclasses
import secrets
from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication

from animeadapter.protocol.calls import DrawAgain, Generate
from animeadapter.protocol.request import Blob, blobs_of
from komawari.document.document import Document
from komawari.domain.base import DomainError, new_id
from komawari.domain.character import design_sha
from komawari.domain.edits.panels import panels_read
from komawari.domain.panel import Panel
from komawari.domain.project import Project, find_panel, panels_of
from komawari.domain.takes import Take, may_queue, stale_characters
from komawari.engine_client.edit_builder import plan_edit
from komawari.engine_client.request_builder import SEEDS, PackSizes, Plan, UnknownPack, plan, seeds_of
from komawari.storage.errors import StorageError
from komawari.storage.library import Library
from komawari.ui.packs import Packs
from komawari.ui.queue.jobs import PREVIEWS, PanelJob
from komawari.ui.session import Session

Read = Callable[[str], bytes]


def pack_for(session: Session, panel: Panel) -> PackSizes:
    """Return the pack that draws a panel: its own, or the editor's; without sizes where the engine did not say yet."""
    name = panel.settings.pack or session.settings.pack
    return Packs.of(session).get(name) or UnknownPack(name)


def reader(document: Document, library: Library) -> Read:
    """Return what reads files of a document, or else of the library, on any thread, whatever is opened meanwhile."""

    def read(sha: str) -> bytes:
        try:
            return document.store.picture(sha)
        except StorageError:
            return library.picture(sha)

    return read


def drawable(project: Project, panel: str) -> Panel:
    """Return a panel that may be drawn. Raises `DomainError`."""
    found = next((one for _, one in panels_of(project) if one.id == panel), None)
    if found is None:
        raise DomainError(QCoreApplication.translate("PanelQueue", "the panel is not in the project any more"))
    if not may_queue(found):
        raise DomainError(QCoreApplication.translate("PanelQueue", "the panel is marked final"))
    return found


def to_redraw(session: Session) -> tuple[list[Panel], int]:
    """Return the stale panels that nothing newer was drawn for, and how many have a newer take already, which the
    artist only has to choose. Raises `StorageError`."""
    project, takes = session.project, session.document.takes
    designs = {one.id: design_sha(one) for one in project.characters}
    stale = set(takes.to_queue(project))
    found = [panel for _, panel in panels_of(project) if panel.id in stale]

    def is_redrawn(panel: Panel) -> bool:
        drawn = (one for one in takes.of_panel(panel.id) if one.drawn_with)
        return any(not stale_characters(one, designs) for one in drawn)

    redrawn = {panel.id for panel in found if is_redrawn(panel)}
    return [panel for panel in found if panel.id not in redrawn], len(redrawn)


def fresh_seed() -> int:
    """Return a seed that nobody knows beforehand."""
    return secrets.randbelow(SEEDS)


def job_of_panel(session: Session, panel: Panel, takes: int) -> PanelJob:
    """Return a job of a panel as it is now. Raises `EngineError` where it cannot be drawn so."""
    project, asked = session.project, replace(panel, takes=takes)
    pack = pack_for(session, panel)
    planned = plan(project, asked, pack)

    def replan(known: PackSizes) -> Plan:
        return plan(project, asked, known)

    job = _job(session, panel, Generate(planned.request, PREVIEWS))
    job.drawn_with, job.made, job.sketch = planned.drawn_with, planned.made, planned.sketch
    job.replan = None if pack.sizes else replan
    return job


def sized(job: PanelJob, packs: Packs) -> bool:
    """Plan a job for its pack's sizes as soon as they are known; return whether nothing has to be waited for.

    A pack that the engine does not list is left to the engine to refuse. Raises `EngineError`.
    """
    pack = packs.get(job.request.pack)
    if job.replan is None or pack is None:
        return job.replan is None or not packs.asking
    assert isinstance(job.call, Generate)
    planned = job.replan(pack)
    job.call, job.made, job.replan = replace(job.call, request=planned.request), planned.made, None
    job.sketch = planned.sketch
    return True


def job_of_variation(session: Session, panel: Panel, take: Take) -> PanelJob:
    """Return a job that draws what a take was drawn from, with other seeds. The take has a resolved request."""
    assert take.resolved is not None
    seeds = seeds_of(fresh_seed(), panel.takes)
    job = _job(session, panel, Generate(replace(take.resolved.request, seeds=seeds), PREVIEWS))
    job.drawn_with, job.parent = take.drawn_with, take.parent
    return job


def job_of_edit(session: Session, panel: Panel, take: Take, mask: bytes) -> PanelJob:
    """Return a job that draws the region of a panel's local edit anew in a take, with seeds that nobody knows
    beforehand. `mask` is the painted one, as large as the take. Raises `EngineError` where it cannot be drawn so."""
    project, pack, seed, blob = session.project, pack_for(session, panel), fresh_seed(), Blob.of(mask)

    def planned(known: PackSizes) -> Plan:
        made = plan_edit(project, panel, take, known, seed, blob)
        return dataclasses.replace(made, made={**made.made, blob.sha256: mask})

    now = planned(pack)
    job = _job(session, panel, Generate(now.request, PREVIEWS))
    job.drawn_with, job.made, job.sketch, job.parent = now.drawn_with, now.made, now.sketch, take.id
    job.replan = None if pack.sizes else planned
    return job


def job_again(session: Session, panel: Panel, take: Take) -> PanelJob:
    """Return a job that draws a take once more, for the same pixels. The take has a resolved request."""
    assert take.resolved is not None
    job = _job(session, panel, DrawAgain(take.resolved, PREVIEWS))
    job.drawn_with, job.parent, job.again = take.drawn_with, take.parent, take
    return job


def files_named(job: PanelJob) -> tuple[str, ...]:
    """Return the sha256 of the files that have to be read for a job."""
    return tuple(sha for sha in dict.fromkeys(blobs_of(job.request).values()) if sha not in job.made)


def title_of(project: Project, panel: str) -> str:
    """Return how people call a panel: its page and its place in the reading order."""
    page, _ = find_panel(project, panel)
    number = next(index for index, one in enumerate(project.pages, 1) if one is page)
    place = panels_read(project, page.id).index(panel) + 1
    return QCoreApplication.translate("PanelQueue", "Page {0}, panel {1}").format(number, place)


def _job(session: Session, panel: Panel, call: Generate | DrawAgain) -> PanelJob:
    return PanelJob(new_id(), panel.id, title_of(session.project, panel.id), session.document, call)

"""The queue of panels to draw: what was asked is held as it was, one job at a time goes to the engine, and what comes
back belongs to the panel that was asked for, whatever is shown by then."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from animeadapter.protocol.errors import EngineError
from animeadapter.protocol.messages import Failed, Notice, Preview, Progress, Started
from animeadapter.protocol.request import Blobs
from komawari.domain.edits.parameters import new_seed
from komawari.domain.takes import Take
from komawari.engine_client.client import EngineState, Finished, Picture
from komawari.ui.packs import Packs
from komawari.ui.queue import making
from komawari.ui.queue.arrivals import Arrivals
from komawari.ui.queue.failures import GONE, said, said_of_left
from komawari.ui.queue.files import Files
from komawari.ui.queue.flattening import Flattener
from komawari.ui.queue.jobs import Entry, PanelJob
from komawari.ui.queue.likeness import Answer, Likeness
from komawari.ui.queue.orders import Orders
from komawari.ui.queue.pasting import Pasting
from komawari.ui.queue.previews import Previews
from komawari.ui.session import Session


class PanelQueue(QObject):
    """Panels that wait or are drawn, in order."""

    changed = Signal()
    """Entries are others: added, moved, ended, gone on by a step."""
    preview = Signal(str, QImage)
    """A panel's id and its latest preview; a null image: there is no preview any more."""
    finished = Signal(str, str)
    """A panel and a take that has arrived and is stored."""
    failed = Signal(str, str)
    """A panel, and why it was not drawn."""

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._packs = Packs.of(session)
        self._waiting: list[PanelJob] = []
        self._drawing: PanelJob | None = None
        self._failures: dict[str, str] = {}
        self._orders = Orders(session)
        self._files = Files()
        self._arrivals = Arrivals(session, self)
        self._previews = Previews(session, self._arrivals.unwritten_of, self)
        self._pasting = Pasting(session, self)
        self._likeness = Likeness(session, self)
        self._flattener = Flattener(session, self)
        self._flattener.failed.connect(self._unread)
        self._previews.changed.connect(self.preview)
        self._pasting.arrived.connect(self.finished)
        self._arrivals.arrived.connect(self._arrived)
        for settled in (self._arrivals.settled, self._arrivals.held):
            settled.connect(self._settled)
        for more in (self._flattener.ready, self._packs.changed, self._packs.failed):
            more.connect(self._pump)
        session.engine.heard.connect(self._hear)
        session.engine.state_changed.connect(self._engine_changed)
        session.opened.connect(self._opened)

    # What waits.

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What waits and is drawn; what is being drawn comes first."""
        return tuple(job.entry() for job in self._jobs())

    @property
    def unstored(self) -> int:
        """How many finished pictures are in memory alone because the file cannot be written; ask before closing."""
        return self._arrivals.unstored

    def unwritten_of(self, panel: str) -> tuple[str, ...]:
        """Return the sha256 of a panel's finished pictures that are in memory alone; the session has their files."""
        return self._arrivals.unwritten_of(panel)

    def preview_of(self, panel: str) -> QImage | None:
        """Return what a panel looks like so far; None where it is not drawn or nothing is to be seen yet."""
        return self._previews.get(panel)

    def progress_of(self, panel: str) -> tuple[int, int] | None:
        """Return the step and the number of steps of a panel that is being drawn; None where it is not."""
        job = self._drawing
        return (job.step, job.steps) if job and job.panel == panel and job.begun and not job.dropped else None

    def place_of(self, panel: str) -> int | None:
        """Return the place of a panel among those that wait, 1 for the next; 0: it is drawn; None: neither."""
        jobs, drawn = self._jobs(), self.progress_of(panel) is not None
        waiting = (job.panel for job in jobs if not job.begun)
        return 0 if drawn else next((place for place, one in enumerate(waiting, 1) if one == panel), None)

    def failure_of(self, panel: str) -> str | None:
        """Return why a panel was not drawn last time; None once it is queued again."""
        return self._failures.get(panel)

    def _jobs(self) -> list[PanelJob]:
        first = [] if self._drawing is None or self._drawing.dropped else [self._drawing]
        return [*first, *self._waiting]

    def add(self, panel: str, takes: int | None = None, to_front: bool = False) -> str | None:
        """Queue a panel as it is now; return the entry, or None where it may not be: that is said in the status bar.

        The seed that is shown is the one that is drawn; then the panel gets another one, unless it is locked.
        """
        # A stroke of its sketch may be on its way.
        self._session.document.settling()
        found = self._orders.drawable(panel)
        job = None if found is None else self._orders.of_panel(found, takes or found.takes)
        if found is None or job is None:
            return None
        same = next((one for one in self._waiting if one.is_like(job)), None)
        if same is not None:
            self._session.message.emit(self.tr("{0} waits in the queue already, just as it is").format(job.title))
            if to_front:
                self.to_front(same.id)
            return same.id
        self._queue(job, to_front)
        self._changed()
        if not found.seed_locked:
            fresh = partial(new_seed, panel=panel, seed=making.fresh_seed())
            self._session.edit(self.tr("New seed"), fresh, gesture=("new seed", panel))
        self._orders.say_if_bare(found)
        return job.id

    def add_stale(self) -> int:
        """Queue all panels whose take in use shows an older design, as they are now with the seeds they have; return
        how many. Their takes in use stay in use. Those that were redrawn already are left out. All of it is said."""
        jobs = self._orders.of_stale({job.panel for job in self._jobs()})
        for job in jobs:
            self._queue(job)
        self._changed()
        return len(jobs)

    def vary(self, take: str) -> str | None:
        """Queue what a take was drawn from, with new seeds: as many as the panel has takes."""
        return self._put(self._orders.again(take, making.job_of_variation))

    def reproduce(self, take: str) -> str | None:
        """Queue a take to be drawn once more; whether every pixel is the same is said in the status bar."""
        return self._put(self._orders.again(take, making.job_again))

    def redraw(self, take: Take, mask: bytes) -> str | None:
        """Queue the region of its panel's local edit to be drawn anew in a take; `mask` is a grey PNG, as large."""
        return self._put(self._orders.of_take(take, partial(making.job_of_edit, mask=mask)))

    def _put(self, job: PanelJob | None) -> str | None:
        if job is None:
            return None
        self._queue(job)
        self._changed()
        return job.id

    def _queue(self, job: PanelJob, to_front: bool = False) -> None:
        self._waiting.insert(0 if to_front else len(self._waiting), job)
        self._failures.pop(job.panel, None)
        if self._session.engine.state.phase == "failed":
            job.note = self.tr("Waits for the engine")
        job.names = making.files_named(job)
        if job.names:
            load = partial(self._files.load, job.names, making.reader(job.document, self._session.library))
            self._session.later(load, partial(self._loaded, job), partial(self._unread, job))
        else:
            job.files = {}

    def _changed(self) -> None:
        """Tell that entries are others, let go of files that none of them needs, and go on."""
        self._files.keep_only({sha for job in self._jobs() for sha in job.names})
        self.changed.emit()
        self._pump()

    def _loaded(self, job: PanelJob, files: Blobs) -> None:
        job.files = files
        self._pump()

    def _unread(self, job: PanelJob, error: BaseException) -> None:
        if job in self._waiting:
            self._waiting.remove(job)
            self._fail(job, self.tr("A file that it needs cannot be read: {0}").format(error))
            self._pump()

    def cancel(self, entry: str) -> None:
        """Take an entry out of the queue; one that is being drawn stops within a step, and its finished takes stay."""
        self._cancel([job for job in self._jobs() if job.id == entry])

    def cancel_panel(self, panel: str) -> None:
        """Cancel everything of a panel."""
        self._cancel([job for job in self._jobs() if job.panel == panel])

    def cancel_all(self) -> None:
        """Cancel everything."""
        self._cancel(self._jobs())

    def _cancel(self, jobs: list[PanelJob]) -> None:
        self._waiting = [job for job in self._waiting if job not in jobs]
        if self._drawing in jobs and not self._drawing.cancelled:
            self._drawing.cancelled, self._drawing.note = True, self.tr("Being stopped")
            self._session.engine.cancel(self._drawing.id)
        if jobs:
            self._changed()

    def move(self, entry: str, to: int) -> None:
        """Move an entry to an index of `entries`; what is being drawn stays where it is, at the front."""
        job = next((one for one in self._waiting if one.id == entry), None)
        if job is not None:
            offset = len(self._jobs()) - len(self._waiting)
            self._waiting.remove(job)
            self._waiting.insert(max(0, to - offset), job)
            self._changed()

    def to_front(self, entry: str) -> None:
        """Let an entry be the next to be drawn."""
        self.move(entry, 0)

    def paste(self, panel: str, png_or_file: bytes, use: bool = True) -> None:
        """Make a picture file (of any format that Qt reads) a take of a panel, kept whole, and put it in use."""
        self._pasting.paste(panel, png_or_file, use)

    def likeness(self, take: Take, answer: Answer) -> None:
        """Call `answer` with character id → how alike the take is to its references, 0 to 1, not calibrated.

        A character of which the engine has no answer is left out.
        """
        self._likeness.ask(take, answer)

    # To the engine.

    def _pump(self) -> None:
        """Submit the next job, if the engine is ready and none is under way."""
        while self._waiting and self._drawing is None and self._session.engine.state.phase == "ready":
            job = self._waiting[0]
            try:
                making.drawable(self._session.project, job.panel)
                waits = job.files is None or not making.sized(job, self._packs) or self._flattener.waits(job)
            except EngineError as error:
                self._waiting.remove(job)
                self._fail(job, str(error))
                continue
            if waits:
                return
            self._submit(job)

    def _submit(self, job: PanelJob) -> None:
        self._waiting.remove(job)
        self._drawing = job
        for data in job.made.values():
            # So that the take can be drawn again: its request names them.
            stored = job.document.store.put_picture(data)
            self._session.waiting.on(stored, lambda _: None, lambda error: self._session.trouble.emit(str(error)))
        self._session.engine.submit(job.call, job.sent, job.id)
        self.changed.emit()

    # From the engine.

    def _hear(self, event: Any) -> None:
        job = self._drawing
        if job is None or getattr(event, "job", None) != job.id:
            return
        if isinstance(event, Started):
            job.begun, job.note = True, job.note if job.cancelled else ""
        elif isinstance(event, Progress):
            job.step, job.steps = event.step, event.steps
        elif isinstance(event, Preview) and not job.dropped and job.follows(event.take):
            self._previews.put(job.panel, event.jpeg)
        elif isinstance(event, Notice):
            job.note = event.message[:1].upper() + event.message[1:]
            job.notices.append(event.message)
        elif isinstance(event, Picture) and event.take not in job.arrived:
            job.arrived.add(event.take)
            self._arrivals.take(job, event)
        elif isinstance(event, Finished | Failed):
            self._ended(job, event)
            return
        self.changed.emit()

    def _ended(self, job: PanelJob, end: Finished | Failed) -> None:
        self._drawing = None
        if isinstance(end, Failed) and end.code in GONE and not job.cancelled and not job.dropped:
            job.begin_again()
            job.note = self.tr("Waits for the engine")
            self._waiting.insert(0, job)
            self._previews.clear(job.panel)
        else:
            job.ended = True
            self._settled(job)
            if isinstance(end, Finished) and job.notices and not job.dropped:
                # The queue forgets what is done; what the engine said of it should be seen all the same.
                self._session.message.emit(self.tr("{0}: {1}").format(job.title, "; ".join(dict.fromkeys(job.notices))))
            if isinstance(end, Failed) and end.code != "cancelled" and not job.cancelled and not job.dropped:
                self._fail(job, said(end))
        self._changed()

    def _fail(self, job: PanelJob, message: str) -> None:
        self._failures[job.panel] = message
        self.failed.emit(job.panel, message)
        self.changed.emit()

    def _engine_changed(self, state: EngineState) -> None:
        job = self._drawing
        if job is not None and state.phase == "restarting" and not job.cancelled:
            job.begin_again()
            job.note = self.tr("The engine ended and is started again; then this panel begins anew")
            self._previews.clear(job.panel)
            self.changed.emit()
        self._pump()

    def _arrived(self, job: PanelJob, take: Take) -> None:
        if not job.dropped:
            self.finished.emit(job.panel, take.id)

    def _settled(self, job: PanelJob) -> None:
        """Let go of a job's preview when its pictures are there, or are known to wait in memory."""
        is_over = job.ended and not job.dropped and not self._arrivals.is_writing(job)
        if is_over and not any(one.panel == job.panel and one.begun for one in self._jobs()):
            self._previews.settle(job.panel)
        self.changed.emit()

    def _opened(self) -> None:
        """Leave the jobs of the document before; what is still drawn of them is stored there or nowhere."""
        if count := len(self._jobs()):
            self._session.message.emit(said_of_left(count))
        self._waiting = []
        if self._drawing is not None and not self._drawing.dropped:
            self._drawing.dropped = True
            self._session.engine.cancel(self._drawing.id)
        self._failures.clear()
        self._previews.clear_all()
        self._changed()

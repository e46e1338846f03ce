"""What is painted on: it holds the pixels of one picture of the document, and makes an edit of every stroke.

When a stroke ends, its file is packed and stored on another thread, and then the document is told: an edit never names
a file that is not safe. Undo and saving wait for strokes that are on their way (`Document.settling`), mostly for
none. Undo brings the pixels back from the strokes themselves; only where those were forgotten a file is read.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRect, Signal

from animeadapter.protocol.request import Blob
from komawari.document.document import Document
from komawari.domain.project import Project
from komawari.storage.errors import StorageError
from komawari.ui.painting import png
from komawari.ui.painting.medium import MASK, Medium
from komawari.ui.painting.pixels import replace_all, resized
from komawari.ui.painting.steps import Step, Steps
from komawari.ui.painting.surface import Area, Pixels, Surface
from komawari.ui.painting.target import Target
from komawari.ui.session import Session

Size = tuple[int, int]
Work = Callable[[Pixels], Pixels]
Start = Callable[[], Pixels | None]
"""Any thread may call it. Equal ones give the same."""
Fit = Callable[[Pixels, int, int], Pixels]
"""A file's pixels, width and height → pixels of that size. Any thread may call it."""
AT_ONCE = 2**21
"""Values up to which everything is changed at once, on the window's thread."""


@dataclass(eq=False)
class _Pending:
    """A stroke whose file is on its way."""

    step: Step
    name: str
    target: Target
    document: Document
    stored: Future[str]
    gesture: object | None
    told: bool = False


@dataclass
class _Opened:
    surface: Surface
    encoder: png.Encoder


class Board(QObject):
    """What is painted now."""

    painted = Signal(QRect)
    """Pixels are others."""
    shown = Signal()
    """Something else is painted, or nothing, or its pixels have arrived."""

    def __init__(self, session: Session, parent: QObject | None = None, medium: Medium = MASK) -> None:
        super().__init__(parent or session)
        self._session, self._medium = session, medium
        self.target: Target | None = None
        self.surface: Surface | None = None
        """None: there is nothing to paint on, or it is being opened."""
        self._size: Size = (0, 0)
        self._start: Start | None = None
        self._fit: Fit = resized
        self._name: str | None = None
        self._steps = Steps(None)
        self._encoder = png.Encoder(0, 0)
        self._pending: deque[_Pending] = deque()
        self._opening = 0
        self._worker = ThreadPoolExecutor(1, medium.name)
        self._stop: Callable[[], None] = lambda: None
        self._listen()
        session.opened.connect(self._listen)
        session.project_changed.connect(self._follow)
        session.closing.connect(self.close)

    def _listen(self) -> None:
        self._stop()
        self._stop = self._session.document.settling.add(self.settle)
        self.aim(None, (0, 0))

    @property
    def bytes(self) -> int:
        """Memory of pixels, strokes and packed rows."""
        pixels = self.surface.bytes if self.surface else 0
        return pixels + self._steps.bytes + self._encoder.held

    @property
    def is_busy(self) -> bool:
        """Whether a stroke is under way."""
        return self.surface is not None and self.surface.is_painting

    @property
    def is_settled(self) -> bool:
        """Whether every stroke is safe."""
        return not self._pending

    @property
    def last_step(self) -> object | None:
        """What was painted last and is not undone; by it one knows whether anything was painted since."""
        return self._steps.last

    # Which pixels.

    def aim(self, target: Target | None, size: Size, start: Start | None = None, fit: Fit = resized) -> None:
        """Paint something else, of so many pixels (width, height). `start` gives what is not there yet its first
        pixels; the document has them with the first stroke. `fit` brings a file to the size."""
        if target is not None and (min(size) <= 0 or not target.is_there(self._session.project)):
            target, size = None, (0, 0)
        painted = target is not None and target.picture(self._session.project) is not None
        self._fit = fit
        if target == self.target and size == self._size and (painted or start == self._start or self._pending):
            return
        self.cancel()
        self.target, self._size, self._start = target, size, start
        if target is None:
            self._become(None, None)
        else:
            self._open(target.picture(self._session.project))

    def _open(self, picture: Blob | None) -> None:
        """Take a file's pixels; read them on another thread."""
        (width, height), start, fit, medium = self._size, self._start, self._fit, self._medium
        if picture is None and start is None and width * height * medium.channels <= AT_ONCE:
            self._become(_opened_blank(width, height, medium), None)
            return
        name = None if picture is None else picture.sha256
        read = self._session.picture
        self._become(None, name)
        number = self._opening

        def work() -> _Opened:
            pixels = medium.decoded(read(name)) if name is not None else start() if start is not None else None
            if pixels is None and name is None:
                return _opened_blank(width, height, medium)
            if pixels is None:
                raise StorageError(medium.unreadable())
            return _opened(fit(pixels, width, height), medium)

        def failed(error: BaseException) -> None:
            self._session.trouble.emit(str(error))
            done(_opened_blank(width, height, medium))

        def done(opened: _Opened) -> None:
            if number == self._opening:
                self._become(opened, name)

        self._session.waiting.on(self._worker.submit(work), done, failed)

    def _become(self, opened: _Opened | None, name: str | None) -> None:
        self._opening += 1
        self.surface = None if opened is None else opened.surface
        self._encoder = png.Encoder(0, 0) if opened is None else opened.encoder
        self._name, self._steps = name, Steps(name)
        self.shown.emit()

    def _follow(self, _before: Project, after: Project) -> None:
        """The document has changed: let the pixels be those of the file that it has now."""
        if self.target is None:
            return
        if not self.target.is_there(after):
            self.aim(None, (0, 0))
            return
        picture = self.target.picture(after)
        name = None if picture is None else picture.sha256
        if name == self._name or self._pending:
            return
        self.cancel()
        painted = None if self.surface is None else self._steps.go(self.surface, name)
        if painted is None:
            self._open(picture)
            return
        self._name = name
        self._tell(painted)

    # Strokes.

    def begin(self) -> Surface | None:
        """Begin a stroke; return what to paint on, None: there is nothing yet."""
        if self.surface is not None:
            self.surface.begin()
        return self.surface

    def tell(self, area: Area) -> None:
        """Say where the stroke under way has painted."""
        self._tell(area)

    def cancel(self) -> bool:
        """Give up the stroke under way; return whether there was one."""
        if self.surface is None or not self.surface.is_painting:
            return False
        self._tell(self.surface.cancel())
        return True

    def end(self, name: str, gesture: object | None = None) -> bool:
        """End the stroke: it becomes an edit of the document, named as undo shows it. Return if it changed anything.

        Strokes of the same `gesture` are one step of undo.
        """
        surface, target = self.surface, self.target
        change = None if surface is None else surface.end()
        if surface is None or target is None or change is None:
            return False
        step = Step(change)
        self._steps.push(step)
        bands = png.bands_of(surface.pixels, surface.rows_changed)
        surface.rows_changed.clear()
        document, encoder = self._session.document, self._encoder

        def store() -> str:
            change.pack()
            encoder.take(bands)
            bands.clear()
            return document.store.put_picture(encoder.file()).result()

        pending = _Pending(step, name, target, document, self._worker.submit(store), gesture)
        self._pending.append(pending)
        self._session.waiting.on(pending.stored, lambda _: self._arrived(pending), lambda _: self._arrived(pending))
        return True

    def change(self, name: str, work: Work) -> None:
        """Change all pixels, of a large picture on another thread; nothing happens where one paints meanwhile."""
        surface = self.surface
        if surface is None or surface.is_painting:
            return
        if surface.pixels.size <= AT_ONCE:
            self._replace(name, work(surface.pixels))
            return
        before, step = surface.pixels.copy(), self._steps.last

        def done(pixels: Pixels) -> None:
            if surface is self.surface and step is self._steps.last and not surface.is_painting:
                self._replace(name, pixels)

        failed = lambda error: self._session.trouble.emit(str(error))  # noqa: E731
        self._session.waiting.on(self._worker.submit(work, before), done, failed)

    def _replace(self, name: str, pixels: Pixels, gesture: object | None = None) -> None:
        surface = self.begin()
        if surface is not None:
            self._tell(replace_all(surface, pixels))
            self.end(name, gesture)

    def put(self, name: str, pixels: Pixels, gesture: object | None = None) -> None:
        """Let the pixels be these, scaled to the size that is painted."""
        if self.surface is not None:
            self._replace(name, resized(pixels, *self._size), gesture)

    # Files.

    def settle(self) -> None:
        """Wait until every stroke is safe and an edit of the document; mostly there is nothing to wait for."""
        while self._pending:
            self._arrived(self._pending[0])

    def _arrived(self, pending: _Pending) -> None:
        """Make edits of the strokes up to this one; the worker stores them in order."""
        while not pending.told:
            first = self._pending[0]
            error = first.stored.exception()
            self._pending.popleft()
            first.told = True
            if error is None:
                self._edit(first, first.stored.result())
            else:
                self._steps.drop(first.step)
                self._session.trouble.emit(str(error))

    def _edit(self, pending: _Pending, sha: str) -> None:
        pending.step.after = sha
        if pending.target == self.target:
            self._name = sha
        self._steps.trim()
        session = self._session
        if pending.document is session.document:
            session.edit(pending.name, pending.target.edit(Blob(sha)), pending.gesture)
            if pending.gesture is None:
                session.end_gesture()

    def _tell(self, area: Area) -> None:
        if not area.is_empty:
            self.painted.emit(QRect(area.left, area.top, area.right - area.left, area.bottom - area.top))

    def close(self) -> None:
        """Bring everything to its end; nothing is painted any more."""
        self.cancel()
        self.settle()
        self._stop()
        self._worker.shutdown()


def _opened(pixels: Pixels, medium: Medium) -> _Opened:
    surface = Surface(pixels if pixels.flags.writeable else pixels.copy())
    encoder = png.Encoder(surface.width, surface.height, medium.channels)
    encoder.take(png.bands_of(surface.pixels, encoder.rows))
    return _Opened(surface, encoder)


def _opened_blank(width: int, height: int, medium: Medium) -> _Opened:
    surface = Surface.blank(width, height, medium.channels)
    # Memory that was only promised would be fetched under the hand, page by page.
    surface.pixels.fill(0)
    return _Opened(surface, png.Encoder.blank(width, height, medium.channels))

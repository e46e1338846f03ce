"""The engine as the window's thread sees it: events come as signals, and a question has one answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, Signal

from animeadapter.protocol.calls import Call
from animeadapter.protocol.messages import Failed
from animeadapter.protocol.request import Blobs
from komawari.engine_client.client import NO_FILES, EngineClient, EngineState, Event, Finished
from komawari.ui.futures import is_gone

OnDone = Callable[[Finished], object]
OnFailed = Callable[[Failed], object]


@dataclass(frozen=True)
class _Question:
    done: OnDone
    failed: OnFailed


class EngineLink(QObject):
    """An `EngineClient` whose events arrive on this object's thread."""

    state_changed = Signal(object)
    """The `EngineState`."""
    heard = Signal(object)
    """Every other event of a job that was not asked by `ask`."""
    _arrived = Signal(object, object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.client = client
        self.state = EngineState("starting")
        self._questions: dict[str, _Question] = {}
        self._closing: list[threading.Thread] = []
        self._arrived.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._stop = self._listen(client)

    def _listen(self, client: EngineClient) -> Callable[[], None]:
        return client.listen(lambda event: self._arrived.emit(client, event))

    def submit(self, call: Call, files: Blobs = NO_FILES, job: str | None = None) -> str:
        """Start a job whose events come as `heard`; return its id."""
        return self.client.submit(call, files, job)

    def ask(self, call: Call, files: Blobs, done: OnDone, failed: OnFailed) -> str:
        """Start a job of which the end alone is wanted; one of the two is called, once; return the job's id."""
        job = self.client.submit(call, files)
        self._questions[job] = _Question(done, failed)
        return job

    def cancel(self, job: str) -> None:
        """Stop a job; it ends with `cancelled`."""
        self.client.cancel(job)

    def forget(self, job: str) -> None:
        """Cancel a question whose answer nobody waits for any more; neither function is called."""
        if self._questions.pop(job, None):
            self.client.cancel(job)

    def replace(self, client: EngineClient) -> None:
        """Talk to another engine; the former one is closed meanwhile. Its jobs end with `shutting_down`."""
        former, stop = self.client, self._stop

        def close() -> None:
            former.close()
            stop()

        self.client = client
        self._stop = self._listen(client)
        self._closing.append(threading.Thread(target=close, name="former-engine"))
        self._closing[-1].start()

    def restart(self) -> None:
        """Start the engine: the first time, again after it was given up, or with a fresh process."""
        self.client.restart()

    def close(self) -> None:
        """End the engine; when this returns no process is left."""
        for closing in self._closing:
            closing.join()
        self.client.close()
        self._stop()
        self._stop = lambda: None

    def _hear(self, client: EngineClient, event: Event) -> None:
        if isinstance(event, EngineState):
            if client is self.client:
                self.state = event
                self.state_changed.emit(event)
            return
        question = self._questions.get(getattr(event, "job", "") or "")
        if question is None:
            self.heard.emit(event)
        elif isinstance(event, Finished | Failed):
            del self._questions[event.job]
            answer = question.done if isinstance(event, Finished) else question.failed
            if not is_gone(answer):
                answer(event)  # type: ignore[arg-type]

"""A queue by hand: it notes what was asked, and shows the entries that a test puts into it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from komawari.domain.takes import Take
from komawari.ui.session import Session


@dataclass(frozen=True)
class FakeEntry:
    """An entry as `PanelQueue` has them."""

    id: str
    panel: str
    title: str = "Page 1, panel 1"
    takes: int = 1
    state: Literal["waiting", "drawing"] = "waiting"
    step: int = 0
    steps: int = 0
    note: str = ""
    again: bool = False


class FakeQueue(QObject):
    """Implements `ui.docks.drawing.Drawing`."""

    changed = Signal()
    preview = Signal(str, QImage)
    finished = Signal(str, str)
    failed = Signal(str, str)

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.entries: tuple[FakeEntry, ...] = ()
        self.calls: list[tuple] = []
        self.previews: dict[str, QImage] = {}
        self.unwritten: dict[str, tuple[str, ...]] = {}
        self.asked: list[tuple[Take, Callable[[dict[str, float]], object]]] = []

    # What a test does.

    def put(self, *entries: FakeEntry) -> None:
        """Show these entries."""
        self.entries = entries
        self.changed.emit()

    def show_preview(self, panel: str, image: QImage) -> None:
        """Let a panel look like this so far; a null image ends it."""
        if image.isNull():
            self.previews.pop(panel, None)
        else:
            self.previews[panel] = image
        self.preview.emit(panel, image)

    def answer(self, figures: dict[str, float]) -> None:
        """Answer all questions about likeness."""
        asked, self.asked = self.asked, []
        for _, tell in asked:
            tell(figures)

    # The interface.

    def add(self, panel: str, takes: int | None = None, to_front: bool = False) -> str:
        self.calls.append(("add", panel, takes, to_front))
        return "job"

    def add_stale(self) -> int:
        self.calls.append(("add_stale",))
        return 1

    def vary(self, take: str) -> str:
        self.calls.append(("vary", take))
        return "job"

    def reproduce(self, take: str) -> str:
        self.calls.append(("reproduce", take))
        return "job"

    def cancel(self, entry: str) -> None:
        self.calls.append(("cancel", entry))

    def cancel_panel(self, panel: str) -> None:
        self.calls.append(("cancel_panel", panel))

    def cancel_all(self) -> None:
        self.calls.append(("cancel_all",))

    def move(self, entry: str, to: int) -> None:
        self.calls.append(("move", entry, to))

    def to_front(self, entry: str) -> None:
        self.calls.append(("to_front", entry))

    def unwritten_of(self, panel: str) -> tuple[str, ...]:
        return self.unwritten.get(panel, ())

    def preview_of(self, panel: str) -> QImage | None:
        return self.previews.get(panel)

    def progress_of(self, panel: str) -> tuple[int, int] | None:
        return next(((one.step, one.steps) for one in self.entries if one.panel == panel), None)

    def paste(self, panel: str, png_or_file: bytes, use: bool = True) -> None:
        self.calls.append(("paste", panel, png_or_file, use))

    def likeness(self, take: Take, answer: Callable[[dict[str, float]], object]) -> None:
        self.asked.append((take, answer))

    def step(self, entry: str, step: int, steps: int) -> None:
        """Let an entry be at a step."""
        new = (
            replace(one, step=step, steps=steps, state="drawing") if one.id == entry else one for one in self.entries
        )
        self.put(*new)

"""What a training tells while it runs: one struct an event, one line of text, one line of JSON in `log.jsonl`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

Figures = dict[str, float]


class Event(msgspec.Struct, frozen=True, kw_only=True, tag_field="event"):
    """Something that happened at a step."""

    step: int

    @property
    def line(self) -> str:
        """Return the event as one line for people."""
        return f"step {self.step}"


class Started(Event, frozen=True, kw_only=True, tag="started"):
    """A training begins or goes on."""

    steps: int
    part: str
    recipe: str
    weights: int
    precision: str
    threads: int
    renderer: str

    @property
    def line(self) -> str:
        """Return what is trained, and how."""
        verb = f"goes on at step {self.step} of" if self.step else "begins:"
        return (
            f"{self.recipe} ({self.part}) {verb} {self.steps} steps, {self.weights / 1e6:.2f} M weights, "
            f"{self.precision}, {self.threads} thread{'s' * (self.threads > 1)}, renderer {self.renderer[:12]}"
        )


class Drawing(Event, frozen=True, kw_only=True, tag="drawing"):
    """A pool of drawings, or of what is made from them, is being filled."""

    what: str
    done: int
    count: int

    @property
    def line(self) -> str:
        """Return how far the pool is."""
        return f"{self.what}: {self.done} of {self.count}"


class Progress(Event, frozen=True, kw_only=True, tag="progress"):
    """Means over the steps since the last such event."""

    steps: int
    losses: Figures
    rate: float
    gradient: float
    samples: int
    samples_per_second: float
    seconds: float
    """Trained in all, from the first step on."""
    left: float
    """Seconds to the last step, at this pace."""

    @property
    def line(self) -> str:
        """Return step, losses, pace and what is left."""
        return (
            f"step {self.step}/{self.steps}  {figures_line(self.losses)}  rate {self.rate:.2e}  "
            f"gradient {self.gradient:.3g}  {self.samples_per_second:.1f} samples/s  {_duration(self.left)} left"
        )


class Validated(Event, frozen=True, kw_only=True, tag="validated"):
    """Figures of the averaged weights on the held-out pool."""

    figures: Figures
    seconds: float

    @property
    def line(self) -> str:
        """Return the figures."""
        return f"step {self.step}  held out: {figures_line(self.figures)}"


class Wrote(Event, frozen=True, kw_only=True, tag="wrote"):
    """A sheet, a checkpoint or an export lies on the disk."""

    what: str
    path: str

    @property
    def line(self) -> str:
        """Return what lies where."""
        return f"step {self.step}  {self.what}: {self.path}"


class Noted(Event, frozen=True, kw_only=True, tag="noted"):
    """Something that a person should know."""

    text: str

    @property
    def line(self) -> str:
        """Return the note."""
        return self.text


class Finished(Event, frozen=True, kw_only=True, tag="finished"):
    """The training ended: all steps done, time used up, or stopped by a signal."""

    steps: int
    reason: str
    seconds: float
    samples: int
    figures: Figures

    @property
    def line(self) -> str:
        """Return how far it came and why it ended."""
        return f"{self.reason} at step {self.step} of {self.steps} after {_duration(self.seconds)}"


AnyEvent = Started | Drawing | Progress | Validated | Wrote | Noted | Finished
Listener = Callable[[Event], None]


def figures_line(figures: Mapping[str, float]) -> str:
    """Return figures as `name value` pairs."""
    return "  ".join(f"{name} {value:.4g}" for name, value in figures.items())


def _duration(seconds: float) -> str:
    """Return seconds as `1 h 05 min` or `4 min` or `12 s`."""
    minutes = int(seconds) // 60
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02d} min"
    return f"{minutes} min" if minutes else f"{seconds:.0f} s"

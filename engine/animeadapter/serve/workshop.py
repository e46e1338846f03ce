"""What calls are done with: one `Studio` and the packs' eyes and upscalers, each made when it is first needed.

Importing this module imports no torch. What handlers see is the `Tools` protocol, so that they can be tried with
tools made by hand.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from animeadapter.protocol.messages import Status
from animeadapter.protocol.pose import Pose
from animeadapter.serve.errors import ServeError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from animeadapter.generate.kit import Kit
    from animeadapter.generate.studio import Studio
    from animeadapter.packs.load import Pack

    Pixels = NDArray[np.uint8]

EYES, UPSCALER = "vision", "upscaler"
"""A pack's folders with the parts that this project added."""
KEPT_LOOKS = 4
"""Pictures that were looked at and are kept, so that a second click is quick."""


class Person(Protocol):
    """Somebody in a picture."""

    @property
    def pose(self) -> Pose:
        """The skeleton."""

    @property
    def score(self) -> float:
        """How sure it is that there is somebody, 0 … 1."""

    @property
    def mask(self) -> Pixels:
        """uint8 (h, w): 255 where the person is."""


class Look(Protocol):
    """A picture, looked at."""

    @property
    def foreground(self) -> Pixels:
        """uint8 (h, w): 255 where a character is."""

    @property
    def parts(self) -> Pixels:
        """uint8 (h, w): the `Part` of every pixel."""

    @property
    def people(self) -> Sequence[Person]:
        """Everybody."""

    def click(
        self,
        points: list[tuple[float, float]],
        positive: list[bool],
        box: tuple[float, float, float, float] | None,
    ) -> Pixels:
        """Return what was clicked at, uint8 (h, w): 255 inside."""


class Upscaler(Protocol):
    """Enlarges pictures four times each way."""

    def upscale(self, picture: Pixels, stop: Callable[[], bool]) -> Pixels | None:
        """Return uint8 (4h, 4w, 3) of (h, w, 3); None if `stop` said so on the way."""


class Tools(Protocol):
    """What handlers work with."""

    @property
    def studio(self) -> Studio:
        """The studio that draws."""

    def kit(self, pack: str) -> Kit:
        """Return a loaded pack. Raises `PackError`."""

    def look(self, pack: str, picture: str, pixels: Callable[[], Pixels]) -> Look:
        """Return a picture looked at; `picture` is its sha256."""

    def upscaler(self, pack: str) -> Upscaler:
        """Return a pack's upscaler."""

    def ran_out(self, error: Exception) -> bool:
        """Return whether an error says that memory did not suffice."""

    def make_room(self) -> None:
        """Give memory back that is only used to be quicker, or by nothing."""


class Workshop:
    """The tools of this process."""

    def __init__(self, device: str, threads: int | None, on_status: Callable[[Status], None]) -> None:
        """Compute on `device`; `on_status` learns which one that is once it is known."""
        self._device, self._threads, self._on_status = device, threads, on_status
        self._upscalers: dict[str, Upscaler] = {}
        self._looks: OrderedDict[tuple[str, str], Look] = OrderedDict()

    @cached_property
    def studio(self) -> Studio:
        """The one studio; torch is imported here, and not before."""
        from animeadapter.generate.machine import device_name
        from animeadapter.generate.studio import Studio

        studio = Studio(self._device, threads=self._threads)
        self._on_status(Status(str(studio.device), device_name(studio.device), studio.precision, studio.threads))
        return studio

    def kit(self, pack: str) -> Kit:
        """Return a loaded pack. Raises `PackError`."""
        return self.studio.kit(pack)

    def look(self, pack: str, picture: str, pixels: Callable[[], Pixels]) -> Look:
        """Return a picture looked at, from the kept ones if it is among them. Raises `EngineError` subclasses."""
        key = (pack, picture)
        if key not in self._looks:
            kit = self.kit(pack)
            _check_part(kit.pack, EYES, "look at pictures")
            self._looks[key] = kit.eyes.look(pixels())
        self._looks.move_to_end(key)
        while len(self._looks) > KEPT_LOOKS:
            self._looks.popitem(last=False)
        return self._looks[key]

    def upscaler(self, pack: str) -> Upscaler:
        """Return a pack's upscaler, loaded at most once. Raises `EngineError` subclasses."""
        if pack not in self._upscalers:
            from animeadapter.vision.upscaler import Upscaler

            loaded = self.kit(pack).pack
            _check_part(loaded, UPSCALER, "enlarge pictures")
            self._upscalers[pack] = Upscaler.from_pretrained(loaded.path(UPSCALER), loaded.device)
        return self._upscalers[pack]

    def ran_out(self, error: Exception) -> bool:
        """Return whether an error says that memory did not suffice."""
        if not self._at_work:
            return isinstance(error, MemoryError)
        from animeadapter.generate.errors import ShortOfMemoryError
        from animeadapter.generate.memory import out_of_memory

        return isinstance(error, ShortOfMemoryError) or out_of_memory(error)

    def make_room(self) -> None:
        """Give memory back that is only used to be quicker, or by nothing."""
        self._looks.clear()
        if self._at_work:
            from animeadapter.generate.memory import make_room

            self.studio.forget()
            make_room(self.studio.device)

    @property
    def _at_work(self) -> bool:
        """Whether there is a studio already; asking for it would make one."""
        return "studio" in self.__dict__


def _check_part(pack: Pack, part: str, what: str) -> None:
    if not pack.has(part):
        raise ServeError(f"pack: {pack.manifest.name} has no {part}, so it cannot {what}")

"""What panels look like while they are drawn: the latest preview alone is decoded."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage

from komawari.domain.takes import Take
from komawari.ui.images import Images


class Previews(QObject):
    """Previews by panel."""

    changed = Signal(str, QImage)
    """A panel, and its latest preview; a null image: it has none any more."""

    def __init__(self, images: Images, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images = images
        self._until: dict[str, str] = {}
        images.ready.connect(self._ready)
        self._shown: dict[str, QImage] = {}
        self._latest: dict[str, bytes] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._decode)

    def put(self, panel: str, jpeg: bytes) -> None:
        """Show a preview, once all events that have come already are heard: then only the latest is decoded."""
        self._until = {sha: one for sha, one in self._until.items() if one != panel}
        self._latest[panel] = jpeg
        self._timer.start(0)

    def get(self, panel: str) -> QImage | None:
        """Return a panel's latest preview."""
        return self._shown.get(panel)

    def clear(self, panel: str) -> None:
        """A panel has no preview any more."""
        self._latest.pop(panel, None)
        if self._shown.pop(panel, None) is not None:
            self.changed.emit(panel, QImage())

    def clear_with(self, panel: str, take: Take | None) -> None:
        """A panel has no preview any more as soon as the pixels of the take that it shows are in memory."""
        if take is None or panel not in self._shown or self._images.get(take.picture.sha256) is not None:
            self.clear(panel)
        else:
            self._until[take.picture.sha256] = panel

    def clear_all(self) -> None:
        """No panel has one."""
        self._until.clear()
        for panel in {*self._shown, *self._latest}:
            self.clear(panel)

    def _ready(self, sha: str) -> None:
        panel = self._until.pop(sha, None)
        if panel is not None:
            self.clear(panel)

    def _decode(self) -> None:
        latest, self._latest = self._latest, {}
        for panel, jpeg in latest.items():
            image = QImage.fromData(jpeg)
            if not image.isNull():
                self._shown[panel] = image
                self.changed.emit(panel, image)

"""The dock of the panel inspector."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from komawari.domain.project import Project
from komawari.ui.docks.drawing import Drawing
from komawari.ui.docks.empty import EmptyState
from komawari.ui.docks.inspector.cast import CastSection
from komawari.ui.docks.inspector.edits import PanelEdits
from komawari.ui.docks.inspector.fields import Fold
from komawari.ui.docks.inspector.generate import GenerateFoot
from komawari.ui.docks.inspector.likeness import LikenessSection
from komawari.ui.docks.inspector.mixer import MixerSection
from komawari.ui.docks.inspector.posing import PoseSection
from komawari.ui.docks.inspector.region import RegionSection
from komawari.ui.docks.inspector.requests import RequestMenu
from komawari.ui.docks.inspector.sampling import SamplingSection
from komawari.ui.docks.inspector.section import Context, Section
from komawari.ui.docks.inspector.sketching import SketchSection
from komawari.ui.docks.inspector.styles import StyleSection
from komawari.ui.docks.inspector.tagging import TagSection, Words
from komawari.ui.docks.inspector.texts import TextSection
from komawari.ui.packs import Packs
from komawari.ui.session import Session

OPEN = "inspector"
"""Among the settings of the window: which folds are open."""
WIDTH, NARROWEST = 330, 250
"""Pixels, whether a panel is selected or not."""


class InspectorDock(QWidget):
    """Shows and changes what the selected panels are drawn with."""

    def __init__(self, session: Session, queue: Drawing, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.context = Context(session, queue, PanelEdits(session), Packs.of(session))
        words = Words(self.context)
        self.cast = CastSection(self.context)
        self.pose = PoseSection(self.context)
        self.sketch = SketchSection(self.context)
        self.tags = TagSection(self.context, words)
        self.likeness = LikenessSection(self.context)
        self.texts = TextSection(self.context)
        self.mixer = MixerSection(self.context)
        self.region = RegionSection(self.context, words)
        self.sampling = SamplingSection(self.context)
        self.styles = StyleSection(self.context, words)
        self.requests = RequestMenu(self.context)
        self.foot = GenerateFoot(self.context)
        self.sections: tuple[Section, ...] = (
            self.cast, self.pose, self.sketch, self.tags, self.likeness, self.texts,
            self.mixer, self.region, self.sampling, self.styles,
        )  # fmt: skip
        self.folds: dict[str, Fold] = {}
        self._lay_out()
        self._listen()
        self.refresh()

    def title(self) -> str:
        """Return what the dock is called."""
        return self.tr("Panel")

    def refresh(self) -> None:
        """Show what is selected; sections that show it already do nothing."""
        if self._session.panel is None:
            self._stack.setCurrentIndex(0)
            return
        self._stack.setCurrentIndex(1)
        count = len(self.context.edits.panels)
        self.several.setText(self.tr("{0} panels are selected: what you change, you change for all.").format(count))
        self.several.setVisible(count > 1)
        for section in self.sections:
            section.refresh()
        self.foot.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802
        """Be as wide whatever is shown: the page beside it would move."""
        return QSize(WIDTH, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        """Be as narrow whatever is shown."""
        return QSize(NARROWEST, super().minimumSizeHint().height())

    def changeEvent(self, event: QEvent) -> None:  # noqa: N802
        """Paint thumbnails anew in another theme."""
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "_stack"):
            QTimer.singleShot(0, self, self.refresh)
        super().changeEvent(event)

    # Layout.

    def _lay_out(self) -> None:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(12)
        self.several = QLabel(content)
        self.several.setWordWrap(True)
        self.several.setProperty("dim", True)
        column.addWidget(self.several)
        for section in (self.cast, self.pose, self.sketch, self.tags, self.likeness):
            column.addWidget(section)
        column.addWidget(self._more())
        column.addStretch(1)
        body = self._over_the_foot(content)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._empty())
        self._stack.addWidget(body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)

    def _over_the_foot(self, content: QWidget) -> QWidget:
        """Return the sections, to be scrolled, over Generate, which is always in sight."""
        self._scroll = scroll = QScrollArea()
        scroll.setWidget(content)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Plain)
        line.setForegroundRole(QPalette.ColorRole.Mid)
        body = QWidget()
        both = QVBoxLayout(body)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(scroll, 1)
        both.addWidget(line)
        both.addWidget(self.foot)
        return body

    def _more(self) -> QWidget:
        more = self._fold("more", self.tr("More"))
        more.content.setSpacing(4)
        for name, title, sections in (
            ("texts", self.tr("Prompt"), (self.texts,)),
            ("mixer", self.tr("References and parts"), (self.mixer,)),
            ("region", self.tr("Region of the figure"), (self.region,)),
            ("sampling", self.tr("Drawing"), (self.sampling,)),
            ("styles", self.tr("Styles and requests"), (self.styles, self.requests)),
        ):
            fold = self._fold(name, title)
            for section in sections:
                fold.content.addWidget(section)
            more.content.addWidget(fold)
        return more

    def _fold(self, name: str, title: str) -> Fold:
        fold = Fold(title)
        fold.open(self._opened().get(name, name == "texts"))
        fold.toggled.connect(lambda is_open: self._toggled(name, is_open))
        self.folds[name] = fold
        return fold

    def _opened(self) -> dict[str, bool]:
        stored = self._session.settings.window.get(OPEN)
        return stored if isinstance(stored, dict) else {}

    def _toggled(self, name: str, is_open: bool) -> None:
        if is_open:
            # Only when it is laid out does it have its height.
            QTimer.singleShot(0, self, lambda: self._show_fold(self.folds[name]))
        window = {**self._session.settings.window, OPEN: {**self._opened(), name: is_open}}
        self._session.set_settings(window=window)

    def _show_fold(self, fold: Fold) -> None:
        """Scroll until all of a fold is seen, or at least its heading and what there is room for."""
        bar, viewport = self._scroll.verticalScrollBar(), self._scroll.viewport()
        below = fold.mapTo(viewport, QPoint(0, fold.height())).y() - viewport.height()
        if below > 0:
            bar.setValue(bar.value() + min(below, fold.mapTo(viewport, QPoint()).y()))

    def _empty(self) -> QWidget:
        return EmptyState(
            "panel",
            self.tr("No panel is selected"),
            self.tr("Click a panel on the page to choose who is in it, how they stand, and what is to be seen."),
        )

    # Listening.

    def _listen(self) -> None:
        session, refresh = self._session, self.refresh
        session.project_changed.connect(self._project_changed)
        signals: tuple[Callable[..., object], ...] = (
            session.opened.connect,
            session.selection_changed.connect,
            session.figure_changed.connect,
            session.page_changed.connect,
            session.takes_changed.connect,
            self.context.packs.changed.connect,
        )
        for connect in signals:
            connect(lambda *_: refresh())

    def _project_changed(self, _before: Project, _after: Project) -> None:
        self.refresh()

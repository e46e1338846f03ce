"""Keeps a canvas true to the document, the selection and the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from komawari.domain.project import Project, find_page
from komawari.ui.sketch.room import SketchRoom

if TYPE_CHECKING:
    from komawari.ui.canvas.view import CanvasView


class Following(QObject):
    """Hears what changes, and has as little painted anew as possible."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        session = view.session
        session.opened.connect(self._opened)
        session.project_changed.connect(self._edited)
        session.page_changed.connect(self._turned)
        session.selection_changed.connect(self._selected)
        session.takes_changed.connect(self._takes_changed)
        session.images.ready.connect(self._picture_ready)
        SketchRoom.of(session).layer_changed.connect(self._layer_changed)
        view.preview.changed.connect(self._previewed)
        view.preview.refused.connect(view.hint)
        if view.queue is not None:
            view.queue.changed.connect(self._queue_changed)
            view.queue.preview.connect(self._drawn_so_far)

    def _opened(self) -> None:
        view = self._view
        view.tools[view.tool].cancel()
        view.show_project()
        view.camera.fit()

    def _edited(self, before: Project, after: Project) -> None:
        view = self._view
        page = next((one for one in before.pages if one.id == view.session.page), None)
        same = page is find_page(after, view.session.page) and before.reading == after.reading
        if not same or before.characters is not after.characters:
            view.preview.follow()
            view.show_project()

    def _turned(self, page: str) -> None:
        view = self._view
        view.tools[view.tool].cancel()
        view.show_project()
        view.pictures.keep_only(view.session.shown_page.panels)

    def _selected(self) -> None:
        self._view.describe_selection()
        self._view.word_panels()
        self._view.viewport().update()

    def _previewed(self) -> None:
        view = self._view
        view.page_scene.show_page(view.preview.project, view.preview.page)
        view.viewport().update()

    def _takes_changed(self, panel: str) -> None:
        item = self._view.page_scene.panel_item(panel)
        if item is not None:
            item.update()
            self._view.mark_anew()

    def _picture_ready(self, sha: str) -> None:
        self._view.page_scene.picture_is_ready(sha)
        if self._view.tool in ("picture", "sketch_move"):
            self._view.viewport().update()  # They show more of it than the frame does.

    def _layer_changed(self) -> None:
        self._view.page_scene.paint_anew()
        self._view.mark_anew()

    def _queue_changed(self) -> None:
        self._view.mark_anew()

    def _drawn_so_far(self, panel: str) -> None:
        item = self._view.page_scene.panel_item(panel)
        if item is not None:
            item.update()

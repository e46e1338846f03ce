"""The shown page as a scene: it follows the document and redraws only the panels that are other objects now."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QGraphicsScene

from komawari.domain.geometry.order import numbers
from komawari.domain.project import Page, Project
from komawari.ui.canvas.items import PanelItem, PaperItem
from komawari.ui.canvas.pictures import CanvasPictures


class PageScene(QGraphicsScene):
    """A sheet and its panels, in millimetres from the trim's corner."""

    def __init__(self, pictures: CanvasPictures, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
        self._pictures = pictures
        self._paper: PaperItem | None = None
        self._items: dict[str, PanelItem] = {}
        self._page: Page | None = None
        self._reading = ""
        self._quickly = False
        self.numbers: dict[str, int] = {}
        """Panel id → its place in the reading order, from 1."""

    def show_page(self, project: Project, page: Page) -> None:
        """Show a page as it is in a project."""
        if page is self._page and project.reading == self._reading:
            return
        if self._paper is None or self._paper.paper is not page.paper:
            self._lay_paper(page)
        self._page, self._reading = page, project.reading
        self.numbers = numbers({panel.id: panel.frame for panel in page.panels}, project.reading == "rtl")
        for gone in self._items.keys() - self.numbers.keys():
            self.removeItem(self._items.pop(gone))
        for depth, panel in enumerate(page.panels):
            item = self._items.get(panel.id)
            if item is None:
                item = self._items[panel.id] = PanelItem(panel, page.paper, self._pictures, self.numbers[panel.id])
                item.paint_quickly(self._quickly)
                self.addItem(item)
            item.show_panel(panel, page.paper, self.numbers[panel.id])
            item.setZValue(depth)

    def _lay_paper(self, page: Page) -> None:
        if self._paper is not None:
            self.removeItem(self._paper)
        self._paper = PaperItem(page.paper)
        self.addItem(self._paper)

    def panel_item(self, panel: str) -> PanelItem | None:
        """Return a panel's item."""
        return self._items.get(panel)

    def word_panel(self, panel: str, number: bool, hint: bool) -> None:
        """Say whether a panel without a picture has its number in it, and what to do next."""
        item = self._items.get(panel)
        if item is not None:
            item.word(number, hint)

    def paint_quickly(self, quickly: bool) -> None:
        """Say whether the zoom is changing; see `PanelItem.paint_quickly`."""
        if quickly != self._quickly:
            self._quickly = quickly
            for item in self._items.values():
                item.paint_quickly(quickly)

    def paint_anew(self) -> None:
        """Paint all panels anew: sketches are shown otherwise."""
        for item in self._items.values():
            item.update()

    def picture_is_ready(self, sha: str) -> None:
        """Paint the panels anew that show a picture."""
        for item in self._items.values():
            if sha in self._pictures.shas(item.shown):
                item.update()

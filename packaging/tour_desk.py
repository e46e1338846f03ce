"""What the tour does more than once: with the panel's dock, cards of characters, poses, and what is seen of a panel."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QColorDialog, QComboBox
from tour_hand import LEFT, NONE, Hand, Spot, TourError, screen

from komawari.domain.character import Character
from komawari.domain.edits.panels import panels_read
from komawari.domain.geometry.polygon import bounds
from komawari.domain.panel import Panel
from komawari.ui.floating import FloatingBar
from komawari.ui.pose.desk import desk_of
from komawari.ui.render.frames import qpolygon

NOSE, NECK = 0, 1
"""Joints."""
MARGIN = 24
"""Pixels beside a panel that is shown alone."""


class Desk(Hand):
    """A hand that knows its way around the window."""

    panels: list[str]
    """The ids of the tour's panels, as they are read."""

    def character(self, name: str) -> Character:
        """Return a character of the project."""
        return next(one for one in self.session.project.characters if one.name == name)

    def double_click_card(self, name: str) -> None:
        """Open a character's masks."""
        grid = self.window.characters.grid
        place = grid.visualRect(grid.model().row_of(self.character(name).id)).center()
        QTest.mouseClick(grid.viewport(), LEFT, NONE, place)
        QTest.mouseDClick(grid.viewport(), LEFT, NONE, place)
        editor = self.window.characters.editor
        middle = self.window.geometry().center()
        editor.resize(1080, 640)
        editor.move(middle - editor.rect().center())

    def read_panels(self) -> list[str]:
        """Return the page's panels as they are read."""
        return list(panels_read(self.session.project, self.session.page))

    def panel(self, number: int) -> Panel:
        """Return a panel of the page, as it is read."""
        return next(one for one in self.session.shown_page.panels if one.id == self.panels[number])

    def middle(self, number: int) -> Spot:
        """Return the middle of a panel."""
        left, top, right, bottom = bounds(self.panel(number).frame)
        return ((left + right) / 2, (top + bottom) / 2)

    def tags(self, text: str) -> None:
        """Type tags into the panel's dock."""
        QTest.keyClicks(self.window.inspector.tags.editor.line, text)

    def start_typing(self, text: str) -> None:
        """Type the beginning of a tag, and see what is proposed."""
        line = self.window.inspector.tags.editor.line
        self.settle()
        line.setFocus()
        self.tags(text)
        self.wait(line.popup.isVisible, "tags are proposed")

    def stop_typing(self) -> None:
        """Leave the tag alone."""
        line = self.window.inspector.tags.editor.line
        QTest.keyClick(line.popup, Qt.Key.Key_Escape)
        QTest.keyClick(line, Qt.Key.Key_Escape)

    def choose_pose(self, search: str) -> None:
        """Choose a preset for the figure at hand, in the panel's dock."""
        pose = self.window.inspector.pose
        self.click(pose.button)
        QTest.keyClicks(pose.picker.search, search.replace(",", ""))
        QTest.keyClick(pose.picker.search, Qt.Key.Key_Return)

    def choose_figure(self, number: int) -> None:
        """Choose a figure of the panel by its chip."""
        self.click(self.window.inspector.cast.chips.itemAt(number).widget())

    def bring(self, action: str, on: bool) -> None:
        """Turn an option on or off."""
        if self.window.actions[action].isChecked() != on:
            self.do(action)

    def joint(self, number: int, figure: int = 0) -> Spot:
        """Return where a joint is on the page."""
        desk = self.canvas.tools["pose"].desk
        shown = desk.panel.figures[figure]
        return desk.space(desk.panel).spots(shown.pose)[number]

    def of_head(self, number: int, x: float, y: float) -> Spot:
        """Return a spot by a head's measures: from its middle, in heads' heights as far as the pose tells them."""
        desk, panel = desk_of(self.session), self.panel(number)
        spots = desk.space(panel).spots(panel.figures[0].pose)
        nose, neck = spots[NOSE], spots[NECK]
        size = ((nose[0] - neck[0]) ** 2 + (nose[1] - neck[1]) ** 2) ** 0.5
        return (nose[0] + x * 1.4 * size, nose[1] + y * 1.4 * size - 0.2 * size)

    def panel_seen(self) -> QImage:
        """Return what is seen of the selected panel, with what lies over it."""
        frame = qpolygon(self.session.panel.frame).boundingRect()
        shown = self.canvas.viewportTransform().mapRect(frame).toAlignedRect().adjusted(-MARGIN, 0, MARGIN, 0)
        for bar in self.canvas.findChildren(FloatingBar):
            if bar.isVisible():
                shown |= bar.geometry().adjusted(-10, -10, 10, 0)
        shown = shown.adjusted(0, 0, 0, 40) & self.canvas.rect()
        return screen(self.window).copy(shown.translated(self.canvas.mapTo(self.window, QPoint(0, 0))))

    def choose_seed(self, seed: int) -> None:
        """Choose the seed that is drawn next."""
        self.window.inspector.sampling.seed.box.setValue(seed)

    def open_fold(self, name: str) -> None:
        """Open what is folded in the panel's dock."""
        for one in ("more", name):
            self.window.inspector.folds[one].open(True)

    def choose(self, box: QComboBox, data: object) -> None:
        """Choose an item of a list, as a click on it does."""
        box.setCurrentIndex(box.findData(data))
        box.activated.emit(box.currentIndex())

    def choose_colour(self, swatch: QAbstractButton, colour: str) -> None:
        """Choose a colour."""
        self.click(swatch)
        dialog = swatch.findChildren(QColorDialog)[-1]
        dialog.setCurrentColor(QColor(colour))
        dialog.accept()

    def tick(self, box: QAbstractButton) -> None:
        """Turn a switch on by a click on its box."""
        QTest.mouseClick(box, LEFT, NONE, QPoint(8, box.height() // 2))
        if not box.isChecked():
            raise TourError(f"{box.text()} cannot be ticked")

"""The steps of the tour in docs/tour.md, in order; each takes the pictures that stand there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from screenshots import save
from tour_desk import Desk
from tour_hand import beside, screen

from animeadapter.cli.panels import sample_reference
from animeadapter.vision.pictures import encode_png
from komawari.ui.characters.finding import finder_of
from komawari.ui.packs import Packs
from komawari.ui.window.window import Window

NAME, OTHER = "Aki", "Mari"
"""Whoever is made here, and somebody of the sample project."""
CLOSELY = 0.4
"""How closely the sketch is followed."""
SEEDS = {"first": 21, "second": 25, "both": 27, "sketched": 25}
"""Each chosen among eight that an earlier pack drew; any others will do."""
HAIR, SKIN, COAT, SKY, INK, LIPS = "#7a4a32", "#fbe3d6", "#ee8f2c", "#6fb2ee", "#202024", "#a03030"
"""Of the sketch."""
R_WRIST, L_SHOULDER, L_ELBOW = 4, 5, 6
"""Joints."""


class Tour(Desk):
    """Goes through the window."""

    def __init__(self, application: QApplication, window: Window, home: Path, folder: Path) -> None:
        super().__init__(application, window)
        self._home, self._folder = home, folder

    def go(self) -> None:
        """Take the tour."""
        self.wait(lambda: Packs.of(self.session).all, "the engine starts")
        self.make_character()
        self.lay_out_page()
        self.pose()
        self.draw()
        self.redraw_region()
        self.two_in_a_panel()
        self.follow_a_sketch()
        self.export()

    def shoot(self, name: str, image: QImage | None = None) -> None:
        """Save what is seen, or a picture made of it."""
        if image is None:
            self.settle()
            image = screen(self.window)
        save(image, self._folder / f"tour-{name}.png")
        print(f"tour-{name}.png", flush=True)  # noqa: T201

    def make_character(self) -> None:
        """Drop a picture on the characters; the engine finds the masks; look at them."""
        dock = self.window.characters
        self.show_dock("characters")
        known = len(self.session.project.characters)
        self.drop_file(reference(self._home), dock)
        self.wait(lambda: len(self.session.project.characters) > known, "the character is made")
        self.wait(lambda: dock.grid.state() == dock.grid.State.EditingState, "its name can be typed")
        QTest.keyClick(dock.grid.findChild(QLineEdit), Qt.Key.Key_Return)
        found = lambda: self.character(NAME).references[0]  # noqa: E731
        self.wait(lambda: found().parts and not finder_of(self.session).state(found().id), "its parts are found")
        self.double_click_card(NAME)
        self.click(dock.editor.view.tokens)
        self.shoot("1-character")
        dock.editor.close()

    def lay_out_page(self) -> None:
        """Draw a panel, cut it, put somebody into the first one, and say what is to be seen."""
        self.do("page.add")
        self.do("view.fit")
        paper = self.session.shown_page.paper
        left, top, right, bottom = paper.safe_box
        high = bottom - top
        self.do("tool.panel")
        self.drag((left, top), (right, bottom))
        self.do("tool.knife")
        first, second = top + 0.36 * high, top + 0.68 * high
        self.drag((left - 8, first + 3), (right + 8, first - 3))
        self.drag((left - 8, second - 3), (right + 8, second + 3))
        middle = (left + right) / 2
        self.drag((middle + 5, top - 8), (middle - 5, first + 1))
        self.do("tool.select")
        self.panels = self.read_panels()
        self.show_dock("characters")
        self.drop_character(self.character(NAME).id, self.middle(0))
        self.click_page(self.middle(0))
        self.tags("1girl, solo, smile, open mouth, waving, upper body, blue sky, cloud,")
        self.start_typing("look")
        self.shoot("2-panel")
        self.stop_typing()
        self.choose_pose("upper body, waving")

    def pose(self) -> None:
        """Take over the pose of the panel before, drag a joint and a bone of it, and look at the control picture."""
        self.show_dock("characters")
        self.drop_character(self.character(NAME).id, self.middle(1))
        self.click_page(self.middle(1))
        self.tags("1girl, solo, smile, looking at viewer, upper body, cherry blossoms, petals, pink background,")
        self.do("tool.pose")
        self.do("pose.previous")
        self.do("view.panel")
        self.bring("pose.ghost", True)
        wrist = self.joint(R_WRIST)
        self.drag(wrist, (wrist[0] + 6, wrist[1] + 22))
        a, b = self.joint(L_SHOULDER), self.joint(L_ELBOW)
        bone = ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
        self.drag(bone, (bone[0] + 5, bone[1] - 9), hold=True)
        self.settle()
        seen = self.panel_seen()
        self.release((bone[0] + 5, bone[1] - 9))
        self.bring("pose.control", True)
        self.settle()
        self.shoot("3-pose", beside(seen, self.panel_seen()))
        self.bring("pose.control", False)
        self.bring("pose.ghost", False)
        self.do("tool.select")
        self.do("view.fit")

    def draw(self) -> None:
        """Draw the first panel, and three takes of the second one."""
        self.click_page(self.middle(0))
        self.choose_seed(SEEDS["first"])
        self.do("generate.panel")
        self.click_page(self.middle(1))
        self.open_fold("sampling")
        self.window.inspector.sampling.takes.setValue(3)
        self.choose_seed(SEEDS["second"])
        self.do("generate.panel")
        self.drawn({self.panels[0]: 1, self.panels[1]: 3}, "takes arrive")
        self.window.inspector.folds["more"].open(False)
        self.shoot("4-takes")

    def redraw_region(self) -> None:
        """Paint over the hair of a take, borrow other hair, and redraw it alone."""
        dock = self.window.edits
        self.do("tool.brush")
        self.do("view.panel")
        room = dock.room
        self.wait(lambda: room.board.surface is not None, "the take can be painted on")
        dock.brush.size_field.box.setValue(40)
        self.paint_hair()
        self.wait(lambda: room.board.is_settled, "the mask is kept")
        rows = lambda: [(one.entry.part, one.entry.character) for one in dock.fields.borrow.rows]  # noqa: E731
        self.click(dock.fields.borrow.add)
        self.wait(rows, "a part can be borrowed")
        self.choose(dock.fields.borrow.rows[0].part, "hair")
        self.wait(lambda: rows()[0][0] == "hair", "hair is borrowed")
        lender = self.character(OTHER).id
        self.choose(dock.fields.borrow.rows[0].character, lender)
        self.wait(lambda: rows()[0][1] == lender, "it is the other one's")
        self.shoot("5-region")
        self.do("edits.redraw")
        self.drawn({self.panels[1]: 4}, "the region is drawn")
        self.do("tool.select")
        self.shoot("5-redrawn")

    def paint_hair(self) -> None:
        """Paint around the face, from one end of the hair over the head to the other."""
        hair = [(-0.7, 1.95), (-0.8, 1.0), (-0.72, 0.2), (-0.62, -0.45), (-0.3, -0.85), (0.0, -0.95), (0.3, -0.85),
                (0.62, -0.45), (0.72, 0.2), (0.8, 1.0), (0.7, 1.95)]  # fmt: skip
        self.drag(*(self.of_head(1, x, y) for x, y in hair))
        self.drag(*(self.of_head(1, x, y) for x, y in [(-0.4, -0.55), (0.0, -0.65), (0.4, -0.55)]))

    def two_in_a_panel(self) -> None:
        """Put two into a panel, each with a pose; draw them, and see who rules where."""
        self.do("view.fit")
        self.show_dock("characters")
        for name in (NAME, OTHER):
            self.drop_character(self.character(name).id, self.middle(2))
        self.click_page(self.middle(2))
        self.tags("2girls, smile, upper body, beach, ocean, blue sky,")
        for number, pose in enumerate(("upper body, waving", "hand on the cheek")):
            self.choose_figure(number)
            self.choose_pose(pose)
        self.choose_seed(SEEDS["both"])
        self.do("generate.panel")
        self.drawn({self.panels[2]: 1}, "the two are drawn")
        self.do("tool.pose")
        self.do("view.panel")
        self.shoot("6-two")
        self.do("tool.select")
        self.do("view.fit")

    def follow_a_sketch(self) -> None:
        """Sketch somebody in colour, and let the picture begin from that."""
        self.show_dock("characters")
        self.drop_character(self.character(NAME).id, self.middle(3))
        self.click_page(self.middle(3))
        self.tags("1girl, solo, upper body, blue sky, smile,")
        self.do("tool.sketch_pen")
        self.do("view.panel")
        room = self.canvas.tools["sketch_pen"].room
        self.wait(lambda: room.board.surface is not None, "the sheet can be drawn on")
        self.sketch()
        self.wait(lambda: room.board.is_settled, "the sketch is kept")
        section = self.window.inspector.sketch
        self.wait(section.follow.isVisible, "the sketch can be followed")
        self.tick(section.follow)
        section.closeness.box.setValue(CLOSELY)
        self.shoot("7-sketch")
        self.choose_seed(SEEDS["sketched"])
        self.do("generate.panel")
        self.drawn({self.panels[3]: 1}, "the sketch is drawn")
        self.do("sketch.shown")
        self.do("tool.select")
        self.settle()
        self.shoot("7-followed", self.panel_seen())
        self.do("view.fit")

    def sketch(self) -> None:
        """Draw a head, hair, a coat and the sky, with a broad pen."""
        x, y = self.middle(3)
        shapes = (
            (SKY, 220, [(-66, -22), (66, -22), (-66, 0), (66, 0), (-66, 22), (66, 22)]),
            (COAT, 200, [(-17, 30), (-12, 22), (12, 22), (17, 30), (-17, 30)]),
            (HAIR, 150, [(-13, 16), (-14, -6), (-8, -17), (0, -20), (8, -17), (14, -6), (13, 16)]),
            (SKIN, 170, [(-4, -3), (0, 6), (4, -3), (-4, -3)]),
            (HAIR, 60, [(-11, -8), (-4, -11), (3, -9), (11, -8)]),
            (INK, 40, [(-5, -1), (-5, 2)]),
            (INK, 40, [(5, -1), (5, 2)]),
            (LIPS, 20, [(-2, 8), (0, 9), (2, 8)]),
        )
        bar = self.canvas.tools["sketch_pen"].hand.bar
        for colour, size, way in shapes:
            self.choose_colour(bar.colour, colour)
            bar.size_box.setValue(size)
            self.drag(*((x + dx, y + dy) for dx, dy in way))

    def export(self) -> None:
        """Export the page."""
        folder = Path("Comics")
        folder.mkdir()
        self.do("file.export")
        dialog = self.window.files.questions.shown
        dialog.form.folder.setText(str(folder))
        dialog.form.dpi.setValue(150)
        written: list = []
        dialog.exporter.finished.connect(lambda files: written.extend(files))
        dialog.exporter.failed.connect(self.complaints.append)
        self.wait(dialog.go.isEnabled, "the page can be exported")
        self.shoot("8-export")
        self.click(dialog.go)
        self.wait(lambda: written, "the page is exported")
        dialog.close()
        self.save_page(next(path for path in written if path.suffix == ".png"))

    def save_page(self, path: Path) -> None:
        """Show the exported page, small."""
        page = QImage(str(path))
        self.shoot("8-page", page.scaledToHeight(800, Qt.TransformationMode.SmoothTransformation))


def reference(folder: Path) -> Path:
    """Draw a character with the program that draws the pack's training characters, and return the file."""
    path = folder / f"{NAME}.png"
    path.write_bytes(encode_png(sample_reference().image))
    return path

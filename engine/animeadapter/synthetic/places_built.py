"""Places that people built: streets, rooms, a stage; and two that nobody did."""

from __future__ import annotations

import numpy as np

from animeadapter.synthetic import palette
from animeadapter.synthetic.brushes import PLAIN_COLOURS
from animeadapter.synthetic.curves import ellipse
from animeadapter.synthetic.palette import rgb
from animeadapter.synthetic.places_outdoors import OutdoorPlaces


class BuiltPlaces(OutdoorPlaces):
    """One method paints one place."""

    def street(self) -> None:
        self.vertical((130, 190, 244), (216, 236, 252))
        self.skyline([(196, 186, 176), (176, 190, 206), (214, 196, 170), (186, 176, 190)], False)
        self.ground((160, 160, 168))
        self.poly(
            np.array(
                [
                    [self.w * 0.4, self.horizon],
                    [self.w * 0.6, self.horizon],
                    [self.w * 1.1, self.h + 5],
                    [-self.w * 0.1, self.h + 5],
                ]
            ),
            (124, 124, 134),
        )
        for k in range(4):
            y = self.horizon + (self.h - self.horizon) * (0.1 + 0.24 * k)
            self.box(self.w / 2 - 1 - k, y, 2 + 2 * k, (self.h - self.horizon) * 0.1, (240, 240, 230), False)

    def night_city(self) -> None:
        self.vertical((22, 20, 58), (70, 50, 110), (120, 80, 140))
        self.skyline([(40, 40, 76), (54, 48, 90), (34, 44, 84)], True)
        self.ground((48, 46, 72))

    def rain(self) -> None:
        self.vertical((116, 126, 144), (160, 170, 186))
        self.clouds((146, 154, 170), (120, 128, 146), 3)
        self.ground((110, 116, 130))
        for _ in range(70):
            x, y = self.rng.uniform(0, self.w), self.rng.uniform(0, self.h)
            self.canvas.stroke(
                np.array([[x, y], [x - 0.012 * self.unit, y + 0.07 * self.unit]]), rgb((204, 214, 230)), 0.8
            )

    def rooftop(self) -> None:
        self.sky()
        self.ground((186, 182, 178))
        step, top = self.unit * 0.055, self.horizon - self.unit * 0.36
        for x in np.arange(-self.unit * 0.4, self.w, step):
            for slope in (1, -1):
                start = x if slope > 0 else x + self.unit * 0.36
                self.canvas.stroke(
                    np.array([[start, top], [start + slope * self.unit * 0.36, self.horizon]]),
                    rgb((120, 150, 150)),
                    0.8,
                )
        for x in np.arange(self.rng.uniform(0, 40), self.w, self.unit * 0.42):
            self.box(x, top - 3, self.unit * 0.022, self.horizon - top + 6, (136, 166, 164))
        self.box(-4, top - 4, self.w + 8, self.unit * 0.022, (136, 166, 164))

    def shrine(self) -> None:
        self.vertical((140, 200, 244), (222, 240, 250))
        self.hills((104, 160, 100), 0.2)
        self.ground((206, 198, 186))
        x, half, top = (
            self.w * self.rng.uniform(0.35, 0.65),
            self.unit * 0.34,
            self.horizon - self.unit * 0.56,
        )
        red, width = (212, 62, 48), self.unit * 0.05
        for side in (-1, 1):
            self.box(x + side * half * 0.74 - width / 2, top, width, self.horizon - top + 8, red)
        self.box(x - half * 0.9, top + self.unit * 0.1, half * 1.8, width * 0.8, red)
        beam = np.array(
            [
                [x - half * 1.15, top - width * 1.2],
                [x, top - width * 0.6],
                [x + half * 1.15, top - width * 1.2],
                [x + half * 1.05, top + width * 0.2],
                [x - half * 1.05, top + width * 0.2],
            ]
        )
        self.poly(beam, (186, 46, 40))

    def room_walls(self, wall: tuple[float, float, float], floor: tuple[float, float, float]) -> None:
        self.canvas.pixels[:] = rgb(wall).astype(np.uint8)
        self.ground(floor)
        self.box(-4, self.horizon - self.unit * 0.025, self.w + 8, self.unit * 0.025, tuple(c * 0.86 for c in wall))  # type: ignore[arg-type]

    def classroom(self) -> None:
        self.room_walls((240, 230, 206), (196, 150, 106))
        x = self.rng.uniform(-0.1, 0.2) * self.w
        self.box(x, self.horizon - self.unit * 0.58, self.w * 0.62, self.unit * 0.36, (186, 140, 96))
        self.box(x + 4, self.horizon - self.unit * 0.58 + 4, self.w * 0.62 - 8, self.unit * 0.36 - 8, (62, 112, 92))
        for _ in range(4):
            cx, cy = (
                x + self.w * self.rng.uniform(0.06, 0.45),
                self.horizon - self.unit * self.rng.uniform(0.3, 0.5),
            )
            self.canvas.stroke(np.array([[cx, cy], [cx + self.unit * 0.1, cy]]), rgb((206, 226, 214)), 1.2)
        self.window(x + self.w * 0.72, self.horizon - self.unit * 0.6, self.w * 0.28, self.unit * 0.42)
        for dx in (0.06, 0.42, 0.78):
            at, top = dx * self.w + x * 0.5, self.horizon + 0.03 * self.unit
            self.box(at, top, self.unit * 0.24, self.unit * 0.045, (222, 178, 122))
            self.box(at + 3, top + self.unit * 0.045, self.unit * 0.02, self.unit * 0.2, (130, 136, 150))
            self.box(
                at + self.unit * 0.21,
                top + self.unit * 0.045,
                self.unit * 0.02,
                self.unit * 0.2,
                (130, 136, 150),
            )

    def bedroom(self) -> None:
        wall = [(226, 214, 240), (214, 228, 244), (246, 224, 220)][int(self.rng.integers(3))]
        self.room_walls(wall, (206, 176, 146))
        self.window(self.w * 0.08, self.horizon - self.unit * 0.62, self.unit * 0.3, self.unit * 0.38)
        x, y = self.w * self.rng.uniform(0.3, 0.5), self.horizon - self.unit * 0.02
        self.box(x, y - self.unit * 0.24, self.unit * 0.06, self.unit * 0.4, (150, 104, 74))
        self.box(x, y, self.w, self.unit * 0.2, (244, 170, 180) if wall[0] < 240 else (150, 180, 226))
        self.box(x + self.unit * 0.08, y - self.unit * 0.07, self.unit * 0.2, self.unit * 0.09, (252, 250, 246))

    def room(self) -> None:
        wall = [(250, 240, 222), (226, 236, 226), (234, 226, 216)][int(self.rng.integers(3))]
        self.room_walls(wall, (180, 136, 98))
        x, y, w, h = (
            self.w * self.rng.uniform(0.15, 0.5),
            self.horizon - self.unit * 0.66,
            self.unit * 0.42,
            self.unit * 0.48,
        )
        self.window(x, y, w, h)
        colour = rgb(PLAIN_COLOURS[str(self.rng.choice(["pink", "green", "purple", "orange", "aqua"]))])
        for side, at in ((-1, x - w * 0.16), (1, x + w * 1.16)):
            cloth = np.array(
                [
                    [at - side * w * 0.1, y - 8],
                    [at + side * w * 0.2, y - 8],
                    [at + side * w * 0.12, y + h * 1.16],
                    [at - side * w * 0.26, y + h * 1.16],
                ]
            )
            self.poly(cloth, colour)
            self.canvas.stroke(np.array([[at, y], [at - side * w * 0.06, y + h * 1.1]]), palette.shadow(colour), 1.2)

    def library(self) -> None:
        self.room_walls((200, 170, 130), (150, 104, 72))
        shelf, x0 = self.unit * 0.2, self.rng.uniform(-20, 0)
        spines = [
            (178, 60, 60),
            (60, 96, 150),
            (80, 130, 90),
            (220, 180, 90),
            (120, 80, 140),
            (222, 214, 200),
        ]
        for y in np.arange(self.horizon - shelf, -shelf, -shelf):
            self.box(-4, y, self.w + 8, shelf, (112, 74, 52))
            x = x0
            while x < self.w:
                w, h = self.unit * self.rng.uniform(0.022, 0.042), shelf * self.rng.uniform(0.62, 0.84)
                self.box(x, y + shelf * 0.92 - h, w, h, spines[int(self.rng.integers(len(spines)))], False)
                x += w + 1 + (self.rng.random() < 0.08) * self.unit * 0.05
            self.box(-4, y + shelf * 0.92, self.w + 8, shelf * 0.08, (150, 104, 72), False)

    def brick(self) -> None:
        self.canvas.pixels[:] = rgb((208, 176, 158)).astype(np.uint8)
        h = self.unit * 0.07
        for row, y in enumerate(np.arange(0, self.horizon, h)):
            for x in np.arange(-h * 2 + (row % 2) * h, self.w, h * 2):
                tone = self.rng.uniform(0.92, 1.06)
                self.box(x + 1, y + 1, h * 2 - 2, h - 2, (182 * tone, 104 * tone, 86 * tone), False)
        self.ground((150, 144, 142))

    def stage(self) -> None:
        self.vertical((40, 24, 70), (90, 40, 110))
        for x, colour in ((0.12, (255, 160, 220)), (0.5, (255, 244, 180)), (0.88, (140, 210, 255))):
            top, bottom = x * self.w, (0.5 + (x - 0.5) * 0.5) * self.w
            beam = np.array(
                [
                    [top - 4, -4],
                    [top + 4, -4],
                    [bottom + self.unit * 0.22, self.h],
                    [bottom - self.unit * 0.22, self.h],
                ]
            )
            self.canvas.glaze(beam, rgb(colour), 0.36)
        self.ground((120, 84, 130))
        self.dots(26, (1.0, 3.0), (255, 240, 200), 0, 0.7)

    def space(self) -> None:
        self.vertical((12, 10, 34), (34, 22, 70), (20, 30, 74))
        self.dots(80, (0.4, 1.4), (240, 240, 255))
        at, r = (
            np.array([self.rng.uniform(0.1, 0.9) * self.w, self.rng.uniform(0.1, 0.45) * self.h]),
            self.unit * 0.16,
        )
        colour = rgb([(226, 150, 110), (120, 170, 220), (200, 180, 130)][int(self.rng.integers(3))])
        self.canvas.fill(ellipse(at, r, r), colour, None)
        self.canvas.fill(ellipse(at + r * 0.12, r * 0.82, r * 0.82), palette.light(colour, 0.25), None)
        self.canvas.stroke(ellipse(at, r * 1.6, r * 0.36, 0.35, 30), palette.light(colour, 0.5), 2.0, True)

    def underwater(self) -> None:
        self.vertical((120, 214, 236), (52, 146, 206), (26, 84, 150))
        for x in self.rng.uniform(0, 1, 4):
            beam = np.array(
                [
                    [x * self.w, -4],
                    [(x + 0.08) * self.w, -4],
                    [(x + 0.2) * self.w, self.h],
                    [(x - 0.06) * self.w, self.h],
                ]
            )
            self.canvas.glaze(beam, rgb((220, 250, 255)), 0.16)
        for _ in range(22):
            at, r = (
                np.array([self.rng.uniform(0, self.w), self.rng.uniform(0, self.h)]),
                self.unit * self.rng.uniform(0.006, 0.022),
            )
            self.canvas.stroke(ellipse(at, r, r, n=14), rgb((226, 248, 255)), 1.0, True)

"""What a character wears besides clothes: on the head, the face, the neck and the back. One method draws one thing."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.curves import Points, ellipse, hull, mix, ribbon, smooth
from animeadapter.synthetic.face import EYE_X, EYE_Y
from animeadapter.synthetic.hair import shell
from animeadapter.synthetic.headwear import Headwear
from animeadapter.synthetic.identity import Accessory
from animeadapter.synthetic.palette import Colour, rgb
from animeadapter.synthetic.worn import GOLD, WHITE

BEHIND = ("wings", "cape", "backpack", "cat_tail")
ON_NECK = ("choker", "necklace", "scarf")
BEFORE_HAIR = ("glasses", "round_glasses", "eyepatch", "earrings")
BEHIND_HEAD = ("cat_ears", "fox_ears", "rabbit_ears", "halo")


class Accessories(Headwear):
    """Draws the accessories of one figure, stage by stage."""

    def draw(self, stage: tuple[str, ...]) -> None:
        for item in self.who.accessories:
            if item.name in stage:
                self._draw(item)

    def draw_rest(self) -> None:
        """Draw what sits on the hair."""
        for item in self.who.accessories:
            if item.name not in BEHIND + ON_NECK + BEFORE_HAIR + BEHIND_HEAD:
                self._draw(item)

    def _draw(self, item: Accessory) -> None:
        getattr(self, f"_{item.name}")(rgb(item.rgb))

    # -- face -----------------------------------------------------------------------------------------------------

    def _frames(self, colour: Colour, rx: float, ry: float, dark: float = 0.0) -> None:
        for side in (-1.0, 1.0):
            normal = self.figure.head @ np.array([side * 0.55, 0.0, 0.8])
            if normal[2] < 0.1:
                continue
            lens = self.face.at(ellipse(np.array([side * EYE_X, EYE_Y - 0.02]), rx, ry, n=24))
            self.canvas.glaze(lens, rgb((40, 40, 60)) if dark else WHITE, dark or 0.14)
            self.canvas.line(lens, colour, 1.5, closed=True, part=Part.ACCESSORY)
            self.canvas.line(
                self.face.at(np.array([[side * (EYE_X + rx), EYE_Y], [side * 0.42, EYE_Y + 0.03]])),
                colour,
                1.3,
                part=Part.ACCESSORY,
            )
        if self.figure.head[2, 2] > 0.25:
            self.canvas.line(
                self.face.at(np.array([[rx - EYE_X, EYE_Y], [EYE_X - rx, EYE_Y]])),
                colour,
                1.4,
                part=Part.ACCESSORY,
            )

    def _glasses(self, colour: Colour) -> None:
        self._frames(palette.ink(colour, 0.6), 0.15, 0.125)

    def _round_glasses(self, colour: Colour) -> None:
        self._frames(palette.shadow(GOLD, 0.5), 0.165, 0.165)

    def _sunglasses(self, colour: Colour) -> None:
        for side in (-1.0, 1.0):
            centre = shell(side * 24, 40, 1.06)
            if self.shown(centre, 0.05):
                lens = self.upright(centre, ellipse(np.zeros(2), 0.14, 0.1))
                self._group([lens], rgb((52, 46, 66)))
                self.canvas.line(lens[12:17], WHITE, 0.9)
        if self.shown(shell(0, 40), 0.2):
            self.canvas.line(
                np.stack([self.figure.on_head(shell(-10, 41, 1.06)), self.figure.on_head(shell(10, 41, 1.06))]),
                rgb((52, 46, 66)),
                1.6,
                part=Part.ACCESSORY,
            )

    def _eyepatch(self, colour: Colour) -> None:
        if float((self.figure.head @ np.array([0.55, 0.0, 0.8]))[2]) < 0.1:
            return
        patch = np.array([[-0.15, 0.12], [0.15, 0.12], [0.13, -0.1], [0.0, -0.17], [-0.13, -0.1]]) + (
            EYE_X,
            EYE_Y,
        )
        self.canvas.line(
            self.face.at(np.array([[-0.36, 0.22], [EYE_X - 0.12, EYE_Y + 0.1]])),
            palette.ink(colour, 0.4),
            1.2,
            part=Part.ACCESSORY,
        )
        self._group([self.face.at(smooth(patch))], colour)

    def _earrings(self, colour: Colour) -> None:
        for side in (-1.0, 1.0):
            at = np.array([side * 0.47, -0.24, 0.0])
            if self.shown(at, -0.25):
                self._group(
                    [self.upright(at, [[0, 0.03], [0.045, -0.05], [0, -0.14], [-0.045, -0.05]])],
                    palette.light(colour, 0.15),
                )

    # -- neck -----------------------------------------------------------------------------------------------------

    def _choker(self, colour: Colour) -> None:
        neck, chin = self.figure.flat["neck"], self.figure.on_head(np.array([0, -0.5, -0.02]))
        middle, across = mix(neck, chin, 0.5), 0.135 * self.figure.scale
        band = np.array(
            [
                [-across, -0.1 * across],
                [0, 0.16 * across],
                [across, -0.1 * across],
                [across, 0.34 * across],
                [0, 0.6 * across],
                [-across, 0.34 * across],
            ]
        )
        self._group([middle + band], colour)
        if self.body.front > 0.2:
            self._group([ellipse(middle + (0, 0.62 * across), 0.035 * self.unit, 0.04 * self.unit)], GOLD)

    def _necklace(self, colour: Colour) -> None:
        if self.body.front < 0.15:
            return
        t = self.figure.build.torso
        chain = self.body.on_trunk(
            np.array(
                [
                    [-0.2, t * 1.04, 0.1],
                    [-0.12, t * 0.86, 0.2],
                    [0.0, t * 0.78, 0.24],
                    [0.12, t * 0.86, 0.2],
                    [0.2, t * 1.04, 0.1],
                ]
            )
        )
        self.canvas.line(smooth(chain, 4, closed=False), palette.shadow(GOLD, 0.2), 1.4, part=Part.ACCESSORY)
        self._group([chain[2] + ellipse(np.zeros(2), 0.05 * self.unit, 0.06 * self.unit)], colour)

    def _scarf(self, colour: Colour) -> None:
        neck, u = self.figure.flat["neck"], self.figure.scale
        chin = self.figure.on_head(np.array([0, -0.52, 0.0]))
        loop = ellipse(mix(neck, chin, 0.3), 0.36 * u, 0.17 * u)
        tails: list[Points] = []
        if self.body.front > -0.2:
            down = self.body.spine[1]
            down = down / max(float(np.hypot(*down)), 1e-6)
            start = mix(neck, chin, 0.1) + np.array([0.16 * u, 0])
            path = np.stack([start, start + down * 0.35 * u + (0.04 * u, 0), start + down * 0.8 * u])
            tails.append(ribbon(smooth(path, 4, closed=False), np.linspace(0.1, 0.13, 9) * u))
        self._group(tails, colour, 0.03) if tails else None
        self._group([loop], colour, 0.05)
        for k in (-0.18, 0.05, 0.22):
            self.canvas.line(
                np.stack(
                    [
                        mix(neck, chin, 0.45) + (k * u, -0.06 * u),
                        mix(neck, chin, 0.12) + (k * 0.8 * u, 0.06 * u),
                    ]
                ),
                self.canvas.ink(colour),
                0.7,
            )

    # -- behind the body ------------------------------------------------------------------------------------------

    def _on_back(self) -> bool:
        return self.body.front < -0.05

    def _wings(self, colour: Colour) -> None:
        t = self.figure.build.torso
        for side in (-1.0, 1.0):
            feathers = []
            for k, (x, y) in enumerate(((1.35, 0.62), (1.5, 0.2), (1.35, -0.2), (1.05, -0.5))):
                root, tip = np.array([side * 0.1, t * 0.86, -0.22]), np.array([side * x, t * 0.86 + y, -0.5])
                a, b = self.body.on_trunk(np.stack([root, tip]))
                feathers.append(
                    ribbon(
                        smooth(np.stack([a, mix(a, b, 0.55) - (0, 0.12 * self.figure.scale), b]), 4, closed=False),
                        np.array([0.04, 0.08, 0.13, 0.16, 0.17, 0.16, 0.13, 0.09, 0.0])
                        * self.figure.scale
                        * (1.15 - 0.08 * k),
                    )
                )
            self._group(feathers, palette.light(colour, 0.25), 0.05)

    def _cape(self, colour: Colour) -> None:
        b, t = self.figure.build, self.figure.build.torso
        hem = -(b.thigh + b.shin * 0.35)
        back = -0.3
        cloth = self.body.on_trunk(
            np.array(
                [
                    [-b.shoulder - 0.05, t * 1.0, -0.16],
                    [b.shoulder + 0.05, t * 1.0, -0.16],
                    [b.shoulder + 0.42, hem * 0.3, back],
                    [b.shoulder + 0.36, hem, back * 1.5],
                    [0.0, hem * 1.03, back * 1.6],
                    [-b.shoulder - 0.36, hem, back * 1.5],
                    [-b.shoulder - 0.42, hem * 0.3, back],
                ]
            )
        )
        self._group([cloth], colour, 0.1)
        for x in (-0.35, 0.0, 0.35):
            self.canvas.line(
                self.body.on_trunk(np.array([[x * 0.6, t * 0.8, -0.2], [x * 1.6, hem * 0.92, back * 1.5]])),
                self.canvas.ink(colour),
                0.8,
            )

    def _backpack(self, colour: Colour) -> None:
        t = self.figure.build.torso
        box = [[x, t * y, z] for x in (-0.34, 0.34) for y in (0.22, 0.92) for z in (-0.2, -0.52)]
        self._group([hull(self.body.on_trunk(np.array(box)))], colour, 0.06)
        if self._on_back():
            self.canvas.line(
                self.body.on_trunk(
                    np.array(
                        [
                            [-0.24, t * 0.5, -0.52],
                            [0.24, t * 0.5, -0.52],
                            [0.24, t * 0.28, -0.52],
                            [-0.24, t * 0.28, -0.52],
                        ]
                    )
                ),
                self.canvas.ink(colour),
                0.9,
                closed=True,
            )

    def draw_straps(self) -> None:
        """Draw a backpack's straps over the chest."""
        item = self.who.has("backpack")
        if item is None or self.body.front < 0.1:
            return
        t = self.figure.build.torso
        for side in (-1, 1):
            path = self.body.on_trunk(
                np.array([[side * 0.28, t * 1.0, 0.1], [side * 0.29, t * 0.75, 0.22], [side * 0.3, t * 0.45, 0.12]])
            )
            self._group([ribbon(smooth(path, 3, closed=False), np.full(7, 0.045) * self.figure.scale)], rgb(item.rgb))

    def _cat_tail(self, colour: Colour) -> None:
        hair = rgb(self.who.hair_rgb)
        path = self.body.on_trunk(
            np.array(
                [
                    [0.0, 0.02, -0.2],
                    [0.4, -0.15, -0.45],
                    [0.75, 0.1, -0.5],
                    [0.8, 0.5, -0.45],
                    [0.62, 0.75, -0.4],
                ]
            )
        )
        path = smooth(path, 4, closed=False)
        self._group(
            [
                ribbon(
                    path,
                    np.interp(np.linspace(0, 1, len(path)), [0, 0.85, 1], [0.07, 0.085, 0.02]) * self.figure.scale,
                )
            ],
            hair,
            0.03,
        )

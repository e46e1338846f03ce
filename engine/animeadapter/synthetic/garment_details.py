"""What makes a garment that garment: collars, ties, bows, buttons, zips, aprons, sashes, plates, cuffs and trims."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.curves import Points, capsule, ellipse, hull, mix
from animeadapter.synthetic.palette import Colour, rgb

if TYPE_CHECKING:
    from animeadapter.synthetic.body import Body

WHITE = rgb((248, 248, 250))


class Details:
    """Draws on a body's trunk; a front detail shows only when the chest faces the viewer."""

    def __init__(self, body: Body) -> None:
        self.body, self.canvas = body, body.canvas
        self.torso = body.figure.build.torso

    def _front(self, points: list[list[float]], depth: float = 0.2) -> Points:
        """Return pixels of chest points (x, height as a share of the trunk) on the front of the trunk."""
        p = np.array(points, dtype=np.float64)
        waist = self.body.figure.build.waist
        room = np.interp(p[:, 1], [0.0, 0.42, 0.76, 1.0], [0.32, waist, self.body.figure.build.shoulder * 0.88, 0.4])
        z = depth * np.sqrt(np.clip(1 - (p[:, 0] / (room + 0.02)) ** 2, 0.0, 1.0))
        z = z + self.body.figure.build.bust * np.exp(-(((p[:, 1] - 0.74) / 0.12) ** 2))
        return self.body.on_trunk(np.stack([p[:, 0], p[:, 1] * self.torso, z], axis=1))

    def _piece(self, points: list[list[float]], colour: Colour, shade: float = 0.0, part: Part = Part.OUTFIT) -> None:
        self.canvas.group([self._front(points)], colour, part, shade * self.body.unit)

    @property
    def shown(self) -> bool:
        return self.body.front > 0.12

    def draw_front(self) -> None:
        """Draw what lies on the chest, before the arms."""
        if self.shown:
            self._opening()
            self._detail()
        elif self.body.kind.detail == "obi":
            self._obi()
        self._collar()

    # -- necklines and collars ------------------------------------------------------------------------------------

    def _opening(self) -> None:
        """Show skin or shirt at the neckline."""
        top, body = self.body.kind.top, self.body
        if top in ("sailor", "shirt", "dress", "apron", "vest"):
            depth = {"sailor": 0.82, "shirt": 0.92, "dress": 0.88, "apron": 0.93, "vest": 0.92}[top]
            self._piece(
                [[-0.15, 1.03], [-0.07, depth + 0.02], [0.0, depth], [0.07, depth + 0.02], [0.15, 1.03]],
                body.skin,
                part=Part.SKIN,
            )
        elif top in ("blazer", "suit"):
            self._piece(
                [[-0.16, 1.03], [0.0, 0.55], [0.16, 1.03]],
                WHITE if body.wear.main != "white" else rgb((214, 222, 240)),
            )
        elif top == "jacket":
            inner = body.accent
            self._piece(
                [[-0.17, 1.03], [-0.13, 0.6], [-0.12, 0.06], [0.12, 0.06], [0.13, 0.6], [0.17, 1.03]],
                inner,
                0.03,
            )
            self._piece([[-0.12, 1.03], [0.0, 0.9], [0.12, 1.03]], body.skin, part=Part.SKIN)
        elif top == "kimono":
            self._piece([[-0.14, 1.03], [0.0, 0.74], [0.14, 1.03]], body.skin, part=Part.SKIN)

    def _collar(self) -> None:
        body, kind = self.body, self.body.kind.collar
        if kind == "sailor":
            colour = body.second
            if self.shown:
                for side in (-1, 1):
                    self._piece(
                        [[side * 0.14, 1.05], [side * 0.34, 1.0], [side * 0.33, 0.84], [side * 0.02, 0.66]],
                        colour,
                    )
                    self.canvas.line(
                        self._front([[side * 0.29, 0.98], [side * 0.285, 0.86], [side * 0.04, 0.72]]),
                        palette.light(colour, 0.75),
                        0.9,
                    )
            if body.front < 0.3:
                back = body.on_trunk(
                    np.array(
                        [
                            [-0.34, self.torso * 1.02, -0.17],
                            [0.34, self.torso * 1.02, -0.17],
                            [0.34, self.torso * 0.7, -0.2],
                            [-0.34, self.torso * 0.7, -0.2],
                        ]
                    )
                )
                if body.front < 0:
                    self.canvas.group([back], colour, Part.OUTFIT)
                    self.canvas.line(mix(back, back.mean(0), 0.14), palette.light(colour, 0.75), 0.9, closed=True)
        elif kind == "hood":
            u = body.unit
            self.canvas.group(
                [ellipse(body.figure.flat["neck"] - (0, 0.02 * u), 0.33 * u, 0.14 * u)],
                palette.shadow(body.main, 0.1),
                Part.OUTFIT,
                0.03 * u,
            )
            if self.shown:
                for side in (-1, 1):
                    self.canvas.line(
                        self._front([[side * 0.08, 0.94], [side * 0.09, 0.72]]),
                        palette.light(body.accent, 0.3),
                        1.6,
                        part=Part.OUTFIT,
                    )
        elif kind == "turtle":
            head, neck = body.figure.on_head(np.array([0, -0.52, -0.04])), body.figure.flat["neck"]
            top = mix(neck, head, 0.72)
            colour = body.main if body.kind.top != "armor" else body.second
            self.canvas.group(
                [capsule(neck, top, 0.17 * body.unit, 0.15 * body.unit)],
                colour,
                Part.OUTFIT,
                0.03 * body.unit,
            )
        elif not self.shown:
            return
        elif kind == "shirt":
            for side in (-1, 1):
                self._piece([[0.0, 0.96], [side * 0.17, 1.06], [side * 0.2, 0.96], [side * 0.08, 0.86]], WHITE)
        elif kind == "lapel":
            colour = palette.shadow(body.main, 0.1)
            for side in (-1, 1):
                self._piece([[side * 0.13, 1.05], [side * 0.24, 1.0], [side * 0.21, 0.8], [side * 0.0, 0.52]], colour)
                self._piece([[0.0, 0.96], [side * 0.1, 1.06], [side * 0.15, 0.98], [side * 0.06, 0.87]], WHITE)
        elif kind == "kimono":
            for side, low in ((1, 0.5), (-1, 0.46)):
                self._piece(
                    [[side * 0.17, 1.06], [side * 0.1, 1.06], [-side * 0.16, low], [-side * 0.06, low]],
                    body.second,
                )

    # -- front details --------------------------------------------------------------------------------------------

    def _detail(self) -> None:
        name = self.body.kind.detail
        if name:
            getattr(self, f"_{name}")()

    def _bow(self, height: float = 0.72, size: float = 1.0) -> None:
        colour = self.body.accent
        for side in (-1, 1):
            self._piece(
                [
                    [0.0, height + 0.02],
                    [side * 0.16 * size, height + 0.08 * size],
                    [side * 0.18 * size, height - 0.06 * size],
                    [0.0, height - 0.02],
                ],
                colour,
            )
            self._piece(
                [
                    [0.0, height],
                    [side * 0.05 * size, height - 0.2 * size],
                    [side * 0.13 * size, height - 0.17 * size],
                ],
                colour,
            )
        self._piece(
            [
                [-0.035, height + 0.035],
                [0.035, height + 0.035],
                [0.035, height - 0.035],
                [-0.035, height - 0.035],
            ],
            palette.shadow(colour, 0.12),
        )

    def _tie(self) -> None:
        colour = self.body.accent
        self._piece([[-0.035, 0.96], [0.035, 0.96], [0.06, 0.62], [0.0, 0.53], [-0.06, 0.62]], colour)
        self._piece([[-0.045, 0.98], [0.045, 0.98], [0.03, 0.9], [-0.03, 0.9]], palette.shadow(colour, 0.2))
        self._buttons(0.44, 0.2)

    def _buttons(self, top: float = 0.84, bottom: float = 0.1) -> None:
        self.canvas.line(self._front([[0.0, top + 0.06], [0.0, 0.0]]), self.canvas.ink(self.body.main), 0.8)
        for h in np.arange(top, bottom - 0.01, -0.22):
            self.canvas.fill(
                ellipse(self._front([[0.05, float(h)]])[0], 0.026 * self.body.unit, 0.026 * self.body.unit, n=10),
                palette.light(self.body.accent, 0.2),
                Part.OUTFIT,
            )

    def _zip(self) -> None:
        line = self._front([[0.0, 1.0], [0.0, 0.0]])
        self.canvas.line(line, self.canvas.ink(self.body.main), 1.2)
        if self.body.kind.top == "hoodie":
            pocket = self._front([[-0.2, 0.32], [0.2, 0.32], [0.26, 0.1], [-0.26, 0.1]])
            self.canvas.line(pocket, self.canvas.ink(self.body.main), 0.8, closed=True)
        else:
            for side in (-1, 1):
                self.canvas.line(
                    self._front([[side * 0.3, 0.93], [side * 0.24, 0.5], [side * 0.26, 0.1]]),
                    palette.light(self.body.accent, 0.1),
                    2.2,
                    part=Part.OUTFIT,
                )

    def _belt(self) -> None:
        band = [self.body.ring(self.torso * h, self.body.figure.build.waist + 0.025, 0.19) for h in (0.44, 0.36)]
        self.canvas.group(self.body.shells(band), self.body.accent, Part.OUTFIT)
        self._bow(0.4, 0.6)

    def _apron(self) -> None:
        self._piece([[-0.17, 0.86], [0.17, 0.86], [0.24, 0.42], [-0.24, 0.42]], self.body.second, 0.03)
        for side in (-1, 1):
            self._piece(
                [[side * 0.17, 0.86], [side * 0.26, 1.02], [side * 0.34, 0.98], [side * 0.22, 0.8]],
                self.body.second,
            )
        self._bow(0.9, 0.62)

    def _obi(self) -> None:
        band = [
            self.body.ring(self.torso * h, self.body.figure.build.waist + w, 0.2)
            for h, w in ((0.58, 0.06), (0.28, 0.05))
        ]
        self.canvas.group(self.body.shells(band), self.body.accent, Part.OUTFIT, 0.04 * self.body.unit)
        cord = [self.body.ring(self.torso * h, self.body.figure.build.waist + 0.065, 0.2) for h in (0.45, 0.41)]
        self.canvas.group(self.body.shells(cord), palette.light(self.body.second, 0.2), Part.OUTFIT)

    def _open(self) -> None:
        for side in (-1, 1):
            self.canvas.line(
                self._front([[side * 0.17, 1.02], [side * 0.13, 0.6], [side * 0.13, 0.0]]),
                self.canvas.ink(self.body.main),
                1.0,
            )

    def _plates(self) -> None:
        colour = self.body.main
        self.canvas.line(self._front([[0.0, 0.98], [0.0, 0.42]]), self.canvas.ink(colour), 1.0)
        for side in (-1, 1):
            self.canvas.line(
                self._front([[0.0, 0.62], [side * 0.18, 0.56], [side * 0.34, 0.68]]),
                self.canvas.ink(colour),
                1.0,
            )
        self.canvas.fill(
            ellipse(self._front([[0.0, 0.82]])[0], 0.06 * self.body.unit, 0.06 * self.body.unit),
            palette.light(self.body.accent, 0.1),
            Part.OUTFIT,
        )

    def _straps(self) -> None:
        for side in (-1, 1):
            self._piece(
                [[side * 0.16, 1.06], [side * 0.26, 1.04], [side * 0.25, 0.62], [side * 0.15, 0.62]],
                self.body.main,
            )
            self.canvas.fill(
                ellipse(self._front([[side * 0.2, 0.65]])[0], 0.038 * self.body.unit, 0.038 * self.body.unit, n=10),
                self.body.accent,
                Part.OUTFIT,
            )
        pocket = self._front([[-0.12, 0.54], [0.12, 0.54], [0.1, 0.38], [-0.1, 0.38]])
        self.canvas.line(pocket, self.canvas.ink(self.body.main), 0.8, closed=True)

    def _frog(self) -> None:
        trim = palette.light(self.body.accent, 0.1)
        self.canvas.line(self._front([[0.0, 1.0], [0.12, 0.88], [0.3, 0.82]]), trim, 2.0, part=Part.OUTFIT)
        for x, y in ((0.05, 0.95), (0.16, 0.865)):
            self.canvas.fill(
                ellipse(self._front([[x, y]])[0], 0.032 * self.body.unit, 0.032 * self.body.unit, n=10),
                trim,
                Part.OUTFIT,
            )

    # -- sleeves and hems -----------------------------------------------------------------------------------------

    def cuff(self, side: str, kind: str, upper: float, fore: float) -> None:
        """Draw the end of a sleeve, and an armour's shoulder plate."""
        body = self.body
        end = 1.0 + fore if fore else upper
        if kind in ("long", "puffy") and body.kind.top in (
            "sailor",
            "hoodie",
            "sweater",
            "apron",
            "dress",
            "track",
        ):
            colour = body.second if body.kind.top in ("sailor", "apron") else palette.shadow(body.main, 0.14)
            body.canvas.group(body._arm_pieces(side, end - 0.1, end, 0.045), colour, Part.OUTFIT)
        elif kind == "short" and body.kind.top == "sailor":
            body.canvas.group(body._arm_pieces(side, end - 0.1, end, 0.045), body.second, Part.OUTFIT)
        if body.kind.top == "armor":
            shoulder = body.figure.flat[f"{side}_shoulder"]
            u = body.unit
            body.canvas.group(
                [ellipse(shoulder, 0.2 * u, 0.17 * u), ellipse(shoulder + (0, 0.08 * u), 0.17 * u, 0.14 * u)],
                body.main,
                Part.OUTFIT,
                0.05 * u,
            )

    def over_skirt(self, waist: Points, low: list[Points], top: Points, hem: Points) -> None:
        """Draw what lies on a skirt: an apron, an opening, a trim."""
        body = self.body
        if body.kind.top == "apron" and body.front > -0.1:
            middle, axis = np.concatenate(low).mean(0), hem - top
            across = (
                np.array([-axis[1], axis[0]])
                / max(float(np.hypot(*axis)), 1e-6)
                * body.unit
                * 0.24
                * max(body.front, 0.25)
            )
            cloth = hull(
                np.stack(
                    [
                        top - across,
                        top + across,
                        mix(top, middle, 0.86) - across * 1.5,
                        mix(top, middle, 0.86) + across * 1.5,
                        mix(top, middle, 0.95),
                    ]
                )
            )
            self.canvas.group([cloth], body.second, Part.OUTFIT, 0.04 * body.unit)
        elif body.kind.top in ("kimono", "suit") and body.front > 0:
            self.canvas.line(np.stack([top, hem + (hem - top) * 0.12]), self.canvas.ink(body.main), 0.9)
        elif body.kind.top == "cheongsam":
            edge = np.concatenate(low)
            bottom = edge[np.argsort(edge[:, 1])[-10:]]
            self.canvas.line(bottom[np.argsort(bottom[:, 0])], palette.light(body.accent, 0.1), 1.6, part=Part.OUTFIT)

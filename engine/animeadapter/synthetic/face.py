"""The head without its hair: skull, face, eyes, brows, nose, mouth and what feelings add.

Features are drawn on the plane of a face seen from the front, lifted onto the head's surface and turned with it.
"""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.curves import Points, ellipse, ribbon, rounded_hull, smooth, unit
from animeadapter.synthetic.mouth import EYE_X, EYE_Y, Mouth
from animeadapter.synthetic.palette import Colour, rgb

JAWS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "round": (
        (0.425, -0.14, 0.10),
        (0.375, -0.29, 0.15),
        (0.25, -0.425, 0.23),
        (0.11, -0.505, 0.31),
        (0.0, -0.525, 0.33),
    ),
    "sharp": (
        (0.415, -0.14, 0.10),
        (0.35, -0.30, 0.15),
        (0.215, -0.43, 0.23),
        (0.075, -0.525, 0.31),
        (0.0, -0.545, 0.33),
    ),
    "flat": (
        (0.41, -0.14, 0.10),
        (0.36, -0.31, 0.15),
        (0.26, -0.44, 0.23),
        (0.13, -0.52, 0.31),
        (0.0, -0.535, 0.33),
    ),
    "wide": (
        (0.455, -0.14, 0.10),
        (0.43, -0.28, 0.15),
        (0.31, -0.41, 0.23),
        (0.14, -0.475, 0.31),
        (0.0, -0.49, 0.33),
    ),
}
_BROW_LINE = ((0.0, 0.34, 0.36), (0.22, 0.32, 0.32), (0.37, 0.22, 0.2), (0.435, 0.02, 0.08))
_PROFILE = (
    (0.0, 0.14, 0.44),
    (0.0, -0.165, 0.555),
    (0.0, -0.2, 0.53),
    (0.0, -0.34, 0.44),
    (0.0, -0.49, 0.38),
)


class Face(Mouth):
    """Draws one face on a canvas."""

    @property
    def visible(self) -> bool:
        return self.facing > -0.28

    def outline(self) -> Points:
        """Return the skin area of the face as a polygon in pixels."""
        jaw = JAWS[self.canvas.style.face]
        half = np.array(_BROW_LINE + jaw)
        both = np.concatenate([half, half * (-1, 1, 1), np.array(_PROFILE)])
        if self.facing < 0.2:
            both = both[self.figure.head_depth(both) > -0.3]
        return rounded_hull(self.figure.on_head(both), 44, 2)

    def draw_ears(self) -> None:
        for side in (-1.0, 1.0):
            normal = self.figure.head @ np.array([side, 0.0, -0.12])
            if normal[2] < -0.55:
                continue
            centre = self.figure.on_head(np.array([side * 0.455, -0.09, -0.02]))
            width = (0.035 + 0.06 * abs(normal[2])) * self.unit
            tilt = float(np.arctan2(*(self.figure.head[:2, 1] * (1, 1))))
            self.canvas.group([ellipse(centre, width, 0.115 * self.unit, tilt)], self.skin, Part.FACE)
            self.canvas.line(
                ellipse(centre, width * 0.5, 0.06 * self.unit, tilt)[:12],
                palette.shadow(self.skin, 0.34),
                0.7,
            )

    def draw(self) -> Points:
        """Draw the face and return its outline (for shadows that fall on it)."""
        outline = self.outline()
        self.canvas.group([outline], self.skin, Part.FACE, shade=0.03 * self.unit)
        self._cheeks()
        for side in (-1.0, 1.0):
            self._eye(side)
        self._nose()
        self._mouth()
        self._marks()
        return outline

    # -- eyes -----------------------------------------------------------------------------------------------------

    def _eye(self, side: float) -> None:
        normal = self.figure.head @ unit(np.array([side * EYE_X * 3.2, 0.0, 0.445 * 2.2]))
        if normal[2] < 0.13:
            return
        opening = self.expression.eyes[int(side > 0)]
        if opening <= 0.05:
            self._closed_eye(side)
            return
        shape = {"round": 0.0, "tsurime": 0.032, "tareme": -0.034, "jitome": 0.006}[self.who.eye_shape]
        if self.who.eye_shape == "jitome":
            opening = min(opening, 0.66)
        upper = np.array([[-0.108, -0.02], [-0.078, 0.078], [-0.01, 0.122], [0.066, 0.1], [0.122, 0.018 + shape]])
        upper[:, 1] = -0.05 + (upper[:, 1] + 0.05) * opening
        lower = np.array([[0.094, -0.082 + shape * 0.6], [0.01, -0.118], [-0.075, -0.09]])
        size = self.canvas.style.eye_scale * (0.92 if self.who.boy else 1.0)
        squat = np.array(
            [
                1.0,
                {"sharp": 0.9, "flat": 0.84, "wide": 1.04}.get(self.canvas.style.face, 1.0)
                * (0.86 if self.who.boy else 1.0),
            ]
        )

        def place(points: Points) -> Points:
            return self.at(points * squat * size * (side, 1.0) + (side * EYE_X, EYE_Y))

        lid = smooth(upper, 5, closed=False)
        white = place(
            np.concatenate([lid, smooth(np.concatenate([upper[-1:], lower, upper[:1]]), 4, closed=False)[1:-1]])
        )
        self.canvas.fill(white, rgb((252, 252, 255)), Part.FACE)
        self._mark_eye(white)
        with self.canvas.clipped([white], 0.12 * self.unit):
            self._iris(side, place)
            shade = place(np.concatenate([lid, (lid - (0, 0.035))[::-1]]))
            self.canvas.glaze(shade, rgb((92, 84, 130)), 0.42)
        self._lashes(side, place, lid, lower)
        self._brow(side)

    def _mark_eye(self, polygon: Points) -> None:
        import cv2

        cv2.fillPoly(self.canvas.eyes, [self.canvas.fixed(polygon)], 255, cv2.LINE_8, 4)

    def _iris(self, side: float, place) -> None:  # type: ignore[no-untyped-def]
        colour = rgb(self.who.other_eye_rgb if side > 0 and self.who.other_eye_rgb else self.who.eye_rgb)
        pupil = self.expression.pupil
        centre = np.array([side * self.look[0] * 0.038 - 0.004, self.look[1] * 0.03 - 0.004])
        rx, ry = 0.081 * (0.5 + 0.5 * pupil), 0.113 * (0.5 + 0.5 * pupil)
        self.canvas.fill(place(ellipse(centre, rx, ry)), palette.ink(colour, 0.42), None)
        self.canvas.fill(place(ellipse(centre, rx * 0.88, ry * 0.9)), colour, None)
        if self.canvas.style.shading != "none":
            self.canvas.fill(
                place(ellipse(centre + (0, ry * 0.42), rx * 0.88, ry * 0.55)),
                palette.shadow(colour, 0.42),
                None,
            )
            self.canvas.fill(
                place(ellipse(centre - (0, ry * 0.5), rx * 0.6, ry * 0.34)), palette.light(colour, 0.46), None
            )
        self.canvas.fill(
            place(ellipse(centre + (0, ry * 0.04), rx * 0.42 * pupil, ry * 0.46 * pupil)),
            palette.ink(colour, 0.16),
            None,
        )
        lit = -side * np.sign(self.canvas.light[0] or 1.0)
        self.canvas.fill(
            place(ellipse(centre + (-lit * rx * 0.36, ry * 0.42), rx * 0.36, ry * 0.27)),
            rgb((255, 255, 255)),
            None,
        )
        self.canvas.fill(
            place(ellipse(centre + (lit * rx * 0.42, -ry * 0.46), rx * 0.19, ry * 0.14)),
            rgb((255, 255, 255)),
            None,
        )

    def _lash_colour(self) -> Colour:
        dark = palette.ink(rgb(self.who.hair_rgb), 0.24)
        return dark if palette.luma(dark) < 70 else dark * 0.7

    def _lashes(self, side: float, place, lid: Points, lower: Points) -> None:  # type: ignore[no-untyped-def]
        colour = self._lash_colour()
        weight = np.interp(np.linspace(0, 1, len(lid)), [0, 0.35, 0.8, 1.0], [0.006, 0.02, 0.028, 0.012])
        weight *= 0.8 if self.who.boy else 1.0
        band = np.concatenate(
            [lid + np.stack([0 * weight, weight], 1), (lid - np.stack([0 * weight, weight * 0.7], 1))[::-1]]
        )
        self.canvas.fill(place(band), colour, Part.FACE)
        if not self.who.boy:
            tip = lid[-1]
            wing = np.array([tip + (-0.03, 0.012), tip + (0.03, 0.034), tip + (0.006, -0.02)])
            self.canvas.fill(place(wing), colour, Part.FACE)
        self.canvas.line(place(np.array([lower[0] + (0.012, 0.014), lower[0], lower[1]])), colour, 0.75)
        if self.canvas.style.outline and self.expression.eyes[int(side > 0)] > 0.55:
            self.canvas.line(place(lid[4:-3] + (0.0, 0.045)), palette.shadow(self.skin, 0.55), 0.6)

    def _closed_eye(self, side: float) -> None:
        kind = self.expression.closed
        colour = self._lash_colour()
        if kind == "tight":
            points = np.array([[0.1, 0.06], [-0.09, 0.0], [0.1, -0.06]])
            self.canvas.line(self.at(points * (side, 1) + (side * EYE_X, EYE_Y - 0.02)), colour, 1.7)
        else:
            bend = 0.062 if kind == "happy" else -0.05
            arc = np.array(
                [
                    [-0.105, 0.0],
                    [-0.06, bend * 0.8],
                    [0.0, bend * 1.05],
                    [0.062, bend * 0.75],
                    [0.115, -0.006],
                ]
            )
            path = smooth(arc, 4, closed=False)
            band = ribbon(path, np.interp(np.linspace(0, 1, len(path)), [0, 0.5, 1], [0.004, 0.015, 0.009]))
            self.canvas.fill(self.at(band * (side, 1) + (side * EYE_X, EYE_Y - 0.03)), colour, Part.FACE)
            for k in () if self.who.boy else (0, 1):
                tip = arc[-1 - k]
                self.canvas.line(
                    self.at(
                        np.array([tip, tip + (0.03, -0.018 - 0.012 * k)]) * (side, 1) + (side * EYE_X, EYE_Y - 0.03)
                    ),
                    colour,
                    0.9,
                )
        self._brow(side)

    def _brow(self, side: float) -> None:
        tilt, height = self.expression.brow, self.expression.brow_height + 0.185
        x = np.array([-0.09, -0.03, 0.04, 0.115])
        y = height + tilt * (x + 0.01) * 0.62 + np.array([0.0, 0.016, 0.018, -0.012]) * (1 - 0.6 * abs(tilt))
        width = np.array([0.013, 0.015, 0.012, 0.003]) * (1.45 if self.who.boy else 1.0)
        path = smooth(np.stack([x, y], axis=1), 4, closed=False)
        band = ribbon(path, np.interp(np.linspace(0, 3, len(path)), range(4), width))
        self.canvas.fill(
            self.at(band * (side, 1.0) + (side * EYE_X, EYE_Y)),
            palette.ink(rgb(self.who.hair_rgb), 0.5),
            Part.FACE,
        )

    # -- the rest of the face -------------------------------------------------------------------------------------

    def _nose(self) -> None:
        turn = float(self.figure.head[0, 2])
        if abs(turn) > 0.8:
            return
        lean = 0.014 if turn >= 0 else -0.014
        self.canvas.line(
            self.at(np.array([[lean, -0.165], [lean * 2.2, -0.192], [lean * 0.4, -0.198]])),
            palette.shadow(self.skin, 0.6),
            0.8,
        )

    def _cheeks(self) -> None:
        blush = max(self.expression.blush, 0.0 if self.who.boy else 0.16)
        for side in (-1.0, 1.0):
            normal = self.figure.head @ np.array([side * 0.62, 0.0, 0.78])
            if normal[2] < 0.15 or not blush or (self.canvas.style.shading == "none" and blush < 0.3):
                continue
            centre = np.array([side * 0.27, -0.225])
            self.canvas.glaze(self.at(ellipse(centre, 0.1, 0.055)), rgb((246, 96, 96)), 0.42 * blush + 0.04, soft=2.0)
            if blush > 0.5:
                for k in (-1, 0, 1):
                    at = centre + (k * 0.04, 0.0)
                    self.canvas.line(
                        self.at(np.array([at + (0.012, 0.02), at - (0.012, 0.02)])), rgb((226, 84, 88)), 0.7
                    )

    def _marks(self) -> None:
        extra = self.expression.extra
        tear = rgb((150, 208, 250))
        for side in (-1.0, 1.0):
            if "tears" in extra:
                self.canvas.fill(self.at(ellipse(np.array([side * 0.26, EYE_Y - 0.15]), 0.026, 0.04)), tear, Part.FACE)
            if "crying" in extra:
                stream = np.array([[0.17, -0.11], [0.24, -0.11], [0.26, -0.4], [0.19, -0.42]]) * (side, 1)
                self.canvas.fill(self.at(stream), tear, Part.FACE)
        if "sweat" in extra:
            drop = np.array([[0.33, 0.2], [0.365, 0.1], [0.34, 0.06], [0.305, 0.07], [0.3, 0.11]])
            self.canvas.group([self.at(smooth(drop))], tear, Part.FACE)
        if "vein" in extra:
            for k in range(4):
                a = k * np.pi / 2
                turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
                arm = np.array([[0.014, 0.055], [0.018, 0.018], [0.055, 0.014]]) @ turn.T + (-0.3, 0.24)
                self.canvas.line(self.at(smooth(arm, 4, closed=False)), rgb((206, 40, 46)), 1.3)
        self._identity_marks()

    def _identity_marks(self) -> None:
        marks = self.who.marks
        brown = palette.shadow(self.skin, 0.8)
        if "freckles" in marks:
            for x, y in ((0.2, -0.2), (0.25, -0.23), (0.3, -0.2), (0.15, -0.22)):
                for side in (-1, 1):
                    self.canvas.fill(self.at(ellipse(np.array([side * x, y]), 0.011, 0.011, n=8)), brown, None)
        if "mole" in marks:
            self.canvas.fill(self.at(ellipse(np.array([0.255, -0.215]), 0.015, 0.015, n=8)), rgb((70, 44, 40)), None)
        if "scar" in marks:
            self.canvas.line(self.at(np.array([[-0.16, -0.2], [-0.32, -0.28]])), rgb((190, 92, 84)), 1.3)
            self.canvas.line(self.at(np.array([[-0.22, -0.205], [-0.25, -0.275]])), rgb((190, 92, 84)), 1.0)
        if "bandaid" in marks:
            strip = np.array([[0.19, -0.2], [0.33, -0.25], [0.345, -0.205], [0.205, -0.155]])
            self.canvas.group([self.at(strip)], rgb((238, 200, 150)), Part.FACE)

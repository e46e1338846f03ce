"""Hair painted: layers behind and before the body, the cap, the fringe and its shine."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.canvas import Pattern
from animeadapter.synthetic.curves import Points, ellipse, ribbon, rounded_hull, shares, smooth
from animeadapter.synthetic.palette import rgb
from animeadapter.synthetic.strands import BLUNT, POINTED, Strand, Strands, shell


class Hair(Strands):
    """Paints one character's hair."""

    # -- painting -------------------------------------------------------------------------------------------------

    def _polygon(self, strand: Strand) -> Points:
        path = self.figure.on_head(strand.path)
        profile = np.interp(shares(len(path)), shares(len(strand.profile)), strand.profile)
        return ribbon(path, profile * strand.width * self.unit)

    def _dye(self, inner: bool = False) -> Pattern | None:
        """Return where the second hair colour lies."""
        kind, head, unit = self.who.hair_second, self.figure.flat["head"], self.unit
        axis = self.figure.head[:2, 1] * (1, -1)
        side = self.figure.head[:2, 0] * (1, -1)
        if kind == "gradient":
            reach = max(self.style.length if not self.style.gathered else 1.2, 0.5)
            return lambda x, y: np.clip(
                (-((x - head[0]) * axis[0] + (y - head[1]) * axis[1]) / unit + 0.05) / reach, 0, 1
            )
        if kind == "two-tone":
            return lambda x, y: (((x - head[0]) * side[0] + (y - head[1]) * side[1]) > 0).astype(np.float64)
        if kind == "inner" and inner:
            return lambda x, y: np.ones_like(x)
        return None

    def draw_layer(self, name: str) -> None:
        strands = self.layers[name]
        inner = name == "back" and self.figure.head[2, 2] > 0
        base = self.colour if name != "back" or not inner else palette.shadow(self.colour, 0.12)
        buns = [(at, size) for kind, at, size in self.knots if kind == "bun" and self._layer_of(at) == name]
        for at, size in buns if name != "front" else ():
            self._bun(at, size)
        if strands:
            polygons = [self._polygon(s) for s in strands]
            self.canvas.group(
                polygons, base, Part.HAIR, shade=0.05 * self.unit, pattern=self._dye(inner), other=self.second
            )
            line = self.canvas.ink(base)
            for strand, polygon in zip(strands, polygons, strict=True):
                if strand.second:
                    self.canvas.fill(polygon, self.second, Part.HAIR)
                half = len(polygon) // 2
                self.canvas.line(polygon[half // 3 : half - 1], line, 0.6)
        for at, size in buns if name == "front" else ():
            self._bun(at, size)
        for kind, at, width in self.knots:
            if kind != "bun" and self._layer_of(at) == name:
                self._band(at, width)

    def _layer_of(self, at: Points) -> str:
        depth = float(self.figure.head_depth(at))
        return "back" if depth < -0.14 else "middle" if depth < 0.2 else "front"

    def _bun(self, at: Points, radius: float) -> None:
        centre = self.figure.on_head(at)
        r = radius * self.unit
        self.canvas.group(
            [ellipse(centre, r, r * 0.94)], self.colour, Part.HAIR, 0.06 * self.unit, self._dye(), self.second
        )
        turn = np.linspace(0.4, 5.6, 14)
        spiral = centre + np.stack([np.cos(turn), np.sin(turn)], axis=1) * (r * 0.72 * (1 - turn / 7.5))[:, None]
        self.canvas.line(spiral, self.canvas.ink(self.colour), 0.7)

    def _band(self, at: Points, width: float) -> None:
        """Draw a hair tie."""
        centre = self.figure.on_head(at)
        colour = rgb(self.who.garments.accent_rgb)
        r = max(width * 0.62, 0.055) * self.unit
        self.canvas.group([ellipse(centre, r, r * 0.8)], colour, Part.ACCESSORY)

    def draw_cap(self) -> None:
        """Draw the head as a ball of hair; the face goes over it."""
        grid = np.stack([shell(a, e) for e in (-24, 0, 24, 48, 72) for a in range(0, 360, 24)])
        self.cap = rounded_hull(self.figure.on_head(grid), 44, 1)
        self.canvas.group([self.cap], self.colour, Part.HAIR, 0.06 * self.unit, self._dye(), self.second)
        if self.figure.head[2, 2] < 0.1:
            line = self.canvas.ink(self.colour)
            for azimuth in range(100, 261, 32):
                path = np.stack([shell(azimuth, e) for e in (74, 46, 18, -8)])
                if float(self.figure.head_depth(path[1])) > 0.1:
                    self.canvas.line(smooth(self.figure.on_head(path), 4, closed=False), line, 0.6)

    # -- the fringe -----------------------------------------------------------------------------------------------

    def _bang(
        self, root: float, tip: float, low: float, width: float, profile: Points = POINTED, out: float = 1.02
    ) -> Strand:
        """Return a strand of the fringe from the crown at azimuth `root` to a tip at azimuth `tip`, elevation `low`."""
        azimuths, elevations = np.linspace(root, tip, 5), np.linspace(80, low, 5)
        lift = np.array([1.0, 1.0, 1.01, 1.02, 1.0]) * out
        path = np.stack([shell(a, e, o) for a, e, o in zip(azimuths, elevations, lift, strict=True)])
        return Strand(smooth(path, 3, closed=False), width, profile)

    def _fringe(self) -> list[Strand]:
        kind = self.who.bangs
        strands: list[Strand] = []
        jitter = self.rng.uniform(-3, 3, 16)
        if kind == "blunt":
            strands = [
                self._bang(a * 0.5, a, 9 + jitter[k] * 0.3, 0.105, BLUNT) for k, a in enumerate(range(-60, 61, 15))
            ]
        elif kind == "swept":
            strands = [self._bang(-46, a, 22 - k * 2.4, 0.115) for k, a in enumerate((-58, -36, -14, 8, 28, 46, 62))]
        elif kind == "parted":
            for side in (-1, 1):
                strands += [
                    self._bang(side * 3, side * a, low, 0.11) for a, low in ((22, 34), (36, 21), (50, 10), (64, 0))
                ]
        elif kind == "crossed":
            strands = [
                self._bang(a * 0.6, a + jitter[k], 10 + jitter[k], 0.10)
                for k, a in enumerate((-62, -46, -30, 30, 46, 62))
            ]
            strands += [self._bang(-26, 16, 3, 0.10), self._bang(26, -16, 3, 0.10)]
        elif kind == "between_eyes":
            lows = (2, 12, 8, -7, 9, 12, 2)
            strands = [
                self._bang(a * 0.45, a + jitter[k], low, 0.115)
                for k, (a, low) in enumerate(zip((-62, -40, -20, 3, 22, 42, 62), lows, strict=True))
            ]
        else:
            strands = [self._bang(40, a, low, 0.115) for a, low in ((62, 2), (44, 18), (24, 20), (4, 14))]
            strands += [
                self._bang(36, a, low, 0.125, out=1.04) for a, low in ((-14, -12), (-28, -26), (-42, -24), (-58, -10))
            ]
        return strands

    def _locks(self) -> list[Strand]:
        """Return the locks beside the face."""
        length = 0.62 if self.who.sidelocks else 0.26
        if self.style.name == "hime":
            length = 0.58
        if self.who.boy and not self.who.sidelocks:
            length = 0.12
        strands = []
        for side in (-1, 1):
            root = np.stack([shell(side * 44, 66), shell(side * 70, 40, 1.02), shell(side * 75, 12, 1.03)])
            fall = shell(side * 75, -4, 1.02) + self.down * length * np.linspace(0.3, 1, 4)[:, None]
            strands.append(
                Strand(
                    smooth(np.concatenate([root, fall]), 2, closed=False),
                    0.075 if length < 0.5 else 0.088,
                    BLUNT if self.style.name == "hime" else POINTED,
                )
            )
        return strands

    def draw_fringe(self, face: Points | None) -> None:
        """Draw fringe, side locks, ahoge and shine over the face; `face` is its outline for the cast shadow."""
        strands = [
            s for s in self._locks() + self._fringe() if float(self.figure.head_depth(s.path[len(s.path) // 2])) > -0.1
        ]
        polygons = [self._polygon(s) for s in strands]
        if face is not None and polygons:
            drop = self.unit * 0.06
            fall = np.array([self.canvas.light[0] * drop * 0.5, drop])
            self.canvas.shade_on([face], [p + fall for p in polygons[2:]], palette.shadow(rgb(self.who.skin_rgb), 0.22))
        if polygons:
            self.canvas.group(polygons, self.colour, Part.HAIR, 0.035 * self.unit, self._dye(), self.second)
            line = self.canvas.ink(self.colour)
            for k, polygon in enumerate(polygons):
                half = len(polygon) // 2
                if self.who.hair_second == "streaked" and k % 3 == 1:
                    self.canvas.fill(polygon, self.second, Part.HAIR)
                self.canvas.line(polygon[half // 2 : half], line, 0.7)
                self.canvas.line(polygon[half : half + half // 2], line, 0.7)
        self._shine()
        if self.who.ahoge:
            self._ahoge()

    def _shine(self) -> None:
        if not self.canvas.style.highlights:
            return
        angles = np.linspace(-52, 52, 15)
        roll = self.figure.head[:2, 1]
        turn = np.array([[roll[1], roll[0]], [-roll[0], roll[1]]])
        bend = np.where(np.arange(15) % 2, 0.02, -0.02)

        def arc(height: float, teeth: float) -> Points:
            a = np.radians(angles)
            points = np.stack([np.sin(a) * 0.47, height + 0.08 * np.cos(a) + bend * teeth - 0.06], axis=1)
            return self.figure.flat["head"] + (points @ turn.T) * (self.unit, -self.unit)

        band = np.concatenate([arc(0.42, 1.0), arc(0.35, 1.4)[::-1]])
        self.canvas.glaze(band, palette.light(self.colour, 0.62), 0.55)

    def _ahoge(self) -> None:
        base = shell(0, 84)
        sway = 0.2 if self.rng.random() < 0.5 else -0.2
        path = np.stack(
            [base, base + (sway * 0.3, 0.14, 0.02), base + (sway, 0.26, 0.05), base + (sway * 2.0, 0.2, 0.1)]
        )
        self.canvas.group([self._polygon(Strand(smooth(path, 3, closed=False), 0.05))], self.colour, Part.HAIR)

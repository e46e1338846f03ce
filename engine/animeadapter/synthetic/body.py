"""Body and clothes: trunk, arms and legs as tapered volumes between joints, with what is worn over them."""

from __future__ import annotations

import numpy as np

from animeadapter.protocol.parts import Part
from animeadapter.synthetic import palette
from animeadapter.synthetic.canvas import Canvas, Pattern
from animeadapter.synthetic.cloth import cloth
from animeadapter.synthetic.curves import Points, capsule, ellipse, hull, mix, rounded_hull, smooth
from animeadapter.synthetic.garment_details import Details
from animeadapter.synthetic.hands import draw_hand, draw_prop
from animeadapter.synthetic.identity import Identity
from animeadapter.synthetic.palette import Colour, rgb
from animeadapter.synthetic.shot import Act
from animeadapter.synthetic.skeleton import Figure

_RING = np.stack([np.cos(np.arange(14) * np.pi / 7), np.sin(np.arange(14) * np.pi / 7)], axis=1)
SLEEVED = {
    "short": (0.58, 0.0),
    "puffy": (0.5, 0.0),
    "long": (1.0, 0.94),
    "wide": (1.0, 0.96),
    "none": (0.0, 0.0),
}
"""How much of upper arm and forearm a sleeve covers."""
LEG_COVER = {"bare": 0.0, "socks": 0.32, "kneehighs": 0.86, "thighhighs": 1.45, "pantyhose": 2.0}


class Body:
    """Draws one figure's trunk and limbs in their clothes."""

    def __init__(self, canvas: Canvas, figure: Figure, who: Identity, act: Act) -> None:
        self.canvas, self.figure, self.who, self.act = canvas, figure, who, act
        self.wear = who.garments
        self.kind = self.wear.kind
        self.skin = rgb(who.skin_rgb)
        self.unit = figure.scale
        self.girth = figure.build.girth
        self.main, self.second, self.accent = (
            rgb(c) for c in (self.wear.main_rgb, self.wear.second_rgb, self.wear.accent_rgb)
        )
        self.sleeve_colour = self.second if self.kind.top == "vest" else self.main
        self.trunk_rings = self._rings()
        self.details = Details(self)

    # -- cloth ----------------------------------------------------------------------------------------------------

    def pattern(self, on: str, origin: Points, down: Points) -> Pattern | None:
        """Return the outfit's pattern where it lies on this part (`main` or `second`)."""
        if self.wear.pattern_on != on:
            return None
        return cloth(self.wear.pattern, origin, down, self.unit, self.wear.pattern_size)

    def garment(
        self,
        polygons: list[Points],
        on: str,
        origin: Points,
        down: Points,
        colour: Colour | None = None,
        shade: float = 0.05,
    ) -> None:
        """Draw a piece of clothing in the main or second colour, with the pattern where it belongs."""
        ground = colour if colour is not None else self.main if on == "main" else self.second
        pattern = self.pattern(on, origin, down)
        self.canvas.group(polygons, ground, Part.OUTFIT, shade * self.unit, pattern, rgb(self.wear.pattern_rgb))

    # -- trunk ----------------------------------------------------------------------------------------------------

    def _rings(self) -> list[Points]:
        """Return horizontal sections of the trunk from the shoulders down, each (14, 2) in pixels."""
        build, t = self.figure.build, self.figure.build.torso
        sections = (
            (t + 0.02, build.shoulder * 0.82, 0.13, 0.0),
            (t - 0.07, build.shoulder + 0.045, 0.16, 0.0),
            (t * 0.76, build.shoulder * 0.86, 0.19 + build.bust * 0.5, build.bust),
            (t * 0.42, build.waist, 0.17, 0.0),
            (t * 0.12, build.hip + 0.12, 0.19, 0.0),
            (-0.10, build.hip + 0.15, 0.20, 0.0),
        )
        return [self.ring(y, w * (self.girth * 0.5 + 0.5), d, z) for y, w, d, z in sections]

    def ring(self, height: float, half_width: float, half_depth: float, forward: float = 0.0) -> Points:
        """Return a horizontal section of the trunk at a height above the pelvis (heads) as points in pixels."""
        points = np.stack([_RING[:, 0] * half_width, np.full(14, height), _RING[:, 1] * half_depth + forward], axis=1)
        return self.figure.project(points @ self.figure.body.T)

    def on_trunk(self, points: Points) -> Points:
        """Return pixels (n, 2) of points (n, 3) in the trunk's frame (heads above the pelvis)."""
        return self.figure.project(np.asarray(points) @ self.figure.body.T)

    def shells(self, rings: list[Points]) -> list[Points]:
        return [hull(np.concatenate(pair)) for pair in zip(rings, rings[1:], strict=False)]

    @property
    def spine(self) -> tuple[Points, Points]:
        """Return the neck in pixels and the direction down the trunk."""
        neck = self.figure.flat["neck"]
        return neck, self.figure.flat["pelvis"] - neck

    @property
    def front(self) -> float:
        """How much the chest faces the viewer, −1 … 1."""
        return float(self.figure.body[2, 2])

    def draw_neck(self) -> None:
        figure = self.figure
        base = mix(figure.flat["neck"], figure.flat["pelvis"], -0.02)
        top = figure.on_head(np.array([0.0, -0.3, -0.06]))
        r = 0.125 * self.unit * (1.15 if self.who.boy else 1.0)
        neck = capsule(base, top, r * 1.08, r)
        self.canvas.group([neck], self.skin, Part.SKIN)
        shadow = ellipse(figure.on_head(np.array([0.03, -0.5, 0.02])), 0.24 * figure.head_size, 0.15 * figure.head_size)
        self.canvas.shade_on([neck], [shadow], palette.shadow(self.skin, 0.3))

    def draw_trunk(self) -> None:
        """Draw the trunk with the upper garment on it."""
        neck, down = self.spine
        rings = self.trunk_rings
        top = self.kind.top
        if top == "vest":
            self.garment(self.shells(rings[:5]), "second", neck, down)
            bib = [
                self.ring(h, w, 0.2)
                for h, w in (
                    (self.figure.build.torso * 0.68, 0.25),
                    (self.figure.build.torso * 0.4, self.figure.build.waist + 0.03),
                    (0.0, self.figure.build.hip + 0.16),
                )
            ]
            self.garment(self.shells(bib), "main", neck, down)
        elif top == "armor":
            self.canvas.group(self.shells(rings), palette.shadow(self.second, 0.2), Part.OUTFIT, 0.05 * self.unit)
            self.garment(self.shells(rings[:4]), "main", neck, down, shade=0.08)
        else:
            cut = 6 if self.wear.bottom in ("pants", "shorts") or top in ("hoodie", "suit", "blazer") else 5
            self.garment(self.shells(rings[:cut]), "main", neck, down)
        if top in ("hoodie", "sweater", "track"):
            hem = [self.ring(h, self.figure.build.hip + w, 0.2) for h, w in ((0.10, 0.165), (-0.04, 0.17))]
            self.canvas.group(self.shells(hem), palette.shadow(self.main, 0.14), Part.OUTFIT)

    # -- below the waist ------------------------------------------------------------------------------------------

    def hips(self) -> None:
        """Draw what covers the pelvis under the upper garment: trousers' seat, or skin-tight shade under a skirt."""
        seat = [self.trunk_rings[3], self.trunk_rings[4], self.trunk_rings[5]]
        colour = (
            self.bottom_colour if self.wear.bottom in ("pants", "shorts") else palette.shadow(self.bottom_colour, 0.2)
        )
        neck, down = self.spine
        self.garment(self.shells(seat), self.bottom_on, neck, down, colour)

    @property
    def bottom_on(self) -> str:
        return "main" if self.kind.bottom_is_main else "second"

    @property
    def bottom_colour(self) -> Colour:
        return self.main if self.kind.bottom_is_main else self.second

    def _along(self, side: str, share: float) -> Points:
        """Return a point of a leg in pixels: 0 hip, 1 knee, 2 ankle."""
        flat = self.figure.flat
        if share <= 1:
            return mix(flat[f"{side}_hip"], flat[f"{side}_knee"], share)
        return mix(flat[f"{side}_knee"], flat[f"{side}_ankle"], share - 1)

    def _leg_radius(self, share: float) -> float:
        return (
            float(np.interp(share, [0, 0.6, 1, 1.35, 2], [0.178, 0.145, 0.108, 0.105, 0.066])) * self.unit * self.girth
        )

    def _leg_pieces(self, side: str, start: float, end: float, grow: float = 0.0) -> list[Points]:
        """Return the volumes of a leg between two shares of its length, `grow` heads thicker than the leg."""
        at = sorted({start, end, *(s for s in (0.5, 1.0, 1.35) if start < s < end)})
        extra = grow * self.unit
        return [
            capsule(
                self._along(side, a),
                self._along(side, b),
                self._leg_radius(a) + extra,
                self._leg_radius(b) + extra,
            )
            for a, b in zip(at, at[1:], strict=False)
        ]

    def draw_leg(self, side: str, parts: str = "all") -> None:
        """Draw one leg: skin, legwear, trousers and shoe; `parts` may be thigh or shin alone."""
        lower, upper = {"all": (2.0, 0.0), "thigh": (1.0, 0.0), "shin": (2.0, 1.0)}[parts]
        self.canvas.group(self._leg_pieces(side, upper, lower), self.skin, Part.SKIN, 0.04 * self.unit)
        cover = LEG_COVER[self.wear.legwear]
        if cover and 2 - cover < lower:
            colour = rgb(self.wear.legwear_rgb)
            self.canvas.group(
                self._leg_pieces(side, max(upper, 2 - cover), lower, 0.006),
                colour,
                Part.OUTFIT,
                0.04 * self.unit,
            )
        reach = {"pants": 1.86, "shorts": 0.62}.get(self.wear.bottom, 0.0)
        if reach > upper:
            hip, down = (
                self._along(side, upper),
                self._along(side, min(reach, lower)) - self._along(side, upper),
            )
            loose = 0.035 if self.wear.bottom == "pants" else 0.05
            self.garment(self._leg_pieces(side, upper, min(reach, lower), loose), self.bottom_on, hip, down)
        if lower == 2.0:
            self._shoe(side)

    def _shoe(self, side: str) -> None:
        flat = self.figure.flat
        ankle, toe = flat[f"{side}_ankle"], flat[f"{side}_toe"]
        kind = self.wear.shoes
        colour = self.skin if kind == "barefoot" else rgb(self.wear.shoes_rgb)
        part = Part.SKIN if kind == "barefoot" else Part.OUTFIT
        u = self.unit
        foot = [
            capsule(ankle, mix(ankle, toe, 0.35), 0.085 * u, 0.098 * u),
            capsule(mix(ankle, toe, 0.35), toe, 0.098 * u, 0.082 * u),
        ]
        if kind == "boots":
            foot += self._leg_pieces(side, 1.45, 2.0, 0.022)
        self.canvas.group(foot, colour, part, 0.035 * u)
        if kind in ("shoes", "sneakers"):
            sole = np.stack([mix(ankle, toe, 0.1) + (0, 0.088 * u), toe + (0, 0.06 * u)])
            self.canvas.line(sole, rgb((250, 250, 250)) if kind == "sneakers" else palette.ink(colour, 0.5), 1.4)

    def skirt_hem(self) -> float:
        """Return how far down the legs the skirt reaches: 1 is the knee."""
        if self.wear.bottom == "long_skirt":
            return 1.78 if self.kind.top in ("kimono",) else 1.55 if self.kind.top != "suit" else 1.3
        return 0.62 if self.kind.top != "dress" else 0.78

    def draw_skirt(self) -> None:
        """Draw a skirt from the waist over both legs."""
        if self.wear.bottom not in ("skirt", "long_skirt"):
            return
        reach = self.skirt_hem()
        tight = self.kind.top in ("kimono", "cheongsam")
        flare = 0.05 if tight else 0.17 if reach > 1 else 0.2
        waist = np.concatenate(
            [
                self.ring(self.figure.build.torso * 0.36, self.figure.build.waist + 0.02, 0.19),
                self.trunk_rings[4],
            ]
        )
        first = min(reach, 1.0)
        discs = [
            ellipse(
                self._along(s, first),
                self._leg_radius(first) + flare * self.unit,
                self._leg_radius(first) + flare * 0.55 * self.unit,
                n=16,
            )
            for s in "rl"
        ]
        pieces = [hull(np.concatenate([waist, *discs]))]
        low = discs
        if reach > 1:
            grow = flare * 1.5
            low = [
                ellipse(
                    self._along(s, reach),
                    self._leg_radius(reach) + grow * self.unit,
                    self._leg_radius(reach) + grow * 0.4 * self.unit,
                    n=16,
                )
                for s in "rl"
            ]
            pieces.append(hull(np.concatenate([*discs, *low])))
        top = waist.mean(0)
        hem = np.concatenate(low).mean(0)
        self.garment(pieces, self.bottom_on, top, hem - top, shade=0.08)
        if not tight:
            self._pleats(waist, np.concatenate(low), top, hem)
        self.details.over_skirt(waist, low, top, hem)

    def _pleats(self, waist: Points, low: Points, top: Points, hem: Points) -> None:
        axis = hem - top
        length = float(np.hypot(*axis))
        if length < 0.2 * self.unit:
            return
        across = np.array([-axis[1], axis[0]]) / length
        wide, narrow = (low - hem) @ across, (waist - top) @ across
        line = self.canvas.ink(self.bottom_colour)
        bottom = float(((low - top) @ axis).max() / length**2)
        for t in np.linspace(0.14, 0.86, 5):
            start = top + across * mix(narrow.min(), narrow.max(), t) * 0.9 + axis * 0.25
            end = top + axis * bottom * 0.96 + across * mix(wide.min(), wide.max(), t) * 0.96
            self.canvas.line(np.stack([start, end]), line, 0.7)

    # -- arms -----------------------------------------------------------------------------------------------------

    def _arm_radius(self, share: float) -> float:
        return float(np.interp(share, [0, 1, 1.3, 2], [0.098, 0.076, 0.076, 0.052])) * self.unit * self.girth

    def _arm_point(self, side: str, share: float) -> Points:
        flat = self.figure.flat
        if share <= 1:
            return mix(flat[f"{side}_shoulder"], flat[f"{side}_elbow"], share)
        return mix(flat[f"{side}_elbow"], flat[f"{side}_wrist"], share - 1)

    def _arm_pieces(self, side: str, start: float, end: float, grow: float = 0.0) -> list[Points]:
        at = sorted({start, end, *(s for s in (1.0,) if start < s < end)})
        extra = grow * self.unit
        return [
            capsule(
                self._arm_point(side, a),
                self._arm_point(side, b),
                self._arm_radius(a) + extra,
                self._arm_radius(b) + extra,
            )
            for a, b in zip(at, at[1:], strict=False)
        ]

    def draw_arm(self, side: str) -> None:
        """Draw an arm in its sleeve, its hand and what the hand holds."""
        figure = self.figure
        self.canvas.group(self._arm_pieces(side, 0.0, 2.0), self.skin, Part.SKIN, 0.03 * self.unit)
        hand_first = figure.depth(f"{side}_wrist") < figure.depth(f"{side}_elbow") - 0.1
        if hand_first:
            self._hand(side)
        self._sleeve(side)
        if not hand_first:
            self._hand(side)

    def _sleeve(self, side: str) -> None:
        kind = self.wear.sleeve
        upper, fore = SLEEVED[kind]
        if not upper:
            return
        shoulder, elbow = self.figure.flat[f"{side}_shoulder"], self.figure.flat[f"{side}_elbow"]
        grow = 0.035 if kind != "wide" else 0.06
        pieces = self._arm_pieces(side, 0.0, 1.0 + fore if fore else upper, grow)
        if kind == "wide":
            start, end = self._arm_point(side, 1.15), self._arm_point(side, 1.95)
            pieces.append(capsule(start, end + (0, 0.10 * self.unit), 0.12 * self.unit, 0.21 * self.unit))
        if kind == "puffy":
            pieces = [
                rounded_hull(
                    np.concatenate(
                        [
                            ellipse(mix(shoulder, elbow, 0.1), 0.17 * self.unit, 0.16 * self.unit),
                            ellipse(mix(shoulder, elbow, 0.46), 0.14 * self.unit, 0.13 * self.unit),
                        ]
                    ),
                    24,
                    1,
                )
            ]
        on = "second" if self.kind.top == "vest" else "main"
        if self.kind.top == "armor":
            self.canvas.group(pieces, palette.shadow(self.second, 0.12), Part.OUTFIT, 0.04 * self.unit)
        else:
            self.garment(pieces, on, shoulder, elbow - shoulder, shade=0.04)
        self._shoulder_seam(side, on, shoulder, elbow)
        self.details.cuff(side, kind, upper, fore)

    def _shoulder_seam(self, side: str, on: str, shoulder: Points, elbow: Points) -> None:
        """Let the sleeve run into the trunk without a line between them."""
        if self.kind.top == "armor":
            return
        neck, down = self.spine
        inner = mix(shoulder, mix(neck, neck + down, 0.16), 0.42)
        patch = capsule(mix(shoulder, elbow, 0.04), inner, 0.085 * self.unit * self.girth, 0.07 * self.unit)
        colour = self.sleeve_colour
        self.canvas.group(
            [patch],
            colour,
            Part.OUTFIT,
            0.0,
            self.pattern(on, shoulder, elbow - shoulder),
            rgb(self.wear.pattern_rgb),
            outline=False,
        )

    def _hand(self, side: str) -> None:
        figure = self.figure
        kind = self.act.hands[int(side == "l")]
        wrist, elbow = figure.flat[f"{side}_wrist"], figure.flat[f"{side}_elbow"]
        bone = figure.points[f"{side}_wrist"] - figure.points[f"{side}_elbow"]
        along = (wrist - elbow) if float(np.hypot(*bone[:2])) > 0.08 else np.array([0.0, -1.0])
        size = figure.size(f"{side}_wrist", 1.0) * (0.95 + 0.1 * self.who.boy)
        thumb = 1.0 if side == "r" else -1.0
        prop = self.act.arms.prop
        holds = prop and kind == "grip" and (prop != "book" or side == "l")
        length = max(float(np.hypot(*along)), 1e-6)
        palm = wrist + along / length * 0.1 * size
        if holds and prop == "book":
            palm = (figure.flat["r_wrist"] + figure.flat["l_wrist"]) / 2
        if holds:
            down = self.spine[1]
            up = -down / max(float(np.hypot(*down)), 1e-6)
            lean = 0.25 if prop == "sword" else 0.0
            up = up + lean * np.array([along[0], along[1]]) / length
            draw_prop(self.canvas, prop, palm, along, up / float(np.hypot(*up)), size, self.prop_colour)
        draw_hand(self.canvas, kind, wrist, along, thumb * (1.0 if self.front >= 0 else -1.0), size, self.skin)

    @property
    def prop_colour(self) -> Colour:
        names = list(palette.CLOTH)
        return rgb(palette.CLOTH[names[round(abs(self.act.yaw) * 7) % len(names)]])

    def smooth_line(self, points: Points, colour: Colour, width: float = 1.0, part: Part | None = None) -> None:
        self.canvas.line(smooth(np.asarray(points), 4, closed=False), colour, width, part=part)

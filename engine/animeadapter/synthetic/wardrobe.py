"""What there is to wear and how hair is worn: tables with the Danbooru tags of each row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class HairStyle:
    """A way to wear hair: how far it falls (heads below the middle of the head) and what is tied."""

    name: str
    tags: tuple[str, ...]
    length: float
    gathered: str = ""
    """'', ponytail, side_ponytail, twintails, low_twintails, braid, twin_braids, bun, double_bun or drills."""
    wave: float = 0.0
    flare: float = 0.0
    """How far the tips stand outwards (negative: inwards)."""
    spikes: float = 0.0
    boys: float = 0.0
    girls: float = 1.0


HAIR_STYLES: tuple[HairStyle, ...] = (
    HairStyle("very_short", ("very_short_hair", "short_hair"), 0.28, boys=2.0, girls=0.25),
    HairStyle("spiked", ("spiked_hair", "short_hair"), 0.40, spikes=1.0, flare=0.3, boys=2.4, girls=0.3),
    HairStyle("short", ("short_hair",), 0.52, flare=0.08, boys=2.0, girls=0.9),
    HairStyle("messy", ("messy_hair", "short_hair"), 0.55, flare=0.2, spikes=0.4, boys=1.4, girls=0.6),
    HairStyle("bob", ("bob_cut", "short_hair"), 0.62, flare=-0.12),
    HairStyle("medium", ("medium_hair",), 0.95, flare=0.06, boys=0.3),
    HairStyle("flipped", ("flipped_hair", "medium_hair"), 0.85, flare=0.34, girls=0.7),
    HairStyle("long", ("long_hair",), 1.45, boys=0.25, girls=1.6),
    HairStyle("very_long", ("very_long_hair", "long_hair"), 2.3, flare=0.1, girls=0.9),
    HairStyle("hime", ("hime_cut", "long_hair"), 1.4, girls=0.9),
    HairStyle("wavy", ("wavy_hair", "long_hair"), 1.35, wave=1.0, flare=0.16, girls=0.9),
    HairStyle("curly", ("curly_hair", "medium_hair"), 0.95, wave=1.7, flare=0.2, boys=0.4, girls=0.7),
    HairStyle("ponytail", ("ponytail", "long_hair"), 0.34, "ponytail", boys=0.5, girls=1.3),
    HairStyle("side_ponytail", ("side_ponytail", "long_hair"), 0.34, "side_ponytail", girls=0.9),
    HairStyle("twintails", ("twintails", "long_hair"), 0.34, "twintails", girls=1.5),
    HairStyle("low_twintails", ("low_twintails", "long_hair"), 0.40, "low_twintails", girls=0.8),
    HairStyle("single_braid", ("single_braid", "braid", "long_hair"), 0.36, "braid", girls=0.8),
    HairStyle("twin_braids", ("twin_braids", "braid", "long_hair"), 0.38, "twin_braids", girls=0.9),
    HairStyle("bun", ("hair_bun", "single_hair_bun"), 0.34, "bun", girls=0.7),
    HairStyle("double_bun", ("double_bun", "hair_bun"), 0.36, "double_bun", girls=0.9),
    HairStyle("drills", ("twin_drills", "drill_hair", "long_hair"), 0.36, "drills", girls=0.8),
)
BANGS: dict[str, tuple[str, ...]] = {
    "blunt": ("blunt_bangs",),
    "swept": ("swept_bangs",),
    "parted": ("parted_bangs",),
    "crossed": ("crossed_bangs",),
    "between_eyes": ("hair_between_eyes",),
    "over_one_eye": ("hair_over_one_eye",),
}


@dataclass(frozen=True)
class OutfitKind:
    """The build of an outfit; `colours` are tags' nouns for main, second and accent colour."""

    name: str
    tags: tuple[str, ...]
    nouns: tuple[str, str, str]
    top: str = "shirt"
    """shirt, sailor, blazer, hoodie, sweater, dress, apron, kimono, suit, jacket, cheongsam, armor, track, vest."""
    bottom: str = "skirt"
    """skirt, long_skirt, pants, shorts or none."""
    sleeve: str = "short"
    """none, short, long, wide or puffy."""
    bottom_is_main: bool = False
    collar: str = "none"
    """none, sailor, shirt, lapel, hood, turtle or kimono."""
    detail: str = ""
    """buttons, tie, bow, zip, apron, obi, open, plates, straps or frog."""
    girls: float = 1.0
    boys: float = 1.0


OUTFITS: tuple[OutfitKind, ...] = (
    OutfitKind("serafuku", ("serafuku", "school_uniform", "pleated_skirt"), ("shirt", "skirt", "neckerchief"), "sailor", "skirt", "short", False, "sailor", "bow", boys=0.0),
    OutfitKind("blazer", ("blazer", "school_uniform"), ("jacket", "skirt", "necktie"), "blazer", "skirt", "long", False, "lapel", "tie"),
    OutfitKind("t-shirt", ("t-shirt",), ("shirt", "shorts", ""), "shirt", "shorts", "short"),
    OutfitKind("hoodie", ("hoodie",), ("hoodie", "shorts", "drawstring"), "hoodie", "shorts", "long", False, "hood", "zip"),
    OutfitKind("dress", ("dress",), ("dress", "dress", "belt"), "dress", "skirt", "puffy", True, "none", "belt", boys=0.0),
    OutfitKind("maid", ("maid", "apron", "maid_headdress"), ("dress", "apron", "bow"), "apron", "long_skirt", "puffy", True, "shirt", "apron", boys=0.0),
    OutfitKind("kimono", ("kimono", "japanese_clothes", "wide_sleeves"), ("kimono", "kimono", "obi"), "kimono", "long_skirt", "wide", True, "kimono", "obi", boys=0.6),
    OutfitKind("suit", ("suit",), ("jacket", "pants", "necktie"), "suit", "pants", "long", True, "lapel", "tie", girls=0.5),
    OutfitKind("sweater", ("sweater", "turtleneck"), ("sweater", "skirt", ""), "sweater", "skirt", "long", False, "turtle"),
    OutfitKind("overalls", ("overalls",), ("overalls", "shirt", "button"), "vest", "pants", "short", True, "none", "straps"),
    OutfitKind("jacket", ("open_jacket", "jacket", "open_clothes"), ("jacket", "pants", "shirt"), "jacket", "pants", "long", False, "none", "open"),
    OutfitKind("china_dress", ("china_dress",), ("dress", "dress", "trim"), "cheongsam", "long_skirt", "none", True, "turtle", "frog", boys=0.0),
    OutfitKind("armor", ("armor", "shoulder_armor", "breastplate"), ("armor", "skirt", ""), "armor", "skirt", "short", False, "none", "plates", girls=0.7),
    OutfitKind("track_suit", ("track_suit", "track_jacket"), ("jacket", "pants", "stripe"), "track", "pants", "long", True, "turtle", "zip"),
    OutfitKind("cardigan", ("cardigan", "open_cardigan"), ("cardigan", "skirt", "shirt"), "jacket", "skirt", "long", False, "none", "open", boys=0.4),
    OutfitKind("coat", ("long_coat", "coat"), ("coat", "coat", "buttons"), "suit", "long_skirt", "long", True, "lapel", "buttons", girls=0.7),
)  # fmt: skip
PATTERNS: dict[str, str] = {
    "plain": "", "striped": "striped", "vertical": "vertical-striped", "plaid": "plaid", "checkered": "checkered", "polka_dot": "polka_dot", "argyle": "argyle",
}  # fmt: skip

ACCESSORIES: dict[str, tuple[str, ...]] = {
    "glasses": ("glasses",),
    "round_glasses": ("round_eyewear", "glasses"),
    "sunglasses": ("sunglasses", "eyewear_on_head"),
    "eyepatch": ("eyepatch",),
    "witch_hat": ("witch_hat", "hat"),
    "beret": ("beret", "hat"),
    "baseball_cap": ("baseball_cap", "hat"),
    "straw_hat": ("straw_hat", "hat"),
    "santa_hat": ("santa_hat", "hat"),
    "crown": ("crown",),
    "halo": ("halo",),
    "hair_bow": ("hair_bow", "bow"),
    "hair_ribbon": ("hair_ribbon", "ribbon"),
    "hairband": ("hairband",),
    "hairclip": ("hairclip", "hair_ornament"),
    "hair_flower": ("hair_flower", "hair_ornament"),
    "headphones": ("headphones",),
    "cat_ears": ("cat_ears", "animal_ears"),
    "fox_ears": ("fox_ears", "animal_ears"),
    "rabbit_ears": ("rabbit_ears", "animal_ears"),
    "horns": ("horns",),
    "scarf": ("scarf",),
    "choker": ("choker",),
    "necklace": ("necklace", "jewelry"),
    "earrings": ("earrings", "jewelry"),
    "cat_tail": ("cat_tail", "tail"),
    "wings": ("wings", "feathered_wings"),
    "cape": ("cape",),
    "backpack": ("backpack", "bag"),
}
NOUN_OF_ACCESSORY = {
    "hair_bow": "bow", "hair_ribbon": "ribbon", "hairband": "hairband", "scarf": "scarf", "choker": "choker",
    "beret": "hat", "baseball_cap": "hat", "witch_hat": "hat", "cape": "cape", "wings": "wings", "horns": "horns",
}  # fmt: skip
ON_HEAD = frozenset({
    "witch_hat", "beret", "baseball_cap", "straw_hat", "santa_hat", "crown", "halo", "hair_bow", "hair_ribbon", "hairband",
    "headphones", "cat_ears", "fox_ears", "rabbit_ears", "horns", "sunglasses",
})  # fmt: skip
ON_FACE = frozenset({"glasses", "round_glasses", "eyepatch"})
ON_NECK = frozenset({"scarf", "choker", "necklace"})
ON_BACK = frozenset({"wings", "cape", "backpack", "cat_tail"})
TALL = {
    "witch_hat": 0.72, "rabbit_ears": 0.6, "fox_ears": 0.38, "cat_ears": 0.22, "santa_hat": 0.34, "crown": 0.2, "straw_hat": 0.16,
    "beret": 0.16, "halo": 0.34, "horns": 0.26,
}  # fmt: skip
"""Heads above the crown that something worn needs."""
REACH = {"close-up": 0, "portrait": 1, "upper_body": 1, "cowboy_shot": 3, "full_body": 4}
"""How many of top, bottom, legwear and shoes a framing shows."""

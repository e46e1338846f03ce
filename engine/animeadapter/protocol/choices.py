"""Names that a request's fields choose from, and what is said of a field that has none of them."""

from __future__ import annotations

from typing import Literal, get_args

from animeadapter.protocol.parts import PartName

SchedulerName = Literal["ddim", "euler", "euler_ancestral", "dpmpp_2m", "dpmpp_2m_karras", "dpmpp_2m_sde", "unipc"]
LineKind = Literal["lineart", "scribble"]
"""What lines may be taken for; the controller that reads them is the pack's part of that name."""
CHOICES: dict[str, tuple[str, ...]] = {
    "scheduler": get_args(SchedulerName),
    "part": get_args(PartName),
    "lines.kind": get_args(LineKind),
}
"""What there is to choose, by the end of a field's dotted path."""
EXPLAINED = {
    "Object contains unknown field `": "unknown field",
    "Object missing required field `": "is missing",
}


def explain(message: str) -> str:
    """Return msgspec's message on one line, turned so that it begins with the dotted path of the field."""
    # The names of unknown fields are anybody's; they may hold line breaks.
    readable = "".join(letter if letter.isprintable() else " " for letter in message)
    text, _, path = readable.replace(" - at `key` in `$", " - at `$").partition(" - at `$")
    path = path.rstrip("`").lstrip(".")
    choices = next((names for end, names in CHOICES.items() if f".{path}".endswith(f".{end}")), ())
    if choices:
        text = text.replace("Invalid enum value", "there is no") + f"; there are {', '.join(choices)}"
    for start, what in EXPLAINED.items():
        if text.startswith(start):
            field = text.removeprefix(start).rstrip("`")
            return f"{path}.{field}: {what}".removeprefix(".")
    return f"{path or 'the request'}: {text[:1].lower()}{text[1:]}"

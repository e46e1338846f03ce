"""Numbers that are none: JSON has no word for them, and so they would be left out without a word."""

from __future__ import annotations

import math
from typing import Any

import msgspec


def not_a_number(value: Any, path: str = "") -> str | None:
    """Return the dotted path of the first float in structs, tuples and dicts that is NaN or infinite; None: all are
    numbers."""
    if isinstance(value, float):
        return None if math.isfinite(value) else path
    if isinstance(value, msgspec.Struct):
        parts = ((f"{path}.{name}".lstrip("."), getattr(value, name)) for name in value.__struct_fields__)
    elif isinstance(value, dict):
        parts = ((f"{path}.{name}", one) for name, one in value.items())
    elif isinstance(value, (tuple, list)):
        parts = ((f"{path}[{index}]", one) for index, one in enumerate(value))
    else:
        return None
    return next((found for name, one in parts if (found := not_a_number(one, name)) is not None), None)

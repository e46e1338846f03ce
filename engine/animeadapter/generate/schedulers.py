"""The requests' names for schedulers, made from whatever scheduler config a pack brings."""

from __future__ import annotations

from typing import Any

import diffusers

SCHEDULERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ddim": ("DDIMScheduler", {}),
    "euler": ("EulerDiscreteScheduler", {}),
    "euler_ancestral": ("EulerAncestralDiscreteScheduler", {}),
    "dpmpp_2m": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++"}),
    "dpmpp_2m_karras": (
        "DPMSolverMultistepScheduler",
        {"algorithm_type": "dpmsolver++", "use_karras_sigmas": True},
    ),
    "dpmpp_2m_sde": ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
    "unipc": ("UniPCMultistepScheduler", {}),
}
"""Name → class in diffusers, and what it is told besides the pack's config."""


def make_scheduler(name: str, config: dict[str, Any]) -> Any:
    """Return a new scheduler that follows the pack's noise schedule and prediction type."""
    kind, settings = SCHEDULERS[name]
    return getattr(diffusers, kind).from_config({k: v for k, v in config.items() if k[0] != "_"}, **settings)

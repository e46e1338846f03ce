"""What the machine contributes to a picture: device, precision, threads, versions."""

from __future__ import annotations

import contextlib
import platform
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

import animeadapter
from animeadapter.generate.errors import StudioError
from animeadapter.protocol.request import Environment

LIBRARIES = ("torch", "diffusers", "transformers", "peft")
FAST_BFLOAT16 = ("avx512_bf16", "amx_bf16", "amx_tile")
"""Flags of processors that compute bfloat16 faster than float32."""
PRECISIONS = {"float32": None, "bfloat16": torch.bfloat16, "float16": torch.float16}


def pick_device(name: str = "auto") -> torch.device:
    """Return the device to draw on: the one named, or the best there is. Raises `StudioError`."""
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(name)
    except RuntimeError:
        raise StudioError(f"device: there is no {name!r}; use cpu, cuda or mps") from None
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if not present.get(device.type, False):
        raise StudioError(f"device: this machine has no {name}")
    return device


def pick_precision(device: torch.device) -> str:
    """Return what the U-Net computes in. On processors bfloat16 only where they have instructions for it."""
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
    if device.type == "cpu" and any(torch.cpu.get_capabilities().get(flag) for flag in FAST_BFLOAT16):
        return "bfloat16"
    return "float32"


@contextlib.contextmanager
def computing(device: torch.device, precision: str, threads: int) -> Iterator[None]:
    """Compute in a precision and with a number of threads, as before afterwards."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    kind = PRECISIONS[precision]
    try:
        with torch.autocast(device.type, dtype=kind, enabled=kind is not None):
            yield
    finally:
        torch.set_num_threads(before)


@lru_cache(maxsize=1)
def versions() -> dict[str, str]:
    """Return the versions of everything that takes part in a picture."""
    found = {"animeadapter": animeadapter.__version__, "python": platform.python_version()}
    for library in LIBRARIES:
        with contextlib.suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


@lru_cache(maxsize=4)
def device_name(device: torch.device) -> str:
    """Return what the device calls itself."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


@dataclass(frozen=True)
class Machine:
    """Where and how a run computes."""

    device: torch.device
    precision: str
    threads: int

    def like(self, then: Environment) -> Machine:
        """Return the machine that computes in precision and threads as a picture was drawn then."""
        return replace(self, precision=then.precision, threads=then.threads)

    def environment(self, batch: tuple[int, ...], pack_sha256: str) -> Environment:
        """Return what a picture that is drawn here and now, together with a batch of seeds, owes to the machine."""
        return Environment(
            device=str(self.device),
            device_name=device_name(self.device),
            precision=self.precision,
            threads=self.threads,
            batch=batch,
            pack_sha256=pack_sha256,
            versions=versions(),
        )

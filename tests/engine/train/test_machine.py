"""A training picks its precision as drawing does, and never fp16; it keeps the memory that it has."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

from animeadapter.train import machine


@pytest.mark.parametrize(("found", "wanted"), [("bfloat16", "bf16"), ("float32", "fp32")])
def test_auto_follows_the_processor(monkeypatch: pytest.MonkeyPatch, found: str, wanted: str) -> None:
    monkeypatch.setattr(machine, "pick_precision", lambda device: found)
    assert machine.precision("auto", "cpu") == wanted
    assert machine.precision("auto", "cuda") == "bf16"
    assert [machine.precision(name, "cpu") for name in ("bf16", "fp32")] == ["bf16", "fp32"]


def test_versions_name_every_library_that_decides_bits() -> None:
    assert {"animeadapter", "python", "torch", "numpy", "diffusers", "transformers"} <= machine.versions().keys()


FAULTS = """
import resource, sys, torch
from animeadapter.train.machine import keep_memory
kept = keep_memory() if sys.argv[1] == "keep" else None
torch.ones(1 << 24).sum()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(60):
    torch.ones(1 << 24).sum()
print(kept, resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="an option of glibc")
def test_large_tensors_take_memory_from_the_system_once() -> None:
    def faults(mode: str) -> tuple[str, int]:
        command = [sys.executable, "-c", FAULTS, mode]
        kept, count = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        return kept, int(count)

    (kept, few), (_, many) = faults("keep"), faults("leave")
    assert kept == "True"
    assert few < many / 3

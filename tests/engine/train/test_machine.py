"""A training picks its precision as drawing does, and never fp16."""

from __future__ import annotations

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

"""Judges that know nothing, and judges that say what they are told to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from animeadapter.metrics.judge import Judge, JudgeConfig, JudgeNet, Verdict
from animeadapter.synthetic.attributes import CLASSES, WORN

TINY = JudgeConfig(widths=(8, 8), blocks=(0, 0), classes=CLASSES, worn=WORN, renderer="then")
FIRST = {name: names[0] for name, names in CLASSES.items()}


class Told(Judge):
    """Says of each picture, in the order in which they come, what a function of its number says."""

    def __init__(self, script: Callable[[int], dict[str, str]]) -> None:
        super().__init__(JudgeNet(TINY))
        self.script, self.asked = script, 0
        self.seen: list[np.ndarray] = []

    def verdicts(self, pictures: list[np.ndarray]) -> list[Verdict]:
        found = []
        for picture in pictures:
            self.seen.append(picture)
            found.append(Verdict(FIRST | self.script(self.asked), frozenset()))
            self.asked += 1
        return found


@pytest.fixture(scope="session")
def blind_judge(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a judge that knows nothing."""
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("judges") / "judge"
    Judge(JudgeNet(TINY)).save_pretrained(folder)
    return folder


@pytest.fixture
def told() -> type[Told]:
    return Told

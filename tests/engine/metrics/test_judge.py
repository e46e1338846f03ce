"""The judge answers pictures of any aspect, is saved and loaded, and is measured so that guessing counts nothing."""

from __future__ import annotations

import math
from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from safetensors import safe_open

from animeadapter.metrics.accuracy import Tally, beyond_chance, clearly_seen, found_beyond_chance, kappa, mean_recall
from animeadapter.metrics.judge import Judge, JudgeConfig, JudgeError, JudgeNet, Verdict, verdicts_from

SMALL = JudgeConfig(
    widths=(8, 16), blocks=(0, 1), classes={"hair": ("red", "blue", "green"), "skin": ("fair", "dark")},
    worn=("hat", "scarf"), renderer="r1",
)  # fmt: skip


@pytest.fixture
def judge() -> Judge:
    torch.manual_seed(4)
    return Judge(JudgeNet(SMALL))


def pictures(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(2)
    sizes = [(256, 256), (312, 208), (208, 312), (176, 352), (352, 176)]
    return [rng.integers(0, 256, (*sizes[k % 5], 3), np.uint8) for k in range(count)]


# --- the net -----------------------------------------------------------------------------------------------


def test_logits_become_the_likeliest_classes_and_what_is_likelier_worn_than_not() -> None:
    logits = {
        "hair": torch.tensor([[0.1, 2.0, 0.3], [1.0, -1.0, 3.0]]),
        "skin": torch.tensor([[1.0, 0.0], [0.0, 1.0]]),
        "worn": torch.tensor([[0.2, -0.2], [-3.0, -4.0]]),
    }
    assert verdicts_from(logits, SMALL) == [
        Verdict({"hair": "blue", "skin": "fair"}, frozenset({"hat"})),
        Verdict({"hair": "green", "skin": "dark"}, frozenset()),
    ]


def test_every_aspect_gets_a_verdict_and_each_picture_its_own(judge: Judge) -> None:
    shown = pictures(10)
    together = judge.verdicts(shown)
    assert together == [judge.verdicts([picture])[0] for picture in shown]
    assert all(set(verdict.classes) == {"hair", "skin"} for verdict in together)


def test_a_saved_judge_answers_as_before_and_says_who_drew_its_lessons(judge: Judge, tmp_path: Path) -> None:
    judge.net.load_state_dict({name: value.half().float() for name, value in judge.net.state_dict().items()})
    judge.save_pretrained(tmp_path / "judge", {"renderer": "r1"})
    again = Judge.from_pretrained(tmp_path / "judge")
    assert again.net.config == SMALL
    assert again.verdicts(pictures(5)) == judge.verdicts(pictures(5))
    with safe_open(tmp_path / "judge" / "model.safetensors", "pt") as file:
        assert file.metadata()["renderer"] == "r1"


def test_a_folder_without_a_judge_or_with_another_shape_is_named(judge: Judge, tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="nowhere"):
        Judge.from_pretrained(tmp_path / "nowhere")
    judge.save_pretrained(tmp_path / "judge")
    other = msgspec.structs.replace(SMALL, widths=(8, 24))
    (tmp_path / "judge" / "config.json").write_bytes(msgspec.json.encode(other))
    with pytest.raises(JudgeError, match=r"model\.safetensors"):
        Judge.from_pretrained(tmp_path / "judge")


# --- figures -----------------------------------------------------------------------------------------------


def test_a_rare_class_weighs_in_balanced_accuracy_as_much_as_a_common_one() -> None:
    assert mean_recall([("red", "red")] * 98 + [("blue", "red")] * 2) == 0.5
    assert math.isnan(mean_recall([]))


def test_agreement_beyond_chance_is_one_for_truth_and_nothing_for_guessing() -> None:
    truths = ["red", "blue", "blue", "green"] * 5
    assert kappa([(t, t) for t in truths]) == pytest.approx(1.0)
    assert kappa([(t, "blue") for t in truths]) == pytest.approx(0.0)
    shuffled = [(t, a) for t in ("red", "blue") for a in ("red", "blue")]
    assert kappa(shuffled) == pytest.approx(0.0)
    assert kappa([]) is None and kappa([("red", "red")]) is None


def test_chance_follows_from_the_marginals_of_truths_and_answers() -> None:
    pairs = [("red", "red")] * 3 + [("red", "blue")] + [("blue", "blue")] * 2 + [("blue", "red")] * 2
    chance = 0.5 * 5 / 8 + 0.5 * 3 / 8
    assert kappa(pairs) == pytest.approx((5 / 8 - chance) / (1 - chance))
    assert beyond_chance(0.5, 1.0) is None


def test_finding_everything_everywhere_finds_nothing() -> None:
    everywhere = {"hat": [(True, True)] + [(False, True)] * 3, "scarf": [(True, True), (False, True)]}
    assert found_beyond_chance(everywhere) is None
    exact = {"hat": [(True, True)] + [(False, False)] * 3}
    assert found_beyond_chance(exact) == pytest.approx(1.0)
    half = {"hat": [(True, True), (True, False), (False, True), (False, False)]}
    assert found_beyond_chance(half) == pytest.approx(0.0)
    assert found_beyond_chance({"hat": [(False, True)]}) is None


def test_a_tally_counts_only_what_the_pictures_show() -> None:
    tally = Tally(SMALL.classes, SMALL.worn)
    wrong = Verdict({"hair": "green", "skin": "dark"}, frozenset({"scarf"}))
    tally.add(wrong, {"hair": None, "skin": 1}, (False, None))
    tally.add(wrong, {"hair": None, "skin": 0}, (True, None))
    assert tally.figures() == {"skin": 0.5, "worn": 0.5, "mean": 0.5}
    assert Tally(SMALL.classes, SMALL.worn).figures() == {}


def test_the_accuracy_of_what_is_worn_is_the_mean_of_recall_and_specificity_over_accessories() -> None:
    tally = Tally(SMALL.classes, SMALL.worn)
    said = Verdict({"hair": "red", "skin": "fair"}, frozenset({"hat"}))
    for worn in [(True, False), (False, True), (False, False), (True, False)]:
        tally.add(said, {"hair": None, "skin": None}, worn)
    assert tally.figures()["worn"] == pytest.approx(((1 + 0) / 2 + (0 + 1) / 2) / 2)


def test_faces_alone_and_backs_are_not_clearly_seen() -> None:
    assert clearly_seen("upper_body", "side") and clearly_seen("full_body", "front")
    assert not clearly_seen("portrait", "front") and not clearly_seen("full_body", "behind")

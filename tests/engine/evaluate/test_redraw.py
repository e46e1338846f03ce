"""The redrawing benchmark: cases follow from the seed, words do not betray who is meant, chance and ceiling are
taken out, and what a picture does not show is not asked."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest
import torch
from PIL import Image

from animeadapter.cli.app import main
from animeadapter.evaluate import judging
from animeadapter.evaluate.autoencoder import through
from animeadapter.evaluate.cases import Case, build_case, requests
from animeadapter.evaluate.judging import fresh, load_judge
from animeadapter.evaluate.kept import ALL, Answered, Kept, figures, marks
from animeadapter.evaluate.redraw import redraw
from animeadapter.generate.studio import Studio
from animeadapter.metrics.judge import Judge, JudgeConfig, JudgeError, JudgeNet, Verdict
from animeadapter.packs.manifest import file_sha256
from animeadapter.synthetic import BUCKETS, HELD_OUT
from animeadapter.synthetic.attributes import CLASSES, WORN, Attributes

TINY = JudgeConfig(widths=(8, 8), blocks=(0, 0), classes=CLASSES, worn=WORN, renderer="then")
FIRST = {name: names[0] for name, names in CLASSES.items()}


@pytest.fixture(scope="module")
def judge_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A judge that knows nothing."""
    torch.manual_seed(1)
    folder = tmp_path_factory.mktemp("judges") / "judge"
    Judge(JudgeNet(TINY)).save_pretrained(folder)
    return folder


def truthful(shown: Attributes) -> Verdict:
    """Return the verdict of somebody who knows."""
    classes = {k: CLASSES[k][0 if number is None else number] for k, number in shown.classes.items()}
    return Verdict(classes, frozenset(name for name, mark in zip(WORN, shown.worn, strict=True) if mark))


class Scripted(Judge):
    """Says of each case's three pictures what it is told to: with, without, ceiling."""

    def __init__(self, script: list[list[Verdict]]) -> None:
        super().__init__(JudgeNet(TINY))
        self.script = iter(script)

    def verdicts(self, pictures: list[np.ndarray]) -> list[Verdict]:
        return next(self.script)


# --- cases -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [build_case(3, number) for number in range(12)]


def test_a_case_follows_from_seed_and_number_alone(cases: list[Case]) -> None:
    again = build_case(3, 7)
    assert np.array_equal(again.truth.image, cases[7].truth.image) and again.shown == cases[7].shown
    assert np.array_equal(again.reference.image, cases[7].reference.image) and again.seed == cases[7].seed
    assert not np.array_equal(build_case(4, 7).reference.image, again.reference.image)
    assert [case.size for case in cases[:6]] == [*BUCKETS, BUCKETS[0]]
    assert all(case.truth.image.shape == (case.size[1], case.size[0], 3) for case in cases)


def test_the_prompt_says_what_happens_and_not_to_whom(cases: list[Case]) -> None:
    for case in cases:
        tags = case.prompt.split(", ")
        assert tags[0] in ("1girl", "1boy") and tags[1] == "solo"
        assert not set(tags) & {tag for tag in case.truth.identity_tags[0] if tag not in tags[:2]}
        assert set(case.truth.act_tags[0]) <= set(tags) | set(case.truth.identity_tags[0])
        assert len(tags) == len(set(tags))


def test_posture_expression_and_place_are_new_and_the_reference_is_plain(cases: list[Case]) -> None:
    for case in cases:
        assert case.reference.act_tags != case.truth.act_tags
        assert {"simple_background", "patterned_background"} & set(case.reference.shot_tags)
        assert not {"outdoors", "indoors"} & set(case.reference.shot_tags)
        assert case.reference.shot_tags[0] in ("full_body", "upper_body")
        assert case.truth.identity_tags[0][0] == case.reference.identity_tags[0][0]


def test_both_requests_are_the_same_but_for_the_reference(cases: list[Case]) -> None:
    asked, blobs = requests(cases[1], "tiny", 3)
    assert msgspec.structs.replace(asked["with"], references=()) == asked["without"]
    reference = asked["with"].references[0]
    assert reference.mask is not None and set(blobs) == {reference.picture.sha256, reference.mask.sha256}
    assert asked["with"].poses[0].pose == cases[1].truth.poses[0] and asked["with"].sampler.steps == 3
    assert (asked["with"].size.width, asked["with"].size.height) == cases[1].size


# --- figures -----------------------------------------------------------------------------------------------


def answered(truth: dict[str, str], said: dict[str, dict[str, str]], **changes: object) -> Answered:
    """Return an answer whose verdicts say the first of everything but what is given."""
    verdicts = {kind: Verdict(FIRST | said.get(kind, {}), frozenset()) for kind in ("with", "without", "ceiling")}
    plain = {"number": 0, "size": (256, 256), "prompt": "", "seed": 0, "worn": {}, "said": verdicts}
    return Answered(truth=truth, **(plain | changes))


def of(kept: list[Kept], attribute: str, bucket: str = ALL) -> Kept:
    return next(item for item in kept if (item.attribute, item.bucket) == (attribute, bucket))


def hair(truth: str, given: str, without: str, ceiling: str) -> Answered:
    said = {"with": given, "without": without, "ceiling": ceiling}
    return answered({"hair_colour": truth}, {kind: {"hair_colour": name} for kind, name in said.items()})


def test_figures_are_beyond_chance_and_shares_of_the_ceiling() -> None:
    red, blue = ("red", "red", "red", "red"), ("blue", "blue", "red", "blue")
    answers = [hair(*red), hair(*red), hair(*blue), hair("blue", "red", "red", "red")]
    found = of(figures(answers), "hair_colour")
    assert found.shown == 4
    assert found.without == pytest.approx(0.0), "one answer for all is chance"
    assert found.given == found.ceiling == pytest.approx(0.5), "3 of 4 are right, 2 of 4 by chance"
    assert found.kept == pytest.approx(1.0) and found.kept_without == pytest.approx(0.0)
    perfect = [hair("red", "red", "red", "red"), hair("blue", "blue", "red", "blue")] * 2
    half = of(figures([*perfect, *answers]), "hair_colour")
    assert half.ceiling is not None and half.kept == pytest.approx(half.given / half.ceiling)


def test_kept_is_the_share_of_a_ceiling_below_one() -> None:
    pairs = [("red", "red"), ("red", "red"), ("blue", "blue"), ("blue", "blue")]
    answers = [hair(t, given, t, seen) for (t, seen), given in zip(pairs, ["red", "blue", "blue", "blue"], strict=True)]
    found = of(figures(answers), "hair_colour")
    assert found.ceiling == pytest.approx(1.0) and found.kept == pytest.approx(0.5)
    worse = [hair(t, t, t, "red" if k == 3 else s) for k, (t, s) in enumerate(pairs)]
    assert of(figures(worse), "hair_colour").kept == pytest.approx(2.0)
    none = [hair(t, t, t, "red") for t, _ in pairs]
    assert of(figures(none), "hair_colour").kept is None, "no share of a ceiling that is mere chance"


def test_what_a_picture_does_not_show_changes_no_figure() -> None:
    seen = [hair("red", "red", "red", "red"), hair("blue", "blue", "red", "blue")]
    hidden = [answered({}, {"with": {"hair_colour": "green"}}) for _ in range(5)]
    assert of(figures(seen), "hair_colour") == of(figures([*seen, *hidden]), "hair_colour")
    unmeasured = of(figures(hidden), "hair_colour")
    assert unmeasured.shown == 0 and unmeasured.kept is None


def test_accessories_count_where_they_are_worn_in_sight() -> None:
    def wearing(worn: dict[str, bool], *found: str) -> Answered:
        said = {
            kind: Verdict(FIRST, frozenset(found if kind != "without" else ()))
            for kind in ("with", "without", "ceiling")
        }
        return msgspec.structs.replace(answered({}, {}), worn=worn, said=said)

    answers = [
        wearing({"beret": True, "scarf": False}, "beret"),
        wearing({"beret": False, "scarf": True}),
        wearing({"beret": False}, "scarf"),
        wearing({"beret": False, "scarf": False}),
    ]
    found = of(figures(answers), "accessory")
    chance = (1 / 4 + 0 / 3) / 2
    assert found.shown == 2 and found.given == pytest.approx((1 / 2 - chance) / (1 - chance))
    assert found.without == pytest.approx(0.0)


def test_colours_are_the_mean_of_hair_and_cloth_and_have_to_lead_in_every_bucket() -> None:
    def both(truth: tuple[str, str], given: tuple[str, str], size: tuple[int, int]) -> Answered:
        names = ("hair_colour", "main_colour")
        right, wrong = dict(zip(names, truth, strict=True)), {"hair_colour": "pink", "main_colour": "pink"}
        said = {"with": dict(zip(names, given, strict=True)), "without": wrong, "ceiling": right}
        return answered(right, said, size=size)

    one, other = ("red", "blue"), ("green", "white")
    good = [both(one, one, BUCKETS[0]), both(other, other, BUCKETS[0])]
    bad = [both(one, one, BUCKETS[1]), both(other, ("red", "blue"), BUCKETS[1])]
    kept = figures([*good, *bad])
    assert of(kept, "colours", "256x256").kept == pytest.approx(1.0)
    assert of(kept, "colours", "208x312").kept == pytest.approx(0.0)
    assert [row.ok for row in marks(kept)] == [True, True, False, False]
    assert [row.ok for row in marks(figures([answered({}, {})]))] == [False, False], "unmeasured is missed"


# --- the whole ---------------------------------------------------------------------------------------------


def test_who_is_recognised_as_well_as_the_truth_keeps_everything(tiny_pack_master: Path, judge_folder: Path) -> None:
    script = []
    for number in range(5):
        right = truthful(build_case(9, number).shown)
        script.append([right, Verdict(FIRST, frozenset()), right])
    found = redraw(
        Scripted(script), judge_folder, str(tiny_pack_master), count=5, seed=9, steps=1, studio=Studio("cpu", threads=1)
    )
    style = of(found.kept, "hair_style")
    assert style.shown == 5 and style.kept == pytest.approx(1.0) and style.kept_without == pytest.approx(0.0)
    accessory = of(found.kept, "accessory")
    assert accessory.shown == sum(mark for answer in found.answers for mark in answer.worn.values())
    assert not found.shown and found.provenance["count"] == 5


def test_the_same_seed_gives_the_same_answers_and_pictures(tiny_pack_master: Path, judge_folder: Path) -> None:
    judge, pack = load_judge(judge_folder), str(tiny_pack_master)
    one, other = (
        redraw(judge, judge_folder, pack, count=2, seed=5, steps=1, sheet=1, studio=Studio("cpu", threads=1))
        for _ in range(2)
    )
    assert one.answers == other.answers and np.array_equal(one.sheet(), other.sheet())
    reference, pose, given, without, truth = one.shown
    assert reference.shape == build_case(5, 0).reference.image.shape and pose.max() > 0
    assert given.shape == without.shape == truth.shape == (256, 256, 3)
    assert not np.array_equal(given, without), "the reference is seen"


def test_poses_are_looked_for_in_every_picture_and_those_with_a_reference_have_marks(
    tiny_pack_master: Path, judge_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio = Studio("cpu", threads=1)
    kit, has = studio.kit(str(tiny_pack_master)), studio.pack(str(tiny_pack_master)).has
    cases = [build_case(5, number, HELD_OUT) for number in range(2)]
    # Each case has three pictures: the first is seen a little to the right, the second not at all.
    told = iter([pose for case in cases for pose in (case.truth.poses[0].moved(0.02, 0.0), None, case.truth.poses[0])])
    eyes = SimpleNamespace(look=lambda _: SimpleNamespace(poses=tuple(p for p in (next(told),) if p)))
    monkeypatch.setattr(kit.pack, "has", lambda part: part == "vision" or has(part))
    monkeypatch.setitem(kit.__dict__, "eyes", eyes)
    found = redraw(
        load_judge(judge_folder), judge_folder, str(tiny_pack_master), count=2, seed=5, steps=1, strange=True,
        sheet=1, studio=studio,
    )  # fmt: skip
    rows = {row.name: row for row in found.marks}
    assert rows["AKD to the asked pose, with"].found == pytest.approx(0.01, abs=1e-3), "x and y are averaged"
    assert rows["AKD to the asked pose, with"].ok and rows["Fail to the asked pose, with"].ok
    assert rows["Fail to the asked pose, without"].found == 1.0 and rows["Fail to the asked pose, without"].ok is None
    assert rows["AKD to the asked pose, ceiling"].found == 0.0
    assert {name for name in rows if "held-out" in name} == {
        f"{name} kept, references in the held-out style" for name in ("hair_colour", "main_colour")
    }
    assert np.array_equal(found.shown[0], cases[0].reference.image)
    assert not np.array_equal(found.shown[0], build_case(5, 0).reference.image), "another manner of drawing"
    assert np.array_equal(found.shown[4], build_case(5, 0, HELD_OUT).truth.image)


def test_the_ceiling_is_the_true_picture_after_the_packs_autoencoder(tiny_pack_master: Path) -> None:
    vae = Studio("cpu", threads=1).pack(str(tiny_pack_master)).part("vae")
    picture = build_case(5, 1).truth.image
    restored = through(vae, picture)
    with torch.no_grad():
        batch = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 127.5 - 1
        wanted = vae.decode(vae.encode(batch).latents).sample[0].permute(1, 2, 0)
    assert restored.shape == picture.shape
    assert np.abs((wanted.clamp(-1, 1).numpy() + 1) * 127.5 - restored).max() <= 1.0


# --- the judge's own figures -------------------------------------------------------------------------------


def test_a_judge_who_knows_has_full_marks_and_one_who_guesses_misses_them() -> None:
    truths = [fresh(11, number)[1] for number in range(25)]
    rows = {row.name: row for row in judging.judging(Scripted([[truthful(t)] for t in truths]), 25, 11)}
    assert all(row.found == 1.0 for row in rows.values())
    assert [name for name, row in rows.items() if row.ok] == [
        "hair_colour", "hair_style", "outfit_kind", "main_colour", "worn",
    ]  # fmt: skip
    guessed = judging.judging(Scripted([[Verdict(FIRST, frozenset())]] * 40), 25, 11)
    assert {row.name: row.found for row in guessed}["worn"] == 0.5
    assert not any(row.ok for row in guessed)


def test_a_missing_judge_is_answered_with_how_to_train_one(tmp_path: Path) -> None:
    with pytest.raises(JudgeError, match="animeadapter train judge"):
        load_judge(tmp_path / "none")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["animeadapter", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


def test_the_command_tells_cases_figures_marks_and_what_they_rest_on(
    tiny_pack_master: Path, judge_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    sheet = tmp_path / "sheet.png"
    code = run(
        monkeypatch, "bench", "redraw", "--pack", tiny_pack_master, "--judge", judge_folder, "--count", 2,
        "--steps", 1, "--seed", 5, "--sheet", sheet, "--device", "cpu", "--threads", 1, "--json",
    )  # fmt: skip
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    with Image.open(sheet) as opened:
        assert code == 1 and opened.width > 2 * opened.height
    assert [line["number"] for line in lines if line["event"] == "case"] == [0, 1]
    (told,) = [line for line in lines if line["event"] == "provenance"]
    assert told["judge_sha256"] == file_sha256(judge_folder / "model.safetensors")
    assert len(told["pack_sha256"]) == 64 and told["judge_renderer"] == "then" and told["torch"]
    assert (told["seed"], told["count"], told["steps"]) == (5, 2, 1)
    kept = [line for line in lines if line["event"] == "result" and "attribute" in line]
    assert len(kept) == 3 * 7 and {"with", "without", "ceiling", "kept"} <= set(kept[0])
    assert sum(line.get("ok") is not None for line in lines if line["event"] == "result") == 2 * 2 + 3


def test_the_judges_command_prints_its_accuracy(judge_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    assert run(monkeypatch, "bench", "judge", "--judge", judge_folder, "--count", 6) == 1
    captured = capsys.readouterr()
    assert "hair_style" in captured.out and "MISSED" in captured.out and "judge_sha256" in captured.err

"""Benchmarks of edits, of two characters and of borrowed parts: what they ask for, and how they count."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import numpy as np
import pytest

from animeadapter.evaluate.asking import Engine, measure, share
from animeadapter.evaluate.borrowed import ASKED, Borrowed, Parts, part_requests
from animeadapter.evaluate.edits import Edited, Edits, edit_request
from animeadapter.evaluate.followed import FollowedLines, line_requests, near_strokes
from animeadapter.evaluate.judging import load_judge
from animeadapter.evaluate.lent import LentParts, lent_request
from animeadapter.evaluate.pairs import Paired, Pairs, figure_crop, pair_requests
from animeadapter.evaluate.rows import Row
from animeadapter.evaluate.seam import Gradient, gradient, jump
from animeadapter.generate.studio import Studio
from animeadapter.protocol.parts import Part
from animeadapter.protocol.request import blobs_of
from animeadapter.synthetic.attributes import CLASSES
from animeadapter.synthetic.command import caption
from animeadapter.vision.pictures import open_mask

KINDS = ("with", "without", "ceiling")


def row(rows: list[Row], name: str) -> Row:
    return next(row for row in rows if row.name == name)


def engine(judge: Any, pack: Path) -> Engine:
    return Engine(judge, Studio("cpu", precision="float32", threads=1), str(pack), 1)


# -- the seam --------------------------------------------------------------------------------------------------------


def two_halves(step: int) -> tuple[np.ndarray, np.ndarray]:
    """A slope of one grey level a pixel that jumps in the middle, and a mask of its right half."""
    ramp = np.arange(40) + np.where(np.arange(40) >= 20, step, 0)
    mask = np.zeros((30, 40), np.uint8)
    mask[:, 20:] = 255
    return np.broadcast_to(ramp[None, :, None], (30, 40, 3)).astype(np.uint8), mask


def test_a_jump_at_the_seam_is_measured_against_its_surroundings() -> None:
    picture, mask = two_halves(0)
    smooth = gradient(picture, mask)
    # Across: 30 pairs of 1. Around: 4 pixels on either side; 3 + 3 pairs of 1 in a row, 8 pairs of 0 in a column.
    assert (smooth.across, smooth.across_pairs) == (30.0, 30)
    assert (smooth.around, smooth.around_pairs) == (180.0, 30 * 6 + 29 * 8)
    found = gradient(two_halves(9)[0], mask)
    assert found.across == 300.0 and found.around == 180.0
    assert jump([found]) == pytest.approx(10 * jump([smooth]))


def test_jumps_of_several_pictures_weigh_by_their_seams() -> None:
    long = Gradient(across=90.0, across_pairs=90, around=90.0, around_pairs=90)
    short = Gradient(across=110.0, across_pairs=10, around=10.0, around_pairs=10)
    assert jump([long, short]) == pytest.approx((200 / 100) / (100 / 100))
    nothing = Gradient(across=0.0, across_pairs=0, around=0.0, around_pairs=0)
    assert np.isnan(jump([nothing])) and np.isnan(jump([]))


# -- lines -----------------------------------------------------------------------------------------------------------


def test_strokes_are_counted_where_they_are_near_each_other() -> None:
    task = FollowedLines()
    case = task.build(3, 1)
    same = near_strokes(case, case.drawing)
    assert same == (1.0, 1.0)
    blank = near_strokes(case, np.full_like(case.drawing, 255))
    assert blank[0] == 0.0 and np.isnan(blank[1])
    found, right = near_strokes(case, case.case.truth.image)
    assert found > 0.97 and right > 0.9
    moved = near_strokes(case, np.roll(case.drawing, 14, axis=1))
    assert moved[0] < 0.7 and moved[1] < 0.7


def test_lines_alone_say_where_the_figure_is(tiny_pack_master: Path, blind_judge: Path) -> None:
    task = FollowedLines("scribble")
    case = task.build(3, 0)
    asked, files = line_requests(case, "scribble", engine(None, tiny_pack_master))
    assert {name: (bool(r.poses), bool(r.lines), len(r.references)) for name, r in asked.items()} == {
        "with lines": (False, True, 1), "with the pose": (True, False, 1), "with neither": (False, False, 1)
    }  # fmt: skip
    assert {sha for r in asked.values() for sha in blobs_of(r).values()} == set(files)
    outside = case.drawing[case.figure == 0]
    assert (outside == 255).all() and (case.drawing < 128).any()
    answer, shown = task.answer(case, engine(load_judge(blind_judge), tiny_pack_master))
    assert len(shown) == len(task.columns) and set(answer.found) == set(answer.right) == set(answer.named)
    right = {name: {"hair_style": name == "with lines"} for name in answer.named}
    wrong = {name: {"hair_style": False, "bangs": True} for name in answer.named}
    rows = task.rows([msgspec.structs.replace(answer, named=named) for named in (right, wrong)])
    assert row(rows, "hair style as it is to be, with lines").found == 0.5
    assert row(rows, "hair style as it is to be, with the pose").found == 0.0
    assert row(rows, "bangs as it is to be, with the pose").found == 1.0
    assert np.isnan(row(rows, "outfit kind as it is to be, with lines").found)
    assert row(rows, "asked strokes that are there, the renderer's own").found == pytest.approx(
        answer.found["the renderer's own"], abs=1e-4
    )
    assert all(0 <= row(rows, f"{name}, with lines").found <= 1 for name in ("asked strokes that are there", "F1"))


# -- edits -----------------------------------------------------------------------------------------------------------


def edited(number: int, said: str, outside: int = 0, across: float = 1.0) -> Edited:
    seam = Gradient(across=across, across_pairs=1, around=1.0, around_pairs=1)
    attribute = ("hair_colour", "main_colour")[number % 2]
    return Edited(
        number=number, attribute=attribute, colour="red", said=said, said_of_wanted="red", changed_outside=outside,
        seam=seam, seam_before=seam,
    )  # fmt: skip


def test_an_edit_counts_when_the_judge_names_the_asked_colour() -> None:
    rows = Edits().rows([edited(0, "red"), edited(1, "blue"), edited(2, "red"), edited(3, "blue"), edited(4, "red")])
    assert row(rows, "asked attribute changed").found == pytest.approx(0.6)
    assert row(rows, "asked attribute changed").ok
    assert row(rows, "asked attribute changed, hair_colour").found == 1.0
    assert row(rows, "asked attribute changed, main_colour").found == 0.0
    assert row(rows, "pixels changed outside the mask").ok and row(rows, "gradient across the seam / around it").ok
    worse = Edits().rows([edited(0, "blue", outside=1, across=1.3)])
    assert [one.ok for one in worse if one.ok is not None] == [False, False, False]


def test_an_edit_asks_for_another_colour_of_one_part_inside_its_mask(tiny_pack_master: Path) -> None:
    parts = {"hair_colour": Part.HAIR, "main_colour": Part.OUTFIT}
    for number, (attribute, part) in enumerate([*parts.items()] * 3):
        case = Edits().build(3, number)
        assert case.attribute == attribute and case.colour in CLASSES[attribute]
        assert (case.mask[case.picture.parts == part] == 255).all() and 0 < case.mask.mean() < 250
        changed = (case.picture.image != case.wanted.image).any(-1)
        assert changed[case.mask > 0].mean() > 5 * changed[case.mask == 0].mean()
        again = Edits().build(3, number)
        assert np.array_equal(again.picture.image, case.picture.image) and again.seed == case.seed
        request, files = edit_request(case, engine(None, tiny_pack_master))
        new = set(request.prompt.split(", ")) - set(caption(case.picture))
        assert any(tag.startswith(f"{case.colour}_") for tag in new), "the asked colour is said"
        assert request.edit is not None and request.edit.mask is not None
        size = (case.mask.shape[1], case.mask.shape[0])
        assert np.array_equal(open_mask(files[request.edit.mask.sha256], "mask", size), case.mask)


def test_a_lent_part_says_the_colour_that_no_word_says(tiny_pack_master: Path) -> None:
    task = LentParts()
    for number, (part, label) in enumerate((("hair", Part.HAIR), ("outfit", Part.OUTFIT))):
        case = task.build(3, number)
        request, files = lent_request(case, engine(None, tiny_pack_master))
        (lender,) = request.references
        assert [one.part for one in lender.parts] == [part] and lender.parts[0].mask is not None
        size = (case.lender.parts.shape[1], case.lender.parts.shape[0])
        assert np.array_equal(
            open_mask(files[lender.parts[0].mask.sha256], "mask", size) > 0, case.lender.parts == label
        )
        wanted = {tag for tag in case.edit.wanted.identity_tags[0] if tag.startswith(f"{case.edit.colour}_")}
        assert wanted and not wanted & set(request.prompt.split(", ")), "no word says the colour"
        assert any(tag.startswith(f"{case.edit.colour}_") for tag in case.lender.identity_tags[0])
        again = task.build(3, number)
        assert np.array_equal(again.lender.image, case.lender.image)
    assert task.rows([edited(n, "red" if n < 7 else "blue") for n in range(10)])[0].ok
    assert not task.rows([edited(n, "red" if n < 6 else "blue") for n in range(10)])[0].ok


# -- two characters --------------------------------------------------------------------------------------------------


def test_a_pair_counts_when_both_colours_are_on_their_own_figure() -> None:
    def paired(given: tuple[str, str], without: tuple[str, str]) -> Paired:
        said = {"with": given, "without": without, "ceiling": ("red", "blue")}
        return Paired(number=0, colours=("red", "blue"), said=said)

    answers = [paired(("red", "blue"), ("blue", "red")), paired(("red", "red"), ("red", "red"))]
    rows = Pairs().rows(
        [*answers, paired(("red", "blue"), ("green", "blue")), paired(("red", "blue"), ("red", "blue"))]
    )
    assert row(rows, "hair colours on the right figures, with regions").found == 0.75 and rows[0].ok
    assert row(rows, "hair colours on the right figures, without regions").found == 0.25
    assert row(rows, "hair colours on the right figures, in the renderer's own picture").found == 1.0
    assert row(rows, "hair colour right, with regions").found == pytest.approx(7 / 8)
    assert row(rows, "hair colour right, without regions").found == pytest.approx(4 / 8)


def test_both_requests_of_a_pair_are_the_same_but_for_the_regions(tiny_pack_master: Path) -> None:
    case = Pairs().build(5, 0)
    asked, files = pair_requests(case, engine(None, tiny_pack_master))
    assert msgspec.structs.replace(asked["with"], regions=()) == asked["without"]
    assert [region.figure for region in asked["with"].regions] == [0, 1]
    assert [region.references for region in asked["with"].regions] == [(0,), (1,)] and len(files) == 4
    hair = {tag for drawing in case.references for tag in drawing.identity_tags[0]}
    words = ", ".join([asked["with"].prompt, *(region.prompt for region in asked["with"].regions)]).split(", ")
    assert not hair & set(words), "nothing says who they are"
    assert case.colours[0] != case.colours[1]


def test_each_figure_is_judged_by_its_own_side_of_the_picture() -> None:
    for number in range(3):
        truth = Pairs().build(6, number).truth
        numbers = np.repeat(truth.instances[..., None], 3, -1)
        for figure in range(2):
            crop = figure_crop(numbers, truth, figure)
            own, other = (crop == figure + 1).sum(), (crop == 2 - figure).sum()
            assert own > 3 * other and min(crop.shape[:2]) >= 64
            assert own > 0.8 * (numbers == figure + 1).sum()


def test_an_arm_that_reaches_over_does_not_widen_a_figures_side() -> None:
    instances = np.zeros((100, 200), np.uint8)
    instances[10:90, 120:190] = 2
    instances[10:90, 20:80] = 1
    instances[40:50, 20:180] = 1
    columns = np.broadcast_to(np.arange(200)[None, :, None], (100, 200, 3)).astype(np.uint8)
    one, other = (figure_crop(columns, SimpleNamespace(instances=instances), figure) for figure in range(2))
    assert one.min() == 14 and one.max() < 120 and other.min() == 114 and other.max() == 195
    lone = SimpleNamespace(instances=np.where(instances == 2, 0, instances))
    assert figure_crop(columns, lone, 0) is columns, "who cannot be found is looked for everywhere"


# -- parts -----------------------------------------------------------------------------------------------------------


def test_borrowed_hair_counts_with_the_whole_outfit() -> None:
    looks = {"hair_colour": "red", "main_colour": "blue", "outfit_kind": "coat"}

    def borrowed(**changes: str) -> Borrowed:
        said = {"with": looks | changes, "without": looks | {"hair_colour": "green"}, "ceiling": looks}
        return Borrowed(number=0, looks=looks, said=said)

    rows = Parts().rows(
        [borrowed(), borrowed(hair_colour="green"), borrowed(outfit_kind="maid"), borrowed(), borrowed()]
    )
    assert row(rows, "hair colour and outfit right, hair only").found == 0.6 and rows[0].ok
    assert row(rows, "hair colour and outfit right, without a reference").found == 0.0
    assert row(rows, "hair colour right, hair only").found == 0.8
    assert row(rows, "outfit's kind right, hair only").found == 0.8
    assert row(rows, "outfit's colour right, without a reference").found == 1.0


def test_a_part_case_asks_for_an_outfit_that_the_reference_does_not_show(tiny_pack_master: Path) -> None:
    case = Parts().build(7, 0)
    asked, files = part_requests(case, engine(None, tiny_pack_master))
    (reference,) = asked["with"].references
    assert [part.part for part in reference.parts] == ["hair"] and asked["without"].references == ()
    size = (case.reference.parts.shape[1], case.reference.parts.shape[0])
    assert reference.parts[0].mask is not None
    hair = open_mask(files[reference.parts[0].mask.sha256], "mask", size)
    assert np.array_equal(hair > 0, case.reference.parts == Part.HAIR)
    colour = f"{case.looks['hair_colour']}_hair"
    assert colour not in case.prompt.split(", ") and colour in case.truth.identity_tags[0]
    assert f"{case.looks['main_colour']}_" in case.prompt and set(case.looks) == set(ASKED)
    outfit = set(case.truth.identity_tags[0]) - set(case.reference.identity_tags[0])
    assert outfit & set(case.prompt.split(", "))


# -- the whole -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", [Edits(), LentParts(), Pairs(), FollowedLines(), Parts()])
def test_the_loop_draws_judges_and_tells_what_it_rests_on(
    task: Any, told: Any, blind_judge: Path, tiny_pack_master: Path
) -> None:
    judge = told(lambda number: {"hair_colour": "red"})
    studio = Studio("cpu", precision="float32", threads=1)
    done: list[tuple[int, int]] = []
    found = measure(
        task, judge, blind_judge, str(tiny_pack_master), count=2, seed=5, steps=1, sheet=1, studio=studio,
        on_case=lambda *so_far: done.append(so_far),
    )  # fmt: skip
    assert done == [(1, 2), (2, 2)] and len(found.answers) == 2 and len(found.shown) == len(found.columns)
    assert (found.provenance["seed"], found.provenance["count"], found.provenance["steps"]) == (5, 2, 1)
    assert found.sheet().shape[1] > 256 * len(found.columns)
    assert msgspec.to_builtins(found.answers[0])["number"] == 0
    if isinstance(task, Edits):
        assert row(found.rows, "pixels changed outside the mask").found == 0
        assert (judge.seen[0] != judge.seen[1]).any()


def test_a_judge_who_sees_what_is_asked_gives_full_marks(told: Any, blind_judge: Path, tiny_pack_master: Path) -> None:
    cases = [Pairs().build(5, number) for number in range(2)]
    # Of each case three pictures are judged, two figures each.
    judge = told(lambda number: {"hair_colour": cases[number // 6].colours[number % 2]})
    studio = Studio("cpu", precision="float32", threads=1)
    found = measure(Pairs(), judge, blind_judge, str(tiny_pack_master), count=2, seed=5, steps=1, studio=studio)
    assert all(one.found == 1.0 for one in found.rows) and found.rows[0].ok and not found.shown


def test_shares_of_nothing_are_not_numbers() -> None:
    assert np.isnan(share([])) and share([True, False]) == 0.5


@pytest.mark.parametrize("name", ["edit", "borrow", "regions", "lines", "parts"])
def test_the_commands_print_cases_figures_and_basis(
    name: str, blind_judge: Path, tiny_pack_master: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from animeadapter.cli import main

    sheet = tmp_path / "sheet.png"
    arguments = [
        "bench", name, "--pack", tiny_pack_master, "--judge", blind_judge, "--count", 1, "--steps", 1,
        "--sheet", sheet, "--device", "cpu", "--threads", 1, "--json",
    ]  # fmt: skip
    monkeypatch.setattr("sys.argv", ["animeadapter", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert sheet.is_file() and [line["number"] for line in lines if line["event"] == "case"] == [0]
    assert any(line["event"] == "provenance" and line["judge_renderer"] == "then" for line in lines)
    rows = [line for line in lines if line["event"] == "result"]
    assert rows and ended.value.code == int(any(line["ok"] is False for line in rows))

"""Which tags are proposed, and in which order."""

from __future__ import annotations

import pytest

from komawari.ui.tags.vocabulary import Cluster, TagEntry, Vocabulary, shipped_vocabulary, shown

LIST = (
    TagEntry("long_hair", 900, Cluster.LOOKS),
    TagEntry("hair_ribbon", 300, Cluster.OUTFIT),
    TagEntry("hairband", 200, Cluster.OUTFIT),
    TagEntry("hair", 10, Cluster.LOOKS),
    TagEntry("chair", 800, Cluster.SCENE),
    TagEntry("smile", 700, Cluster.EXPRESSION),
)


def found(text: str, pack: tuple[str, ...] | None = None, **more) -> list[str]:
    return [entry.tag for entry in Vocabulary(LIST, pack).search(text, **more)]


def test_the_same_comes_first_then_beginnings_then_words_then_the_rest() -> None:
    assert found("hair") == ["hair", "hair_ribbon", "hairband", "long_hair", "chair"]


def test_what_the_pack_knows_comes_before_what_is_frequent() -> None:
    assert found("hair", pack=("hairband",))[:3] == ["hair", "hairband", "hair_ribbon"]


def test_blanks_are_underscores_and_used_tags_are_left_out() -> None:
    assert found("Long h") == ["long_hair"]
    assert found("smi", without=("smile",)) == []
    assert found("  ") == []


@pytest.mark.parametrize("typed", ["runing", "runnning", "rumning", "urnning", "runnign"])
def test_one_slip_of_the_fingers_is_forgiven(typed: str) -> None:
    assert shipped_vocabulary().search(typed)[0].tag == "running"


def test_slips_are_forgiven_in_beginnings_and_in_words_but_not_two_nor_in_three_letters() -> None:
    assert found("samile") == ["smile"] and found("smlie") == ["smile"]
    assert found("ribon") == ["hair_ribbon"] and found("long_hiar") == ["long_hair"]
    assert found("sammile") == [] and found("smx") == []


def test_slips_are_looked_for_only_where_nothing_has_what_was_typed() -> None:
    assert found("chair") == ["chair"]
    assert found("hair_", without=("hair_ribbon",)) == []


def test_a_tag_of_the_pack_alone_is_proposed_too() -> None:
    words = Vocabulary(LIST, ("hair_glow", "smile"))
    assert "hair_glow" in [entry.tag for entry in words.search("glow")]
    assert words.knows("smile") and not words.knows("long_hair")
    assert words.for_pack(None).knows("anything at all")


def test_typed_tags_are_spelled_as_the_list_has_them() -> None:
    words = Vocabulary(LIST)
    assert words.tags_of("Long  Hair, my own tag,, smile, smile") == ("long_hair", "my own tag", "smile")


@pytest.mark.parametrize(
    ("tag", "cluster"),
    [
        ("smile", Cluster.EXPRESSION), ("looking_at_viewer", Cluster.EXPRESSION), ("from_above", Cluster.VIEW),
        ("running", Cluster.POSE), ("holding", Cluster.POSE), ("1girl", Cluster.CAST), ("blue_eyes", Cluster.LOOKS),
        ("shirt", Cluster.OUTFIT), ("striped_clothes", Cluster.OUTFIT), ("simple_background", Cluster.SCENE),
        ("monochrome", Cluster.STYLE), ("no such tag", Cluster.OTHER),
    ],
)  # fmt: skip
def test_shipped_tags_stand_where_artists_look_for_them(tag: str, cluster: Cluster) -> None:
    assert shipped_vocabulary().entry(tag).cluster is cluster


def test_tags_that_no_prompt_should_have_are_not_proposed() -> None:
    tags = {entry.tag for entry in shipped_vocabulary().search("translat", limit=100)}
    assert "translated" not in tags and "commentary" not in tags
    assert len(shipped_vocabulary()) > 5000


def test_faces_made_of_signs_are_shown_as_they_are() -> None:
    assert (shown("long_hair"), shown("^_^"), shown(">_<")) == ("long hair", "^_^", ">_<")

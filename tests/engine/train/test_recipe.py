import msgspec
import pytest

from animeadapter.train.errors import TrainError
from animeadapter.train.recipe import decode, differences, fingerprint, load_recipe, shipped

GOOD = b"""
part = "vae"
summary = "a small one"
seed = 1
steps = 10
batch = 2
[schedule]
peak = 1e-3
[pool]
name = "some"
count = 4
seed = 1
[held_out]
name = "others"
count = 4
seed = 2
"""


def test_every_shipped_recipe_is_valid_and_says_what_it_is() -> None:
    assert {"vae", "unet", "adapter", "eyes"} <= set(shipped())
    for name in shipped():
        found, recipe = load_recipe(name)
        assert found == name
        assert recipe.summary and recipe.pool.seed != recipe.held_out.seed


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (GOOD + b"colour = 1\n", "held_out.colour"),
        (GOOD.replace(b"peak = 1e-3", b"peek = 1e-3"), "schedule.peek"),
        (GOOD.replace(b"steps = 10", b"steps = 0"), "steps"),
        (GOOD.replace(b"batch = 2", b'batch = "two"'), "batch"),
        (GOOD.replace(b'"vae"', b'"vea"'), "part"),
        (GOOD.replace(b'"some"', b'"../some"'), "pool.name"),
        (b"part = ", "recipe"),
        (b"\xff\xfe", "tiny.toml"),
    ],
)
def test_a_wrong_recipe_names_its_file_and_field(wrong: bytes, named: str) -> None:
    with pytest.raises(TrainError, match=r"^tiny\.toml: ") as caught:
        decode(wrong, "tiny.toml")
    assert named in str(caught.value)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(TrainError, match="did you mean eyes"):
        load_recipe("eyez")


def test_a_missing_file_is_named(tmp_path) -> None:
    with pytest.raises(TrainError, match=r"none\.toml"):
        load_recipe(tmp_path / "none.toml")


def test_the_fingerprint_ignores_only_what_may_change_on_the_way() -> None:
    recipe = decode(GOOD, "good")
    for change in ({"steps": 99}, {"threads": 2}, {"precision": "fp32"}):
        assert fingerprint(msgspec.structs.replace(recipe, **change)) == fingerprint(recipe)
    for change in ({"seed": 2}, {"batch": 3}, {"l1": 0.5}):
        other = msgspec.structs.replace(recipe, **change)
        assert fingerprint(other) != fingerprint(recipe)
        assert differences(recipe, other) == list(change)

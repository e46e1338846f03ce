from pathlib import Path

import msgspec
import pytest
import torch

from animeadapter.train import checkpoint
from animeadapter.train.checkpoint import State
from animeadapter.train.errors import TrainError
from animeadapter.train.recipe import load_recipe

GROUPS = {"module": {"net/a": torch.arange(6.0).reshape(2, 3)}, "ema": {}, "optimiser": {"net/a/step": torch.ones(())}}


@pytest.fixture
def state() -> State:
    return State(
        name="x", recipe=load_recipe("eyes")[1], fingerprint="f", step=1, samples=2, seconds=3.0, ema_updates=1,
        renderer="r", upstream={}, precision="fp32", threads=1, versions={},
    )  # fmt: skip


def at(state: State, step: int) -> State:
    return msgspec.structs.replace(state, step=step)


def test_a_checkpoint_comes_back_as_it_was(tmp_path: Path, state: State) -> None:
    path = checkpoint.save(tmp_path, state, GROUPS)
    found, groups = checkpoint.load(path)
    assert msgspec.structs.replace(found, tensors="") == state
    assert torch.equal(groups["module"]["net/a"], GROUPS["module"]["net/a"])
    assert groups["optimiser"]["net/a/step"].shape == ()


def test_only_the_last_two_stay(tmp_path: Path, state: State) -> None:
    for step in range(1, 6):
        checkpoint.save(tmp_path, at(state, step), GROUPS)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"step-00000000{k}.{kind}" for k in (4, 5) for kind in ("json", "safetensors")}


def test_tensors_without_their_json_are_no_checkpoint(tmp_path: Path, state: State, monkeypatch) -> None:
    checkpoint.save(tmp_path, at(state, 1), GROUPS)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint, "write_file", full)
    with pytest.raises(TrainError, match="No space left"):
        checkpoint.save(tmp_path, at(state, 2), GROUPS)
    found, _, problems = checkpoint.newest(tmp_path)
    assert found.step == 1 and problems == []


def test_a_write_that_breaks_off_leaves_nothing(tmp_path: Path, monkeypatch) -> None:
    target = tmp_path / "x.safetensors"
    checkpoint.write_tensors(target, {"a": torch.zeros(2)}, {})
    before = target.read_bytes()

    def broken(tensors: object, path: Path, metadata: object) -> None:
        path.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(checkpoint, "save_file", broken)
    with pytest.raises(KeyboardInterrupt):
        checkpoint.write_tensors(target, {"a": torch.ones(2)}, {})
    assert target.read_bytes() == before and list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize("harm", [lambda data: data[:-5], lambda data: data[:-1] + b"\x01", lambda data: b""])
def test_a_damaged_one_is_passed_over_and_named(tmp_path: Path, state: State, harm) -> None:
    checkpoint.save(tmp_path, at(state, 1), GROUPS)
    checkpoint.save(tmp_path, at(state, 2), GROUPS)
    file = tmp_path / "step-000000002.safetensors"
    file.write_bytes(harm(file.read_bytes()))
    found, _, problems = checkpoint.newest(tmp_path)
    assert found.step == 1
    assert len(problems) == 1 and "step-000000002" in problems[0]


def test_no_checkpoint_at_all_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrainError, match="holds no checkpoint"):
        checkpoint.newest(tmp_path)

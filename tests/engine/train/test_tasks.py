"""Every part's training on tiny nets: it runs, is resumed exactly, and what it writes is loaded by stock classes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from animeadapter.adapter import load_adapter
from animeadapter.packs.install import install
from animeadapter.packs.load import load_pack
from animeadapter.train import checkpoint
from animeadapter.train.command import run
from animeadapter.train.errors import TrainError
from animeadapter.train.events import Event
from animeadapter.train.loop import Trainer
from animeadapter.train.recipe import decode, load_recipe, shipped
from animeadapter.train.task import TASKS, Task, build_task
from animeadapter.train.tasks import diffusion

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

HEAD = """
part = "{part}"
summary = "tiny"
seed = 5
steps = 3
batch = 4
schedule = {{peak = 1e-3, warmup = 1}}
intervals = {{log = 1, validate = 0, sheet = 0, checkpoint = 1}}
precision = "fp32"
pool = {{name = "p", count = 48, seed = 1, targets = 2, references = 1}}
held_out = {{name = "h", count = 18, seed = 2, targets = 2, references = 1}}
"""
PARTS = {"lineart": "t2i_adapter", "scribble": "t2i_adapter"}
"""Recipes that are not called by the part that they train."""
EXTRAS = {
    "vae": """
crop = 32
whole_from = 0.3
whole_share = 1.0
freeze_from = 0.6
[shape]
encoder_width = 4
decoder_width = 4
encoder_blocks = [0, 1, 1, 1]
decoder_blocks = [1, 1, 1, 1]
""",
    "encoders": "side = 64\nvision_width = 16\nvision_layers = 3\nvision_heads = 2\ntext_width = 16\ntext_layers = 1\n"
    "text_heads = 2\nleast = 1\n",
    "unet": 'parts = 0.1\nposed = 0.5\nhalved_until = 0.5\noptimiser = {matrices = "muon"}\n'
    "reference = {partial = 0.5, picture_dropped = 0.3}\n"
    "[shape]\nwidths = [8, 16, 16]\nhead = 8\ngroups = 4\n",
    "t2i_adapter": "",
    "lineart": 'reads = "lineart"\nposed = 0.5\n',
    "scribble": 'reads = "scribble"\n',
    "adapter": "[reference]\npartial = 0.5\n",
    "upscaler": "width = 8\nblocks = 1\ncrop = 8\n",
    "eyes": """
widths = [8, 8, 8, 8, 8]
back = [8, 8, 8, 8]
halved_until = 0.4
strangers = {name = "s", count = 3, seed = 3, manner = "held_out"}
""",
}


@pytest.fixture(autouse=True)
def quick_sheets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diffusion, "SHOWN_STEPS", 2)


@pytest.fixture
def recipe_of(recipe_file: Callable[[str], Path], tiny_pack_master: Path) -> Callable[[str], Path]:
    """Return a function that writes the tiny recipe of a part."""

    def write(part: str) -> Path:
        pack = "" if part in ("vae", "encoders", "eyes", "upscaler") else f'pack = "{tiny_pack_master}"\n'
        return recipe_file(HEAD.format(part=PARTS.get(part, part)) + pack + EXTRAS[part])

    return write


def tensors(folder: Path) -> dict[str, torch.Tensor]:
    """Return the last checkpoint's tensors by name."""
    groups = checkpoint.newest(folder / "checkpoints")[1]
    return {f"{group}/{name}": value for group, named in groups.items() for name, value in named.items()}


@pytest.mark.parametrize("part", sorted(EXTRAS))
def test_a_training_runs_is_resumed_exactly_and_exports(
    part: str, recipe_of: Callable[[str], Path], tmp_path: Path, tiny_pack: Path
) -> None:
    recipe, cache = recipe_of(part), tmp_path / "cache"
    told: list[str] = []
    ended = run(recipe, out=tmp_path / "whole", cache=cache, on_event=lambda event: told.append(event.line))
    assert ended.reason == "done" and ended.figures and all(value == value for value in ended.figures.values())

    run(recipe, out=tmp_path / "parts", cache=cache, steps=3, minutes=0.0)
    run(recipe, out=tmp_path / "parts", cache=cache, resume=True)
    whole, parts = tensors(tmp_path / "whole"), tensors(tmp_path / "parts")
    assert whole.keys() == parts.keys()
    assert all(torch.equal(value, parts[name]) for name, value in whole.items())

    again = Trainer("again", decode(recipe.read_bytes(), "again"), build(recipe, cache), tmp_path / "again")
    again.begin_with(tmp_path / "whole" / "export")
    averages = {name: value for name, value in whole.items() if name.startswith("ema/")}
    kept = {"heads", "parts", "readout"}  # what is thrown away after training
    for name, value in again.ema.weights():
        if name.split("/")[0] not in kept:
            assert torch.allclose(value, averages[f"ema/{name}"], rtol=2e-3, atol=1e-4), name

    before = whole_weights(tiny_pack, part)
    install(tmp_path / "whole" / "export", tiny_pack)
    pack = load_pack(tiny_pack)
    if part == "encoders":
        assert pack.part("text_encoder").config.eos_token_id == pack.part("tokenizer").eos_token_id != 2
        assert "1girl" in (pack.manifest.vocabulary or ())
    if part == "adapter":
        path = pack.path("adapter", "animeadapter.safetensors")
        assert load_adapter(path, pack.part("unet")).config.fused == 7
    assert whole_weights(tiny_pack, part) != before
    assert list((tmp_path / "whole" / "sheets").glob("*.png"))


def test_a_picture_without_its_skeleton_is_drawn_as_if_there_were_no_controller(
    recipe_of: Callable[[str], Path], tmp_path: Path
) -> None:
    task = build(recipe_of("unet"), tmp_path / "cache")
    batch = task.batch(0)
    batch["posed"] = torch.tensor([1.0, 0.0, 1.0, 0.0]).view(4, 1, 1, 1)
    times, states = torch.full((4,), 500), torch.zeros(4, 7, 16)
    with torch.no_grad():
        told = task.predict(batch["latents"], times, states, batch)
        bare = task.unet(batch["latents"], times, encoder_hidden_states=states).sample
    changed = (told - bare).abs().amax((1, 2, 3))
    assert changed[0] > 1e-4 and changed[2] > 1e-4
    assert changed[1] < 1e-6 and changed[3] < 1e-6


def build(recipe: Path, cache: Path) -> Task:
    """Return a fresh task of a recipe."""
    return build_task(decode(recipe.read_bytes(), recipe.name), cache, lambda event: None)


def test_a_start_that_fits_nothing_is_refused(recipe_of: Callable[[str], Path], tmp_path: Path) -> None:
    recipe = recipe_of("unet")
    trainer = Trainer("x", decode(recipe.read_bytes(), "x"), build(recipe, tmp_path / "cache"), tmp_path / "run")
    with pytest.raises(TrainError, match="is neither a run nor a pack with unet"):
        trainer.begin_with(tmp_path)


def whole_weights(folder: Path, part: str) -> bytes:
    """Return the bytes of a part's weights in a pack."""
    name = {"encoders": "image_encoder", "eyes": "vision"}.get(part, part)
    return b"".join(path.read_bytes() for path in sorted((folder / name).glob("*.safetensors")))


def test_being_told_to_end_while_pools_are_drawn_keeps_whole_shards(
    recipe_file: Callable[[str], Path], tmp_path: Path
) -> None:
    told: list[Event] = []

    def end_at_the_second_shard(event: Event) -> None:
        told.append(event)
        if len(told) == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    recipe = tmp_path / "small.toml"
    text = HEAD.format(part="vae") + EXTRAS["vae"]
    recipe.write_text(text.replace("count = 48, seed = 1", "count = 400, seed = 1, shard = 1, shrink = 4"))
    with pytest.raises(KeyboardInterrupt):
        run(recipe, out=tmp_path / "run", cache=tmp_path / "cache", on_event=end_at_the_second_shard)
    kept = list((tmp_path / "cache").rglob("shard-*/records.json"))
    assert 2 <= len(kept) < 400 and not list((tmp_path / "run").rglob("*.safetensors"))


def test_every_shipped_recipe_can_be_read_and_has_a_task() -> None:
    for name in shipped():
        recipe = load_recipe(name)[1]
        assert str(recipe.__struct_config__.tag) in TASKS and recipe.summary


def test_a_missing_pack_is_named(recipe_file: Callable[[str], Path], tmp_path: Path) -> None:
    from animeadapter.packs.errors import PackError

    text = HEAD.format(part="unet") + 'pack = "nowhere"\n' + EXTRAS["unet"]
    with pytest.raises(PackError, match="nowhere"):
        run(recipe_file(text), out=tmp_path / "run", cache=tmp_path / "cache")
    assert decode(text.encode(), "x.toml").steps == 3

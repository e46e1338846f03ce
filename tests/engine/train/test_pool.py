import numpy as np
import pytest

from animeadapter.protocol.parts import Part
from animeadapter.train.cache import drawing
from animeadapter.train.cache import pool as pool_module
from animeadapter.train.cache.pool import open_pool
from animeadapter.train.cache.records import eyes_of, foreground_of, parts_of, persons_of
from animeadapter.train.errors import TrainError
from animeadapter.train.settings import Pool

POOL = Pool(name="some", count=23, seed=5, shard=10, targets=2, references=1)


def test_a_pool_gives_back_what_was_drawn(pool_of, shapes) -> None:
    pool = pool_of(POOL)
    assert len(pool) == 23
    for number in range(23):
        sample = shapes(POOL, number)
        assert np.array_equal(pool.picture(number), sample.picture)
        assert np.array_equal(pool.labels(number), sample.labels)
        assert pool.records[number] == sample.record
        assert pool.poses(number)[0].keypoints[1] == pytest.approx(sample.poses[0, 1])


def test_filling_goes_on_where_it_was_interrupted(tmp_path, shapes) -> None:
    class InterruptionError(Exception):
        pass

    def breaking(pool: Pool, number: int):
        if number == 14:
            raise InterruptionError
        return shapes(pool, number)

    drawn: list[int] = []

    def counting(pool: Pool, number: int):
        drawn.append(number)
        return shapes(pool, number)

    with pytest.raises(InterruptionError):
        open_pool(tmp_path, POOL, lambda event: None, draw=breaking, renderer="r")
    events: list = []
    pool = open_pool(tmp_path, POOL, events.append, draw=counting, renderer="r")
    assert drawn == list(range(10, 23))
    assert [event.done for event in events] == [20, 23]
    assert np.array_equal(pool.picture(14), shapes(POOL, 14).picture)
    drawn.clear()
    open_pool(tmp_path, POOL, events.append, draw=counting, renderer="r")
    assert drawn == []


def test_another_renderer_or_seed_is_another_pool(tmp_path, shapes) -> None:
    def at(pool: Pool, renderer: str):
        return open_pool(tmp_path, pool, lambda event: None, draw=shapes, renderer=renderer).folder

    other = Pool(name="some", count=23, seed=6, shard=10, targets=2, references=1)
    assert len({at(POOL, "a"), at(POOL, "b"), at(other, "a")}) == 3


def test_choosing_gives_targets_of_one_size_and_follows_the_generator(pool_of) -> None:
    pool = pool_of(POOL)
    for seed in range(20):
        chosen = pool.choose(np.random.default_rng(seed), 6)
        assert len({pool.records[n].size for n in chosen}) == 1
        assert all(pool.records[n].role == "target" for n in chosen)
        assert np.array_equal(chosen, pool.choose(np.random.default_rng(seed), 6))


def test_targets_and_references_of_a_character_are_found(pool_of) -> None:
    pool = pool_of(POOL)
    for identity in range(7):
        assert pool.by_identity[identity].tolist() == [3 * identity, 3 * identity + 1]
        assert pool.references[identity].tolist() == [3 * identity + 2]


def test_a_damaged_shard_is_named(pool_of) -> None:
    pool = pool_of(POOL)
    (pool.folder / "shard-00001" / "records.json").write_bytes(b"[{")
    with pytest.raises(TrainError, match="shard-00001"):
        pool_of(POOL)


def test_the_renderer_draws_what_the_record_says() -> None:
    pool = Pool(name="real", count=6, seed=3, targets=1, references=1, pairs=1.0)
    target, reference = drawing.draw_sample(pool, 0), drawing.draw_sample(pool, 1)
    assert target.record.people == 2 and reference.record.people == 1
    assert (target.record.role, reference.record.role) == ("target", "reference")
    assert target.record.identity == reference.record.identity == 0
    assert target.record.traits["hair_colour"] == reference.record.traits["hair_colour"]
    assert target.picture.shape[1::-1] == target.record.size
    assert set(np.unique(persons_of(target.labels))) <= {0, 1, 2}
    assert np.array_equal(foreground_of(target.labels), persons_of(target.labels) > 0)
    assert (parts_of(reference.labels)[eyes_of(reference.labels)] != Part.BACKGROUND).all()
    again = drawing.draw_sample(pool, 0)
    assert np.array_equal(again.picture, target.picture) and again.record == target.record


def test_a_shrunken_pool_has_the_same_aspects_in_whole_latents() -> None:
    for size in drawing.BUCKET_SHARES:
        small = drawing.shrunk(size, 2)
        assert small[0] % 8 == small[1] % 8 == 0
        assert small[0] / small[1] == pytest.approx(size[0] / size[1], rel=0.05)
        assert small[0] * small[1] == pytest.approx(size[0] * size[1] / 4, rel=0.08)
        assert drawing.shrunk(size, 1) == size


def test_many_processors_draw_what_one_would(tmp_path, monkeypatch) -> None:
    settings = Pool(name="few", count=5, seed=4, shard=2)
    drawn = []
    for count in (1, 2):
        monkeypatch.setattr(pool_module, "processors", lambda count=count: count)
        told: list = []
        pool = open_pool(tmp_path / str(count), settings, told.append)
        assert sorted(event.done for event in told)[-1] == 5 and len(told) == 3
        drawn.append(pool)
    assert drawn[0].records == drawn[1].records
    assert all(np.array_equal(drawn[0].picture(n), drawn[1].picture(n)) for n in range(5))

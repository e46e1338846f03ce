import pytest

from animeadapter.train.schedule import rate
from animeadapter.train.settings import Schedule


def test_the_rate_rises_to_its_peak_and_ends_on_its_floor() -> None:
    schedule = Schedule(peak=1e-3, warmup=10, floor=0.1)
    rates = [rate(schedule, step, 100) for step in range(100)]
    assert rates[:10] == sorted(rates[:10]) and rates[0] == pytest.approx(1e-3 / 11)
    assert max(rates) == rates[10] == pytest.approx(1e-3)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == pytest.approx(1e-4)
    assert rates[10 + 89 // 2] == pytest.approx(0.55e-3, rel=0.02)


def test_a_plateau_stays_and_then_falls_in_a_line() -> None:
    schedule = Schedule(peak=1.0, warmup=0, kind="constant", floor=0.0, decay=0.2)
    rates = [rate(schedule, step, 101) for step in range(101)]
    assert rates[:82] == [1.0] * 82
    assert rates[-1] == 0.0
    falls = [a - b for a, b in zip(rates[82:], rates[83:], strict=False)]
    assert max(falls) == pytest.approx(min(falls))


def test_beyond_the_end_the_floor_holds() -> None:
    schedule = Schedule(peak=1.0, warmup=0, floor=0.05)
    assert rate(schedule, 500, 100) == pytest.approx(0.05)

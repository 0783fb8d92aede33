"""Records read by a clock: rows told by what was spent, ends of loops likewise, words about it."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.document import Clock
from minima_core.runs.said import Verdict
from minima_core.scene import Track, clock_words, clocked, neighbour, span_words, step_at, tick_of
from minima_core.scene.legend import verdict_words

PRICED = Clock("evaluations", gradient=2.0, hessian=5.0)


@pytest.fixture(scope="module")
def restarts() -> mc.Run:
    run = mc.start(
        mc.landscape("himmelblau"),
        "random-restarts,local=gradient-descent(lr=0.01),steps_per_loop=20",
        seed=3,
    )
    run.advance(100)
    return run


def test_steps_are_the_record_itself(restarts: mc.Run) -> None:
    assert clocked(restarts.record, Clock()) is restarts.record
    assert step_at(restarts.record, 17) == tick_of(restarts.record, 17) == 17


def test_every_row_is_told_by_what_had_been_spent(restarts: mc.Run) -> None:
    reading, record = clocked(restarts.record, PRICED), restarts.record
    spent = record.evaluations + 2.0 * record.gradients + 5.0 * record.hessians
    for row in (0, 1, 20, 57, 100):
        tick = int(spent[row] - spent[0])
        assert reading.row_of(tick) == row
        assert reading.row_of(tick - 1) == max(row - 1, 0)
        assert step_at(reading, tick) == record.steps[row]
        assert tick_of(reading, int(record.steps[row])) == tick
    assert neighbour(reading, 0, 1) == 3  # a value, and a gradient at the price of two
    assert neighbour(reading, 10**9, 1) == int(spent[-1] - spent[0])


def test_a_track_follows_the_ticks(restarts: mc.Run) -> None:
    land, record = restarts.landscape, restarts.record
    plain, priced = Track(land.lower, land.upper), Track(land.lower, land.upper)
    plain.extend(record)
    assert priced.extend(clocked(record, PRICED))
    assert not priced.extend(clocked(record, PRICED))
    assert priced.last == 3 * plain.last
    for step in (0, 7, 55, 100):
        np.testing.assert_array_equal(priced.at(3 * step)[1], plain.at(step)[1])
        np.testing.assert_array_equal(priced.at(3 * step + 2)[1], plain.at(step)[1])
    assert [each.count for each in priced.ends.clusters] == [each.count for each in plain.ends.clusters]
    assert priced.ends.last == 3 * plain.ends.last
    words = verdict_words([(None, 3 * 100, priced)], 30)
    assert words.endswith("after 30 evaluations")


def test_a_verdict_speaks_by_the_clock_and_not_of_what_comes_later(restarts: mc.Run) -> None:
    priced = Track(restarts.landscape.lower, restarts.landscape.upper)
    priced.extend(clocked(restarts.record, PRICED))
    arrived = Verdict("global minimum", "reached the global minimum, step 80", {"reached": 80.0})
    left = Verdict("outside", "left the region at step 80", {})
    assert verdict_words([(arrived, 300, priced)], 240) == "reached the global minimum, after 240 evaluations"
    assert verdict_words([(left, 300, priced)], 300) == "left the region after 240 evaluations"
    for verdict in (arrived, left):  # the race ends there, though the run was computed further
        assert verdict_words([(verdict, 150, priced)], 150).endswith("after 150 evaluations")
        assert "global" not in verdict_words([(verdict, 150, priced)], 150)


def test_time_lies_between_the_marks(restarts: mc.Run) -> None:
    reading = clocked(restarts.record, Clock("time"), [(50, 1000.0), (100, 1500.0)])
    assert [tick_of(reading, step) for step in (0, 25, 50, 75, 100)] == [0, 500, 1000, 1250, 1500]
    assert step_at(reading, 499) == 24


def test_words() -> None:
    assert span_words(Clock("evaluations"), 900) == "900 evaluations"
    assert clock_words(Clock()) == ""
    assert clock_words(PRICED) == "A gradient is priced at 2 evaluations, a Hessian at 5."


@pytest.mark.parametrize("prices", [(-1.0, 2.0), (1.0, -2.0), (float("nan"), 1.0), (1.0, 1e9)])
def test_prices_are_checked(prices: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="price"):
        Clock("evaluations", *prices)

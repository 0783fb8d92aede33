"""Chances are counted over runs, each the bits of a run of its own, and say how sure they are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.chances import chances, chances_in_stages, wilson
from minima_core.landscapes import formula, landscape, objective
from minima_core.runs import start


@pytest.fixture(scope="module")
def wells():
    return landscape("two-wells")


@pytest.mark.parametrize(
    ("method", "judged"),
    [
        ("sgd,noise=0.3", "end"),
        ("simulated-annealing,temperature=0.2", "best"),
        ("random-restarts,steps_per_loop=20", "best"),
        ("random-restarts,local=sgd(noise=1),steps_per_loop=9", "best"),
    ],
)
def test_each_try_is_a_run_with_its_lane(wells, method, judged):
    found = chances(wells, method, (4, 3), 3, 60, minima=wells.minima, seed=5)
    assert found.judged == judged and found.complete and found.tries == 3
    xs, ys = (np.linspace(wells.lower[i], wells.upper[i], k) for i, k in ((0, 4), (1, 3)))
    for row, column in np.ndindex(3, 4):
        reached = 0
        for k in range(3):
            run = start(wells, method, (xs[column], ys[row]), seed=5, lane=row * 4 + column + 12 * k)
            run.advance(60)
            point = run.best_position if judged == "best" else run.position
            reached += np.linalg.norm(point - wells.minima[0]) <= 0.01 * wells.diagonal
        assert found.reached[row, column] == reached


def test_stages_keep_what_was_counted(wells):
    stages = list(chances_in_stages(wells, "sgd", (6, 6), 6, 100, minima=wells.minima))
    assert [each.tries for each in stages] == [1, 2, 4, 6]
    for before, after in itertools.pairwise(stages):
        assert ((after.reached - before.reached) >= 0).all()
        assert ((after.reached - before.reached) <= after.tries - before.tries).all()
        assert after.overall_high - after.overall_low < before.overall_high - before.overall_low
    last = stages[-1]
    assert last.complete and not stages[0].complete
    assert last.overall_low < last.overall < last.overall_high
    assert last.probability.mean() == pytest.approx(last.overall)
    low, high = last.interval
    assert (low <= last.probability).all() and (last.probability <= high).all()
    assert (last.standard_error > 0).all()


def test_a_method_without_chance_needs_one_try(wells):
    (only,) = chances_in_stages(wells, "gradient-descent", (8, 8), 16, 2000, minima=wells.minima)
    assert only.tries == only.wanted == 1 and set(np.unique(only.reached)) == {0, 1}
    assert only.reached[4, 6] == 1 and only.reached[3, 1] == 0


def test_heat_helps_out_of_the_wrong_well(wells):
    cold, warm = (
        chances(wells, "simulated-annealing", (8, 8), 4, 500, minima=wells.minima, temperature=t, hold=True)
        for t in (1e-4, 1.0)
    )
    wrong = cold.probability < 0.5
    assert wrong.any() and warm.probability[wrong].mean() > cold.probability[wrong].mean() + 0.3


def test_all_equal_minima_count_and_higher_ones_do_not():
    land = landscape("himmelblau")
    exact = np.array([[3, 2], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]])
    assert len(chances(land, "sgd", (2, 2), 1, 1, minima=exact).targets) == 4
    assert len(chances(land, "sgd", (2, 2), 1, 1).targets) == 4
    six = landscape("two-wells")
    assert len(chances(six, "sgd", (2, 2), 1, 1).targets) == 1


def test_wilson_holds_what_it_promises():
    """The interval covers the true chance in about 95 of 100 cases, also near 0 and 1."""
    random = np.random.default_rng(0)
    for p in (0.02, 0.3, 0.5, 0.97):
        low, high = wilson(random.binomial(64, p, 20_000).astype(float), 64)
        assert 0.90 < np.mean((low <= p) & (p <= high)) < 0.99


def test_it_can_be_cancelled_and_tells_how_far_it_has_come(wells):
    told: list[float] = []
    stages = chances_in_stages(
        wells,
        "sgd",
        (16, 16),
        8,
        200,
        minima=wells.minima,
        progress=told.append,
        cancel=lambda: len(told) > 2,
    )
    assert [each.tries for each in stages] == [1, 2, 4]
    assert told == sorted(told) and 0 < told[0] < told[-1] <= 1
    with pytest.raises(Cancelled, match="before the first tries"):
        chances(wells, "sgd", (16, 16), 8, 200, minima=wells.minima, cancel=lambda: True)


def test_one_variable_and_a_python_callable():
    line = formula("(x^2-1)^2 + 0.3*x", (-2,), (2,))
    found = chances(line, "sgd,noise=0.1", (21,), 4, 300)
    assert found.reached.shape == (21,) and found.reached[2] == 4 and found.reached[-3] == 0
    land = objective(lambda p: float(p @ p), (-1, -1), (1, 1))
    found = chances(land, "simulated-annealing", (2, 2), 2, 100, minima=[(0, 0)], border="reflect")
    assert found.tries == 2 and found.reached.shape == (2, 2)

    def broken(p):
        raise ZeroDivisionError("by nought")

    with pytest.raises(ZeroDivisionError, match="by nought"):
        chances(objective(broken, (-1, -1), (1, 1)), "simulated-annealing,temperature=1,end_temperature=1",
                (2, 2), 1, 5, minima=[(0.0, 0.0)])  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"tries": 0}, "number of tries"),
        ({"steps": 2.5}, "number of steps"),
        ({"resolution": (1, 4)}, "2 to 4096"),
        ({"minima": np.empty((0, 2))}, "no known minimum"),
        ({"lr": -1}, "must"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(wells, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        chances(wells, "sgd", **{"resolution": (2, 2), "tries": 1, "steps": 1, **arguments})

"""The backtracking line search against algorithm 3.1 of Nocedal and Wright, written as in the book."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc

START = (-1.3, 2.1)


def book(land, x, lr, c1, shrink, grow, steps):
    """Return the points of the method, and for each step the first trial, the step taken and the trials."""
    way, found, taken = [np.array(x)], [], 0.0
    for _ in range(steps):
        x, d = way[-1], -land.gradient(way[-1])
        first = length = min(lr, grow * taken) if taken else lr
        trials = 1
        while land.value(x + length * d) > land.value(x) - c1 * length * d @ d:
            length *= shrink
            trials += 1
        taken = length
        way.append(x + length * d)
        found.append((first, taken, trials))
    return np.array(way), np.array(found)


@pytest.mark.parametrize(("c1", "shrink", "grow"), [(1e-4, 0.5, 2.0), (0.3, 0.8, 1.0), (1e-4, 0.1, 100.0)])
def test_it_is_the_algorithm_of_the_book(c1, shrink, grow):
    land = mc.landscape("himmelblau")
    settings = {"lr": 0.7, "c1": c1, "shrink": shrink, "grow": grow}
    run = mc.start(land, "line-search", x0=START, **settings)
    run.advance(12)
    way, found = book(land, START, steps=12, **settings)
    np.testing.assert_allclose(run.positions, way, rtol=1e-12)
    for name, column in zip(("first_length", "length", "trials"), found.T, strict=True):
        np.testing.assert_allclose(run.record.inside(name)[1:], column, rtol=1e-12)
    assert run.evaluations == 1 + found[:, 2].sum()
    # The trial points can be drawn from what is recorded: the last one is where the step ended.
    direction = run.record.inside("direction")[1:]
    np.testing.assert_allclose(way[:-1] + found[:, 1, None] * direction, way[1:], rtol=1e-12)


def test_it_never_goes_uphill_and_comes_to_rest():
    for name in ("himmelblau", "rosenbrock", "goldstein-price", "plateau"):
        land = mc.landscape(name)
        run = mc.start(land, "line-search", x0=land.start)
        run.advance(400)
        assert (np.diff(run.values) <= 0).all(), name
    assert mc.start(land, "line-search").specification.settings["lr"] > 0


def test_the_budget_is_kept_to_the_last_trial():
    land = mc.landscape("rosenbrock")
    for budget in range(40):
        run = mc.start(land, "line-search", x0=(-1.5, 2.0), budget=budget, lr=1.0)
        run.advance(100)
        assert run.evaluations == budget
        assert run.ended


def test_a_callable_is_asked_for_gradients_only_where_it_steps():
    calls = []

    def f(p):
        calls.append(p.copy())
        return float((p[0] - 1) ** 2 + 20 * p[1] ** 2)

    land = mc.objective(f, (-2, -2), (2, 2))
    run = mc.start(land, "line-search", x0=(-1, 1), lr=1.0, budget=400)
    run.advance(5)
    trials = run.record.inside("trials")[1:].sum()
    assert run.evaluations == len(calls) == 5 + trials + 5 * 5  # 1 + 2·2 a gradient, six of them
    run.advance(1000)
    assert run.evaluations == len(calls) <= 400
    assert run.best_value < 1e-3


def test_it_repeats_rewinds_and_stays_inside():
    land = mc.formula("x + 2 y", (-1, -2), (1, 2))
    for border in ("clip", "reflect"):
        run = mc.start(land, "line-search", x0=(0.2, 0.1), border=border, lr=0.7, noise=0.3, weight_decay=0.1)
        run.advance(100)
        copy = run.copy()
        run.rewind(31)
        run.advance(69)
        np.testing.assert_array_equal(run.positions, copy.positions)
        np.testing.assert_array_equal(run.record.insides, copy.record.insides)
        assert (np.abs(run.positions) <= (1, 2)).all()


def test_it_works_inside_restarts_and_for_basins():
    land = mc.landscape("rastrigin")
    found = mc.minimize(land, method="random-restarts,local=line-search,steps_per_loop=60,tolerance=1e-6",
                        budget=5000)  # fmt: skip
    assert found.evaluations == 5000
    assert found.value < 1.1
    basins = mc.basins(mc.landscape("himmelblau"), "line-search", (16, 16), 100)
    assert basins.never < 0.05

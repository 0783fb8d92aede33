"""Pattern search against its two algorithms written plainly; its budget, its border, and its sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point


def compass(f, x, d, shrink, grow, best, steps):
    """Return the points of compass search in a box of width 1, and how many points each step asked."""
    way, asked, first = [np.array(x)], [], 0
    for _ in range(steps):
        x, fx, n = way[-1], f(way[-1]), len(way[-1])
        polls = []
        for k in range(2 * n):
            direction = (first + k) % (2 * n)
            y = x + (1 - 2 * (direction % 2)) * d * np.eye(n)[direction // 2]
            polls.append((f(y), len(polls), direction, y))
            if polls[-1][0] < fx and not best:
                break
        value, _, direction, y = min(polls, key=lambda each: each[:2])
        asked.append(len(polls))
        if value < fx:
            way.append(y)
            first, d = direction, min(grow * d, 1.0)
        else:
            way.append(x)
            d *= shrink
    return np.array(way), asked


def explored(f, b, fb, d):
    """Return where Hooke and Jeeves's exploration ends."""
    asked = 0
    for i in range(len(b)):
        for side in (1, -1):
            y = b.copy()
            y[i] += side * d
            asked += 1
            if f(y) < fb:
                b, fb = y, f(y)
                break
    return b, fb, asked


def hooke_jeeves(f, x, d, shrink, steps):
    """Return the points of Hooke and Jeeves's method, and how many points each step asked."""
    way, asked, before = [np.array(x)], [], None
    for _ in range(steps):
        x = way[-1]
        if before is not None:
            p = x + (x - before)
            end, value, count = explored(f, p, f(p), d)
            count += 1
        else:
            end, value, count = explored(f, x, f(x), d)
        asked.append(count)
        if value < f(x):
            way.append(end)
            before = x
        else:
            way.append(x)
            d = d if before is not None else d * shrink
            before = None
    return np.array(way), asked


def bent(p):
    """Return a bent valley."""
    return float(10 * (p[1] - 2 * p[0] ** 2) ** 2 + (0.3 - p[0]) ** 2 + 0.1 * abs(p[-1]))


@pytest.mark.parametrize(("poll", "grow"), [("first", 1.0), ("best", 2.0), ("first", 2.0)])
@pytest.mark.parametrize("n", [2, 3])
def test_compass_search_is_the_algorithm(poll, grow, n):
    start = np.array([-0.31, 0.42, 0.17][:n])
    land = mc.objective(bent, np.full(n, -0.5), np.full(n, 0.5))
    run = mc.start(land, "pattern-search", x0=start, moves="compass", poll=poll, grow=grow, size=0.05,
                   border="free")  # fmt: skip
    run.advance(60)
    way, asked = compass(bent, start, 0.05, 0.5, grow, poll == "best", 60)
    np.testing.assert_allclose(run.positions, way, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(np.diff(run.record.evaluations), asked)
    np.testing.assert_array_equal(run.record.inside("polls")[1:], asked)


@pytest.mark.parametrize("n", [2, 3])
def test_hooke_and_jeeves(n):
    start = np.array([-0.31, 0.42, 0.17][:n])
    land = mc.objective(bent, np.full(n, -0.5), np.full(n, 0.5))
    run = mc.start(land, "pattern-search", x0=start, size=0.05, shrink=0.4, border="free")
    run.advance(80)
    way, asked = hooke_jeeves(bent, start, 0.05, 0.4, 80)
    np.testing.assert_allclose(run.positions, way, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(np.diff(run.record.evaluations), asked)
    assert run.value < 0.05 * run.values[0]


def test_budget_border_restart_and_tolerance():
    land = mc.landscape("rosenbrock")
    for moves in ("compass", "hooke-jeeves"):
        free = mc.start(land, "pattern-search", x0=(-1.5, 2.0), moves=moves)
        free.advance(40)
        for budget in range(25):
            run = mc.start(land, "pattern-search", x0=(-1.5, 2.0), moves=moves, budget=budget)
            run.advance(100)
            assert run.evaluations == budget
            assert run.ended
            if budget:
                np.testing.assert_array_equal(run.positions, free.positions[: run.step + 1])
    asked = []

    def f(p):
        asked.append(p.copy())
        return math.nan if p[0] > 1.5 else float(p[0] + 2 * p[1])

    run = mc.start(mc.objective(f, (-1, -2), (2, 2)), "pattern-search", x0=(1.2, 1.2), collapse=1e-3)
    run.advance(150)
    assert (np.array(asked) >= (-1, -2)).all()
    assert (np.array(asked) <= (2, 2)).all()
    np.testing.assert_array_equal(run.position, (-1, -2))
    lengths = run.record.inside("length")[1:]
    assert (lengths[1:] > lengths[:-1]).sum() > 2  # begun anew
    loops = mc.start(
        mc.landscape("himmelblau"), "random-restarts,local=pattern-search,tolerance=1e-4", seed=2
    )
    loops.advance(200)
    assert len(loops.loops) > 2
    alone = mc.start(mc.landscape("himmelblau"), "pattern-search", x0=(1, 1), restart=False)
    alone.advance(1000)
    assert alone.ended
    assert alone.value < 1e-15


@pytest.mark.parametrize("moves", ["compass", "hooke-jeeves"])
def test_each_poll_is_told_with_the_numbers_of_the_run(moves):
    land = mc.landscape("himmelblau")
    run = mc.start(land, "pattern-search", x0=(-1.3, 2.1), moves=moves)
    run.advance(40)
    copy = run.copy()
    method, told = run.specification.method, set()
    for k in range(1, 41):
        glimpse = Glimpse(run.state_at(k - 1), run.state_at(k), run.specification.settings, land)
        stages = method.narrate(glimpse)
        words = " ".join(each.sentence for each in stages)
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        assert {name for each in stages for name in each.shows} <= set(drawn)
        points = drawn["polled"].points
        assert len(points) == run.record.inside("polls")[k]
        values = [land.value(each) for each in points]
        lines = drawn["compass"].ends
        np.testing.assert_array_equal(lines[:, 1], points[-len(lines) :])
        lengths = np.abs(lines[:, 1] - lines[:, 0]) / (land.upper - land.lower)
        np.testing.assert_allclose(lengths.max(axis=1), glimpse.number("polled_with"), rtol=1e-9)
        assert (np.count_nonzero(lengths > 1e-9, axis=1) == 1).all()  # along one axis
        lowest = points[int(np.argmin(values))]
        assert f"{said_point(run.positions[k - 1])}, f = {said(run.values[k - 1])}" in words
        assert f"The lowest of all is {said_point(lowest)}: f = {said(min(values))}" in words
        assert f"{said(100 * run.record.inside('length')[k])} % of the region" in words
        moved = run.values[k] < run.values[k - 1]
        assert ("the search moves there" in words) == moved
        if moved:
            np.testing.assert_array_equal(run.positions[k], lowest)
        told.add(stages[-1].sentence[:20])
        if drawn["pattern_move"] is not None:
            told.add("pattern")
            np.testing.assert_allclose(
                drawn["pattern_move"].tip, 2 * run.positions[k - 1] - run.positions[k - 2]
            )
    assert ("pattern" in told) == (moves == "hooke-jeeves")
    assert len(told) >= 2
    run.rewind(13)
    run.advance(27)
    np.testing.assert_array_equal(run.positions, copy.positions)

"""Random search: its throws are those of the seed, the best stays, and each is told."""

from __future__ import annotations

import math

import numpy as np

import minima_core as mc
from minima_core.compiled.random import CHOICE, PROPOSAL, normal_pair, uniform
from minima_core.methods.insides import Glimpse, said, said_point


def test_throws_are_uniform_and_the_best_so_far_is_the_row():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "random-search", x0=(1, 1), seed=5)
    run.advance(2000)
    points, values = run.record.inside("proposal"), run.record.inside("proposal_value")
    for k in range(1, 30):
        u = [uniform(5, 0, k - 1, PROPOSAL + i) for i in range(2)]
        np.testing.assert_allclose(points[k], land.lower + u * (land.upper - land.lower), rtol=1e-14)
    np.testing.assert_allclose(values[1:], [land.value(each) for each in points[1:]], rtol=1e-12)
    values[0] = run.values[0]
    np.testing.assert_array_equal(run.values, np.minimum.accumulate(values))
    share = (points[1:] - land.lower) / (land.upper - land.lower)
    for column in share.T:
        counts = np.histogram(column, 10, (0, 1))[0]
        assert np.sum((counts - 200) ** 2 / 200) < 30  # chi-squared with 9 degrees of freedom
    assert run.best_value == run.value


def test_some_are_thrown_around_the_best():
    land = mc.landscape("ackley")
    run = mc.start(land, "random-search", seed=2, local_share=0.5, step_size=0.01)
    run.advance(400)
    near = 0
    for k in range(1, 401):
        if uniform(2, 0, k - 1, CHOICE) < 0.5:
            near += 1
            a = np.array([normal_pair(2, 0, k - 1, PROPOSAL + i)[0] for i in range(2)])
            point = run.positions[k - 1] + 0.01 * a * (land.upper - land.lower)
            if (point > land.lower).all() and (point < land.upper).all():
                np.testing.assert_allclose(run.record.inside("proposal")[k], point, rtol=1e-12)
    assert 150 < near < 250
    pure = mc.start(land, "random-search", seed=2)
    pure.advance(400)
    assert run.value < pure.value


def test_budget_bad_values_and_exceptions():
    def f(p):
        return math.nan if p[0] > 0 else float(p @ p)

    for budget in (0, 1, 17):
        run = mc.start(
            mc.objective(f, (-1, -1, -1), (1, 1, 1)), "random-search", x0=(-1, 1, 1), budget=budget
        )
        run.advance(50)
        assert run.evaluations == budget
        assert run.ended
        assert np.isfinite(run.values).all() or budget == 0

    def g(p):
        if p[0] > 0:
            raise ValueError("no")
        return f(p)

    run = mc.start(mc.objective(g, (-1, -1), (1, 1)), "random-search", x0=(-1, 1))
    run.advance(50)
    assert isinstance(run.error, ValueError)


def test_each_throw_is_told_and_runs_rewind():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "random-search", x0=(0.0, 1.0), seed=1, local_share=0.3)
    run.advance(60)
    copy = run.copy()
    method, inside = run.specification.method, run.record.inside
    for k in range(1, 61):
        glimpse = Glimpse(run.state_at(k - 1), run.state_at(k), run.specification.settings, land)
        words = " ".join(each.sentence for each in method.narrate(glimpse))
        assert f"{said_point(inside('proposal')[k])}, f = {said(inside('proposal_value')[k])}" in words
        assert f"f = {said(run.values[k - 1])} at {said_point(run.positions[k - 1])}" in words
        taken = bool(inside("accepted")[k])
        assert ("it is the best now" in words) == taken == (run.values[k] < run.values[k - 1])
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        tip = drawn["accepted_proposal" if taken else "refused_proposal"].tip
        np.testing.assert_array_equal(tip, inside("proposal")[k])
        assert (drawn["near_best"] is not None) == ("around the best" in words)
    run.rewind(20)
    run.advance(40)
    np.testing.assert_array_equal(run.positions, copy.positions)

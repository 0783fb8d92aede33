"""Ensembles: the best and the mean of the ends of several runs, the mean evaluated like any other point."""

from __future__ import annotations

import numpy as np

import minima_core as mc
from minima_core.methods.insides import Glimpse, said


def test_the_mean_of_the_ends_is_a_row_of_its_own():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "ensemble,local=nelder-mead,runs=5", x0=(0, 0), seed=3, budget=3000)
    run.advance(10_000)
    described, means = mc.describe("ensemble"), 0
    for k in map(int, run.loops):
        now = run.state_at(k)
        if not now.insides["at_mean"]:
            continue
        ends = np.array([end for step, end, _ in run.record.ends if step < k][-5:])
        values = [value for step, _, value in run.record.ends if step < k][-5:]
        np.testing.assert_allclose(run.positions[k], ends.mean(axis=0), atol=1e-12)
        assert run.values[k] == land.value(run.positions[k])
        assert now.insides["best_end"] == min(values)
        best, mean, honest = (
            stage.sentence
            for stage in described.narrate(Glimpse(None, now, run.specification.settings, land))
        )
        assert said(min(values)) in best
        assert said(run.values[k]) in mean and "higher than the best end" in mean
        assert honest.startswith("Averaging escapes nothing")
        drawn = {each.name: each.of(Glimpse(None, now, run.specification.settings, land))
                 for each in described.insides_drawn}  # fmt: skip
        np.testing.assert_array_equal(drawn["mean"].points[0], run.positions[k])
        np.testing.assert_array_equal(np.sort(drawn["ends"].points, axis=0), np.sort(ends, axis=0))
        np.testing.assert_array_equal(drawn["spokes"].ends[:, 1], np.tile(run.positions[k], (5, 1)))
        assert land.value(drawn["best"].points)[0] == min(values)
        means += 1
    assert means >= 2
    assert run.loops_begun >= 6 * means


def test_ends_that_have_left_the_region_do_not_enter_the_mean():
    land = mc.formula("x^2 - y", (-1, -1), (1, 1))
    run = mc.start(
        land, "ensemble,local=gradient-descent(lr=0.1),runs=3,steps_per_loop=30", seed=1, border="free"
    )
    run.advance(400)
    assert run.loops_begun > 5
    assert not any(run.state_at(int(k)).insides["at_mean"] for k in run.loops)


def test_in_one_valley_the_mean_is_no_worse_than_the_ends_on_the_whole():
    land = mc.landscape("convex-bowl")
    run = mc.start(
        land, "ensemble,local=gradient-descent(lr=0.02),runs=4,steps_per_loop=20", seed=1, budget=2000
    )
    run.advance(200)
    k = next(int(k) for k in run.loops if run.state_at(int(k)).insides["at_mean"])
    values = [value for step, _, value in run.record.ends if step < k][-4:]
    assert run.values[k] <= np.mean(values)

"""Multi-start against the rules of Rinnooy Kan and Timmer, written as in the paper."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said
from minima_core.methods.restarts.multi_start_told import NEAR_BETTER, STARTED

HIMMELBLAU = [(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]


def moments(run, count):
    """Return the moments of a run at each step."""
    return [run.state_at(k) for k in range(count)]


def glimpse(run, k):
    return Glimpse(
        run.state_at(k - 1) if k else None, run.state_at(k), run.specification.settings, run.landscape
    )


@pytest.mark.parametrize("local", ["l-bfgs", "nelder-mead"])
def test_it_finds_every_valley_and_descends_into_none_twice(local):
    run = mc.start(
        mc.landscape("himmelblau"), "multi-start", x0=(0, 0), local=local, seed=3, budget=3000, near=0.05
    )
    run.advance(10_000)
    assert run.evaluations == 3000
    found = run.state_at(run.step).insides
    ends = found["ends"][: int(found["known_ends"])]
    for minimum in HIMMELBLAU:
        assert np.linalg.norm(ends - minimum, axis=1).min() < 1e-2
    # Four descents came to rest; the others were given up on their way, or confirmed a lowest end.
    bottoms = [value for _, _, value in run.record.ends if value < 1e-8]
    assert 4 <= len(bottoms) <= 8
    assert len(bottoms) < run.loops_begun
    assert run.best_value < 1e-12


def test_starts_are_those_of_the_paper():
    land = mc.landscape("rastrigin")
    settings = {"sample": 10, "sigma": 2.0, "reduced": 0.5, "local": "nelder-mead"}
    run = mc.start(land, "multi-start", x0=land.start, seed=5, budget=2500, **settings)
    run.advance(10_000)
    began = [int(k) for k in run.loops[1:]]
    checked = 0
    for k in began[:25]:
        now = run.state_at(k).insides
        if now["confirming"]:
            continue
        drawn, order = int(now["drawn"]), now["sample_order"][: int(now["kept"])].astype(int)
        points, values = now["samples"][order], now["sample_values"][order]
        assert (np.diff(values) >= 0).all()
        shares = (points - land.lower) / (land.upper - land.lower)
        r_k = math.pi**-0.5 * (math.gamma(2.0) * 2.0 * math.log(drawn) / drawn) ** 0.5
        assert now["critical_distance"] == pytest.approx(r_k, rel=1e-12)
        chosen = int(np.flatnonzero((points == now["start"]).all(axis=1))[0])
        assert chosen < max(int(0.5 * drawn), 1)
        assert now["sample_fates"][order[chosen]] == STARTED
        lower = np.linalg.norm(shares[:chosen] - shares[chosen], axis=1)
        assert (lower >= r_k).all()
        for j in range(chosen):  # whatever is lower and was passed over had a reason
            if now["sample_fates"][order[j]] == NEAR_BETTER:
                assert np.linalg.norm(shares[:j] - shares[j], axis=1).min() < r_k
        checked += 1
    assert checked > 5


def test_sampled_points_fill_the_box_and_are_evaluated_once():
    calls = []

    def f(p):
        calls.append(p.copy())
        return float((p**2).sum())

    land = mc.objective(f, (-1, 2), (3, 4))
    run = mc.start(land, "multi-start,around=0", x0=(1, 3), seed=2, budget=700)
    run.advance(5000)
    assert len(calls) == 700 == run.evaluations
    now = run.state_at(run.step).insides
    sample = now["samples"][1 : int(now["kept"])]
    assert {tuple(each) for each in sample} <= {tuple(each) for each in calls}
    assert (np.abs(sample.mean(axis=0) - (1, 3)) < 0.3).all()
    assert run.specification.settings["local"].name == "nelder-mead"


def test_a_step_is_told_with_the_numbers_of_the_run():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "multi-start", local="nelder-mead", x0=land.start, seed=1, budget=1500)
    run.advance(5000)
    tell = mc.describe("multi-start").narrate
    told = {" ".join(stage.sentence for stage in tell(glimpse(run, int(k)))) for k in run.loops[1:]}
    assert any(re.search(r"Another 50 points are sampled, \d+ in all", each) for each in told)
    assert any("a fresh descent" in each for each in told)
    k = next(int(k) for k in run.loops[2:] if run.state_at(int(k)).insides["sampled"])
    sentences = [stage.sentence for stage in tell(glimpse(run, k))]
    end = run.state_at(k - 1)
    assert f"f = {said(end.value)}" in sentences[0]
    assert f"f = {said(run.values[k])}" in sentences[-1]


def test_what_is_drawn_are_points_of_the_box():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "multi-start", local="nelder-mead", seed=1, budget=1500)
    run.advance(5000)
    seen = glimpse(run, int(run.loops[-1]))
    drawn = {each.name: each.of(seen) for each in mc.describe("multi-start").insides_drawn}
    assert len(drawn["starts"].points) > 2
    assert len(drawn["samples"].points) + len(drawn["refused"].points) > 100
    assert drawn["critical"].matrix[0, 0] > 0
    tails, tips = drawn["links"].ends[:, 0], drawn["links"].ends[:, 1]
    assert (land.value(tips) <= land.value(tails)).all()


def test_half_of_a_sample_lies_around_the_lowest_end():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "multi-start,local=nelder-mead,reach=0.01", x0=land.start, seed=2, budget=400)
    run.advance(5000)
    now = next(now for k in range(run.step) if (now := run.state_at(k).insides)["sampled"])
    assert now["drawn"] == 51  # the start, and the first sample
    best = now["ends"][int(now["best_end_place"])]
    shares = (now["samples"][:51] - best) / (land.upper - land.lower)
    near = np.abs(shares).max(axis=1) < 0.05
    assert 25 <= near.sum() <= 29
    assert shares[near].std() == pytest.approx(0.01, rel=0.4)

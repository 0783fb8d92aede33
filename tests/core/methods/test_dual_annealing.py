"""Dual annealing: its visits against scipy's, its walk against the steps as written, its searches."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize._dual_annealing import VisitingDistribution
from scipy.stats import ks_2samp

import minima_core as mc
from minima_core.compiled.random import CHOICE, PROPOSAL, uniform
from minima_core.methods.insides import Glimpse, said, said_point
from minima_core.methods.walks.dual_annealing import chance_to_take
from minima_core.methods.walks.visiting import log_gamma, spread_of_visits, visit, visiting_temperature


def of_scipy(q, seed=0):
    return VisitingDistribution(np.zeros(1), np.ones(1), q, np.random.default_rng(seed))


@pytest.mark.parametrize("q", [1.2, 1.5, 2.0, 2.4, 2.62, 2.9])
def test_the_gamma_function_and_the_spread_of_visits(q):
    for x in (0.02, 0.3, 0.5, 1.0, 1.7, 4.5, 30.0):
        assert log_gamma(x) == pytest.approx(math.lgamma(x), abs=1e-12)
    theirs = of_scipy(q)
    for temperature in (5230.0, 1.0, 0.03):
        four = theirs._factor4_p * math.exp(math.log(temperature) / (q - 1))
        if q > 1.4:  # below, scipy takes the logarithm of a negative number's modulus
            spread = math.exp(-(q - 1) * math.log(theirs._factor6 / four) / (3 - q))
            assert spread_of_visits(q, temperature) == pytest.approx(spread, rel=1e-9)


def test_visits_are_distributed_as_scipys():
    for q, temperature in ((2.62, 1.5), (2.0, 0.2)):
        spread = spread_of_visits(q, temperature)
        ours = [visit(q, spread, 3, 0, k, PROPOSAL) for k in range(1500)]
        theirs = of_scipy(q, 1).visit_fn(temperature, 1500)
        assert ks_2samp(ours, theirs).pvalue > 1e-3
        assert ks_2samp(ours, 30 * theirs).pvalue < 1e-6
    assert max(abs(visit(2.9, spread_of_visits(2.9, 1e9), 3, 0, k, PROPOSAL)) for k in range(100)) <= 1e8


def test_chances_and_temperatures_are_those_of_the_paper():
    assert visiting_temperature(2.62, 5230.0, 0) == pytest.approx(5230.0)
    assert visiting_temperature(2.0, 10.0, 3) == pytest.approx(2.5)  # Cauchy's: T₀ / (t + 1)
    assert chance_to_take(-0.1, 1.0, -5.0) == 1.0
    assert chance_to_take(0.1, 1.0, -5.0) == pytest.approx((1 - 6 * 0.1) ** (1 / 6))
    assert chance_to_take(0.2, 1.0, -5.0) == 0.0
    assert chance_to_take(math.inf, 1.0, -5.0) == 0.0
    assert chance_to_take(0.3, 1.0, 0.99) == pytest.approx(math.exp(-0.3), rel=0.01)  # qₐ → 1: Boltzmann


def test_its_walk_is_the_one_that_is_written_down():
    land = mc.landscape("rastrigin")
    settings = {"temperature": 2.0, "acceptance": -2.0, "patience": 3, "restart_ratio": 1e-6}
    run = mc.start(
        land, "dual-annealing", x0=land.lower + 0.3 * (land.upper - land.lower), seed=5, **settings
    )
    run.advance(600)
    accepted, points = run.record.inside("accepted"), run.record.inside("proposal")
    values, heat = run.record.inside("proposal_value"), run.record.inside("temperature")
    x, f, visits, width = run.positions[0], run.values[0], 0, land.upper - land.lower
    lowest, fruitless, found, searches, improved = math.inf, 0, f, 0, False
    for k in range(1, 601):
        if math.isnan(accepted[k]):  # the local search, from the lowest point of the chain
            if not math.isnan(accepted[k - 1]):
                assert visits % 4 == 0
                assert improved or fruitless >= 3
                assert run.values[k] <= (f if improved else lowest)
                searches, fruitless = searches + 1, 0
            if not math.isnan(accepted[k + 1 if k < 600 else k]) and run.values[k] < f:
                x, f = run.positions[k], run.values[k]
            found = min(found, f)
            continue
        chain, place = divmod(visits, 4)
        if place == 0:
            lowest, fruitless, improved = math.inf, fruitless + 1, chain == 0
        temperature = visiting_temperature(2.62, 2.0, chain)
        spread = spread_of_visits(2.62, temperature)
        y = x.copy()
        for i in range(2):
            if place < 2 or i == place - 2:
                share = (x[i] - land.lower[i]) / width[i]
                share += visit(2.62, spread, 5, 0, k - 1, PROPOSAL + 2 * i)
                y[i] = land.lower[i] + share % 1.0 * width[i]
        np.testing.assert_allclose(points[k], y, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose([values[k], heat[k]], [land.value(points[k]), temperature], rtol=1e-9)
        difference = values[k] - f
        lowest = min(lowest, values[k])
        if values[k] < found:
            found, fruitless, improved = values[k], 0, True
        chance = chance_to_take(difference, temperature / (chain + 1), -2.0)
        assert accepted[k] == (uniform(5, 0, k - 1, CHOICE) < chance)
        if accepted[k]:
            x, f = points[k], values[k]
        np.testing.assert_array_equal(run.positions[k], x)
        visits += 1
    assert searches > 3
    assert 0 < np.nansum(accepted) < visits


def test_it_anneals_again_from_the_best_or_from_anywhere():
    land = mc.landscape("schwefel")
    for share in (0.0, 1.0):
        run = mc.start(land, "dual-annealing", seed=2, from_best=share, restart_ratio=0.02, reheat_to=1.0)
        run.advance(3000)
        begins = run.loops[1:]
        assert len(begins) > 5
        best = np.minimum.accumulate(run.values)
        assert (run.values[begins] == best[begins - 1]).all() == (share == 1.0)
        assert run.best_value == pytest.approx(min(land.value(each) for each in land.minima), abs=1e-8)


def test_the_budget_is_kept_and_it_repeats():
    land = mc.landscape("rastrigin")
    for local in ("nelder-mead", "gradient-descent"):
        for budget in (0, 1, 2, 9, 57, 311):
            run = mc.start(land, "dual-annealing", local=local, budget=budget, seed=1)
            run.advance(1000)
            assert run.ended
            assert run.evaluations == budget
    calls = []
    f = mc.objective(lambda p: calls.append(1) or float(p @ p), (-1, -1, -1), (2, 2, 2))
    run = mc.start(f, "dual-annealing", budget=300, seed=1)
    run.advance(1000)
    assert run.evaluations == len(calls) == 300
    assert run.best_value < 1e-8
    run = mc.start(land, "dual-annealing", seed=4)
    run.advance(900)
    copy = run.copy()
    run.rewind(411)
    run.advance(489)
    np.testing.assert_array_equal(run.positions, copy.positions)
    np.testing.assert_array_equal(run.record.insides, copy.record.insides)
    assert (run.positions >= land.lower).all()
    assert (run.positions <= land.upper).all()


def test_each_visit_is_told_with_the_numbers_of_the_run():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "dual-annealing", seed=3, temperature=50.0, acceptance=0.0)
    run.advance(160)
    method, kinds = run.specification.method, set()
    for k in range(1, 161):
        glimpse = Glimpse(run.state_at(k - 1), run.state_at(k), run.specification.settings, land)
        stages = method.narrate(glimpse)
        words = " ".join(stage.sentence for stage in stages)
        accepted = run.record.inside("accepted")[k]
        kinds.add(str(accepted))
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        assert {name for stage in stages for name in stage.shows} <= set(drawn)
        if math.isnan(accepted):
            assert drawn["accepted_proposal"] is None
            assert drawn["refused_proposal"] is None
            assert "local search" in words or "another annealing" in words
            continue
        point, value = run.record.inside("proposal")[k], run.record.inside("proposal_value")[k]
        assert f"from {said_point(run.positions[k - 1])}" in words or math.isnan(
            run.record.inside("accepted")[k - 1]
        )
        assert f"the point {said_point(point)} is proposed: f = {said(value)}" in words
        arrow = drawn["accepted_proposal" if accepted else "refused_proposal"]
        np.testing.assert_array_equal(arrow.tip, point)
        chance = glimpse.number("chance")
        if chance < 1:
            assert f"= {said(chance)}; the number drawn is {said(glimpse.number('draw'))}" in words
            field = drawn["acceptance"].at(np.array([point, arrow.tail]))
            np.testing.assert_allclose(field, [chance, 1.0], rtol=1e-6)
    assert kinds == {"nan", "0.0", "1.0"}

"""`auto`: what it solves, what its models know, how it spends a budget, and the sentences it tells."""

from __future__ import annotations

import math
import sys
from pathlib import Path

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.automatic.auto_axes import narrower
from minima_core.methods.automatic.auto_quadratic import lowest_in_ball
from minima_core.methods.automatic.auto_words import AXES, LAID, MODEL, REPAIRED, SPREAD, TRIED
from minima_core.methods.insides import Glimpse, said, said_point

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
SHIFT = np.array([1.2345, -0.6789, 2.3456, -3.1415, 0.1234])


def turned(n, condition):
    """Return a quadratic form whose axes are turned against the coordinates."""
    axes, _ = np.linalg.qr(np.random.default_rng(n).normal(size=(n, n)))
    return axes @ np.diag(np.logspace(0, np.log10(condition), n)) @ axes.T


def quadratic(p):
    z = p - SHIFT[: len(p)]
    return float(7.0 + z @ turned(len(p), 1e4) @ z)


def rosenbrock(p):
    z = p - SHIFT[: len(p)] + 1.0
    return float(np.sum(100 * (z[1:] - z[:-1] ** 2) ** 2 + (1 - z[:-1]) ** 2))


def rastrigin(p):
    z = p - SHIFT[: len(p)]
    return float(np.sum(10 * (1 - np.cos(2 * np.pi * z)) + z**2))


def ridge(p):
    z = p - SHIFT[: len(p)]
    return float(abs(z[0] + z[-1]) * 10 + math.sqrt(float(z @ z)))


def steps(p):
    z = 4.0 * (p - SHIFT[: len(p)])
    return float(np.sum(np.floor(z + 0.5) ** 2))


@pytest.mark.parametrize(
    ("f", "n", "budget", "lowest"),
    [
        (quadratic, 2, 40, 7.0),
        (quadratic, 5, 300, 7.0),
        (rosenbrock, 2, 400, 0.0),
        (rosenbrock, 5, 4000, 0.0),
        (rastrigin, 1, 500, 0.0),
        (rastrigin, 2, 4000, 0.0),
        (rastrigin, 5, 6000, 0.0),
        (ridge, 2, 4000, 0.0),
        (steps, 3, 3000, 0.0),
    ],
)
def test_it_solves_what_is_smooth_has_many_valleys_or_is_broken(f, n, budget, lowest):
    found = mc.minimize(f, [-5.0] * n, [5.0] * n, budget=budget, seed=3, target=lowest + 1e-8)
    assert found.value <= lowest + 1e-8
    assert found.evaluations <= budget


@pytest.mark.parametrize("n", [8, 12])
def test_many_variables_are_met_with_slopes_by_differences(n):
    found = mc.minimize(quadratic_of_many, [-5.0] * n, [5.0] * n, budget=3000, seed=1)
    assert found.value < 1e-8


def quadratic_of_many(p):
    return float(np.sum(np.arange(1, len(p) + 1) * (p - 0.5) ** 2))


def test_given_slopes_are_followed():
    found = mc.minimize(
        lambda p: float(np.sum((p - 1) ** 4)),
        (-3, -3),
        (4, 4),
        gradient=lambda p: 4 * (p - 1) ** 3,
        budget=500,
    )
    assert found.value < 1e-10
    assert found.evaluations.gradient > 5


def test_boxes_of_very_different_widths_are_no_obstacle():
    def f(p):
        return float((p[0] - 3e-4) ** 2 * 1e6 + (p[1] - 20.0) ** 2 * 1e-6)

    found = mc.minimize(f, (0, -1000), (1e-3, 1000), budget=60, seed=2)
    assert found.value < 1e-8


def test_where_nothing_is_finite_it_begins_elsewhere_and_never_ends_for_that():
    def f(p):
        return math.nan if p[0] < 0.5 else float((p[0] - 2) ** 2 + p[1] ** 2)

    found = mc.minimize(f, (-4, -4), (4, 4), x0=(-1, 0), budget=600)
    assert found.value < 1e-8
    assert found.evaluations == 600
    nothing = mc.minimize(lambda p: math.inf, (-4, -4), (4, 4), budget=100)
    assert nothing.value == math.inf
    assert nothing.evaluations == 100


def test_a_run_goes_back_and_on_as_if_nothing_had_happened():
    land = mc.objective(rastrigin, (-5, -5), (5, 5))
    run, same = (mc.start(land, "auto", seed=5, budget=900) for _ in range(2))
    run.advance(120)
    run.rewind(33)
    run.advance(1000)
    for _ in range(1000):
        same.advance(1)
    np.testing.assert_array_equal(run.positions, same.positions)
    assert int(run.evaluations) == 900


def test_the_step_in_a_ball_is_the_lowest_point_of_the_model():
    chance = np.random.default_rng(1)
    angles = np.linspace(0, 2 * np.pi, 721)
    disk = np.concatenate([r * np.stack((np.cos(angles), np.sin(angles)), 1) for r in np.linspace(0, 1, 201)])
    for case in range(30):
        H = chance.normal(size=(2, 2))
        H = H + H.T + np.eye(2) * chance.uniform(-3, 3)
        g = chance.normal(size=2) * (0.0 if case == 0 else 1.0)
        s, w, Q, b = np.zeros(2), np.zeros(2), np.zeros((2, 2)), np.zeros(2)
        lowest_in_ball(2, g, H.copy(), 1.0, w, Q, b, s)
        values = disk @ g + 0.5 * np.einsum("ki,ij,kj->k", disk, H, disk)
        assert np.linalg.norm(s) <= 1.0 + 1e-9
        assert g @ s + 0.5 * s @ H @ s <= values.min() + 1e-9


def test_a_line_is_narrowed_by_the_parabola_or_the_golden_section():
    parabola = [(x - 0.4) ** 2 for x in (0.0, 0.3, 1.0)]
    assert narrower(0.0, 0.3, 1.0, *parabola, False) == pytest.approx(0.4)
    assert 0.3 < narrower(0.0, 0.3, 1.0, *parabola, True) < 1.0
    assert 0.0 < narrower(0.0, 0.7, 1.0, math.inf, 0.5, 1.0, False) < 0.7


def test_it_tells_and_draws_what_it_did():
    land = mc.objective(rosenbrock, (-5, -5), (5, 5))
    run = mc.start(land, "auto", seed=4, budget=700)
    run.advance(700)
    method = run.specification.method
    seen = set()
    for k in range(1, run.step, 3):
        now = run.state_at(k)
        glimpse = Glimpse(run.state_at(k - 1), now, run.specification.settings, land)
        words = " ".join(stage.sentence for stage in method.narrate(glimpse))
        did = int(glimpse.number("did"))
        seen.add(did)
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        if did in {TRIED, REPAIRED}:
            tail, tip = drawn["trial"].ends[0]
            assert rosenbrock(tip) == pytest.approx(glimpse.number("f_trial"), rel=1e-12)
            assert said_point(tip) in words
            assert said(rosenbrock(tip)) in words
        if did == TRIED:
            model = drawn["model"]
            assert model.value == pytest.approx(rosenbrock(tail), rel=1e-12)
            d = tip - tail
            foretold = model.value + model.gradient @ d + 0.5 * d @ model.hessian @ d
            assert foretold == pytest.approx(model.value - glimpse.number("promised"), rel=1e-6, abs=1e-9)
        if did == LAID:
            assert len(drawn["model_points"].points) == 6
        if did:
            assert said(now.value) in words
            assert said_point(now.position) in words
        for stage in method.narrate(glimpse):
            assert set(stage.shows) <= set(drawn)
    assert seen >= {LAID, TRIED, REPAIRED}


def test_what_is_rough_goes_to_cma_es_and_lines_follow_the_axes():
    def rough(p):
        return float(sum(abs(2.0**j * z - round(2.0**j * z)) / 2.0**j for z in p for j in range(1, 20)))

    run = mc.start(mc.objective(rough, [-5] * 3, [5] * 3), "auto", seed=1, budget=3000)
    run.advance(3000)
    parts = run.record.inside("part")
    assert {MODEL, SPREAD, AXES} <= set(parts.astype(int))
    spent = run.state_at(run.step).insides
    assert spent["spent_spread"] > spent["spent_down"]
    assert spent["quality"] < 0.25


def test_on_cocos_suite_it_solves_a_sphere_a_valley_and_many_valleys():
    pytest.importorskip("cocoex")
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import bbob
    finally:
        sys.path.pop(0)
    results = bbob.measure("auto", functions=(1, 3, 8), instances=(101, 102))
    figures = bbob.figures(results, 2, 2000)
    assert figures.share == 1.0
    assert 0.4 < figures.area < 1.0
    assert all(each.hits[-1] == each.evaluations for each in results)

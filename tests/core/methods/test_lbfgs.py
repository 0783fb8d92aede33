"""L-BFGS by PyTorch's rules, against the method written with full matrices, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point

START = (-1.2, 1.0)

# Rosenbrock's function in double precision: the points after some calls of `step` of torch.optim.LBFGS,
# worked out in numpy by following its source line by line (PyTorch itself has not been run).
PYTORCH = (
    (
        {},
        {
            2: (-1.0284565745562346, 1.068187455748677),
            10: (-0.6657084570888976, 0.41398308319536314),
            50: (0.9999814210791368, 0.9999619651810988),
        },
    ),
    (
        {"history_size": 2, "lr": 0.5},
        {
            2: (-0.9150600556261775, 1.108328200214387),
            25: (0.12282627790153614, -0.0067919335839197875),
            50: (0.9996863292535803, 0.9993705128608747),
        },
    ),
    (
        {"line_search_fn": "none", "lr": 0.05, "history_size": 3},
        {
            2: (-1.1589277971489937, 1.0169949056794263),
            50: (-1.0439421970064398, 1.0679356302534768),
        },
    ),
    (
        {"max_iter": 4},
        {
            2: (-0.9431278012083275, 0.8529662725410991),
            10: (0.9998139520065656, 0.9996256094717674),
            50: (0.9999814210791368, 0.9999619651810988),
        },
    ),
)


def glimpse(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


@pytest.mark.parametrize(("settings", "points"), PYTORCH)
def test_it_goes_where_pytorchs_rules_lead(settings, points):
    run = mc.start(mc.landscape("rosenbrock"), "l-bfgs", x0=START, **settings)
    run.advance(50)
    for step, point in points.items():
        np.testing.assert_allclose(run.positions[step], point, rtol=1e-12)


@pytest.mark.parametrize("m", [1, 3, 100])
def test_directions_are_those_of_the_full_matrix_and_lengths_meet_wolfes_conditions(m):
    land = mc.formula(
        "(x1-1)^4 + (x1-x2^2)^2 + (x3-x1)^2 + 0.3*cos(x2*x3) + x4^2 + 0.1*x4*x1", [-3] * 4, [3] * 4
    )
    run = mc.start(land, "l-bfgs", x0=(-1.5, 2.0, 1.0, 0.5), history_size=m)
    run.advance(15)
    for k in range(1, 12):
        now, x = run.state_at(k), run.positions
        slopes = [land.gradient(each) for each in x]
        inverse = np.eye(4)
        pairs = [(x[j + 1] - x[j], slopes[j + 1] - slopes[j]) for j in range(max(k - 1 - m, 0), k - 1)]
        if pairs:
            s, y = pairs[-1]
            inverse = s @ y / (y @ y) * np.eye(4)
        for s, y in pairs:
            left = np.eye(4) - np.outer(s, y) / (s @ y)
            inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
        d = -inverse @ slopes[k - 1]
        np.testing.assert_allclose(now.insides["direction"], d, rtol=1e-7)
        t, descent = now.insides["length"], slopes[k - 1] @ d
        assert run.values[k] <= run.values[k - 1] + 1e-4 * t * descent
        assert abs(slopes[k] @ d) <= 0.9 * abs(descent)
        assert now.insides["trials"] == run.record.inside("trials")[k]
    assert run.evaluations == 1 + run.record.inside("trials")[1:].sum()


def test_it_stays_where_pytorch_stays():
    run = mc.start(mc.landscape("parabola"), "l-bfgs", x0=mc.landscape("parabola").start)
    run.advance(40)
    spent = run.evaluations
    assert np.abs(run.landscape.gradient(run.position)).max() <= 1e-4
    assert run.advance(100) == 100
    assert run.evaluations == spent
    assert (run.positions[-100:] == run.positions[-1]).all()


@pytest.mark.parametrize("function", ["strong_wolfe", "none"])
def test_the_budget_is_kept_and_callables_pay_for_differences(function):
    calls = []

    def f(p):
        calls.append(p.copy())
        return float((p[0] - 1) ** 2 + 20 * (p[1] - p[0] ** 2) ** 2)

    land = mc.objective(f, (-2, -2), (2, 2))
    for budget in (0, 1, 4, 5, 9, 10, 37):
        calls.clear()
        run = mc.start(land, "l-bfgs", x0=(-1, 1.5), budget=budget, line_search_fn=function, lr=0.1)
        run.advance(100)
        assert run.evaluations == len(calls) <= budget
        assert run.ended
        asked = list(calls)
        inside = [f(each) for each in asked if np.abs(each).max() <= 2]
        assert run.best_value == min(inside, default=np.inf)


def test_a_callable_that_raises_or_has_holes_loses_nothing():
    def f(p):
        if p[0] > 0.5:
            raise ArithmeticError("too far")
        return float((p[0] - 1) ** 2 + p[1] ** 2)

    run = mc.start(mc.objective(f, (-2, -2), (2, 2)), "l-bfgs", x0=(-1, 1))
    run.advance(50)
    assert isinstance(run.error, ArithmeticError)
    assert run.best_value <= 5.0
    holed = mc.formula("(x-1)^2 + y^2 + 0*sqrt(0.5-x)", (-2, -2), (2, 2))
    run = mc.start(holed, "l-bfgs", x0=(-1, 1))
    assert run.advance(60) == 60
    assert np.isfinite(run.values).all()
    assert 0.25 <= run.best_value < 0.5


def test_at_a_border_it_finds_the_lowest_point_of_the_edge():
    land = mc.formula("(x-3)^2 + (y-0.3)^2 + 0.5*x*y", (-1, -1), (1, 1))
    for border, error in (("clip", 1e-6), ("reflect", 1e-4)):
        run = mc.start(land, "l-bfgs", x0=(-0.5, -0.8), border=border)
        run.advance(60)
        assert (np.abs(run.positions) <= 1).all()
        np.testing.assert_allclose(run.best_position, (1, 0.05), atol=error)


def test_it_repeats_rewinds_and_forgets_when_its_memory_changes():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "l-bfgs", x0=(-0.3, 0.2))
    run.advance(9)
    positions = run.positions.copy()
    run.rewind(3)
    run.advance(6)
    assert np.array_equal(run.positions, positions)
    run.rewind(3)
    run.go_on(run.specification.replace(history_size=2))
    run.advance(1)
    assert run.state_at(4).insides["pairs"] == 0
    twin = mc.start(land, "l-bfgs", x0=(-0.3, 0.2)).copy()
    twin.advance(9)
    assert np.array_equal(twin.positions, positions)


def test_what_it_says_is_what_it_did():
    run = mc.start(mc.landscape("rosenbrock"), "l-bfgs", x0=START)
    run.advance(60)
    drawn = {each.name: each for each in run.specification.method.insides_drawn}
    for step in (1, 2, 7):
        here = glimpse(run, step)
        stages = run.specification.method.narrate(here)
        text = " ".join(stage.sentence for stage in stages)
        inside = here.now.insides
        assert said_point(run.positions[step]) in text
        assert f"f = {said(run.values[step])}" in text
        assert said(inside["length"]) in text
        assert said_point(inside["began_slope"]) in text
        assert f"{int(inside['pairs'])} pairs" in text or inside["pairs"] < 2
        points = drawn["line_search"].of(here).points
        assert len(points) == inside["trials"]
        assert (np.abs(points - run.positions[step]).max(axis=1) < 1e-12).any()
        model = drawn["model"].of(here)
        np.testing.assert_allclose(model.hessian @ inside["direction"], -model.gradient, rtol=1e-6)
    segments = drawn["pairs"].of(glimpse(run, 7))
    np.testing.assert_allclose(segments.ends[:, 0], run.positions[:6], atol=1e-12)
    assert "stays" in run.specification.method.narrate(glimpse(run, 60))[0].sentence
    assert "begins" in run.specification.method.narrate(glimpse(run, 0))[0].sentence
    assert drawn["model"].of(glimpse(run, 0)) is None

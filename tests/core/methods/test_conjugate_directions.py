"""BFGS and conjugate gradients: their formulas as in the book, their ends as scipy's, and what they say."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point

FORMULAS = ("PR+", "FR", "HS", "DY")
FOUR = "(x1-1)^4 + (x1-x2^2)^2 + (x3-x1)^2 + 0.3*cos(x2*x3) + x4^2 + 0.1*x4*x1"
METHODS = [("bfgs", {}), *[("conjugate-gradient", {"formula": each}) for each in FORMULAS]]


def glimpse(run, step):
    before = run.state_at(step - 1) if step else None
    return Glimpse(before, run.state_at(step), run.specification.settings, run.landscape)


def meets_wolfe(land, x, after, d, t, c2):
    slope = land.gradient(x) @ d
    enough = land.value(after) <= land.value(x) + 1e-4 * t * slope
    return enough and abs(land.gradient(after) @ d) <= -c2 * slope


def test_bfgs_is_the_algorithm_of_the_book():
    land = mc.formula(FOUR, [-3] * 4, [3] * 4)
    run = mc.start(land, "bfgs", x0=(-1.5, 2.0, 1.0, 0.5))
    run.advance(12)
    x, inverse = run.positions, np.eye(4)
    for k in range(12):
        now, g = run.state_at(k + 1).insides, land.gradient(x[k])
        np.testing.assert_allclose(now["direction"], -inverse @ g, rtol=1e-8)
        assert meets_wolfe(land, x[k], x[k + 1], now["direction"], now["length"], 0.9)
        s, y = x[k + 1] - x[k], land.gradient(x[k + 1]) - g
        if k == 0:
            inverse *= (y @ s) / (y @ y)
        left = np.eye(4) - np.outer(s, y) / (y @ s)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (y @ s)
        np.testing.assert_allclose(now["inverse_hessian"], inverse, rtol=1e-7, atol=1e-10)
        assert np.array_equal(now["inverse_hessian"], now["inverse_hessian"].T)
        inverse = now["inverse_hessian"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_conjugate_gradients_are_those_of_the_book(formula):
    land = mc.formula(FOUR, [-3] * 4, [3] * 4)
    run = mc.start(land, "conjugate-gradient", x0=(-1.5, 2.0, 1.0, 0.5), formula=formula, restart_after=0)
    run.advance(14)
    x, bent = run.positions, 0
    for k in range(1, 14):
        now, before = run.state_at(k + 1).insides, run.state_at(k).insides["direction"]
        g, old = land.gradient(x[k]), land.gradient(x[k - 1])
        y = g - old
        beta = {
            "FR": g @ g / (old @ old),
            "PR+": max(0.0, g @ y / (old @ old)),
            "HS": g @ y / (before @ y),
            "DY": g @ g / (before @ y),
        }[formula]
        if now["beta"]:
            bent += 1
            assert now["beta"] == pytest.approx(beta, rel=1e-9)
            np.testing.assert_allclose(now["direction"], -g + beta * before, rtol=1e-8)
        else:
            np.testing.assert_allclose(now["direction"], -g)
        assert meets_wolfe(land, x[k], x[k + 1], now["direction"], now["length"], 0.1)
    assert bent > 8


@pytest.mark.parametrize(("name", "settings"), METHODS)
def test_they_end_where_scipys_end_for_about_as_many_evaluations(name, settings):
    ours = theirs = 0
    for where, x0 in (("rosenbrock", (-1.2, 1.0)), ("himmelblau", (0.5, -0.5)), ("beale", (1.0, 1.2))):
        land = mc.landscape(where)
        known = scipy_minimize(
            land.value, x0, jac=land.gradient, method=name[:4].upper() if name == "bfgs" else "CG"
        )
        run = mc.start(land, name, x0=x0, **settings)
        while np.abs(land.gradient(run.position)).max() > 1e-5 and run.step < 400:
            run.advance(1)
        assert run.value < 1e-8 or abs(run.value - known.fun) < 1e-8, where
        ours, theirs = ours + run.evaluations, theirs + known.nfev
    assert ours <= 1.5 * theirs, (ours, theirs)


def test_conjugate_gradients_solve_a_quadratic_in_as_many_steps_as_variables():
    land = mc.formula("x1^2 + 3*x2^2 + 7*x3^2 + 20*x4^2 + x1*x2 - 2*x3*x4 + x1", [-3] * 4, [3] * 4)
    for formula in FORMULAS:
        run = mc.start(land, "conjugate-gradient", x0=(2, -1, 1, 2.5), formula=formula, c2=1e-6)
        run.advance(5)
        assert np.abs(land.gradient(run.position)).max() < 1e-4, formula


def test_conjugate_gradients_begin_anew_when_they_are_asked_to():
    land = mc.landscape("rosenbrock")
    run = mc.start(land, "conjugate-gradient", x0=(-1.2, 1.0), restart_after=3)
    run.advance(9)
    assert [run.state_at(k).insides["beta"] == 0 for k in range(1, 10)] == 3 * [True, False, False]
    run = mc.start(land, "conjugate-gradient", x0=(-1.2, 1.0), formula="FR", orthogonality=1e-9)
    run.advance(9)
    assert all(run.state_at(k).insides["beta"] == 0 for k in range(1, 10))


@pytest.mark.parametrize(("name", "settings"), METHODS[:2])
def test_they_keep_borders_budgets_and_what_they_know(name, settings):
    land = mc.formula("(x-3)^2 + (y-0.3)^2 + 0.5*x*y", (-1, -1), (1, 1))
    for border, error in (("clip", 1e-6), ("reflect", 1e-4)):
        run = mc.start(land, name, x0=(-0.5, -0.8), border=border, **settings)
        run.advance(60)
        assert (np.abs(run.positions) <= 1).all()
        np.testing.assert_allclose(run.best_position, (1, 0.05), atol=error)
    calls = []

    def f(p):
        calls.append(p.copy())
        if len(calls) == 60:
            raise ArithmeticError("enough")
        return float((p[0] - 1) ** 2 + 20 * (p[1] - p[0] ** 2) ** 2)

    for budget in (1, 5, 9, 10, 37):
        calls.clear()
        run = mc.start(mc.objective(f, (-2, -2), (2, 2)), name, x0=(-1, 1.5), budget=budget, **settings)
        run.advance(100)
        assert run.evaluations == len(calls) <= budget
        assert run.ended
    calls.clear()
    run = mc.start(mc.objective(f, (-2, -2), (2, 2)), name, x0=(-1, 1.5), **settings)
    run.advance(100)
    assert isinstance(run.error, ArithmeticError)
    assert run.best_value < 3
    run = mc.start(mc.landscape("himmelblau"), name, x0=(-0.3, 0.2), **settings)
    run.advance(12)
    positions = run.positions.copy()
    run.rewind(5)
    run.advance(7)
    assert np.array_equal(run.positions, positions)


def test_on_an_edge_of_a_hole_and_at_the_bottom_they_rest():
    holed = mc.formula("(x-1)^2 + y^2 + 0*sqrt(0.5-x)", (-2, -2), (2, 2))
    for name in ("bfgs", "conjugate-gradient"):
        run = mc.start(holed, name, x0=(-1, 1))
        assert run.advance(200) == 200
        assert np.isfinite(run.values).all()
        assert 0.25 <= run.best_value < 0.5
        spent = run.evaluations
        run.advance(100)
        assert run.evaluations == spent


@pytest.mark.parametrize(("name", "settings"), METHODS[:2])
def test_what_they_say_is_what_they_did(name, settings):
    run = mc.start(mc.landscape("rosenbrock"), name, x0=(-1.2, 1.0), **settings)
    run.advance(200)
    drawn = {each.name: each for each in run.specification.method.insides_drawn}
    for step in (1, 2, 6):
        here = glimpse(run, step)
        text = " ".join(stage.sentence for stage in run.specification.method.narrate(here))
        inside = here.now.insides
        for number in (
            inside["length"],
            run.values[step],
            *inside["line_search"][: int(min(inside["trials"], 3)), 0],
        ):
            assert said(number) in text
        for point in (run.positions[step], inside["began_slope"]):
            assert said_point(point) in text
        assert len(drawn["line_search"].of(here).points) == inside["trials"]
        arrow = drawn["direction"].of(here)
        np.testing.assert_allclose(arrow.tip, drawn["line_search"].of(here).points[0])
        np.testing.assert_allclose(arrow.tail, run.positions[step - 1])
    if name == "bfgs":
        model = drawn["model"].of(here)
        np.testing.assert_allclose(model.hessian @ inside["direction"], -model.gradient, rtol=1e-6)
        assert said_point(np.diag(inside["inverse_hessian"])) in text
    else:
        assert f"β = {said(inside['beta'])}" in text
        part = drawn["kept"].of(here)
        np.testing.assert_allclose(
            part.tip - part.tail,
            inside["first_length"] * (inside["direction"] + inside["began_slope"]),
            rtol=1e-6,
        )
    assert "stays" in run.specification.method.narrate(glimpse(run, 200))[0].sentence
    assert drawn["direction"].of(glimpse(run, 200)) is None

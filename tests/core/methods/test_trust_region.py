"""Trust region: every step solves its subproblem, the radius follows algorithm 4.1, and saddles are left."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize as scipy_minimize

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point

FIVE = "(x1-1)^4 + (x1-x2^2)^2 + (x3-x1)^2 + 0.3*cos(x2*x3) + x4^2 + 0.1*x4*x1 - cos(x5) + 0.1*x5*x4"
LANDS = (
    (mc.landscape("himmelblau"), (-0.5, 0.3)),
    (mc.landscape("rosenbrock"), (-1.2, 1.0)),
    (mc.landscape("tilted-double-well"), mc.landscape("tilted-double-well").start),
    (mc.formula(FIVE, [-3] * 5, [3] * 5), (-1.5, 2.0, 1.0, 0.5, 2.0)),
    (mc.formula("x^2 - y^2 + 0.1*y^4", (-4, -4), (4, 4)), (1.0, 0.0)),  # the hard case, exactly
)


@pytest.mark.parametrize(("land", "x0"), LANDS)
def test_each_step_solves_its_subproblem_and_the_radius_follows_the_book(land, x0):
    run = mc.start(land, "trust-region", x0=x0, radius=0.7, max_radius=2.0, eta=0.1)
    run.advance(25)
    radius, refused = 0.7, 0
    for k in range(25):
        inside, x = run.state_at(k + 1).insides, run.positions[k]
        if not inside["trials"]:
            break
        g, B, p, multiplier = land.gradient(x), land.hessian(x), inside["direction"], inside["multiplier"]
        assert inside["used_radius"] == pytest.approx(radius, rel=1e-12)
        # Theorem 4.1: what tells the best step from all others.
        size = np.abs(B).max()
        np.testing.assert_allclose(
            B @ p + multiplier * p, -g, atol=1e-9 * max(np.abs(g).max(), size * radius)
        )
        assert multiplier >= 0
        assert np.linalg.eigvalsh(B)[0] + multiplier >= -1e-12 * size
        length = np.linalg.norm(p)
        assert length <= radius * (1 + 1e-9)
        assert multiplier == 0 or length == pytest.approx(radius, rel=1e-9)
        # Algorithm 4.1.
        promised = -(g @ p + 0.5 * p @ B @ p)
        ratio = (land.value(x) - land.value(x + p)) / promised
        if promised < 1e-12 * abs(land.value(x)):
            break
        assert inside["ratio"] == pytest.approx(ratio, rel=1e-6, abs=1e-6)
        if ratio < 0.25:
            radius = 0.25 * length
        elif ratio > 0.75 and length > 0.999999 * radius:
            radius = min(2 * radius, 2.0)
        taken = ratio > 0.1
        refused += not taken
        np.testing.assert_allclose(run.positions[k + 1], x + p if taken else x, rtol=1e-12)
    assert k > 3
    assert np.abs(land.gradient(run.positions[25])).max() < 1e-3


def test_it_ends_where_scipys_ends_for_about_as_many_evaluations():
    ours = theirs = 0
    for where, x0 in (("rosenbrock", (-1.2, 1.0)), ("himmelblau", (-0.5, 0.3)), ("beale", (1.0, 1.2))):
        land = mc.landscape(where)
        known = scipy_minimize(
            land.value, x0, jac=land.gradient, hess=land.hessian, method="trust-exact", options={"gtol": 1e-6}
        )
        run = mc.start(land, "trust-region", x0=x0, radius=1.0, max_radius=1000.0, eta=0.15)
        while np.linalg.norm(land.gradient(run.position)) > 1e-6 and run.step < 200:
            run.advance(1)
        assert run.value == pytest.approx(known.fun, abs=1e-9), where
        ours, theirs = ours + run.evaluations, theirs + known.nfev
    assert ours <= 1.3 * theirs, (ours, theirs)


def test_it_leaves_a_saddle_from_where_the_slope_is_zero_and_rests_at_the_bottom():
    land = mc.formula("x^2 - y^2 + 0.1*y^4", (-4, -4), (4, 4))
    run = mc.start(land, "trust-region", x0=(0, 0))
    run.advance(60)
    np.testing.assert_allclose(np.abs(run.position), (0, np.sqrt(5)), atol=1e-6)
    spent = run.evaluations
    assert run.advance(100) == 100
    assert run.evaluations == spent
    flat = mc.start(mc.formula("3*x - y", (-1, -1), (1, 1)), "trust-region", x0=(0, 0), border="clip")
    flat.advance(30)
    np.testing.assert_allclose(flat.position, (-1, 1))
    quartic = mc.start(mc.formula("x^4 + y^4", (-1, -1), (1, 1)), "trust-region", x0=(1, 0.5))
    quartic.advance(60)
    assert quartic.value < 1e-12


@pytest.mark.parametrize("given", [(), ("gradient",), ("gradient", "hessian")])
def test_callables_are_never_asked_over_the_budget(given):
    truth = mc.landscape("rosenbrock")
    calls = []

    def f(p):
        calls.append(1)
        return truth.value(p)

    for budget in (0, 1, 6, 12, 60, 900):
        calls.clear()
        land = mc.objective(f, truth.lower, truth.upper, **{name: getattr(truth, name) for name in given})
        run = mc.start(land, "trust-region", x0=(-1.2, 1.0), budget=budget)
        run.advance(300)
        assert len(calls) == run.evaluations <= budget
        assert run.ended or run.advance(10) == 10
    assert run.best_value < 1e-10


def test_it_keeps_borders_rewinds_and_refuses_what_is_not_finite():
    land = mc.formula("(x-3)^2 + (y-0.3)^2 + 0.5*x*y", (-1, -1), (1, 1))
    for border in ("clip", "reflect"):
        run = mc.start(land, "trust-region", x0=(-0.5, -0.8), border=border)
        run.advance(60)
        np.testing.assert_allclose(run.best_position, (1, 0.05), atol=1e-5)
        assert (np.abs(run.positions) <= 1).all()
    run = mc.start(mc.landscape("himmelblau"), "trust-region", x0=(-0.5, 0.3))
    run.advance(9)
    positions = run.positions.copy()
    run.rewind(3)
    run.advance(6)
    assert np.array_equal(run.positions, positions)
    holed = mc.formula("(x-1)^2 + y^2 + 0*sqrt(0.5-x)", (-2, -2), (2, 2))
    run = mc.start(holed, "trust-region", x0=(-1, 1))
    assert run.advance(80) == 80
    assert np.isfinite(run.values).all()
    assert run.best_value < 0.5
    with pytest.raises(mc.SpecificationError, match="must not be larger than the largest"):
        mc.method("trust-region", radius=5, max_radius=2)


def test_what_it_says_is_what_it_did():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "trust-region", x0=(-0.5, 0.3))
    run.advance(60)
    drawn = {each.name: each for each in run.specification.method.insides_drawn}
    verbs = set()
    for step in (1, 2, 3, 5):
        here = Glimpse(run.state_at(step - 1), run.state_at(step), run.specification.settings, land)
        text = " ".join(stage.sentence for stage in run.specification.method.narrate(here))
        inside, before = here.now.insides, run.positions[step - 1]
        for point in (land.gradient(before), np.linalg.eigvalsh(land.hessian(before)), inside["direction"]):
            assert said_point(point) in text
        for name in ("used_radius", "radius", "promised", "ratio", "trial_value"):
            assert said(inside[name]) in text, name
        assert said_point(run.positions[step]) in text
        verbs.add("taken" if "is taken" in text else "refused")
        assert ("is taken" in text) == (run.positions[step] != before).any() == bool(inside["length"])
        circle = drawn["circle"].of(here)
        assert circle.radius == inside["used_radius"]
        assert np.array_equal(circle.centre, before)
        np.testing.assert_allclose(drawn["model"].of(here).hessian, land.hessian(before), rtol=1e-12)
        assert np.linalg.norm(drawn["direction"].of(here).tip - before) <= circle.radius * (1 + 1e-9)
    assert verbs == {"taken", "refused"}

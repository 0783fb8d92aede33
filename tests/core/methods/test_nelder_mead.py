"""Nelder–Mead against scipy's, simplex by simplex; its budget, its restarts, and the sentences it tells."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point

LAY, REFLECT, SHRINK_OUTSIDE = 1, 2, 7


def valley(p):
    """Return a bent valley in any number of variables."""
    return float(np.sum(100 * (p[1:] - p[:-1] ** 2) ** 2 + (1 - p[:-1]) ** 2))


def stairs(p):
    """Return a valley of level steps: values are equal, and a simplex shrinks."""
    return float(np.sum(np.abs(np.round(2 * p))))


def of_scipy(f, x0, size, steps, **options):
    """Return scipy's best corner after each iteration from the simplex that ours lays."""
    way = []
    first = np.vstack([x0, x0 + size * np.eye(len(x0))])
    options = {"initial_simplex": first, "maxiter": steps, "xatol": 0, "fatol": 0, **options}
    minimize(f, x0, method="Nelder-Mead", options=options,
             callback=lambda intermediate_result: way.append(intermediate_result.x.copy()))  # fmt: skip
    return np.array(way)


@pytest.mark.parametrize(
    ("f", "x0", "adaptive"),
    [
        (valley, (-1.2, 1.0), False),
        (valley, (-1.2, 1.0, 0.3, 0.7), False),
        (valley, (-1.2, 1.0, 0.3, 0.7), True),
        (stairs, (2.3, 1.7), False),
        (lambda p: float(math.cos(3 * p[0]) + p[0] ** 2), (0.4,), False),
    ],
)
def test_it_walks_as_scipy_does(f, x0, adaptive):
    x0, steps = np.array(x0), 120
    land = mc.objective(f, np.full(len(x0), -4.0), np.full(len(x0), 4.0))
    run = mc.start(land, "nelder-mead", x0=x0, size=0.0625, adaptive=adaptive, border="free", collapse=0)
    run.advance(steps + 1)
    way = of_scipy(f, x0, 0.5, steps, adaptive=adaptive)
    moves = run.record.inside("move")
    assert moves[1] == LAY
    assert (moves[2 : 2 + len(way)] >= REFLECT).all()
    # Row 0 is the start, row 1 the laying; then one row an iteration.
    np.testing.assert_allclose(run.positions[2 : 2 + len(way)], way, rtol=0, atol=1e-9)
    if f is stairs:
        assert (moves >= SHRINK_OUTSIDE).any()


def test_the_budget_is_kept_and_a_step_cut_short_is_none():
    land = mc.landscape("rosenbrock")
    free = mc.start(land, "nelder-mead", x0=(-1.5, 2.0))
    free.advance(40)
    for budget in range(40):
        run = mc.start(land, "nelder-mead", x0=(-1.5, 2.0), budget=budget)
        run.advance(100)
        assert run.evaluations == budget
        assert run.ended
        if budget:
            done = int(np.searchsorted(free.record.evaluations, budget, side="right")) - 1
            assert run.step == done
            np.testing.assert_array_equal(run.positions, free.positions[: done + 1])


def test_a_collapsed_simplex_is_laid_anew_or_ends_the_run():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "nelder-mead", x0=(-1.3, 2.1), collapse=1e-4)
    run.advance(120)
    moves, sizes = run.record.inside("move"), run.record.inside("size")
    laid = np.flatnonzero(moves == LAY)
    assert len(laid) > 1
    assert (sizes[laid[1:] - 1] <= 1e-4).all()
    assert (np.diff(run.values) <= 0).all()
    for k in laid[1:]:  # turned at random, with edges at right angles
        corners, centre = run.state_at(int(k)).insides["simplex"], run.positions[k - 1]
        others = [each for each in corners if not np.array_equal(each, centre)]
        edges = (others - centre) / (land.upper - land.lower)
        np.testing.assert_allclose(edges @ edges.T, 0.01 * np.eye(2), atol=1e-10)
        assert (np.abs(edges) > 1e-4).all()
    alone = mc.start(land, "nelder-mead", x0=(-1.3, 2.1), collapse=1e-4, restart=False)
    alone.advance(120)
    assert alone.ended
    assert alone.step == laid[1] - 1
    loops = mc.start(land, "random-restarts,local=nelder-mead,tolerance=1e-3", seed=2)
    loops.advance(150)
    assert len(loops.loops) > 2
    assert loops.best_value < 1e-3


def test_it_stays_in_the_box_and_refuses_what_is_not_finite():
    asked = []

    def f(p):
        asked.append(p.copy())
        return math.nan if p[0] > 1.5 else math.inf if p[1] > 1.5 else float(p[0] + 2 * p[1])

    run = mc.start(mc.objective(f, (-1, -2), (2, 2)), "nelder-mead", x0=(1.2, 1.2), seed=1)
    run.advance(200)
    assert (np.array(asked) >= (-1, -2)).all()
    assert (np.array(asked) <= (2, 2)).all()
    assert np.isfinite(run.values).all()
    np.testing.assert_allclose(run.position, (-1, -2), atol=1e-6)

    def g(p):
        if len(asked) > 30:
            raise RuntimeError("enough")
        return f(p)

    asked.clear()
    run = mc.start(mc.objective(g, (-1, -2), (2, 2)), "nelder-mead", x0=(1.2, 1.2))
    run.advance(200)
    assert isinstance(run.error, RuntimeError)
    assert math.isfinite(run.best_value)


def test_it_repeats_and_rewinds_exactly():
    run = mc.start(mc.landscape("ackley"), "nelder-mead", x0=(1.3, 2.1))
    run.advance(200)
    copy = run.copy()
    run.rewind(37)
    run.advance(163)
    np.testing.assert_array_equal(run.positions, copy.positions)
    np.testing.assert_array_equal(run.record.insides, copy.record.insides)


def test_each_step_is_told_with_the_numbers_of_the_run():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "nelder-mead", x0=(-1.3, 2.1))
    run.advance(30)
    method = run.specification.method
    told = set()
    for k in range(1, 31):
        glimpse = Glimpse(run.state_at(k - 1), run.state_at(k), run.specification.settings, land)
        words = " ".join(stage.sentence for stage in method.narrate(glimpse))
        told.add(int(run.record.inside("move")[k]))
        assert f"{said_point(run.positions[k])}, f = {said(run.values[k])}" in words
        drawn = {each.name: each.of(glimpse) for each in method.insides_drawn}
        corners = drawn["simplex"].corners
        np.testing.assert_array_equal(corners[0], run.positions[k])
        if k > 1:
            worst, reflected = drawn["reflection"].ends[0]
            assert f"{said_point(worst)}, f = {said(land.value(worst))}" in words
            assert f"{said_point(reflected)}: f = {said(land.value(reflected))}" in words
            for point in drawn["trials"].points:
                assert f"{said_point(point)}: f = {said(land.value(point))}" in words
            assert (drawn["simplex_before"].corners == worst).all(axis=1).any()
    assert len(told) >= 5

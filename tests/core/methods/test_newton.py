"""Newton's method: each variant as its source has it, at saddles and at borders, and what it says."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said, said_point

FIVE = "(x1-1)^4 + (x1-x2^2)^2 + (x3-x1)^2 + 0.3*cos(x2*x3) + x4^2 + 0.1*x4*x1 - cos(x5) + 0.1*x5*x4"
LANDS = (
    (mc.landscape("himmelblau"), (-0.5, 0.3)),
    (mc.landscape("rosenbrock"), (-1.2, 1.0)),
    (mc.formula(FIVE, [-3] * 5, [3] * 5), (-1.5, 2.0, 1.0, 0.5, 2.0)),
)


def absolute(matrix):
    values, vectors = np.linalg.eigh(matrix)
    return (vectors * np.abs(values)) @ vectors.T


def shifted(matrix):
    """Return H + τI by algorithm 3.3 of Nocedal and Wright, with β in units of the matrix."""
    beta = 1e-3 * np.abs(matrix).max()
    tau = 0.0 if matrix.diagonal().min() > 0 else beta - matrix.diagonal().min()
    while np.linalg.eigvalsh(matrix + tau * np.eye(len(matrix)))[0] <= 0:
        tau = max(2 * tau, beta)
    return matrix + tau * np.eye(len(matrix))


VARIANTS = {"plain": lambda matrix: matrix, "damped": shifted, "saddle-free": absolute}


@pytest.mark.parametrize(("land", "x0"), LANDS)
@pytest.mark.parametrize("variant", VARIANTS)
def test_steps_are_those_of_the_papers(land, x0, variant):
    run = mc.start(land, "newton", x0=x0, variant=variant, backtrack=False, lr=0.8, damping=0.01)
    run.advance(6)
    damping = 0.01 * np.eye(land.dimension)
    for before, after in zip(run.positions[:-1], run.positions[1:], strict=True):
        bent = VARIANTS[variant](land.hessian(before))
        if variant != "damped" or np.array_equal(bent, land.hessian(before)):
            bent = bent + damping
        step = -0.8 * np.linalg.solve(bent, land.gradient(before))
        np.testing.assert_allclose(after - before, step, rtol=1e-9, atol=1e-13)
    assert run.evaluations == 7
    assert (run.evaluations.gradient, run.evaluations.hessian) == (7, 6)
    assert run.record.hessians.tolist() == list(range(7))


@pytest.mark.parametrize("variant", ["damped", "saddle-free"])
def test_backtracking_takes_the_first_length_that_goes_down_enough(variant):
    land = mc.landscape("himmelblau")
    shortened = 0
    for x0 in ((-0.5, 0.3), (0.1, -3.0), (4.0, -0.2)):
        run = mc.start(land, "newton", x0=x0, variant=variant, shrink=0.7)
        run.advance(8)
        for k in range(8):
            inside, x = run.state_at(k + 1).insides, run.positions[k]
            if not inside["trials"]:
                continue
            d, slope = inside["direction"], land.gradient(x)
            lengths = [inside["first_length"] * 0.7**j for j in range(int(inside["trials"]))]
            down = [land.value(x + t * d) <= land.value(x) + 1e-4 * t * slope @ d for t in lengths]
            assert down == [False] * (len(lengths) - 1) + [True]
            np.testing.assert_allclose(run.positions[k + 1], x + lengths[-1] * d, rtol=1e-12)
            shortened += len(lengths) > 1
        assert np.abs(land.gradient(run.position)).max() < 1e-6 or run.value < run.values[0]
    assert shortened


def test_plain_newton_goes_to_a_saddle_and_the_others_do_not():
    land = mc.landscape("himmelblau")
    x0 = (0.2, 2.8)
    run = mc.start(land, "newton", x0=x0, variant="plain")
    run.advance(20)
    assert np.abs(land.gradient(run.position)).max() < 1e-9
    low, high = np.linalg.eigvalsh(land.hessian(run.position))
    assert low < 0 < high
    for variant in ("damped", "saddle-free"):
        run = mc.start(land, "newton", x0=x0, variant=variant)
        run.advance(40)
        assert run.value < 1e-12
        spent = run.evaluations
        assert run.advance(50) == 50
        assert run.evaluations == spent


def test_a_singular_hessian_stops_nobody():
    for formula, low in (("x^2 + abs(y)", 1.0), ("(x-y)^2", 1e-12), ("x^4 + y^4", 1e-6)):
        land = mc.formula(formula, (-1, -1), (1.5, 1.2))
        for variant in VARIANTS:
            run = mc.start(land, "newton", x0=(1.0, 0.8), variant=variant)
            assert run.advance(60) == 60
            assert np.isfinite(run.values).all()
            assert run.best_value < (1.0 if variant == "plain" and "abs" in formula else low), (
                formula,
                variant,
            )


@pytest.mark.parametrize("given", [(), ("gradient",), ("gradient", "hessian"), ("hessian",)])
def test_callables_are_asked_for_what_they_have_and_never_over_budget(given):
    truth = mc.landscape("rosenbrock")
    calls = {"f": 0, "gradient": 0, "hessian": 0}

    def counted(name, function):
        def f(p):
            calls[name] += 1
            return function(p)

        return f

    for budget in (0, 1, 6, 11, 12, 60, 500):
        calls.update(dict.fromkeys(calls, 0))
        more = {name: counted(name, getattr(truth, name)) for name in given}
        land = mc.objective(counted("f", truth.value), truth.lower, truth.upper, **more)
        run = mc.start(land, "newton", x0=(-1.2, 1.0), budget=budget)
        run.advance(100)
        assert calls["f"] == run.evaluations <= budget
        assert run.ended == (run.evaluations < 500 and budget < 500) or budget == 60
        if "hessian" in given:
            assert calls["hessian"] == run.evaluations.hessian
        if "gradient" in given:
            assert calls["gradient"] == run.evaluations.gradient
    assert run.best_value < 1e-12


def test_it_keeps_borders_rewinds_and_ends_with_what_it_knows():
    land = mc.formula("(x-3)^2 + (y-0.3)^2 + 0.5*x*y", (-1, -1), (1, 1))
    for variant in VARIANTS:
        run = mc.start(land, "newton", x0=(-0.5, -0.8), border="clip", variant=variant)
        run.advance(20)
        np.testing.assert_allclose(run.best_position, (1, 0.05), atol=1e-9)
        assert (np.abs(run.positions) <= 1).all()
    run = mc.start(mc.landscape("himmelblau"), "newton", x0=(-0.5, 0.3), variant="saddle-free")
    run.advance(8)
    positions = run.positions.copy()
    run.rewind(3)
    run.advance(5)
    assert np.array_equal(run.positions, positions)
    run.rewind(3)
    run.go_on(run.specification.replace(variant="plain"))
    run.advance(1)
    step = -np.linalg.solve(run.landscape.hessian(positions[3]), run.landscape.gradient(positions[3]))
    np.testing.assert_allclose(run.position, positions[3] + step, rtol=1e-12)

    def f(p):
        if p[0] > 0.5:
            raise ArithmeticError("too far")
        return float((p[0] - 1) ** 2 + p[1] ** 2)

    run = mc.start(mc.objective(f, (-2, -2), (2, 2)), "newton", x0=(-1, 1))
    run.advance(50)
    assert isinstance(run.error, ArithmeticError)
    assert run.best_value <= 5.0
    holed = mc.formula("(x-1)^2 + y^2 + 0*sqrt(0.5-x)", (-2, -2), (2, 2))
    run = mc.start(holed, "newton", x0=(-1, 1))
    assert run.advance(60) == 60
    assert np.isfinite(run.values).all()
    run = mc.start(holed, "newton", x0=(-1, 1), variant="plain")
    run.advance(60)
    assert run.verdict.state == "not finite"


@pytest.mark.parametrize("variant", VARIANTS)
def test_what_it_says_is_what_it_did(variant):
    land = mc.landscape("himmelblau")
    run = mc.start(land, "newton", x0=(-0.5, 0.3), variant=variant)
    run.advance(60)
    drawn = {each.name: each for each in run.specification.method.insides_drawn}
    for step in (1, 2, 4):
        here = Glimpse(run.state_at(step - 1), run.state_at(step), run.specification.settings, land)
        text = " ".join(stage.sentence for stage in run.specification.method.narrate(here))
        inside = here.now.insides
        before = run.positions[step - 1]
        values = np.linalg.eigvalsh(land.hessian(before))
        for point in (land.gradient(before), values, inside["direction"], run.positions[step]):
            assert said_point(point) in text
        for number in (run.values[step], run.values[step - 1], inside["length"]):
            assert said(number) in text
        if variant == "damped" and values[0] < 0:
            assert said(inside["shift"]) in text
        np.testing.assert_allclose(drawn["second-order"].of(here).hessian, land.hessian(before), rtol=1e-12)
        model = drawn["model"].of(here)
        np.testing.assert_allclose(model.hessian @ inside["direction"], -model.gradient, rtol=1e-9)
        assert len(drawn["line_search"].of(here).points) == inside["trials"]

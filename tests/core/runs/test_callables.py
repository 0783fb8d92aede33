"""Python callables as objectives: counted exactly, never over budget, and their exceptions kept."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.runs import Status


class Counted:
    """An objective that counts its calls and remembers the lowest point in the box."""

    def __init__(self, raises_at: float = math.inf, error: BaseException | None = None) -> None:
        self.calls, self.raises_at, self.error = 0, raises_at, error or RuntimeError("boom")
        self.lowest = math.inf

    def __call__(self, p):
        self.calls += 1
        if self.calls >= self.raises_at:
            raise self.error
        value = float((p[0] - 0.3) ** 2 + 3 * (p[1] + 0.2) ** 2 + 0.5 * p[0] * p[1])
        if (np.abs(p) <= 2).all():
            self.lowest = min(self.lowest, value)
        return value


def landscape(f, **known):
    return mc.objective(f, (-2, -2), (2, 2), **known)


def exact(p):
    return np.array([2 * (p[0] - 0.3) + 0.5 * p[1], 6 * (p[1] + 0.2) + 0.5 * p[0]])


@pytest.mark.parametrize("method", mc.method_names())
@pytest.mark.parametrize("budget", [0, 1, 7, 100, 501])
@pytest.mark.parametrize("given", [False, True])
def test_calls_are_counted_and_never_over_budget(method, budget, given):
    f = Counted()
    run = mc.start(landscape(f, gradient=exact if given else None), method, x0=(1, 1), budget=budget)
    run.advance(2000)
    assert f.calls == run.evaluations <= budget
    if run.status is Status.RUNNING:  # at rest before the budget was used up
        assert (run.positions[-1000:] == run.positions[-1]).all()
        return
    assert budget - f.calls < 5
    assert run.best_value == f.lowest
    assert run.status is Status.OUT_OF_BUDGET
    assert run.verdict.state == "out of budget"
    assert f.calls <= budget  # the verdict asked nothing
    if given and budget == 501 and "gradient" in mc.describe(method).uses:
        assert run.evaluations.gradient > 0


def test_a_callable_gives_what_its_formula_gives():
    formula = mc.formula("(x-0.3)^2 + 3(y+0.2)^2 + 0.5 x y", (-2, -2), (2, 2))
    for method in ("adam,lr=0.1", "simulated-annealing,temperature=1,end_temperature=0.01"):
        one, other = mc.start(formula, method, x0=(1, 1)), mc.start(landscape(Counted()), method, x0=(1, 1))
        one.advance(100)
        other.advance(100)
        np.testing.assert_allclose(other.positions, one.positions, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("method", mc.method_names())
@pytest.mark.parametrize("at", [1, 3, 40])
def test_an_exception_ends_the_run_and_is_kept(method, at):
    f = Counted(raises_at=at)
    run = mc.start(landscape(f), method, x0=(1, 1))
    run.advance(500)
    if f.calls < at:  # at rest before it came to that
        assert (run.positions[-200:] == run.positions[-1]).all()
        return
    assert f.calls == at
    assert run.status is Status.RAISED
    assert run.error is f.error
    assert run.verdict.state == "raised"
    assert "RuntimeError: boom" in run.verdict.sentence
    assert run.best_value == f.lowest
    assert run.advance(10) == 0


def test_an_interrupt_goes_through():
    f = Counted(raises_at=30, error=KeyboardInterrupt())
    run = mc.start(landscape(f), "adam,lr=0.1", x0=(1, 1))
    with pytest.raises(KeyboardInterrupt):
        run.advance(100)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("three", "must return a number, not str"),
        (None, "not NoneType"),
        (np.zeros(2), "not ndarray"),
        (1j, "complex"),
        ("1.5", "not str"),
        (np.complex128(1 + 2j), "not complex128"),
        (np.array([1j]), "not complex128"),
    ],
)
def test_answers_that_are_no_numbers_are_errors(answer, words):
    run = mc.start(landscape(lambda p: answer), "adam,lr=0.1", x0=(1, 1))
    assert run.status is Status.RAISED
    assert words in str(run.error)


def test_an_array_of_one_number_is_a_number():
    run = mc.start(landscape(lambda p: np.array([[p @ p]])), "adam,lr=0.1", x0=(1, 1))
    assert run.advance(5) == 5


def test_values_that_are_not_finite_end_a_run():
    for bad in (math.nan, math.inf, 10**400):
        run = mc.start(landscape(lambda p, bad=bad: bad), "adam,lr=0.1", x0=(1, 1))
        assert run.status is Status.NOT_FINITE
        assert run.error is None
        assert run.best_position.tolist() == [1.0, 1.0]


def test_a_gradient_of_the_wrong_shape_is_an_error():
    run = mc.start(landscape(Counted(), gradient=lambda p: np.zeros(3)), "adam,lr=0.1", x0=(1, 1))
    assert "shape (2,)" in str(run.error)


@pytest.mark.parametrize("answer", [np.zeros(3), 1.0, None, "ab", np.array([1j, 1.0]), np.zeros((2, 1))])
def test_a_landscape_refuses_derivatives_that_cannot_be(answer):
    land = landscape(Counted(), gradient=lambda p: answer, hessian=lambda p: answer)
    for ask in (land.gradient, land.hessian):
        with pytest.raises((TypeError, ValueError), match=r"The (gradient|Hessian) must "):
            ask((0, 0))


def test_the_objective_gets_a_point_of_its_own():
    def spoils(p):
        value = float(p @ p)
        p[:] = 99.0
        return value

    run = mc.start(landscape(spoils), "gradient-descent,lr=0.1", x0=(1, 1))
    run.advance(50)
    np.testing.assert_allclose(run.position, 0.0, atol=1e-4)


def test_runs_of_one_callable_keep_their_own_books():
    f = Counted()
    land = landscape(f)
    one, other = mc.start(land, "adam,lr=0.1", x0=(1, 1)), mc.start(land, "adam,lr=0.1", x0=(-1, 1))
    one.advance(10)
    other.advance(3)
    assert (one.evaluations, other.evaluations) == (55, 20)
    copy = one.copy()
    copy.advance(1)
    assert (one.evaluations, copy.evaluations) == (55, 60)
    one.rewind(4)
    assert one.evaluations == 25
    one.advance(7)
    assert (one.positions == copy.positions).all()
    assert one.state_at(2).position.tolist() == one.positions[2].tolist()

"""`minimize`: the budget is never exceeded, the best point never lost, and errors are sentences."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc


class Counted:
    def __init__(self, raises_at=math.inf):
        self.calls, self.raises_at, self.lowest = 0, raises_at, math.inf

    def __call__(self, p):
        self.calls += 1
        if self.calls >= self.raises_at:
            raise ZeroDivisionError("no way")
        value = float(((p - 0.3) ** 2).sum() + 0.1 * np.sin(20 * p).sum())
        self.lowest = min(self.lowest, value)
        return value


@pytest.mark.parametrize("method", mc.method_names())
@pytest.mark.parametrize("budget", [0, 1, 5, 99, 1500, 4001])
def test_the_budget_is_exact_and_the_best_is_kept(method, budget):
    if method == "bayesian-optimization":
        budget = min(budget, 120)  # made for evaluations that are dear: its own steps are, too
    f = Counted()
    found = mc.minimize(f, [-2] * 3, [2] * 3, method=method, budget=budget, seed=2)
    assert f.calls == found.evaluations <= budget
    assert found.value == f.lowest
    if budget:
        assert found.value == pytest.approx(
            ((found.position - 0.3) ** 2).sum() + 0.1 * np.sin(20 * found.position).sum()
        )
    assert found.error is None
    assert found.position.shape == (3,)


@pytest.mark.parametrize("method", ["auto", "adam", "random-restarts", "simulated-annealing"])
@pytest.mark.parametrize("at", [1, 2, 30, 2500])
def test_an_exception_is_kept_and_the_best_is_not_lost(method, at):
    f = Counted(raises_at=at)
    found = mc.minimize(f, [-2] * 3, [2] * 3, method=method, budget=5000)
    assert isinstance(found.error, ZeroDivisionError)
    assert found.verdict.state == "raised"
    assert found.value == f.lowest
    assert f.calls == found.evaluations == at


@pytest.mark.parametrize(
    "name",
    [
        "two-wells",
        "himmelblau",
        "rastrigin",
        "rosenbrock",
        "goldstein-price",
        "six-hump-camel",
        "tilted-double-well",
    ],
)
def test_auto_finds_the_minima_of_well_known_landscapes(name):
    land = mc.landscape(name)
    found = mc.minimize(land)
    assert found.value == pytest.approx(land.value(land.minima).min(), abs=1e-6)
    assert np.linalg.norm(land.minima - found.position, axis=1).min() < 1e-3
    assert found.verdict.state == "global minimum"
    assert found.evaluations <= 10_000


def test_it_repeats_itself_for_a_seed_and_not_for_another():
    one, same, other = (
        mc.minimize(Counted(), (-2, -2), (2, 2), seed=seed, budget=3000) for seed in (5, 5, 6)
    )
    assert (one.position == same.position).all()
    assert (one.position != other.position).any()


def test_a_target_stops_it_at_once():
    f = Counted()
    found = mc.minimize(f, (-2, -2), (2, 2), method="simulated-annealing", target=0.05)
    assert found.value <= 0.05
    assert f.calls < 2000
    assert mc.minimize(mc.landscape("himmelblau"), target=1e9).evaluations == 1


@pytest.mark.parametrize("method", ["auto", "adam,lr=0.1", "random-restarts", "simulated-annealing"])
def test_on_a_formula_too_it_stops_at_the_very_evaluation(method):
    land = mc.landscape("himmelblau")
    target = 1e-8 if method != "simulated-annealing" else 0.05
    found = mc.minimize(land, method=method, target=target, budget=20_000)
    assert found.value <= target
    said = found.verdict
    assert said.state == "target reached"
    shown = "1e−8" if target == 1e-8 else "0.05"
    assert said.sentence == f"reached the target {shown} after {int(found.evaluations)} evaluations"
    if method != "auto":  # one evaluation less does not get there
        less = mc.minimize(land, method=method, budget=int(found.evaluations) - 1)
        assert less.value > target


def test_it_says_what_was_found_and_what_it_cost():
    land = mc.landscape("himmelblau")
    found = mc.minimize(land, method="adam", x0=(-3, 3), lr=0.1, budget=400)
    assert found.verdict.state == "global minimum"
    assert found.verdict.sentence.startswith("at a global minimum, value ")
    assert found.verdict.sentence.endswith(", after 400 evaluations")
    on_the_way = mc.minimize(land, method="adam", x0=(-3, 3), lr=0.1, budget=12)
    assert on_the_way.verdict.state == "out of budget"
    assert "evaluations" in on_the_way.verdict.sentence
    local = mc.minimize(mc.landscape("two-wells"), method="gradient-descent,lr=0.03", x0=(-1.15, 1.6))
    assert local.verdict.state == "local minimum"
    assert ", 0.549 above the best, after " in local.verdict.sentence
    called = mc.minimize(lambda p: float(p[0] ** 2 + 2.0), (-1,), (1,), budget=100)
    assert called.verdict.sentence.startswith("the lowest value is 2")
    assert called.verdict.sentence.endswith("after 100 evaluations")
    nothing = mc.minimize(lambda p: 1.0, (-1,), (1,), budget=0)
    assert "0 evaluations" in nothing.verdict.sentence


def test_a_callback_sees_the_progress_and_may_stop_it():
    seen = []

    def callback(progress):
        seen.append((progress.value, progress.evaluations))
        return len(seen) == 3

    found = mc.minimize(Counted(), (-2, -2), (2, 2), callback=callback)
    assert len(seen) == 3
    assert found.value <= seen[-1][0] <= seen[0][0]
    assert found.evaluations < 1000


def test_a_callback_that_raises_is_the_callers_own_affair():
    with pytest.raises(ZeroDivisionError):
        mc.minimize(Counted(), (-2, -2), (2, 2), callback=lambda progress: 1 / 0)


def test_descent_that_rests_does_not_burn_the_budget():
    found = mc.minimize(mc.landscape("convex-bowl"), method="gradient-descent", budget=1_000_000, lr=0.3)
    assert found.value < 1e-20
    assert found.evaluations < 5000


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lower": None}, "needs its box"),
        ({"budget": -1}, "budget must be"),
        ({"budget": 10.5}, "budget must be"),
        ({"method": "autoo"}, "no method"),
        ({"lr": 0.1}, "Auto has no setting “lr”; there are"),
        ({"method": "adam", "speed": 1}, "no setting"),
        ({"x0": (9, 9)}, "outside"),
        ({"lower": (3, 3)}, "no area"),
        ({"target": math.nan}, "target"),
        ({"target": "low"}, "target must be a number"),
        ({"callback": 3}, "callback must be a function"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(arguments, words):
    given = {"lower": (-2, -2), "upper": (2, 2), **arguments}
    with pytest.raises(ValueError, match=words):
        mc.minimize(Counted(), **given)


def test_a_landscape_may_be_given_another_box():
    found = mc.minimize(mc.landscape("himmelblau"), (-6, -6), (0, 0), budget=3000)
    assert (found.position <= 0).all()
    with pytest.raises(ValueError, match="own gradient"):
        mc.minimize(mc.landscape("himmelblau"), gradient=lambda p: p)


def test_what_is_minimised_is_a_landscape_or_a_function():
    with pytest.raises(ValueError, match="must be a landscape or a function, not 'himmelblau'"):
        mc.minimize("himmelblau")


@pytest.mark.parametrize("budget", [100, 300, 5000])
def test_a_start_without_a_value_is_not_the_end_of_the_search(budget):
    """Half of the box has no value: the search goes on in the other half."""
    f = Counted()
    found = mc.minimize(lambda p: math.nan if p[0] > 0 else f(p), (-2, -2), (2, 2), budget=budget)
    assert found.evaluations > budget - 5
    assert math.isfinite(found.value)
    nothing = mc.minimize(lambda p: math.nan, (-2, -2), (2, 2), budget=budget)
    assert nothing.verdict.sentence.endswith("and no value was finite")
    assert nothing.evaluations <= budget

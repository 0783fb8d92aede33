"""Studies: every try is a run of its own, counted exactly, whoever makes it and on however many threads."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.arrivals import Cancelled
from minima_core.compiled.random import thrown
from minima_core.studies import trying
from minima_core.studies.lanes import Lanes

EVERY_KIND = [
    "gradient-descent", "sgd", "adam,lr=0.1", "adam,averaging=mean,averaging_start=3",
    "momentum,schedule=plateau(patience=3)", "line-search", "newton", "bfgs", "l-bfgs", "conjugate-gradient",
    "trust-region", "nelder-mead", "pattern-search", "random-search", "random-restarts,steps_per_loop=15",
    "multi-start", "deflation", "basin-hopping", "simulated-annealing", "dual-annealing", "genetic-algorithm",
    "differential-evolution", "particle-swarm", "cma-es", "evolution-strategy", "policy-gradient", "ensemble",
    "auto",
]  # fmt: skip
FIELDS = ("hits", "labels", "positions", "values", "end_values", "best_values", "spent", "cost")


@pytest.fixture(scope="module")
def camel():
    return mc.landscape("six-hump-camel")


@pytest.fixture(scope="module")
def critical(camel):
    return mc.critical_points(camel)


def alike(one, other):
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name not in {"hits", "labels"})
        for name in FIELDS
    )


@pytest.mark.parametrize("method", EVERY_KIND)
def test_every_try_is_the_run_with_its_lane(camel, critical, method):
    found = mc.study(camel, method, starts=3, seeds=2, seed=4, steps=40, minima=critical).results[0]
    assert found.tries in {3, 6}
    for t in range(found.tries):
        run = mc.start(camel, method, x0=thrown(4, camel.lower, camel.upper, t % 3), seed=4, lane=t)
        run.advance(40)
        handed = run.best_position if found.judged == "best" else run.position
        assert np.array_equal(found.positions[t], handed)
        assert found.best_values[t] == run.best_value
        assert found.spent[t] == run.evaluations
        near = np.linalg.norm(handed - camel.minima, axis=1).min() <= 0.01 * camel.diagonal
        assert found.hits[t] == near


@pytest.mark.parametrize("method", EVERY_KIND)
def test_the_evaluation_that_reached_the_target_is_known_exactly(camel, critical, method):
    target = critical.minima[0].value + 0.4
    found = mc.study(camel, method, starts=3, seed=1, evaluations=80, target=target, minima=critical).results[
        0
    ]
    assert (found.spent <= 80).all()
    assert np.array_equal(found.hits, found.best_values <= target)
    assert np.array_equal(np.isfinite(found.cost), found.hits)
    for t in np.nonzero(found.hits)[0].tolist():
        cost = int(found.cost[t])
        for budget in (cost - 1, cost):  # with one evaluation fewer it is not reached
            run = mc.start(
                camel, method, thrown(1, camel.lower, camel.upper, t), seed=1, lane=t, budget=budget
            )
            run.advance(200)
            assert (run.best_value <= target) == (budget == cost)


@pytest.mark.parametrize(
    "method",
    ["gradient-descent", "adam,lr=0.1", "momentum,schedule=cosine(T_max=30)", "rprop", "adam,clip_norm=1"],
)
@pytest.mark.parametrize(
    "limits",
    [{"steps": 37}, {"evaluations": 37}, {"steps": 37, "target": -0.9}, {"steps": 20, "border": "reflect"}],
    ids=["steps", "evaluations", "target", "border"],
)
def test_lanes_side_by_side_do_what_runs_do(monkeypatch, camel, critical, method, limits):
    def made():
        return mc.study(camel, method, starts=150, seed=2, minima=critical, **limits).results[0]

    monkeypatch.setattr(trying, "LARGE", 0)
    side_by_side = made()
    monkeypatch.setattr(Lanes, "serves", classmethod(lambda *_: False))
    assert alike(side_by_side, made())


def test_runs_that_fly_off_are_told_as_they_are(monkeypatch):
    land = mc.landscape("rosenbrock")
    wild = "gradient-descent,lr=1,clip_norm=0"
    monkeypatch.setattr(trying, "LARGE", 0)
    found = mc.study(land, wild, starts=130, steps=30, minima=land.minima).results[0]
    off = ~np.isfinite(found.end_values)
    assert off.any() and not found.hits[off].any() and (found.labels[off] == -1).all()
    for t in (0, 129):
        run = mc.start(land, wild, thrown(0, land.lower, land.upper, t), lane=t)
        run.advance(30)
        assert found.spent[t] == run.evaluations and found.best_values[t] == run.best_value
    monkeypatch.setattr(Lanes, "serves", classmethod(lambda *_: False))
    assert alike(found, mc.study(land, wild, starts=130, steps=30, minima=land.minima).results[0])


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(camel, critical, workers):
    methods = ["adam,noise=0.2", "random-restarts,steps_per_loop=9", "nelder-mead"]
    one, other = (
        mc.study(camel, methods, starts=70, seed=9, steps=50, minima=critical, workers=each)
        for each in (None, workers)
    )
    assert all(alike(a, b) for a, b in zip(one.results, other.results, strict=True))


def test_what_is_counted_adds_up(camel, critical):
    found = mc.study(camel, ["adam", "sgd,noise=0.5"], starts=40, seeds=3, steps=300, minima=critical)
    assert found.tries == 120 and found.starts.shape == (40, 2)
    adam, sgd = found.results
    assert (adam.tries, sgd.tries) == (40, 120)
    for each in found.results:
        assert each.ends.sum() == each.tries and len(each.ends) == len(critical.minima) + 1
        assert each.ends[-1] == np.count_nonzero(each.labels == -1)
        assert each.reached == each.ends[:2].sum()  # the two global minima
        assert each.distinct == np.count_nonzero(each.ends[:-1])
        assert 0 <= each.low <= each.share <= each.high <= 1
        spent = np.where(each.hits, each.cost, each.spent).sum()
        assert each.expected_cost == pytest.approx(spent / each.reached)
        tries, lowest = each.staircase
        assert tries[-1] == each.tries and (np.diff(lowest) <= 0).all() and lowest[-1] == each.values.min()
        records, heights = each.records
        assert records[0] == 1 and (np.diff(heights) < 0).all() and heights[-1] == lowest[-1]
        assert each.by_start.sum() == each.reached
    assert found.proved and "a global minimum" in found.sentence
    assert found.result("adam") is adam
    with pytest.raises(ValueError, match="adam, sgd"):
        found.result("lion")


def test_starts_that_are_given_are_used(camel, critical):
    points = np.array([[-1.0, 0.5], [1.5, -0.5], [0.1, 0.1]])
    found = mc.study(camel, "gradient-descent", starts=points, steps=200, minima=critical)
    assert np.array_equal(found.starts, points)
    run = mc.start(camel, "gradient-descent", points[1])
    run.advance(200)
    assert np.array_equal(found.results[0].positions[1], run.position)


def test_arriving_costs_what_it_took_to_come_near_first(critical, camel):
    found = mc.study(camel, "gradient-descent", starts=10, steps=300, minima=critical).results[0]
    for t in np.nonzero(found.hits)[0].tolist():
        run = mc.start(camel, "gradient-descent", thrown(0, camel.lower, camel.upper, t), lane=t)
        run.advance(300)
        apart = np.linalg.norm(run.positions[:, None] - camel.minima, axis=2).min(axis=1)
        assert found.cost[t] == 1 + np.argmax(apart <= 0.01 * camel.diagonal)


def test_a_method_that_never_evaluates_again_ends(camel, critical):
    found = mc.study(camel, "auto", starts=2, evaluations=3000, minima=critical).results[0]
    assert (found.spent <= 3000).all() and found.reached == 2


def test_it_can_be_watched_and_given_up(camel, critical):
    shares = []
    mc.study(camel, ["adam", "cma-es"], starts=50, steps=200, minima=critical, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == pytest.approx(1.0) and len(shares) > 4
    for methods in ("adam", "bayesian-optimization"):
        asked = []
        with pytest.raises(Cancelled):
            mc.study(camel, methods, starts=500, steps=90, minima=critical,
                     cancel=lambda asked=asked: asked.append(0) or len(asked) > 3)  # fmt: skip
        assert len(asked) < 20


# -- Python callables ------------------------------------------------------------------------------------


def test_callables_are_studied_call_by_call():
    calls = []

    def f(p):
        calls.append(1)
        return float((p**2).sum())

    land = mc.objective(f, (-1, -1), (1, 1))
    for method in ("adam,lr=0.05", "nelder-mead", "random-restarts,steps_per_loop=5"):
        found = mc.study(land, method, starts=2, evaluations=60, minima=[(0, 0)], target=0.05).results[0]
        assert (found.spent <= 60).all()
        for t in range(2):
            run = mc.start(land, method, thrown(0, land.lower, land.upper, t), lane=t, budget=60)
            run.advance(100)
            assert found.best_values[t] == run.best_value and found.spent[t] == run.evaluations
            if found.hits[t]:
                before = mc.start(
                    land, method, thrown(0, land.lower, land.upper, t), lane=t, budget=int(found.cost[t]) - 1
                )
                before.advance(100)
                assert before.best_value > 0.05
    assert calls


def test_what_a_callable_raises_is_told():
    def f(p):
        raise KeyError("broken")

    with pytest.raises(ValueError, match="raised KeyError") as caught:
        mc.study(mc.objective(f, (-1, -1), (1, 1)), "adam,lr=0.1", starts=2, steps=3, target=0.0)
    assert isinstance(caught.value.__cause__, KeyError)


# -- what cannot be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"starts": 0}, "number of starts must be a whole number from 1"),
        ({"starts": -5}, "not -5"),
        ({"starts": math.nan}, "not nan"),
        ({"starts": 10**400}, "or less"),
        ({"starts": [[9.0, 9.0]]}, "outside the region"),
        ({"starts": [[math.nan, 0.0]]}, "finite"),
        ({"starts": np.zeros((2, 3))}, r"shape \(k, 2\)"),
        ({"seeds": 0}, "number of seeds"),
        ({"seeds": 2.5}, "number of seeds"),
        ({"seed": -1}, "seed"),
        ({"steps": 0}, "number of steps"),
        ({"evaluations": -1}, "number of evaluations"),
        ({"target": math.nan}, "target is a finite value"),
        ({"workers": 0}, "number of workers"),
        ({"border": "wall"}, "border"),
        ({"minima": [[1, 2, 3]]}, "points of 2 finite numbers"),
        ({"methods": []}, "1 to 64 methods"),
        ({"methods": 5}, "names such as"),
        ({"methods": ["adam", "adam"]}, "twice"),
        ({"methods": "adm"}, "did you mean adam"),
    ],
)
def test_what_cannot_be_is_said(camel, critical, given, said):
    with pytest.raises(ValueError, match=said):
        mc.study(camel, **{"methods": "adam", "minima": critical, "steps": 5, **given})


@pytest.mark.parametrize(
    "given", [{"starts": 10**12}, {"starts": 10**6, "steps": 10**9}, {"starts": 1000, "seeds": 10**12}]
)
def test_what_is_too_much_is_refused_with_its_estimate(camel, critical, given):
    with pytest.raises(
        ValueError, match=r"too much for one study: .* runs, .* steps in all: about .* would fit"
    ):
        mc.study(camel, "sgd,noise=0.1", **{"steps": 1000, "minima": critical, **given})


def test_an_estimate_grows_with_the_work(camel):
    few, many = (mc.study_estimate(camel, ["adam", "sgd"], 100, seeds, 500) for seeds in (1, 1000))
    assert few.runs == 200 and many.runs == 100 + 100_000
    assert many.steps == 500 * many.runs and many.memory > 100 * few.memory
    assert many.seconds > 10 * few.seconds > 0
    assert "runs" in many.sentence and "MB" in many.sentence


def test_without_a_minimum_there_must_be_a_target():
    land = mc.formula("sqrt(x - 10) + y", (-1, -1), (1, 1))
    with pytest.raises(ValueError, match="give a target"):
        mc.study(land, "random-search", starts=2)
    bare = mc.study(land, "random-search", starts=2, target=0.0, minima=[])
    assert bare.results[0].reached == 0 and bare.results[0].expected_cost == math.inf


def test_a_search_for_the_minima_of_a_callable_can_be_given_up():
    calls = []

    def f(p):
        calls.append(1)
        return float((p**2).sum())

    with pytest.raises(Cancelled):
        mc.study(mc.objective(f, (-1, -1), (1, 1)), "adam,lr=0.1", starts=2, steps=3,
                 cancel=lambda: len(calls) > 500)  # fmt: skip
    assert len(calls) < 3000


@pytest.mark.filterwarnings("error")
def test_a_first_try_without_a_value_is_no_record(camel):
    found = mc.study(camel, ["gradient-descent,lr=0.01"], starts=3, steps=50).results[0]
    values = np.array([math.inf, math.nan, 2.0])
    records, heights = dataclasses.replace(found, values=values).records
    assert records.tolist() == [3] and heights.tolist() == [2.0]

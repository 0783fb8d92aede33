"""Restarts: what the descents so far say about those to come; facts: a landscape in numbers."""

from __future__ import annotations

import math

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.arrivals import Cancelled
from minima_core.studies.counting import share_of


@pytest.fixture(scope="module")
def rastrigin():
    return mc.landscape("rastrigin")


@pytest.fixture(scope="module")
def critical(rastrigin):
    return mc.critical_points(rastrigin)


def test_the_loops_of_a_run_are_tries(rastrigin, critical):
    run = mc.start(rastrigin, "random-restarts,steps_per_loop=60", seed=3)
    nothing = mc.Restarts.of(run, critical)
    assert nothing.tries == 0 and nothing.chance_of_new == 1.0 and math.isnan(nothing.p)
    assert "No descent" in nothing.sentence
    run.advance(40 * 61)
    known, met = mc.Restarts.of(run, critical), mc.Restarts.of(run)
    loops = run.loops
    assert known.tries == len(loops) - 1 == met.tries
    ends = run.positions[loops[1:] - 1]
    assert np.array_equal(known.ends, ends)
    apart = np.linalg.norm(ends[:, None] - known.minima, axis=2)
    labels = np.where(apart.min(axis=1) <= 0.01 * rastrigin.diagonal, apart.argmin(axis=1), -1)
    assert np.array_equal(known.labels, labels)
    assert known.distinct == len(set(labels[labels >= 0])) == met.distinct
    assert known.singletons == met.singletons
    assert known.chance_of_new == pytest.approx(known.singletons / known.tries)
    low, high = known.chance_of_new_interval
    assert low <= known.chance_of_new <= high
    assert known.reached == np.count_nonzero(labels == 0)
    assert (known.p, known.low, known.high) == share_of(known.reached, known.tries)
    score = known.score(len(critical.minima), np.full(121, 1 / 121))
    assert score.found + score.missing == score.proved == 121
    assert score.true == pytest.approx((121 - known.distinct) / 121)
    assert f"{known.distinct} of 121 minima" in score.sentence


def test_ends_may_be_given_and_counted_by_hand(rastrigin):
    ends = [(0, 0), (1, 0), (0, 0.01), (1, 0.01), (0, 0), (2, 2), (math.nan, 0)]
    found = mc.Restarts.of(ends, land=rastrigin, values=[0.1, 1, 0.2, 1, 0.0, 8, math.nan])
    assert found.tries == 7 and found.distinct == 3 and found.singletons == 1
    assert found.found.tolist() == [3, 2, 1] and found.labels.tolist() == [0, 1, 0, 1, 0, 2, -1]
    assert found.chance_of_new == pytest.approx(1 / 7)
    assert found.reached == 3 and found.p == pytest.approx(3 / 7)
    assert found.tries_for(0.95) == math.ceil(math.log(0.05) / math.log(4 / 7))
    assert found.chance_after(2).value == pytest.approx(1 - (4 / 7) ** 2)
    assert found.staircase[1].tolist() == [0.1, 0.1, 0.1, 0.1, 0.0, 0.0, 0.0]
    empty = mc.Restarts.of([], land=rastrigin)
    assert empty.tries == 0 and empty.tries_interval().high == math.inf
    with pytest.raises(ValueError, match="on which landscape"):
        mc.Restarts.of(ends)
    with pytest.raises(ValueError, match="7 ends and 1 values"):
        mc.Restarts.of(ends, land=rastrigin, values=[1])


def test_what_was_estimated_is_borne_out(rastrigin, critical):
    """Of many series of descents, the estimated chance of a new minimum is right on the whole."""
    shares = mc.study(rastrigin, "gradient-descent", starts=4000, steps=200, minima=critical).results[0]
    p = shares.ends[:-1] / shares.ends[:-1].sum()
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        ends = critical_positions(critical)[rng.choice(len(p), size=60, p=p)]
        found = mc.Restarts.of(ends, critical, land=rastrigin, values=np.zeros(60))
        score = found.score(len(p), p)
        inside += score.said.low <= score.true <= score.said.high
    assert inside >= 180


def critical_positions(critical):
    return np.array([each.position for each in critical.minima])


def test_facts_are_sentences_with_numbers(rastrigin, critical):
    shares = []
    found = mc.facts(
        rastrigin, critical, ["random-restarts"], starts=80, evaluations=400, progress=shares.append
    )
    assert len(found.minima) == len(found.basins) == 121 and found.complete and found.proved
    assert found.spread == pytest.approx(found.values[-1] - found.values[0])
    first, second, descent, restarts = found.sentences
    assert "121 minima" in first and "proved that there are no others" in first
    assert "0.995 above" in second
    reached = found.study.results[0].ends[0]
    assert f"{reached} of 80 (" in descent and f"{found.study.results[1].reached} of 80 (" in restarts
    assert shares == sorted(shares) and shares[-1] == 1.0
    again = mc.facts(rastrigin, critical, ["random-restarts"], starts=80, evaluations=400, workers=1)
    assert again.sentences == found.sentences


def test_facts_of_special_landscapes():
    one = mc.facts(mc.landscape("convex-bowl"), methods=["adam"], starts=20, evaluations=300)
    assert one.sentences[0].endswith("has 1 minimum in this region; it is proved that there are no others.")
    assert len(one.sentences) == 3
    equal = mc.facts(mc.landscape("himmelblau"), methods=[], starts=20, evaluations=300)
    assert "all of them are proved to be global" in equal.sentences[0] and len(equal.sentences) == 2
    none = mc.facts(mc.formula("sqrt(x - 10) + y", (-1, -1), (1, 1)))
    assert none.study is None and none.sentences == ("√(x − 10) + y has no known minimum in this region.",)
    called = mc.facts(mc.objective(lambda p: float((p**2).sum()), (-1, -1), (1, 1), gradient=lambda p: 2 * p),
                      methods=[], starts=5, evaluations=60)  # fmt: skip
    assert "there may be others, and the lowest is the best known" in called.sentences[0]
    with pytest.raises(Cancelled):
        mc.facts(mc.landscape("ackley"), cancel=lambda: True)

"""Rankings: ordered by success, compared start by start, and honest about what is not significant."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

import minima_core as mc
from minima_core.studies.method_result import MethodResult
from minima_core.studies.ranking import ranked


def result(name, hits, starts, cost=10.0):
    hits = np.asarray(hits, dtype=bool)
    m = len(hits)
    return MethodResult(
        name=name, title=name, text=name, judged="end", starts=starts, hits=hits,
        labels=np.where(hits, 0, -1).astype(np.int16), ends=np.array([hits.sum(), m - hits.sum()]),
        positions=np.zeros((m, 2)), values=np.zeros(m), end_values=np.zeros(m), best_values=np.zeros(m),
        spent=np.full(m, 100), cost=np.where(hits, cost, np.inf),
    )  # fmt: skip


def test_pairs_are_counted_start_by_start():
    a = result("a", [1, 1, 1, 1, 1, 1, 0, 0], 8)
    b = result("b", [0, 0, 0, 0, 0, 1, 1, 0], 8)
    ranking = ranked([b, a])
    assert ranking.names == ("a", "b") and ranking.places == (1, 0)
    pair = ranking.pair("b", "a")
    assert (pair.better, pair.only_better, pair.only_worse) == ("a", 5, 1)
    assert pair.p == pair.corrected == pytest.approx(stats.binomtest(5, 6).pvalue)
    assert not pair.significant and "not significant (p = 0.22)" in ranking.sentence
    assert ranking.groups == (("a", "b"),)


def test_tries_from_one_start_do_not_count_as_many_starts():
    """Twenty tries from each of three starts: however clear they are, three starts decide nothing."""
    sure, never = result("sure", [1] * 60, 3), result("never", [0] * 60, 3)
    assert ranked([sure, never]).pairs[0].p == pytest.approx(0.25)
    once = result("once", [0] * 3, 3)  # a method without chance, tried once from each
    assert ranked([sure, once]).pairs[0].p == pytest.approx(0.25)


def test_groups_are_stretches_without_a_significant_difference():
    k = 200
    hits = {"a": 150, "b": 140, "c": 120, "d": 10}
    made = [result(name, np.arange(k) < count, k) for name, count in hits.items()]
    ranking = ranked(made)
    assert ranking.names == ("a", "b", "c", "d")
    assert ranking.pair("a", "b").significant  # nested: all ten differ in one direction
    assert len(ranking.pairs) == 6 and ranking.groups == (("a",), ("b",), ("c",), ("d",))
    mixed = [result("a", np.arange(k) < 100, k), result("b", np.arange(k) >= 102, k), made[3]]
    groups = ranked(mixed).groups
    assert groups == (("a", "b"), ("d",))
    assert "not significant, that from the others is" in ranked(mixed).sentence


def test_equals_are_ordered_by_what_a_success_costs():
    dear, cheap = result("dear", [1, 1, 0], 3, 90.0), result("cheap", [1, 1, 0], 3, 20.0)
    assert ranked([dear, cheap]).names == ("cheap", "dear")
    assert ranked([dear]).sentence.startswith("dear succeeds with 2 of 3")
    assert "None of the methods" in ranked([result("x", [0], 1), result("y", [0], 1)]).sentence


def test_a_study_ranks_its_methods():
    land = mc.landscape("two-wells")
    found = mc.study(land, ["gradient-descent", "random-restarts,steps_per_loop=100"], starts=60)
    assert found.ranking.names[0].startswith("random-restarts")
    assert found.ranking.pairs[0].significant and found.ranking is found.ranking
    assert "significantly more often" in found.sentence

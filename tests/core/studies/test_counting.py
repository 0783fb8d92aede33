"""Shares, intervals, paired tests and the unseen: against scipy, by hand, and by simulation."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from minima_core.studies import counting
from minima_core.studies.counting import (
    Estimated,
    chance_after,
    holm,
    paired,
    share_of,
    tries_for,
    unseen,
)


@pytest.mark.parametrize(
    ("reached", "tries"), [(0, 1), (0, 100), (1, 1), (3, 7), (50, 100), (100, 100), (17, 9999)]
)
def test_the_interval_of_a_share_is_wilsons(reached, tries):
    ours = share_of(reached, tries)
    theirs = stats.binomtest(reached, tries).proportion_ci(method="wilson")
    assert ours.value == reached / tries
    assert ours.low == pytest.approx(theirs.low, abs=1e-12)
    assert ours.high == pytest.approx(theirs.high, abs=1e-12)


def test_nothing_is_known_without_a_try():
    assert math.isnan(share_of(0, 0).value) and share_of(0, 0)[1:] == (0.0, 1.0)


def test_the_chance_after_some_tries_by_hand():
    p = Estimated(0.2, 0.1, 0.5)
    assert chance_after(p, 0) == (0.0, 0.0, 0.0)
    assert chance_after(p, 1) == pytest.approx(p)
    assert chance_after(p, 3) == pytest.approx((1 - 0.8**3, 1 - 0.9**3, 1 - 0.5**3))
    assert chance_after(Estimated(0.0, 0.0, 1.0), 5) == (0.0, 0.0, 1.0)
    assert chance_after(Estimated(1e-12, 0.0, 1e-9), 10).value == pytest.approx(1e-11, rel=1e-9)
    for wrong in (-1, 1.5, True):
        with pytest.raises(ValueError, match="whole number"):
            chance_after(p, wrong)


def test_the_tries_that_are_needed_are_the_fewest_that_suffice():
    for p in (0.001, 0.05, 0.3, 0.5, 0.77):
        needed = int(tries_for(Estimated(p, p, p), 0.95).value)
        assert chance_after(Estimated(p, p, p), needed).value >= 0.95
        assert chance_after(Estimated(p, p, p), needed - 1).value < 0.95
    found = tries_for(Estimated(0.5, 0.0, 1.0), 0.95)
    assert found == (5.0, 1.0, math.inf)
    with pytest.raises(ValueError, match="between 0 and 1"):
        tries_for(found, 1.0)


@pytest.mark.parametrize(
    ("only_a", "only_b"), [(0, 0), (0, 1), (5, 1), (0, 12), (40, 22), (600, 480), (3000, 9)]
)
def test_one_try_from_each_start_is_mcnemars_exact_test(only_a, only_b):
    ours = paired([1] * only_a + [-1] * only_b + [0] * 7)
    theirs = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("differences", [(3, -1, 2), (2, 2, -1, 1, 0, 3), (4, -4, 1), (2, 4, 6, -2), (5,)])
def test_several_tries_are_all_choices_of_signs(differences):
    sums = [
        abs(sum(sign * d for sign, d in zip(signs, differences, strict=True)))
        for signs in itertools.product((-1, 1), repeat=len(differences))
    ]
    assert paired(differences) == pytest.approx(np.mean(np.array(sums) >= abs(sum(differences))))


def test_very_many_tries_have_the_normal_limit(monkeypatch):
    differences = np.random.default_rng(3).integers(-9, 11, size=400)
    exact = paired(differences)
    monkeypatch.setattr(counting, "MOST_WORK", 0)
    assert 1e-6 < exact < 0.2
    assert paired(differences) == pytest.approx(exact, rel=0.05)


def test_differences_are_whole():
    with pytest.raises(ValueError, match="whole numbers"):
        paired([0.5])


def test_holm_is_stricter_than_each_and_kinder_than_bonferroni():
    given = [0.01, 0.2, 0.03, 0.02, 1.0]
    corrected = holm(given)
    assert corrected == pytest.approx((0.05, 0.4, 0.09, 0.08, 1.0))
    assert all(a <= b <= min(1.0, 5 * a) + 1e-15 for a, b in zip(given, corrected, strict=True))
    assert holm([]) == ()


def test_good_and_turings_chance_is_the_share_of_singletons():
    assert unseen([3, 1, 1, 0, 2], 10).value == 0.2
    never = unseen([50, 50], 100)
    assert never.value == never.low == 0.0 and 0.02 < never.high < 0.08
    assert unseen([], 0) == (1.0, 0.0, 1.0)
    assert unseen([1], 1).value == unseen([1], 1).high == 1.0


@pytest.mark.parametrize(
    "chances",
    [np.ones(4), np.ones(121), 0.5 ** np.arange(14), np.array([0.97, 0.03]), 1 / np.arange(1, 101)],
    ids=["four", "many", "halves", "one rare", "long tail"],
)
@pytest.mark.parametrize("tries", [10, 40, 200])
def test_the_interval_of_the_unseen_holds(chances, tries):
    p = chances / chances.sum()
    met = np.random.default_rng(7).multinomial(tries, p, size=600)
    true = ((met == 0) * p).sum(axis=1)
    intervals = np.array([unseen(row, tries) for row in met])
    inside = (intervals[:, 1] <= true + 1e-12) & (true <= intervals[:, 2] + 1e-12)
    assert inside.mean() >= 0.92
    assert abs(intervals[:, 0].mean() - true.mean()) <= 1.5 / tries

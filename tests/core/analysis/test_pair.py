"""Two minima measured: against what can be worked out by hand, and what is not known says so."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.barriers import barrier_tree
from minima_core.analysis.basins import Basins
from minima_core.analysis.critical import critical_points
from minima_core.analysis.pair import measure_pair
from minima_core.analysis.pair_shares import Share
from minima_core.landscapes import formula, landscape, objective

DOUBLE = formula("(x^2-1)^2 + 0.25*(x-1) + 2*y^2", lower=(-2, -1), upper=(2, 1))
"""Minima near x = −1 and x = 1 on the axis, with the pass between them on it."""


def test_values_curvatures_and_the_pass_are_those_of_the_polynomial() -> None:
    pair = measure_pair(DOUBLE, 0, 1)
    roots = np.sort(np.roots([4, 0, -4, 0.25]).real)
    f = (roots**2 - 1) ** 2 + 0.25 * (roots - 1)
    assert pair.a.position == pytest.approx([roots[0], 0.0], abs=1e-9)
    assert pair.b.position == pytest.approx([roots[2], 0.0], abs=1e-9)
    assert (pair.a.value, pair.b.value) == pytest.approx((f[0], f[2]))
    assert pair.b.eigenvalues == pytest.approx(sorted([12 * roots[2] ** 2 - 4, 4.0]))
    assert pair.b.sharpness == pytest.approx(12 * roots[2] ** 2 - 4)
    assert pair.b.largest_rate == pytest.approx(2 / (12 * roots[2] ** 2 - 4))
    assert pair.b.condition == pytest.approx((12 * roots[2] ** 2 - 4) / 4)
    assert pair.between.height == pytest.approx(f[1])
    assert pair.b.climb == pytest.approx(f[1] - f[2])
    assert pair.b.prominence == pytest.approx(f[1] - f[2])
    assert (pair.a.prominence, pair.a.isolation) == (np.inf, np.inf)


def test_isolation_reaches_to_the_point_that_is_as_low() -> None:
    pair = measure_pair(DOUBLE, 0, 1)
    level = pair.b.value
    crossing = max(x for x in np.roots([1, 0, -2, 0.25, 0.75 - level]).real if x < 0.0)
    assert pair.b.isolation == pytest.approx(pair.b.position[0] - crossing, abs=1e-4)


def test_the_way_over_the_pass_climbs_to_the_pass_and_no_higher() -> None:
    land = landscape("himmelblau")
    pair = measure_pair(land, 0, 3)
    heights = np.asarray(land.value(pair.between.way))
    assert heights.max() == pytest.approx(pair.between.height)
    assert pair.between.straight > pair.between.height
    assert pair.between.way[0] == pytest.approx(pair.a.position)
    assert pair.between.way[-1] == pytest.approx(pair.b.position)
    steps = np.linalg.norm(np.diff(pair.between.way, axis=0), axis=1)
    assert steps.max() < 0.01 * land.diagonal


def test_a_way_over_several_passes_is_as_high_as_the_highest() -> None:
    land = landscape("rastrigin")
    critical = critical_points(land)
    tree = barrier_tree(land, critical)
    pair = measure_pair(land, 0, 5, critical, tree=tree)
    assert len(pair.between.passes) == 2
    assert pair.between.height == max(each.value for each in pair.between.passes)
    assert np.asarray(land.value(pair.between.way)).max() == pytest.approx(pair.between.height)


@pytest.mark.parametrize("steep", [1e3, 1e6])
def test_the_pass_in_a_curved_valley_narrower_than_any_grid(steep: float) -> None:
    land = formula(f"(x^2-1)^2 + {steep}*(y-x^2)^2", lower=(-2, -2), upper=(2, 2))
    pair = measure_pair(land, 0, 1)
    assert pair.between.height == pytest.approx(1.0)
    assert pair.between.straight > 100.0
    assert np.asarray(land.value(pair.between.way)).max() < 1.1


def test_ties_are_counted_and_proved() -> None:
    pair = measure_pair(landscape("himmelblau"), 0, 1)
    assert (pair.lowest_count, pair.lowest_known, pair.count, pair.complete) == (4, "proved", 4, True)
    assert pair.a.is_lowest
    assert pair.b.is_lowest


def test_ground_shares_are_those_of_two_equal_halves() -> None:
    land = formula("(x^2-1)^2 + y^2", lower=(-2, -1), upper=(2, 1))
    (share,) = measure_pair(land, 0, 1).shares
    assert (share.source, share.a_interval) == ("ground", None)
    assert (share.a, share.b) == pytest.approx((0.5, 0.5), abs=0.01)


def test_maps_and_studies_give_rows_of_their_own() -> None:
    critical = critical_points(DOUBLE)
    minima = np.array([each.position for each in critical.minima])
    found = Basins(
        np.zeros((2, 2), np.int16), minima, np.array([0.7, 0.2]), 0.1, 500, "adam,lr=0.1", (-2, 2, -1, 1)
    )
    study = SimpleNamespace(
        minima=minima[::-1],
        steps=300,
        results=[SimpleNamespace(text="momentum", tries=100, ends=np.array([30, 60, 10]))],
    )
    _, mapped, tried = measure_pair(DOUBLE, 0, 1, critical, study, maps=[found]).shares
    assert (mapped.source, mapped.a, mapped.b, mapped.steps) == ("map", 0.7, 0.2, 500)
    assert (tried.a, tried.b, tried.tries) == (0.6, 0.3, 100)
    assert tried.a_interval is not None
    assert tried.a_interval[0] < 0.6 < tried.a_interval[1]
    assert tried.significant, "60 against 30 of 90"


@pytest.mark.parametrize(("a", "b", "significant"), [(0.6, 0.4, False), (0.9, 0.1, True), (0.0, 0.0, False)])
def test_twenty_tries_tell_only_large_differences(a: float, b: float, significant: bool) -> None:
    assert Share("runs", "adam", a, b, tries=20).significant is significant


def test_a_map_of_another_landscape_is_left_out() -> None:
    found = Basins(
        np.zeros((2, 2), np.int16), np.array([[5.0, 5.0]]), np.array([1.0]), 0.0, 9, "adam", (0, 1, 0, 1)
    )
    assert len(measure_pair(DOUBLE, 0, 1, maps=[found]).shares) == 1


# -- what is not as usual ----------------------------------------------------------------------------------


def test_one_variable() -> None:
    land = formula("x^4 - 3*x^2 + x", lower=(-2,), upper=(2,))
    pair = measure_pair(land, 1, 0)
    assert pair.a.value > pair.b.value
    assert np.isnan(pair.a.condition)
    top = float(np.sort(np.roots([4, 0, -6, 1]).real)[1])
    assert pair.between.height == pytest.approx(top**4 - 3 * top**2 + top)
    assert pair.a.climb == pytest.approx(pair.between.height - pair.a.value)


def test_on_the_border_the_slope_need_not_vanish() -> None:
    land = formula("sin(3*x) + 0.3*y + 0.1*x", lower=(-2, -1), upper=(2, 1))
    pair = measure_pair(land, 0, 1)
    assert pair.a.on_border
    assert pair.a.slope == pytest.approx(0.3, abs=1e-6)
    assert pair.a.firm == "strict"


def test_a_ring_of_minima_is_level_and_a_quartic_is_not() -> None:
    land = formula("(x^2+y^2-1)^2*((x-3)^2+y^2)", lower=(-4, -4), upper=(4, 4))
    pair = measure_pair(land, (-1, 0), (3, 0), critical_points(land, budget=300))
    assert (pair.a.firm, pair.b.firm) == ("level", "strict")
    assert pair.a.condition > 1e9
    flat = formula("(x^2-1)^4 + y^4 + 0.1*x", lower=(-2, -2), upper=(2, 2))
    pair = measure_pair(flat, (-1.15, 0), (0.87, 0))
    assert (pair.a.firm, pair.b.firm) == ("lowest around", "lowest around")
    assert (pair.a.number, pair.lowest_known) == (0, "found")
    assert not pair.between.exact


def test_at_a_kink_there_is_no_curvature() -> None:
    pair = measure_pair(formula("abs(x-1)*abs(x+1) + abs(y) + 0.1*x", lower=(-2, -1), upper=(2, 1)), 0, 1)
    assert np.isnan([pair.a.sharpness, pair.a.condition, pair.a.largest_rate]).all()
    assert pair.between.height == pytest.approx(1.0025, abs=1e-5)


def test_with_many_variables_the_straight_way_is_a_bound() -> None:
    pair = measure_pair(landscape("rastrigin", dimension=10), 0, np.eye(10)[0])
    assert (pair.between.exact, pair.a.exact) == (False, False)
    assert pair.between.height == pytest.approx(20.25, abs=0.01)
    assert np.isnan([pair.b.escape, pair.b.prominence]).all()
    assert 0.9 < pair.b.isolation < 1.0
    assert pair.lowest_known == "known"
    assert pair.shares[0].source == "runs"
    assert pair.shares[0].b_interval is not None


def test_a_callable_is_searched_and_nothing_is_proved() -> None:
    def bowl(p: np.ndarray) -> float:
        return float((p[0] ** 2 - 1) ** 2 + 0.1 * p[0] + p[1] ** 2)

    pair = measure_pair(objective(bowl, (-2, -1), (2, 1)), 0, 1)
    assert pair.lowest_known == "found"
    assert pair.between.height == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (0, 0, "same minimum"),
        (0, 7, "2 minima, numbered 0 .the lowest. to 1; there is no 7"),
        ((1.9, 0.9), 0, r"no minimum of .* at \(1.9, 0.9\); the nearest one known"),
        ((1.0,), 0, "a position of 2 numbers"),
        ("x", 0, "a position of 2 numbers"),
        (True, 0, "a position of 2 numbers"),
    ],
)
def test_what_is_no_minimum_is_refused(a: object, b: object, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure_pair(DOUBLE, a, b)  # type: ignore[arg-type]


def test_one_minimum_only_has_nothing_to_compare_with() -> None:
    with pytest.raises(
        ValueError, match="has one minimum only in this region: there is nothing to compare it"
    ):
        measure_pair(formula("x^2+y^2", lower=(-1, -1), upper=(1, 1)), 0, 1)
    level = formula("0*x+1", lower=(0,), upper=(1,))
    with pytest.raises(ValueError, match="No minimum is known"):
        measure_pair(level, 0, 1)


def test_it_can_be_given_up_and_tells_how_far_it_is() -> None:
    with pytest.raises(Cancelled):
        measure_pair(DOUBLE, 0, 1, cancel=lambda: True)
    shares: list[float] = []
    measure_pair(DOUBLE, 0, 1, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

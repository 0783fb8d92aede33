"""Minima are found where they are known to be, and nowhere else."""

from __future__ import annotations

import time

import numpy as np
import pytest

from minima_core.analysis import find_minima
from minima_core.landscapes import formula, landscape, landscape_names, objective


def test_two_wells_are_told_apart():
    best, other = find_minima(landscape("two-wells"))
    assert best.is_global and best.source == "known" and best.gap == 0
    assert not other.is_global and other.source == "found"
    assert other.gap == pytest.approx(0.5494, abs=1e-3)
    assert np.all(other.eigenvalues > 0)


@pytest.mark.parametrize("name", landscape_names())
def test_known_minima_of_the_catalogue_stay_the_best(name):
    land = landscape(name)
    minima = find_minima(land)
    assert sum(each.source == "known" for each in minima) == len(land.minima)
    assert all(each.is_global for each in minima if each.source == "known")
    values = [each.value for each in minima]
    assert values == sorted(values)
    assert all(np.all((each.position >= land.lower) & (each.position <= land.upper)) for each in minima)


@pytest.mark.parametrize(
    ("text", "half", "count"),
    [
        ("(x^2+y-11)^2 + (x+y^2-7)^2", 6, 4),
        ("20 + x^2 - 10 cos(2 pi x) + y^2 - 10 cos(2 pi y)", 5.12, 121),
        ("x^2 + y^2", 3, 1),
        ("|x| + |y|", 3, 1),
        ("x^4 + y^4", 2, 1),
        ("(1-x)^2 + 100 (y-x^2)^2", 2, 1),
        ("max(0, x^2 + y^2 - 1)", 3, 1),
        ("(x^2 + y^2 - 1)^2", 2, 1),
        ("3", 2, 0),
        ("x^2 - y^2", 1, 2),
    ],
)
def test_minima_of_formulas_are_counted(text, half, count):
    land = formula(text, (-half, -half), (half, half))
    assert len(find_minima(land)) == count


def test_a_known_count_on_the_border_is_flagged():
    low, high = find_minima(formula("x + y", (-1, -1), (1, 1)))[:1] * 2
    assert low.on_border and low.is_global
    assert low.position == pytest.approx([-1, -1])
    assert high.value == pytest.approx(-2)


def test_one_variable():
    minima = find_minima(formula("x^4 - 2x^2 + 0.5x", (-2,), (2,)))
    assert len(minima) == 2
    for each in minima:
        assert 4 * each.position[0] ** 3 - 4 * each.position[0] + 0.5 == pytest.approx(0, abs=1e-6)
    border = find_minima(formula("x^3", (-2,), (2,)))
    assert [each.on_border for each in border] == [True]


@pytest.mark.parametrize("text", ["x^4", "x^6", "1 + x^4", "(x - 0.3)^4 - 2"])
def test_a_flat_bottom_is_found(text):
    (best,) = find_minima(formula(text, (-2,), (2,)))
    assert best.is_global
    assert best.position == pytest.approx([0.3 if "0.3" in text else 0.0], abs=1e-3)


def test_undefined_ground_is_left_out():
    minima = find_minima(formula("x log(x) + y^2", (-1, -1), (1, 1)))
    assert len(minima) == 1
    assert minima[0].position == pytest.approx([np.exp(-1), 0], abs=1e-5)


def test_positions_are_polished():
    for each in find_minima(formula("(x^2+y-11)^2 + (x+y^2-7)^2", (-6, -6), (6, 6))):
        assert each.value == pytest.approx(0, abs=1e-14)


def test_a_callable_is_not_called_for_labels():
    calls = []
    land = objective(lambda p: calls.append(p) or float(p @ p), (-1, -1), (1, 1))
    assert find_minima(land) == ()
    assert not calls


def test_many_minima_are_found_quickly():
    land = landscape("rastrigin")
    find_minima(land)
    begun = time.process_time()
    find_minima(land)
    assert time.process_time() - begun < 1.0  # some 50 ms; the rest is patience with slow machines


def test_equal_minima_with_lower_ground_between_them_are_two():
    land = formula("x^2 + a*sin(3x) + y^2 + cos(4y)", (-3, -3), (3, 3), {"a": 0.5})
    found = sorted(round(float(each.position[1]), 3) for each in find_minima(land))
    assert found == [-1.989, -0.696, 0.696, 1.989]

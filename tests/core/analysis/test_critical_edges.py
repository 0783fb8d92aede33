"""Critical points where regions, domains and doubles end: rounded bounds, poles, kinks between doubles."""

from __future__ import annotations

import time
from collections import Counter

import numpy as np
import pytest

import minima_core as mc

HALF = np.pi / 2


def of(text: str, lower, upper) -> mc.CriticalPoints:
    return mc.critical_points(mc.formula(text, np.atleast_1d(lower), np.atleast_1d(upper)))


@pytest.mark.parametrize(
    ("text", "lower", "upper", "expected"),
    [
        ("cos x", 0, 2 * np.pi, {"minimum": 1, "maximum": 2}),
        ("sin x", -HALF, HALF, {"minimum": 1, "maximum": 1}),
        ("cos x cos y", (0, 0), (2 * np.pi, 2 * np.pi), {"minimum": 4, "maximum": 5, "saddle": 4}),
        ("sin x + sin y", (-HALF, -HALF), (HALF, HALF), {"minimum": 1, "maximum": 1, "saddle": 2}),
        ("-cos x - cos y", (-np.pi, -np.pi), (np.pi, np.pi), {"minimum": 1, "maximum": 4, "saddle": 4}),
    ],
)
def test_bounds_may_stand_for_multiples_of_pi(text, lower, upper, expected) -> None:
    found = of(text, lower, upper)
    assert found.complete
    assert Counter(each.kind for each in found.points) == expected
    for each in found.points:
        assert (each.position >= np.atleast_1d(lower)).all()
        assert (each.position <= np.atleast_1d(upper)).all()


def test_a_region_that_ends_with_the_domain_is_not_moved_beyond_it() -> None:
    found = of("sqrt(x - 1) + (x - 2)^2", 1, 3)
    assert found.complete
    assert found.minima[0].position[0] == pytest.approx(1.585786437627, abs=0.2)
    assert any(each.on_border and each.position[0] == 1.0 for each in found.minima)


@pytest.mark.parametrize("text", ["tan x - 2x", "1/x", "x log x"])
def test_the_feet_of_poles_and_ends_of_domains_are_no_extrema(text: str) -> None:
    """What is listed without a proof is at least finite, and not beaten next to it."""
    low = 0.0 if "log" in text else -5.0
    land = mc.formula(text, [low], [5])
    for each in mc.critical_points(land).points:
        assert abs(each.value) < 1e3


def test_the_end_of_the_domain_within_the_region_holds_its_minima() -> None:
    found = of("sqrt(x^2 - 2)", -3, 3)
    assert [round(float(each.position[0]), 6) for each in found.minima] == [-1.414214, 1.414214]
    assert all(each.is_global for each in found.minima)


@pytest.mark.parametrize("text", ["|x - pi/10|", "|x - 1/3| + (x - 1/3)^2"])
def test_a_kink_between_two_doubles_is_still_the_lowest(text: str) -> None:
    (only,) = of(text, -1, 1).minima
    assert only.is_global
    assert only.value < 1e-15


def test_a_peak_on_ground_that_is_level_in_doubles_is_found_and_proved() -> None:
    found = of(
        "exp(-((x - 0.123)^2 + (y + 0.32)^2) * 1e5) - exp(-((x - 0.42)^2 + (y + 0.6)^2) * 1e4)",
        (-1, -1),
        (1, 1),
    )
    assert not found.complete
    proved = {each.kind: each.position for each in found.points if each.proved}
    assert np.allclose(proved["maximum"], (0.123, -0.32))
    assert np.allclose(proved["minimum"], (0.42, -0.6))


def test_a_slow_callable_is_looked_at_less_closely_so_that_it_does_not_take_minutes() -> None:
    calls = []

    def slow(p: np.ndarray) -> float:
        calls.append(1)
        time.sleep(0.0005)
        return float((p[0] ** 2 - 1) ** 2 + p[1] ** 2)

    found = mc.critical_points(mc.objective(slow, (-2, -2), (2, 2)))
    assert len(found.minima) == 2
    assert len(calls) < 6000

"""Derivatives agree with finite differences where the formula is smooth, and follow conventions at kinks."""

from __future__ import annotations

import math

import numpy as np
import pytest

from minima_core.formula import Formula, parse


def _slope(function, p: np.ndarray, k: int):
    """Return the sixth-order central difference of ``function`` along variable k."""
    h = 2e-3
    total = 0.0
    for times, weight in ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60)):
        shift = np.zeros_like(p)
        shift[k] = times * h
        total = total + weight * (np.asarray(function(p + shift)) - np.asarray(function(p - shift)))
    return total / h


def _points(box: tuple[float, float], dimension: int, seed: int) -> np.ndarray:
    low, high = box
    margin = 0.01 * (high - low)
    return np.random.default_rng(seed).uniform(low + margin, high - margin, (4, dimension))


def _smooth_near(formula: Formula, p: np.ndarray, context) -> bool:
    """Whether no kink of the piecewise samples lies within the differences' reach."""
    here = formula.hessian(p, context)
    steps = np.eye(len(p)) * 8e-3
    return all(
        np.allclose(formula.hessian(p + sign * step, context), here, rtol=0.3, atol=0.3 + np.abs(here).max())
        for step in steps
        for sign in (-1, 1)
    )


def test_gradient_and_hessian(sample, context_of) -> None:
    text, dimension, box = sample
    formula = parse(text, dimension=dimension)
    context = context_of(formula)
    for p in _points(box, dimension, seed=7):
        assert _smooth_near(formula, p, context)
        gradient, hessian = formula.gradient(p, context), formula.hessian(p, context)
        by_value = [_slope(lambda q: formula.value(q, context), p, k) for k in range(dimension)]
        by_gradient = [_slope(lambda q: formula.gradient(q, context), p, k) for k in range(dimension)]
        scale = max(1.0, float(np.abs(gradient).max()), abs(formula.value(p, context)))
        np.testing.assert_allclose(gradient, by_value, rtol=1e-6, atol=1e-6 * scale)
        np.testing.assert_allclose(
            hessian, by_gradient, rtol=1e-6, atol=1e-5 * max(1.0, float(np.abs(hessian).max()))
        )
        assert (hessian == hessian.T).all()


@pytest.mark.parametrize(
    ("text", "p", "gradient"),
    [
        ("|x|", (0.0,), [0.0]),
        ("relu x", (0.0,), [0.5]),
        ("max(x, -x)", (0.0,), [0.0]),
        ("min(x, 3x)", (0.0,), [2.0]),
        ("max(x, y)", (1.0, 1.0), [0.5, 0.5]),
        ("sign x + floor x + ceil x", (0.0,), [0.0]),
        ("sqrt(x^2 + y^2)", (0.0, 0.0), [0.0, 0.0]),
        ("hypot(x, y)", (0.0, 0.0), [0.0, 0.0]),
        ("atan2(y, x)", (0.0, 0.0), [0.0, 0.0]),
        ("(x^2 + y^2)^0.25", (0.0, 0.0), [0.0, 0.0]),
        ("x^1.5", (0.0,), [0.0]),
        ("sqrt x", (0.0,), [math.inf]),
        ("cbrt x", (0.0,), [math.inf]),
        ("where(x > 0, sqrt x, 0)", (0.0,), [0.0]),
        ("max(1, log x)", (0.0,), [0.0]),
        ("x^y", (0.0, 2.0), [0.0, 0.0]),
        ("softplus x", (0.0,), [0.5]),
        ("sigmoid x", (-800.0,), [0.0]),
        ("softplus x", (800.0,), [1.0]),
        ("7", (1.0,), [0.0]),
    ],
)
def test_conventions(text: str, p: tuple[float, ...], gradient: list[float]) -> None:
    assert parse(text).gradient(p).tolist() == gradient


def test_ackley_is_flat_at_its_minimum() -> None:
    ackley = parse("-20exp(-0.2sqrt(0.5(x²+y²))) - exp(0.5(cos 2πx + cos 2πy)) + e + 20")
    assert abs(ackley.value((0.0, 0.0))) < 1e-14
    assert ackley.gradient((0.0, 0.0)).tolist() == [0.0, 0.0]


def test_derivatives_of_separable_sums_stay_small() -> None:
    rastrigin = parse("sum(i, 1, n, x[i]^2 - cos(x[i]))", dimension=200)
    grown, slopes = rastrigin._gradient
    assert len(slopes) == 200
    assert len(grown) < 3 * len(rastrigin.graph)

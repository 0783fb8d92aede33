"""Functions along rays from a point: enclosures of value and slope, also at kinks and cones."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.formula import parse
from minima_core.formula.interval_functions import Interval
from minima_core.formula.rays import RayError, along_rays

CASES = [
    ("sqrt(x^2 + y^2)", (0.0, 0.0)),
    ("hypot(x - 1, 2y) + x/3", (1.0, 0.0)),
    ("20 - 20 exp(-0.2 sqrt((x^2 + y^2)/2)) + e - exp((cos(2 pi x) + cos(2 pi y))/2)", (0.0, 0.0)),
    ("|x - 0.4| + 3|y| - x y", (0.4, 0.0)),
    ("max(2|x - 0.4| + y, |x - 0.4| - 2y)", (0.4, 0.0)),
    ("max(|x|, |y|) + min(x, y)/4", (0.0, 0.0)),
    ("sqrt(|x|) + |y|^1.5", (0.0, 0.0)),
    ("(x - 1)^3 y + sin(x y) - tanh(y)/(1 + x^2)", (1.0, 0.5)),
    ("x^-2 + log(2 + y) + |y| sin x", (2.0, 0.0)),
    ("sigmoid(x) softplus(y) + atan(x - y) + cosh x", (0.25, -1.0)),
]


def bounds(part: Interval, order: float, t: float) -> tuple[np.ndarray, np.ndarray]:
    return np.asarray(part.lo) * t**order, np.asarray(part.hi) * t**order


@pytest.mark.parametrize(("text", "p"), CASES, ids=[text for text, _ in CASES])
def test_values_and_slopes_along_rays_are_enclosed(text: str, p: tuple[float, float]) -> None:
    formula = parse(text)
    rng = np.random.default_rng(5)
    low = rng.uniform(-0.2, 0.2, (2, 40))
    high = low + 10.0 ** rng.uniform(-4, -1.5, (2, 40))
    ray = along_rays(formula.graph, formula.root, np.array(p), (low, high), ())
    base = formula.value(p)
    for t in (1.0, 0.3, 1e-3, 1e-6):
        d = low + (high - low) * rng.uniform(0, 1, low.shape)
        at = np.array(p)[:, None] + t * d
        rise = formula.value_on(list(at)) - base
        least, most = bounds(ray.j, ray.k, t)
        blur = 1e-14 * (1 + abs(base))
        assert np.all(rise >= least - blur)
        assert np.all(rise <= most + blur)
        slope = (formula.gradient_on(list(at)) * d).sum(axis=0)
        least, most = bounds(ray.d, ray.slope_order, t)
        blur = 1e-9 * (1 + np.abs(slope))
        assert np.all(slope >= least - blur)
        assert np.all(slope <= most + blur)


def test_a_cone_rises_in_every_direction_however_near() -> None:
    formula = parse("20 - 20 exp(-0.2 sqrt((x^2 + y^2)/2))")
    d = (np.array([[1.0, 0.5]]) * [[1e-9], [1e-9]], np.array([[1.0, 0.6]]) * [[1e-9], [1e-9]])
    ray = along_rays(formula.graph, formula.root, np.zeros(2), d, ())
    assert ray.slope_order == 0.0
    assert np.all(ray.d.lo > 1e-9)


@pytest.mark.parametrize("text", ["floor(x)", "where(x < 0, 1, x)", "sign(x)", "log(x)", "1/x", "asin(x)"])
def test_what_is_not_known_is_said(text: str) -> None:
    formula = parse(text)
    with pytest.raises(RayError):
        along_rays(formula.graph, formula.root, np.zeros(1), (np.array([[0.5]]), np.array([[1.0]])), ())

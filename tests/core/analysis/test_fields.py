"""Slope, curvature and flow: exact where there is a formula, honest where the ground is undefined."""

from __future__ import annotations

import time

import numpy as np
import pytest

from minima_core.analysis.fields import curvature, flow, slope
from minima_core.landscapes import formula, landscape, objective


@pytest.mark.parametrize("name", ["himmelblau", "rosenbrock", "two-wells"])
def test_fields_agree_with_derivatives_point_by_point(name):
    land = landscape(name)
    steep, bent = slope(land, (7, 5)), curvature(land, (7, 5))
    assert steep.length.shape == bent.smallest.shape == (5, 7)
    xs, ys = (np.linspace(land.lower[i], land.upper[i], k) for i, k in ((0, 7), (1, 5)))
    for i, j in np.ndindex(5, 7):
        p = (xs[j], ys[i])
        assert steep.length[i, j] == pytest.approx(np.linalg.norm(land.gradient(p)), rel=1e-12)
        low, high = np.linalg.eigvalsh(land.hessian(p))
        size = max(abs(low), abs(high))
        assert bent.smallest[i, j] == pytest.approx(low, abs=1e-12 * size)
        assert bent.largest[i, j] == pytest.approx(high, abs=1e-12 * size)
        assert bent.convex[i, j] == (low >= -1e-12 * size)


def test_what_is_shown_lies_between_nought_and_one():
    for name in ("himmelblau", "rastrigin", "rosenbrock"):
        land = landscape(name)
        steep, bent = slope(land, (64, 64)), curvature(land, (64, 64))
        for shown in (steep.shown, bent.shown_smallest, bent.shown_largest):
            assert shown.dtype == np.float32
            assert shown.min() >= 0 and shown.max() <= 1 and np.ptp(shown) > 0.3
        assert np.all((bent.shown_smallest >= 0.5) == (bent.smallest >= 0))
        within = (steep.length > steep.low) & (steep.length < steep.high)
        again = steep.low * (steep.high / steep.low) ** steep.shown[within].astype(float)
        assert again == pytest.approx(steep.length[within], rel=1e-5)
        assert not (bent.convex & bent.concave).any()


def test_level_ground_and_holes_are_no_trouble():
    level = formula("3", (-1, -1), (1, 1))
    assert slope(level, (8, 8)).shown.max() == 0.0
    bent = curvature(level, (8, 8))
    assert bent.convex.all() and not bent.concave.any() and np.all(bent.shown_largest == 0.5)
    assert flow(level).lines.shape == (0, 2)
    hole = formula("log(x) + y^2", (-1, -1), (1, 1))
    for values in (slope(hole, (9, 9)).shown, curvature(hole, (9, 9)).shown_smallest):
        assert np.isnan(values[:, :4]).all() and np.isfinite(values[:, 5:]).all()
    assert np.nanmin(flow(hole).lines[:, 0]) > -0.02
    steep = slope(formula("1e200*x^2 + y^2", (-1, -1), (1, 1)), (5, 5))
    assert np.isfinite(steep.length).all()


def test_callables_are_told_by_differences():
    land = landscape("himmelblau")
    same = objective(land.value, land.lower, land.upper)
    exact, rough = slope(land, (101, 101)), slope(same, (101, 101))
    assert rough.length[1:-1, 1:-1] == pytest.approx(exact.length[1:-1, 1:-1], abs=0.6)
    exact, rough = curvature(land, (101, 101)), curvature(same, (101, 101))
    assert rough.smallest[5:-5, 5:-5] == pytest.approx(exact.smallest[5:-5, 5:-5], abs=1.0)


def test_one_and_three_variables():
    line = formula("x^4 - x^2", (-1,), (1,))
    assert slope(line, (5,)).length == pytest.approx([2, 0.5, 0, 0.5, 2])
    bent = curvature(line, (5,))
    assert bent.smallest == pytest.approx([10, 1, -2, 1, 10])
    assert bent.concave.tolist() == [False, False, True, False, False]
    space = landscape("rastrigin", dimension=3)
    bent = curvature(space, (6, 5))
    assert bent.smallest.shape == (5, 6) and np.isfinite(bent.largest).all()
    assert flow(space).lines.shape[1] == 2
    with pytest.raises(ValueError, match="two variables"):
        flow(line)


@pytest.mark.parametrize("name", ["himmelblau", "two-wells", "rosenbrock", "rastrigin"])
def test_lines_of_flow_lead_down_and_keep_apart(name):
    land = landscape(name)
    spacing = 1 / 28
    found = flow(land, spacing=spacing)
    assert len(found.arrows) > 50
    span = land.upper - land.lower
    pieces = np.split(found.lines, np.flatnonzero(np.isnan(found.lines[:, 0])))
    pieces = [each[np.isfinite(each[:, 0])] for each in pieces]
    assert len(pieces) == len(found.arrows)
    for k, line in enumerate(pieces):
        values = land.value(line)
        assert values[-1] < values[0]
        assert np.mean(np.diff(values) < 0) > 0.9
        others = np.concatenate([each for i, each in enumerate(pieces) if i != k])
        apart = np.linalg.norm((line[:, None] - others) / span, axis=2).min()
        assert apart > 0.5 * spacing
    for x, y, dx, dy in found.arrows:
        assert land.gradient((x, y)) @ (dx, dy) < 0


def test_lines_of_flow_fill_the_picture_and_are_soon_there():
    land = landscape("himmelblau")
    flow(land)
    took = []
    for _ in range(3):
        began = time.process_time()
        found = flow(land)
        took.append(time.process_time() - began)
    assert min(took) < 0.6
    lines = found.lines[np.isfinite(found.lines[:, 0])]
    nodes = np.stack(np.meshgrid(*[np.linspace(-4.5, 4.5, 25)] * 2), axis=-1).reshape(-1, 2)
    apart = np.linalg.norm(nodes[:, None] - lines, axis=2).min(axis=1) / 12
    assert np.quantile(apart, 0.9) < 1.2 / 28


@pytest.mark.parametrize("spacing", [0.001, 0.7, float("nan")])
def test_a_spacing_that_cannot_be(spacing):
    with pytest.raises(ValueError, match="apart"):
        flow(landscape("himmelblau"), spacing=spacing)

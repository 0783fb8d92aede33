"""Reliefs show wells and never a spike; contour lines lie where they say."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.landscapes import formula, landscape, landscape_names
from minima_core.scene import ContourLabel, Lines, Transform, box_of, relief_of
from minima_core.scene.display import automatic, transform_of
from minima_core.scene.relief import transform_for

PLANES = [name for name in landscape_names() if landscape(name).dimension == 2]


@pytest.mark.parametrize("name", PLANES)
def test_every_landscape_has_a_relief_with_bands_and_lines(name):
    land = landscape(name)
    ground = relief_of(land, resolution=(96, 80))
    relief = ground.relief
    assert relief.heights.shape == (80, 96)
    assert np.nanmin(relief.heights) >= 0 and np.nanmax(relief.heights) <= 1
    assert relief.bands[0] == 0 and relief.bands[-1] == 1
    assert list(relief.bands) == sorted(set(relief.bands))
    assert 8 <= len(relief.bands) - 1 <= 20
    assert len(relief.levels) == len(relief.bands) - 2
    for mark in ground.contours:
        if isinstance(mark, Lines) and len(mark.points):
            assert mark.heights is not None
            assert np.array_equal(np.isnan(mark.heights), np.isnan(mark.points[:, 0]))


def test_rows_run_upwards_and_edges_lie_on_the_region():
    relief = relief_of(formula("x + 10 y", (0, 0), (1, 2)), resolution=(3, 5)).relief
    assert relief.values[0].tolist() == [0, 0.5, 1]
    assert relief.values[:, 0].tolist() == [0, 5, 10, 15, 20]
    assert relief.height_at(np.array([(0.5, 1.0), (9.0, 9.0)])) == pytest.approx([0.5, 1.0], abs=0.03)


def test_contour_lines_lie_at_their_levels_and_every_fourth_is_major():
    land = landscape("two-wells")
    ground = relief_of(land, resolution=(400, 320))
    minor, major = (mark for mark in ground.contours if isinstance(mark, Lines))
    for lines in (minor, major):
        there = ~np.isnan(lines.points[:, 0])
        losses = land.value(lines.points[there])
        assert ground.relief.display.heights(losses) == pytest.approx(lines.heights[there], abs=2e-3)
    levels = set(np.round(major.heights[~np.isnan(major.heights)], 9))
    assert 2 <= len(levels) <= 5
    for label in (mark for mark in ground.contours if isinstance(mark, ContourLabel)):
        assert land.value(label.point) == pytest.approx(float(label.text.replace("−", "-")), abs=0.01)


def test_the_same_relief_is_not_made_twice_and_another_one_is_told_apart():
    land = landscape("two-wells")
    assert relief_of(land) is relief_of(landscape("two-wells"))
    zoomed = relief_of(land, (0.0, 1.0, 0.0, 1.0))
    assert zoomed.relief.revision != relief_of(land).relief.revision
    assert zoomed.relief.display == relief_of(land).relief.display


def test_zooming_in_keeps_about_a_dozen_bands():
    land = landscape("himmelblau")
    for half in (2.0, 0.2, 0.02):
        relief = relief_of(land, (3 - half, 3 + half, 2 - half, 2 + half), (120, 120)).relief
        seen = [edge for edge in relief.bands if np.nanmin(relief.heights) < edge < np.nanmax(relief.heights)]
        assert 6 <= len(seen) <= 24


@pytest.mark.parametrize(
    ("text", "half"), [("1/(x^2+y^2)", 2), ("-1/(x^2+y^2)", 2), ("exp(x^2+y^2)", 3), ("exp(40x)", 2)]
)
def test_poles_and_walls_are_cut_and_the_ground_still_has_relief(text, half):
    relief = relief_of(formula(text, (-half, -half), (half, half)), resolution=(101, 101)).relief
    spread = np.quantile(relief.heights, [0.2, 0.8])
    assert spread[1] - spread[0] > 0.03
    assert np.isfinite([relief.display.low, relief.display.high]).all()


def test_undefined_ground_is_a_hole():
    relief = relief_of(formula("sqrt(x) + y^2", (-1, -1), (1, 1)), resolution=(41, 41)).relief
    assert relief.holes
    assert np.isnan(relief.heights[:, 0]).all() and not np.isnan(relief.heights[:, 40]).any()


def test_level_ground_and_empty_ground_have_a_relief():
    assert set(np.unique(relief_of(formula("3", (-1, -1), (1, 1))).relief.heights)) == {0.5}
    empty = relief_of(formula("sqrt(-1 - x^2 - y^2)", (-1, -1), (1, 1)))
    assert np.isnan(empty.relief.heights).all()


def test_transforms_are_undone():
    for kind, unit in (("linear", 1.0), ("sqrt", 1.0), ("log", 0.3)):
        transform = Transform(kind, -2.0, 50.0, unit)
        values = np.linspace(-2, 50, 11)
        assert transform.values(transform.heights(values)) == pytest.approx(values)
        assert transform.heights([-99, 99]).tolist() == [0, 1]
        assert np.isnan(transform.heights(np.nan))


def test_a_landscape_without_a_display_gets_one_from_its_losses():
    values = np.linspace(0, 1, 10_000)
    assert automatic(values).kind == "linear"
    assert automatic(values**2 * 100).kind in {"linear", "sqrt"}
    assert automatic(np.exp(20 * values)).kind == "log"
    assert transform_of(None, values) == automatic(values)
    assert transform_for(landscape("himmelblau")).kind == landscape("himmelblau").display.transform


def test_more_variables_are_cut_through_the_minimum():
    land = landscape("rastrigin", dimension=4)
    relief = relief_of(land, resolution=(51, 51)).relief
    assert relief.extent == box_of(land)
    assert relief.values[25, 25] == pytest.approx(0, abs=1e-9)

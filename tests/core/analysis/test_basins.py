"""Basins: every pixel is the run it stands for, counted again here by running it."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.arrivals import Cancelled, Fleet, border_of, ends_of_crowd
from minima_core.analysis.basins import basins_in_stages, prepare_basins
from minima_core.compiled.frame import Status
from minima_core.compiled.nearest import nearest_within

HIMMELBLAU = np.array([[3.0, 2.0], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]])
METHODS = (
    "gradient-descent,lr=0.01",
    "gradient-descent,lr=0.08,clip_norm=7,weight_decay=0.3",
    "sgd,noise=0,lr=0.02,momentum=0.6,nesterov=true,clip_value=5",
    "momentum,lr=0.02,momentum=0.95",
    "nesterov,lr=0.012,momentum=0.9",
    "rmsprop,lr=0.3,momentum=0.5,centered=true",
    "adam,lr=0.5,amsgrad=true",
)
LANDS = {
    "himmelblau": lambda: mc.landscape("himmelblau"),
    "sines": lambda: mc.formula("a sin(3x) + cos(2y) x + exp(-y)/9", (-3, -2), (3, 4), {"a": 2.0}),
    "undefined": lambda: mc.formula("log(x) + x^2 + sqrt(y) y - 1/(x-2)", (0, 0), (4, 2)),
}


def runs(land, specification, starts, steps, border):
    """Return where runs end, one by one, and whether they are still running."""
    ends, alive = [], []
    for x0 in starts.T:
        run = mc.start(land, specification, x0=x0, border=border)
        run.advance(steps)
        ends.append(run.position)
        alive.append(run.status is Status.RUNNING)
    return np.array(ends).T, np.array(alive)


def assert_the_same(land, text, starts, steps, border):
    specification = mc.Specification.parse(text).resolved(land)
    edge = border_of(border, specification)
    expected, living = runs(land, specification, starts, steps, border)
    ends, alive = Fleet(land, specification, edge).ends(starts, steps)
    np.testing.assert_array_equal(alive, living)
    np.testing.assert_array_equal(ends, expected)
    return alive


@pytest.mark.parametrize("border", ["free", "clip", "reflect"])
@pytest.mark.parametrize("text", METHODS)
@pytest.mark.parametrize("name", LANDS)
def test_a_lane_ends_where_its_run_ends_to_the_bit(name, text, border):
    land = LANDS[name]()
    starts = np.random.default_rng(3).uniform(land.lower, land.upper, (12, 2)).T
    assert_the_same(land, text, starts, 120, border)


@pytest.mark.parametrize("steps", [0, 1, 16, 17, 33, 500, 1003])
def test_no_number_of_steps_is_cut_short(steps):
    land = mc.landscape("himmelblau")
    starts = np.random.default_rng(4).uniform(-6, 6, (9, 2)).T
    assert_the_same(land, "gradient-descent,lr=0.01", starts, steps, "free")
    # With this rate runs swing for ever: a circle of two points is found out, left at the right one.
    swinging = mc.formula("x^4/4 - x^2/2 + y^2", (-2, -1), (2, 1))
    assert_the_same(swinging, "gradient-descent,lr=1.1", starts / 6.0, steps, "free")


def test_lanes_that_run_off_stop_where_their_runs_do():
    land = mc.landscape("himmelblau")
    starts = np.random.default_rng(5).uniform(-6, 6, (200, 2)).T
    alive = assert_the_same(land, "gradient-descent,lr=0.03", starts, 200, "free")
    assert 0 < np.count_nonzero(alive) < 200


@pytest.mark.parametrize(("name", "n"), [("two-wells", 1), ("rastrigin", 3)])
def test_other_dimensions(name, n):
    land = mc.landscape(name) if n == 1 else mc.landscape(name, dimension=n)
    if land.dimension != n:
        land = mc.formula("x^4 - x^2 + 0.1x", (-2,), (2,))
    starts = np.random.default_rng(6).uniform(land.lower, land.upper, (7, n)).T
    assert_the_same(land, "adam,lr=0.05", starts, 60, "free")


def test_a_crowd_ends_where_the_tiles_do():
    land = mc.landscape("himmelblau")
    specification = mc.method("momentum", lr=0.005).resolved(land)
    starts = np.random.default_rng(8).uniform(-6, 6, (40, 2)).T
    edge = border_of(None, specification)
    for ours, theirs in zip(
        Fleet(land, specification, edge).ends(starts, 90),
        ends_of_crowd(land, specification, starts, 90, edge),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, theirs)


# -- maps ----------------------------------------------------------------------------------------------------


def counted(columns, rows, steps, lr):
    """Count the basins of Himmelblau's function pixel by pixel, in plain numpy."""
    x, y = np.meshgrid(np.linspace(-6, 6, columns), np.linspace(-6, 6, rows))
    with np.errstate(all="ignore"):
        for _ in range(steps):
            a, b = x * x + y - 11.0, x + y * y - 7.0
            x, y = x - lr * (4.0 * x * a + 2.0 * b), y - lr * (2.0 * a + 4.0 * y * b)
    away = np.linalg.norm(np.stack([x, y], axis=-1)[:, :, None] - HIMMELBLAU, axis=-1)
    near = np.nan_to_num(away, nan=np.inf)
    return np.where(near.min(axis=-1) <= 0.01 * np.hypot(12, 12), near.argmin(axis=-1), -1)


def test_basins_of_himmelblau_counted_pixel_by_pixel():
    found = mc.basins(
        mc.landscape("himmelblau"), "gradient-descent", (96, 64), 300, lr=0.01, minima=HIMMELBLAU
    )
    expected = counted(96, 64, 300, 0.01)
    np.testing.assert_array_equal(found.labels, expected)
    assert found.labels.dtype == np.int16
    for k in range(4):
        assert found.shares[k] == np.count_nonzero(expected == k) / expected.size
    assert found.never == np.count_nonzero(expected < 0) / expected.size
    assert found.extent == (-6.0, 6.0, -6.0, 6.0)
    assert found.specification.startswith("gradient-descent,lr=0.01")


def test_himmelblau_has_four_minima_and_all_are_reached():
    found = mc.basins(mc.landscape("himmelblau"), "gradient-descent", (32, 32), lr=0.01)
    assert found.minima.shape == (4, 2)
    assert np.abs(found.minima[:, None] - HIMMELBLAU).max(axis=2).min(axis=0).max() < 1e-5
    assert (found.shares > 0.1).all()


def test_rows_run_upwards_and_the_edges_are_starts():
    land = mc.formula("(x-1)^2 + (y+0.5)^2", (-1, -2), (2, 1))
    corners = mc.basins(land, "gradient-descent", (4, 3), 0, minima=[(-1, -2), (2, -2), (-1, 1), (2, 1)])
    assert corners.labels.tolist() == [[0, -1, -1, 1], [-1] * 4, [2, -1, -1, 3]]


def test_a_part_of_the_region():
    found = mc.basins(
        mc.landscape("himmelblau"), "adam", (16, 8), lr=0.1, extent=(2, 4, 1, 3), minima=HIMMELBLAU
    )
    assert found.extent == (2.0, 4.0, 1.0, 3.0)
    assert (found.labels == 0).all()


def test_one_variable_has_one_row():
    land = mc.formula("x^4 - 2x^2 + 0.5x", (-2,), (2,))
    found = mc.basins(land, "gradient-descent", (101,), lr=0.05)
    assert found.labels.shape == (101,)
    assert found.extent == (-2.0, 2.0, 0.0, 0.0)
    assert found.minima.shape == (2, 1)
    assert (np.diff(found.labels) != 0).sum() == 1


def test_more_variables_are_a_plane_through_the_start():
    land = mc.landscape("rastrigin", dimension=3)
    specification = mc.method("gradient-descent", lr=0.001).resolved(land)
    origin = np.zeros((1, 3))
    found = mc.basins(land, specification, (9, 7), 40, minima=origin)
    for row, column in [(0, 0), (3, 4), (6, 8)]:
        x0 = [np.linspace(land.lower[0], land.upper[0], 9)[column],
              np.linspace(land.lower[1], land.upper[1], 7)[row], land.start[2]]  # fmt: skip
        run = mc.start(land, specification, x0=x0)
        run.advance(40)
        reached = bool(np.linalg.norm(run.position) <= 0.01 * land.diagonal)
        assert (found.labels[row, column] == 0) == reached


def test_where_a_landscape_is_undefined_nothing_arrives():
    land = mc.formula("(sqrt(x) - 1)^2 + y^2", (-1, -1), (3, 1))
    found = mc.basins(land, "gradient-descent", (33, 9), 200, lr=0.2, minima=[(1.0, 0.0)])
    assert (found.labels[:, :8] == -1).all()
    assert (found.labels[:, 12:] == 0).all()


def test_a_python_callable_works_too():
    land = mc.objective(lambda p: float((p[0] ** 2 - 1) ** 2 + p[1] ** 2), (-2, -1), (2, 1))
    found = mc.basins(land, "gradient-descent", (8, 3), 60, lr=0.05, minima=[(-1, 0), (1, 0)])
    assert found.labels.tolist() == [[0, 0, 0, 0, 1, 1, 1, 1]] * 3
    broken = mc.objective(lambda p: 1 / 0, (-2, -1), (2, 1))
    with pytest.raises(ValueError, match="ZeroDivisionError"):
        mc.basins(broken, "gradient-descent", (4, 4), 5, lr=0.05, minima=[(0, 0)])


def test_stages_are_coarse_then_fine_and_the_last_is_the_map():
    land, text = mc.landscape("himmelblau"), "momentum,lr=0.004"
    stages = list(basins_in_stages(land, text, (192, 128), 100, minima=HIMMELBLAU))
    assert [each.labels.shape for each in stages] == [(16, 24), (42, 64), (128, 192)]
    whole = mc.basins(land, text, (192, 128), 100, minima=HIMMELBLAU)
    np.testing.assert_array_equal(stages[-1].labels, whole.labels)


def test_cancelling_ends_it():
    land = mc.landscape("himmelblau")
    with pytest.raises(Cancelled):
        mc.basins(land, "adam", (256, 256), 5000, minima=HIMMELBLAU, cancel=lambda: True)
    seen = []
    stages = basins_in_stages(land, "adam", (128, 128), 50, minima=HIMMELBLAU, cancel=lambda: len(seen) == 1)
    seen.extend(each.labels.shape for each in stages)
    assert seen == [(16, 16)]


def test_preparing_makes_what_a_map_needs():
    land = mc.formula("(x^2+y-11)^2 + (x+y^2-7.125)^2", (-6, -6), (6, 6))
    prepare_basins(land, "adam,lr=0.1")
    assert land.kernels.is_ready("tile")
    assert mc.describe("adam").driver.tiles(2).is_compiled


def test_progress_reaches_the_end():
    told = []
    mc.basins(mc.landscape("himmelblau"), "adam", (64, 64), 20, minima=HIMMELBLAU, progress=told.append)
    assert max(told) == 1.0
    assert min(told) > 0.0


@pytest.mark.parametrize(("method", "words"), [
    ("random-restarts", "chances"), ("simulated-annealing", "chances"), ("sgd", "chances"),
    ("adam,noise=1", "noise"), ("nowhere", "no method"),
])  # fmt: skip
def test_methods_without_basins_are_refused(method, words):
    with pytest.raises(ValueError, match=words):
        mc.basins(mc.landscape("himmelblau"), method, minima=HIMMELBLAU)


@pytest.mark.parametrize("wrong", [
    {"resolution": (1, 5)}, {"resolution": "many"}, {"steps": -1}, {"steps": 1.5}, {"extent": (1, 0, 0, 1)},
    {"extent": (0, 1, 1, 0)}, {"border": "wall"}, {"minima": [(1, 2, 3)]}, {"minima": [(np.nan, 1)]},
])  # fmt: skip
def test_what_cannot_be_mapped_is_refused_in_a_sentence(wrong):
    arguments = {"resolution": (8, 8), "steps": 5, "minima": HIMMELBLAU, **wrong}
    with pytest.raises(ValueError, match=r"\w+ .*\.$"):
        mc.basins(mc.landscape("himmelblau"), "adam", **arguments)


def test_minima_may_be_none_at_all():
    found = mc.basins(mc.formula("x + y", (0, 0), (1, 1)), "adam", (4, 4), 5, minima=[])
    assert (found.labels == -1).all()
    assert (found.shares.shape, found.never) == ((0,), 1.0)


def test_the_nearest_of_many_points():
    rng = np.random.default_rng(11)
    points, places = rng.uniform(0, 1, (300, 2)), rng.uniform(-0.1, 1.1, (2, 500))
    points[7] = points[3]
    places[:, 5] = np.nan
    apart = np.linalg.norm(places.T[:, None] - points, axis=2)
    expected = np.where(np.nan_to_num(apart.min(axis=1), nan=1.0) <= 0.02, apart.argmin(axis=1), -1)
    np.testing.assert_array_equal(nearest_within(places, points, 0.02), expected)

"""Maps of settings: every pixel is the run with its own two settings."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.analysis.arrivals import Cancelled
from minima_core.analysis.settings_map import settings_map_in_stages
from minima_core.compiled.frame import Status

MINIMA = np.array([[3.0, 2.0], [-2.805118, 3.131312], [-3.779310, -3.283186], [3.584428, -1.848126]])
START = (0.3, -1.2)
LR = ("lr", 1e-3, 0.5)


def label_of(land, run):
    """Return the minimum that a run has reached."""
    away = np.hypot(*(MINIMA - run.position).T)
    reached = run.status is Status.RUNNING and away.min() <= 0.01 * land.diagonal
    return int(away.argmin()) if reached else -1


@pytest.mark.parametrize(("method", "across", "up"), [
    ("momentum", LR, ("momentum", 0.0, 0.95)),
    ("adam", LR, ("beta1", 0.0, 1.0)),
    ("gradient-descent,clip_norm=5", LR, ("weight_decay", 1e-3, 1.0)),
    ("sgd", LR, ("noise", 0.0, 2.0)),
    ("simulated-annealing", ("step_size", 0.01, 0.5), ("temperature", 0.1, 50.0)),
])  # fmt: skip
def test_a_pixel_is_the_run_with_its_settings(method, across, up):
    land = mc.landscape("himmelblau")
    found = mc.settings_map(land, method, START, across, up, (14, 9), 150, minima=MINIMA, seed=5)
    assert found.labels.shape == (9, 14)
    for row, column in np.random.default_rng(2).integers(0, (9, 14), (25, 2)).tolist():
        run = mc.start(land, found.specification_at(column, row), x0=START, seed=5)
        run.advance(150)
        assert found.labels[row, column] == label_of(land, run), (row, column)


def test_the_ends_of_both_sides_are_exact_and_the_rate_is_logarithmic():
    found = mc.settings_map(
        mc.landscape("himmelblau"), "momentum", START, LR, ("momentum", 0.1, 0.9), (5, 3), 10, minima=MINIMA
    )
    assert (found.values_across[0], found.values_across[-1]) == (1e-3, 0.5)
    np.testing.assert_allclose(np.diff(np.log(found.values_across)), np.log(500) / 4)
    np.testing.assert_allclose(found.values_up, [0.1, 0.5, 0.9])
    assert (found.across.log, found.up.log, found.across.symbol) == (True, False, "η")
    assert found.specification_at(0, 2).settings["momentum"] == 0.9


def test_the_limit_is_where_gradient_descent_leaves_a_minimum():
    land = mc.formula("2x^2 + 0.5y^2", (-1, -1), (1, 1))
    found = mc.settings_map(
        land, "gradient-descent", (0.3, 0.4), ("lr", 0.1, 0.9), ("weight_decay", 0.0, 1e-9), (81, 2), 600,
        minima=[(0, 0)],
    )  # fmt: skip
    np.testing.assert_allclose(found.limits, [0.5])
    np.testing.assert_array_equal(found.labels[0] == 0, found.values_across < 0.4999)


def test_a_landscape_without_a_curvature_has_no_limit():
    land = mc.objective(
        lambda p: float(abs(p[0]) + p[1] ** 2), (-1, -1), (1, 1), hessian=lambda p: np.full((2, 2), np.nan)
    )
    found = mc.settings_map(
        land, "adam", (0.5, 0.5), ("lr", 0.01, 0.1), ("beta1", 0, 0.9), (2, 2), 5, minima=[(0, 0)]
    )
    assert np.isnan(found.limits).all()


def test_stages_and_cancelling():
    land, sides = mc.landscape("himmelblau"), (LR, ("momentum", 0.0, 0.9))
    stages = list(settings_map_in_stages(land, "momentum", START, *sides, (24, 12), 60, minima=MINIMA))
    assert [each.labels.shape for each in stages] == [(2, 4), (6, 12), (12, 24)]
    whole = mc.settings_map(land, "momentum", START, *sides, (24, 12), 60, minima=MINIMA)
    np.testing.assert_array_equal(stages[-1].labels, whole.labels)
    with pytest.raises(Cancelled):
        mc.settings_map(land, "momentum", START, *sides, minima=MINIMA, cancel=lambda: True)
    assert not list(
        settings_map_in_stages(land, "momentum", START, *sides, minima=MINIMA, cancel=lambda: True)
    )


@pytest.mark.parametrize(("across", "up", "x0", "words"), [
    (("nope", 0, 1), LR, START, "no setting"),
    (("lr", 1, 0.1), ("momentum", 0, 1), START, "smaller to a larger"),
    (("lr", 0.1), ("momentum", 0, 1), START, "smallest and largest"),
    (LR, LR, START, "two settings"),
    (LR, ("momentum", 0, 2), START, "momentum"),
    (LR, ("momentum", 0, 0.9), (1, 2, 3), "start"),
    (LR, ("momentum", 0, 0.9), (np.nan, 2), "start"),
])  # fmt: skip
def test_what_cannot_be_mapped_is_refused(across, up, x0, words):
    with pytest.raises(ValueError, match=words):
        mc.settings_map(mc.landscape("himmelblau"), "momentum", x0, across, up, (4, 4), 5, minima=MINIMA)


def test_a_method_that_drives_another_is_refused():
    with pytest.raises(ValueError, match="drives another"):
        mc.settings_map(
            mc.landscape("himmelblau"), "random-restarts", START, ("steps_per_loop", 1, 9), LR, minima=MINIMA
        )

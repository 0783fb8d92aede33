"""Every method on every kind of landscape, with the defaults it brings: no divergence, and real progress."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.landscapes.scale import lattice

ENDLESS = {
    "cubic",
    "endless-saddle",
    "endless-slope",
}  # fall for ever outside the box: descent runs off, rightly
LOWER_OUTSIDE = {"schwefel", "eggholder"}  # deeper wells lie outside the box: it is kept
BLIND = {"easom"}  # no slope says where the minimum is
ALL = tuple(name for name in mc.landscape_names() if name not in ENDLESS | BLIND)
KINDS = (
    "two-wells", "himmelblau", "rastrigin", "rosenbrock", "goldstein-price", "ackley", "plateau", "bukin",
    "schwefel", "parabola", "tilted-double-well", "absolute-value",
)  # fmt: skip


def progress(land, method):
    """Return how far down a method gets from several starts, in shares of the way to the known minimum."""
    shares = []
    bottom = min((land.value(each) for each in land.minima), default=0.0)
    for x0 in lattice(land.lower, land.upper, 3):
        run = mc.start(land, method, x0=x0, seed=1, border="reflect" if land.name in LOWER_OUTSIDE else None)
        top = run.value
        steps = 60 if method == "bayesian-optimization" else 500  # each of its steps thinks for a millisecond
        assert run.advance(steps) == steps, f"{method} ended on {land.name} from {x0}: {run.verdict.sentence}"
        assert np.isfinite(run.values).all()
        assert np.abs(run.positions - land.lower).max() < 20 * land.diagonal, f"{method} left {land.name}"
        shares.append((top - run.best_value) / (top - bottom))
    return float(np.mean(shares))


@pytest.mark.parametrize("name", ALL)
def test_descent_works_on_all_landscapes(name):
    land = mc.landscape(name)
    assert progress(land, "gradient-descent") > 0.05
    assert progress(land, "adam") > 0.05


@pytest.mark.parametrize(
    "method", [name for name in mc.method_names() if name not in {"gradient-descent", "adam"}]
)
@pytest.mark.parametrize("name", KINDS)
def test_all_methods_work_on_all_kinds_of_landscape(method, name):
    assert progress(mc.landscape(name), method) > 0.1


@pytest.mark.parametrize("method", ["random-restarts", "simulated-annealing"])
def test_global_methods_get_further_than_descent(method):
    lands = [mc.landscape(name) for name in ("rastrigin", "schwefel", "tilted-double-well")]
    local = np.mean([progress(land, "gradient-descent") for land in lands])
    assert np.mean([progress(land, method) for land in lands]) > local + 0.1


def test_a_run_off_an_endless_slope_ends_by_itself():
    run = mc.start(mc.landscape("cubic"), "gradient-descent", x0=(-1.0,), lr=0.1)
    run.advance(10_000)
    assert run.ended
    assert run.verdict.state == "not finite"
    assert run.best_value >= -8.0

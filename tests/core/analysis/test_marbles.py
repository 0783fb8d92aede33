"""Marbles are runs, each the same bits as alone, and together they keep to the laws they illustrate."""

from __future__ import annotations

import numpy as np
import pytest

from minima_core.analysis.density import boltzmann
from minima_core.analysis.marbles import Marbles
from minima_core.landscapes import formula, landscape, objective
from minima_core.methods import Specification
from minima_core.runs import start


@pytest.fixture(scope="module")
def wells():
    return landscape("two-wells")


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("descent", "adam,lr=0.05"),
        ("descent", "sgd,momentum=0.9"),
        ("annealing", "simulated-annealing,temperature=0.7,hold=true"),
        ("annealing", "simulated-annealing,cooling_steps=30"),
    ],
)
def test_each_marble_is_the_run_with_its_lane(wells, kind, method):
    marbles = Marbles(wells, 1100, kind, method, seed=9)
    for steps in (1, 0, 40):
        marbles.advance(steps)
    for lane in (0, 1, 511, 512, 1099):
        run = start(wells, method, seed=9, lane=lane)
        run.advance(41)
        assert np.array_equal(run.position, marbles.positions[lane])
        assert run.value == marbles.values[lane]


def test_a_marble_is_the_same_alone_and_among_many(wells):
    alone, many = (Marbles(wells, count, "annealing", temperature=0.5, seed=3) for count in (1, 3000))
    for marbles in (alone, many):
        marbles.advance(50)
    assert np.array_equal(alone.positions, many.positions[:1])
    again = Marbles(wells, 3000, "annealing", temperature=0.5, seed=3)
    again.advance(50)
    assert np.array_equal(again.positions, many.positions)
    assert np.array_equal(again.histogram(), many.histogram())


def test_descending_marbles_gather_in_the_minima(wells):
    marbles = Marbles(wells, 2000, "descent")
    before, labels = marbles.shares(), marbles.labels()
    marbles.advance(2000)
    assert np.mean(marbles.labels() == labels) > 0.99
    span = wells.upper - wells.lower
    apart = np.abs((marbles.positions[:, None] - marbles.minima) / span).max(axis=2).min(axis=1)
    assert apart.max() < 1e-3
    assert marbles.shares() == pytest.approx(before, abs=0.01)  # nobody changes the basin on the way
    assert marbles.shares().sum() == pytest.approx(1.0)
    assert marbles.running.all()


@pytest.mark.parametrize("temperature", [0.3, 1.0, 5.0])
def test_time_spent_approaches_the_density(wells, temperature):
    marbles = Marbles(wells, 4000, "annealing", temperature=temperature, seed=1, cells=(24, 24))
    marbles.advance(600)
    marbles.forget()
    marbles.advance(600)
    density = boltzmann(wells, temperature, (24 * 8 - 7, 24 * 8 - 7), minima=marbles.minima)
    coarse = density.probability.shape[0]
    group = np.floor(np.arange(coarse) * (23 / (coarse - 1)) + 0.5).astype(int)
    expected = np.zeros((24, 24))
    np.add.at(expected, (group[:, None], group[None, :]), density.probability)
    spent = marbles.histogram() / (4000 * 600)
    assert 0.5 * np.abs(spent - expected).sum() < 0.03  # in total variation
    assert marbles.time_shares() == pytest.approx(density.shares, abs=0.02)


def test_warm_prefers_wide_valleys_and_cold_deep_ones():
    """Left a wide well, right a deep and narrow one."""
    land = formula("-exp(-(x+2)^2/2 - y^2/2) - 1.5*exp(-8*(x-2)^2 - 8*y^2)", (-5, -4), (5, 4))
    warm, cold = (boltzmann(land, t, (200, 160)) for t in (0.3, 0.05))
    deep, wide = 0, 1
    assert warm.minima[deep] == pytest.approx((2, 0), abs=1e-2)
    assert warm.minima[wide] == pytest.approx((-2, 0), abs=1e-2)
    assert warm.shares[wide] > 2 * warm.shares[deep]
    assert cold.shares[deep] > 0.95
    for temperature, density in ((0.3, warm), (0.05, cold)):
        assert density.values.sum() * 10 / 199 * 8 / 159 == pytest.approx(1.0, rel=0.02), temperature


def test_the_temperature_can_be_moved_while_they_walk(wells):
    marbles = Marbles(wells, 2000, "annealing", temperature=0.05, starts=np.tile(wells.minima[0], (2000, 1)))
    marbles.advance(100)
    assert marbles.histogram().sum() == 2000 * 100 and marbles.held == 100
    cold = marbles.shares()[0]
    marbles.temperature = 20.0
    assert marbles.temperature == 20.0
    marbles.advance(400)
    assert marbles.held == 400 and marbles.histogram().sum() <= 2000 * 400
    marbles.temperature = 20.0  # the same: the counting goes on
    marbles.advance(1)
    assert marbles.held == 401
    assert cold > 0.99 and marbles.shares()[0] < 0.8
    counts = marbles.histogram((32, 16))
    assert counts.shape == (16, 32) and counts.sum() == marbles.histogram().sum()
    areas = np.outer(np.r_[0.5, np.ones(14), 0.5], np.r_[0.5, np.ones(30), 0.5]) / (31 * 15)
    areas *= np.prod(wells.upper - wells.lower)
    assert (marbles.spent((32, 16)) * areas).sum() == pytest.approx(1.0)


def test_marbles_stay_in_a_box_with_walls_and_leave_one_without():
    land = formula("-x", (-1, -1), (1, 1))
    free, clipped = (Marbles(land, 50, method="gradient-descent,lr=0.5", border=b) for b in ("free", "clip"))
    for marbles in (free, clipped):
        marbles.advance(20)
    assert (free.positions[:, 0] > 1).all() and (free.labels() == -1).all()
    assert (clipped.positions[:, 0] == 1).all()
    reflected = Marbles(land, 500, "annealing", temperature=1.0)
    reflected.advance(100)
    assert (np.abs(reflected.positions) <= 1).all()


def test_marbles_in_one_and_in_three_variables():
    line = formula("(x^2-1)^2 + 0.2*x", (-2,), (2,))
    marbles = Marbles(line, 500, "annealing", temperature=1.0, cells=(64,))
    marbles.advance(200)
    assert marbles.histogram().shape == (64,) and marbles.histogram().sum() == 500 * 200
    assert marbles.time_shares() == pytest.approx(boltzmann(line, 1.0, (64,)).shares, abs=0.04)
    space = landscape("rastrigin", dimension=3)
    marbles = Marbles(space, 100, "descent", minima=np.zeros((1, 3)))
    marbles.advance(20)
    assert marbles.histogram().shape == (256, 256) and (marbles.labels() == 0).all()


def test_marbles_on_a_python_callable():
    land = objective(lambda p: float((p[0] - 0.5) ** 2 + p[1] ** 2), (-1, -1), (1, 1))
    marbles = Marbles(land, 5, method="gradient-descent,lr=0.2", minima=[(0.5, 0.0)])
    marbles.advance(40)
    assert marbles.positions == pytest.approx(np.tile((0.5, 0.0), (5, 1)), abs=1e-6)
    assert marbles.shares() == pytest.approx([1.0])

    def broken(p):
        raise RuntimeError("no")

    marbles = Marbles(objective(broken, (-1, -1), (1, 1)), 5, "annealing", temperature=1.0)
    assert marbles.advance(1) == 0
    assert isinstance(marbles.error, RuntimeError)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"count": 0}, "1 to 1000000 marbles"),
        ({"kind": "sideways"}, "“descent” or “annealing”"),
        ({"method": "random-restarts"}, "follow a gradient method"),
        ({"kind": "annealing", "method": "adam"}, "follow simulated-annealing"),
        ({"count": 2, "starts": [[0, 0]]}, "an array of shape"),
        ({"cells": (1, 5)}, "2 to 4096"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(wells, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Marbles(wells, **arguments)


def test_more_of_what_cannot_be(wells):
    marbles = Marbles(wells, 5, method=Specification.parse("gradient-descent"))
    with pytest.raises(ValueError, match="whole number"):
        marbles.advance(-1)
    marbles.temperature = 1.0
    assert marbles.temperature is None  # it descends
    with pytest.raises(ValueError, match="from 0 upwards"):
        marbles.temperature = "warm"
    with pytest.raises(ValueError, match="has no more"):
        marbles.histogram((300, 300))
    for wrong in (0, -1, float("nan"), "warm"):
        with pytest.raises(ValueError, match="positive number"):
            boltzmann(wells, wrong)

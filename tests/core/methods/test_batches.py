"""Mini-batches: SGD draws examples by counter, the same bits however a run is driven."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.compiled.random import BATCH, uniform_pair

LINE = mc.landscape("linear-regression")
STEPS = 40


def batch(seed: int, lane: int, step: int, size: int, count: int) -> list[int]:
    """Return the examples that a step draws: algorithm S, written out."""
    drawn: list[int] = []
    for k in range(count):
        chance = uniform_pair(seed, lane, step, BATCH + k - k % 2)[k % 2]
        if len(drawn) < size and chance * (count - k) < size - len(drawn):
            drawn.append(k)
    return drawn


def slow(land, start, lr, size, seed, lane=0):
    """Return the points of SGD with mini-batches, step by step in plain Python."""
    x, points = np.array(start), [np.array(start)]
    for step in range(STEPS):
        rows = [land.example_rows[k] for k in batch(seed, lane, step, size, len(land.examples))]
        x = x - lr * np.mean([land.learning.example.gradient(x, row) for row in rows], axis=0)
        points.append(x)
    return np.array(points)


def started(land=LINE, **settings):
    lane = settings.pop("lane", 0)
    run = mc.start(land, "sgd", x0=land.start, seed=3, lane=lane, **{"lr": 0.05, "batch": 7, **settings})
    run.advance(STEPS)
    return run


@pytest.mark.parametrize("name", ["linear-regression", "linear-regression-huber", "tiny-network"])
def test_a_run_is_what_it_says(name):
    land = mc.landscape(name)
    run = started(land)
    np.testing.assert_allclose(run.positions, slow(land, land.start, 0.05, 7, 3), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(run.values, land.value(run.positions), rtol=1e-13)  # of all examples
    assert run.evaluations == STEPS + 1


def test_no_example_is_drawn_twice_and_all_come_as_often():
    counts = np.zeros(50)
    for step in range(400):
        drawn = batch(1, 0, step, 10, 50)
        assert len(drawn) == 10
        counts[drawn] += 1
    assert abs(counts - 80).max() < 5 * np.sqrt(400 * 0.2 * 0.8)


def test_the_same_bits_in_any_pieces_after_a_rewind_and_in_a_look_back():
    run, pieces = started(), started()
    pieces.rewind(13)
    for size in (1, 2, 24):
        pieces.advance(size)
    np.testing.assert_array_equal(run.positions, pieces.positions)
    np.testing.assert_array_equal(run.state_at(21).position, run.positions[21])
    np.testing.assert_array_equal(run.copy().positions, run.positions)


def test_seeds_and_lanes_draw_otherwise():
    ends = {tuple(started(lane=lane).position) for lane in (0, 1, 2)}
    other = mc.start(LINE, "sgd", x0=LINE.start, seed=4, lr=0.05, batch=7)
    other.advance(STEPS)
    assert len(ends | {tuple(other.position)}) == 4


def test_all_examples_at_once_are_plain_descent():
    plain = mc.start(LINE, "gradient-descent", x0=LINE.start, lr=0.05)
    plain.advance(STEPS)
    for size in (50, 999):
        np.testing.assert_allclose(started(batch=size).positions, plain.positions, rtol=1e-12)
    np.testing.assert_array_equal(started(batch=0, noise=0).positions, plain.positions)


def test_decay_and_momentum_come_after_the_draw():
    run = started(weight_decay=0.3, momentum=0.9)
    x, v = np.array(LINE.start), np.zeros(2)
    for step in range(STEPS):
        rows = [LINE.example_rows[k] for k in batch(3, 0, step, 7, 50)]
        g = np.mean([LINE.learning.example.gradient(x, row) for row in rows], axis=0) + 0.3 * x
        v = g if step == 0 else 0.9 * v + g
        x = x - 0.05 * v
    np.testing.assert_allclose(run.position, x, rtol=1e-11)


def test_where_there_are_examples_ten_are_drawn_unless_one_says_otherwise():
    assert mc.method("sgd").resolved(LINE).settings["batch"] == 10
    assert mc.method("sgd", batch=3).resolved(LINE).settings["batch"] == 3
    assert mc.method("sgd", noise=0).resolved(LINE).settings["batch"] == 0
    assert mc.method("sgd").resolved(mc.landscape("himmelblau")).settings["batch"] == 0


def test_where_there_are_none_a_batch_means_nothing():
    land = mc.landscape("himmelblau")
    ours, plain = (
        mc.start(land, "sgd", x0=(1, 1), seed=2, lr=0.001, noise=0.5, batch=size) for size in (5, 0)
    )
    ours.advance(30)
    plain.advance(30)
    np.testing.assert_array_equal(ours.positions, plain.positions)


def test_a_budget_is_kept():
    run = mc.start(LINE, "sgd", x0=LINE.start, lr=0.05, batch=5, budget=12)
    assert run.advance(100) == 11
    assert run.evaluations == 12


def test_a_batch_is_a_whole_number():
    with pytest.raises(mc.SpecificationError, match="whole number"):
        mc.method("sgd", batch=2.5)
    with pytest.raises(mc.SpecificationError, match="must lie from 0"):
        mc.method("sgd", batch=-1)

"""Deflation: hills where minima were found, which guide and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc
from minima_core.methods.insides import Glimpse, said

MINIMA = [(3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)]


@pytest.fixture(scope="module")
def run():
    run = mc.start(mc.landscape("himmelblau"), "deflation,local=nelder-mead", x0=(0, 0), seed=3, budget=2500)
    run.advance(10_000)
    return run


def drawn(run, k):
    """Return a glimpse of a step, and what is drawn of it by name."""
    seen = Glimpse(None, run.state_at(k), run.specification.settings, run.landscape)
    return seen, {each.name: each.of(seen) for each in mc.describe("deflation").insides_drawn}


def test_every_minimum_gets_a_hill(run):
    seen, shown = drawn(run, run.step)
    hills = shown["ends"].points
    assert len(hills) == 4
    for minimum in MINIMA:
        assert np.linalg.norm(hills - minimum, axis=1).min() < 1e-3
    widths = seen.array("hill_widths")[:4]
    assert ((widths >= 0.08) & (widths <= 0.24 + 1e-12)).all()


def test_all_four_are_found_sooner_than_without_memory():
    def descents(method, seed):
        run = mc.start(mc.landscape("himmelblau"), method, seed=seed, budget=4000)
        run.advance(10_000)
        known = set()
        for k, (_, end, value) in enumerate(run.record.ends):
            if value < 1e-8:
                known.add(tuple(np.round(end, 1) + 0.0))
            if len(known) == 4:
                return k + 1
        return len(run.record.ends)

    local = "local=nelder-mead,steps_per_loop=1000,tolerance=1e-9"
    with_memory = np.mean([descents(f"deflation,{local}", seed) for seed in range(12)])
    without = np.mean([descents(f"random-restarts,{local}", seed) for seed in range(12)])
    assert with_memory < without


def test_hills_are_bells_whose_slopes_the_local_method_sees(run):
    _, shown = drawn(run, run.step)
    seen, _ = drawn(run, run.step)
    land, field = run.landscape, shown["field"].at
    centres, heights = seen.array("hill_centres")[:4], seen.array("hill_heights")[:4]
    width = seen.array("hill_widths")[:4, None] * (land.upper - land.lower)
    points = np.random.default_rng(1).uniform(land.lower, land.upper, (50, 2))
    slow = [sum(h * np.exp(-0.5 * (((p - c) / w) ** 2).sum()) for c, h, w in zip(centres, heights, width,
            strict=True)) for p in points]  # fmt: skip
    np.testing.assert_allclose(field(points), slow, rtol=1e-12)


@pytest.mark.parametrize(
    "local", ["gradient-descent(lr=0.003)", "l-bfgs", *({"newton"} & set(mc.method_names()))]
)
def test_a_pushed_descent_is_that_of_the_local_method_on_the_sum(local):
    land = mc.landscape("himmelblau")
    settings = {"local": local, "steps_per_loop": 12, "tolerance": 0.0, "height": 0.5, "width": 0.2}
    run = mc.start(land, "deflation", x0=(1, 1), seed=9, budget=400, **settings)
    run.advance(200)
    first, second = int(run.loops[1]), int(run.loops[2])
    seen, _ = drawn(run, first)
    assert seen.number("pushing")
    centre, height = seen.array("hill_centres")[0].tolist(), float(seen.array("hill_heights")[0])
    bell = f"{height!r} exp(-((x-({centre[0]!r}))^2 + (y-({centre[1]!r}))^2) / (2*{(0.2 * 12) ** 2!r}))"
    both = mc.formula(f"(x^2+y-11)^2 + (x+y^2-7)^2 + {bell}", land.lower, land.upper)
    assert (land.upper - land.lower == 12).all()
    alone = mc.start(both, local, x0=run.positions[first])
    pushed = next(k for k in range(first, second) if not drawn(run, k)[0].number("pushing")) - first
    alone.advance(pushed - 1)
    np.testing.assert_allclose(
        run.positions[first : first + pushed], alone.positions[:pushed], rtol=1e-9, atol=1e-9
    )
    np.testing.assert_array_equal(run.values, land.value(run.positions))


def test_a_step_is_told_with_the_numbers_of_the_run(run):
    tell, kinds = mc.describe("deflation").narrate, set()
    for k in map(int, run.loops[1:]):
        seen, _ = drawn(run, k)
        stages = [stage.sentence for stage in tell(seen)]
        assert f"f = {said(run.values[k - 1])}" in stages[0]
        assert f"f = {said(run.values[k])}" in stages[-1]
        hill = int(seen.number("last_hill"))
        assert f"{said(seen.array('hill_heights')[hill])} high" in stages[1]
        kinds.add(stages[1].split(":")[0].split(",")[0])
        if seen.number("pushing"):
            added = drawn(run, k)[1]["field"].at(run.positions[[k]])[0]
            assert seen.number("push") == pytest.approx(added, rel=1e-12)
    assert kinds == {"That is a new end", "That end is known"}
    seen, shown = drawn(run, int(run.loops[3]) + 5)
    assert any("pushed" in stage.sentence for stage in tell(seen))
    np.testing.assert_array_equal(shown["push"].tail, seen.now.position)
    hills = shown["field"].at
    tip = shown["push"].tail + 1e-3 * (shown["push"].tip - shown["push"].tail)
    assert hills(tip[None])[0] < hills(shown["push"].tail[None])[0]


def test_without_height_it_is_plain_restarts():
    land = mc.landscape("himmelblau")
    run = mc.start(land, "deflation,local=nelder-mead,height=0", x0=(0, 0), seed=1, budget=1500)
    run.advance(5000)
    assert not any(run.state_at(int(k)).insides["pushing"] for k in run.loops)


def test_it_may_begin_on_the_slope_of_the_last_hill():
    land = mc.landscape("rastrigin")
    run = mc.start(land, "deflation,local=nelder-mead,begin=here", x0=land.start, seed=1, budget=1500)
    run.advance(5000)
    for k in map(int, run.loops[1:]):
        now = run.state_at(k).insides
        hill = int(now["last_hill"])
        shares = (run.positions[k] - now["hill_centres"][hill]) / (land.upper - land.lower)
        assert np.linalg.norm(shares) <= now["hill_widths"][hill] * (1 + 1e-9)

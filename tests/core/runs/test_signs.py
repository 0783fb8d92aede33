"""Early signs: what one sees while a run is under way, from runs that are known to do it."""

from __future__ import annotations

import pytest

import minima_core as mc


def seen(land, method, x0, steps, **more):
    run = mc.start(mc.landscape(land), method, x0=x0, **more)
    run.advance(steps)
    return {each.name: each for each in mc.signs(run)}


def test_steps_that_jump_from_wall_to_wall():
    jumps = seen("parabola", "gradient-descent,lr=1", (-1.0,), 100)
    assert jumps["jumps"].sentence == "the steps jump from wall to wall"
    assert jumps["jumps"].numbers["turns"] == 1.0
    assert jumps["stalled"].sentence == "the loss has not fallen for 100 steps"
    assert "jumps" not in seen("parabola", "gradient-descent,lr=0.9", (-1.0,), 100), "the swings die out"


def test_swings_that_grow_are_seen_before_the_run_is_gone():
    land = mc.landscape("booth")
    run = mc.start(land, "gradient-descent,lr=0.114", x0=(1.1, 3.1))
    run.advance(60)
    assert land.inside(run.position)
    assert [each.name for each in mc.signs(run) if each.name != "stalled"] == ["grows"]


def test_a_loss_that_falls_has_no_signs():
    assert seen("himmelblau", "adam,lr=0.05", (0.0, 0.0), 30) == {}
    assert seen("himmelblau", "adam,lr=0.05", (0.0, 0.0), 0) == {}


def test_creeping_and_standing_still():
    creeps = seen("parabola", "gradient-descent,lr=1e-6", (-1.0,), 100)["creeps"]
    assert creeps.numbers["pace"] == pytest.approx(4e-6 / 6.0, rel=1e-3)
    assert "still" in seen("cubic", "gradient-descent,lr=0.1", (0.0,), 100)


def test_noise_that_moves_the_loss():
    noisy = seen("two-wells", "sgd,lr=0.1,noise=0.5", (1.5, 1.0), 400)
    assert noisy["fluctuates"].numbers["fluctuation"] > 0.0
    assert "jumps" not in noisy


def test_populations_that_collapse_and_loops_that_end_alike():
    narrow = seen("rastrigin", "cma-es,restarts=none,sigma0=0.02", (3.1, 3.1), 300)
    assert narrow["collapsed"].numbers["width"] < 0.01
    loops = seen("convex-bowl", "random-restarts,local=bfgs,steps_per_loop=20", (2.0, 2.0), 200)
    assert loops["same-valley"].sentence == "the last 5 loops ended in the same valley"


def test_outside_is_seen():
    assert "outside" in seen("endless-slope", "adam,lr=0.2", (5.0,), 60)


def test_a_callable_is_not_asked_for_signs():
    calls = []

    def f(p):
        calls.append(p)
        return float(p @ p)

    run = mc.start(mc.objective(f, (-2, -2), (2, 2)), "gradient-descent,lr=1", x0=(1.0, 1.0))
    run.advance(60)
    asked = len(calls)
    assert [each.name for each in mc.signs(run)] == ["stalled", "jumps"] or run.step < 100
    assert len(calls) == asked

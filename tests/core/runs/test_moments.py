"""Moments: a step of a run and the one before it, exactly, whoever asks for them in which order."""

from __future__ import annotations

import numpy as np

from minima_core.landscapes import landscape
from minima_core.runs import start


def test_a_step_and_the_one_before_it_are_those_of_the_run_in_any_order() -> None:
    run = start(landscape("himmelblau"), "adam", x0=(-3, 3), lr=0.05)
    run.advance(120)
    run.go_on("momentum")
    run.advance(80)
    for step in (40, 41, 42, 60, 59, 119, 121, 200, 1):
        before, now = run.moments_at(step)
        assert before is not None
        for found, wanted in ((before, run.state_at(step - 1)), (now, run.state_at(step))):
            assert found.step == wanted.step
            assert found.position.tobytes() == wanted.position.tobytes()
            assert found.insides.keys() == wanted.insides.keys()
            assert all(np.array_equal(found.insides[k], wanted.insides[k]) for k in wanted.insides)
    assert run.moments_at(0)[0] is None
    assert run.moments_at(120)[0] is None  # another method began there


def test_moments_know_their_loop_and_a_momentum_that_is_cycled() -> None:
    land = landscape("himmelblau")
    run = start(land, "random-restarts,steps_per_loop=20", x0=(-3, 3))
    run.advance(60)
    before, now = run.moments_at(21)
    assert before is not None
    assert (before.loop, now.loop) == (0, 1)
    cycled = start(land, "momentum,schedule=one-cycle(total_steps=100)", x0=(-3, 3))
    cycled.advance(50)
    momenta = [cycled.state_at(step).insides["momentum"] for step in (1, 10, 25)]
    assert momenta == sorted(momenta, reverse=True)

"""The border: free as PyTorch has it, clipped, and reflecting, where a ball with a velocity bounces."""

from __future__ import annotations

import numpy as np
import pytest

import minima_core as mc

LOW, HIGH = np.array([-1.0, -2.0]), np.array([1.0, 2.0])


def bouncing_ball(x, v, slope, lr, mu, steps):
    """Move a ball with momentum on a tilted plane between four cushions, as slowly as can be read."""
    way, started = [x.copy()], False
    for _ in range(steps):
        v = mu * v + slope if started else slope.copy()
        started = True
        x = x - lr * v
        for i in range(len(x)):
            while not LOW[i] <= x[i] <= HIGH[i]:
                x[i] = 2.0 * (LOW[i] if x[i] < LOW[i] else HIGH[i]) - x[i]
                v[i] = -v[i]
        way.append(x.copy())
    return np.array(way)


@pytest.mark.parametrize("lr", [0.05, 0.4, 3.0])
def test_a_ball_bounces_at_a_reflecting_border(lr):
    land = mc.formula("x - 0.3 y", LOW, HIGH)
    run = mc.start(land, "momentum", x0=(0.2, 0.1), border="reflect", lr=lr, momentum=0.95)
    run.advance(60)
    expected = bouncing_ball(np.array([0.2, 0.1]), np.zeros(2), np.array([1.0, -0.3]), lr, 0.95, 60)
    np.testing.assert_allclose(run.positions, expected, atol=1e-9)


@pytest.mark.parametrize("name", ["gradient-descent", "sgd", "momentum", "nesterov", "rmsprop", "adam"])
@pytest.mark.parametrize("border", ["clip", "reflect"])
def test_every_method_stays_in_the_box(name, border):
    land = mc.formula("x + 2 y", LOW, HIGH)
    run = mc.start(land, name, x0=(0.2, 0.1), border=border, lr=0.7)
    run.advance(300)
    assert (run.positions >= LOW).all()
    assert (run.positions <= HIGH).all()
    again = mc.start(land, name, x0=(0.2, 0.1), border=border, lr=0.7)
    again.advance(300)
    again.rewind(40)
    again.advance(260)
    np.testing.assert_array_equal(again.positions, run.positions)

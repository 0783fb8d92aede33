"""Momentum (the heavy ball): v ← μ v + (1 − τ) ∇f(x), x ← x − η v.

The velocity sums all earlier gradients, each fading by μ a step. PyTorch's SGD with momentum; the first
velocity is the first gradient.

References
----------
B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", USSR Comp. Math. 4(5), 1964.
"""

from __future__ import annotations

from typing import Any

from minima_core.methods.gradient import heavy_ball, rates
from minima_core.methods.gradient.common_insides import drawn_by, told_by
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.specification import Method

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply v ← μ v + (1 − τ) g (the first time v ← g); x ← x − η v."""
    lr, mu, tau = s.lr, s.momentum, s.dampening
    v = state[0]
    first = scalars[0] == 0.0
    scalars[0] = 1.0
    for i in range(n):
        v[i] = g[i] if first or mu == 0.0 else normal(mu * v[i] + (1.0 - tau) * g[i])
        x[i] -= lr * v[i]


SETTINGS = with_common(heavy_ball.momentum(0.9), heavy_ball.dampening())

METHOD = Method(
    name="momentum",
    title="Momentum",
    short="rolls downhill with inertia",
    sentence="A ball with weight: it keeps part of its velocity, runs through dips and swings in valleys.",
    reference="B. T. Polyak, USSR Comp. Math. 4(5), 1964",
    group="usual",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("momentum", update, SETTINGS),
    state=("velocity",),
    velocity="velocity",
    scalars=(("started", 0.0),),
    auto=rates.descent,
    insides_drawn=drawn_by(heavy_ball.terms, velocity=True),
    narrate=told_by(heavy_ball.terms),
)

"""Nesterov's accelerated gradient: v ← μ v + ∇f(x), x ← x − η (∇f(x) + μ v).

The form of PyTorch's SGD with ``nesterov=True``: the gradient is taken where the run stands, and the step
looks ahead along the new velocity.

References
----------
Yu. Nesterov, Soviet Math. Doklady 27, 1983; I. Sutskever et al., "On the importance of initialization and
momentum in deep learning", ICML 2013.
"""

from __future__ import annotations

from typing import Any

from minima_core.methods.gradient import heavy_ball, rates
from minima_core.methods.gradient.common_insides import Terms, drawn_by, told_by
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import Method

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply v ← μ v + g (the first time v ← g); x ← x − η (g + μ v)."""
    lr, mu = s.lr, s.momentum
    v = state[0]
    first = scalars[0] == 0.0
    scalars[0] = 1.0
    for i in range(n):
        v[i] = g[i] if first else normal(mu * v[i] + g[i])
        x[i] -= lr * (g[i] + mu * v[i])


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: the look ahead along the velocity, and the slope."""
    return heavy_ball.terms(glimpse, nesterov=True)


SETTINGS = with_common(heavy_ball.momentum(0.9))

METHOD = Method(
    name="nesterov",
    title="Nesterov",
    short="inertia that looks ahead",
    sentence="Momentum that corrects itself with the slope ahead, and so swings less than the heavy ball.",
    reference="Yu. Nesterov, Soviet Math. Doklady 27, 1983",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("nesterov", update, SETTINGS),
    state=("velocity",),
    velocity="velocity",
    scalars=(("started", 0.0),),
    auto=rates.descent,
    insides_drawn=drawn_by(terms, velocity=True),
    narrate=told_by(terms),
)

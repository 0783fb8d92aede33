"""Stochastic gradient descent: descent along a gradient that is known only with noise.

    g ← ∇f(x) + σ s ξ / √n, with ξ standard normal in each of the n coordinates
    v ← μ v + (1 − τ) g (the first time v ← g)
    x ← x − η v, or x ← x − η (g + μ v) with Nesterov's look ahead

The noise imitates that of mini-batches: s is the landscape's typical slope, so that `noise` (σ) means the
same everywhere. The rule is that of PyTorch's SGD, with momentum μ, dampening τ and Nesterov's look ahead;
without momentum v is g.

References
----------
H. Robbins, S. Monro, "A stochastic approximation method", Ann. Math. Statist. 22(3), 1951.
"""

from __future__ import annotations

from minima_core.methods import heavy_ball, rates
from minima_core.methods.rule import loop, with_common
from minima_core.methods.specification import Method, Setting

__all__ = ["METHOD"]

SETTINGS = with_common(
    heavy_ball.momentum(0.0),
    heavy_ball.dampening(),
    Setting(
        "nesterov",
        "N",
        "Whether the step looks ahead along the velocity (needs a momentum).",
        False,
        scale="switch",
    ),
    noise=0.5,
)

METHOD = Method(
    name="sgd",
    title="Stochastic gradient descent",
    short="rolls downhill, jostled by noise",
    sentence="Gradient descent with a noisy slope: it trembles, and may be shaken out of a shallow well.",
    reference="H. Robbins, S. Monro, Ann. Math. Statist. 22(3), 1951",
    group="more",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("sgd", heavy_ball.update, SETTINGS),
    state=("velocity",),
    velocity="velocity",
    scalars=(("started", 0.0),),
    auto=rates.descent,
    check=heavy_ball.wrong,
)

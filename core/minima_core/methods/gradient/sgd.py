"""Stochastic gradient descent: descent along a gradient that is known only with noise.

    g ← ∇f(x) + σ s ξ / √n, with ξ standard normal in each of the n coordinates
    v ← μ v + (1 − τ) g (the first time v ← g)
    x ← x − η v, or x ← x − η (g + μ v) with Nesterov's look ahead

On a landscape of learning g is the mean gradient of `batch` (B) examples, drawn anew at each step, no example
twice in one batch, and no noise is added: the draw is the noise. Everywhere else, and with B = 0, noise
imitates that of mini-batches: s is the landscape's typical slope, so that `noise` (σ) means the same
everywhere. The loss that is recorded is always that of all examples; a step counts as the one evaluation that
this takes, and the B gradients of single examples, B/m of another one, are not counted.

The rule is that of PyTorch's SGD, with momentum μ, dampening τ and Nesterov's look ahead; without momentum v
is g.

References
----------
H. Robbins, S. Monro, "A stochastic approximation method", Ann. Math. Statist. 22(3), 1951.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from minima_core.methods.gradient import heavy_ball, rates
from minima_core.methods.gradient.common_insides import believed, drawn_by, told_by
from minima_core.methods.gradient.rule import loop, with_common
from minima_core.methods.specification import AUTO, Method, Setting, Value

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

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
    Setting(
        "batch",
        "B",
        "How many examples each step draws, where a landscape has some; 0: all, with noise to imitate.",
        AUTO, 0, 10_000, "integer", span=(0, 50),
    ),
    noise=0.5,
)  # fmt: skip

BATCH = 10


def usual(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate that fits the landscape, and ten examples a step where there are examples.

    Who sets the noise to 0 wants nothing left to chance: then it is all of them.
    """
    drawn = land.examples is not None and settings["noise"] != 0.0
    return {**rates.descent(land, settings), "batch": BATCH if drawn else 0}


METHOD = Method(
    name="sgd",
    title="Stochastic gradient descent",
    short="rolls downhill, jostled by noise",
    sentence="Gradient descent with a noisy slope: it trembles, and may be shaken out of a shallow well.",
    reference="H. Robbins, S. Monro, Ann. Math. Statist. 22(3), 1951",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("sgd", heavy_ball.update, SETTINGS),
    state=("velocity",),
    velocity="velocity",
    scalars=(("started", 0.0),),
    auto=usual,
    insides_drawn=(*drawn_by(heavy_ball.terms, velocity=True), believed(heavy_ball.terms)),
    narrate=told_by(heavy_ball.terms),
    check=heavy_ball.wrong,
)

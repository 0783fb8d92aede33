"""RMSprop: each coordinate's step is divided by the recent size of its gradient.

    v ← α v + (1 − α) g²
    ḡ ← α ḡ + (1 − α) g, and σ = √(v − ḡ²) if centered, else σ = √v
    b ← μ b + g / (σ + ε), x ← x − η b

As PyTorch's RMSprop, whose names the settings have.

References
----------
T. Tieleman, G. Hinton, "Lecture 6.5: RMSprop", Coursera, 2012; A. Graves, arXiv:1308.0850, 2013 (centered).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.methods import heavy_ball, rates
from minima_core.methods.rule import loop, normal, with_common
from minima_core.methods.specification import Method, Setting

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.RMSprop's rule; μ = 0 keeps no velocity."""
    lr, alpha, eps, mu, centered = s.lr, s.alpha, s.eps, s.momentum, s.centered != 0.0
    v, mean, b = state[0], state[1], state[2]
    for i in range(n):
        v[i] = normal(alpha * v[i] + (1.0 - alpha) * g[i] * g[i])
        square = v[i]
        if centered:
            mean[i] = normal(mean[i] + (1.0 - alpha) * (g[i] - mean[i]))
            square = max(square - mean[i] * mean[i], 0.0)  # rounding may take it below 0
        sigma = math.sqrt(square) + eps
        if mu > 0.0:
            b[i] = normal(mu * b[i] + g[i] / sigma)
            x[i] -= lr * b[i]
        else:
            x[i] -= lr * g[i] / sigma


SETTINGS = with_common(
    Setting(
        "alpha",
        "α",
        "How long the average of squared gradients remembers: closer to 1 is longer.",
        0.99, 0.0, 1.0, span=(0.8, 0.999),
    ),
    Setting(
        "eps",
        "ε",
        "A small number that keeps the division from failing where the gradient vanishes.",
        1e-8, 0.0, 1e3, "log", span=(1e-12, 1e-1),
    ),
    heavy_ball.momentum(0.0),
    Setting(
        "centered",
        "C",
        "Whether the gradient’s mean is taken off its square: its spread counts, not its size.",
        False,
        scale="switch",
    ),
    clip=0.0,
)  # fmt: skip

METHOD = Method(
    name="rmsprop",
    title="RMSprop",
    short="evens out steep and flat directions",
    sentence="Divides each step by how steep it has been lately, so steep and flat directions move alike.",
    reference="T. Tieleman, G. Hinton, Coursera lecture 6.5, 2012",
    group="usual",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("rmsprop", update, SETTINGS),
    state=("square_average", "gradient_average", "velocity"),
    velocity="velocity",
    auto=rates.adaptive,
)

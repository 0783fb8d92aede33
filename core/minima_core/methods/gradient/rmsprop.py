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

import numpy as np

from minima_core.methods.gradient import heavy_ball, rates
from minima_core.methods.gradient.common_insides import (
    Terms,
    drawn_by,
    from_average,
    from_move,
    learning_rate,
    momentum_of,
    remembered,
    rescaled,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse, Stage, said, said_point
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


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: what is kept of b, and the slope divided by σ + ε."""
    rate, mu = learning_rate(glimpse), momentum_of(glimpse)
    square = glimpse.array("square_average")
    if glimpse.settings["centered"]:
        square = np.maximum(square - glimpse.array("gradient_average") ** 2, 0.0)
    sigma = np.sqrt(square) + glimpse.setting("eps")
    old = remembered(glimpse, "velocity")
    kept = rate * mu * old
    if mu > 0.0:
        g = seen(glimpse, lambda: from_average(glimpse, "velocity", mu, 1.0) * sigma)
    else:
        g = seen(glimpse, lambda: from_move(glimpse, rate / sigma))
    words = [
        Stage(
            f"Each coordinate is divided by how large its slope has been lately, σ + ε = "
            f"{said_point(sigma)}, which leaves the rates {said_point(rate / sigma)}.",
            ("scales",),
        )
    ]
    if mu > 0.0:
        words.append(
            Stage(
                f"Of the velocity {said_point(old)} the share μ = {said(mu)} is kept: it becomes "
                f"b = {said_point(mu * old + g / sigma)}.",
                ("velocity", "pull-of-slope"),
            )
        )
    return rescaled(glimpse, g, rate / sigma, kept=kept).telling(*words)


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
    insides_drawn=drawn_by(terms, velocity=True, scales=True),
    narrate=told_by(terms),
)

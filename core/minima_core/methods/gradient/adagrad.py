"""Adagrad: each coordinate's step is divided by the size of all its gradients so far.

    v ← v + g²
    x ← x − ηₜ g / (√v + ε),   ηₜ = η / (1 + (t − 1) λ)

Steep coordinates slow down sooner than flat ones, and nothing ever speeds up again: the first step is η long,
and under gradients that stay alike the t-th is η/√t. As PyTorch's Adagrad, whose names the settings have.

References
----------
J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic
optimization", J. Mach. Learn. Res. 12, 2011, figure 1 (diagonal).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.landscapes.landscape import Landscape
from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import (
    Terms,
    drawn_by,
    from_move,
    learning_rate,
    rescaled,
    scalar_before,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import loop, with_common
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Adagrad's rule; scalars[0] is t − 1."""
    eps = s.eps
    v = state[0]
    if scalars[0] == 0.0:
        for i in range(n):
            v[i] = s.initial_accumulator_value
    rate = s.lr / (1.0 + scalars[0] * s.lr_decay)
    scalars[0] += 1.0
    for i in range(n):
        v[i] += g[i] * g[i]
        x[i] -= rate * g[i] / (math.sqrt(v[i]) + eps)


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: the slope, with each coordinate divided by √v + ε."""
    rate = learning_rate(glimpse) / (1.0 + scalar_before(glimpse, "steps") * glimpse.setting("lr_decay"))
    v = glimpse.array("square_sum")
    effective = rate / (np.sqrt(v) + glimpse.setting("eps"))
    g = seen(glimpse, lambda: from_move(glimpse, effective))
    slower = "" if glimpse.setting("lr_decay") == 0.0 else f", at the rate ηₜ = {said(rate)},"
    words = Stage(
        f"The squares of all gradients so far add up to v = {said_point(v)}; divided by its root{slower} the "
        f"coordinates have the rates {said_point(effective)}.",
        ("scales",),
    )
    return rescaled(glimpse, g, effective).telling(words)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate: steps shrink from the first one on, so it is long, a twentieth of the box."""
    return rates.share(land, 0.05)


SETTINGS = with_common(
    Setting(
        "lr_decay",
        "δ",
        "How fast the learning rate falls by itself: after t steps it is divided by 1 + t times this.",
        0.0, 0.0, 1e3, "log", span=(1e-5, 1.0),
    ),
    Setting(
        "initial_accumulator_value",
        "v₀",
        "What the sum of squared gradients begins with: more of it makes the first steps shorter.",
        0.0, 0.0, 1e12, "log", span=(1e-4, 1e4),
    ),
    adam.epsilon(1e-10),
    clip=0.0,
)  # fmt: skip

METHOD = Method(
    name="adagrad",
    title="Adagrad",
    short="slows down where it has climbed most",
    sentence="Every slope it meets shortens the later steps along that coordinate: bold first, then careful.",
    reference="J. Duchi, E. Hazan, Y. Singer, J. Mach. Learn. Res. 12, 2011",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("adagrad", update, SETTINGS),
    state=("square_sum",),
    scalars=(("steps", 0.0),),
    auto=auto,
    insides_drawn=drawn_by(terms, scales=True),
    narrate=told_by(terms),
)

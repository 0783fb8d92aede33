"""Adadelta: steps in the point's own unit, as long as the steps before them.

    v ← ρ v + (1 − ρ) g²
    Δ = √(u + ε) / √(v + ε) · g
    u ← ρ u + (1 − ρ) Δ²
    x ← x − η Δ

The size of recent steps over the size of recent gradients takes the place of a learning rate; ε starts it
off, and η = 1 is the paper's. As PyTorch's Adadelta, whose names the settings have.

References
----------
M. D. Zeiler, "ADADELTA: An adaptive learning rate method", arXiv:1212.5701, 2012, algorithm 1.
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
    remembered,
    rescaled,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse, Stage, said_point
from minima_core.methods.specification import Method, Setting, Value

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Adadelta's rule."""
    lr, rho, eps = s.lr, s.rho, s.eps
    v, u = state[0], state[1]
    for i in range(n):
        v[i] = normal(rho * v[i] + (1.0 - rho) * g[i] * g[i])
        delta = math.sqrt(u[i] + eps) / math.sqrt(v[i] + eps) * g[i]
        u[i] = normal(rho * u[i] + (1.0 - rho) * delta * delta)
        x[i] -= lr * delta


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: the slope times √(u + ε) / √(v + ε)."""
    eps, v, u = glimpse.setting("eps"), glimpse.array("square_average"), remembered(glimpse, "step_average")
    effective = learning_rate(glimpse) * (np.sqrt(u + eps) / np.sqrt(v + eps))
    g = seen(glimpse, lambda: from_move(glimpse, effective))
    words = Stage(
        f"Recent steps have the size √(u + ε) = {said_point(np.sqrt(u + eps))} and recent slopes "
        f"√(v + ε) = {said_point(np.sqrt(v + eps))}: their ratio gives the rates {said_point(effective)}.",
        ("scales",),
    )
    return rescaled(glimpse, g, effective).telling(words)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the factor of the steps: they begin with √ε, which knows nothing of the size of the box."""
    return rates.share(land, 1.0)


SETTINGS = with_common(
    Setting(
        "rho",
        "ρ",
        "How long the averages of squared gradients and steps remember: closer to 1 is longer.",
        0.9, 0.0, 1.0, span=(0.5, 0.999),
    ),
    adam.epsilon(1e-6),
    clip=0.0,
)  # fmt: skip

METHOD = Method(
    name="adadelta",
    title="Adadelta",
    short="finds its own pace, starting slowly",
    sentence="Steps are as long as the steps before them: it begins at a crawl and finds its pace by itself.",
    reference="M. D. Zeiler, arXiv:1212.5701, 2012",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("adadelta", update, SETTINGS),
    state=("square_average", "step_average"),
    auto=auto,
    insides_drawn=drawn_by(terms, scales=True),
    narrate=told_by(terms),
)

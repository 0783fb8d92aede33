"""Gradient descent: x ← x − η ∇f(x).

References
----------
A.-L. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", Comptes rendus 25,
1847.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from minima_core.methods.gradient import rates
from minima_core.methods.gradient.common_insides import (
    Terms,
    drawn_by,
    from_move,
    learning_rate,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import loop, with_common
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import Method

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply x ← x − η g."""
    lr = s.lr
    for i in range(n):
        x[i] -= lr * g[i]


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: the slope, times the rate."""
    rate = learning_rate(glimpse)
    g = seen(glimpse, lambda: from_move(glimpse, rate))
    nothing = np.zeros_like(g)
    return Terms(g, rate, rate * g, nothing, nothing)


SETTINGS = with_common()

METHOD = Method(
    name="gradient-descent",
    title="Gradient descent",
    short="rolls straight downhill",
    sentence="Each step goes downhill, in proportion to the slope; where the slope ends, it stops.",
    reference="A.-L. Cauchy, Comptes rendus 25, 1847",
    group="usual",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("gradient_descent", update, SETTINGS),
    auto=rates.descent,
    insides_drawn=drawn_by(terms),
    narrate=told_by(terms),
)

"""Adamax: Adam, with the largest recent gradient in place of the root of their mean square.

    m ← β₁ m + (1 − β₁) g
    u ← max(β₂ u, |g| + ε)
    x ← x − η / (1 − β₁ᵗ) · m / u

The limit p → ∞ of Adam with p-th powers. As PyTorch's Adamax, whose names the settings have: its ε stands
beside |g|, so that the division cannot fail.

References
----------
D. P. Kingma, J. Ba, "Adam: A method for stochastic optimization", ICLR 2015, section 7.1, algorithm 2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import Terms, drawn_by, learning_rate, told_by
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import Method

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Adamax's rule; scalars[0] is 1 − β₁ᵗ."""
    beta1, beta2, eps = s.beta1, s.beta2, s.eps
    m, u = state[0], state[1]
    scalars[0] = beta1 * scalars[0] + (1.0 - beta1)
    rate = s.lr / scalars[0]
    for i in range(n):
        m[i] = normal(beta1 * m[i] + (1.0 - beta1) * g[i])
        u[i] = normal(max(beta2 * u[i], math.fabs(g[i]) + eps))
        if u[i] > 0.0:  # with ε = 0 on level ground there is nothing to divide, and nowhere to go
            x[i] -= rate * m[i] / u[i]


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: m̂, with each coordinate divided by its largest recent slope."""
    rate, first, u = learning_rate(glimpse), adam.correction(glimpse), glimpse.array("largest")
    sizes = np.where(u > 0.0, u, np.inf)
    made = adam.averaged(glimpse, rate / (first * sizes))
    return made.telling(
        adam.mean_words(glimpse, first), adam.size_words(rate / sizes, u, "the largest slope, u")
    )


SETTINGS = with_common(*adam.betas(), adam.epsilon(), clip=0.0)

METHOD = Method(
    name="adamax",
    title="Adamax",
    short="Adam, measured by the largest recent slope",
    sentence="Adam that divides by the largest recent slope, not by their mean: one steep place calms it.",
    reference="D. P. Kingma, J. Ba, ICLR 2015, section 7.1",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("adamax", update, SETTINGS, corrected=True),
    state=("mean", "largest"),
    velocity="mean",
    scalars=(("correction1", 0.0),),
    auto=rates.adaptive,
    insides_drawn=drawn_by(terms, velocity=True, scales=True),
    narrate=told_by(terms),
)

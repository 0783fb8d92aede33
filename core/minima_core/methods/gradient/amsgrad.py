"""AMSGrad: Adam whose steps never grow again, because the size of the gradient is remembered at its largest.

    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    v̂ ← max(v̂, v)
    x ← x − η m̂ / (√(v̂/c₂) + ε),   m̂ = m/c₁,  c₁ = 1 − β₁ᵗ,  c₂ = 1 − β₂ᵗ

Adam forgets a rare steep slope and may walk past what it told; this does not. As PyTorch's Adam with
``amsgrad=True``, which corrects both averages for their start at zero, as the paper does not.

References
----------
S. J. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", ICLR 2018, algorithm 2.
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import Terms, drawn_by, told_by
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import Method

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Adam's rule with amsgrad; the scalars are c₁ and c₂, as in `adam`."""
    lr, beta1, beta2, eps = s.lr, s.beta1, s.beta2, s.eps
    m, v, largest = state[0], state[1], state[2]
    scalars[0] = beta1 * scalars[0] + (1.0 - beta1)
    scalars[1] = beta2 * scalars[1] + (1.0 - beta2)
    root = math.sqrt(scalars[1])
    rate = lr * root / scalars[0]
    small = eps * root
    for i in range(n):
        m[i] = normal(beta1 * m[i] + (1.0 - beta1) * g[i])
        v[i] = normal(beta2 * v[i] + (1.0 - beta2) * g[i] * g[i])
        largest[i] = max(largest[i], v[i])
        x[i] -= rate * m[i] / (math.sqrt(largest[i]) + small)


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: m̂, divided by the largest √v̂ so far."""
    return adam.terms(glimpse, largest=True)


SETTINGS = with_common(*adam.betas(), adam.epsilon(), clip=0.0)

METHOD = Method(
    name="amsgrad",
    title="AMSGrad",
    short="Adam that never forgets the steepest slope",
    sentence="Adam with a long memory: the steepest slope it has met keeps its later steps short.",
    reference="S. J. Reddi, S. Kale, S. Kumar, ICLR 2018",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("amsgrad", update, SETTINGS, corrected=True),
    state=("mean", "square_average", "largest_square"),
    velocity="mean",
    scalars=(("correction1", 0.0), ("correction2", 0.0)),
    auto=rates.adaptive,
    insides_drawn=drawn_by(terms, velocity=True, scales=True),
    narrate=told_by(terms),
)

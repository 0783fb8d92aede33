"""AdamW: Adam, with a weight decay of its own that the size of the gradient does not divide.

    x ← x − η λ x
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    x ← x − η m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

In Adam λx is added to the gradient, and so divided by √v̂ like the rest: where slopes are steep, it hardly
pulls. Here it pulls everywhere alike. As PyTorch's AdamW, whose names and defaults the settings have; with
``amsgrad`` v̂ never falls.

References
----------
I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", ICLR 2019, algorithm 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import Terms, drawn_by, told_by
from minima_core.methods.gradient.rule import loop, normal, uncoupled, with_common
from minima_core.methods.insides import Glimpse
from minima_core.methods.specification import Method, Value

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.AdamW's rule; the scalars are 1 − β₁ᵗ and 1 − β₂ᵗ, as in `adam`."""
    lr, beta1, beta2, eps, amsgrad = s.lr, s.beta1, s.beta2, s.eps, s.amsgrad != 0.0
    m, v, largest = state[0], state[1], state[2]
    kept = 1.0 - lr * s.weight_decay
    scalars[0] = beta1 * scalars[0] + (1.0 - beta1)
    scalars[1] = beta2 * scalars[1] + (1.0 - beta2)
    root = math.sqrt(scalars[1])
    rate = lr * root / scalars[0]
    small = eps * root
    for i in range(n):
        m[i] = normal(beta1 * m[i] + (1.0 - beta1) * g[i])
        v[i] = normal(beta2 * v[i] + (1.0 - beta2) * g[i] * g[i])
        square = v[i]
        if amsgrad:
            largest[i] = max(largest[i], square)
            square = largest[i]
        x[i] = kept * x[i] - rate * m[i] / (math.sqrt(square) + small)


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: Adam's, and a pull of the point itself."""
    return adam.terms(glimpse, coupled=False)


def usual(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return Adam's usual rate, at most half of that at which the pull alone overshoots the origin."""
    rate = rates.adaptive(land, settings)
    decay = settings.get("weight_decay", 0.0)
    if isinstance(decay, int | float) and decay > 0.0:
        return {"lr": min(float(rate["lr"]), 0.5 / decay)}  # type: ignore[arg-type]
    return rate


SETTINGS = with_common(*adam.betas(), adam.epsilon(), adam.amsgrad(), clip=0.0, pull=0.01)

METHOD = Method(
    name="adamw",
    title="AdamW",
    short="Adam with a pull to the origin",
    sentence="Adam with a steady pull to the origin; its weight decay λ set to 0, it is Adam itself.",
    reference="I. Loshchilov, F. Hutter, ICLR 2019",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("adamw", update, SETTINGS, uncoupled, corrected=True),
    state=("mean", "square_average", "largest_square"),
    velocity="mean",
    scalars=(("correction1", 0.0), ("correction2", 0.0)),
    auto=usual,
    insides_drawn=drawn_by(terms, velocity=True, scales=True, pull=True),
    narrate=told_by(terms),
)

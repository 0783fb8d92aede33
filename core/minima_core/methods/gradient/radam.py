"""RAdam: Adam that trusts its measure of the slope only as far as it has seen enough of it.

    m ← β₁ m + (1 − β₁) g,      m̂ = m / (1 − β₁ᵗ)
    v ← β₂ v + (1 − β₂) g²
    ρ∞ = 2/(1 − β₂) − 1,        ρₜ = ρ∞ − 2 t β₂ᵗ / (1 − β₂ᵗ)
    if ρₜ > 5:  r = √[(ρₜ − 4)(ρₜ − 2) ρ∞ / ((ρ∞ − 4)(ρ∞ − 2) ρₜ)]
                x ← x − η r m̂ √(1 − β₂ᵗ) / (√v + ε)
    otherwise:  x ← x − η m̂

ρₜ is how many gradients the average is worth. While there are few (five steps at β₂ = 0.999) it is momentum
without division, in the unit of the slope; then the division fades in. As PyTorch's RAdam, whose names the
settings have; with ``decoupled_weight_decay`` the decay is AdamW's.

References
----------
L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020, algorithm 2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.landscapes.landscape import Landscape
from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import Terms, drawn_by, learning_rate, told_by
from minima_core.methods.gradient.rule import decoupled, loop, normal, uncoupled_if_asked, with_common
from minima_core.methods.insides import Glimpse, Stage, said
from minima_core.methods.specification import Method, Value

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.RAdam's rule; the scalars are 1 − β₁ᵗ and t.

    β₂ᵗ is a power, not a running product: ρₜ is a small difference of large numbers, in which the two differ.
    """
    lr, beta1, beta2, eps = s.lr, s.beta1, s.beta2, s.eps
    m, v = state[0], state[1]
    scalars[0] = beta1 * scalars[0] + (1.0 - beta1)
    scalars[1] += 1.0
    t = scalars[1]
    power = normal(math.pow(beta2, t))
    correction2 = 1.0 - power
    most = 2.0 / (1.0 - beta2) - 1.0
    worth = most - 2.0 * t * power / correction2
    divides = worth > 5.0
    rate = lr / scalars[0]
    if divides:
        share = (worth - 4.0) * (worth - 2.0) * most / ((most - 4.0) * (most - 2.0) * worth)
        rate *= math.sqrt(correction2) * math.sqrt(share)
    kept = 1.0 - lr * s.weight_decay if s.decoupled_weight_decay != 0.0 else 1.0
    for i in range(n):
        m[i] = normal(beta1 * m[i] + (1.0 - beta1) * g[i])
        v[i] = normal(beta2 * v[i] + (1.0 - beta2) * g[i] * g[i])
        size = math.sqrt(v[i]) + eps if divides else 1.0
        x[i] = kept * x[i] - rate * m[i] / size


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: m̂, divided by √v as far as the average is worth it."""
    beta2, t = glimpse.setting("beta2"), glimpse.number("steps")
    power = math.pow(beta2, t)
    most = 2.0 / (1.0 - beta2) - 1.0
    worth = most - 2.0 * t * power / (1.0 - power)
    rate, first = learning_rate(glimpse), adam.correction(glimpse)
    coupled = not glimpse.settings["decoupled_weight_decay"]
    pull = 0.0 if coupled else rate * glimpse.setting("weight_decay")
    if worth <= 5.0:
        flat = np.full_like(glimpse.now.position, rate / first)
        made = adam.averaged(glimpse, flat, coupled=coupled, pull=pull)
        few = f"The average of squares is worth only ρ = {said(worth)} gradients, too few to divide by."
        return made.telling(adam.mean_words(glimpse, first), Stage(few, ("scales",)))
    share = (worth - 4.0) * (worth - 2.0) * most / ((most - 4.0) * (most - 2.0) * worth)
    rectified = math.sqrt(share)
    divisor = np.sqrt(glimpse.array("square_average")) + glimpse.setting("eps")
    effective = rate * math.sqrt(1.0 - power) * rectified / divisor
    made = adam.averaged(glimpse, effective / first, coupled=coupled, pull=pull)
    sizes = adam.size_words(effective, divisor, f"√v + ε, rectified by r = {said(rectified)},")
    return made.telling(adam.mean_words(glimpse, first), sizes)


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return Adam's rate; and, so that no step is longer before it divides, gradients no longer than 1.

    Who chooses the rate gets exactly the method of the textbook.
    """
    return {**rates.adaptive(land, settings), "clip_norm": 0.0 if "lr" in settings else 1.0}


SETTINGS = with_common(*adam.betas(), adam.epsilon(), decoupled())

METHOD = Method(
    name="radam",
    title="RAdam",
    short="Adam that waits until it knows the slope",
    sentence="Adam without rash first steps: it evens out directions only when it has seen enough of them.",
    reference="L. Liu et al., ICLR 2020",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("radam", update, SETTINGS, uncoupled_if_asked, corrected=True),
    state=("mean", "square_average"),
    velocity="mean",
    scalars=(("correction1", 0.0), ("steps", 0.0)),
    auto=auto,
    insides_drawn=drawn_by(terms, velocity=True, scales=True, pull=True),
    narrate=told_by(terms),
)

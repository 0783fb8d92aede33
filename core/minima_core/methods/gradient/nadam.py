"""NAdam: Adam with Nesterov's look ahead.

    μₜ = β₁ (1 − ½ · 0.96^(t ψ))
    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    m̂ = μₜ₊₁ m / (1 − ∏ᵢ₌₁ᵗ⁺¹ μᵢ) + (1 − μₜ) g / (1 − ∏ᵢ₌₁ᵗ μᵢ)
    x ← x − η m̂ / (√v̂ + ε),   v̂ = v / (1 − β₂ᵗ)

The momentum warms up from half of β₁; ψ says how fast. As PyTorch's NAdam, whose names the settings have;
with ``decoupled_weight_decay`` the decay is AdamW's.

References
----------
T. Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016, algorithm 2.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from minima_core.methods.gradient import adam, rates
from minima_core.methods.gradient.common_insides import (
    Terms,
    drawn_by,
    from_average,
    learning_rate,
    momentum_of,
    remembered,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import decoupled, loop, normal, uncoupled_if_asked, with_common
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Method, Setting

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.NAdam's rule; the scalars are t, ∏ μᵢ and 1 − β₂ᵗ."""
    lr, beta1, beta2, eps = s.lr, s.beta1, s.beta2, s.eps
    m, v = state[0], state[1]
    t = scalars[0] + 1.0
    mu = beta1 * (1.0 - 0.5 * math.pow(0.96, t * s.momentum_decay))
    mu_next = beta1 * (1.0 - 0.5 * math.pow(0.96, (t + 1.0) * s.momentum_decay))
    product = normal(mu if scalars[0] == 0.0 else scalars[1] * mu)
    scalars[0], scalars[1] = t, product
    scalars[2] = beta2 * scalars[2] + (1.0 - beta2)
    kept = 1.0 - lr * s.weight_decay if s.decoupled_weight_decay != 0.0 else 1.0
    of_gradient = lr * (1.0 - mu) / (1.0 - product)
    of_mean = lr * mu_next / (1.0 - product * mu_next)
    root = math.sqrt(scalars[2])
    for i in range(n):
        m[i] = normal(beta1 * m[i] + (1.0 - beta1) * g[i])
        v[i] = normal(beta2 * v[i] + (1.0 - beta2) * g[i] * g[i])
        size = math.sqrt(v[i]) / root + eps
        x[i] = kept * x[i] - of_gradient * g[i] / size - of_mean * m[i] / size


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: momentum to come and slope, both divided by √v̂ + ε."""
    rate, beta1 = learning_rate(glimpse), momentum_of(glimpse, "beta1")
    t, product = glimpse.number("steps"), glimpse.number("momentum_product")
    psi = glimpse.setting("momentum_decay")
    mu, ahead = (beta1 * (1.0 - 0.5 * math.pow(0.96, step * psi)) for step in (t, t + 1.0))
    sizes = np.sqrt(glimpse.array("square_average")) / math.sqrt(glimpse.number("correction2"))
    sizes = sizes + glimpse.setting("eps")
    decoupled_decay = bool(glimpse.settings["decoupled_weight_decay"])
    pull = rate * glimpse.setting("weight_decay") if decoupled_decay else 0.0
    g = seen(glimpse, lambda: from_average(glimpse, "mean", beta1, 1.0 - beta1), coupled=not decoupled_decay)
    old = remembered(glimpse, "mean")
    of_gradient, of_mean = (1.0 - mu) / (1.0 - product), ahead / (1.0 - product * ahead)
    m_hat = of_mean * (beta1 * old + (1.0 - beta1) * g) + of_gradient * g
    before = glimpse.before or glimpse.now
    made = Terms(
        g, rate, rate / sizes * (of_mean * (1.0 - beta1) + of_gradient) * g,
        rate / sizes * of_mean * beta1 * old, pull * before.position, rates=rate / sizes, measured=m_hat,
    )  # fmt: skip
    words = Stage(
        f"The average of gradients becomes m = {said_point(glimpse.array('mean'))}; with the momentum "
        f"μ = {said(mu)} of this step and {said(ahead)} of the next it looks ahead: m̂ = {said_point(m_hat)}.",
        ("velocity", "pull-of-slope"),
    )
    return made.telling(words, adam.size_words(rate / sizes, sizes))


SETTINGS = with_common(
    *adam.betas(),
    adam.epsilon(),
    Setting(
        "momentum_decay",
        "ψ",
        "How fast the momentum warms up from half its size: 0 leaves it there.",
        0.004, 0.0, 1e3, "log", span=(1e-4, 1.0),
    ),
    decoupled(),
    clip=0.0,
)  # fmt: skip

METHOD = Method(
    name="nadam",
    title="NAdam",
    short="Adam that looks ahead",
    sentence="Adam with Nesterov’s correction: its momentum already knows the slope that it stands on.",
    reference="T. Dozat, ICLR workshop 2016",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("nadam", update, SETTINGS, uncoupled_if_asked),
    state=("mean", "square_average"),
    velocity="mean",
    scalars=(("steps", 0.0), ("momentum_product", 1.0), ("correction2", 0.0)),
    auto=rates.adaptive,
    insides_drawn=drawn_by(terms, velocity=True, scales=True, pull=True),
    narrate=told_by(terms),
)

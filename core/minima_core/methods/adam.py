"""Adam: momentum, divided by the recent size of the gradient, both corrected for their start at zero.

    m ← β₁ m + (1 − β₁) g
    v ← β₂ v + (1 − β₂) g²
    x ← x − η m̂ / (√v̂ + ε),   m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)

As PyTorch's Adam, whose names the settings have; with ``amsgrad`` v̂ never falls. Computed in the order
that section 2 of the paper gives as the efficient one, η √c₂ / c₁ · m / (√v + ε √c₂). The corrections c = 1
− βᵗ are kept by c ← β c + 1 − β: a power with a variable exponent costs more than all the rest, and a
running product ends among the denormal numbers, on which processors are slow.

References
----------
D. P. Kingma, J. Ba, "Adam: A method for stochastic optimization", ICLR 2015, algorithm 1; S. J. Reddi et
al., "On the convergence of Adam and beyond", ICLR 2018 (AMSGrad).
"""

from __future__ import annotations

import math
from typing import Any

from minima_core.methods import rates
from minima_core.methods.rule import loop, normal, with_common
from minima_core.methods.specification import Method, Setting

__all__ = ["METHOD", "amsgrad", "betas", "epsilon"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Adam's rule."""
    lr, beta1, beta2, eps, amsgrad = s.lr, s.beta1, s.beta2, s.eps, s.amsgrad != 0.0
    m, v, largest = state[0], state[1], state[2]
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
        x[i] -= rate * m[i] / (math.sqrt(square) + small)


def betas(beta1: float = 0.9, beta2: float = 0.999) -> tuple[Setting, Setting]:
    """Return the settings of the two averages."""
    return (
        Setting(
            "beta1",
            "β₁",
            "How long the average of gradients remembers, which is the momentum.",
            beta1, 0.0, 1.0, span=(0.0, 0.99), below=True,
        ),
        Setting(
            "beta2",
            "β₂",
            "How long the average of squared gradients remembers, which sets each coordinate’s step.",
            beta2, 0.0, 1.0, span=(0.8, 0.9999), below=True,
        ),
    )  # fmt: skip


def epsilon(default: float = 1e-8) -> Setting:
    """The small number in the denominator."""
    return Setting(
        "eps",
        "ε",
        "A small number that keeps the division from failing where the gradient vanishes.",
        default, 0.0, 1e3, "log", span=(1e-12, 1e-1),
    )  # fmt: skip


def amsgrad() -> Setting:
    """Whether it is AMSGrad."""
    return Setting(
        "amsgrad",
        "A",
        "Whether the size of the gradient is remembered at its largest.",
        False,
        scale="switch",
    )


SETTINGS = with_common(*betas(), epsilon(), amsgrad(), clip=0.0)

METHOD = Method(
    name="adam",
    title="Adam",
    short="inertia, with an even pace in every direction",
    sentence="Momentum and an even pace at once: steps of about the learning rate, whatever the slope.",
    reference="D. P. Kingma, J. Ba, ICLR 2015",
    group="usual",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("adam", update, SETTINGS, corrected=True),
    state=("mean", "square_average", "largest_square"),
    velocity="mean",
    scalars=(("correction1", 0.0), ("correction2", 0.0)),
    auto=rates.adaptive,
)

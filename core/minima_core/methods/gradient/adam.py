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

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.gradient import rates
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
from minima_core.methods.gradient.rule import loop, normal, with_common
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Method, Setting

__all__ = [
    "METHOD",
    "amsgrad",
    "averaged",
    "betas",
    "correction",
    "epsilon",
    "mean_words",
    "size_words",
    "terms",
]


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


def averaged(
    glimpse: Glimpse, rates_: NDArray[np.float64], *, coupled: bool = True, pull: float = 0.0
) -> Terms:
    """Return what a step along the average m of gradients was made of, each coordinate at a rate of its own.

    `rates_` multiply m as it is now; `pull` is the decay of the point itself.
    """
    beta1 = momentum_of(glimpse, "beta1")
    g = seen(glimpse, lambda: from_average(glimpse, "mean", beta1, 1.0 - beta1), coupled=coupled)
    old = remembered(glimpse, "mean")
    m = beta1 * old + (1.0 - beta1) * g
    before = glimpse.before or glimpse.now
    return Terms(
        g, learning_rate(glimpse), rates_ * (1.0 - beta1) * g, rates_ * beta1 * old, pull * before.position,
        rates=rates_, measured=m,
    )  # fmt: skip


def mean_words(glimpse: Glimpse, first: float) -> Stage:
    """Return the sentence about the average of gradients, and its correction for the start at zero."""
    beta1, m = momentum_of(glimpse, "beta1"), glimpse.array("mean")
    corrected = "" if first > 0.9995 else f", corrected for its start at zero m̂ = {said_point(m / first)}"
    return Stage(
        f"The average of gradients keeps β₁ = {said(beta1)} of itself and takes in the slope: "
        f"m = {said_point(m)}{corrected}.",
        ("velocity", "pull-of-slope"),
    )


def size_words(rates_: NDArray[np.float64], divisor: NDArray[np.float64], by: str = "√v̂ + ε") -> Stage:
    """Return the sentence about what each coordinate was divided by, and the rates that follow."""
    return Stage(
        f"Each coordinate is divided by its gradients’ recent size, {by} = {said_point(divisor)}, "
        f"which leaves the rates {said_point(rates_)}.",
        ("scales",),
    )


def correction(glimpse: Glimpse) -> float:
    """Return 1 − β₁ᵗ as the step used it: a schedule that cycles β₁ has the one for its own."""
    insides = glimpse.now.insides
    if "momentum" not in insides:
        return glimpse.number("correction1")
    return 1.0 - math.pow(glimpse.number("momentum"), glimpse.number("momentum_steps"))


def corrected_sizes(glimpse: Glimpse, *, largest: bool = False) -> NDArray[np.float64]:
    """Return √v̂ + ε of each coordinate, or of the largest v̂ so far."""
    name = "largest_square" if largest else "square_average"
    root = np.sqrt(glimpse.array(name)) / math.sqrt(glimpse.number("correction2"))
    return np.asarray(root + glimpse.setting("eps"))


def terms(glimpse: Glimpse, *, coupled: bool = True, largest: bool | None = None) -> Terms:
    """Return what a step was made of: m̂, with each coordinate divided by √v̂ + ε."""
    largest = bool(glimpse.settings["amsgrad"]) if largest is None else largest
    rate, sizes = learning_rate(glimpse), corrected_sizes(glimpse, largest=largest)
    first = correction(glimpse)
    pull = 0.0 if coupled else rate * glimpse.setting("weight_decay")
    made = averaged(glimpse, rate / (first * sizes), coupled=coupled, pull=pull)
    return made.telling(mean_words(glimpse, first), size_words(rate / sizes, sizes))


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
    insides_drawn=drawn_by(terms, velocity=True, scales=True),
    narrate=told_by(terms),
)

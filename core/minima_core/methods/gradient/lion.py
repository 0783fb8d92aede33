"""Lion: the sign of a momentum; every step is as long as the learning rate.

    c = β₁ m + (1 − β₁) g
    x ← x − η (sign(c) + λ x)
    m ← β₂ m + (1 − β₂) g

Found by a search among programs. Near a minimum it does not come to rest but trembles by η, unless a schedule
lowers the rate. Its weight decay λ is that of AdamW.

References
----------
X. Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023, algorithm 2.
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
    boxes_by,
    from_average,
    learning_rate,
    momentum_of,
    remembered,
    seen,
    told_by,
)
from minima_core.methods.gradient.rule import loop, normal, uncoupled, with_common
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Method, Value

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply algorithm 2 of the paper."""
    lr, beta1, beta2 = s.lr, s.beta1, s.beta2
    m = state[0]
    kept = 1.0 - lr * s.weight_decay
    for i in range(n):
        c = beta1 * m[i] + (1.0 - beta1) * g[i]
        x[i] = kept * x[i] - (math.copysign(lr, c) if c != 0.0 else 0.0)
        m[i] = normal(beta2 * m[i] + (1.0 - beta2) * g[i])


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: a stride of η in each coordinate, by the sign of c."""
    rate, beta1, beta2 = learning_rate(glimpse), momentum_of(glimpse, "beta1"), glimpse.setting("beta2")
    g = seen(glimpse, lambda: from_average(glimpse, "mean", beta2, 1.0 - beta2), coupled=False)
    old = remembered(glimpse, "mean")
    c = beta1 * old + (1.0 - beta1) * g
    before = glimpse.before or glimpse.now
    words = Stage(
        f"The momentum {said_point(old)}, of which β₁ = {said(beta1)} counts, and the slope give "
        f"c = {said_point(c)}; only its signs count, so every coordinate moves by η.",
        ("scales",),
    )
    pull = rate * glimpse.setting("weight_decay") * before.position
    return Terms(
        g, rate, rate * np.sign(c), np.zeros_like(g), pull, rates=np.full_like(g, rate), boxed=True,
        words=(words,),
    )  # fmt: skip


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate: 1/300 of the box, as the paper advises a third or less of Adam's."""
    return rates.share(land, 1.0 / 300.0)


SETTINGS = with_common(*adam.betas(0.9, 0.99), clip=0.0)

METHOD = Method(
    name="lion",
    title="Lion",
    short="equal steps along the sign of its momentum",
    sentence="Only the sign of its momentum counts: equal steps in every coordinate, however steep it is.",
    reference="X. Chen et al., NeurIPS 2023",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("lion", update, SETTINGS, uncoupled),
    state=("mean",),
    velocity="mean",
    auto=auto,
    insides_drawn=boxes_by(terms),
    narrate=told_by(terms),
)

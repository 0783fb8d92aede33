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

from minima_core.landscapes.landscape import Landscape
from minima_core.methods import adam, rates
from minima_core.methods.rule import loop, normal, uncoupled, with_common
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
)

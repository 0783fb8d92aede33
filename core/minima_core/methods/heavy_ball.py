"""The rule of PyTorch's SGD, which momentum, Nesterov's method and stochastic gradient descent are cases of.

v ← μ v + (1 − τ) g        (the first time: v ← g)
d = g + μ v with Nesterov, else v
x ← x − η d
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minima_core.methods.rule import normal
from minima_core.methods.specification import Setting, Value

__all__ = ["dampening", "momentum", "update", "wrong"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.SGD's rule, with its settings momentum μ, dampening τ and nesterov."""
    lr, mu, tau, nesterov = s.lr, s.momentum, s.dampening, s.nesterov != 0.0
    v = state[0]
    if mu == 0.0:
        for i in range(n):
            x[i] -= lr * g[i]
        return
    first = scalars[0] == 0.0
    scalars[0] = 1.0
    for i in range(n):
        v[i] = g[i] if first else normal(mu * v[i] + (1.0 - tau) * g[i])
        d = g[i] + mu * v[i] if nesterov else v[i]
        x[i] -= lr * d


def momentum(default: float) -> Setting:
    """The share of the velocity that is kept."""
    return Setting(
        "momentum",
        "μ",
        "The share of the last step’s velocity that is kept: 0 forgets at once, near 1 rolls on for long.",
        default, 0.0, 1.0, span=(0.0, 0.99),
    )  # fmt: skip


def dampening() -> Setting:
    """How much less of the new gradient enters the velocity."""
    return Setting(
        "dampening",
        "τ",
        "How much less of each new gradient enters the velocity: 0 takes all of it.",
        0.0, 0.0, 1.0, span=(0.0, 1.0),
    )  # fmt: skip


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings, as PyTorch sees it."""
    if settings.get("nesterov") and (not settings["momentum"] or settings.get("dampening", 0.0)):
        return "Nesterov’s look ahead needs a momentum above 0 and a dampening of 0."
    return None

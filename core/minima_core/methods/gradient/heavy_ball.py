"""The rule of PyTorch's SGD, which momentum, Nesterov's method and stochastic gradient descent are cases of.

v ← μ v + (1 − τ) g        (the first time: v ← g)
d = g + μ v with Nesterov, else v
x ← x − η d
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.methods.gradient.common_insides import (
    Terms,
    from_average,
    from_move,
    learning_rate,
    momentum_of,
    remembered,
    scalar_before,
    seen,
)
from minima_core.methods.gradient.rule import normal
from minima_core.methods.insides import Glimpse, Stage, said, said_point
from minima_core.methods.specification import Setting, Value

__all__ = ["dampening", "momentum", "terms", "update", "wrong"]


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


def terms(glimpse: Glimpse, *, nesterov: bool = False) -> Terms:
    """Return what a step was made of: what is kept of the velocity, and the slope's share."""
    rate, mu = learning_rate(glimpse), momentum_of(glimpse)
    tau = float(glimpse.settings.get("dampening", 0.0))
    nesterov = nesterov or bool(glimpse.settings.get("nesterov", False))
    if mu == 0.0:
        g = seen(glimpse, lambda: from_move(glimpse, rate))
        return Terms(g, rate, rate * g, np.zeros_like(g), np.zeros_like(g))
    first = scalar_before(glimpse, "started") == 0.0
    kept, share = (0.0, 1.0) if first else (mu, 1.0 - tau)
    g = seen(glimpse, lambda: from_average(glimpse, "velocity", kept, share))
    old = remembered(glimpse, "velocity")
    v = kept * old + share * g
    nothing = np.zeros_like(g)
    if nesterov:
        words = _began(g) if first else Stage(
            f"Of the velocity {said_point(old)} the share μ = {said(mu)} is kept and the slope is added: "
            f"v = {said_point(v)}. Looking ahead, the step goes by g + μv = {said_point(g + mu * v)}.",
            ("velocity", "pull-of-slope"),
        )  # fmt: skip
        return Terms(g, rate, rate * g, rate * mu * v, nothing, words=(words,))
    damped = f", of which 1 − τ = {said(share)} counts," if share != 1.0 else ""
    words = _began(g) if first else Stage(
        f"Of the velocity {said_point(old)} the share μ = {said(mu)} is kept, {said_point(mu * old)}; "
        f"with the slope{damped} it becomes v = {said_point(v)}.",
        ("velocity", "pull-of-slope"),
    )  # fmt: skip
    return Terms(g, rate, rate * share * g, rate * kept * old, nothing, words=(words,))


def _began(g: Any) -> Stage:
    """Say what the first velocity is."""
    return Stage(f"There is no velocity yet: the slope {said_point(g)} is the first.", ("gradient",))


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

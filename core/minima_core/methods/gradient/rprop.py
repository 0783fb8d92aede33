"""Rprop: only the sign of each slope counts; steps grow while it stays, and shrink when it turns.

    s = g gₚ,  gₚ the gradient of the step before
    Δ ← min(Δ η⁺, Δmax)  where s > 0
    Δ ← max(Δ η⁻, Δmin)  where s < 0, and g ← 0 there
    x ← x − sign(g) Δ,   gₚ ← g

Each coordinate has a step Δ of its own, which begins as the learning rate. Where the slope has turned, a
valley's floor was passed: the coordinate waits for one step. As PyTorch's Rprop, whose names the settings
have.

References
----------
M. Riedmiller, H. Braun, "A direct adaptive method for faster backpropagation learning: the RPROP algorithm",
Proc. IEEE Int. Conf. Neural Networks, 1993.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from minima_core.landscapes.landscape import Landscape
from minima_core.landscapes.scale import rounded
from minima_core.methods.gradient import rates
from minima_core.methods.gradient.common_insides import Terms, boxes_by, remembered, seen, told_by
from minima_core.methods.gradient.rule import loop, with_common
from minima_core.methods.insides import Glimpse, Stage, said_point
from minima_core.methods.specification import AUTO, Method, Setting, Value

__all__ = ["METHOD"]


def update(n: int, x: Any, g: Any, state: Any, scalars: Any, s: Any) -> None:
    """Apply torch.optim.Rprop's rule."""
    lr, minus, plus, least, most = s.lr, s.etaminus, s.etaplus, s.step_size_min, s.step_size_max
    before, step = state[0], state[1]
    if scalars[0] == 0.0:
        for i in range(n):
            step[i] = lr
    scalars[0] = 1.0
    for i in range(n):
        slope = g[i]
        turn = slope * before[i]
        factor = 1.0
        if turn > 0.0:
            factor = plus
        elif turn < 0.0:
            factor = minus
            slope = 0.0
        step[i] = min(max(step[i] * factor, least), most)
        if slope != 0.0:
            x[i] -= math.copysign(step[i], slope)
        before[i] = slope


def terms(glimpse: Glimpse) -> Terms:
    """Return what a step was made of: a stride in each coordinate, none where the slope has turned."""
    strides, kept_slope = glimpse.array("step_size"), glimpse.array("gradient_before")
    g = seen(glimpse, lambda: kept_slope)
    old = remembered(glimpse, "gradient_before")
    nothing = np.zeros_like(g)
    turned = [i for i in range(len(g)) if kept_slope[i] == 0.0 and g[i] * old[i] < 0.0]
    names = ["x", "y"] if len(g) <= 2 else [f"coordinate {i + 1}" for i in range(len(g))]
    waits = (
        f", and {' and '.join(names[i] for i in turned)} waits, for its slope has turned" if turned else ""
    )
    words = Stage(
        f"Only the signs of the slope count, compared with those of {said_point(old)} before: "
        f"the strides are now {said_point(strides)}{waits}.",
        ("scales",),
    )
    return Terms(
        g, math.nan, np.sign(kept_slope) * strides, nothing, nothing, rates=strides,
        boxed=True, words=(words,),
    )  # fmt: skip


def auto(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return steps of at first 1 %, at most 10 % and at least 0.0001 % of the box; with a rate, PyTorch’s."""
    rate = settings.get("lr")
    if isinstance(rate, float):
        most, least = max(50.0, rate), min(1e-6, rate)
    else:
        width = rates.share(land, 1.0)["lr"]
        most, least = rounded(0.1 * width), min(1e-6, rounded(1e-6 * width))
    given = settings.get("step_size_max", most)
    return {
        **rates.adaptive(land, settings),
        "step_size_max": most,
        "step_size_min": min(least, float(given)),  # type: ignore[arg-type]
    }


def wrong(settings: Mapping[str, Value]) -> str | None:
    """Return what is wrong with a combination of settings."""
    least, most = settings.get("step_size_min"), settings.get("step_size_max")
    if isinstance(least, float) and isinstance(most, float) and least > most:
        return "The shortest step of Rprop must not be longer than its longest one."
    return None


SETTINGS = with_common(
    Setting(
        "etaminus",
        "η⁻",
        "The factor by which a step shrinks where the slope has turned.",
        0.5, 0.0, 1.0, span=(0.1, 0.95), below=True,
    ),
    Setting(
        "etaplus",
        "η⁺",
        "The factor by which a step grows where the slope has kept its sign.",
        1.2, 1.0, 100.0, span=(1.01, 3.0),
    ),
    Setting(
        "step_size_min",
        "Δmin",
        "The shortest step of a coordinate.",
        AUTO, 0.0, math.inf, "log", span=(1e-12, 1.0),
    ),
    Setting(
        "step_size_max",
        "Δmax",
        "The longest step of a coordinate.",
        AUTO, 0.0, math.inf, "log", span=(1e-3, 1e3),
    ),
    clip=0.0,
)  # fmt: skip

METHOD = Method(
    name="rprop",
    title="Rprop",
    short="trusts the slope’s sign, not its size",
    sentence="Looks only at which way is down: strides lengthen until the slope turns, then they halve.",
    reference="M. Riedmiller, H. Braun, Proc. IEEE Int. Conf. Neural Networks, 1993",
    group="gradient",
    kind="gradient",
    settings=SETTINGS,
    driver=loop("rprop", update, SETTINGS),
    state=("gradient_before", "step_size"),
    scalars=(("started", 0.0),),
    auto=auto,
    check=wrong,
    insides_drawn=boxes_by(terms),
    narrate=told_by(terms),
)

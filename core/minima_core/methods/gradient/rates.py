"""Learning rates that fit a landscape: found by trying, once for each landscape, in numpy.

For methods whose steps grow with the slope, the rates of the series 1, 2, 5, 10, ... are tried from an even
spread of starts, and the one that gets furthest down on average wins. Where no single rate is right for the
steep and the flat parts, the longest gradient is limited as well, so that no step is longer than a
twentieth of the box's diagonal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes.landscape import Array, Landscape
from minima_core.landscapes.scale import lattice, rounded, scale_of
from minima_core.methods.specification import Value

__all__ = ["adaptive", "descent", "share"]

STARTS = 24
STEPS = 150
LONGEST_STEP = 0.05  # of the diagonal
FAR = 1e3  # widths of the box: a run that got so far is lost
AS_GOOD = 0.01  # in shares of the way down
MOST_FOUND = 1024
WORTH_CLIPPING = 0.1  # how much further down clipping has to get before it is used


def share(land: Landscape, part: float) -> dict[str, float]:
    """Return the rate that is this part of the box: of its diagonal, divided by √n."""
    return {"lr": rounded(part * land.diagonal / np.sqrt(land.dimension))}


def adaptive(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate of a method whose steps are about as long as the rate: a hundredth of the box."""
    return share(land, 0.01)


def descent(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate and the longest gradient of a method whose steps are the rate times the gradient."""
    if "lr" in settings:  # who chooses the rate gets exactly the method of the textbook
        return {"clip_norm": 0.0}
    mu = float(settings.get("momentum", 0.0))  # type: ignore[arg-type]
    tau = float(settings.get("dampening", 0.0))  # type: ignore[arg-type]
    ahead = "momentum" in settings and bool(settings.get("nesterov", "dampening" not in settings))
    if land.is_callable:
        lr = rounded(0.02 * land.diagonal / scale_of(land).slope * (1.0 - mu))
        clip_norm = rounded(LONGEST_STEP * (1.0 - mu) * land.diagonal / lr) if lr else 0.0
    else:
        lr, clip_norm = _tried(land, _Ball(mu, tau, ahead))
    return {"lr": lr or 1e-3, "clip_norm": clip_norm}


class _Ball(NamedTuple):
    """What tells the methods apart whose steps are the rate times the gradient: v ← μ v + (1 − τ) g."""

    mu: float
    tau: float
    ahead: bool


USUAL = (_Ball(0.0, 0.0, False), _Ball(0.9, 0.0, False), _Ball(0.9, 0.0, True))
"""The defaults of gradient descent, momentum and Nesterov: tried together, almost at the price of one."""

_found: dict[tuple[str, _Ball], tuple[float, float]] = {}


def _tried(land: Landscape, ball: _Ball) -> tuple[float, float]:
    """Return the best rate and clipping for a formula; remembered."""
    key = (land.digest, ball)
    if key not in _found:
        balls = USUAL if ball in USUAL else (ball,)
        if len(_found) > MOST_FOUND:
            _found.clear()
        _found.update(zip(((land.digest, each) for each in balls), _best(land, balls), strict=True))
    return _found[key]


class _Lanes(NamedTuple):
    """Runs side by side, in the order in which `_ends` returns them: arrays (lanes,)."""

    lr: Array
    clip: Array
    mu: Array
    tau: Array
    ahead: NDArray[np.bool_]


def _best(land: Landscape, balls: Sequence[_Ball]) -> list[tuple[float, float]]:
    """Try the series of rates, with long steps limited and without, and return what gets furthest down."""
    unit = land.diagonal / scale_of(land).steep
    rates = np.array(sorted({rounded(unit * share) for share in np.geomspace(1e-6, 1.0, 19)} - {0.0}))
    if not len(rates):
        return [(0.0, 0.0)] * len(balls)  # a slope so small or large that no rate fits into a number
    starts = lattice(land.lower, land.upper, max(4, STARTS // max(1, land.dimension // 4)))
    k = len(rates)
    limits = [
        [rounded(LONGEST_STEP * land.diagonal * (1.0 - mu) / rate) for rate in rates] for mu, _, _ in balls
    ]
    clips = np.array([[[np.inf] * k, limit] for limit in limits])  # (balls, plain or clipped, rates)
    shape = clips.shape
    own = [np.broadcast_to(np.reshape(each, (-1, 1, 1)), shape) for each in zip(*balls, strict=True)]
    lanes = _Lanes(*(np.repeat(each, len(starts)) for each in (np.broadcast_to(rates, shape), clips, *own)))
    ends = _ends(land, starts, lanes).reshape(*shape, len(starts))
    top = np.asarray(land.value(starts))
    best = []
    for tried, limit in zip(ends, limits, strict=True):
        bottom = np.fmin.reduce(np.vstack([top[None], *tried]), axis=0)
        by_plain, by_clipped = (_drops(each, top, bottom) for each in tried)
        if by_clipped.max() > by_plain.max() + WORTH_CLIPPING:
            chosen = _middle(by_clipped)
            best.append((float(rates[chosen]), float(limit[chosen])))
        else:
            best.append((float(rates[_middle(by_plain)]), 0.0))
    return best


def _drops(ends: Array, top: Array, bottom: Array) -> Array:
    """Return how far down each rate gets on average, in shares of the way; −1 where a run is lost."""
    with np.errstate(all="ignore"):
        shares = np.nan_to_num((top - ends) / (top - bottom), nan=-1.0, posinf=0.0, neginf=-1.0)
    lost = np.isnan(ends).any(axis=1)
    return np.where(lost, -1.0, np.clip(shares, -1.0, 1.0).mean(axis=1))


def _middle(drops: Array) -> int:
    """Return the middle one of the rates that are as good as the best: neither timid nor about to swing."""
    good = np.flatnonzero(drops >= drops.max() - AS_GOOD)
    return int(good[len(good) // 2])


def _ends(land: Landscape, starts: Array, lanes: _Lanes) -> Array:
    """Return the mean value of the last steps, (lanes,); nan where a run blew up or ran far off.

    Every group of lanes as long as `starts` begins there, one lane at each.
    """
    formula = land.formula
    if formula is None:
        raise TypeError("Rates are tried on formulas only.")
    lr, clip, mu, tau, ahead = lanes
    x = np.ascontiguousarray(np.tile(starts, (len(lr) // len(starts), 1)).T)  # (n, lanes)
    lower, upper = land.lower[:, None], land.upper[:, None]
    v = np.zeros_like(x)
    total = np.zeros(len(lr))
    beyond = np.where(ahead, mu, 0.0)
    fresh = 1.0 - tau
    steps = STEPS if land.dimension <= 8 else 60
    with np.errstate(all="ignore"):
        for step in range(steps):
            g = formula.gradient_on(list(x), land.context)
            g *= np.minimum(1.0, clip / (np.sqrt((g * g).sum(axis=0)) + 1e-6))
            v = mu * v + (g if step == 0 else fresh * g)
            x = x - lr * np.where(ahead, g + beyond * v, v)
            # Values are looked at inside the box only: outside, a landscape may fall for ever.
            if step >= steps - 10:
                total += formula.value_on(list(np.clip(x, lower, upper)), land.context) / 10.0
        far = np.abs(x - 0.5 * (lower + upper)) > FAR * (upper - lower)
    total[np.any(far | ~np.isfinite(x), axis=0)] = np.nan
    return total

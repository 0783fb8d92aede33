"""Learning rates that fit a landscape: found by trying, once for each landscape, in numpy.

For methods whose steps grow with the slope, the rates of the series 1, 2, 5, 10, ... are tried from an even
spread of starts, and the one that gets furthest down on average wins. Where no single rate is right for the
steep and the flat parts, the longest gradient is limited as well, so that no step is longer than a
twentieth of the box's diagonal.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from minima_core.landscapes.landscape import Array, Landscape
from minima_core.landscapes.scale import lattice, rounded, scale_of, slopes
from minima_core.methods.specification import Value

__all__ = ["adaptive", "descent"]

STARTS = 24
STEPS = 150
LONGEST_STEP = 0.05  # of the diagonal
FAR = 1e3  # widths of the box: a run that got so far is lost
AS_GOOD = 0.01  # in shares of the way down
WORTH_CLIPPING = 0.1  # how much further down clipping has to get before it is used


def adaptive(land: Landscape, settings: Mapping[str, Value]) -> Mapping[str, Value]:
    """Return the rate of a method whose steps are about as long as the rate: a hundredth of the box."""
    return {"lr": rounded(0.01 * land.diagonal / np.sqrt(land.dimension))}


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
        lr, clip_norm = _tried(land, mu, tau, ahead)
    return {"lr": lr or 1e-3, "clip_norm": clip_norm}


_found: dict[tuple[str, float, float, bool], tuple[float, float]] = {}


def _tried(land: Landscape, mu: float, tau: float, ahead: bool) -> tuple[float, float]:
    """Return the best rate and clipping for a formula; remembered."""
    key = (land.digest, mu, tau, ahead)
    if key not in _found:
        if len(_found) > 1024:
            _found.clear()
        _found[key] = _best(land, mu, tau, ahead)
    return _found[key]


def _best(land: Landscape, mu: float, tau: float, ahead: bool) -> tuple[float, float]:
    """Try the series of rates, with long steps limited and without, and return what gets furthest down."""
    unit = land.diagonal / scale_of(land).steep
    rates = np.unique([rounded(unit * share) for share in np.geomspace(1e-6, 1.0, 19)])
    starts = lattice(land.lower, land.upper, max(4, STARTS // max(1, land.dimension // 4)))
    unlimited = np.full(len(rates), np.inf)
    limits = np.array([rounded(LONGEST_STEP * land.diagonal * (1.0 - mu) / rate) for rate in rates])
    plain = _ends(land, starts, rates, unlimited, mu, tau, ahead)
    clipped = _ends(land, starts, rates, limits, mu, tau, ahead)
    top = np.asarray(land.value(starts))
    bottom = np.nanmin(np.vstack([top, plain, clipped]), axis=0)
    by_plain, by_clipped = _drops(plain, top, bottom), _drops(clipped, top, bottom)
    if by_clipped.max() > by_plain.max() + WORTH_CLIPPING:
        chosen = _middle(by_clipped)
        return float(rates[chosen]), float(limits[chosen])
    return float(rates[_middle(by_plain)]), 0.0


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


def _ends(
    land: Landscape, starts: Array, rates: Array, clips: Array, mu: float, tau: float, ahead: bool
) -> Array:
    """Return the mean value of the last steps, (rates, starts); nan where a run blew up or ran far off."""
    k, m = len(rates), len(starts)
    x = np.tile(starts, (k, 1))
    lr, clip = np.repeat(rates, m)[:, None], np.repeat(clips, m)[:, None]
    v = np.zeros_like(x)
    total = np.zeros(k * m)
    # Values are looked at inside the box only: outside, a landscape may fall for ever.
    steps = STEPS if land.dimension <= 8 else 60
    with np.errstate(all="ignore"):
        for step in range(steps):
            g = slopes(land, x)[1]
            g *= np.minimum(1.0, clip / (np.linalg.norm(g, axis=1, keepdims=True) + 1e-6))
            v = mu * v + (g if step == 0 else (1.0 - tau) * g)
            x = x - lr * (g + mu * v if ahead else v)
            if step >= steps - 10:
                total += slopes(land, np.clip(x, land.lower, land.upper))[0] / 10.0
        far = np.abs(x - 0.5 * (land.lower + land.upper)) > FAR * (land.upper - land.lower)
    total[np.any(far | ~np.isfinite(x), axis=1)] = np.nan
    return total.reshape(k, m)

"""Down to the bottom of many dips at once: Newton's method inside a box, then a pattern search at kinks."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["derivatives", "descended", "polish"]

Array: TypeAlias = NDArray[np.float64]
Function: TypeAlias = Callable[[Array], Array]

DIFFERENCE = 2e-5
"""Step of the differences, a share of the region: small, and large enough for second differences."""
NEWTON = 40
PATTERN = 60


@np.errstate(all="ignore")  # a landscape may be undefined or infinite anywhere
def polish(
    f: Function, starts: Array, lower: Array, upper: Array, spacing: Array
) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
    """Follow `f` down from each of `starts` (k, n) inside the box.

    Newton's step has the eigenvalues of the Hessian replaced by their absolute values, so that it always goes
    down, and is cut to a radius that grows where it helped and shrinks where it did not (a trust region;
    Nocedal and Wright, Numerical Optimization, 2006, section 4.1). What Newton does not settle is settled by
    a search along the axes and diagonals with halving steps.

    Returns
    -------
    points (k, n), values (k,), eigenvalues (k, n), settled (k,): whether Newton's method did it
        `f` maps (m, n) to (m,), with inf where it is undefined.
    """
    span = upper - lower
    points = np.clip(starts, lower, upper)
    values = f(points)
    radius = np.full(len(points), 1.0)  # in units of the spacing
    curvatures = np.full(points.shape, np.nan)
    active = np.arange(len(points))
    settled = np.zeros(len(points), dtype=bool)
    for _ in range(NEWTON):
        if not len(active):
            break
        step, bend = _newton_step(f, points[active], values[active], lower, upper)
        curvatures[active] = bend
        length = np.abs(step / spacing).max(axis=1)
        cut = np.minimum(1.0, radius[active] / np.maximum(length, 1e-300))
        step = np.where(np.isfinite(step), step, 0.0) * cut[:, None]
        trial = np.clip(points[active] + step, lower, upper)
        new = f(trial)
        better = new <= values[active]
        moved = np.abs((trial - points[active]) / span).max(axis=1)
        points[active[better]], values[active[better]] = trial[better], new[better]
        radius[active] *= np.where(better, np.where(cut < 1.0, 3.0, 1.0), 0.25)
        known = np.isfinite(bend).all(axis=1)  # not at the end of the domain, where Newton cannot say
        done = (moved < 1e-9) & (cut == 1.0)
        settled[active[done & known]] = True
        active = active[~done & known & (radius[active] > 1e-9)]
    _search(f, points, values, np.flatnonzero(~settled), lower, upper, 0.5 * spacing)
    return points, values, curvatures, settled


def descended(f: Function, start: Array, lower: Array, upper: Array) -> Array:
    """Return where the search without derivatives takes one point (n,) of a box."""
    points = start[None].copy()
    _search(f, points, f(points), np.zeros(1, dtype=np.intp), lower, upper, 0.5 * (upper - lower))
    return np.asarray(points[0])


def _newton_step(
    f: Function, points: Array, values: Array, lower: Array, upper: Array
) -> tuple[Array, Array]:
    """Return the steps (k, n) down and the eigenvalues (k, n); coordinates that push out of the box rest."""
    gradient, hessian = derivatives(f, points, lower, upper)
    span = upper - lower
    pushed = ((points <= lower + 1e-12 * span) & (gradient > 0)) | (
        (points >= upper - 1e-12 * span) & (gradient < 0)
    )
    free: NDArray[np.bool_] = np.logical_not(pushed)
    usable: NDArray[np.bool_] = np.isfinite(gradient.sum(axis=1) + hessian.sum(axis=(1, 2)))
    hessian[~usable] = np.eye(points.shape[1])
    bend = np.asarray(np.linalg.eigvalsh(hessian))
    bend[~usable] = np.nan
    # In units of the region, so that one small eigenvalue is small for its direction, not for its unit.
    scaled = hessian * span[:, None] * span * (free[:, :, None] & free[:, None, :])
    diagonal = np.arange(points.shape[1])
    scaled[:, diagonal, diagonal] += ~free
    slope = np.where(free, gradient, 0.0) * span
    slope[~usable] = 0.0
    eigenvalues, vectors = np.linalg.eigh(scaled)
    size = np.abs(eigenvalues)
    size = np.maximum(size, 1e-9 * size.max(axis=1, keepdims=True) + 1e-300)
    along = np.einsum("kji,kj->ki", vectors, slope) / size
    return -np.einsum("kij,kj->ki", vectors, along) * span, bend


def derivatives(f: Function, points: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Return gradients (k, n) and Hessians (k, n, n) by central differences that stay inside the box."""
    k, n = points.shape
    h = DIFFERENCE * (upper - lower)
    centre = np.clip(points, lower + h, upper - h)
    offsets = [np.zeros(n)]
    for i in range(n):
        for sign in (1, -1):
            offsets.append(sign * np.eye(n)[i])
    pairs = [(i, j) for i in range(n) for j in range(i)]
    for i, j in pairs:
        for a, b in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
            offsets.append(a * np.eye(n)[i] + b * np.eye(n)[j])
    stencil = centre[:, None] + np.array(offsets) * h
    values = f(stencil.reshape(-1, n)).reshape(k, -1)
    gradient, hessian = np.empty((k, n)), np.empty((k, n, n))
    for i in range(n):
        plus, minus = values[:, 1 + 2 * i], values[:, 2 + 2 * i]
        gradient[:, i] = (plus - minus) / (2 * h[i])
        hessian[:, i, i] = (plus - 2 * values[:, 0] + minus) / h[i] ** 2
    for at, (i, j) in enumerate(pairs):
        a, b, c, d = values[:, 1 + 2 * n + 4 * at : 5 + 2 * n + 4 * at].T
        hessian[:, i, j] = hessian[:, j, i] = (a - b - c + d) / (4 * h[i] * h[j])
    gradient += np.einsum("kij,kj->ki", hessian, points - centre)
    return gradient, hessian


def _search(
    f: Function,
    points: Array,
    values: Array,
    rows: NDArray[np.intp],
    lower: Array,
    upper: Array,
    reach: Array,
) -> None:
    """Move `points[rows]` down in place: to the best neighbour, at a distance that halves when stuck."""
    if not len(rows):
        return
    n = points.shape[1]
    moves = (
        np.stack(np.meshgrid(*[[-1.0, 0.0, 1.0]] * n), axis=-1).reshape(-1, n)
        if n <= 2
        else np.concatenate((np.eye(n), -np.eye(n)))
    )
    moves = moves[np.abs(moves).sum(axis=1) > 0]
    size = np.ones(len(rows))
    for _ in range(PATTERN):
        trial = np.clip(points[rows][:, None] + size[:, None, None] * moves * reach, lower, upper)
        new = f(trial.reshape(-1, n)).reshape(len(rows), -1)
        best = new.argmin(axis=1)
        lowest = new[np.arange(len(rows)), best]
        better = lowest < values[rows]
        points[rows[better]] = trial[better, best[better]]
        values[rows[better]] = lowest[better]
        size = np.where(better, size, 0.5 * size)

"""From passes down to the minima, all at once: ways that keep to narrow valleys, however curved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.grid import Array
from minima_core.analysis.lower_ground import values_at
from minima_core.analysis.polish import derivatives

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Descents"]

STEP = 1 / 300
"""Length of a step down from a pass, as a share of the region's sides,"""
MOST_STEPS = 900
"""and how many there are at most."""
ARRIVED = 1.5
"""Steps from a minimum at which one has arrived."""
TIMES = np.logspace(-2.0, 7.0, 91)
"""How long a step may take, in units of the fastest change there."""


@dataclass(frozen=True, eq=False)
class Descents:
    """From passes down the ground, all at once, in units of the region: its sides have the length 1.

    Each step solves the flow x′ = −∇f of the local quadratic exactly, for as long as it takes to come STEP
    far: along the eigenvector of an eigenvalue λ by −(1 − exp(−λt))/λ times the slope. So it does not go to
    and fro across narrow valleys.

    References
    ----------
    M. Page, J. W. McIver, "On evaluating the reaction path Hamiltonian", J. Chem. Phys. 88, 1988.
    """

    land: Landscape

    @property
    def span(self) -> Array:
        """The sides of the region."""
        return np.asarray(self.land.upper - self.land.lower)

    def slopes(self, u: Array) -> tuple[Array, Array]:
        """Return ∇f (k, n) and the Hessian (k, n, n) at points (k, n); what pushes outwards rests."""
        land, span = self.land, self.span
        points = np.clip(land.lower + u * span, land.lower, land.upper)
        with np.errstate(all="ignore"):
            gradient, hessian = derivatives(lambda p: values_at(land, p), points, land.lower, land.upper)
        gradient, hessian = gradient * span, hessian * span[:, None] * span
        rests = ((u <= 0.0) & (gradient > 0.0)) | ((u >= 1.0) & (gradient < 0.0))
        gradient = np.where(rests, 0.0, gradient)
        return gradient, np.where(rests[:, :, None] | rests[:, None, :], 0.0, hessian)

    def ways(self, tops: Array, targets: Array, others: Array) -> list[Array]:
        """Return the ways (m, n) from each pass to its target, both included; all arguments are (k, n).

        They begin along the direction in which the ground bends down most, or else straight towards the
        target. Where even that leads elsewhere, as at kinks, they are straight.
        """
        start, end, other = ((each - self.land.lower) / self.span for each in (tops, targets, others))
        _, hessian = self.slopes(start)
        hessian = np.where(np.isfinite(hessian), hessian, 0.0)
        falls = np.linalg.eigh(hessian)[1][:, :, 0]
        falls *= np.where((falls * (end - start)).sum(axis=1) >= 0.0, 1.0, -1.0)[:, None]
        straight = end - start
        straight /= np.maximum(np.linalg.norm(straight, axis=1), 1e-300)[:, None]
        found: list[Array | None] = [None] * len(start)
        for direction in (falls, -falls, straight):
            left = np.array([k for k, way in enumerate(found) if way is None], dtype=np.intp)
            if len(left):
                made = self._followed(start[left], direction[left], end[left], other[left])
                for k, way in zip(left.tolist(), made, strict=True):
                    found[k] = way
        units = [
            np.array([a, b]) if way is None else way for way, a, b in zip(found, start, end, strict=True)
        ]
        return [self.land.lower + each * self.span for each in units]

    def bottoms(self, tops: Array, minima: Array) -> NDArray[np.int64]:
        """Return the minima below the two sides of each pass, (k, 2); −1 for none."""
        start = (tops - self.land.lower) / self.span
        ends = (minima - self.land.lower) / self.span
        found = np.full((len(start), 2), -1, dtype=np.int64)
        if not len(start) or not len(ends):
            return found
        _, hessian = self.slopes(start)
        falls = np.linalg.eigh(np.where(np.isfinite(hessian), hessian, 0.0))[1][:, :, 0]
        for side, sign in enumerate((-1.0, 1.0)):
            u = np.clip(start + 0.5 * STEP * sign * falls, 0.0, 1.0)
            active = np.arange(len(start))
            for _ in range(MOST_STEPS):
                apart = np.linalg.norm(u[active][:, None] - ends, axis=2)
                arrived = apart.min(axis=1) <= ARRIVED * STEP
                found[active[arrived], side] = apart[arrived].argmin(axis=1)
                active = active[~arrived]
                if not len(active):
                    break
                step = self._step(u[active])
                moves = np.linalg.norm(step, axis=1) > 1e-3 * STEP
                active, step = active[moves], step[moves]
                u[active] = np.clip(u[active] + step, 0.0, 1.0)
        return found

    def _followed(self, start: Array, direction: Array, end: Array, other: Array) -> list[Array | None]:
        """Follow the ground down from each start; None for those that do not come to their end."""
        u = np.clip(start + 0.5 * STEP * direction, 0.0, 1.0)
        trails = [[a, b.copy()] for a, b in zip(start, u, strict=True)]
        found: list[Array | None] = [None] * len(start)
        active = np.arange(len(start))
        for _ in range(MOST_STEPS):
            here = u[active]
            arrived = np.linalg.norm(here - end[active], axis=1) <= ARRIVED * STEP
            for k in active[arrived].tolist():
                found[k] = np.array([*trails[k], end[k]])
            strayed = np.linalg.norm(here - other[active], axis=1) <= ARRIVED * STEP
            active = active[~(arrived | strayed)]
            if not len(active):
                break
            step = self._step(u[active])
            moves = np.linalg.norm(step, axis=1) > 1e-3 * STEP
            active, step = active[moves], step[moves]
            u[active] = np.clip(u[active] + step, 0.0, 1.0)
            for k in active.tolist():
                trails[k].append(u[k].copy())
        return found

    def _step(self, u: Array) -> Array:
        """Return one step from each point (k, n), no longer than STEP; 0 where f is undefined."""
        gradient, hessian = self.slopes(u)
        known = np.isfinite(gradient.sum(axis=1) + hessian.sum(axis=(1, 2)))
        gradient[~known], hessian[~known] = 0.0, 0.0
        bends, vectors = np.linalg.eigh(hessian)
        along = np.einsum("kji,kj->ki", vectors, gradient)
        fastest = np.abs(bends).max(axis=1) + np.linalg.norm(gradient, axis=1) / STEP + 1e-300
        times = TIMES / fastest[:, None]  # (k, many)
        turns = np.maximum(bends[:, None] * times[:, :, None], -50.0)
        small = np.abs(turns) < 1e-8
        share = np.where(small, 1.0, -np.expm1(-turns) / np.where(small, 1.0, turns)) * times[:, :, None]
        steps = -share * along[:, None]
        lengths = np.linalg.norm(steps, axis=2)
        last = np.maximum((lengths <= STEP).sum(axis=1) - 1, 0)
        rows = np.arange(len(u))
        return np.asarray(np.einsum("kij,kj->ki", vectors, steps[rows, last]))

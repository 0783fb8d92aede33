"""What methods with a Hessian share: the part of it that a point can follow, and steps along its axes."""

from __future__ import annotations

import math
from typing import Any

from minima_core.compiled.algebra import dot
from minima_core.compiled.kernel import Kernel

__all__ = ["FLAT", "along_axes", "free_curvature"]

FLAT = 1e-14  # curvature that is none, as a share of the largest


@Kernel
def free_curvature(n: int, H: Any, held: Any) -> None:
    """Take the coordinates that are held at a border out of a Hessian: the others do not feel them."""
    for i in range(n):
        if held[i] != 0.0:
            for j in range(n):
                H[i, j] = 0.0
                H[j, i] = 0.0
            H[i, i] = 1.0


@Kernel
def along_axes(n: int, g: Any, values: Any, vectors: Any, absolute: bool, damping: float, p: Any) -> None:
    """Write p = −Σₖ (vₖ·g / wₖ) vₖ over the axes vₖ of a Hessian, with wₖ = λₖ + δ, or |λₖ| + δ.

    Axes without any curvature are left out.
    """
    size = 0.0
    for k in range(n):
        size = max(size, math.fabs(values[k]))
    for i in range(n):
        p[i] = 0.0
    for k in range(n):
        weight = (math.fabs(values[k]) if absolute else values[k]) + damping
        if math.fabs(weight) > FLAT * size:
            share = -dot(n, vectors[k], g) / weight
            for i in range(n):
                p[i] += share * vectors[k, i]

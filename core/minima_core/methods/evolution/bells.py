"""What can be drawn of methods that search with a bell: its ellipses, its mean, and the points drawn from it.

They keep, by these names: ``mean``, ``sigma``; of the last generation ``drawn_mean``, ``drawn`` (rows are
half axes of the ellipse that it was drawn from), ``samples``, ``values``, ``order``; ``generation``,
``population`` and ``parents``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Arrow, Ellipse, Glimpse, Inside, Points

__all__ = ["bell", "has_drawn", "ranked_values"]

Array: TypeAlias = NDArray[np.float64]


def has_drawn(glimpse: Glimpse) -> bool:
    """Whether there has been a generation."""
    return glimpse.number("generation") > 0


def _order(glimpse: Glimpse) -> NDArray[np.int64]:
    return glimpse.array("order")[: int(glimpse.number("population"))].astype(np.int64)


def ranked_values(glimpse: Glimpse) -> Array:
    """Return the values of the generation, lowest first, (λ,)."""
    return np.asarray(glimpse.array("values")[_order(glimpse)])


def _ranked(glimpse: Glimpse) -> Array:
    """Return the points of the generation, best first, (λ, n)."""
    return np.asarray(glimpse.array("samples")[_order(glimpse)])


def _parents(glimpse: Glimpse) -> Points | None:
    return Points(_ranked(glimpse)[: int(glimpse.number("parents"))]) if has_drawn(glimpse) else None


def _children(glimpse: Glimpse) -> Points | None:
    return Points(_ranked(glimpse)[int(glimpse.number("parents")) :]) if has_drawn(glimpse) else None


def _drawn_from(glimpse: Glimpse) -> Ellipse | None:
    if not has_drawn(glimpse):
        return None
    return Ellipse(glimpse.array("drawn_mean"), glimpse.array("drawn").T)


def _mean(glimpse: Glimpse) -> Points:
    return Points(glimpse.array("mean")[None, :])


def _move(glimpse: Glimpse) -> Arrow | None:
    return Arrow(glimpse.array("drawn_mean"), glimpse.array("mean")) if has_drawn(glimpse) else None


def bell(
    half_axes: Callable[[Glimpse], Array],
    *,
    chosen: str = "The better half of the generation: the mean moves to their weighted mean.",
    others: str = "The worse half of the generation.",
) -> tuple[Inside, ...]:
    """Return the insides of a bell; `half_axes` gives those of its ellipse after the step, as columns."""

    def ellipse(times: float) -> Callable[[Glimpse], Ellipse]:
        return lambda glimpse: Ellipse(glimpse.array("mean"), times * half_axes(glimpse))

    within = "The bell after the step: in two dimensions, {} points fall within."
    return (
        Inside("parents", "Chosen", chosen, "points", _parents, role="parent"),
        Inside("children", "Not chosen", others, "points", _children, role="child"),
        Inside("mean", "Mean", "Where the next generation is centred.", "points", _mean),
        Inside("one-sigma", "Ellipse, 1σ", within.format("two in five"), "ellipse", ellipse(1.0)),
        Inside("two-sigma", "Ellipse, 2σ", within.format("six in seven"), "ellipse", ellipse(2.0)),
        Inside(
            "drawn-from",
            "Ellipse drawn from",
            "The bell, at 1σ, from which this generation was drawn.",
            "ellipse",
            _drawn_from,
            role="memory",
        ),
        Inside("move", "Way of the mean", "From the mean before the step to that after it.", "arrow", _move),
    )

"""Drawings, as `.wells` makes them, and random ones: thrown from a seed, with as many minima as asked for."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from minima_core.compiled.random import uniform
from minima_core.landscapes.landscape import Array, Landscape, region
from minima_core.landscapes.wells import (
    MOST_WELLS,
    Drawn,
    Well,
    deepen_well,
    drawn_landscape,
    empty_drawing,
    formula_text,
    move_well,
    remove_well,
    widen_well,
    with_depth,
    with_well,
)

__all__ = [
    "MOST_MINIMA",
    "MOST_WELLS",
    "Drawn",
    "Well",
    "count_minima",
    "deepen_well",
    "drawn_landscape",
    "empty_drawing",
    "formula_text",
    "move_well",
    "random_drawn",
    "remove_well",
    "widen_well",
    "with_depth",
    "with_well",
]

MOST_MINIMA = 20
TRIES = 400
NODES = {1: 2001, 2: 161}
MARGIN = 0.12  # of each side: no well lies nearer to the border
CLEAR = 0.15  # how much lower the best minimum is than the next, as a share of the usual depth
VISIBLE = 0.02  # how much lower a minimum is than all of a circle around it
APART = 0.45  # least distance of two minima, in shares of what even spacing would give
CANDIDATES = 12
DRAW = 6 << 24  # what the random numbers are for: apart from all other draws


def random_drawn(seed: int, minima: int, lower: ArrayLike, upper: ArrayLike) -> Drawn:
    """Return a drawing with exactly so many minima in the region, the same for the same seed.

    Wells of different widths and depths stand well apart; one is clearly the deepest, and none lies at the
    border. Drawings are thrown until one has as many minima as were asked for, counted on a grid.

    Raises
    ------
    ValueError
        For a number of minima that is not from 1 to 20, and where no such drawing is found.

    Examples
    --------
    >>> drawing = random_drawn(7, 4, (-3, -3), (3, 3))
    >>> drawing == random_drawn(7, 4, (-3, -3), (3, 3)), len(drawing.wells)
    (True, 4)
    """
    low, high = region(lower, upper)
    if isinstance(minima, bool) or minima != int(minima) or not 1 <= minima <= MOST_MINIMA:
        raise ValueError(f"A random landscape has 1 to {MOST_MINIMA} minima, not {minima}.")
    if isinstance(seed, bool) or seed != int(seed) or not 0 <= seed < 2**63:
        raise ValueError(f"The seed must be a whole number from 0 to 2⁶³ − 1, not {seed}.")
    for attempt in range(TRIES):
        drawing = _thrown(int(seed), int(minima), low, high, attempt)
        if _is_good(drawn_landscape(drawing, low, high), int(minima), low, high):
            return drawing
    raise ValueError(f"No landscape with {minima} minima was found for seed {seed}; take another seed.")


def _thrown(seed: int, minima: int, low: Array, high: Array, attempt: int) -> Drawn:
    """Throw wells: each of some candidates where there is most room, as wide as its neighbours allow."""
    n, span = len(low), high - low
    draws = iter(range(DRAW, DRAW + (1 << 20)))

    def u() -> float:
        return float(uniform(seed, attempt, 0, next(draws)))

    points: list[Array] = []
    for _ in range(minima):
        candidates = [low + span * (MARGIN + (1.0 - 2.0 * MARGIN) * np.array([u() for _ in range(n)]))
                      for _ in range(CANDIDATES)]  # fmt: skip
        room = [min((float(np.linalg.norm(each - p)) for p in points), default=u()) for each in candidates]
        points.append(candidates[int(np.argmax(room))])
    spacing = _spacing(span, minima)
    deepest = int(u() * minima)
    bowl = empty_drawing(low, high)
    wells = []
    slimmer = 1.0 - 0.3 * min(attempt, 60) / 60
    for k, point in enumerate(points):
        nearest = min((float(np.linalg.norm(point - q)) for q in points if q is not point), default=math.inf)
        width = min(nearest, 1.1 * spacing) * (0.42 + 0.28 * u()) * slimmer
        depth = 1.25 + 0.25 * u() if k == deepest else 0.5 + 0.5 * u()
        away = point - np.array(bowl.middle[:n])
        depth += 0.8 * bowl.bowl * float(away @ away)  # so that the bowl does not decide which is deepest
        x, y = (*(_rounded(p, float(span.max())) for p in point), 0.0)[:2]
        wells.append(Well(x, y, _rounded(width, width), _rounded(depth, 1.0)))
    return Drawn(tuple(wells), _rounded(bowl.bowl, bowl.bowl), seed, bowl.middle)


def _rounded(number: float, scale: float) -> float:
    """Return a number with four digits, relative to a scale: what is written out stays short."""
    return float(round(number, 3 - math.floor(math.log10(scale))))


def _spacing(span: Array, count: int) -> float:
    """Return how far apart so many points would be if they filled the box evenly."""
    inner = (1.0 - 2.0 * MARGIN) * span
    return float(min(np.prod(inner) ** (1.0 / len(span)) / count ** (1.0 / len(span)), inner.min()))


def count_minima(land: Landscape) -> tuple[Array, Array]:
    """Return places (k, n) and values (k,) of the nodes of a grid that are lower than all around them.

    The lowest comes first. On a drawing, whose wells are wider than the grid, these are its minima.
    """
    n = land.dimension
    axes = [np.linspace(a, b, NODES[n]) for a, b in zip(land.lower, land.upper, strict=True)]
    shape = [[-1 if i == k else 1 for k in range(n)] for i in range(n)]
    values = land.value_on(*(axis.reshape(each) for axis, each in zip(axes, shape, strict=True)))
    framed = np.pad(values, 1, constant_values=np.inf)
    lowest = np.ones(values.shape, dtype=bool)
    for shift in np.ndindex(*[3] * n):
        if any(each != 1 for each in shift):
            beside = framed[tuple(slice(k, k + NODES[n]) for k in shift)]
            # Of two equal neighbours the first one counts.
            lowest &= (values < beside) if shift < (1,) * n else (values <= beside)
    where = np.argwhere(lowest)
    heights = values[tuple(where.T)]
    order = np.argsort(heights, kind="stable")
    places = np.stack([axis[where[:, i]] for i, axis in enumerate(axes)], axis=1)
    return places[order], heights[order]


def _is_good(land: Landscape, minima: int, low: Array, high: Array) -> bool:
    """Whether a drawing has as many minima, apart, off the border, and one of them clearly the lowest."""
    places, values = count_minima(land)
    if len(values) != minima:
        return False
    edge = np.minimum(places - low, high - places) / (high - low)
    if edge.min() < 0.5 * MARGIN:
        return False
    radius = 0.5 * APART * _spacing(high - low, minima)
    if any(_rim(land, place, radius) < value + VISIBLE for place, value in zip(places, values, strict=True)):
        return False
    if minima == 1:
        return True
    gaps = np.linalg.norm(places[:, None] - places[None, :], axis=2)[np.triu_indices(minima, 1)]
    return bool(values[1] - values[0] >= CLEAR and gaps.min() >= APART * _spacing(high - low, minima))


def _rim(land: Landscape, place: Array, radius: float) -> float:
    """Return the lowest value on a circle around a point."""
    if land.dimension == 1:
        around = place + radius * np.array([[-1.0], [1.0]])
    else:
        angles = np.linspace(0.0, 2.0 * np.pi, 48, endpoint=False)
        around = place + radius * np.column_stack((np.cos(angles), np.sin(angles)))
    return float(land.value(around).min())

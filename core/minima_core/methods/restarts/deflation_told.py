"""What can be drawn of deflation, and how a step of it is told: hills, where they push, what they did."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import (
    Arrow,
    Field,
    Glimpse,
    Inside,
    Points,
    Segments,
    Stage,
    said,
    said_point,
)
from minima_core.methods.restarts.driving import told_descent, told_end

__all__ = ["INSIDES", "narrate", "push_field"]

Array: TypeAlias = NDArray[np.float64]

WAYS = 8  # arrows around each hill


def hills_of(glimpse: Glimpse) -> tuple[Array, Array, Array]:
    """Return centres (k, n), heights (k,) and widths in coordinates (k, n) of the hills."""
    count = int(glimpse.array("door")[1])
    widths = glimpse.array("hill_widths")[:count, None] * (glimpse.land.upper - glimpse.land.lower)
    return glimpse.array("hill_centres")[:count], glimpse.array("hill_heights")[:count], widths


def push_field(glimpse: Glimpse) -> Field | None:
    """Return P, the height of all hills together."""
    centres, heights, widths = hills_of(glimpse)
    if not len(heights):
        return None

    def at(points: Array) -> Array:
        total = np.zeros(len(points))
        for centre, height, width in zip(centres, heights, widths, strict=True):
            total += height * np.exp(-0.5 * (((points - centre) / width) ** 2).sum(axis=1))
        return total

    return Field(at, "added height")


def outward(glimpse: Glimpse) -> Segments | None:
    """Return arrows around each hill, out of it: in the first two variables."""
    centres, heights, widths = hills_of(glimpse)
    n = glimpse.land.dimension
    if not len(heights):
        return None
    angles = np.arange(WAYS) * (2 * np.pi / WAYS)
    ways = np.zeros((WAYS, n)) if n > 1 else np.array([[1.0], [-1.0]])
    if n > 1:
        ways[:, 0], ways[:, 1] = np.cos(angles), np.sin(angles)
    ends = [
        (centre + 0.7 * width * way, centre + 1.5 * width * way)
        for centre, width in zip(centres, widths, strict=True)
        for way in ways
    ]
    return Segments(np.array(ends), heads=True)


def push(glimpse: Glimpse) -> Arrow | None:
    """Return where the hills push at the present point; a push of the steepest slope is one width long."""
    if not glimpse.number("pushing"):
        return None
    centres, heights, widths = hills_of(glimpse)
    x = glimpse.now.position
    shares = (x - centres) / widths
    parts = (heights * np.exp(-0.5 * (shares**2).sum(axis=1)))[:, None] * shares
    way: Array = (parts * widths).sum(axis=0) / (heights.max() * np.exp(-0.5))
    return Arrow(x, x + way) if np.any(way) else None


def known_ends(glimpse: Glimpse) -> Points | None:
    """Return the minima found so far."""
    centres, _, _ = hills_of(glimpse)
    return Points(centres) if len(centres) else None


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    descent, step = int(glimpse.number("descent")), int(glimpse.number("descent_step"))
    pushing = bool(glimpse.number("pushing"))
    if step == 0 and descent == 1:
        return (
            Stage(f"The first descent begins at {said_point(glimpse.now.position)}: there are no hills yet."),
        )
    if step > 0:
        return _told_step(glimpse, pushing)
    stages = [told_end(glimpse, "ends")]
    hill = int(glimpse.number("last_hill"))
    if hill >= 0:
        height, width = said(glimpse.array("hill_heights")[hill]), said(glimpse.array("hill_widths")[hill])
        size = f"{height} high, with a width of {width} of the region’s"
        if glimpse.number("new"):
            stages.append(Stage(f"That is a new end: it gets a hill, {size}.", ("field", "outward")))
        else:
            often = int(glimpse.array("arrivals")[hill])
            text = f"That end is known, met {often} times now: its hill grows and is {size}."
            stages.append(Stage(text, ("field", "outward")))
    start, value = said_point(glimpse.array("start")), said(glimpse.number("start_value"))
    added = said(glimpse.number("push"))
    there = f"; hills add {added} there" if pushing else ""
    stages.append(Stage(f"The next descent begins at {start}, f = {value}{there}."))
    return tuple(stages)


def _told_step(glimpse: Glimpse, pushing: bool) -> tuple[Stage, ...]:
    """Tell a step of a descent."""
    if pushing:
        f, added = said(glimpse.now.value), said(glimpse.number("push"))
        return (
            told_descent(glimpse),
            Stage(
                f"It is pushed: here f = {f}, and the hills add {added} to what it sees.", ("push", "field")
            ),
        )
    if glimpse.number("pushed_steps"):
        pushed = int(glimpse.number("pushed_steps"))
        text = f"After {pushed} steps under the push it is released: it descends on f alone."
        return told_descent(glimpse), Stage(text)
    return (told_descent(glimpse),)


INSIDES = (
    Inside(
        "field", "Hills", "How much the hills on known minima add to the objective.",
        "field", push_field, "push",
    ),
    Inside(
        "outward", "Where hills push", "Away from each minimum that was found.",
        "segments", outward, "push",
    ),
    Inside(
        "push", "Push", "Where the hills push at the present point; of full length where a hill is steepest.",
        "arrow", push, "push",
    ),
    Inside("ends", "Known minima", "The minima found so far.", "points", known_ends, "memory"),
)  # fmt: skip

"""Handles of a drawn landscape: a dot in the middle of every well and hill, a ring at its width."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from minima_core.document import Exploration
from minima_core.scene.marks import Lines, Mark, Points, Style
from minima_core.scene.stage import Stage

__all__ = ["well_marks"]

NODES = 73
WELL = Style("accent", width=2.0, marker="circle", size=10.0, fill="card")
HILL = Style("accent", width=2.0, marker="triangle", size=11.0, fill="card")
WELL_RING = Style("accent", width=1.6, dash="solid", casing=True)
HILL_RING = Style("accent", width=1.6, dash="dash", casing=True)


def well_marks(exploration: Exploration, stage: Stage) -> Iterator[Mark]:
    """Yield the handles of a drawn landscape; nothing for one that is not drawn.

    ``well:ring:<i>`` is the ring of well number i; ``well:centre`` and ``well:centre:hills`` are the middles,
    with the numbers of the wells as ids. Hills have dashed rings and triangles. In one variable the ring is
    an interval at the height of the curve.
    """
    drawn = exploration.place.drawn
    if drawn is None:
        return
    turn = np.linspace(0.0, 2.0 * np.pi, NODES)
    wells: list[tuple[int, float, float]] = []
    hills: list[tuple[int, float, float]] = []
    for k, well in enumerate(drawn.wells):
        if stage.land.dimension > 1:
            y = well.y
            ring = np.column_stack((well.x + well.width * np.cos(turn), y + well.width * np.sin(turn)))
        else:
            with np.errstate(all="ignore"):
                y = float(np.asarray(stage.land.value(np.array([[well.x]])))[0])
            ring = np.array([(well.x - well.width, y), (well.x + well.width, y)])
        style = HILL_RING if well.depth < 0 else WELL_RING
        yield Lines(f"well:ring:{k}", hash((ring.tobytes(), style)), ring, style)
        (hills if well.depth < 0 else wells).append((k, well.x, y))
    for key, chosen, style in (("well:centre", wells, WELL), ("well:centre:hills", hills, HILL)):
        if chosen:
            points = np.array([(x, y) for _, x, y in chosen])
            yield Points(key, hash(points.tobytes()), points, style, tuple(k for k, _, _ in chosen))

"""The lens: how local a point is. A circle within which it is lowest, and the lower point that it touches.

In one variable the lens is an interval at the height of its middle.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from minima_core.scene.findings import Findings
from minima_core.scene.marks import Extent, Label, Lines, Mark, Points, Style
from minima_core.scene.stage import Stage, plane_of, zero_of
from minima_core.scene.words import number

if TYPE_CHECKING:
    from minima_core.analysis.barriers import Lens
    from minima_core.document import View

__all__ = ["lens_marks", "lens_words"]

NODES = 129
RIM = Style("accent", width=2.2, dash="solid", casing=True)
MIDDLE = Style("accent", width=2.0, marker="circle", size=9.0, fill="card")
TOUCHED = Style("accent", width=2.2, marker="ring", size=13.0, fill="none")
REACH = Style("accent", width=1.4, dash="dash")
WHOLE = 0.2
"""The rim around the lowest point of all, as a share of the picture's diagonal."""

END = 0.018
"""Half the height of the ends of an interval, as a share of the picture's height."""


def lens_marks(view: View, stage: Stage, extent: Extent, findings: Findings) -> Iterator[Mark]:
    """Yield the circle, its middle ("lens:centre"), the lower point that it touches, and the words."""
    lens = findings.lens
    if view.insight.lens is None or lens is None:
        return
    middle = plane_of(lens.position, stage)
    radius = _radius(lens, extent)
    rim = _circle(middle, radius) if stage.land.dimension > 1 else _interval(middle, radius, extent)
    yield Lines("lens:rim", hash(rim.tobytes()), rim, RIM)
    if lens.touching is not None:
        touched = plane_of(lens.touching, stage)
        way = np.array([middle, touched])
        yield Lines("lens:way", hash(way.tobytes()), way, REACH)
        yield Points("lens:touching", hash(touched), np.array([touched]), TOUCHED)
    yield Points("lens:centre", hash(middle), np.array([middle]), MIDDLE, (0,))
    if view.layers.labels:
        bold, text = lens_words(lens, stage)
        # On the rim, if its top is in the picture; else beside the middle.
        rim_seen = stage.land.dimension > 1 and middle[1] + radius < extent[3]
        at = (middle[0], middle[1] + radius) if rim_seen else middle
        gap = 8.0 if rim_seen else 12.0
        yield Label("label:lens", hash((bold, text, at)), at, bold, text, "accent", "above", gap, 70)


def _radius(lens: Lens, extent: Extent) -> float:
    """Return the radius that is drawn: around the lowest of all there is a rim to take hold of, too."""
    if math.isfinite(lens.radius):
        return float(lens.radius)
    return WHOLE * math.hypot(extent[1] - extent[0], extent[3] - extent[2])


def _circle(middle: tuple[float, float], radius: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return a circle in the plane of the variables."""
    turn = np.linspace(0.0, 2.0 * np.pi, NODES)
    return np.column_stack((middle[0] + radius * np.cos(turn), middle[1] + radius * np.sin(turn)))


def _interval(
    middle: tuple[float, float], radius: float, extent: Extent
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return an interval at the height of its middle, with its two ends."""
    x, y = middle
    end = END * (extent[3] - extent[2])
    gap = (math.nan, math.nan)
    left, right = x - radius, x + radius
    return np.array(
        [
            (left, y - end),
            (left, y + end),
            gap,
            (left, y),
            (right, y),
            gap,
            (right, y - end),
            (right, y + end),
        ]
    )


def lens_words(lens: Lens, stage: Stage) -> tuple[str, str]:
    """Return what the lens says: ("lowest within 1.8", ""), or ("not the lowest", "−0.29 lies 2.6 away")."""
    lower = ""
    if lens.touching is not None:
        with np.errstate(all="ignore"):
            value = float(np.asarray(stage.land.value(np.asarray(lens.touching)[None]))[0])
        away = float(np.linalg.norm(np.asarray(lens.touching) - np.asarray(lens.position)))
        lower = f"ground as low as {number(value, 4, zero=zero_of(stage))} lies {number(away)} away"
    if not lens.lowest_within:
        return f"not the lowest within {number(lens.radius)}", lower
    if math.isinf(lens.reach):
        return "lowest of the whole region", ""
    return f"lowest within {number(lens.radius)}", lower and "there it touches lower ground"

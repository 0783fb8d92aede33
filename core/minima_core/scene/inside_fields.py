"""Numbers at every place inside a method: a surrogate's mean, its doubt, where it wants to look next.

They are worked out on a grid, apart from the marks: that may take a moment, and a window does it on a thread.
On a map each stands beside the true landscape, the mean of a surrogate with the landscape's own colours and
levels, so that the two can be compared. What pushes lies over the ground as a veil. In one variable the mean
is a curve over the landscape's, with a band of twice its doubt, and the others are curves at the foot.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import View
from minima_core.methods import insides
from minima_core.methods.insides import Glimpse, Inside
from minima_core.scene.findings import kept
from minima_core.scene.marks import Extent, Lines, Mark, Shading, Style
from minima_core.scene.stage import Stage

__all__ = [
    "BOUNDS",
    "DEVIATION",
    "Field",
    "curves_of",
    "fields_of",
    "maps_of",
    "shading",
    "spread",
    "veils_of",
]

Array: TypeAlias = NDArray[np.float64]

NODES = (72, 60)
"""Columns and rows of a map."""
NODES_OF_CURVE = 401
MOST_MAPS = 3
"""Maps that stand beside the landscape at most."""
FOOT = 0.14
"""The height of curves at the foot of a profile, as a share of the picture's."""
BAND = 2.0
"""Half the width of the band around a surrogate's mean, in standard deviations."""
MEAN, DEVIATION, BOUNDS = "mean", "deviation", ("low", "high")
"""Names of fields that belong together: a loss at every place, the doubt about it, and its two bounds."""

PUSH_OPACITY = 0.6
"""Of the veil where something pushes most."""
PALETTES = {"push": "slope"}
CURVE = Style("model", width=2.2, dash="solid", casing=True)
EDGE = Style("model", width=1.2, dash="dash")


class PartLike(Protocol):
    """One inside and what it is worked out from."""

    @property
    def inside(self) -> Inside:
        """The declaration."""

    @property
    def glimpse(self) -> Glimpse:
        """The two moments."""


@dataclass(frozen=True, eq=False)
class Field:
    """One field on its grid, in the rectangle (or on the interval) that was visible.

    Attributes
    ----------
    values : float64 (rows, columns)
        One row in one variable; nan where it is not known.
    """

    name: str
    title: str
    unit: str
    role: str
    step: int
    extent: Extent
    values: Array

    @property
    def is_mean(self) -> bool:
        """Whether it is the landscape as a surrogate sees it."""
        return self.name == MEAN

    @property
    def is_veil(self) -> bool:
        """Whether it lies over the ground, and not beside it."""
        return self.role == "push"


def fields_of(parts: Iterable[PartLike], extent: Extent, nodes: tuple[int, int] = NODES) -> tuple[Field, ...]:
    """Return the fields among the parts of an opened run, on a grid over what is visible.

    On a landscape of more than two variables the others stay where the run stands.
    """
    found = []
    for part in parts:
        inside, glimpse = part.inside, part.glimpse
        shape = inside.of(glimpse) if inside.shape == "field" else None
        if not isinstance(shape, insides.Field):
            continue
        places, shape_of = _grid(glimpse, extent, nodes)
        with np.errstate(all="ignore"):
            values = np.asarray(shape.at(places), dtype=np.float64).reshape(shape_of)
        values = np.where(np.isfinite(values), values, np.nan)
        now = glimpse.now.step
        # A logarithm is told by its unit, as that of an acquisition that spans many decades.
        title = f"{inside.title}, log scale" if shape.unit.startswith("log") else inside.title
        found.append(Field(inside.name, title, shape.unit, inside.role, now, extent, values))
    return tuple(found)


def _grid(glimpse: Glimpse, extent: Extent, nodes: tuple[int, int]) -> tuple[Array, tuple[int, int]]:
    """Return the places (m, n) of a grid, and its rows and columns."""
    x0, x1, y0, y1 = extent
    if glimpse.land.dimension == 1:
        return np.linspace(x0, x1, NODES_OF_CURVE)[:, None], (1, NODES_OF_CURVE)
    columns, rows = nodes
    x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    places = np.tile(np.asarray(glimpse.now.position, dtype=np.float64), (rows * columns, 1))
    places[:, 0], places[:, 1] = x.ravel(), y.ravel()
    return places, (rows, columns)


# -- beside and over the ground --------------------------------------------------------------------------


def maps_of(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Return the fields that stand beside the landscape: not those that lie over it, and not bounds."""
    return tuple(each for each in fields if not each.is_veil and each.name not in BOUNDS)[:MOST_MAPS]


def spread(values: Array) -> Array:
    """Return values as places in [0, 1], the lowest at 0; what is the same everywhere is 0."""
    if not np.isfinite(values).any():
        return values
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    return (values - low) / (high - low) if high > low else np.where(np.isnan(values), np.nan, 0.0)


def shading(field: Field, shown: Array, palette: str, opacity: float) -> Shading:
    """Return places in a palette, (rows, columns), as a veil."""
    veil = np.ascontiguousarray(shown, dtype=np.float32)
    revision = hash((palette, field.extent, veil.tobytes()))
    return Shading(f"field:{field.name}", revision, field.extent, veil, palette, opacity)


def veils_of(fields: Iterable[Field], view: View, stage: Stage, extent: Extent) -> Iterator[Mark]:
    """Yield what lies over the ground: where something pushes, unless another veil is there already."""
    if stage.ground is None or view.insight.overlay != "none":
        return
    for field in fields:
        if field.is_veil and np.isfinite(field.values).any():
            yield kept("push", (field,), None, partial(_push, field))
            return


def _push(field: Field) -> Shading:
    """Return a push as a veil that is clear where nothing pushes."""
    return replace(shading(field, spread(field.values), PALETTES["push"], PUSH_OPACITY), rising=True)


# -- in one variable -------------------------------------------------------------------------------------


def curves_of(fields: Sequence[Field], stage: Stage, extent: Extent) -> Iterator[Mark]:
    """Yield the curves of fields of one variable: the mean with its band, the others at the foot."""
    if stage.ground is not None or not fields:
        return
    mean = next((each for each in fields if each.is_mean), None)
    bounded = any(each.name in BOUNDS for each in fields)
    foot = 0
    for field in fields:
        x = np.linspace(*field.extent[:2], field.values.shape[1])
        y = field.values[0]
        if field.name in BOUNDS:
            edge = np.column_stack((x, _seen(y, extent)))
            yield Lines(f"field:{field.name}", hash(edge.tobytes()), edge, EDGE)
        elif field.name == DEVIATION and mean is not None and not bounded and not field.unit:
            for sign in (1.0, -1.0):
                edge = np.column_stack((x, _seen(mean.values[0] + sign * BAND * y, extent)))
                yield Lines(f"field:{field.name}:{sign:+.0f}", hash(edge.tobytes()), edge, EDGE)
        elif field.is_mean:
            line = np.column_stack((x, _seen(y, extent)))
            yield Lines(f"field:{field.name}", hash(line.tobytes()), line, CURVE)
        else:
            y0, y1 = extent[2:]
            level = y0 + (0.02 + foot * (FOOT + 0.02)) * (y1 - y0)
            line = np.column_stack((x, level + FOOT * (y1 - y0) * spread(y)))
            colour = "trial" if foot else "push"
            style = Style(colour, width=1.8, dash="solid", casing=True)
            yield Lines(f"field:{field.name}", hash(line.tobytes()), line, style)
            foot += 1


def _seen(y: Array, extent: Extent) -> Array:
    """Return heights without those far outside the picture, which would cost a renderer for nothing."""
    y0, y1 = extent[2:]
    far = 3.0 * (y1 - y0)
    return np.where((y > y0 - far) & (y < y1 + far), y, np.nan)

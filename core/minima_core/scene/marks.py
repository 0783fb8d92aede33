"""Marks: what stands in a picture, in data coordinates, before anybody knows pixels or colours.

The functions of `minima_core.scene` make marks; the views on the screen and the painter of figures draw them.
No maker knows a renderer, and no renderer knows a method: a picture can show only what stands here.

Rules that hold for every mark:

- **Coordinates** are data coordinates: x and y of the landscape, the loss as the second coordinate in one
  variable. Arrays are float64, C-ordered, and never written to after they were made (relief heights are
  float32).
- **key** names the thing for as long as it lives ("path:3:0"); a renderer keeps one item for each key.
- **revision** is an integer made from the content: same content, same revision. A renderer redraws an item
  only when the revision differs from the one it drew. `Path` and `Series` have an **epoch** instead: they
  grow, and what was already drawn stays right until the epoch changes.
- **Colours are roles** (see `Style`), resolved by the theme. Widths and sizes are in points of the screen at
  the normal type size; a theme may scale them.
- **Order** in a scene's tuple of marks is the order of drawing, the first at the bottom.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.display import Transform
from minima_core.scene.track import Track

__all__ = [
    "Array",
    "Arrow",
    "Arrows",
    "Boxes",
    "ContourLabel",
    "Extent",
    "Label",
    "Lines",
    "Mark",
    "Marker",
    "Path",
    "Points",
    "Regions",
    "Relief",
    "Shading",
    "Side",
    "Style",
    "Swarm",
]

Array: TypeAlias = NDArray[np.float64]
Extent: TypeAlias = tuple[float, float, float, float]
"""A rectangle in data coordinates: (x0, x1, y0, y1) with x0 < x1 and y0 < y1."""

Marker: TypeAlias = Literal[
    "circle", "ring", "square", "diamond", "triangle", "triangle-down", "star", "cross", "plus", "dot"
]
Side: TypeAlias = Literal["above", "below", "left", "right", "centre"]


@dataclass(frozen=True)
class Style:
    """How a mark looks, in roles and points; a theme turns it into pens and brushes.

    Roles of colour: ``text``, ``muted``, ``accent``, ``card``, ``line``, ``cursor``, ``start``, ``contour``,
    ``contour-strong``, ``minimum-global``, ``minimum-local``, ``minimum-border``, ``accepted``, ``refused``,
    those of the insides of methods (``inside``, ``memory``, ``model``, ``trial``, ``parent``, ``child``,
    ``push``), and ``run:<method>:<slot>`` such as ``run:adam:0``: the colour of a method; slot 1, 2, ... are
    its shades for lines of the race with the same method.
    """

    colour: str
    """The role."""
    width: float = 2.8
    """Width of the line, points; 0 draws no line."""
    dash: str | None = None
    """None: the theme's own dash for a role ``run:...``, else solid. "solid", "dash", "dot" ask for just
    that."""
    casing: bool = False
    """Whether the line lies on a wider one in the background's colour, so that it reads on any ground."""
    opacity: float = 1.0
    """0 (unseen) to 1."""
    marker: Marker | None = None
    """Shape of points; None: the theme's own head for a role ``run:...``, else a circle."""
    size: float = 9.0
    """Diameter of points, points (1/72 inch at the normal type size)."""
    fill: str | None = None
    """Role that fills points; None: `colour` itself. ``card`` makes a ring with a quiet inside, ``none`` one
    that hides nothing inside it."""


@dataclass(frozen=True, eq=False)
class Relief:
    """The heights of a landscape on a grid: the ground of the map and the body of the surface.

    Row k runs with y upwards: row 0 lies at y0, the last at y1; column 0 at x0, the last at x1 (nodes lie
    *on* the edges). Made by `relief_of`; read by the map, the surface and the painter.
    """

    key: str
    revision: int
    heights: NDArray[np.float32]
    """(rows, columns) in [0, 1]: the loss after the display transform and clipping; nan where it is
    undefined."""
    values: NDArray[np.float32]
    """(rows, columns): the loss itself; nan where it is undefined."""
    extent: Extent
    bands: tuple[float, ...]
    """Edges of the flat bands of colour in display units, rising from 0 to 1. About a dozen bands over the
    whole range; more when zoomed in, so that the visible part has about a dozen. Band i has the palette's
    colour at (bands[i] + bands[i + 1]) / 2."""
    levels: tuple[float, ...]
    """The loss at each inner edge of `bands`, in the landscape's own units (len(bands) − 2 numbers)."""
    display: Transform
    """How the loss became a height; ``relief.display.heights(values)`` does it for any loss."""
    palette: str = "chart"
    """Name of the palette of heights."""
    holes: bool = False
    """Whether some of the region is undefined."""

    def height_at(self, points: Array) -> Array:
        """Return the height (m,) in [0, 1] of the drawn ground at points (m, 2), between nodes bilinear.

        Points outside the extent get the height of the nearest edge; nan rows and undefined ground give nan.
        """
        rows, columns = self.heights.shape
        x0, x1, y0, y1 = self.extent
        with np.errstate(invalid="ignore"):
            u = np.clip((points[:, 0] - x0) / (x1 - x0) * (columns - 1), 0, columns - 1)
            v = np.clip((points[:, 1] - y0) / (y1 - y0) * (rows - 1), 0, rows - 1)
        missing = np.isnan(u) | np.isnan(v)
        u, v = np.where(missing, 0.0, u), np.where(missing, 0.0, v)
        i = np.minimum(u.astype(np.intp), columns - 2)
        j = np.minimum(v.astype(np.intp), rows - 2)
        a, b = u - i, v - j
        h = self.heights
        ground = (1 - b) * ((1 - a) * h[j, i] + a * h[j, i + 1]) + b * (
            (1 - a) * h[j + 1, i] + a * h[j + 1, i + 1]
        )
        return np.where(missing, np.nan, ground)


@dataclass(frozen=True, eq=False)
class Lines:
    """Polylines that change rarely: contour lines, a tangent, the cursor's cross.

    `points` is (m, 2); rows of nan separate the pieces. On the surface, each row lies on the ground at
    `heights[k]` if given (contours: so that they are not cut by the mesh), else at the relief's own height.
    """

    key: str
    revision: int
    points: Array
    style: Style
    heights: Array | None = None
    """(m,) heights in [0, 1], or None."""


@dataclass(frozen=True, eq=False)
class Path:
    """The way of one run up to a step; it grows, and its old part never needs repainting.

    A renderer that has drawn `epoch` up to step a appends ``track.between(a, upto)``; when the epoch differs
    or `upto` went back, it draws ``track.upto(upto)`` anew. In one variable the points are (x, loss).
    """

    key: str
    epoch: int
    track: Track
    upto: int
    style: Style
    fade: bool = False
    """Whether older loops (restarts) fade: draw `loops()`, the newest at full strength, each
    older one with the opacity of the one after it times 0.6, and never less than 0.12."""
    entry: int = 0
    """The line of the race it belongs to (clicking the path selects it)."""
    start: int = 0
    """Which start of the exploration."""

    def points(self) -> Array:
        """Return the path (m, 2), rows of nan between loops."""
        return self._plane(self.track.upto(self.upto, lifted=True))

    def added(self, since: int) -> Array:
        """Return what came after step `since`, joined to the point before; (0, 2) when nothing did."""
        return self._plane(self.track.between(since, self.upto, lifted=True))

    def loops(self) -> list[Array]:
        """Return the last loops, each (m, 2), the newest last."""
        return [self._plane(loop) for loop in self.track.loops_upto(self.upto, lifted=True)]

    @staticmethod
    def _plane(lifted: Array) -> Array:
        """Return the two columns that are drawn: the first two coordinates, or x and the loss."""
        return np.ascontiguousarray(lifted[:, :2])


@dataclass(frozen=True, eq=False)
class Boxes:
    """Filled rectangles of one style, without an edge: the bars of a chart.

    `rects` is (m, 4): x0, x1, y0, y1 of each.
    """

    key: str
    revision: int
    rects: Array
    style: Style
    gap: float = 0.0
    """Points left free at the right of each, between the parts of one bar."""


@dataclass(frozen=True, eq=False)
class Points:
    """Dots of one style: starts, heads, ends of loops, minima, proposals.

    `points` is (m, 2). On the surface they stand on the ground.
    """

    key: str
    revision: int
    points: Array
    style: Style
    ids: tuple[int, ...] = ()
    """What each point is, (m,): the index of the start, of the minimum, the entry of a head; () when nobody
    asks."""
    sizes: Array | None = None
    """(m,) diameters in points, or None: `style.size` for all. Ends of loops grow with how often they were
    reached."""


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from `tail` to `tip`, both (2,): the step on the profile."""

    key: str
    revision: int
    tail: tuple[float, float]
    tip: tuple[float, float]
    style: Style


@dataclass(frozen=True, eq=False)
class Arrows:
    """Arrows of one style, from `tails` (m, 2) to `tips` (m, 2): what a method has inside.

    On the surface they lie on the ground, along every fold of it.
    """

    key: str
    revision: int
    tails: Array
    tips: Array
    style: Style
    gap: float = 0.0
    """Points by which the tips keep off the places they point at, where dots stand there."""


@dataclass(frozen=True)
class Label:
    """Words beside the thing that they name, on a small card: "**local minimum**  0.39 above the best".

    A renderer puts the card on `side` of `point` at a distance of `gap` points, moves it to another side when
    it would leave the picture or lie on one of higher priority, and leaves it out when no side is free.
    """

    key: str
    revision: int
    point: tuple[float, float]
    bold: str
    """The bold part, first; may be empty."""
    text: str
    """The rest, in the normal weight; may be empty."""
    role: str = "text"
    side: Side = "below"
    gap: float = 10.0
    priority: int = 0
    """Higher ones are placed first."""
    spare: str = ""
    """The end of `text` that is left out first, where there is little room."""
    scale: float = 1.0
    """How many times as large as other words: letters to vote for are read from the last row."""


@dataclass(frozen=True)
class ContourLabel:
    """The level of a contour line, written along it; the line is interrupted below the words.

    `direction` is the tangent of the line in data units: the renderer turns it into an angle on its own
    screen, and the words by 180° where they would stand upside down. `room` is the straight length of line
    around the point, in data units along the tangent: where the words would be longer, the renderer leaves
    them out.
    """

    key: str
    revision: int
    point: tuple[float, float]
    direction: tuple[float, float]
    text: str
    room: float
    role: str = "contour-strong"


@dataclass(frozen=True, eq=False)
class Shading:
    """A number at every place, laid as a veil of colour over the relief's fill and under its contour lines.

    Slope, curvature, density, the chance of reaching the best minimum. Nodes lie *on* the edges, as those of
    a `Relief`: row 0 at y0, the last at y1; column 0 at x0, the last at x1. Between nodes it is blended.
    """

    key: str
    revision: int
    extent: Extent
    values: NDArray[np.float32]
    """(rows, columns) in [0, 1]: the place in the palette; nan is clear."""
    palette: str
    """Name of a palette of the theme: ``slope``, ``curvature`` (0.5 is zero), ``density``, ``chances``; or
    ``heights``: that of the ground."""
    opacity: float = 0.85
    """0 (unseen) to 1, of the whole veil."""
    rising: bool = False
    """Whether it is clear at 0 and only at 1 as opaque as that: a veil without an edge."""


@dataclass(frozen=True, eq=False)
class Regions:
    """A number of a region at every place: basins, lakes, the difference of two maps; never blurred.

    Nodes lie on the edges, as those of a `Shading`; each place has the label of its nearest node.
    """

    key: str
    revision: int
    extent: Extent
    labels: NDArray[np.int16]
    """(rows, columns): k ≥ 0 has the colour ``roles[k % len(roles)]``, −1 that of `none_role`, −2 is
    clear."""
    roles: tuple[str, ...]
    none_role: str = "basin:none"
    opacity: float = 0.85
    names: tuple[str, ...] = ()
    """What a key beside a saved picture says of each label ("minimum 1, 25.3 %"), the last for what has
    none; () draws no key."""


@dataclass(frozen=True, eq=False)
class Swarm:
    """Very many dots, all of one size, drawn anew in every frame: marbles. On the surface they lie on it."""

    key: str
    revision: int
    points: NDArray[np.float32]
    """(m, 2); rows of nan are not drawn."""
    labels: NDArray[np.int16] | None = None
    """(m,): dot i has the colour ``roles[labels[i] % len(roles)]``, negative ones the last of `roles`; None:
    all have ``roles[0]``."""
    roles: tuple[str, ...] = ("text",)
    size: float = 3.0
    """Diameter, points."""


Mark: TypeAlias = (
    Relief | Shading | Regions | Lines | Path | Boxes | Points | Swarm | Arrow | Arrows | Label | ContourLabel
)

"""The relief as a body in the box: its triangles, its heights, and how points of the map are laid onto it.

A point that is laid on the ground lies *in the triangle that is drawn*, and a line is broken wherever it
crosses an edge of a triangle; so nothing sinks in, and nothing floats. Each cell of the grid is cut along its
diagonal from (x0, y0) to (x1, y1).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Extent, Relief
from minima_widgets.paint.camera import Ray, pick

__all__ = ["BASE", "HEIGHT", "Ground"]

Array = NDArray[np.float64]

HEIGHT = 0.27
"""How high the relief stands, in lengths of the footprint's longer side."""
BASE = -0.04
"""Where the block ends below."""
OVER = 1.3
"""How far heights are followed beyond what is drawn."""
FARTHEST = 1e100
"""Data coordinates beyond this are nowhere."""
LEAST = 0.02
"""Range of heights that is stretched to the whole `HEIGHT` at most: a plain stays a plain."""
NARROWEST = 0.62
"""Shortest footprint in relation to its longer side: two variables in different units still make a body."""


class Ground:
    """The part of a relief that lies over `extent`, as a mesh in the box. Never changed after it was made.

    Attributes
    ----------
    heights : (rows, columns) float64
        In [0, 1]; nan where the landscape is undefined.
    unclipped : (rows, columns) float64
        The same, but above 1 where the picture is cut off, so that bands and lines have no teeth at the cut.
    half : (float, float)
        Half the footprint, in x and y of the box.
    x, y : (columns,), (rows,) float64
        Where the columns and rows stand in the box.
    z : (rows, columns) float64
        Where the ground stands in the box: what is visible uses the whole `HEIGHT`, also when zoomed in.
    """

    def __init__(self, relief: Relief, extent: Extent, cells: int = 160) -> None:
        self.relief = relief
        self.extent = extent
        across, along = extent[1] - extent[0], extent[3] - extent[2]
        ratio = min(max(along / across, NARROWEST), 1 / NARROWEST)
        self.half = (0.5 / max(ratio, 1.0), 0.5 * min(ratio, 1.0))
        longer = max(self.half)
        columns = max(round(cells * self.half[0] / longer), 8) + 1
        rows = max(round(cells * self.half[1] / longer), 8) + 1
        self.unclipped = _resample(relief, extent, rows, columns)
        self.heights = np.clip(self.unclipped, 0.0, 1.0)
        self.x = np.linspace(-self.half[0], self.half[0], columns)
        self.y = np.linspace(-self.half[1], self.half[1], rows)
        finite = self.heights[np.isfinite(self.heights)]
        self._lowest = float(finite.min()) if finite.size else 0.0
        self._span = max(float(finite.max()) - self._lowest, LEAST) if finite.size else 1.0
        self.z = (self.heights - self._lowest) * (HEIGHT / self._span)
        self._normals: NDArray[np.float32] | None = None
        self._triangles: NDArray[np.uint32] | None = None
        self._body: Array | None = None

    def heights_at(self, z: Array) -> Array:
        """Return the heights, in the relief's units, that lie at `z` of the box."""
        return z * (self._span / HEIGHT) + self._lowest

    # -- the body ------------------------------------------------------------------------------------------

    def normals(self) -> NDArray[np.float32]:
        """Return the normals (rows, columns, 3), of length 1, from central differences."""
        if self._normals is None:
            filled = np.nan_to_num(self.z, nan=HEIGHT)
            along, across = np.gradient(filled, self.y, self.x)
            normals = np.stack([-across, -along, np.ones_like(filled)], axis=-1)
            normals /= np.linalg.norm(normals, axis=-1, keepdims=True)
            self._normals = normals.astype(np.float32)
        return self._normals

    def points(self) -> Array:
        """Return the nodes (rows · columns, 3) in the box, row by row."""
        x, y = np.meshgrid(self.x, self.y)
        return np.stack([x, y, self.z], axis=-1).reshape(-1, 3)

    def triangles(self) -> NDArray[np.uint32]:
        """Return the triangles (t, 3) as numbers of nodes, without those that touch undefined ground."""
        if self._triangles is None:
            rows, columns = self.heights.shape
            node = np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns)
            a, b, c, d = node[:-1, :-1], node[:-1, 1:], node[1:, 1:], node[1:, :-1]
            both = np.stack([np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)], axis=2).reshape(
                -1, 3
            )
            if self.relief.holes:
                both = both[np.isfinite(self.z.ravel()[both]).all(axis=1)]
            self._triangles = np.ascontiguousarray(both)
        return self._triangles

    def walls(self) -> list[tuple[Array, tuple[float, float, float]]]:
        """Return the four sides of the block: the upper edge (m, 3) of each, and the normal outwards.

        The sides are in the order of `corners`: each goes from one corner to the next, or back.
        """
        (x, y), (w, h) = (self.x, self.y), self.half
        sides = [
            (x, np.full_like(x, -h), self.z[0], (0.0, -1.0, 0.0)),
            (np.full_like(y, w), y, self.z[:, -1], (1.0, 0.0, 0.0)),
            (x, np.full_like(x, h), self.z[-1], (0.0, 1.0, 0.0)),
            (np.full_like(y, -w), y, self.z[:, 0], (-1.0, 0.0, 0.0)),
        ]
        return [
            (np.stack([a, b, np.nan_to_num(top, nan=BASE)], axis=-1), normal) for a, b, top, normal in sides
        ]

    def corners(self) -> Array:
        """Return the lower corners (4, 3), counter-clockwise from (x0, y0)."""
        w, h = self.half
        return np.array([[-w, -h, BASE], [w, -h, BASE], [w, h, BASE], [-w, h, BASE]])

    def body(self) -> Array:
        """Return points (m, 3) that span what is to be seen: a camera that frames them frames the block."""
        if self._body is None:
            rows, columns = self.heights.shape
            some_rows = np.unique(np.linspace(0, rows - 1, 25).astype(int))
            some_columns = np.unique(np.linspace(0, columns - 1, 25).astype(int))
            x, y = np.meshgrid(self.x[some_columns], self.y[some_rows])
            inner = np.stack([x, y, self.z[np.ix_(some_rows, some_columns)]], axis=-1).reshape(-1, 3)
            points = np.concatenate([self.corners(), inner, *(edge for edge, _ in self.walls())])
            self._body = points[np.isfinite(points).all(axis=1)]
        return self._body

    # -- onto the ground -----------------------------------------------------------------------------------

    def to_box(self, points: Array) -> Array:
        """Return data coordinates (m, 2) as x and y of the box."""
        x0, x1, y0, y1 = self.extent
        middle = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        size = np.array([x1 - x0, y1 - y0])
        return (points - middle) / size * (2 * np.asarray(self.half))

    def from_box(self, points: Array) -> Array:
        """Return x and y of the box (m, 2) as data coordinates: `to_box` backwards."""
        x0, x1, y0, y1 = self.extent
        size = np.array([x1 - x0, y1 - y0])
        return points / (2 * np.asarray(self.half)) * size + ((x0 + x1) / 2, (y0 + y1) / 2)

    def to_data(self, x: float, y: float) -> tuple[float, float]:
        """Return x and y of the box as data coordinates."""
        x0, x1, y0, y1 = self.extent
        return (
            (x0 + x1) / 2 + x / (2 * self.half[0]) * (x1 - x0),
            (y0 + y1) / 2 + y / (2 * self.half[1]) * (y1 - y0),
        )

    def lift(self, points: Array) -> Array:
        """Return data coordinates (m, 2) as points (m, 3) on the drawn ground; nan outside and over holes."""
        points = _on_plane(points)
        return np.column_stack([self.to_box(points), self._on_mesh(self._in_cells(points))])

    def drape(self, points: Array) -> Array:
        """Return a polyline (m, 2), rows of nan between its pieces, as one (k, 3) that lies on the ground.

        A corner is put in wherever a segment crosses an edge of a triangle; what is outside becomes nan.
        """
        points = _on_plane(points)
        if len(points) < 2:
            return self.lift(points)
        rows, columns = self.heights.shape
        x0, x1, y0, y1 = self.extent
        # A path that ran off to 1e300 must not slow down or stop the drawing.
        points = np.where(np.abs(points) < FARTHEST, points, np.nan)
        grid = (points - (x0, y0)) * ((columns - 1) / (x1 - x0), (rows - 1) / (y1 - y0))
        a, b = grid[:-1], grid[1:]
        whole = np.isfinite(a).all(axis=1) & np.isfinite(b).all(axis=1)
        segments = [np.arange(len(points) - 1)]
        shares = [np.zeros(len(points) - 1)]
        for start, end, least, most in (
            (a[:, 0], b[:, 0], 0, columns - 1),
            (a[:, 1], b[:, 1], 0, rows - 1),
            (a[:, 0] - a[:, 1], b[:, 0] - b[:, 1], -(rows - 1), columns - 1),  # the diagonals
        ):
            crossed, at = _crossings(start, end, whole, least, most)
            segments.append(crossed)
            shares.append(at)
        segment, share = np.concatenate(segments), np.concatenate(shares)
        if len(segment) > len(points) - 1:
            order = np.lexsort((share, segment))
            segment, share = segment[order], share[order]
        with np.errstate(invalid="ignore"):
            between = points[segment] + share[:, None] * (points[segment + 1] - points[segment])
        # 0 · nan is nan: the corners themselves are taken as they are.
        corners = np.where(share[:, None] > 0, between, points[segment])
        return self.lift(np.concatenate([corners, points[-1:]]))

    def pick(self, ray: Ray) -> tuple[float, float] | None:
        """Return the data coordinates at which a ray meets the ground, or None."""
        hit = pick(self.z, self.half, ray)
        return None if hit is None else self.to_data(*hit)

    def _in_cells(self, points: Array) -> Array:
        """Return data coordinates (m, 2) in cells: (0, 0) to (columns − 1, rows − 1); nan outside."""
        rows, columns = self.heights.shape
        x0, x1, y0, y1 = self.extent
        last = np.array([columns - 1, rows - 1], dtype=np.float64)
        grid = (points - (x0, y0)) / (x1 - x0, y1 - y0) * last
        with np.errstate(invalid="ignore"):
            outside = ((grid < -1e-7) | (grid > last + 1e-7)).any(axis=1)
        grid = np.clip(grid, 0.0, last)
        grid[outside] = np.nan
        return grid

    def _on_mesh(self, grid: Array) -> Array:
        """Return the height in the box (m,) of the drawn triangles at places (m, 2) in cells."""
        rows, columns = self.heights.shape
        missing = np.asarray(np.isnan(grid).any(axis=1))
        u, v = np.where(missing[:, None], 0.0, grid).T
        i = np.minimum(u.astype(np.intp), columns - 2)
        j = np.minimum(v.astype(np.intp), rows - 2)
        a, b = u - i, v - j
        z = self.z
        low, high = z[j, i], z[j + 1, i + 1]
        corner = np.where(a >= b, z[j, i + 1], z[j + 1, i])
        more, less = np.maximum(a, b), np.minimum(a, b)
        lifted = low + more * (corner - low) + less * (high - corner)
        return np.where(missing, np.nan, lifted)


def _crossings(
    start: Array, end: Array, whole: NDArray[np.bool_], least: int, most: int
) -> tuple[NDArray[np.intp], Array]:
    """Return where segments cross the lines least..most of one family: which segments, at which shares."""
    low = np.where(whole, np.minimum(start, end), 0.5)
    high = np.where(whole, np.maximum(start, end), 0.5)
    first = np.floor(np.clip(low, least - 1, most + 1)).astype(np.int64) + 1
    last = np.ceil(np.clip(high, least - 1, most + 1)).astype(np.int64) - 1
    count = np.maximum(last - first + 1, 0)
    segment = np.repeat(np.arange(len(start)), count)
    line = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count) + first[segment]
    return segment, (line - start[segment]) / (end[segment] - start[segment])


def _resample(relief: Relief, extent: Extent, rows: int, columns: int) -> Array:
    """Return the heights (rows, columns) over `extent`, by a cubic (Catmull–Rom) through the relief's nodes.

    A relief coarser than the mesh becomes smooth, not faceted; a finer one is read at the nodes.
    """
    x0, x1, y0, y1 = relief.extent
    source_rows, source_columns = relief.heights.shape
    across = np.linspace((extent[0] - x0) / (x1 - x0), (extent[1] - x0) / (x1 - x0), columns) * (
        source_columns - 1
    )
    along = np.linspace((extent[2] - y0) / (y1 - y0), (extent[3] - y0) / (y1 - y0), rows) * (source_rows - 1)
    across, along = np.clip(across, 0, source_columns - 1), np.clip(along, 0, source_rows - 1)
    heights = _unclipped(relief)
    holes = ~np.isfinite(heights)
    if holes.any():
        heights = np.where(holes, 1.0, heights)
    answer = np.maximum(_cubic(_cubic(heights, along).T, across).T, 0.0)
    if holes.any():
        answer[holes[np.ix_(np.rint(along).astype(int), np.rint(across).astype(int))]] = np.nan
    return answer


def _unclipped(relief: Relief) -> Array:
    """Return the relief's heights as they would go on above 1 (up to `OVER`) if nothing were cut off."""
    clipped = relief.heights.astype(np.float64)
    display = relief.display
    highest = float(np.nanmax(relief.values, initial=display.high, where=np.isfinite(relief.values)))
    if highest <= display.high:
        return clipped
    wide = replace(display, high=highest)
    with np.errstate(over="ignore"):
        going_on = wide.heights(relief.values) / wide.heights(display.high)
    return np.where(clipped >= 1.0, np.clip(going_on, 1.0, OVER), clipped)


def _cubic(values: Array, at: Array) -> Array:
    """Interpolate the rows of `values` (n, m) at places `at` (k,) in 0..n − 1 by Catmull–Rom: (k, m)."""
    n = len(values)
    i = np.minimum(at.astype(np.intp), n - 2)
    t = (at - i)[:, None]
    before, after = values[np.maximum(i - 1, 0)], values[np.minimum(i + 2, n - 1)]
    p, q = values[i], values[i + 1]
    return p + 0.5 * t * (
        q - before + t * (2 * before - 5 * p + 4 * q - after + t * (3 * (p - q) + after - before))
    )


def _on_plane(points: Array) -> Array:
    """Return points (m, 2): of a landscape of more variables the first two."""
    points = np.asarray(points, dtype=np.float64)
    return points.reshape(-1, 2) if points.ndim < 2 else points[:, :2]

"""The relief as polygons, for pictures made of shapes: cut where the bands meet, the farthest first.

The colours are those of the raster (`relief_raster`): a band's colour, the veil over it, the light on it.
Each triangle of the mesh is cut along the edges of the bands, so that these are as sharp as in the raster,
and is made a little larger than it is: what is drawn later covers the overlap, and no ground shows through
seams.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Extent, Relief
from minima_widgets.paint.camera import Lens
from minima_widgets.paint.relief_look import WALL_CONTRAST, Look, light_on
from minima_widgets.paint.relief_mesh import BASE, Ground

__all__ = ["edge_lines", "facets", "shape_ground"]

Array = NDArray[np.float64]

CELLS, COARSEST = 80, 40
"""Cells of the mesh along the longer side."""
MOST = 18_000
"""Polygons of a relief: files stay below 2 MB."""
OVERLAP = 0.6
"""Pixels by which a polygon reaches beyond its border."""
SHARPEST = 0.25
"""Of 1 + the cosine between the sides' normals: how far sharp corners move is limited."""
SHADES = 48
"""Steps of light between black and white: neighbours that differ by less share a colour, and a path."""


def shape_ground(relief: Relief, extent: Extent, look: Look) -> Ground:
    """Return the ground as a mesh that gives at most about `MOST` polygons: the bumpier, the coarser."""
    ground = Ground(relief, extent, CELLS)
    wanted = _count(ground, look)
    if wanted > MOST:
        ground = Ground(relief, extent, max(round(CELLS * (MOST / wanted) ** 0.7), COARSEST))
    return ground


def _count(ground: Ground, look: Look) -> int:
    """Return how many pieces the bands cut the triangles into."""
    spans = np.floor(look.band(ground.unclipped.ravel())[ground.triangles()])
    return int((spans.max(axis=1) - spans.min(axis=1) + 1).sum())


def facets(ground: Ground, look: Look, lens: Lens) -> tuple[list[Array], NDArray[np.uint8]]:
    """Return the corners (k, 2) in pixels of each polygon, the farthest first, and their colours (m, 3)."""
    points = ground.points().astype(np.float64)
    pixels, w = lens.project(points)
    bands = look.band(ground.unclipped.ravel())
    lights = light_on(ground.normals().reshape(-1, 3), lens).astype(np.float64)
    triangles = ground.triangles().astype(np.intp)
    order = np.argsort(-w[triangles].mean(axis=1), kind="stable")
    triangles = triangles[order]
    polygons: list[Array] = []
    colours: list[Array] = []
    shades = _lit_bands(look.ground.astype(np.float64))
    lows = np.floor(bands[triangles].min(axis=1)).astype(int)
    highs = np.floor(bands[triangles].max(axis=1)).astype(int)
    lit = np.rint(lights[triangles].mean(axis=1) * SHADES) / SHADES
    veils = _veils(look, points[triangles].mean(axis=1), ground)
    n = len(look.ground)
    for k, corners in enumerate(triangles):
        flat, heights = pixels[corners], bands[corners]
        first, last = min(max(lows[k], 0), n - 1), min(max(highs[k], 0), n - 1)
        for band in range(first, last + 1):
            piece = flat if first == last else _between(flat, heights, band, first, last)
            if len(piece) >= 3:
                polygons.append(_larger(piece))
                colours.append(shades(band, float(lit[k]), None if veils is None else veils[k]))
    _walls(ground, look, lens, polygons, colours)
    return polygons, np.clip(np.rint(np.array(colours)), 0, 255).astype(np.uint8).reshape(-1, 3)


def edge_lines(ground: Ground, look: Look) -> Iterator[tuple[int, Array]]:
    """Yield each band's edge that has a contour line, and a line (k, 3) of the box along it, again and again.

    The lines lie in the triangles that are drawn. A corner of a line is where it crosses a side of the mesh.
    """
    points = ground.points().astype(np.float64)
    bands = look.band(ground.unclipped.ravel())
    triangles = ground.triangles().astype(np.intp)
    heights = bands[triangles]
    for edge in np.flatnonzero(look.line[:, 3] > 0):
        above = heights >= edge
        crossed = np.flatnonzero(above.any(axis=1) & ~above.all(axis=1))
        if not len(crossed):
            continue
        corners, at, side = triangles[crossed], heights[crossed], above[crossed]
        # The corner that lies alone on its side; the line runs between it and the two others.
        alone = np.argmax(side == (side.sum(axis=1) == 1)[:, None], axis=1)
        rows = np.arange(len(crossed))
        tip, tip_height = points[corners[rows, alone]], at[rows, alone]
        node = corners[rows, alone]
        places: dict[int, Array] = {}
        ends = []
        for other in (1, 2):
            far = (alone + other) % 3
            share = (edge - tip_height) / (at[rows, far] - tip_height)
            where = tip + share[:, None] * (points[corners[rows, far]] - tip)
            low, high = np.minimum(node, corners[rows, far]), np.maximum(node, corners[rows, far])
            names = (low * len(points) + high).tolist()
            places |= dict(zip(names, where, strict=True))
            ends.append(names)
        for chain in _chains(zip(*ends, strict=True)):
            yield int(edge), np.array([places[name] for name in chain])


def _chains(pairs: Iterable[tuple[int, int]]) -> Iterator[list[int]]:
    """Put pairs that share an end together: open lines from end to end, then rings."""
    beside: dict[int, list[int]] = {}
    for first, second in pairs:
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    for begin in [*(name for name, others in beside.items() if len(others) == 1), *beside]:
        chain = [begin]
        while beside[chain[-1]]:
            following = beside[chain[-1]].pop()
            beside[following].remove(chain[-1])
            chain.append(following)
        if len(chain) > 1:
            yield chain


def _between(flat: Array, heights: Array, band: int, first: int, last: int) -> Array:
    """Return the part of a polygon whose heights, in bands, lie in `band`; the outermost go on for ever."""
    columns = np.column_stack([flat, heights])
    if band > first:
        columns = _cut(columns, band, 1.0)
    if band < last and len(columns):
        columns = _cut(columns, band + 1, -1.0)
    return columns[:, :2]


def _cut(corners: Array, edge: float, side: float) -> Array:
    """Return the part of a polygon (k, 3) on one side of an edge (Sutherland and Hodgman 1974)."""
    away = (corners[:, 2] - edge) * side
    kept: list[Array] = []
    for k in range(len(corners)):
        here, before = away[k], away[k - 1]
        if (here >= 0) != (before >= 0):
            share = before / (before - here)
            kept.append(corners[k - 1] + share * (corners[k] - corners[k - 1]))
        if here >= 0:
            kept.append(corners[k])
    return np.array(kept).reshape(-1, 3)


def _larger(piece: Array) -> Array:
    """Return a convex polygon whose sides have moved outwards; sharp corners are not drawn out to points."""
    corners = [complex(x, y) for x, y in piece]
    turned = sum((a.conjugate() * b).imag for a, b in zip(corners, corners[1:] + corners[:1], strict=True))
    way = -1j if turned > 0 else 1j
    sides = [b - a for a, b in zip(corners, corners[1:] + corners[:1], strict=True)]
    normals = [way * side / abs(side) if abs(side) > 1e-9 else 0j for side in sides]
    moved = []
    for k, corner in enumerate(corners):
        both = normals[k - 1] + normals[k]
        stretch = max(1.0 + (normals[k - 1].conjugate() * normals[k]).real, SHARPEST)
        moved.append(corner + OVERLAP * both / stretch)
    return np.array([(each.real, each.imag) for each in moved])


def _lit_bands(ground: Array):  # type: ignore[no-untyped-def]
    """Return how a band looks in a light, with a veil over it."""

    def shade(band: int, light: float, veil: Array | None) -> Array:
        colour = ground[band]
        if veil is not None:
            colour = colour * (1.0 - veil[3] / 255.0) + veil[2::-1]
        deep, pale = min(light, 1.0), max(light - 1.0, 0.0)
        colour = colour * deep
        return np.asarray(colour + (255.0 - colour) * pale)

    return shade


def _veils(look: Look, middles: Array, ground: Ground) -> Array | None:
    """Return the veil (m, 4) over points of the box, None where there is none."""
    if not look.veil.size:
        return None
    rows, columns = look.veil.shape[:2]
    across = (middles[:, 0] / (2 * ground.half[0]) + 0.5) * columns
    down = (0.5 - middles[:, 1] / (2 * ground.half[1])) * rows
    i = np.clip(across.astype(np.intp), 0, columns - 1)
    j = np.clip(down.astype(np.intp), 0, rows - 1)
    return look.veil[j, i].astype(np.float64)


def _walls(ground: Ground, look: Look, lens: Lens, polygons: list[Array], colours: list[Array]) -> None:
    """Add the sides of the block that face the eye; nothing of the ground stands before them."""
    shades = _lit_bands(look.wall.astype(np.float64))
    n = len(look.wall)
    low = float(look.band(ground.heights_at(np.array([BASE])))[0])
    for edge, normal in ground.walls():
        foot = edge.copy()
        foot[:, 2] = BASE
        finite = np.isfinite(edge[:, 2])
        tops, _ = lens.project(edge)
        feet, _ = lens.project(foot)
        if not _faces(tops, feet, normal, lens):
            continue
        light = round(float(light_on(np.array(normal), lens, WALL_CONTRAST)) * SHADES) / SHADES
        heights = look.band(ground.heights_at(edge[:, 2]))
        runs = np.flatnonzero(np.diff(np.concatenate(([0], finite.astype(np.int8), [0])))).reshape(-1, 2)
        for begin, stop in runs:
            if stop - begin < 2:
                continue
            outline = np.vstack([tops[begin:stop], feet[begin:stop][::-1]])
            at = np.concatenate([heights[begin:stop], np.full(stop - begin, low)])
            columns = np.column_stack([outline, at])
            first, last = (min(max(int(np.floor(each)), 0), n - 1) for each in (at.min(), at.max()))
            for band in range(first, last + 1):
                # From the lowest layer up, each over the part of the side that reaches above its edge.
                part = columns if band == first else _cut(columns, band, 1.0)
                if len(part) >= 3:
                    polygons.append(part[:, :2])
                    colours.append(shades(band, light, None))


def _faces(tops: Array, feet: Array, normal: tuple[float, float, float], lens: Lens) -> bool:
    """Whether a side is turned towards the eye, perspective included."""
    whole = np.isfinite(tops).all(axis=1)
    if whole.sum() < 2:
        return False
    if abs(float(np.dot(normal, lens.eye))) > 0.35:
        return float(np.dot(normal, lens.eye)) > 0
    first, last = np.flatnonzero(whole)[[0, -1]]
    along, down = tops[last] - tops[first], feet[first] - tops[first]
    turned = along[0] * down[1] - along[1] * down[0]
    # Sides run along x or y: those whose outside lies at −y or +x run so that they face when turned right.
    outward = normal[1] < 0 or normal[0] > 0
    return bool(turned > 0) == outward

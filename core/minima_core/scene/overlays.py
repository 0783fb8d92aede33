"""What lies over the ground: basins, chances, slope, curvature, density, lines of the flow, marbles.

One overlay at a time: a colour means one thing. In one variable the overlays are a strip under the curve, on
the floor of the picture, and marbles roll on the curve.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.critical import globally_known
from minima_core.scene.findings import HUES, Findings, basin_role, basin_roles, kept
from minima_core.scene.marks import Extent, Lines, Mark, Regions, Shading, Style, Swarm
from minima_core.scene.relief import LandscapeLike
from minima_core.scene.stage import Stage, profile_extent, zero_of
from minima_core.scene.words import number, percent, point

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins
    from minima_core.analysis.fields import Curvature, Flow
    from minima_core.document import View

__all__ = [
    "Share",
    "basin_regions",
    "flow_marks",
    "level_lines",
    "overlay_marks",
    "shares_of",
    "swarm_marks",
    "twice",
]

Array: TypeAlias = NDArray[np.float64]

ROLES = basin_roles(HUES)
VEIL = 0.72
"""Opacity of regions: the relief's light and dark stay to be seen through them."""
STRIP = 0.035
"""Height of the strip under a curve, as a share of the picture's."""
HEAD, OPEN = 0.014, np.deg2rad(150.0)
"""Length of an arrow head of the flow as a share of the picture's side, and its opening."""

FLOW = Style("minimum-local", width=1.1, dash="solid", opacity=0.6)
HEADS = Style("minimum-local", width=1.7, dash="solid", opacity=0.95)
EDGE = Style("text", width=1.5, dash="solid", opacity=0.9)
INNER = Style("text", width=1.2, dash="dash", opacity=0.8)


def overlay_marks(view: View, stage: Stage, findings: Findings) -> tuple[Mark, ...]:
    """Return the veil that lies over the relief's fill and under its contour lines; () where there is none.

    See `flow_marks` for what lies over the contour lines, and `swarm_marks` for the marbles.
    """
    overlay = view.insight.overlay
    if overlay == "basins" and findings.basins is not None:
        basins = findings.basins
        names = tuple(each.text for each in shares_of(basins, stage, findings))
        return (basin_regions(basins, "basins", names=names, floor=_floor(view, stage)),)
    if overlay == "chances" and (found := findings.chances) is not None:
        return (_veil(found, "chances", lambda: found.probability, found.extent, view, stage),)
    if overlay == "slope" and (field := findings.slope) is not None:
        return (_veil(field, "slope", lambda: field.shown, field.extent, view, stage),)
    if overlay == "density" and (density := findings.density) is not None:
        return (_veil(density, "density", lambda: _shown(density.values), density.extent, view, stage),)
    if overlay == "curvature" and (bends := findings.curvature) is not None:
        veil = _veil(bends, "curvature", lambda: bends.shown_smallest, bends.extent, view, stage)
        return (veil, *(_edges(bends) if stage.land.dimension > 1 else ()))
    return ()


def _floor(view: View, stage: Stage) -> tuple[float, float] | None:
    """Return from which to which loss a strip under the curve reaches; None for two variables."""
    if stage.land.dimension > 1:
        return None
    _, _, y0, y1 = view.zoom or profile_extent(stage.land)
    return y0, y0 + STRIP * (y1 - y0)


def _laid(extent: Extent, floor: tuple[float, float] | None) -> Extent:
    """Return where a map lies: its own rectangle, or the strip under the curve."""
    return extent if floor is None else (extent[0], extent[1], *floor)


def twice(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """Return a map of one row as one of two: both edges of the strip."""
    return np.repeat(np.atleast_2d(values), 2, axis=0) if np.atleast_2d(values).shape[0] == 1 else values


def _veil(
    found: object, palette: str, values: Callable[[], NDArray[np.floating]], extent: Extent, view: View,
    stage: Stage,
) -> Shading:  # fmt: skip
    """Return a map of numbers in [0, 1] as a veil in a palette."""
    floor = _floor(view, stage)

    def make() -> Shading:
        shown = np.ascontiguousarray(twice(values()), dtype=np.float32)
        revision = hash((palette, floor, shown.tobytes()))
        return Shading(f"veil:{palette}", revision, _laid(extent, floor), shown, palette)

    return kept(palette, (found,), floor, make)


def _shown(density: Array) -> Array:
    """Return a density for the eye: the root of its share of the greatest, so that lesser wells show."""
    most = float(np.nanmax(density, initial=0.0))
    return np.sqrt(density / most) if most > 0 else np.zeros_like(density)


# -- basins ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Share:
    """How much of the region leads to one minimum: a line of the legend of basins."""

    minimum: int
    """Its number, from 0; −1 for what never arrives."""
    role: str
    name: str
    """ "global minimum", "minimum 2, 0.549 above the best", "never arrives"."""
    share: float

    @property
    def text(self) -> str:
        """The name and the share in percent."""
        return f"{self.name}: {percent(self.share)}"


def shares_of(basins: Basins, stage: Stage, findings: Findings) -> tuple[Share, ...]:
    """Return the legend of a map of basins: each minimum in its order, and last what never arrives."""
    return kept("shares", (basins, findings.critical), None, lambda: tuple(_shares(basins, stage, findings)))


def _shares(basins: Basins, stage: Stage, findings: Findings) -> Iterator[Share]:
    """Yield what `shares_of` returns."""
    minima = np.asarray(basins.minima, dtype=np.float64)
    if len(minima):
        with np.errstate(all="ignore"):
            values = np.asarray(stage.land.value(minima), dtype=np.float64)
        zero = zero_of(stage)
        tiny = 1e-9 * float(np.linalg.norm(stage.land.upper - stage.land.lower))
        best = float(np.min(values, initial=np.inf, where=~np.isnan(values)))
        alike = int(np.count_nonzero(values - best <= zero))
        bold = "global minimum" if globally_known(stage, findings) else "lowest minimum found"
        for k, (position, value) in enumerate(zip(minima, values.tolist(), strict=True)):
            if value - best <= zero:
                name = bold if alike == 1 else f"{bold} at {point(position[:2].tolist(), zero=tiny)}"
            else:
                name = f"minimum {k + 1}, {number(value - best)} above the best"
            yield Share(k, basin_role(k), name, float(basins.shares[k]))
    yield Share(-1, basin_role(-1), "never arrives", float(basins.never))


def basin_regions(
    basins: Basins,
    key: str,
    *,
    names: tuple[str, ...] = (),
    floor: tuple[float, float] | None = None,
) -> Regions:
    """Return a map of basins, each in the colour of its minimum."""

    def make() -> Regions:
        labels = np.ascontiguousarray(twice(basins.labels), dtype=np.int16)
        revision = hash((labels.tobytes(), names, floor))
        extent = _laid(basins.extent, floor)
        return Regions(key, revision, extent, labels, ROLES, opacity=VEIL, names=names)

    return kept("basins", (basins,), (key, names, floor), make)


# -- curvature and flow ------------------------------------------------------------------------------------


def _edges(bends: Curvature) -> tuple[Lines, ...]:
    """Return the edge of where the ground is convex, and of where it is concave."""

    def make() -> tuple[Lines, ...]:
        found = []
        for name, values, style in (("convex", bends.smallest, EDGE), ("concave", bends.largest, INNER)):
            points = level_lines(values, bends.extent, 0.0)
            if len(points):
                found.append(Lines(f"edge:{name}", hash(points.tobytes()), points, style))
        return tuple(found)

    return kept("edges", (bends,), None, make)


def level_lines(values: Array, extent: Extent, level: float) -> Array:
    """Return where a map (rows, columns) passes through `level`, (m, 2) with rows of nan between pieces."""
    from contourpy import FillType, LineType, SerialContourGenerator, ZInterp

    rows, columns = values.shape
    x0, x1, y0, y1 = extent
    x, y = np.meshgrid(np.linspace(x0, x1, columns), np.linspace(y0, y1, rows))
    holes = ~np.isfinite(values)
    generator = SerialContourGenerator(
        x,
        y,
        np.where(holes, 0.0, values),
        holes if holes.any() else None,  # type: ignore[arg-type]  # None: no holes
        corner_mask=True,
        line_type=LineType.ChunkCombinedNan,
        fill_type=FillType.OuterOffset,
        quad_as_tri=False,
        z_interp=ZInterp.Linear,
    )
    points = generator.lines(level)[0][0]
    return np.empty((0, 2)) if points is None else np.ascontiguousarray(points)


def flow_marks(view: View, stage: Stage, findings: Findings) -> tuple[Lines, ...]:
    """Return the lines of the gradient flow with their arrow heads: they lie over the contour lines."""
    flow = findings.flow
    if not view.insight.flow or flow is None or stage.land.dimension == 1:
        return ()
    return kept("flow", (flow,), None, lambda: _flow(flow))


def _flow(flow: Flow) -> tuple[Lines, ...]:
    """Make the lines and the heads."""
    lines = np.ascontiguousarray(flow.lines)
    marks = [Lines("flow", hash(lines.tobytes()), lines, FLOW)] if len(lines) else []
    if len(flow.arrows):
        x0, x1, y0, y1 = flow.extent
        side = np.array([x1 - x0, y1 - y0])
        tips, ways = flow.arrows[:, :2], flow.arrows[:, 2:] / side
        ways = ways / np.maximum(np.hypot(ways[:, 0], ways[:, 1]), 1e-300)[:, None]
        strokes = []
        for turn in (OPEN, -OPEN):
            c, s = np.cos(turn), np.sin(turn)
            turned = np.column_stack((c * ways[:, 0] - s * ways[:, 1], s * ways[:, 0] + c * ways[:, 1]))
            strokes.append(tips + HEAD * turned * side)
        gap = np.full_like(tips, np.nan)
        heads = np.stack((strokes[0], tips, strokes[1], gap), axis=1).reshape(-1, 2)[:-1]
        marks.append(Lines("flow:heads", hash(heads.tobytes()), np.ascontiguousarray(heads), HEADS))
    return tuple(marks)


# -- marbles -----------------------------------------------------------------------------------------------


def swarm_marks(view: View, stage: Stage, findings: Findings) -> tuple[Swarm, ...]:
    """Return the marbles where they are now, each in the colour of its minimum if that is known."""
    marbles = findings.marbles
    if view.insight.marbles == "none" or marbles is None:
        return ()
    positions = np.asarray(marbles.positions, dtype=np.float64)
    if not len(positions):
        return ()
    points = np.empty((len(positions), 2), dtype=np.float32)
    with np.errstate(over="ignore"):  # marbles that ran off are beyond what a dot can be
        points[:, 0] = positions[:, 0]
        points[:, 1] = positions[:, 1] if stage.land.dimension > 1 else _heights(stage.land, positions)
    labels: NDArray[np.int16] | None = None
    roles: tuple[str, ...] = ("text",)
    if findings.marble_labels is not None and len(findings.marble_labels) == len(points):
        known = np.asarray(findings.marble_labels)
        labels = np.where(known < 0, -1, known % HUES).astype(np.int16)
        roles = (*ROLES, basin_role(-1))
    size = 3.0 if len(points) >= 2000 else 5.0
    revision = hash((points.tobytes(), b"" if labels is None else labels.tobytes()))
    return (Swarm("marbles", revision, points, labels, roles, size),)


def _heights(land: LandscapeLike, positions: Array) -> Array:
    """Return the losses of positions (m, 1)."""
    with np.errstate(all="ignore"):
        return np.asarray(land.value(positions), dtype=np.float64)

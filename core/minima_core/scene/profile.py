"""The scene of a landscape of one variable: the curve, points that roll on it, the tangent and the step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Entry, Exploration, View
from minima_core.scene.cache import Cache
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.insides import InsideMarks
from minima_core.scene.marks import Arrow, Extent, Lines, Mark, Path, Points, Style
from minima_core.scene.overlays import swarm_marks
from minima_core.scene.race import (
    Tracks,
    formula_text,
    insight_marks,
    layered,
    moving_marks,
    parted,
    still_marks,
    tool_marks,
)
from minima_core.scene.relief import LandscapeLike
from minima_core.scene.rolling import RollingPath, Slope, hops_of
from minima_core.scene.scenes import ProfileScene
from minima_core.scene.stage import Stage, profile_extent
from minima_core.scene.ticks import linear_ticks
from minima_core.scene.track import Track

__all__ = ["curve_of", "profile_scene"]

Array: TypeAlias = NDArray[np.float64]

NODES = 1600
"""Points of the curve."""
CURVE = Style("text", width=2.2, dash="solid")

_curves: Cache[Lines] = Cache(16)
_slopes: Cache[Slope] = Cache(16)


def profile_scene(
    exploration: Exploration,
    view: View,
    stage: Stage,
    tracks: Tracks,
    step: int,
    *,
    findings: Findings | None = None,
    hovered: int | None = None,
    drawing: bool = False,
    insides: InsideMarks | None = None,
) -> ProfileScene:
    """Return the scene of a race on a landscape of one variable; see `race_scene`."""
    land = stage.land
    if land.dimension != 1:
        raise ValueError("A profile shows landscapes of one variable; for more there is race_scene.")
    region = profile_extent(land)
    extent = view.zoom or region
    curve = curve_of(land, extent)
    known = NOTHING if findings is None else findings
    still = still_marks(exploration, view, stage, extent, known, hovered=hovered)
    seen = insight_marks(view, stage, extent, known)
    tools = tool_marks(exploration, view, stage, extent, known, drawing=drawing)
    veils, below, words = layered((*seen, *still, *tools))
    swarm = swarm_marks(view, stage, known)
    step_marks: list[Mark] = []
    if view.layers.tangent and (chosen := _followed(exploration, view, tracks)):
        step_marks = list(_step_marks(*chosen, stage, extent, step))
    inner = insides or InsideMarks()
    rolling = _rolling(exploration, view, stage, tracks, step, curve, extent)
    paths, moving = parted(rolling)
    x0, x1, y0, y1 = extent
    return ProfileScene(
        extent=extent,
        region=region,
        title=exploration.place.title or land.title,
        formula_text=formula_text(land),
        curve=curve,
        marks=(
            *veils,
            *below,
            *swarm,
            *inner.under,
            *step_marks,
            *paths,
            *inner.over,
            *moving,
            *words,
        ),
        x_ticks=linear_ticks(x0, x1),
        y_ticks=linear_ticks(y0, y1),
        step=step,
        revision=hash(
            (curve.revision, extent, tuple(getattr(mark, "revision", 0) for mark in (*veils, *words)))
        ),
    )


def curve_of(land: LandscapeLike, extent: Extent) -> Lines:
    """Return the curve, interrupted where it is undefined and where it jumps."""
    key = (land.digest, extent)

    def make() -> Lines:
        x0, x1, y0, y1 = extent
        x = np.linspace(x0, x1, NODES)
        with np.errstate(all="ignore"):
            y = np.asarray(land.value_on(x), dtype=np.float64)
        far = 20 * (y1 - y0)
        y = np.where(np.isnan(y), np.nan, np.clip(y, y0 - far, y1 + far))
        points = np.column_stack((x, np.broadcast_to(y, x.shape)))
        # A jump across the whole picture between two neighbours is a pole, or a step of the function.
        jumps = np.flatnonzero(np.abs(np.diff(points[:, 1])) > 0.8 * (y1 - y0)) + 1
        return Lines("curve", hash(key), np.insert(points, jumps, np.nan, axis=0), CURVE)

    return _curves.get(key, make)


def _rolling(
    exploration: Exploration,
    view: View,
    stage: Stage,
    tracks: Tracks,
    step: int,
    curve: Lines,
    extent: Extent,
) -> Iterator[Mark]:
    """Yield what moves: ways along the curve, each in a lane of its own, and balls that rest on it."""
    slope = _slopes.get((curve.revision, extent), lambda: Slope(curve.points, extent, curve.revision))
    lanes = {entry.id: k for k, entry in enumerate(each for each in exploration.entries if each.enabled)}
    for mark in moving_marks(exploration, view, stage, tracks, step):
        if isinstance(mark, Path):
            way = RollingPath.of(mark, slope, lanes[mark.entry])
            yield way
            if (hops := hops_of(way)) is not None:
                yield hops
        elif isinstance(mark, Points) and mark.key.startswith(("heads:", "best:")):
            points = slope.resting(mark.points)
            yield replace(mark, points=points, revision=hash((mark.revision, curve.revision)))
        else:
            yield mark


def _followed(exploration: Exploration, view: View, tracks: Tracks) -> tuple[Entry, Track] | None:
    """Return the line of the race whose steps are explained: the selected one, else the first."""
    enabled = [entry for entry in exploration.entries if entry.enabled]
    enabled.sort(key=lambda entry: entry.id != view.selected)
    for entry in enabled:
        track = tracks.get((entry.id, 0))
        if track is not None and track.last >= 0:
            return entry, track
    return None


def _step_marks(entry: Entry, track: Track, stage: Stage, extent: Extent, step: int) -> Iterator[Mark]:
    """Yield the tangent where the last step began, the step along it, and the drop to the curve."""
    x0, x1, y0, y1 = extent
    at, position, value = track.at(step)
    before = track.before(step)
    single = before is not None and before[0] == at - 1
    start, height = (
        (float(before[1][0]), before[2]) if before is not None and single else (float(position[0]), value)
    )
    with np.errstate(all="ignore"):
        slope = float(np.asarray(stage.land.gradient(np.array([start])))[0])
    if not (math.isfinite(slope) and math.isfinite(height)):
        return
    # A tangent of one length on the screen, whatever its slope.
    reach = 0.13 / math.hypot(1.0 / (x1 - x0), slope / (y1 - y0))
    tangent = np.array([(start - reach, height - slope * reach), (start + reach, height + slope * reach)])
    yield Lines(
        "tangent", hash(tangent.tobytes()), tangent, Style(entry.role, width=1.4, dash="dash", opacity=0.9)
    )
    if not single:
        return
    move = float(position[0]) - start
    foot = (float(position[0]), height + slope * move)
    if math.isfinite(move) and abs(move) > 0.004 * (x1 - x0):
        drop = np.array([foot, (float(position[0]), value)])
        yield Lines("drop", hash(drop.tobytes()), drop, Style(entry.role, width=1.2, dash="dot", opacity=0.8))
        yield Arrow("step", hash((start, height, foot)), (start, height), foot, Style(entry.role, width=2.0))

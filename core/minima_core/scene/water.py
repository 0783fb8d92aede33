"""The flood: lakes up to a level, their shores, and the passes where they meet or are about to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.findings import Findings, kept
from minima_core.scene.marks import Extent, Label, Lines, Mark, Points, Regions, Style
from minima_core.scene.overlays import ROLES
from minima_core.scene.stage import Stage, plane_of, zero_of
from minima_core.scene.words import number

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree, Lakes
    from minima_core.document import View

__all__ = ["flood_words", "lake_count", "water_marks"]

Array: TypeAlias = NDArray[np.float64]

DEPTH = 0.78
SHORE = Style("minimum-local", width=1.6, dash="solid", opacity=0.95)
CROSSED = Style("accent", width=1.6, marker="diamond", size=9.0)
AHEAD = Style("accent", width=1.6, marker="diamond", size=9.0, fill="card")
MOST_WORDS = 4
COLUMNS, ROWS = 640, 240
"""Nodes of the water in the picture of a curve."""
SURFACE = 2.0


def water_marks(view: View, stage: Stage, extent: Extent, findings: Findings) -> Iterator[Mark]:
    """Yield the lakes, each in the colour of its lowest minimum, their shores, and the passes.

    A pass that the water has crossed is filled; the next one is hollow, and says how high it lies.
    """
    level = view.insight.flood
    if level is None:
        return
    if stage.land.dimension == 1:
        yield from _in_curve(stage, extent, findings, level)
    elif findings.lakes is not None:
        yield from kept("lakes", (findings.lakes,), None, lambda: _lakes(findings.lakes))
    if findings.tree is not None:
        yield from _passes(view, stage, extent, findings.tree, level)


def _lakes(lakes: Lakes | None) -> tuple[Mark, ...]:
    """Make water and shores."""
    if lakes is None:
        return ()
    wet = np.ascontiguousarray(np.where(lakes.labels < 0, -2, lakes.labels), dtype=np.int16)
    shore = np.ascontiguousarray(lakes.shore)
    water = Regions("lakes", hash(wet.tobytes()), lakes.extent, wet, ROLES, opacity=DEPTH)
    if not len(shore):
        return (water,)
    return water, Lines("shore", hash(shore.tobytes()), shore, SHORE)


def _in_curve(stage: Stage, extent: Extent, findings: Findings, level: float) -> Iterator[Mark]:
    """Yield water that stands in a curve up to the level, and its surface."""
    key = (stage.land.digest, extent, level)
    yield from kept(
        "curve", (findings.tree, findings.critical), key, lambda: _water(stage, extent, findings, level)
    )


def _water(stage: Stage, extent: Extent, findings: Findings, level: float) -> tuple[Mark, ...]:
    """Make the water in a curve."""
    x0, x1, y0, y1 = extent
    left, right = max(x0, float(stage.land.lower[0])), min(x1, float(stage.land.upper[0]))
    if not right > left:
        return ()
    x = np.linspace(left, right, COLUMNS)
    with np.errstate(all="ignore"):
        ground = np.broadcast_to(np.asarray(stage.land.value_on(x), dtype=np.float64), x.shape)
        wet = ground < level
    if not wet.any():
        return ()
    begins = np.flatnonzero(wet & ~np.concatenate(([False], wet[:-1])))
    ends = np.flatnonzero(wet & ~np.concatenate((wet[1:], [False])))
    minima = (
        findings.tree.minima
        if findings.tree is not None
        else findings.critical.minima
        if findings.critical is not None
        else stage.minima
    )
    places = np.array([float(each.position[0]) for each in minima])
    step = x[1] - x[0]
    column = np.full(COLUMNS, -2, dtype=np.int16)
    surface: list[tuple[float, float]] = []
    for a, b in zip(begins.tolist(), ends.tolist(), strict=True):
        inside = np.flatnonzero((places >= x[a] - step) & (places <= x[b] + step))
        column[a : b + 1] = int(inside[0]) if len(inside) else -1
        surface += [(float(x[a]), level), (float(x[b]), level), (np.nan, np.nan)]
    top = min(level, y1)
    if not top > y0:
        return ()
    y = np.linspace(y0, top, ROWS)
    labels = np.where(y[:, None] >= np.where(wet, ground, np.inf)[None, :], column[None, :], -2)
    labels = np.ascontiguousarray(labels, dtype=np.int16)
    line = np.array(surface[:-1])
    return (
        Regions("lakes", hash(labels.tobytes()), (left, right, y0, top), labels, ROLES, opacity=DEPTH),
        Lines("shore", hash(line.tobytes()), line, Style("text", width=SURFACE, dash="solid")),
    )


def _passes(view: View, stage: Stage, extent: Extent, tree: BarrierTree, level: float) -> Iterator[Mark]:
    """Yield the passes at which lakes have met, and the next one with its height."""
    x0, x1, y0, y1 = extent
    crossed = [merge.pass_index for merge in tree.merges if merge.height <= level]
    ahead = next((merge.pass_index for merge in tree.merges if merge.height > level), None)
    for name, chosen, style in (
        ("crossed", crossed, CROSSED),
        ("ahead", [] if ahead is None else [ahead], AHEAD),
    ):
        if chosen:
            points = np.array([plane_of(tree.passes[k].position, stage) for k in chosen])
            yield Points(f"passes:{name}", hash(points.tobytes()), points, style, tuple(chosen))
    if not view.layers.labels:
        return
    some = ([] if ahead is None else [(ahead, "next pass")]) + [(k, "pass") for k in reversed(crossed)]
    for rank, (k, bold) in enumerate(some[:MOST_WORDS]):
        x, y = plane_of(tree.passes[k].position, stage)
        if x0 <= x <= x1 and y0 <= y <= y1:
            text = number(tree.passes[k].value, 4, zero=zero_of(stage))
            yield Label(
                f"label:pass:{k}", hash((bold, text, x, y)), (x, y), bold, text, "accent", "above", 9.0,
                15 - rank,
            )  # fmt: skip


def lake_count(tree: BarrierTree, level: float) -> int:
    """Return how many lakes there are at a level."""
    begun = sum(each.value < level for each in tree.minima)
    return max(begun - sum(merge.height <= level for merge in tree.merges), 0)


def flood_words(tree: BarrierTree, level: float, *, zero: float = 0.0) -> str:
    """Return what a flood has come to: "3 lakes; the next two meet at 104.5"."""
    count = lake_count(tree, level)
    lakes = "no water yet" if not count else f"{count} {'lake' if count == 1 else 'lakes'}"
    ahead = next((merge.height for merge in tree.merges if merge.height > level), None)
    if ahead is None:
        return lakes
    return f"{lakes}; the next two meet at {number(ahead, 4, zero=zero)}"

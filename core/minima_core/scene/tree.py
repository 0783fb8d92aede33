"""The barrier tree: every minimum a branch, from its height up to the pass where its lake meets a deeper one.

The length of a branch is its prominence. With a flood, what stands under water is thick.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.findings import HUES, basin_role, kept
from minima_core.scene.marks import Label, Lines, Mark, Points, Style
from minima_core.scene.scenes import ChartScene, Tick
from minima_core.scene.ticks import linear_ticks, log_ticks
from minima_core.scene.words import number

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree
    from minima_core.document import View

__all__ = ["TreeAxis", "empty_chart", "tree_axis", "tree_scene"]

Array: TypeAlias = NDArray[np.float64]

BENT = 300.0
"""When barriers differ by more than this factor, heights are logarithmic."""
MOST_NUMBERED = 40
MOST_WORDS = 8
MOST_VARIABLES = 2
MARGIN = 0.08

BRANCH = Style("text", width=1.5, dash="solid", opacity=0.85)
PASS = Style("accent", width=1.4, marker="diamond", size=7.0, fill="card")
FLOOD = Style("accent", width=1.8, dash="dash")
CHOSEN = Style("accent", width=2.0, marker="ring", size=18.0, fill="none")
DRY = Style("text", width=1.5, dash="solid", opacity=0.5)
WATER = 7.0


@dataclass(frozen=True)
class TreeAxis:
    """The vertical axis: the loss itself, or log₁₀ of how far it lies above the best."""

    log: bool
    base: float
    floor: float
    """On a log axis: what lies lower above the base than this is drawn here."""

    def at(self, losses: Array | float) -> Array:
        """Return where losses stand on the axis."""
        values = np.asarray(losses, dtype=np.float64)
        return np.log10(np.maximum(values - self.base, self.floor)) if self.log else values

    def loss(self, at: float) -> float:
        """Return the loss at a place of the axis: where the flood stands that was dragged there."""
        return self.base + 10.0**at if self.log else float(at)


def tree_axis(tree: BarrierTree) -> TreeAxis:
    """Return the vertical axis that shows a tree best."""
    values = np.array([each.value for each in tree.minima])
    base = float(values.min()) if len(values) else 0.0
    heights = np.array([merge.height for merge in tree.merges]) - base
    heights = heights[np.isfinite(heights) & (heights > 0)]
    climbs = tree.prominence[np.isfinite(tree.prominence) & (tree.prominence > 0)]
    if len(heights) < 2 or not len(climbs):
        return TreeAxis(False, base, 0.0)
    log = float(heights.max()) > BENT * float(np.median(heights))
    gaps = (values - base)[values - base > 1e-12 * max(abs(base), 1.0)]
    least = min(float(heights.min()), float(gaps.min()) if len(gaps) else math.inf)
    return TreeAxis(log, base, 0.3 * least)


def tree_scene(
    tree: BarrierTree | None, view: View, *, chosen: int | None = None, dimension: int = 2
) -> ChartScene:
    """Return the barrier tree as a chart.

    The minima are points ``leaf:<hue>`` with their numbers as ids, the passes are ``passes`` with theirs;
    ``drag:flood`` is the water's level (`tree_axis` turns a place of the axis into a loss).

    Parameters
    ----------
    tree
        None when it is not known (yet): an empty chart that says so.
    chosen
        The number of a minimum to be pointed out, such as the one under the pointer on the map.
    dimension
        Of the landscape: with more than two variables there is no tree.
    """
    if dimension > MOST_VARIABLES:
        return empty_chart("Passes are found in one and two variables: choose a landscape of two.")
    if tree is None:
        return empty_chart(
            "Looking for minima and the passes between them…", "loss", title="Minima and the passes between"
        )
    if not tree.minima:
        return empty_chart("There is no minimum in this region, so there is nothing to climb out of.", "loss")
    level = view.insight.flood
    return kept("tree", (tree,), (level, chosen), lambda: _tree(tree, level, chosen))


def empty_chart(note: str, y_label: str = "", x_label: str = "", *, title: str = "") -> ChartScene:
    """Return a chart that holds nothing but a sentence."""
    return ChartScene(
        (0.0, 1.0, 0.0, 1.0), x_label, y_label, (), (), (), title=title, note=note, revision=hash(note)
    )


def _tree(tree: BarrierTree, level: float | None, chosen: int | None) -> ChartScene:
    """Make the chart."""
    axis = tree_axis(tree)
    count = len(tree.minima)
    places = _places(tree)
    bottoms = axis.at(np.array([each.value for each in tree.minima]))
    tops, into, passes = _branches(tree)
    heights = np.array([merge.height for merge in tree.merges])
    reached = [float(each) for each in axis.at(heights[np.isfinite(heights)])] if len(heights) else []
    low, high = float(bottoms.min()), max([float(bottoms.max()), *reached])
    if level is not None:
        drawn = float(axis.at(level))
        low, high = min(low, drawn), max(high, drawn)
    span = high - low if high > low else max(abs(high), 1.0)
    y0, y1 = low - 1.6 * MARGIN * span, high + MARGIN * span
    ends = np.array([float(axis.at(top)) if math.isfinite(top) else y1 for top in tops])

    marks: list[Mark] = []
    if level is not None:
        marks += _wet(tree, places, bottoms, ends, float(axis.at(level)))
    gap = (math.nan, math.nan)
    lines: list[tuple[float, float]] = []
    for k in range(count):
        lines += [(places[k], float(bottoms[k])), (places[k], float(ends[k]))]
        if into[k] >= 0:
            lines.append((places[into[k]], float(ends[k])))
        lines.append(gap)
    branches = np.array(lines[:-1])
    marks.append(Lines("branches", hash(branches.tobytes()), branches, BRANCH if level is None else DRY))
    marks += _passes(tree, places, ends, passes)
    marks += _leaves(count, places, bottoms)
    if level is not None:
        line = np.array([(-0.8, float(axis.at(level))), (count - 0.2, float(axis.at(level)))])
        marks.append(Lines("drag:flood", hash(line.tobytes()), line, FLOOD))
        at = (count - 0.25, float(axis.at(level)))
        text = number(level, 4)
        marks.append(Label("label:flood", hash((text, at)), at, "water", text, "accent", "above", 5.0, 50))
    if chosen is not None and 0 <= chosen < count:
        at = (places[chosen], float(bottoms[chosen]))
        marks.append(Points("chosen", hash(at), np.array([at]), CHOSEN))
    marks += _words(tree, places, bottoms)
    numbered = sorted((place, k) for k, place in enumerate(places))
    few = count <= MOST_NUMBERED
    ticks = tuple(Tick(place, str(k + 1) if few else "") for place, k in numbered)
    extent = (-0.8, count - 0.2, y0, y1)
    title = f"{count} {'minimum' if count == 1 else 'minima'} and the passes between"
    return ChartScene(
        extent=extent,
        x_label="number of the minimum, the lowest is 1" if few else "minima, beside each other as they meet",
        y_label="above the best" if axis.log else "loss",
        x_ticks=ticks,
        y_ticks=log_ticks(y0, y1) if axis.log else linear_ticks(y0, y1, 5),
        marks=tuple(marks),
        title=title,
        y_log=axis.log,
        revision=hash((extent, axis, count)),
        note="" if count > 1 else "One minimum only: from everywhere else the way leads down to it.",
    )


def _places(tree: BarrierTree) -> list[float]:
    """Return where the branch of each minimum stands, 0, 1, 2, …: lakes that meet stand together."""
    count = len(tree.minima)
    members: dict[int, list[int]] = {k: [k] for k in range(count)}
    for j, merge in enumerate(tree.merges):
        left, right = members.pop(merge.left), members.pop(merge.right)
        # Lakes join on the side where the trunk, the deepest minimum, has fewer neighbours: it stays near
        # the middle. All between it and the newcomer have ended lower, so that no two lines cross.
        before = left.index(min(left))
        members[count + j] = right + left if before < len(left) - 1 - before else left + right
    order = [k for group in sorted(members.values(), key=min) for k in group]
    places = [0.0] * count
    for place, k in enumerate(order):
        places[k] = float(place)
    return places


def _branches(tree: BarrierTree) -> tuple[list[float], list[int], list[int]]:
    """Return for each minimum: up to which loss it is alone, which deeper one it meets, over which pass."""
    count = len(tree.minima)
    deepest = {k: k for k in range(count)}
    tops, into, passes = [math.inf] * count, [-1] * count, [-1] * count
    for j, merge in enumerate(tree.merges):
        a, b = deepest[merge.left], deepest[merge.right]
        lower, higher = min(a, b), max(a, b)
        tops[higher], into[higher], passes[higher] = merge.height, lower, merge.pass_index
        deepest[count + j] = lower
    return tops, into, passes


def _leaves(count: int, places: list[float], bottoms: Array) -> list[Points]:
    """Return the minima, one mark for each colour."""
    size = 11.0 if count <= MOST_NUMBERED else 7.0
    marks = []
    for hue in range(min(count, HUES)):
        ids = tuple(range(hue, count, HUES))
        points = np.array([(places[k], float(bottoms[k])) for k in ids])
        style = Style("text", width=1.2, marker="circle", size=size, fill=basin_role(hue))
        marks.append(Points(f"leaf:{hue}", hash(points.tobytes()), points, style, ids))
    return marks


def _passes(tree: BarrierTree, places: list[float], ends: Array, passes: list[int]) -> list[Points]:
    """Return the passes at which branches end."""
    met = [k for k in range(len(places)) if passes[k] >= 0]
    if not met:
        return []
    points = np.array([(places[k], float(ends[k])) for k in met])
    style = PASS if len(met) <= MOST_NUMBERED else Style("accent", width=0.0, marker="dot", size=3.5)
    return [Points("passes", hash(points.tobytes()), points, style, tuple(passes[k] for k in met))]


def _wet(tree: BarrierTree, places: list[float], bottoms: Array, ends: Array, level: float) -> list[Lines]:
    """Return the parts of branches that stand under water, thick and in the colour of their lake."""
    _, into, _ = _branches(tree)
    lines: dict[int, list[tuple[float, float]]] = {}
    for k, (bottom, end) in enumerate(zip(bottoms.tolist(), ends.tolist(), strict=True)):
        if bottom >= level:
            continue
        piece = lines.setdefault(k % HUES, [])
        piece += [(places[k], bottom), (places[k], min(end, level))]
        if end <= level and into[k] >= 0:
            piece.append((places[into[k]], end))
        piece.append((math.nan, math.nan))
    marks = []
    for hue, pieces in sorted(lines.items()):
        points = np.array(pieces[:-1])
        style = Style(basin_role(hue), width=WATER, dash="solid")
        marks.append(Lines(f"wet:{hue}", hash(points.tobytes()), points, style))
    return marks


def _words(tree: BarrierTree, places: list[float], bottoms: Array) -> list[Label]:
    """Return the losses of the lowest minima, and how prominent they are."""
    losses = [each.value for each in tree.minima] + [merge.height for merge in tree.merges]
    zero = 1e-9 * max(abs(float(each)) for each in losses)
    marks = []
    for k in range(min(len(places), MOST_WORDS)):
        climb = float(tree.prominence[k])
        text = f"{number(climb)} to climb" if 0 < climb < math.inf else ""
        bold = number(tree.minima[k].value, zero=zero)
        at = (places[k], float(bottoms[k]))
        marks.append(
            Label(f"label:leaf:{k}", hash((bold, text, at)), at, bold, text, "text", "below", 8.0, 30 - k)
        )
    return marks

"""A second map beside the first: another line's basins, where two differ, or where the marbles spend time."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from minima_core.document import Exploration, Insight, Layers, View
from minima_core.scene.critical import critical_marks
from minima_core.scene.findings import Findings, kept
from minima_core.scene.legend import method_words
from minima_core.scene.marks import Extent, Lines, Mark, Regions, Shading, Style
from minima_core.scene.overlays import ROLES, VEIL, basin_regions, shares_of, twice
from minima_core.scene.profile import curve_of
from minima_core.scene.race import axis_label
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import ChartScene
from minima_core.scene.stage import Stage, profile_extent
from minima_core.scene.ticks import linear_ticks
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import percent

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins

__all__ = ["basins_scene", "difference_of", "map_beside"]

Array: TypeAlias = NDArray[np.float64]

MOST_SHARES = 3
SPENT = Style("text", width=2.2, dash="solid")
EXPECTED = Style("accent", width=2.0, dash="dash")
CHOOSE = "Add a second method to the race: its map of basins stands here, beside the first."


def basins_scene(exploration: Exploration, view: View, stage: Stage, findings: Findings) -> ChartScene:
    """Return the second map as a chart.

    While marbles are held at a temperature: where they have spent their time. Else the basins of the line
    ``view.insight.beside``, or (``view.insight.difference``) where they differ from those of the first.
    """
    insight = view.insight
    if findings.time_spent is not None and insight.marbles != "none":
        return _time_spent(findings, view, stage, findings.time_spent)
    beside = findings.basins_beside
    if beside is None:
        alone = insight.beside is None and sum(entry.enabled for entry in exploration.entries) < 2
        return empty_chart(CHOOSE if alone else "Working out where each start ends…")
    if insight.difference and findings.basins is not None:
        return _difference(findings.basins, beside, view, stage, findings)
    names = tuple(each.text for each in shares_of(beside, stage, findings))
    title = f"Basins of {method_words(beside.specification, stage.land)}"
    regions = basin_regions(beside, "beside", names=names, floor=_strip(view, stage))
    return _map((regions,), view, stage, findings, title)


def difference_of(one: Basins, other: Basins) -> tuple[NDArray[np.int16], float]:
    """Return where two maps end differently, and the share of the starts.

    The labels are those of the second map there, −2 where both end alike.
    """
    first, second = np.atleast_2d(one.labels), np.atleast_2d(other.labels)
    if first.shape != second.shape:
        rows = np.rint(np.linspace(0, first.shape[0] - 1, second.shape[0])).astype(np.intp)
        columns = np.rint(np.linspace(0, first.shape[1] - 1, second.shape[1])).astype(np.intp)
        first = first[np.ix_(rows, columns)]
    differ = first != second
    return np.where(differ, second, -2).astype(np.int16), float(differ.mean())


def _difference(one: Basins, other: Basins, view: View, stage: Stage, findings: Findings) -> ChartScene:
    """Return the map of where two methods end differently."""
    title = "{1} ends elsewhere than {0}".format(*_told_apart(one, other, stage))

    def make() -> tuple[Regions, str]:
        labels, share = difference_of(one, other)
        strip = _strip(view, stage)
        extent = other.extent if strip is None else (other.extent[0], other.extent[1], *strip)
        shown = np.ascontiguousarray(twice(labels), dtype=np.int16)
        regions = Regions("beside", hash(shown.tobytes()), extent, shown, ROLES, opacity=VEIL)
        words = "Both end alike from everywhere." if not share else f"{percent(share)} of the starts"
        return regions, words

    regions, words = kept("difference", (one, other), _strip(view, stage), make)
    if words[:1].isdigit():
        return _map((regions,), view, stage, findings, f"{title}: {words}")
    return _map((regions,), view, stage, findings, title, note=words)


def _told_apart(one: Basins, other: Basins, stage: Stage) -> tuple[str, str]:
    """Return the names of two methods, with their settings only where the names are the same."""
    texts = [method_words(each.specification, stage.land) for each in (one, other)]
    names = [text.partition(",")[0] for text in texts]
    return (names[0], names[1]) if names[0] != names[1] else (texts[0], texts[1])


def _time_spent(findings: Findings, view: View, stage: Stage, spent: Array) -> ChartScene:
    """Return where the marbles have spent their time, with the share of each basin."""
    parts = []
    expected = () if findings.density is None else findings.density.shares
    for k, share in enumerate(() if findings.time_shares is None else findings.time_shares.tolist()):
        if k == MOST_SHARES:
            break
        theory = f", exp(−f/T) says {percent(float(expected[k]))}" if k < len(expected) else ""
        parts.append(f"minimum {k + 1}: {percent(float(share))}{theory}")
    note, title = " · ".join(parts), "Where the marbles spend their time"
    if stage.land.dimension == 1:
        return _time_on_curve(findings, stage, np.ravel(spent), title, note)
    most = float(np.nanmax(spent, initial=0.0))
    veil = np.ascontiguousarray(np.sqrt(spent / most) if most > 0 else np.zeros_like(spent), np.float32)
    shading = Shading("beside", hash(veil.tobytes()), box_of(stage.land), veil, "density")
    return _map((shading,), view, stage, findings, title, note=note)


def _time_on_curve(findings: Findings, stage: Stage, spent: Array, title: str, note: str) -> ChartScene:
    """Return the shares of the time along one variable as a curve, and exp(−f/T) dashed beside it."""
    x0, x1 = float(stage.land.lower[0]), float(stage.land.upper[0])
    total = float(spent.sum()) * (x1 - x0) / max(len(spent), 1)
    curves = {"spent": (spent / total if total > 0 else np.zeros_like(spent, dtype=np.float64), SPENT)}
    if findings.density is not None:
        curves["expected"] = (np.ravel(findings.density.values), EXPECTED)
    top = 1.12 * max(float(values.max()) for values, _ in curves.values()) or 1.0
    marks = []
    for name, (values, style) in curves.items():
        line = np.column_stack((np.linspace(x0, x1, len(values)), values))
        marks.append(Lines(name, hash(line.tobytes()), line, style))
    extent = (x0, x1, 0.0, top)
    return ChartScene(
        extent, axis_label(stage.land, 0), "density of the time", linear_ticks(x0, x1),
        linear_ticks(0.0, top, 5), tuple(marks), title, note=note, revision=hash((extent, title)),
    )  # fmt: skip


def _frame(view: View, stage: Stage) -> Extent:
    """Return what the map beside shows: the same as the first one."""
    return view.zoom or (box_of(stage.land) if stage.land.dimension > 1 else profile_extent(stage.land))


def _strip(view: View, stage: Stage) -> tuple[float, float] | None:
    """Return the height of a map of one variable, which has none of its own: that of the picture."""
    return None if stage.land.dimension > 1 else _frame(view, stage)[2:]


def _map(
    veils: tuple[Mark, ...], view: View, stage: Stage, findings: Findings, title: str, *, note: str = ""
) -> ChartScene:
    """Return a chart of a map under the landscape's own contour lines, or behind its curve."""
    lines: tuple[Mark, ...]
    if stage.ground is not None:
        lines = tuple(mark for mark in stage.ground.contours if isinstance(mark, Lines))
    else:
        lines = (curve_of(stage.land, _frame(view, stage)),)
    return map_beside(veils, lines, (), view, stage, findings, title, note=note)


def map_beside(
    veils: tuple[Mark, ...],
    lines: tuple[Mark, ...],
    over: tuple[Mark, ...],
    view: View,
    stage: Stage,
    findings: Findings,
    title: str,
    *,
    note: str = "",
) -> ChartScene:
    """Return a chart of the same part of the landscape as the first map, with its own colours and lines.

    `over` lies over the minima.
    """
    extent = _frame(view, stage)
    quiet = msgspec.structs.replace(view, layers=Layers(labels=False), insight=Insight())
    return ChartScene(
        extent=extent,
        x_label=axis_label(stage.land, 0),
        y_label="f(x)" if stage.ground is None else axis_label(stage.land, 1),
        x_ticks=linear_ticks(*extent[:2]),
        y_ticks=linear_ticks(*extent[2:]),
        marks=(*veils, *lines, *critical_marks(quiet, stage, extent, findings), *over),
        title=title,
        revision=hash((extent, title)),
        note=note,
    )

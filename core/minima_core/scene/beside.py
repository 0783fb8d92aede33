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
from minima_core.scene.marks import Extent, Lines, Mark, Regions, Shading
from minima_core.scene.overlays import ROLES, VEIL, basin_regions, shares_of, twice
from minima_core.scene.race import axis_label
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import ChartScene
from minima_core.scene.stage import Stage
from minima_core.scene.ticks import linear_ticks
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import percent

if TYPE_CHECKING:
    from minima_core.analysis.basins import Basins

__all__ = ["basins_scene", "difference_of"]

Array: TypeAlias = NDArray[np.float64]

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
    regions = basin_regions(beside, "beside", names=names, floor=_strip(stage))
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
        extent = _laid(other.extent, stage)
        shown = np.ascontiguousarray(twice(labels), dtype=np.int16)
        regions = Regions("beside", hash(shown.tobytes()), extent, shown, ROLES, opacity=VEIL)
        words = "Both end alike from everywhere." if not share else f"{percent(share)} of the starts"
        return regions, words

    regions, words = kept("difference", (one, other), stage.land.digest, make)
    if words[:1].isdigit():
        return _map((regions,), view, stage, findings, f"{title}: {words}")
    return _map((regions,), view, stage, findings, title, note=words)


def _told_apart(one: Basins, other: Basins, stage: Stage) -> tuple[str, str]:
    """Return the names of two methods, with their settings only where the names are the same."""
    texts = [method_words(each.specification, stage.land) for each in (one, other)]
    names = [text.partition(",")[0] for text in texts]
    return (names[0], names[1]) if names[0] != names[1] else (texts[0], texts[1])


def _time_spent(findings: Findings, view: View, stage: Stage, spent: Array) -> ChartScene:
    """Return the map of where the marbles have spent their time, with the share of each basin."""
    extent = _laid(box_of(stage.land) if stage.land.dimension > 1 else (*_ends(stage), 0.0, 0.0), stage)
    most = float(np.nanmax(spent, initial=0.0))
    shown = np.sqrt(spent / most) if most > 0 else np.zeros_like(spent)
    veil = np.ascontiguousarray(twice(shown), dtype=np.float32)
    shading = Shading("beside", hash(veil.tobytes()), extent, veil, "density")
    parts = []
    expected = () if findings.density is None else findings.density.shares
    for k, share in enumerate(() if findings.time_shares is None else findings.time_shares.tolist()):
        if k == 3:
            break
        theory = f", exp(−f/T) says {percent(float(expected[k]))}" if k < len(expected) else ""
        parts.append(f"minimum {k + 1}: {percent(float(share))}{theory}")
    return _map(
        (shading,), view, stage, findings, "Where the marbles spend their time", note=" · ".join(parts)
    )


def _ends(stage: Stage) -> tuple[float, float]:
    """Return the region of one variable."""
    return float(stage.land.lower[0]), float(stage.land.upper[0])


def _strip(stage: Stage) -> tuple[float, float] | None:
    """Return the height of a map of one variable: it has none of its own."""
    return None if stage.land.dimension > 1 else (0.0, 1.0)


def _laid(extent: Extent, stage: Stage) -> Extent:
    """Return where a map lies in its chart."""
    strip = _strip(stage)
    return extent if strip is None else (extent[0], extent[1], *strip)


def _map(
    veils: tuple[Mark, ...], view: View, stage: Stage, findings: Findings, title: str, *, note: str = ""
) -> ChartScene:
    """Return a chart of a map under the landscape's own contour lines."""
    lines: tuple[Mark, ...] = ()
    if stage.ground is not None:
        extent = view.zoom or box_of(stage.land)
        quiet = msgspec.structs.replace(view, layers=Layers(labels=False), insight=Insight())
        lines = (
            *(mark for mark in stage.ground.contours if isinstance(mark, Lines)),
            *critical_marks(quiet, stage, extent, findings),
        )
    else:
        extent = (*_ends(stage), 0.0, 1.0)
    flat = stage.ground is None
    return ChartScene(
        extent=extent,
        x_label=axis_label(stage.land, 0),
        y_label="" if flat else axis_label(stage.land, 1),
        x_ticks=linear_ticks(*extent[:2]),
        y_ticks=() if flat else linear_ticks(*extent[2:]),
        marks=(*veils, *lines),
        title=title,
        revision=hash((extent, title)),
        note=note,
    )

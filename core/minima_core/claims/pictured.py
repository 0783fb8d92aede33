"""The picture of a document on a card: its race, run to the end, on the map or the curve."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from minima_core.analysis.critical import critical_points
from minima_core.document import Document
from minima_core.runs import Run, start
from minima_core.scene.figures import figure_of
from minima_core.scene.findings import Findings
from minima_core.scene.scenes import Figure

__all__ = ["pictured"]

MOST_STEPS = 5000
"""Steps of each run that are drawn: a picture of a race need not show all of a long one."""


def pictured(document: Document) -> Figure | None:
    """Return the figure of a document’s race, without the words around it; None in many variables.

    The runs are those that the window makes: the same seed, and the same lanes.
    """
    exploration = document.exploration
    land = exploration.place.landscape_of()
    if land.dimension > 2:
        return None
    runs: dict[tuple[int, int], Run] = {}
    for id, index in exploration.runs:
        entry = exploration.entry(id)
        run = start(
            land,
            entry.segments[0].method,
            exploration.starts[index].position,
            seed=exploration.seed,
            lane=entry.lane_of(index),
            border=None if exploration.border == "auto" else exploration.border,
            record="thinned",
        )
        run.advance(min(exploration.steps, MOST_STEPS))
        runs[id, index] = run
    view = document.view
    quiet = msgspec.structs.replace(
        view,
        layout="map",
        insides=msgspec.structs.replace(view.insides, on=False),
        insight=msgspec.structs.replace(view.insight, overlay="none", beside=None),
    )
    findings = Findings(critical=critical_points(land) if view.insight.critical else None)
    figure = figure_of(msgspec.structs.replace(document, view=quiet), runs, aspect=1.4, findings=findings)
    return replace(figure, title="", caption="")

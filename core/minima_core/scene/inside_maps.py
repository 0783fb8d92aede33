"""A method's own maps, beside the landscape: what a surrogate expects, its doubt, where it looks next.

The mean of a surrogate has the landscape's own colours and levels, so that the two can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from minima_core.document import View
from minima_core.scene.beside import map_beside
from minima_core.scene.findings import NOTHING, Findings, kept
from minima_core.scene.inside_fields import DEVIATION, Field, maps_of, shading, spread
from minima_core.scene.marks import Lines, Mark, Style
from minima_core.scene.overlays import level_lines
from minima_core.scene.scenes import ChartScene
from minima_core.scene.stage import Stage

__all__ = ["field_scenes"]

LEVEL = Style("contour-strong", width=1.0, opacity=0.8)


def field_scenes(
    fields: Sequence[Field],
    view: View,
    stage: Stage,
    marks: Sequence[Mark] = (),
    findings: Findings = NOTHING,
) -> tuple[ChartScene, ...]:
    """Return a chart for each field that stands beside the landscape, at most `MOST_MAPS`.

    `marks` are drawn on each of them: what is at work is seen on all maps.
    """
    if stage.ground is None:
        return ()
    scenes = []
    for field in maps_of(fields):
        veils, lines = _map_of(field, stage)
        title = f"{field.title}, step {field.step}"
        scenes.append(map_beside(veils, lines, tuple(marks), view, stage, findings, title))
    return tuple(scenes)


def _map_of(field: Field, stage: Stage) -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
    """Return the colours of a field and its level lines."""

    def make() -> tuple[tuple[Mark, ...], tuple[Mark, ...]]:
        palette = "heights" if field.is_mean else "density" if field.name == DEVIATION else "chances"
        if field.is_mean and stage.ground is not None:
            relief = stage.ground.relief
            shown, levels = relief.display.heights(field.values), relief.display.heights(relief.levels)
        else:
            shown = spread(field.values)
            levels = np.linspace(0.0, 1.0, 8)[1:-1]
        lines = [level_lines(shown, field.extent, float(level)) for level in levels]
        pieces = [each for line in lines if len(line) for each in (line, np.full((1, 2), np.nan))]
        points = np.concatenate(pieces[:-1]) if pieces else np.empty((0, 2))
        return (
            (shading(field, shown, palette, 1.0),),
            (Lines(f"levels:{field.name}", hash(points.tobytes()), points, LEVEL),) if len(points) else (),
        )

    return kept("field", (field,), stage.ground.relief.revision if stage.ground else 0, make)

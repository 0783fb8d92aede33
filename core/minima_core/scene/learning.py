"""Data with the lines that runs have fitted to it so far: what a landscape of learning is the loss of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Entry, Exploration, View
from minima_core.scene.marks import Label, Lines, Mark, Points, Style
from minima_core.scene.race import Tracks
from minima_core.scene.scenes import ChartScene
from minima_core.scene.stage import Stage
from minima_core.scene.ticks import linear_ticks
from minima_core.scene.track import Track
from minima_core.scene.tree import empty_chart
from minima_core.scene.words import number

if TYPE_CHECKING:
    from minima_core.landscapes.learning import Examples

__all__ = ["data_scene"]

Array: TypeAlias = NDArray[np.float64]

NODES = 241
MARGIN = 0.07
EXAMPLE = Style("text", width=0.0, marker="circle", size=6.5, opacity=0.85)
BEST = Style("text", width=1.8, dash="dash", opacity=0.9)
NO_DATA = (
    "Choose a landscape with examples, such as “Linear regression”, to see the line that each run has fitted."
)


def data_scene(exploration: Exploration, view: View, stage: Stage, tracks: Tracks, step: int) -> ChartScene:
    """Return the examples, and what each run's weights at a step make of them.

    Lines in the colours of the runs; thin residuals of the selected run (else the first); the best fit that
    is known, dashed. On a landscape without examples it is empty and says what to choose.
    """
    land: Any = stage.land
    examples: Examples | None = getattr(land, "examples", None)
    if examples is None:
        return empty_chart(NO_DATA)
    u, d = examples.data[:, 0], examples.data[:, 1]
    extent = (*_with_air(u), *_with_air(d))
    nodes = np.linspace(extent[0], extent[1], NODES)
    marks: list[Mark] = []
    if stage.minima:
        best = _curve(land, stage.minima[0].position, nodes)
        marks.append(Lines("best-fit", hash(best.tobytes()), best, BEST))
    shown = _shown(exploration, view, tracks)
    if shown:
        entry, track = shown[-1]
        marks += _residuals(land, entry, track.at(step)[1], u, d)
    for entry, track in shown:
        weights = track.at(step)[1]
        if np.isfinite(weights).all():
            curve = _curve(land, weights, nodes)
            style = Style(entry.role, width=3.2 if entry.id == view.selected else 2.4, casing=True)
            marks.append(Lines(f"fit:{entry.id}", hash(curve.tobytes()), curve, style))
    points = np.ascontiguousarray(examples.data, dtype=np.float64)
    marks.append(Points("examples", hash(points.tobytes()), points, EXAMPLE, tuple(range(len(points)))))
    if stage.minima and view.layers.labels:
        marks.append(_best_words(land, stage, extent))
    note = "" if shown else "Start a race: each run draws its line here."
    return ChartScene(
        extent=extent,
        x_label=_named(examples, 0),
        y_label=_named(examples, 1),
        x_ticks=linear_ticks(*extent[:2]),
        y_ticks=linear_ticks(*extent[2:], 5),
        marks=tuple(marks),
        title=examples.title,
        revision=hash((extent, examples.title, note)),
        note=note,
    )


def _with_air(values: Array) -> tuple[float, float]:
    """Return the range of numbers with some air around it."""
    low, high = float(values.min()), float(values.max())
    air = MARGIN * (high - low) if high > low else 0.5
    return low - air, high + air


def _named(examples: Examples, column: int) -> str:
    """Return what a column is, with its unit."""
    name, unit = examples.names[column], examples.units[column]
    return f"{name}, in {unit}" if unit else name


def _curve(land: Any, weights: Array, nodes: Array) -> Array:
    """Return what a model with these weights predicts, as a line (m, 2)."""
    with np.errstate(all="ignore"):
        predicted = np.asarray(land.predict(np.asarray(weights, dtype=np.float64), nodes), dtype=np.float64)
    return np.column_stack((nodes, np.where(np.isfinite(predicted), predicted, np.nan)))


def _shown(exploration: Exploration, view: View, tracks: Tracks) -> list[tuple[Entry, Track]]:
    """Return the enabled lines that have begun, from the first start; the one looked at comes last."""
    found = [
        (entry, tracks[entry.id, 0])
        for entry in exploration.entries
        if entry.enabled and (entry.id, 0) in tracks and tracks[entry.id, 0].last >= 0
    ]
    looked_at = [k for k, (entry, _) in enumerate(found) if entry.id == view.selected]
    if found:
        found.append(found.pop(looked_at[0] if looked_at else 0))
    return found


def _residuals(land: Any, entry: Entry, weights: Array, u: Array, d: Array) -> Iterator[Lines]:
    """Yield the thin lines from the examples to what a run predicts."""
    if not np.isfinite(weights).all():
        return
    predicted = _curve(land, weights, u)[:, 1]
    lines = np.full((3 * len(u), 2), np.nan)
    lines[0::3] = np.column_stack((u, d))
    lines[1::3] = np.column_stack((u, predicted))
    style = Style(entry.role, width=1.0, dash="solid", opacity=0.7)
    yield Lines("residuals", hash((lines.tobytes(), entry.role)), lines[:-1], style)


def _best_words(land: Any, stage: Stage, extent: tuple[float, float, float, float]) -> Label:
    """Return the name of the dashed line, at its right end."""
    x0, x1, y0, y1 = extent
    x = x1 - 0.12 * (x1 - x0)
    y = float(_curve(land, stage.minima[0].position, np.array([x]))[0, 1])
    at = (x, min(max(y, y0), y1))
    text = f"loss {number(stage.minima[0].value)}"
    return Label("label:best-fit", hash((at, text)), at, "best fit", text, "text", "below", 8.0, 20)

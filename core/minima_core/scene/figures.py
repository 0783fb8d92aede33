"""Figures: one view, or all of them composed, with title, legend and caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias

from minima_core.document import Document
from minima_core.scene.legend import VerdictLike, Verdicts, caption_of, legend_of, title_of
from minima_core.scene.profile import profile_scene
from minima_core.scene.race import Tracks, formula_text, race_scene
from minima_core.scene.scenes import Figure, Panel
from minima_core.scene.stage import stage_of
from minima_core.scene.traces import trace_scene
from minima_core.scene.track import RecordLike, Track

__all__ = ["RunLike", "figure", "figure_of", "tracks_of"]

Kind: TypeAlias = Literal["map", "surface", "trace", "profile"]
Rect: TypeAlias = tuple[float, float, float, float]

WIDE = 1.15
"""Figures wider than this many times their height have views side by side."""
GAP = 0.014


class RunLike(Protocol):
    """What is read of a run of `minima_core.runs`."""

    @property
    def record(self) -> RecordLike:
        """An immutable snapshot."""

    @property
    def verdict(self) -> VerdictLike:
        """What became of it."""

    @property
    def step(self) -> int:
        """How far it has come."""


def tracks_of(document: Document, runs: Mapping[tuple[int, int], RunLike]) -> dict[tuple[int, int], Track]:
    """Return the tracks of runs, by (entry id, index of the start)."""
    place = document.exploration.place
    tracks = {}
    for key, run in runs.items():
        track = Track(place.lower, place.upper)
        track.extend(run.record)
        tracks[key] = track
    return tracks


def figure_of(
    document: Document,
    runs: Mapping[tuple[int, int], RunLike],
    *,
    aspect: float = 1.6,
    resolution: tuple[int, int] = (640, 512),
) -> Figure:
    """Return the figure of a document whose runs have been made; see `figure`."""
    step = document.view.step
    if step is None:
        step = max((run.step for run in runs.values()), default=0)
    verdicts = {key: run.verdict for key, run in runs.items()}
    return figure(document, tracks_of(document, runs), verdicts, step, aspect=aspect, resolution=resolution)


def figure(
    document: Document,
    tracks: Tracks,
    verdicts: Verdicts,
    step: int,
    *,
    aspect: float = 1.6,
    resolution: tuple[int, int] = (640, 512),
) -> Figure:
    """Return the figure of a document at a step.

    Parameters
    ----------
    aspect
        Width over height of the picture: wide ones have views side by side, tall ones below each other.
    resolution
        Columns and rows of the relief.
    """
    exploration, view = document.exploration, document.view
    land = exploration.place.landscape_of()
    stage = stage_of(land, view.zoom if land.dimension > 1 else None, resolution, palette=view.palette)
    panels = []
    for kind, rect in _layout(view.layout, land.dimension, aspect):
        if kind == "trace":
            panels.append(Panel(kind, trace_scene(exploration, view, stage, tracks, step), rect))
        elif kind == "profile":
            panels.append(Panel(kind, profile_scene(exploration, view, stage, tracks, step), rect))
        else:
            panels.append(Panel(kind, race_scene(exploration, view, stage, tracks, step), rect))
    legend = legend_of(exploration, step, verdicts, tracks, land)
    return Figure(
        panels=tuple(panels),
        title=title_of(exploration, view, land),
        legend=legend,
        caption=caption_of(exploration, legend, step, formula_text(stage.land)),
        theme=view.theme,
        layout="single" if len(panels) == 1 else "wide" if aspect >= WIDE else "tall",
        palette=view.palette,
        camera=view.camera,
        type_size=view.type_size,
    )


def _layout(layout: str, dimension: int, aspect: float) -> list[tuple[Kind, Rect]]:
    """Return the panels of a layout and where they stand."""
    views: list[Kind]
    if dimension == 1:
        views = [] if layout == "trace" else ["profile"]
    else:
        views = {"map": ["map"], "surface": ["surface"], "trace": []}.get(layout, ["map", "surface"])  # type: ignore[assignment]
    rows: list[list[Kind]] = [views] if aspect >= WIDE else [[each] for each in views]
    rows = [row for row in rows if row]
    weights = [2.0] * len(rows)
    if layout in {"trace", "all"}:
        rows.append(["trace"])
        weights.append(1.0)
    placed: list[tuple[Kind, Rect]] = []
    free = 1.0 - GAP * (len(rows) - 1)
    top = 0.0
    for row, weight in zip(rows, weights, strict=True):
        height = free * weight / sum(weights)
        width = (1.0 - GAP * (len(row) - 1)) / len(row)
        placed += [(kind, (k * (width + GAP), top, width, height)) for k, kind in enumerate(row)]
        top += height + GAP
    return placed

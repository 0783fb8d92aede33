"""Figures: one view, or all of them composed, with title, legend and caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol, TypeAlias

import msgspec

from minima_core.document import Document, View
from minima_core.methods import Specification
from minima_core.methods.insides import MomentLike
from minima_core.scene.beside import basins_scene
from minima_core.scene.captions import insight_sentences
from minima_core.scene.clocked import Marks, PricedRecord, clocked
from minima_core.scene.critical import proved_lowest
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.inside_fields import fields_of
from minima_core.scene.inside_maps import field_scenes
from minima_core.scene.insides import (
    Opened,
    inside_marks,
    inside_words,
    opened_from,
    shown_parts,
)
from minima_core.scene.learning import data_scene
from minima_core.scene.legend import VerdictLike, Verdicts, caption_of, legend_of, title_of
from minima_core.scene.profile import profile_scene
from minima_core.scene.race import Tracks, formula_text, race_scene
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import ChartScene, Figure, Panel
from minima_core.scene.settings import settings_scene
from minima_core.scene.stage import Stage, profile_extent, stage_of
from minima_core.scene.traces import trace_scene
from minima_core.scene.track import Track
from minima_core.scene.tree import tree_scene

__all__ = ["RunLike", "figure", "figure_of", "figure_view", "tracks_of"]

Kind: TypeAlias = Literal[
    "map",
    "surface",
    "trace",
    "profile",
    "tree",
    "settings",
    "data",
    "study",
    "beside",
    "field0",
    "field1",
    "field2",
]
"""What stands in a panel; those from the tree on are charts."""
FIELDS: tuple[Kind, ...] = ("field0", "field1", "field2")
FIELD_NODES = (120, 100)
"""Columns and rows of a method's own maps in a picture."""
Rect: TypeAlias = tuple[float, float, float, float]
FIELD_LAYOUTS = {"both", "all", "beside"}
"""Layouts in which a method's own maps stand beside the landscape."""

WIDE = 1.15
"""Figures wider than this many times their height have views side by side."""
GAP = 0.014


class RunLike(Protocol):
    """What is read of a run of `minima_core.runs`."""

    @property
    def record(self) -> PricedRecord:
        """An immutable snapshot."""

    @property
    def verdict(self) -> VerdictLike:
        """What became of it."""

    @property
    def step(self) -> int:
        """How far it has come."""

    @property
    def segments(self) -> tuple[tuple[int, Specification], ...]:
        """From which step on which specification."""

    def moments_at(self, step: int) -> tuple[MomentLike | None, MomentLike]:
        """Return the moment before a step, and that of the step."""


def tracks_of(
    document: Document,
    runs: Mapping[tuple[int, int], RunLike],
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> dict[tuple[int, int], Track]:
    """Return the tracks of runs, by (entry id, index of the start); `marks` where a race is timed."""
    place = document.exploration.place
    tracks = {}
    for key, run in runs.items():
        track = Track(place.lower, place.upper)
        track.extend(clocked(run.record, document.exploration.clock, (marks or {}).get(key, ())))
        tracks[key] = track
    return tracks


def figure_of(
    document: Document,
    runs: Mapping[tuple[int, int], RunLike],
    *,
    aspect: float = 1.6,
    resolution: tuple[int, int] = (640, 512),
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> Figure:
    """Return the figure of a document whose runs have been made; see `figure`."""
    step = document.view.step
    if step is None and document.exploration.clock.unit != "steps":
        step = document.exploration.steps
    if step is None:
        step = max((run.step for run in runs.values()), default=0)
    verdicts = {key: run.verdict for key, run in runs.items()}
    tracks = tracks_of(document, runs, marks)
    land = document.exploration.place.landscape_of()
    opened = opened_from(document.exploration, document.view, runs, tracks, step, land)
    return figure(
        document,
        tracks,
        verdicts,
        step,
        aspect=aspect,
        resolution=resolution,
        findings=findings,
        opened=opened,
    )


def figure(
    document: Document,
    tracks: Tracks,
    verdicts: Verdicts,
    step: int,
    *,
    aspect: float = 1.6,
    resolution: tuple[int, int] = (640, 512),
    findings: Findings | None = None,
    opened: Opened | None = None,
) -> Figure:
    """Return the figure of a document at a step.

    Parameters
    ----------
    aspect
        Width over height of the picture: wide ones have views side by side, tall ones below each other.
    resolution
        Columns and rows of the relief.
    findings
        What is known about the landscape; the layouts "basins", "settings" and "tree", and whatever
        ``view.insight`` asks for, are drawn from it.
    opened
        The run whose insides are drawn, as ``view.insides`` asks for.
    """
    exploration, view = document.exploration, figure_view(document.view)
    known = NOTHING if findings is None else findings
    if view.layout == "study":
        from minima_core.scene.study_figure import study_figure

        return study_figure(document, known, aspect=aspect)
    land = exploration.place.landscape_of()
    stage = stage_of(land, view.zoom if land.dimension > 1 else None, resolution, palette=view.palette)
    extent = view.zoom or (box_of(stage.land) if land.dimension > 1 else profile_extent(stage.land))
    fields = () if opened is None else fields_of(shown_parts(opened, view.insides), extent, FIELD_NODES)
    inner = inside_marks(opened, view, stage, extent, fields=fields)
    maps = field_scenes(fields, view, stage, inner.over, known) if view.layout in FIELD_LAYOUTS else ()
    panels = []
    for kind, rect in _layout(view, known, land.dimension, aspect, maps=len(maps)):
        if kind == "trace":
            panels.append(Panel(kind, trace_scene(exploration, view, stage, tracks, step), rect))
        elif kind == "profile":
            profile = profile_scene(exploration, view, stage, tracks, step, findings=known, insides=inner)
            panels.append(Panel(kind, profile, rect))
        elif kind in {"map", "surface"}:
            race = race_scene(exploration, view, stage, tracks, step, findings=known, insides=inner)
            panels.append(Panel(kind, race, rect))
        elif kind.startswith("field"):
            panels.append(Panel("chart", maps[int(kind.removeprefix("field"))], rect))
        else:
            panels.append(Panel("chart", _chart(kind, document, view, stage, tracks, step, known), rect))
    legend = legend_of(exploration, step, verdicts, tracks, land, proved=proved_lowest(stage, known))
    return Figure(
        panels=tuple(panels),
        title=title_of(exploration, view, land),
        legend=legend,
        caption=" ".join(
            (
                caption_of(exploration, legend, step, formula_text(stage.land)),
                *insight_sentences(view, stage, known),
                *filter(None, (inside_words(opened, inner, fields),)),
            )
        ),
        theme=view.theme,
        layout="single" if len(panels) == 1 else "wide" if aspect >= WIDE else "tall",
        palette=view.palette,
        camera=view.camera,
        type_size=view.type_size,
    )


def figure_view(view: View) -> View:
    """Return the view that a picture shows: one of basins shows basins, whatever else lay over the ground."""
    if view.layout == "basins" and view.insight.overlay not in {"basins", "chances"}:
        insight = msgspec.structs.replace(view.insight, overlay="basins")
        return msgspec.structs.replace(view, insight=insight)
    return view


def _chart(
    kind: Kind, document: Document, view: View, stage: Stage, tracks: Tracks, step: int, findings: Findings
) -> ChartScene:
    """Return the scene of a panel that is a chart."""
    exploration = document.exploration
    if kind == "tree":
        return tree_scene(findings.tree, view, dimension=stage.land.dimension)
    if kind == "settings":
        return settings_scene(findings.settings, exploration, view, step)
    if kind == "study":
        from minima_core.scene.study import study_scene

        return study_scene(findings.study, findings.study_lines, view.study.chart)
    if kind == "data":
        return data_scene(exploration, view, stage, tracks, step)
    return basins_scene(exploration, view, stage, findings)


ALONE: dict[str, list[Kind]] = {"map": ["map"], "surface": ["surface"], "trace": []}
CHARTS: dict[str, Kind] = {
    "settings": "settings",
    "tree": "tree",
    "data": "data",
    "study": "study",
    "beside": "beside",
}


def _layout(
    view: View, findings: Findings, dimension: int, aspect: float, *, maps: int = 0
) -> list[tuple[Kind, Rect]]:
    """Return the panels of a layout and where they stand; `maps` of a method's own stand beside the first."""
    layout = view.layout
    chart = CHARTS.get(layout)
    if layout == "basins" and findings.basins_beside is not None:
        chart = "beside"
    first: Kind = "profile" if dimension == 1 else "map"
    views: list[Kind]
    if chart is not None or layout == "basins":
        views = [first] if chart is None else [first, chart]
    elif dimension == 1:
        views = [] if layout == "trace" else ["profile"]
    else:
        views = ALONE.get(layout, ["map", "surface"])
    if layout == "all" and view.insight.compares and findings is not NOTHING:
        views = [first, "beside"]  # a map has no room in a low panel; side by side two compare best
    if maps:
        views = [first, *FIELDS[:maps]]
    rows: list[list[Kind]] = [views] if aspect >= WIDE else [[each] for each in views]
    if maps > 1:  # four maps are two rows of two
        rows = [views[:2], views[2:]]
    rows = [row for row in rows if row]
    weights = [2.0] * len(rows)
    if layout in {"trace", "all"}:
        # A picture of everything has what stands in front of the bottom card, as the screen has.
        bottom = CHARTS.get(view.bottom) if layout == "all" and findings is not NOTHING else None
        bottom = None if bottom == "beside" else bottom
        rows.append(["trace" if bottom is None else bottom])
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

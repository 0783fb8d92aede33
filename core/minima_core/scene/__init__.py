"""From exploration, view and runs to marks: what is drawn, before anybody knows pixels."""

import importlib
from typing import TYPE_CHECKING

from minima_core.scene.beside import basins_scene, difference_of
from minima_core.scene.captions import basins_words, insight_sentences, overlay_words
from minima_core.scene.clocked import (
    clock_words,
    clocked,
    neighbour,
    span_words,
    step_at,
    steps_shown,
    tick_of,
)
from minima_core.scene.critical import (
    count_words,
    critical_marks,
    eigenvalue_words,
    minimum_words,
    point_words,
    proved_lowest,
)
from minima_core.scene.display import Transform
from minima_core.scene.figures import figure, figure_of, figure_view, tracks_of
from minima_core.scene.findings import Findings, StudyLine, basin_role, basin_roles
from minima_core.scene.hints import Hint, acts_done, conditions, try_next
from minima_core.scene.inside_fields import Field, fields_of
from minima_core.scene.inside_maps import field_scenes
from minima_core.scene.insides import (
    InsideMarks,
    Opened,
    declared_insides,
    inside_marks,
    inside_words,
    opened_entry,
    opened_from,
    opened_run,
    shown_parts,
)
from minima_core.scene.learning import data_scene
from minima_core.scene.legend import (
    caption_of,
    legend_of,
    line_name,
    line_words,
    method_words,
    settings_words,
    title_of,
    verdict_words,
)
from minima_core.scene.lens import lens_marks, lens_words
from minima_core.scene.marks import (
    Arrow,
    Arrows,
    Boxes,
    ContourLabel,
    Extent,
    Label,
    Lines,
    Mark,
    Path,
    Points,
    Regions,
    Relief,
    Shading,
    Style,
    Swarm,
)
from minima_core.scene.overlays import Share, flow_marks, overlay_marks, shares_of, swarm_marks
from minima_core.scene.profile import profile_scene
from minima_core.scene.race import formula_text, race_scene
from minima_core.scene.reading import Reading, reading_of
from minima_core.scene.relief import Ground, box_of, relief_of
from minima_core.scene.scenes import (
    ChartScene,
    Figure,
    Legend,
    LegendLine,
    Panel,
    ProfileScene,
    RaceScene,
    Scene,
    Series,
    Tick,
    TraceScene,
)
from minima_core.scene.settings import settings_cell, settings_entry, settings_scene
from minima_core.scene.stage import Stage, minima_of, profile_extent, stage_of
from minima_core.scene.ticks import linear_ticks, log_ticks
from minima_core.scene.traces import trace_scene
from minima_core.scene.track import Track
from minima_core.scene.tree import TreeAxis, empty_chart, tree_axis, tree_scene
from minima_core.scene.water import flood_words, lake_count, water_marks
from minima_core.scene.wells import well_marks
from minima_core.scene.words import number, percent, point, times, whole

if TYPE_CHECKING:
    from minima_core.scene.ballot import (
        Ballot,
        Valley,
        ballot_of,
        lettered,
        question_words,
        result_words,
        veiled,
    )
    from minima_core.scene.study import study_lines, study_scene
    from minima_core.scene.study_terms import target_words, tries_words

__all__ = [
    "Arrow",
    "Arrows",
    "Ballot",
    "Boxes",
    "ChartScene",
    "ContourLabel",
    "Extent",
    "Field",
    "Figure",
    "Findings",
    "Ground",
    "Hint",
    "InsideMarks",
    "Label",
    "Legend",
    "LegendLine",
    "Lines",
    "Mark",
    "Opened",
    "Panel",
    "Path",
    "Points",
    "ProfileScene",
    "RaceScene",
    "Reading",
    "Regions",
    "Relief",
    "Scene",
    "Series",
    "Shading",
    "Share",
    "Stage",
    "StudyLine",
    "Style",
    "Swarm",
    "Tick",
    "TraceScene",
    "Track",
    "Transform",
    "TreeAxis",
    "Valley",
    "acts_done",
    "ballot_of",
    "basin_role",
    "basin_roles",
    "basins_scene",
    "basins_words",
    "box_of",
    "caption_of",
    "clock_words",
    "clocked",
    "conditions",
    "count_words",
    "critical_marks",
    "data_scene",
    "declared_insides",
    "difference_of",
    "eigenvalue_words",
    "empty_chart",
    "field_scenes",
    "fields_of",
    "figure",
    "figure_of",
    "figure_view",
    "flood_words",
    "flow_marks",
    "formula_text",
    "inside_marks",
    "inside_words",
    "insight_sentences",
    "lake_count",
    "legend_of",
    "lens_marks",
    "lens_words",
    "lettered",
    "line_name",
    "line_words",
    "linear_ticks",
    "log_ticks",
    "method_words",
    "minima_of",
    "minimum_words",
    "neighbour",
    "number",
    "opened_entry",
    "opened_from",
    "opened_run",
    "overlay_marks",
    "overlay_words",
    "percent",
    "point",
    "point_words",
    "profile_extent",
    "profile_scene",
    "proved_lowest",
    "question_words",
    "race_scene",
    "reading_of",
    "relief_of",
    "result_words",
    "settings_cell",
    "settings_entry",
    "settings_scene",
    "settings_words",
    "shares_of",
    "shown_parts",
    "span_words",
    "stage_of",
    "step_at",
    "steps_shown",
    "study_lines",
    "study_scene",
    "swarm_marks",
    "target_words",
    "tick_of",
    "times",
    "title_of",
    "trace_scene",
    "tracks_of",
    "tree_axis",
    "tree_scene",
    "tries_words",
    "try_next",
    "veiled",
    "verdict_words",
    "water_marks",
    "well_marks",
    "whole",
]

_LATE = {
    "ballot": ("Ballot", "Valley", "ballot_of", "lettered", "question_words", "result_words", "veiled"),
    "study": ("study_lines", "study_scene"),
    "study_terms": ("target_words", "tries_words"),
}
"""What a window that starts does not wait for: by module, loaded when it is first used."""


def __getattr__(name: str) -> object:
    """Fetch what is loaded late."""
    for module, names in _LATE.items():
        if name in names:
            value = getattr(importlib.import_module(f"minima_core.scene.{module}"), name)
            globals()[name] = value
            return value
    raise AttributeError(f"minima_core.scene has no “{name}”.")

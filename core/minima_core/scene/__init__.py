"""From exploration, view and runs to marks: what is drawn, before anybody knows pixels."""

from minima_core.scene.beside import basins_scene, difference_of
from minima_core.scene.captions import basins_words, insight_sentences, overlay_words
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
from minima_core.scene.findings import Findings, basin_role, basin_roles
from minima_core.scene.hints import Hint, acts_done, conditions, try_next
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

__all__ = [
    "Arrow",
    "ChartScene",
    "ContourLabel",
    "Extent",
    "Figure",
    "Findings",
    "Ground",
    "Hint",
    "Label",
    "Legend",
    "LegendLine",
    "Lines",
    "Mark",
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
    "Style",
    "Swarm",
    "Tick",
    "TraceScene",
    "Track",
    "Transform",
    "TreeAxis",
    "acts_done",
    "basin_role",
    "basin_roles",
    "basins_scene",
    "basins_words",
    "box_of",
    "caption_of",
    "conditions",
    "count_words",
    "critical_marks",
    "data_scene",
    "difference_of",
    "eigenvalue_words",
    "empty_chart",
    "figure",
    "figure_of",
    "figure_view",
    "flood_words",
    "flow_marks",
    "formula_text",
    "insight_sentences",
    "lake_count",
    "legend_of",
    "lens_marks",
    "lens_words",
    "line_name",
    "line_words",
    "linear_ticks",
    "log_ticks",
    "method_words",
    "minima_of",
    "minimum_words",
    "number",
    "overlay_marks",
    "overlay_words",
    "percent",
    "point",
    "point_words",
    "profile_extent",
    "profile_scene",
    "proved_lowest",
    "race_scene",
    "reading_of",
    "relief_of",
    "settings_cell",
    "settings_entry",
    "settings_scene",
    "settings_words",
    "shares_of",
    "stage_of",
    "swarm_marks",
    "times",
    "title_of",
    "trace_scene",
    "tracks_of",
    "tree_axis",
    "tree_scene",
    "try_next",
    "verdict_words",
    "water_marks",
    "well_marks",
    "whole",
]

"""Filmstrips and grids: the same run at several steps, or one panel for each line of a race.

They are figures like any other: made of the same scenes, one for each panel, with what the panel shows above
it. A grid of one setting is a grid of a race that has one line for each value (`with_values`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias, cast

import msgspec
import numpy as np

from minima_core.document import Document, Entry, Exploration, Segment, View
from minima_core.document.edits import resolved
from minima_core.landscapes import Landscape
from minima_core.methods import Setting, Specification
from minima_core.scene.captions import insight_sentences
from minima_core.scene.clocked import Marks, span_words
from minima_core.scene.critical import proved_lowest
from minima_core.scene.figures import GAP, RunLike, figure_view, tracks_of
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.insides import InsideMarks, Opened, inside_marks, opened_from
from minima_core.scene.legend import Verdicts, caption_of, legend_of, title_of
from minima_core.scene.marks import Label
from minima_core.scene.profile import profile_scene
from minima_core.scene.race import Tracks, formula_text, race_scene
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import (
    Figure,
    Legend,
    LegendLine,
    Panel,
    ProfileScene,
    RaceScene,
    Scene,
    TraceScene,
)
from minima_core.scene.stage import Stage, profile_extent, stage_of
from minima_core.scene.traces import trace_scene
from minima_core.scene.words import number

__all__ = [
    "MOST_PANELS",
    "grid",
    "grid_of",
    "settings_for_grids",
    "strip",
    "strip_of",
    "usual_steps",
    "usual_values",
    "with_values",
]

MOST_PANELS = 24
"""Panels of one picture: more could not be told apart."""
USUAL = 6
"""Panels of a grid whose values nobody has chosen."""

WORDS = 0.78
"""What title, legend, caption and the lines above the panels leave of a picture's height, about."""

Kind: TypeAlias = Literal["map", "surface", "trace", "profile"]
OpenedAt: TypeAlias = Callable[[int], Opened | None]
KINDS: dict[str, tuple[Kind, ...]] = {
    "map": ("map",),
    "surface": ("surface",),
    "trace": ("trace",),
    "both": ("map", "surface"),
    "all": ("map", "surface"),
    "basins": ("map",),
}
"""What the panels of a strip or a grid show, by the layout of the view."""


# -- filmstrips ----------------------------------------------------------------------------------------------


def strip(
    document: Document,
    tracks: Tracks,
    verdicts: Verdicts,
    steps: Sequence[int],
    *,
    aspect: float = 3.0,
    resolution: tuple[int, int] = (640, 512),
    findings: Findings | None = None,
    opened_at: OpenedAt | None = None,
) -> Figure:
    """Return a filmstrip: the race at each of `steps`, from left to right.

    Parameters
    ----------
    steps
        Of the race's clock, at most `MOST_PANELS`.
    aspect
        Width over height of the picture: in a narrow one the strip breaks into rows.
    opened_at
        Gives the run whose insides are drawn, at a step.

    Raises
    ------
    ValueError
        With a sentence: no step, too many, or a view that no strip can show.
    """
    _check_count(len(steps), "steps")
    exploration, view, stage, kinds, known = _begin(document, resolution, findings)
    contents = []
    for step in steps:
        inner = InsideMarks()
        if opened_at is not None:
            inner = inside_marks(opened_at(step), view, stage, _extent(view, stage))
        line = LegendLine(-1, _moment(exploration, step), "", "", "")
        contents.append(
            [
                (line, kind, _scene(kind, exploration, view, stage, tracks, step, known, inner))
                for kind in kinds
            ]
        )
    last = max(steps)
    legend = legend_of(
        exploration, last, verdicts, tracks, _land(document), proved=proved_lowest(stage, known)
    )
    return _composed(document, view, stage, contents, known, legend, last, aspect)


def strip_of(
    document: Document,
    runs: Mapping[tuple[int, int], RunLike],
    steps: Sequence[int],
    *,
    aspect: float = 3.0,
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> Figure:
    """Return the filmstrip of a document whose runs have been made; see `strip`."""
    tracks = tracks_of(document, runs, marks)
    land = _land(document)

    def opened_at(step: int) -> Opened | None:
        return opened_from(document.exploration, document.view, runs, tracks, step, land)

    verdicts = {key: run.verdict for key, run in runs.items()}
    return strip(document, tracks, verdicts, steps, aspect=aspect, findings=findings, opened_at=opened_at)


def usual_steps(last: int, count: int = 5) -> tuple[int, ...]:
    """Return moments worth showing of a race of `last` steps: closer together at the beginning.

    Examples
    --------
    >>> usual_steps(300)
    (0, 3, 16, 71, 300)
    >>> usual_steps(2)
    (0, 1, 2)
    """
    shares = np.expm1(np.linspace(0.0, math.log1p(last), count))
    return tuple(sorted({round(float(each)) for each in shares}))


# -- grids ---------------------------------------------------------------------------------------------------


def grid(
    document: Document,
    tracks: Tracks,
    verdicts: Verdicts,
    step: int,
    *,
    setting: str = "",
    aspect: float = 1.6,
    resolution: tuple[int, int] = (640, 512),
    findings: Findings | None = None,
) -> Figure:
    """Return a grid: one panel for each line of the race that is in it, at one step.

    Parameters
    ----------
    setting
        The one in which the lines differ: its values then stand above the panels, instead of their names.

    Raises
    ------
    ValueError
        With a sentence: nobody in the race, too many lines, or a view that no grid can show.
    """
    exploration, view, stage, kinds, known = _begin(document, resolution, findings)
    entries = [entry for entry in exploration.entries if entry.enabled]
    _check_count(len(entries), "methods")
    proved = proved_lowest(stage, known)
    legend = legend_of(exploration, step, verdicts, tracks, _land(document), proved=proved)
    lines = {line.entry: line for line in legend.lines}
    together = trace_scene(exploration, view, stage, tracks, step)
    contents: list[list[tuple[LegendLine, Kind, Scene]]] = []
    for entry in entries:
        line = lines[entry.id]
        if setting:
            line = replace(line, name=_value_words(entry, setting), settings="")
        alone = _alone(exploration, entry)
        if kinds == ("trace",):  # on the axes of all of them, so that they can be compared
            contents.append([(line, "trace", _only(together, entry))])
            continue
        contents.append(
            [
                (line, kind, _scene(kind, alone, view, stage, tracks, step, known, InsideMarks()))
                for kind in kinds
            ]
        )
    return _composed(document, view, stage, contents, known, Legend(), step, aspect, setting=setting)


def grid_of(
    document: Document,
    runs: Mapping[tuple[int, int], RunLike],
    *,
    setting: str = "",
    aspect: float = 1.6,
    findings: Findings | None = None,
    marks: Mapping[tuple[int, int], Marks] | None = None,
) -> Figure:
    """Return the grid of a document whose runs have been made; see `grid`."""
    step = document.view.step
    if step is None:
        step = document.exploration.steps
    tracks = tracks_of(document, runs, marks)
    verdicts = {key: run.verdict for key, run in runs.items()}
    return grid(document, tracks, verdicts, step, setting=setting, aspect=aspect, findings=findings)


def settings_for_grids(entry: Entry) -> tuple[Setting, ...]:
    """Return the settings of a line whose values can make a grid: those that are numbers."""
    specification = _begins(entry)
    return tuple(
        each
        for each in specification.method.settings
        if isinstance(specification.settings.get(each.name, each.default), int | float)
        and not isinstance(specification.settings.get(each.name, each.default), bool)
    )


def chosen_entry(document: Document, setting: str) -> Entry:
    """Return the line that a grid of a setting is about: the selected one, else the first that has it.

    Raises
    ------
    ValueError
        With a sentence that names the settings there are.
    """
    inside = [entry for entry in document.exploration.entries if entry.enabled]
    inside.sort(key=lambda entry: entry.id != document.view.selected)
    if not inside:
        raise ValueError("There is no method in the race; add one whose setting is to change.")
    for entry in inside:
        if any(each.name == setting for each in settings_for_grids(entry)):
            return entry
    have = ", ".join(each.name for each in settings_for_grids(inside[0])) or "none that is a number"
    raise ValueError(
        f"No method in the race has a setting “{setting}” that is a number; "
        f"{_begins(inside[0]).method.title} has {have}."
    )


def usual_values(document: Document, setting: str, count: int = USUAL) -> tuple[float, ...]:
    """Return values worth comparing of a setting: around the one that it has, within what is allowed.

    Those of a setting that counts in powers lie a factor apart, others evenly.
    """
    entry = chosen_entry(document, setting)
    kind = next(each for each in settings_for_grids(entry) if each.name == setting)
    present = float(cast("float", _begins(entry).settings.get(setting, kind.default)))
    if kind.scale == "log" and present > 0:
        values = [present * 10.0 ** (k / 2.0) for k in range(1 - count // 2 - count % 2, count // 2 + 1)]
        # A second digit would pretend to a care that nobody took.
        values = [present if value == present else float(f"{value:.1g}") for value in values]
    else:
        low, high = kind.span
        values = [float(f"{value:.2g}") for value in np.linspace(low, high, count)]
    if isinstance(kind.default, int):
        values = [float(round(value)) for value in values]
    return tuple(sorted({value for value in values if kind.lower <= value <= kind.upper}))


def with_values(document: Document, setting: str, values: Iterable[float]) -> Document:
    """Return the document of a race in which one line is run once for each value of one of its settings.

    All of them keep the colour of the line they were made from.

    Raises
    ------
    ValueError
        With a sentence, for a setting that there is not and for values that it cannot have.
    """
    entry = chosen_entry(document, setting)
    kind = next(each for each in settings_for_grids(entry) if each.name == setting)
    values = tuple(dict.fromkeys(values))
    _check_count(len(values), f"values of {setting}")
    whole = isinstance(kind.default, int)
    lines = []
    for k, value in enumerate(values):
        given = int(value) if whole and value == int(value) else value
        text = resolved(_begins(entry).replace(**{setting: given}), _land(document))
        lines.append(Entry(k, (Segment(0, text),), True, entry.slot))
    exploration = msgspec.structs.replace(document.exploration, entries=tuple(lines))
    view = msgspec.structs.replace(document.view, selected=None)
    return Document(document.version, exploration, view)


# -- both ----------------------------------------------------------------------------------------------------


def _begin(
    document: Document, resolution: tuple[int, int], findings: Findings | None
) -> tuple[Exploration, View, Stage, tuple[Kind, ...], Findings]:
    """Return what every panel is made from."""
    exploration, view = document.exploration, figure_view(document.view)
    land = _land(document)
    kinds = KINDS.get(view.layout)
    if kinds is None:
        raise ValueError("Filmstrips and grids show the map, the surface, both, or the loss.")
    if land.dimension == 1 and view.layout != "trace":
        kinds = ("profile",)
    stage = stage_of(land, view.zoom if land.dimension > 1 else None, resolution, palette=view.palette)
    return exploration, view, stage, kinds, NOTHING if findings is None else findings


def _land(document: Document) -> Landscape:
    return document.exploration.place.landscape_of()


def _begins(entry: Entry) -> Specification:
    """Return the method and the settings that a line begins with."""
    return Specification.parse(entry.segments[0].method)


def _extent(view: View, stage: Stage) -> tuple[float, float, float, float]:
    """Return what a view shows."""
    return view.zoom or (box_of(stage.land) if stage.land.dimension > 1 else profile_extent(stage.land))


def _check_count(count: int, what: str) -> None:
    """Refuse a picture of no panels, and one of too many."""
    if count == 0:
        raise ValueError(f"There are no {what} to show, one in each panel.")
    if count > MOST_PANELS:
        raise ValueError(f"A picture has at most {MOST_PANELS} panels, not {count}; take fewer {what}.")


def _alone(exploration: Exploration, entry: Entry) -> Exploration:
    """Return the race with one line only."""
    return msgspec.structs.replace(exploration, entries=(entry,))


def _only(scene: TraceScene, entry: Entry) -> TraceScene:
    """Return the trace of one line of the race, on the axes of all."""
    series = tuple(each for each in scene.series if each.entry == entry.id)
    if any(each.axis == "right" for each in series):
        return replace(scene, series=series)
    return replace(scene, series=series, right_label="", right_range=None, right_ticks=())


def _moment(exploration: Exploration, step: int) -> str:
    """Return what stands above a moment of a strip: "Step 12", "300 evaluations"."""
    if exploration.clock.unit == "steps":
        return f"Step {step:,}".replace(",", "\N{THIN SPACE}")
    return span_words(exploration.clock, step)


def _value_words(entry: Entry, setting: str) -> str:
    """Return a setting and its value: "lr = 0.05"."""
    specification = _begins(entry)
    kind = next(each for each in specification.method.settings if each.name == setting)
    name = setting if setting == "lr" else kind.symbol or setting
    return f"{name} = {number(float(cast('float', specification.settings[setting])))}"


def _scene(
    kind: Kind,
    exploration: Exploration,
    view: View,
    stage: Stage,
    tracks: Tracks,
    step: int,
    findings: Findings,
    inner: InsideMarks,
) -> Scene:
    """Return the scene of one panel."""
    if kind == "trace":
        return trace_scene(exploration, view, stage, tracks, step)
    if kind == "profile":
        return profile_scene(exploration, view, stage, tracks, step, findings=findings, insides=inner)
    return race_scene(exploration, view, stage, tracks, step, findings=findings, insides=inner)


def _composed(
    document: Document,
    view: View,
    stage: Stage,
    contents: Sequence[Sequence[tuple[LegendLine, Kind, Scene]]],
    findings: Findings,
    legend: Legend,
    step: int,
    aspect: float,
    *,
    setting: str = "",
) -> Figure:
    """Return the figure of panels, each moment or line with its views."""
    exploration, land = document.exploration, _land(document)
    views = len(contents[0])
    x0, x1, y0, y1 = _extent(view, stage)
    shape = 1.4 if contents[0][0][1] in {"trace", "profile", "surface"} else (x1 - x0) / (y1 - y0)
    columns = _columns(len(contents), views, aspect / WORDS, shape if 0.5 <= shape <= 2.0 else 1.2)
    rows = math.ceil(len(contents) / columns)
    across = (1.0 - GAP * (columns - 1)) / columns
    down = (1.0 - GAP * (rows * views - 1)) / (rows * views)
    panels = []
    for k, moment in enumerate(contents):
        row, column = divmod(k, columns)
        for v, (line, kind, scene) in enumerate(moment):
            # What stands still is named once: in every panel the words would hide what moves.
            shown = scene if k == 0 else _wordless(scene)
            rect = (column * (across + GAP), (row * views + v) * (down + GAP), across, down)
            panels.append(Panel(kind, shown, rect, line if v == 0 else None))
    title = title_of(exploration, view, land)
    method = _begins(exploration.entries[0]).method.title if setting else ""
    if setting and not view.title:
        title, method = f"{title}: {method}", ""
    return Figure(
        panels=tuple(panels),
        title=title,
        legend=legend,
        caption=" ".join(
            (
                caption_of(exploration, legend, step, formula_text(stage.land)),
                *([f"{method}."] if method else []),
                *insight_sentences(view, stage, findings),
            )
        ),
        theme=view.theme,
        layout="wide",
        palette=view.palette,
        camera=view.camera,
        type_size=view.type_size,
    )


def _wordless(scene: Scene) -> Scene:
    """Return the scene without words on it."""
    if isinstance(scene, RaceScene | ProfileScene):
        return replace(scene, marks=tuple(mark for mark in scene.marks if not isinstance(mark, Label)))
    return scene


def _columns(count: int, views: int, aspect: float, shape: float) -> int:
    """Return in how many columns panels of a shape (width over height) are largest.

    Of equally good ones the one with the fewest empty places; then the one with the fewest rows.
    """

    def worth(columns: int) -> tuple[float, int, int]:
        rows = math.ceil(count / columns)
        side = min(aspect / columns / shape, 1.0 / (rows * views))
        return -round(side, 3), columns * rows - count, rows

    return min(range(1, count + 1), key=worth)

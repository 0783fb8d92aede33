"""The insides of a method as marks: what it declares, at one step of one run, on every view alike.

A method declares its insides as geometry (`minima_core.methods.insides`). Here a run is *opened* at a step:
the method at work there, and two moments of it, the step shown and the one before. What of it is drawn is the
view's choice. Lines and arrows lie on the map, on the surface and beside the curve; a number at every place
(a surrogate) stands on a map of its own beside the landscape (`.inside_fields`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from minima_core.document import Entry, Exploration, Insides, View
from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_core.methods.gradient.common_insides import AVERAGE, GRADIENT, STEP
from minima_core.methods.insides import Glimpse, Inside, MomentLike, at_work
from minima_core.methods.specification import Auto
from minima_core.scene.clocked import step_at
from minima_core.scene.inside_fields import Field, curves_of, veils_of
from minima_core.scene.inside_shapes import Brush, Sheet, marks_of
from minima_core.scene.marks import Extent, Mark
from minima_core.scene.stage import Stage
from minima_core.scene.track import Track
from minima_core.scene.words import whole

__all__ = [
    "InsideMarks",
    "Opened",
    "Part",
    "declared_insides",
    "inside_marks",
    "inside_words",
    "opened_entry",
    "opened_from",
    "opened_run",
    "shown_parts",
]

UNDER = ("ellipse", "circle", "quadratic", "field")
"""Shapes that lie below the paths."""
WIDTHS = {STEP.name: 3.6}
"""Widths that are not the usual one: the step lies on the path."""
HEAD_GAP = 7.0
"""Points by which the arrow of a step keeps off the middle of the head."""
ASIDE = 0.3
"""Strength of insides while others are pointed out."""


@dataclass(frozen=True, eq=False)
class Opened:
    """One run of the race, opened at one step.

    Attributes
    ----------
    entry, start
        Whose run it is: the line of the race and which start.
    specification
        The method at that step, every default written out.
    glimpse
        The step and the one before it.
    """

    entry: int
    start: int
    role: str
    specification: Specification
    glimpse: Glimpse

    @property
    def step(self) -> int:
        """The step."""
        return self.glimpse.now.step

    @property
    def parts(self) -> tuple[Part, ...]:
        """All that can be drawn of it: the methods' own declarations, then what all descents have."""
        found: dict[str, Part] = {}
        slopes = None
        for specification, glimpse in at_work(self.specification, self.glimpse):
            for inside in specification.method.insides_drawn:
                found.setdefault(inside.name, Part(inside, glimpse))
            if {"gradient", "hessian"} & set(specification.method.uses):
                slopes = glimpse
        if slopes is not None:
            found.setdefault(GRADIENT.name, Part(GRADIENT, slopes))
            found.setdefault(STEP.name, Part(STEP, slopes))
        # What the step is made of lies on it.
        return tuple(sorted(found.values(), key=lambda part: part.inside.name != STEP.name))


class Part(NamedTuple):
    """One inside, and what it is worked out from."""

    inside: Inside
    glimpse: Glimpse


class InsideMarks(NamedTuple):
    """The marks of a run's insides: veils on the ground, what lies below the paths, what lies over them."""

    veils: tuple[Mark, ...] = ()
    under: tuple[Mark, ...] = ()
    over: tuple[Mark, ...] = ()


def declared_insides(specification: Specification) -> tuple[Inside, ...]:
    """Return all that can be drawn inside a method and those that it drives: what can be switched."""
    found: dict[str, Inside] = {}
    waiting, slopes = [specification], False
    while waiting:
        each = waiting.pop(0)
        averages = each.settings.get("averaging", "off") != "off"
        for inside in each.method.insides_drawn:
            if averages or inside.name != AVERAGE.name:
                found.setdefault(inside.name, inside)
        slopes = slopes or bool({"gradient", "hessian"} & set(each.method.uses))
        full = {s.name: s.default for s in each.method.settings if not isinstance(s.default, Auto)}
        waiting += each.method.driven({**full, **each.settings})
    if slopes:
        for inside in (GRADIENT, STEP):
            found.setdefault(inside.name, inside)
    return tuple(found.values())


def opened_entry(exploration: Exploration, view: View) -> Entry | None:
    """Return the line of the race whose insides are shown: the selected one, or the only one there is."""
    enabled = [entry for entry in exploration.entries if entry.enabled]
    selected = next((entry for entry in enabled if entry.id == view.selected), None)
    return selected or (enabled[0] if len(enabled) == 1 else None)


def opened_run(
    entry: Entry,
    start: int,
    segments: Sequence[tuple[int, Specification]],
    before: MomentLike | None,
    now: MomentLike,
    land: Landscape,
) -> Opened:
    """Return a run, opened at a step; `segments` are the run's own, resolved.

    The moment before is left out where it belongs to another method (a segment begins here): then the step
    was not this one's.
    """
    began, specification = max((each for each in segments if each[0] <= now.step), key=lambda each: each[0])
    if before is not None and (before.step != now.step - 1 or began == now.step):
        before = None
    return Opened(
        entry.id, start, entry.role, specification, Glimpse(before, now, specification.settings, land)
    )


class MomentsLike(Protocol):
    """What is asked of a run that is opened."""

    @property
    def step(self) -> int:
        """How far it has come."""

    @property
    def segments(self) -> tuple[tuple[int, Specification], ...]:
        """From which step on which specification."""

    def moments_at(self, step: int) -> tuple[MomentLike | None, MomentLike]:
        """Return the moment before a step, and that of the step."""


def opened_from(
    exploration: Exploration,
    view: View,
    runs: Mapping[tuple[int, int], MomentsLike],
    tracks: Mapping[tuple[int, int], Track],
    tick: int,
    land: Landscape,
) -> Opened | None:
    """Return the run whose insides a picture shows, at a tick of the clock; None where none are shown."""
    entry = opened_entry(exploration, view)
    key = (-1, 0) if entry is None else (entry.id, 0)
    run, track = runs.get(key), tracks.get(key)
    if not view.insides.on or entry is None or run is None or track is None:
        return None
    step = min(step_at(track.record, tick), run.step)
    return opened_run(entry, 0, run.segments, *run.moments_at(step), land)


def shown_parts(opened: Opened, switched: Insides) -> tuple[Part, ...]:
    """Return what of an opened run is drawn."""
    return tuple(each for each in opened.parts if switched.shows(each.inside.name, usual=each.inside.usual))


def inside_marks(
    opened: Opened | None,
    view: View,
    stage: Stage,
    extent: Extent,
    *,
    fields: tuple[Field, ...] = (),
    pointed: Collection[str] = (),
) -> InsideMarks:
    """Return the marks of an opened run.

    Parameters
    ----------
    opened
        None draws nothing.
    extent
        What is visible: arrows are cut at its edge, and what is too small in it is left out.
    fields
        Numbers at every place, worked out before (`inside_fields`).
    pointed
        Names of insides that are pointed out: they are drawn in any case, and the others faintly.
    """
    if opened is None or not (view.insides.on or pointed):
        return InsideMarks()
    parts = opened.parts if pointed else shown_parts(opened, view.insides)
    sheet = Sheet(stage, extent, _base(opened, stage))
    under: list[Mark] = []
    over: list[Mark] = []
    lane = 0
    for inside, glimpse in parts:
        chosen = view.insides.shows(inside.name, usual=inside.usual)
        if inside.shape == "field" or not (chosen or inside.name in pointed):
            continue
        if sheet.flat and inside.name == STEP.name and view.layers.tangent:
            continue  # the profile draws it along the tangent
        shape = inside.of(glimpse)
        if shape is None:
            continue
        # What the slope adds begins where the velocity ends: in one lane.
        level = max(lane - 1, 0) if inside.name == "pull-of-slope" else lane
        brush = _brush(inside, opened, faint=bool(pointed) and inside.name not in pointed, lane=level)
        made = list(marks_of(shape, brush, sheet, direction=inside.name == GRADIENT.name))
        if made and level == lane and inside.shape not in {"points", "polygon", "quadratic"}:
            lane += 1
        (under if inside.shape in UNDER else over).extend(made)
    return InsideMarks(
        tuple(veils_of(fields, view, stage, extent)),
        (*curves_of(fields, stage, extent), *under),
        tuple(over),
    )


def _base(opened: Opened, stage: Stage) -> float:
    """Return the height above which arrows of one variable lie: that of the higher end of the step."""
    glimpse = opened.glimpse
    if stage.land.dimension > 1:
        return math.nan
    ends = (glimpse.now.value,) if glimpse.before is None else (glimpse.before.value, glimpse.now.value)
    return max(ends)


def _brush(inside: Inside, opened: Opened, *, faint: bool, lane: int) -> Brush:
    """Return how an inside is drawn: the step in the colour of its run, the others by their role."""
    is_step = inside.name == STEP.name
    return Brush(
        key=f"inside:{inside.name}",
        role=opened.role if is_step else inside.role,
        width=WIDTHS.get(inside.name, 2.1),
        opacity=ASIDE if faint else 1.0,
        gap=HEAD_GAP if is_step else 0.0,
        lane=lane,
    )


def inside_words(opened: Opened | None, marks: InsideMarks, fields: tuple[Field, ...] = ()) -> str:
    """Return what is drawn inside which run, as a sentence; "" where nothing is.

    "Inside Adam, step 12: gradient, velocity and step."
    """
    if opened is None:
        return ""
    drawn = {mark.key.split(":")[1] for group in marks for mark in group if mark.key.startswith("inside:")}
    drawn |= {field.name for field in fields}
    titles = [part.inside.title for part in opened.parts if part.inside.name in drawn]
    if not titles:
        return ""
    titles = [title[:1].lower() + title[1:] if title[1:2].islower() else title for title in titles]
    listed = titles[0] if len(titles) == 1 else f"{', '.join(titles[:-1])} and {titles[-1]}"
    return f"Inside {opened.specification.method.title}, step {whole(opened.step)}: {listed}."

"""The scene of a race: ground, paths, heads, starts, minima with words, ends of loops, proposals.

A pure function of exploration, view, stage, tracks and step. What does not move from frame to frame is made
once and returned again, so that a renderer sees by its revision that there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Entry, Exploration, Start, View
from minima_core.scene.cache import Cache
from minima_core.scene.critical import critical_marks
from minima_core.scene.ends import Ends
from minima_core.scene.findings import NOTHING, Findings, kept
from minima_core.scene.insides import InsideMarks
from minima_core.scene.lens import lens_marks
from minima_core.scene.marks import (
    Extent,
    Label,
    Lines,
    Mark,
    Path,
    Points,
    Regions,
    Shading,
    Style,
)
from minima_core.scene.overlays import flow_marks, overlay_marks, swarm_marks
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import RaceScene
from minima_core.scene.stage import Stage, plane_of, zero_of
from minima_core.scene.styles import (
    ACCEPTED,
    REFUSED,
    START,
    best_style,
    end_style,
    head_style,
    path_style,
    wanders,
)
from minima_core.scene.track import Track
from minima_core.scene.water import water_marks
from minima_core.scene.wells import well_marks
from minima_core.scene.words import number, times

__all__ = [
    "Tracks",
    "axis_label",
    "formula_text",
    "insight_marks",
    "layered",
    "moving_marks",
    "parted",
    "race_scene",
    "still_marks",
    "tool_marks",
]

Array: TypeAlias = NDArray[np.float64]
Tracks: TypeAlias = Mapping[tuple[int, int], Track]
"""The tracks of the runs, by (entry id, index of the start)."""

MOST_WORDS = 6
"""Starts, and ends of loops, that get words; the others are only marked."""

_end_marks: Cache[tuple[Points | None, tuple[Label, ...]]] = Cache(256)


def race_scene(
    exploration: Exploration,
    view: View,
    stage: Stage,
    tracks: Tracks,
    step: int,
    *,
    cursor: tuple[float, float] | None = None,
    findings: Findings | None = None,
    hovered: int | None = None,
    drawing: bool = False,
    insides: InsideMarks | None = None,
) -> RaceScene:
    """Return the scene of a race on a landscape of two variables (or on a cut through one of more).

    Parameters
    ----------
    stage
        From `stage_of`, for what is visible: ``view.zoom`` or the whole region.
    tracks
        Those of the runs that have begun; missing ones are not drawn.
    step
        What is shown.
    cursor
        A point to mark, for pictures; the views draw theirs themselves.
    findings
        What is known about the landscape; ``view.insight`` chooses what is drawn of it: veils and water under
        the contour lines, flow, lens and critical points over them.
    hovered
        The critical point (its index in ``findings.critical.points``) whose numbers are asked for.
    drawing
        Whether the handles of a drawn landscape are shown.
    insides
        What is drawn inside of one run (`inside_marks`).
    """
    if stage.ground is None:
        raise ValueError("A landscape of one variable is shown by profile_scene.")
    land, relief = stage.land, stage.ground.relief
    extent = view.zoom or box_of(land)
    contours: Iterable[Mark] = ()
    if view.layers.contours:
        contours = (
            mark for mark in stage.ground.contours if view.layers.contour_labels or isinstance(mark, Lines)
        )
    known = NOTHING if findings is None else findings
    still = still_marks(exploration, view, stage, extent, known, hovered=hovered)
    seen = insight_marks(view, stage, extent, known)
    tools = tool_marks(exploration, view, stage, extent, known, drawing=drawing)
    inner = insides or InsideMarks()
    paths, moving = parted(moving_marks(exploration, view, stage, tracks, step))
    pointer = () if cursor is None else (_cursor(cursor),)
    veils, below, words = layered((*seen, *still, *tools))
    return RaceScene(
        extent=extent,
        region=box_of(land),
        title=exploration.place.title or land.title,
        formula_text=formula_text(land),
        relief=relief,
        marks=(
            *veils,
            *inner.veils,
            *contours,
            *below,
            *swarm_marks(view, stage, known),
            *inner.under,
            *paths,
            *inner.over,
            *moving,
            *words,
            *pointer,
        ),
        x_label=axis_label(land, 0),
        y_label=axis_label(land, 1),
        height_range=(relief.display.low, relief.display.high),
        dimension=land.dimension,
        step=step,
        revision=hash(
            (
                relief.revision,
                extent,
                tuple(
                    (mark.key, mark.revision)
                    for mark in (*seen, *still, *tools, *inner.veils, *inner.under, *inner.over)
                    if not isinstance(mark, Path)
                ),
            )
        ),
    )


def axis_label(land: object, axis: int) -> str:
    """Return what is written at an axis: the variable, and for a model what that weight is."""
    learning = getattr(land, "learning", None)
    plain = ("x", "y") if getattr(land, "dimension", 2) <= 2 else ("x₁", "x₂")
    return plain[axis] if learning is None else f"{learning.weights[axis]} {plain[axis]}"


def formula_text(land: object) -> str:
    """Return the formula as a line of mathematics, or nothing where there is none."""
    formula = getattr(land, "formula", None)
    return "" if formula is None else f"f({'x' if formula.dimension == 1 else 'x, y'}) = {formula.unicode()}"


def _cursor(at: tuple[float, float]) -> Points:
    """Mark the cursor."""
    return Points("cursor", hash(at), np.array([at]), Style("cursor", width=1.2, marker="plus", size=14.0))


# -- what stands still ---------------------------------------------------------------------------------------


def still_marks(
    exploration: Exploration,
    view: View,
    stage: Stage,
    extent: Extent,
    findings: Findings = NOTHING,
    *,
    hovered: int | None = None,
) -> tuple[Mark, ...]:
    """Return starts and critical points with their words; the same objects for the same content."""
    layers, insight = view.layers, view.insight
    key = (
        stage.land.digest,
        len(stage.minima),
        exploration.starts,
        extent,
        layers.minima,
        layers.labels,
        insight.critical,
        insight.overlay == "basins",
        hovered,
    )

    def make() -> tuple[Mark, ...]:
        marks: list[Mark] = []
        if layers.minima:
            marks += critical_marks(view, stage, extent, findings, hovered=hovered)
        marks += _start_marks(exploration.starts, stage, words=layers.labels)
        return tuple(marks)

    return kept("still", (findings.critical, findings.basins), key, make)


def insight_marks(view: View, stage: Stage, extent: Extent, findings: Findings) -> tuple[Mark, ...]:
    """Return what is drawn of the findings on the ground: veils, water, flow."""
    return (
        *overlay_marks(view, stage, findings),
        *water_marks(view, stage, extent, findings),
        *flow_marks(view, stage, findings),
    )


def tool_marks(
    exploration: Exploration,
    view: View,
    stage: Stage,
    extent: Extent,
    findings: Findings,
    *,
    drawing: bool = False,
) -> tuple[Mark, ...]:
    """Return what a hand takes hold of, above the critical points: the lens, the handles of a drawing."""
    return (
        *lens_marks(view, stage, extent, findings),
        *(well_marks(exploration, stage) if drawing else ()),
    )


def layered(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark], list[Mark]]:
    """Return what lies under the contour lines, what lies over them, and the words on top of everything."""
    veils: list[Mark] = []
    below: list[Mark] = []
    words: list[Mark] = []
    for mark in marks:
        (
            veils if isinstance(mark, Shading | Regions) else words if isinstance(mark, Label) else below
        ).append(mark)
    return veils, below, words


def parted(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Return the paths, and what moves over them: insides lie between the two."""
    paths: list[Mark] = []
    others: list[Mark] = []
    for mark in marks:
        (paths if isinstance(mark, Path) else others).append(mark)
    return paths, others


def _start_marks(starts: tuple[Start, ...], stage: Stage, *, words: bool) -> Iterator[Mark]:
    """Yield the rings of the starts, and "start" beside them."""
    if not starts:
        return
    points = np.array([plane_of(start.position, stage) for start in starts])
    yield Points("starts", hash(points.tobytes()), points, START, tuple(range(len(starts))))
    if words and len(starts) <= MOST_WORDS:
        for k, (start, at) in enumerate(zip(starts, points.tolist(), strict=True)):
            text = "" if start.seed is None else f"seed {start.seed}"
            bold = "start" if len(starts) == 1 else f"start {k + 1}"
            yield Label(
                f"label:start:{k}",
                hash((bold, text, *at)),
                (at[0], at[1]),
                bold,
                text,
                "text",
                "above",
                11.0,
                40,
            )


# -- what moves ----------------------------------------------------------------------------------------------


def moving_marks(
    exploration: Exploration, view: View, stage: Stage, tracks: Tracks, step: int
) -> Iterator[Mark]:
    """Yield paths, ends of loops, proposals, best so far, heads; the selected line last."""
    entries = [entry for entry in exploration.entries if entry.enabled]
    entries.sort(key=lambda entry: entry.id == view.selected)
    starts = range(len(exploration.starts))
    present = [
        (entry, k, tracks[entry.id, k]) for entry in entries for k in starts if (entry.id, k) in tracks
    ]
    if view.layers.paths:
        for entry, k, track in present:
            yield _path(entry, k, track, step, view)
    words: list[Label] = []
    most = max(1, MOST_WORDS // max(1, sum(bool(track.ends.clusters) for _, _, track in present)))
    for entry, k, track in present:
        if track.ends.clusters:
            yield from _ends(entry, k, track, step, most, words, zero_of(stage))
        if view.layers.proposals and step > 0 and wanders(entry.name):
            yield from _proposals(entry, k, track, step, stage)
    if view.layers.best:
        for entry in entries:
            yield from _best(entry, [track for each, _, track in present if each is entry], step)
    for entry in entries:
        yield from _heads(entry, [track for each, _, track in present if each is entry], step)
    if view.layers.labels:
        words.sort(key=lambda label: -label.priority)
        yield from words[:MOST_WORDS]


def _path(entry: Entry, start: int, track: Track, step: int, view: View) -> Path:
    """Make the path of one run."""
    loops = track.loops > 1
    return Path(
        f"path:{entry.id}:{start}",
        track.look(step),
        track,
        step,
        path_style(entry.role, thin=wanders(entry.name), selected=entry.id == view.selected),
        fade=loops and view.layers.old_loops,
        entry=entry.id,
        start=start,
    )


def _drawn(position: Array, value: float) -> tuple[float, float]:
    """Return where a point of a run is drawn, from its position (n,) and loss."""
    return (float(position[0]), float(position[1])) if len(position) > 1 else (float(position[0]), value)


def _heads(entry: Entry, tracks: list[Track], step: int) -> Iterator[Points]:
    """Yield the heads of one line of the race."""
    points = [_drawn(position, value) for _, position, value in (t.at(step) for t in tracks if t.last >= 0)]
    points = [(x, y) for x, y in points if abs(x) < np.inf and abs(y) < np.inf]
    if points:
        yield Points(
            f"heads:{entry.id}",
            hash(tuple(points)),
            np.array(points),
            head_style(entry.role),
            (entry.id,) * len(points),
        )


def _ends(
    entry: Entry, start: int, track: Track, step: int, most: int, words: list[Label], zero: float
) -> Iterator[Points]:
    """Yield where loops ended, larger where more did, and collect words for the `most` lowest."""
    ends = track.ends
    upto = step if step < ends.last else None
    key = (entry.id, entry.role, start, track.epoch, ends.total, upto, most, zero)
    points, labels = _end_marks.get(key, lambda: _make_ends(entry, start, ends, step, most, zero))
    if points is not None:
        yield points
    words.extend(labels)


def _make_ends(
    entry: Entry, start: int, ends: Ends, step: int, most: int, zero: float
) -> tuple[Points | None, tuple[Label, ...]]:
    """Return the mark of the ends up to a step, and the words for the lowest."""
    reached = [(each, each.upto(step)) for each in ends.clusters]
    reached = [(each, n) for each, n in reached if n]
    if not reached:
        return None, ()
    points = np.array([_drawn(each.position, each.value) for each, _ in reached])
    counts = np.array([n for _, n in reached], dtype=np.float64)
    key = f"{entry.id}:{start}"
    marks = Points(
        f"ends:{key}",
        hash((points.tobytes(), counts.tobytes())),
        points,
        end_style(entry.role),
        (entry.id,) * len(points),
        7.0 + 2.0 * np.minimum(np.log2(1.0 + counts), 6.0),
    )
    lowest = sorted(reached, key=lambda each: (not each[0].inside, each[0].value))[:most]
    labels = []
    for rank, (each, n) in enumerate(lowest):
        at = _drawn(each.position, each.value)
        name, bold, text = f"label:end:{key}:{rank}", number(each.value, zero=zero), times(n)
        labels.append(Label(name, hash((at, bold, text)), at, bold, text, entry.role, "right", 9.0, 4 - rank))
    return marks, tuple(labels)


def _proposals(entry: Entry, start: int, track: Track, step: int, stage: Stage) -> Iterator[Points]:
    """Yield the last proposals of a method that proposes: accepted and refused ones."""
    points, accepted = track.proposals(step)
    if not len(points):
        return
    if points.shape[1] == 1:
        with np.errstate(all="ignore"):
            points = np.column_stack((points, np.asarray(stage.land.value(points), dtype=np.float64)))
    points = points[:, :2]
    for name, chosen, style in (("refused", ~accepted, REFUSED), ("accepted", accepted, ACCEPTED)):
        some = np.ascontiguousarray(points[chosen])
        if len(some):
            yield Points(f"proposals:{name}:{entry.id}:{start}", hash(some.tobytes()), some, style)


def _best(entry: Entry, tracks: list[Track], step: int) -> Iterator[Points]:
    """Yield a ring around the best point so far of a line that leaves it again: restarts and annealing."""
    found = [track.best_at(step) for track in tracks if track.loops > 1 or wanders(entry.name)]
    lowest = min((each for each in found if each is not None), key=lambda each: each[2], default=None)
    if lowest is not None:
        at = _drawn(lowest[1], lowest[2])
        yield Points(f"best:{entry.id}", hash(at), np.array([at]), best_style(entry.role), (entry.id,))

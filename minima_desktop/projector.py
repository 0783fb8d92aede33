"""From what the engine has published to what the views show: tracks of the runs, scenes of a step, words.

No Qt here. The projector keeps, for each run of the race, the bounded copy that is drawn (its track), and
asks the core's scene room for scenes. While new runs are being started, those before stay in the picture, so
that nothing flickers while a start is dragged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeVar

import numpy as np

from minima_core.analysis import Minimum
from minima_core.document import Entry, Place
from minima_core.landscapes import Landscape, landscape, wells
from minima_core.scene import (
    ChartScene,
    Findings,
    Mark,
    ProfileScene,
    RaceScene,
    Stage,
    TraceScene,
    Track,
    box_of,
    clocked,
    neighbour,
    profile_extent,
    profile_scene,
    proved_lowest,
    race_scene,
    reading_of,
    stage_of,
    steps_shown,
    tick_of,
    trace_scene,
    verdict_words,
)
from minima_desktop.engine import Engine, Progress, Ticket
from minima_desktop.insider import Insider
from minima_desktop.session import Session

FIRST_GRID = (128, 96)
FINE_GRID = (320, 256)
HASTY_GRID = (192, 152)
"""Columns and rows of the relief: at first paint, soon after it, and while a slider moves."""

UNDER_WAY = ("running, ", "loss ")
"""How words begin that are said of a run under way: early signs follow them."""

PATIENCE = 0.06
"""Seconds for which the runs before stay in the picture while new ones are not as far yet."""

Key = tuple[int, int]

AnyScene = TypeVar("AnyScene", RaceScene, ProfileScene)

Part = Literal["views", "trace"]
PARTS: tuple[Part, ...] = ("views", "trace")
"""What is drawn apart where both together would take too long for one frame."""


@dataclass(frozen=True)
class Picture:
    """Scenes of one step, as far as asked: a race on map and surface, or on a profile; the trace."""

    race: RaceScene | None = None
    profile: ProfileScene | None = None
    trace: TraceScene | None = None


class Projector:
    """What is drawn of a session's race.

    Attributes
    ----------
    findings, pointed_out, drawing
        What is known about the landscape, the critical point whose numbers are asked for, and whether wells
        have handles.
    in_haste
        Whether the ground is drawn at once and not finely, with the minima of a moment ago: somebody types,
        or moves a slider.
    lately
        Those minima.
    insider
        What is drawn inside of the selected run.
    pauses
        Verdicts on runs as they stood at a tick at which the clock holds: the tick and the verdict.
    remarks
        Early signs of runs that are under way, in words.
    lettered
        Gives marks over everything else: the two minima that are compared.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._tracks: dict[Key, Track] = {}
        self._tickets: dict[Key, Ticket] = {}
        self._progress: dict[Key, Progress] = {}
        self._next: dict[Key, Track] | None = None
        self._ordered_at = 0.0
        self._grid = FIRST_GRID
        self._form = self.form()
        self._box = (session.landscape.lower, session.landscape.upper)
        self._clock = session.exploration.clock
        self.serial = 0
        self.taken: Mapping[Key, Progress] = {}
        self.shown = -1
        self.findings = Findings()
        self.pointed_out: int | None = None
        self.drawing = False
        self.in_haste = False
        self.lately: tuple[Minimum, ...] = ()
        self.insider = Insider(session)
        self.pauses: Mapping[Key, tuple[int, Any]] = {}
        self.remarks: Mapping[Key, str] = {}
        self.lettered: Callable[[], tuple[Mark, ...]] = lambda: ()

    # -- the engine --------------------------------------------------------------------------------------

    def order(self, engine: Engine) -> None:
        """Asks the engine for the runs of the session; runs that go on keep their tracks."""
        before, tracks = self._tickets, self._next or self._tracks
        tickets = {ticket.key: ticket for ticket in self._session.tickets()}
        land = self._session.landscape
        form = self.form()
        if form != self._form or not np.array_equal(land.lower, self._box[0]):
            # Paths of another landscape have no place on this one, not even for a moment; while a slider
            # moves its numbers, those of a moment ago stay until the new ones are as far.
            self._tracks, self._progress = {}, {}
        self._form, self._box = form, (land.lower, land.upper)
        self._next = {}
        for key, ticket in tickets.items():
            old = before.get(key)
            if old is not None and key in tracks and _same_run(old, ticket) and old.clock == ticket.clock:
                self._next[key] = tracks[key]
            else:
                self._next[key] = Track(land.lower, land.upper)
        self._tickets = tickets
        if self._clock != self._session.exploration.clock:
            # Steps and evaluations do not fit on one timeline, not even for a moment.
            self._tracks, self._progress = {}, {}
            self._clock = self._session.exploration.clock
        self._ordered_at = time.perf_counter()
        self.serial = engine.show(tickets.values())

    def take(self, engine: Engine) -> bool:
        """Takes in what has been published; true if there is something new to draw."""
        if engine.taken != self.serial:
            return False
        published = self.taken = engine.published
        tracks = self._tracks if self._next is None else self._next
        fresh = False
        for key, progress in published.items():
            track = tracks.get(key)
            if track is not None and progress.record is not None:
                fresh |= track.extend(clocked(progress.record, self._clock, progress.marks))
            if self._progress.get(key) is not progress:
                self._progress[key] = progress
                fresh = True
        if self._next is not None and self._is_ready(engine):
            self._tracks, self._next = self._next, None
            self._progress = {key: self._progress[key] for key in self._tracks if key in self._progress}
            fresh = True
        return self._pin_exact(engine) or fresh

    def ask_exact(self, engine: Engine, step: int) -> None:
        """Asks for the exact points of a step at which one rests; long records have few rows."""
        if self._next is not None or self._clock.unit != "steps":
            return
        for key, track in self._tracks.items():
            progress = self._progress.get(key)
            thinned = track.record is not None and track.record.stride > 1
            if thinned and progress is not None and progress.step > step and track.pinned != step:
                engine.ask_moment(key, step)

    def look_inside(self, engine: Engine, tick: int, *, playing: bool) -> bool:
        """Asks for what the selected run holds at a tick of the clock; true if there is something new."""
        return self.insider.follow(engine, self._tracks, tick, playing=playing)

    def _pin_exact(self, engine: Engine) -> bool:
        """Takes in the exact points that were asked for; true if there is one for the step that is shown."""
        pinned = False
        for key, moment in engine.moments.items():
            track = self._tracks.get(key)
            if track is not None and moment.step == self.shown and track.pinned != moment.step:
                track.pin(moment.step, moment.position, moment.value)
                pinned = True
        return pinned

    def _is_ready(self, engine: Engine) -> bool:
        """Whether the new runs can take the place of those before in the picture."""
        if time.perf_counter() - self._ordered_at > PATIENCE:
            return True
        if engine.served != self.serial:
            return False
        return all(
            p.ended or p.tick >= min(self.shown, self._tickets[k].limit) for k, p in engine.published.items()
        )

    def form(self) -> str:
        """What tells landscapes apart, whatever their parameters are and whatever was added to them."""
        land = self._session.landscape
        formula = (land.below or land).formula
        return "" if formula is None else formula.digest

    # -- scenes ------------------------------------------------------------------------------------------

    def refine(self) -> None:
        """Draws the relief finer from now on: the first picture has been seen."""
        self._grid = FINE_GRID

    def stage(self) -> Stage:
        """What stands still: landscape, ground and minima, for what is visible."""
        view = self._session.view
        extent = view.zoom if self._session.landscape.dimension > 1 else None
        land = self._session.landscape
        if not self.in_haste:
            return stage_of(land, extent, self._grid, palette=view.palette)
        lately = tuple(each for each in self.lately if land.inside(each.position))
        return stage_of(land, extent, HASTY_GRID, palette=view.palette, minima=lately)

    def undefined(self) -> float:
        """The share of what is shown where the landscape has no value, 0 to 1."""
        ground, land = self.stage().ground, self._session.landscape
        if ground is None:
            return _undefined_curve(land.digest, _Same(land))
        return float(np.isnan(ground.relief.values).mean()) if ground.relief.holes else 0.0

    def scenes(self, step: int, parts: Collection[Part] = PARTS) -> Picture:
        """The scenes of a step, or those of some parts of the window."""
        self.shown = step
        session = self._session
        exploration, view, stage = session.exploration, session.view, self.stage()
        given = exploration, view, stage, self._tracks, step
        known: dict[str, Any] = {
            "findings": self.findings,
            "hovered": self.pointed_out,
            "drawing": self.drawing,
        }
        flat = session.landscape.dimension == 1
        if "views" in parts:
            known["insides"] = self.insider.marks(self._tracks, step, stage, self.visible())
        return Picture(
            race=self._with_letters(race_scene(*given, **known)) if "views" in parts and not flat else None,
            profile=self._with_letters(profile_scene(*given, **known)) if "views" in parts and flat else None,
            trace=trace_scene(*given) if "trace" in parts else None,
        )

    def _with_letters(self, scene: AnyScene) -> AnyScene:
        """The scene with the two minima that are compared, if there are some."""
        lettered: tuple[Mark, ...] = self.lettered()
        if not lettered:
            return scene
        return replace(scene, marks=(*scene.marks, *lettered), revision=hash((scene.revision, lettered)))

    def maps(self, step: int, stage: Stage) -> tuple[ChartScene, ...]:
        """The maps of the selected method's own that stand beside the landscape."""
        marks = self.insider.marks(self._tracks, step, stage, self.visible())
        return self.insider.maps(stage, self.findings, marks)

    @property
    def tickets(self) -> Mapping[Key, Ticket]:
        """The runs that the race asks for."""
        return self._tickets

    @property
    def tracks(self) -> dict[Key, Track]:
        """The tracks that are drawn."""
        return self._tracks

    def whole(self) -> tuple[float, float, float, float]:
        """What a map or a profile shows that is not zoomed: x0, x1, y0, y1."""
        land = self._session.landscape
        return box_of(land) if land.dimension > 1 else profile_extent(land)

    def visible(self) -> tuple[float, float, float, float]:
        """What the map or the profile shows now."""
        return self._session.view.zoom or self.whole()

    def formula_texts(self) -> tuple[str, str]:
        """The formula as it is typed, after f(x, y) =, and in LaTeX; empty where there is none."""
        place, land = self._session.exploration.place, self._session.landscape
        if land.formula is None:
            return "", ""
        variables = "x" if place.dimension == 1 else "x, y" if place.dimension == 2 else "x"
        return f"f({variables}) = {typed_formula(place)}", land.formula.latex()

    # -- words -------------------------------------------------------------------------------------------

    def last(self) -> int:
        """The last tick of the clock that all runs which are still going have reached."""
        steps = [p.tick for k, p in self._progress.items() if k in self._tickets and not p.ended]
        return min(steps, default=self._session.exploration.steps)

    def progress_of(self, entry: Entry) -> list[Progress]:
        """What is known of the runs of a line, one for each start."""
        count = len(self._session.exploration.starts)
        return [self._progress[entry.id, k] for k in range(count) if (entry.id, k) in self._progress]

    def verdicts(self, step: int) -> dict[int, str]:
        """What to say under each line of the race at a step."""
        words: dict[int, str] = {}
        for entry in self._session.exploration.entries:
            runs = self.progress_of(entry)
            failures = [p.failure for p in runs if p.failure]
            if failures:
                words[entry.id] = failures[0]
            elif not entry.enabled:
                words[entry.id] = "not in the race"
            elif not runs:
                words[entry.id] = "being prepared"
            else:
                said = self.words_of([(entry.id, k) for k in range(len(runs))], step)
                remark = self.remarks.get((entry.id, 0), "") if len(runs) == 1 else ""
                follows = remark and said.startswith(UNDER_WAY)
                words[entry.id] = f"{said} · {remark}" if follows else said
        return words

    def words_of(self, keys: Sequence[Key], tick: int) -> str:
        """What to say of some runs of one line at a tick, all together."""
        known = [
            (self.verdict_at(key, tick), self.reached_at(key, tick), self._tracks.get(key)) for key in keys
        ]
        return verdict_words(known, tick, proved=proved_lowest(self.stage(), self.findings))

    def progress(self, key: Key) -> Progress | None:
        """What is known of a run."""
        return self._progress.get(key)

    def verdict_at(self, key: Key, tick: int) -> Any:
        """The verdict on a run as it stood at a tick where the clock holds there, else its last one."""
        paused, progress = self.pauses.get(key), self._progress.get(key)
        if paused is not None and paused[0] == tick:
            return paused[1]
        return None if progress is None else progress.verdict

    def reached_at(self, key: Key, tick: int) -> int:
        """How far the run had come of which `verdict_at` speaks."""
        paused, progress = self.pauses.get(key), self._progress.get(key)
        if paused is not None and paused[0] == tick:
            return tick
        return 0 if progress is None else progress.tick

    def judged(self) -> dict[Key, Any]:
        """The verdicts of the runs that have one, by run."""
        return {key: p.verdict for key, p in self._progress.items() if p.verdict is not None}

    def live_values(self, step: int) -> dict[int, dict[str, float]]:
        """Settings that move by themselves, by line of the race: the temperature of annealing."""
        values: dict[int, dict[str, float]] = {}
        for entry in self._session.exploration.entries:
            track = self._tracks.get((entry.id, 0))
            if track is None or not entry.enabled:
                continue
            temperature = track.inside("temperature", step)
            if temperature is not None:
                values[entry.id] = {"temperature": temperature}
        return values

    def segment_steps(self) -> tuple[int, ...]:
        """The ticks at which a line changed hands."""
        ticks = set()
        for entry in self._session.exploration.entries:
            track = self._tracks.get((entry.id, 0))
            for segment in entry.segments[1:]:
                ticks.add(segment.step if track is None else tick_of(track.record, segment.step))
        return tuple(sorted(ticks))

    def step_of(self, entry: int, tick: int) -> int:
        """The step at which a line of the race stands at a tick of the clock."""
        return self.steps_shown(tick).get(entry, 0)

    def neighbour(self, tick: int, by: int) -> int:
        """The tick at which the selected line, or the first one, has done `by` steps more."""
        chosen = self._session.view.selected
        for key in sorted(self._tracks, key=lambda key: (key[0] != chosen, key)):
            record = self._tracks[key].record
            if record is not None:
                return neighbour(record, tick, by)
        return tick + by

    def steps_shown(self, tick: int) -> Mapping[int, int]:
        """The steps at which all lines of the race stand at a tick, by their ids."""
        return steps_shown(self._session.exploration, self._tracks, tick)

    def reading(self, point: tuple[float, float] | None) -> tuple[Any, ...] | None:
        """Position, value, slope and curvature at a point of the map, for the status line."""
        if point is None:
            return None
        land = self._session.landscape
        if land.dimension == 1:
            position = np.array([point[0]])
        else:
            rest = np.asarray(land.start, dtype=float)[2:]
            position = np.array([point[0], point[1], *rest])
        reading = reading_of(land, position)
        return (
            tuple(float(p) for p in position[:3]),
            reading.value,
            reading.gradient_norm,
            reading.eigenvalues,
            reading.word,
        )


class _Same:
    """A landscape that is told from others by its digest alone, beside which it is handed over."""

    def __init__(self, land: Landscape) -> None:
        self.land = land

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=16)
def _undefined_curve(digest: str, same: _Same) -> float:
    """The share of the region of one variable where the landscape has no value."""
    land = same.land
    if land.is_callable:
        return 0.0
    return float(np.isnan(land.value_on(np.linspace(land.lower[0], land.upper[0], 1001))).mean())


def typed_formula(place: Place) -> str:
    """What stands in the line of the formula when one begins to type: without what was added to it.

    A loss over examples has no line that could be typed.
    """
    if place.formula is not None:
        return place.formula
    if place.drawn is not None:
        return wells.formula_text(place.drawn, place.dimension)
    land = landscape(place.landscape or "", dimension=place.dimension)
    return "" if land.formula is None or land.examples is not None else land.formula.text


def _same_run(old: Ticket, new: Ticket) -> bool:
    return old.origin == new.origin and old.segments == new.segments

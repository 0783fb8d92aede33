"""The scene of the loss: every run against steps or evaluations, best so far, temperature."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Literal

import numpy as np

from minima_core.document import Entry, Exploration, View
from minima_core.scene.display import HUGE
from minima_core.scene.marks import Style
from minima_core.scene.race import Tracks
from minima_core.scene.relief import transform_for
from minima_core.scene.scenes import Series, Tick, TraceScene
from minima_core.scene.stage import Stage
from minima_core.scene.styles import wanders
from minima_core.scene.ticks import linear_ticks, log_ticks, nice_step, nice_upper
from minima_core.scene.track import Track

__all__ = ["trace_scene"]

DECADES = 7
"""On a log axis, losses nearer to the best than this many decades below the start's lie on the bottom."""
SPANS = (2.0, 4.0, DECADES + 0.5)
"""Decades that a log axis may have: few, so that it rests while runs go down."""
TEMPERATURE_COLUMNS = 512
AXES = {"steps": "step", "evaluations": "evaluations, at their prices", "time": "microseconds of computing"}
"""What is written at the horizontal axis, by the clock of the race."""


def trace_scene(exploration: Exploration, view: View, stage: Stage, tracks: Tracks, step: int) -> TraceScene:
    """Return the scene of the loss of all enabled lines of the race.

    It shows all that was computed; the step that the other views show is its cursor. On a log axis it shows
    how far the loss lies above the best that is known (or, where nothing is known or a run went below it,
    above the lowest that any run has seen). Ranges hold all that lies inside the region, and rest while runs
    grow: they begin as large as the race is likely to need, and end at round numbers.
    """
    entries = {entry.id: entry for entry in exploration.entries if entry.enabled}
    present = [
        (entries[id], start, track)
        for (id, start), track in tracks.items()
        if id in entries and start < len(exploration.starts) and track.last >= 0
    ]
    present.sort(key=lambda each: (each[0].id == view.selected, each[0].id, each[1]))
    log = view.y_axis == "log"
    low, first, high = _losses([track for _, _, track in present])
    if any(_returns(entry) for entry, _, _ in present):
        high = max(high, transform_for(stage.land).high)
    base, floor = _zero(low, first, stage.best) if log else (0.0, 0.0)
    y_range, y_ticks = _y_axis(low - base, high - base, floor, log)
    x_range, x_ticks, x_label = _x_axis(exploration, view, [track for _, _, track in present])
    right_range, right_ticks = _temperature_axis(present, view)
    axis = view.x_axis if exploration.clock.unit == "steps" else "steps"
    series: list[Series] = []
    for entry, start, track in present:
        series.extend(_series_of(entry, start, track, view, axis, base, floor, right_range is not None))
    label = "above the best" if log else "loss"
    return TraceScene(
        x_label=x_label,
        y_label=label,
        x_range=x_range,
        y_range=y_range,
        log_y=log,
        series=tuple(series),
        x_ticks=x_ticks,
        y_ticks=y_ticks,
        right_label="temperature" if right_range is not None else "",
        right_range=right_range,
        right_ticks=right_ticks,
        right_log=right_range is not None,
        cursor=_cursor(axis, present, step),
        revision=hash((x_range, y_range, right_range, log, label, x_label)),
    )


def _losses(tracks: list[Track]) -> tuple[float, float, float]:
    """Return the lowest loss of all tracks, the highest at a start, and the highest inside the region.

    Outside of it, what lies ten times as high as everything is cut: one run that flew off does not flatten
    the others.
    """
    lows = [float(np.fmin.reduce(t.envelope.low[: t.envelope.used])) for t in tracks if t.envelope.used]
    highs = [float(np.fmax.reduce(t.envelope.high[: t.envelope.used])) for t in tracks if t.envelope.used]
    lows, highs = [v for v in lows if math.isfinite(v)], [v for v in highs if math.isfinite(v)]
    if not lows or not highs:
        return 0.0, 1.0, 1.0
    starts = [float(t.envelope.first[0]) for t in tracks if math.isfinite(float(t.envelope.first[0]))]
    low, first = min(lows), max(starts, default=max(highs))
    within = max(first, *(t.highest for t in tracks))
    return low, first, min(max(highs), max(within, first + 9.0 * (first - low), low + 1e-300))


def _zero(low: float, first: float, best: float | None) -> tuple[float, float]:
    """Return what a log axis subtracts from the loss, and the smallest difference that it shows.

    A run below the best that is known moves the zero only when one would see it.
    """
    base = low if best is None else best
    floor = max((first - base) * 10.0**-DECADES, 4e-16 * abs(base), 1e-300)
    if low < base - 0.1 * floor:
        base = low
        floor = max((first - base) * 10.0**-DECADES, 4e-16 * abs(base), 1e-300)
    return base, floor


def _returns(entry: Entry) -> bool:
    """Whether a line of the race comes to high ground again and again: thrown points, random moves."""
    return wanders(entry.name) or entry.name == "random-restarts"


def _y_axis(low: float, high: float, floor: float, log: bool) -> tuple[tuple[float, float], tuple[Tick, ...]]:
    """Return the vertical range in axis units, ending at round numbers, and its ticks."""
    if log:
        top = math.ceil(2 * math.log10(max(high, floor)) + 0.1) / 2
        bottom = math.log10(max(low, floor)) - 0.05
        span = next((each for each in SPANS if top - each <= bottom), math.ceil(2 * (top - bottom)) / 2)
        return (top - span, top), log_ticks(top - span, top)
    low, high = (min(max(each, -HUGE), HUGE) for each in (low, high))
    size = max(abs(low), abs(high))
    if not high - low > max(1e-13 * size, 1e-290):
        half = max(0.5, 1e-6 * size)
        low, high = low - half, high + half
    step = nice_step(high - low, 5)
    a, b = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return (a, b), linear_ticks(a, b, 5)


def _x_axis(
    exploration: Exploration, view: View, tracks: list[Track]
) -> tuple[tuple[float, float], tuple[Tick, ...], str]:
    """Return the horizontal range, ticks and title: the whole race, or less while its end is far."""
    clock = exploration.clock
    if view.x_axis == "evaluations" and clock.unit == "steps":
        last = max(
            (float(np.fmax.reduce(t.envelope.evaluations[: t.envelope.used])) for t in tracks), default=1.0
        )
        end = nice_upper(max(last, 10.0) * 1.02)
        if last < 0.45 * end:
            end *= 0.5
        return (0.0, end), linear_ticks(0.0, end), "evaluations of the loss"
    last = max((track.last for track in tracks), default=0)
    end = float(exploration.steps)
    if last < 0.1 * end and end > 2000:
        end = min(end, nice_upper(max(1.25 * last, 1000.0)))
    end = max(end, 1.0)
    return (0.0, end), linear_ticks(0.0, end), AXES[clock.unit]


def _temperature_axis(
    present: list[tuple[Entry, int, Track]], view: View
) -> tuple[tuple[float, float] | None, tuple[Tick, ...]]:
    """Return the axis of temperatures in log10, or nothing where no run has one."""
    if not view.layers.temperature:
        return None, ()
    low, high = math.inf, 0.0
    for _, _, track in present:
        warm = track.envelope.extra[: track.envelope.used]
        warm = warm[warm > 0]
        if len(warm):
            low, high = min(low, float(warm.min())), max(high, float(warm.max()))
    if high <= 0:
        return None, ()
    a, b = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    return (float(a), float(max(b, a + 1))), log_ticks(a, max(b, a + 1), 3)


@lru_cache(maxsize=512)
def _styles(role: str, loops: bool, wandering: bool, selected: bool) -> tuple[Style, Style, Style]:
    """Return the styles of loss, best so far and temperature of one line of the race."""
    width = 2.6 if selected else 2.0
    quiet = loops or wandering
    return (
        Style(role, width=1.0 if quiet else width, dash="solid", opacity=0.55 if quiet else 1.0),
        Style(role, width=width, dash="solid"),
        Style(role, width=1.2, dash="dot", opacity=0.8),
    )


def _series_of(
    entry: Entry,
    start: int,
    track: Track,
    view: View,
    axis: Literal["steps", "evaluations"],
    base: float,
    floor: float,
    warm: bool,
) -> list[Series]:
    """Return the series of one run: its loss, and what belongs to it."""
    log = view.y_axis == "log"
    loops, wandering = track.loops > 1, wanders(entry.name)
    loss, best, temperature = _styles(entry.role, loops, wandering, entry.id == view.selected)
    epoch = hash((track.epoch, base, floor, log, axis))
    key = f"{entry.id}:{start}"

    def make(kind: str, style: Style, *, right: bool = False) -> Series:
        return Series(
            f"{kind}:{key}", epoch, track, track.last, style, entry.name, kind,  # type: ignore[arg-type]
            axis="right" if right else "left", x_axis=axis, log_y=log or right,
            baseline=base, floor=floor, entry=entry.id, start=start,
        )  # fmt: skip

    series = [make("loss", loss)]
    if view.layers.best and (loops or wandering):
        series.append(make("best", best))
    if warm and not math.isnan(track.envelope.extra[0]):
        series.append(make("temperature", temperature, right=True))
    return series


def _cursor(axis: str, present: list[tuple[Entry, int, Track]], step: int) -> float | None:
    """Return where the shown step stands on the horizontal axis (evaluations: of the line drawn last)."""
    if axis == "steps" or not present:
        return float(step)
    envelope = present[-1][2].envelope
    bucket = min(step // envelope.width, max(envelope.used - 1, 0))
    at = float(envelope.evaluations[bucket])
    return at if math.isfinite(at) else None

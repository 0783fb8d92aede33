"""A made-up race, trace and profile for the tests of the painter and the views; the tracks are real ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.marks import Label, Lines, Mark, Path, Points, Style
from minima_core.scene.scenes import (
    Figure,
    Legend,
    LegendLine,
    Panel,
    ProfileScene,
    RaceScene,
    Series,
    TraceScene,
)
from minima_core.scene.track import Track
from tests.widgets.surfaces import EXTENT, START, relief

Array = NDArray[np.float64]


@dataclass
class Record:
    """Rows of a run as a track reads them; `count` of them have happened."""

    positions: Array
    values: Array
    loops: tuple[int, ...] = (0,)
    count: int = 0
    epoch: int = 0
    columns: tuple[str, ...] = ()
    ends: tuple[object, ...] = ()
    steps: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        self.steps = np.arange(len(self.positions))
        self.count = self.count or len(self.positions)

    def __len__(self) -> int:
        return self.count

    def among(self, first: int, stop: int) -> SimpleNamespace:
        part = slice(first, min(stop, self.count))
        begins = np.isin(self.steps[part], self.loops)
        return SimpleNamespace(
            steps=self.steps[part],
            positions=self.positions[part],
            values=self.values[part],
            evaluations=self.steps[part] * 2 + 1,
            insides=np.zeros((len(self.steps[part]), 0)),
            begins=begins,
        )

    def since(self, step: int) -> SimpleNamespace:
        return self.among(int(np.searchsorted(self.steps[: self.count], step, side="right")), self.count)

    def row_of(self, step: int) -> int:
        return max(int(np.searchsorted(self.steps[: self.count], step, side="right")) - 1, 0)


def spiral(steps: int, turn: float = 0.0) -> Array:
    """Points that circle inwards, so that a line crosses itself."""
    t = np.linspace(0.0, 1.0, steps)
    radius, angle = 0.9 * (1 - 0.7 * t), 12.0 * t + turn
    return np.column_stack([0.5 + radius * np.cos(angle), 0.5 + radius * np.sin(angle)])


def track_of(record: Record, dimension: int = 2) -> Track:
    track = Track(EXTENT[0::2][:dimension], EXTENT[1::2][:dimension])
    track.extend(record)
    return track


def record_of(points: Array, loops: tuple[int, ...] = (0,), count: int = 0) -> Record:
    return Record(points, np.exp(-np.arange(len(points)) / 40.0) + 0.01, loops, count)


METHODS = ("gradient-descent", "adam", "momentum", "rmsprop")


def path(track: Track, upto: int, k: int = 0, *, fade: bool = False) -> Path:
    style = Style(f"run:{METHODS[k % 4]}:{k // 4}", 2.8, casing=True)
    return Path(f"path:{k}:0", track.epoch, track, upto, style, fade=fade, entry=k)


def race(
    paths: tuple[Path, ...] = (),
    *,
    words: bool = True,
    more: tuple[Mark, ...] = (),
    size: int = 65,
) -> RaceScene:
    marks: list[Mark] = [*paths]
    for k, each in enumerate(paths):
        step, position, _ = each.track.at(each.upto)
        marks.append(Points(f"head:{k}", step, position[None, :2], Style(each.style.colour, size=11.0), (k,)))
    start = Style("start", width=2.4, marker="ring", size=15.0, fill="card")
    marks.append(Points("starts", 1, np.array([START]), start, (0,)))
    if words:
        marks.append(Label("label:best", 1, (1.0, 0.4), "global minimum", "−0.29", priority=2))
        marks.append(Label("label:start", 1, START, "start", "", side="above", priority=1))
    return RaceScene(EXTENT, EXTENT, "Two wells", "", relief(size), (*marks, *more))


def series(track: Track, upto: int, k: int = 0) -> Series:
    style = Style(f"run:{METHODS[k % 4]}:{k // 4}", 2.0, dash="solid")
    return Series(
        f"loss:{k}", track.epoch, track, upto, style, METHODS[k % 4], log_y=True, floor=1e-4, entry=k
    )


def trace(lines: tuple[Series, ...], last: int, cursor: float | None = None) -> TraceScene:
    return TraceScene("step", "loss above best", (0.0, last), (-3.0, 0.5), True, lines, cursor=cursor)


def profile() -> ProfileScene:
    x = np.linspace(-2.0, 2.0, 301)
    curve = Lines("curve", 1, np.column_stack([x, x**4 - 2 * x**2]), Style("curve", 2.2))
    start = Style("start", width=2.4, marker="ring", size=15.0)
    marks = (Points("starts", 1, np.array([[1.5, 1.5**4 - 2 * 1.5**2]]), start, (0,)),)
    return ProfileScene((-2.0, 2.0, -1.6, 4.0), (-2.0, 2.0, -1.6, 4.0), "x⁴ − 2x²", "", curve, marks)


def figure(theme: str = "light") -> Figure:
    track = track_of(record_of(spiral(120)))
    chart = Panel("map", race((path(track, 119),)), (0.0, 0.0, 1.0, 0.65))
    lines = Panel("trace", trace((series(track, 119),), 119), (0.0, 0.65, 1.0, 0.35))
    line = LegendLine(0, "Gradient descent", "lr 0.03", "at the global minimum", "run:gradient-descent:0")
    return Figure((chart, lines), "Two wells", Legend((line,)), "Start (−1, 1.2), 119 steps.", theme)

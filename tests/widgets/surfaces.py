"""A made-up race in relief for the tests of the surface: no landscape, no method, only marks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.display import Transform
from minima_core.scene.marks import Label, Path, Points, Relief, Style
from minima_core.scene.scenes import RaceScene

Array = NDArray[np.float64]

EXTENT = (-2.0, 3.0, -1.0, 2.0)
START = (-1.0, 1.2)
END = (1.0, 0.4)


class Line:
    """A track along given points."""

    def __init__(self, points: Array, epoch: int = 1) -> None:
        self.points, self.epoch, self.loops = points, epoch, 1

    @property
    def last(self) -> int:
        return len(self.points) - 1

    def upto(self, step: int, *, lifted: bool = False) -> Array:
        return self.points[: step + 1]

    def at(self, step: int) -> tuple[int, Array, float]:
        row = min(step, len(self.points) - 1)
        return row, self.points[row], 0.0

    def between(self, a: int, b: int, *, lifted: bool = False) -> Array:
        return self.points[max(a, 0) : b + 1] if b > a else self.points[:0]

    def loops_upto(self, step: int, *, most: int = 12, lifted: bool = False) -> list[Array]:
        return [self.points[: step + 1]]


def heights(x: Array, y: Array) -> Array:
    """Two wells in a plain that rises outwards, in [0, 1]."""
    u, v = (x - 0.5) / 2.5, (y - 0.5) / 1.5
    deep = 0.62 * np.exp(-((x - 1.0) ** 2 + (y - 0.4) ** 2) / 0.35)
    flat = 0.45 * np.exp(-((x + 0.7) ** 2 + (y - 0.3) ** 2) / 0.3)
    return np.clip(0.68 + 0.16 * (u**2 + v**2) - deep - flat, 0, 1)


def relief(size: int = 65, *, hole: bool = False, revision: int = 1) -> Relief:
    x, y = np.meshgrid(np.linspace(*EXTENT[:2], size), np.linspace(*EXTENT[2:], size))
    ground = heights(x, y).astype(np.float32)
    if hole:
        ground[:10, :10] = np.nan
    return Relief(
        key="relief",
        revision=revision,
        heights=ground,
        values=ground,
        extent=EXTENT,
        bands=tuple(np.linspace(0, 1, 13)),
        levels=tuple(np.linspace(0, 1, 13)[1:-1]),
        display=Transform("linear", 0.0, 1.0),
        holes=hole,
    )


def way(steps: int = 60) -> Array:
    share = np.linspace(0, 1, steps + 1)[:, None]
    return np.asarray(START) * (1 - share) + np.asarray(END) * share


def race(
    upto: int = 60,
    *,
    start: tuple[float, float] = START,
    ground: Relief | None = None,
    track: Line | None = None,
) -> RaceScene:
    """One run of Adam from START towards END, its start at index 5 and its head of entry 7."""
    track = track or Line(way())
    style = Style("run:adam:0", casing=True)
    marks = (
        Path("path:7:5", track.epoch, track, upto, style, entry=7, start=5),  # type: ignore[arg-type]
        Points("starts", hash(start), np.array([start]), Style("start", size=16.0, fill="card"), (5,)),
        Points(
            "head:7",
            upto,
            track.points[upto : upto + 1],
            Style("run:adam:0", size=14.0, marker="circle"),
            (7,),
        ),
        Label("words", 1, END, "global minimum", "0.06"),
    )
    return RaceScene(EXTENT, EXTENT, "Two wells", "", ground or relief(), marks, step=upto, revision=1)

"""Scenes: what one picture consists of, and the figure that composes several; made of marks.

The functions of `minima_core.scene` make scenes from an exploration, a view and runs; a view on the screen,
or the painter of figures, draws them. The rules of `marks` hold: data coordinates, content by revision,
colours by role.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from minima_core.scene.marks import Array, Extent, Lines, Mark, Relief, Style
from minima_core.scene.track import Track

__all__ = [
    "ChartScene",
    "Figure",
    "Legend",
    "LegendLine",
    "Panel",
    "ProfileScene",
    "RaceScene",
    "Scene",
    "Series",
    "Tick",
    "TraceScene",
]


@dataclass(frozen=True, eq=False)
class RaceScene:
    """A race on its landscape: one scene, drawn flat by the map and lifted onto the relief by the surface.

    Made by `race_scene`. The relief is drawn first, `marks` follow in order. What is *visible* (the zoom) is
    `extent`; the relief covers at least it.
    """

    extent: Extent
    """What the view shows: the zoom, or the whole region."""
    region: Extent
    """The box of the landscape."""
    title: str
    formula_text: str
    """The formula as mathematics in Unicode, or ""."""
    relief: Relief
    marks: tuple[Mark, ...]
    x_label: str = "x"
    y_label: str = "y"
    height_range: tuple[float, float] = (0.0, 1.0)
    """The losses of heights 0 and 1, for the scale beside the surface."""
    dimension: int = 2
    step: int = 0
    """The step that is shown."""
    revision: int = 0
    """Changes when anything but the growth of paths changed."""


@dataclass(frozen=True)
class Tick:
    """A tick of an axis; `at` is in axis units (log10 of the value on a log axis)."""

    at: float
    text: str = ""
    """Empty for a minor tick."""


@dataclass(frozen=True, eq=False)
class Series:
    """One line of the trace: loss, best so far, or temperature of one run against steps or evaluations.

    It grows like a `Path`. Its numbers come from `xy`, always few enough for one line of pixels.
    """

    key: str
    epoch: int
    track: Track
    upto: int
    style: Style
    name: str
    kind: Literal["loss", "best", "temperature"] = "loss"
    axis: Literal["left", "right"] = "left"
    x_axis: Literal["steps", "evaluations"] = "steps"
    log_y: bool = False
    baseline: float = 0.0
    """What is subtracted from the loss before it is drawn (the best loss known, on a log axis)."""
    floor: float = 0.0
    """On a log axis: the smallest difference that is drawn; smaller ones lie on it."""
    entry: int = 0
    start: int = 0

    def xy(self, upto: int | None = None, columns: int = 1024) -> Array:
        """Return (m, 2) in axis units, m ≤ 2·columns + 2: lowest and highest loss of each column of steps.

        Rows of nan separate pieces (a run that started later; values that are not finite). On a log axis the
        second column is log10(loss − baseline).
        """
        upto = self.upto if upto is None else upto
        evaluations = self.x_axis == "evaluations"
        return self.track.envelope.line(
            self.kind,
            upto,
            columns,
            evaluations=evaluations,
            log=self.log_y,
            base=self.baseline,
            floor=self.floor,
        )


@dataclass(frozen=True, eq=False)
class TraceScene:
    """The loss of every run against steps or evaluations. Ranges and ticks are in axis units.

    Made by `trace_scene`; read by the trace view and the painter. `cursor` is the step (or evaluation) that
    the other views show; a renderer draws a thin line of role ``cursor`` there.
    """

    x_label: str
    y_label: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    log_y: bool
    series: tuple[Series, ...]
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    right_label: str = ""
    """Title of the second axis ("temperature"), or "" when there is none."""
    right_range: tuple[float, float] | None = None
    right_ticks: tuple[Tick, ...] = ()
    right_log: bool = False
    cursor: float | None = None
    revision: int = 0
    """Changes when axes, names or styles changed (not with growth inside the same axes)."""


@dataclass(frozen=True, eq=False)
class ProfileScene:
    """A landscape of one variable: the curve, points rolling on it, tangent, step, words at minima.

    The horizontal axis is x, the vertical one the loss, in data units. `curve` has rows of nan where the
    function is undefined, and leaves the picture at poles. Marks are as on a map (paths: (x, loss), see
    `Path`).
    """

    extent: Extent
    """What is visible: x0, x1, and losses y0, y1."""
    region: Extent
    title: str
    formula_text: str
    curve: Lines
    marks: tuple[Mark, ...]
    x_label: str = "x"
    y_label: str = "f(x)"
    x_ticks: tuple[Tick, ...] = ()
    y_ticks: tuple[Tick, ...] = ()
    dimension: int = 1
    step: int = 0
    revision: int = 0


@dataclass(frozen=True, eq=False)
class ChartScene:
    """Any plain chart: a barrier tree, a settings map, data with the fitted line, a second map of basins.

    Extent, ticks and marks are in axis units (log10 of the value where an axis is logarithmic). Marks are
    drawn in their order; `Points` with ids can be picked, marks whose key begins with ``drag:`` be dragged.
    """

    extent: Extent
    x_label: str
    y_label: str
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    title: str = ""
    x_log: bool = False
    y_log: bool = False
    equal: bool = False
    """Whether a unit is as long on both axes; the picture is then narrower or lower than its room."""
    revision: int = 0
    """Changes when extent, labels or ticks changed (marks have their own)."""
    note: str = ""
    """One quiet sentence in the chart: why it is empty, or what is being worked out."""


@dataclass(frozen=True)
class LegendLine:
    """One line of the race in words: "● **Adam**  lr 0.05 · β₁ 0.9 / at the global minimum, step 88"."""

    entry: int
    name: str
    settings: str
    verdict: str
    role: str
    """``run:<method>:<slot>``: gives colour, dash and head."""
    enabled: bool = True


@dataclass(frozen=True)
class Legend:
    """What the lines of a figure are."""

    lines: tuple[LegendLine, ...] = ()


Scene: TypeAlias = RaceScene | TraceScene | ProfileScene | ChartScene


@dataclass(frozen=True, eq=False)
class Panel:
    """One view inside a figure. `rect` is (left, top, width, height) in [0, 1] of the figure's body.

    The body is what title, legend and caption leave free. ``map`` and ``surface`` carry a `RaceScene`,
    ``trace`` a `TraceScene`, ``profile`` a `ProfileScene`, ``chart`` a `ChartScene`.
    """

    kind: Literal["map", "surface", "trace", "profile", "chart"]
    scene: Scene
    rect: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    line: LegendLine | None = None
    """What stands above the view, on its card: a moment of a filmstrip, or one line of a race; None: nothing.
    A line without a role has no dot."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A whole picture, drawn by the painter at any size: panels, title, legend, caption. Made by `figure`."""

    panels: tuple[Panel, ...]
    title: str = ""
    legend: Legend = field(default_factory=Legend)
    caption: str = ""
    theme: str = "light"
    """"dark", "light" or "slide"."""
    layout: Literal["single", "wide", "tall"] = "single"
    palette: str = "chart"
    camera: tuple[float, float, float] = (-62.0, 42.0, 1.0)
    """Azimuth and elevation in degrees, distance relative to the one that fills the room; at its default the
    painter chooses the angle that fills the room best."""
    type_size: float = 10.5
    heights: Relief | None = None
    """The ground whose bands of colour stand beside the panels with their losses; None: they do not."""

"""Two minima side by side: in words, as marks on the map, as a profile of the ways between, as a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.pair import Pair, Which, measure_pair
from minima_core.document import Layers, View
from minima_core.scene.critical import critical_marks
from minima_core.scene.marks import Extent, Label, Lines, Mark, Points, Style
from minima_core.scene.page import Align, Block, Chart, Page, Picture, Table
from minima_core.scene.pair_words import PairRow, caveats, headline, rows_of
from minima_core.scene.profile import curve_of
from minima_core.scene.race import axis_label, formula_text
from minima_core.scene.relief import box_of
from minima_core.scene.scenes import ChartScene, Figure, Panel, ProfileScene, RaceScene
from minima_core.scene.stage import Stage, plane_of, profile_extent, stage_of
from minima_core.scene.ticks import linear_ticks
from minima_core.scene.words import number

if TYPE_CHECKING:
    from minima_core.analysis.barriers import BarrierTree
    from minima_core.analysis.basins import Basins
    from minima_core.analysis.critical import CriticalPoints
    from minima_core.landscapes import Landscape

__all__ = ["MinimaPair", "compare_minima", "pair_marks", "pair_page", "pair_profile"]

Array: TypeAlias = NDArray[np.float64]

RING = Style("accent", width=2.4, marker="ring", size=19.0, fill="none")
STRAIGHT = Style("muted", width=1.6, dash="dash", casing=True)
WAY = Style("accent", width=2.6, casing=True)
OVER = Style("accent", width=2.4)
ACROSS = Style("muted", width=1.8, dash="dash")
SADDLE = Style("accent", width=1.8, marker="diamond", size=10.0, fill="card")
DOT = Style("accent", width=2.0, marker="circle", size=10.0)
LETTERS = 90
"""Priority of the letters among words: they go before all others."""
ALIKE = 0.06
"""Tops of two ways that differ by no more than this share of the picture are said once."""
NODES = 500
"""Points of the curves of a profile."""
RESOLUTION = (480, 400)
CLOSE, ROOM = 0.2, 4.0
"""Two minima and their way that take less than this share of the region are shown so many times as wide."""


@dataclass(frozen=True, eq=False)
class MinimaPair(Pair):
    """Two minima side by side: what `Pair` measures, said in words.

    Attributes
    ----------
    rows : tuple of PairRow
        Title, meaning, both values as text, and what they say together.
    headline : str
        The main difference in a sentence.
    caveats : str
        What limits these numbers; "" where nothing does.
    """

    rows: tuple[PairRow, ...] = field(default=())
    headline: str = ""
    caveats: str = ""

    @property
    def table(self) -> str:
        """The rows as plain text, for scripts and consoles."""
        cells = [("", "A", "B"), *((row.title, row.a, row.b) for row in self.rows)]
        widths = [max(len(row[k]) for row in cells) for k in range(3)]
        return "\n".join(f"{t:<{widths[0]}}  {a:>{widths[1]}}  {b:>{widths[2]}}" for t, a, b in cells)


def compare_minima(
    land: Landscape,
    a: Which,
    b: Which,
    critical: CriticalPoints | None = None,
    study: object | None = None,
    *,
    tree: BarrierTree | None = None,
    maps: Iterable[Basins] = (),
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> MinimaPair:
    """Return two minima side by side: definitions met, value, sharpness, isolation, passes, shares of starts.

    Parameters
    ----------
    land
        Of any number of variables; passes are known with one and two, and bounded from above with more.
    a, b
        Numbers of minima as `critical_points(land).minima` lists them (0 is the lowest), or positions (n,).
    critical, tree
        What `critical_points` and `barrier_tree` have found; None: they are worked out.
    study
        What `study` has found: a row of shares for each of its methods.
    maps
        Maps of basins: a row for each.
    cancel
        Asked between the parts of the work.
    progress
        Told the share that is done, 0 to 1.

    Returns
    -------
    MinimaPair
        ``.rows`` (title, meaning, a, b, words), ``.headline``, ``.a`` and ``.b`` with all numbers,
        ``.between`` with the pass, ``.shares``, ``.table`` as plain text.

    Raises
    ------
    ValueError
        Where there are no two minima, or not those that are asked for; the sentence says which there are.
    Cancelled
        (of `minima_core.analysis.arrivals`) When `cancel` says so.

    Notes
    -----
    m is a local minimum if f(m) ≤ f(x) for all x nearby, a global one if f(m) ≤ f(x) for all x of the region.
    The height of the pass between a and b is the least, over all ways between them, of the highest value on
    the way; the climb is that height less f. Gradient descent with the rate η stays at a minimum only if
    η < 2/λmax.

    Examples
    --------
    >>> import minima_core as mc
    >>> pair = mc.compare_minima(mc.landscape("two-wells"), 0, 1)
    >>> pair.headline
    'B is 0.549 higher and about as sharp; to leave B one climbs 0.778.'
    """
    measured = measure_pair(
        land, a, b, critical, study, tree=tree, maps=maps, cancel=cancel, progress=progress
    )
    known = {each.name: getattr(measured, each.name) for each in fields(measured)}
    return MinimaPair(
        **known, rows=rows_of(measured, land), headline=headline(measured), caveats=caveats(measured)
    )


# -- on the map --------------------------------------------------------------------------------------------


def pair_marks(pair: Pair, stage: Stage, *, ways: bool = True) -> tuple[Mark, ...]:
    """Return the marks of the two minima, A and B, and of the way over the pass between them.

    Marks are called ``pair:*``. In one variable they stand on the curve; with more than two there are no
    ways, for the picture shows a plane that they do not lie in.
    """
    marks: list[Mark] = []
    if ways and pair.dimension == 2 and len(pair.between.way):
        line = np.array([pair.a.position, pair.b.position])
        marks.append(Lines("pair:straight", hash(line.tobytes()), line, STRAIGHT))
        way = pair.between.way
        marks.append(Lines("pair:way", hash(way.tobytes()), way, WAY))
        tops = np.array([each.position for each in pair.between.passes])
        marks.append(Points("pair:passes", hash(tops.tobytes()), tops, SADDLE))
    places = [plane_of(side.position, stage) for side in (pair.a, pair.b)]
    points = np.array(places)
    marks.append(Points("pair:rings", hash(points.tobytes()), points, RING))
    for letter, side, at in zip("AB", (pair.a, pair.b), places, strict=True):
        text = number(side.value, zero=pair.zero)
        marks.append(
            Label(
                f"pair:{letter}", hash((letter, text, at)), at, letter, text, "accent", "above", 13.0, LETTERS
            )
        )
    return tuple(marks)


# -- the ways between --------------------------------------------------------------------------------------


def pair_profile(pair: Pair, land: Landscape) -> ChartScene:
    """Return the heights along the straight way from A to B, and along the way over the pass.

    Both run from 0 (A) to 1 (B), each by its own length.
    """
    share = np.linspace(0.0, 1.0, NODES)
    line = pair.a.position + share[:, None] * (pair.b.position - pair.a.position)
    curves = [("straight", share, _heights(land, line))]
    if pair.dimension == 2 and len(pair.between.way) > 1:
        at, points = _along(pair.between.way)
        curves.append(("over", at, _heights(land, points)))
    ends = np.array([[0.0, pair.a.value], [1.0, pair.b.value]])
    finite = np.concatenate([ends[:, 1], *(each[np.isfinite(each)] for _, _, each in curves)])
    low, high = float(finite.min()), float(finite.max())
    span = high - low if high > low else max(abs(high), 1.0)
    y0, y1 = low - 0.2 * span, high + 0.22 * span
    marks: list[Mark] = []
    for name, at, heights in curves:
        points = np.column_stack((at, np.where(np.isfinite(heights), heights, np.nan)))
        style = OVER if name == "over" or len(curves) == 1 else ACROSS
        marks.append(Lines(f"pair:{name}", hash(points.tobytes()), points, style))
    marks.append(Points("pair:ends", hash(ends.tobytes()), ends, DOT))
    marks += _words(pair, curves, ALIKE * span)
    title = "Straight from A to B" if len(curves) == 1 else "Over the pass, and straight across"
    return ChartScene(
        (-0.06, 1.06, y0, y1),
        "share of the way from A to B",
        "loss",
        tuple(each for each in linear_ticks(0.0, 1.0, 5) if 0.0 <= each.at <= 1.0),
        linear_ticks(y0, y1, 5),
        tuple(marks),
        title=title,
        revision=hash((pair.a.position.tobytes(), pair.b.position.tobytes(), y0, y1)),
    )


def _heights(land: Landscape, points: Array) -> Array:
    """Return the losses along a way, nan where there is none."""
    with np.errstate(all="ignore"):
        values = np.asarray(land.value(points), dtype=np.float64)
    return np.where(np.isfinite(values), values, np.nan)


def _along(way: Array) -> tuple[Array, Array]:
    """Return places between 0 and 1 and points (m, n), evenly spaced along a way by its length."""
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    at = np.concatenate(([0.0], np.cumsum(steps)))
    at /= max(float(at[-1]), 1e-300)
    kept = np.concatenate(([True], np.diff(at) > 0.0))
    even = np.linspace(0.0, 1.0, NODES)
    return even, np.column_stack([np.interp(even, at[kept], each[kept]) for each in way.T])


def _words(pair: Pair, curves: list[tuple[str, Array, Array]], least: float) -> list[Mark]:
    """Return the words beside the curves: the ends, and the top of each; of tops closer than `least` one."""
    marks: list[Mark] = []
    for x, letter, side in ((0.0, "A", pair.a), (1.0, "B", pair.b)):
        text = number(side.value, zero=pair.zero)
        key = hash((letter, text))
        marks.append(
            Label(f"pair:{letter}", key, (x, side.value), letter, text, "accent", "below", 9.0, LETTERS)
        )
    for name, at, heights in curves:
        if not np.isfinite(heights).any():
            continue
        if name == "straight" and len(curves) > 1 and pair.between.straight - pair.between.height < least:
            continue
        top = int(np.nanargmax(heights))
        over = name == "over" or pair.dimension == 1
        height = pair.between.height if over and pair.between.exact else float(heights[top])
        text = number(height, zero=pair.zero)
        bold = "pass" if over and pair.between.exact and len(pair.between.passes) == 1 else "highest"
        place = (float(at[top]), float(heights[top]))
        bold = bold if over or len(curves) == 1 else "straight"
        marks.append(
            Label(
                f"pair:top:{name}", hash((bold, text, place)), place, bold, text,
                "text", "below" if over and len(curves) > 1 else "above", 7.0, LETTERS - 2 + over,
            )
        )  # fmt: skip
    return marks


# -- the page ----------------------------------------------------------------------------------------------


def pair_page(
    pair: MinimaPair,
    land: Landscape,
    *,
    title: str = "",
    theme: str = "light",
    palette: str = "chart",
) -> Page:
    """Return a sheet for a slide: the map with A and B, the profile between them, the table."""
    blocks: list[Block] = []
    if pair.dimension <= 2:
        blocks.append(Picture(_map(pair, land, theme, palette)))
    if pair.dimension > 1:
        blocks.append(Chart(pair_profile(pair, land)))
    align: tuple[Align, ...] = ("left", "right", "right")
    blocks.append(
        Table(
            ("", "A", "B"),
            tuple((row.title, row.a, row.b) for row in pair.rows),
            align,
            tuple(k for k, row in enumerate(pair.rows) if row.strong),
            note=pair.caveats,
            head="strong",
        )
    )
    formula = formula_text(land)
    if pair.dimension > 2:
        formula = formula.replace("f(x, y)", "f(x)", 1)
    bounds = " × ".join(
        f"[{number(low)}, {number(high)}]" for low, high in zip(pair.lower[:2], pair.upper[:2], strict=True)
    )
    more = f" × …, {pair.dimension} variables" if pair.dimension > 2 else ""
    source = ", ".join(filter(None, (formula, f"on {bounds}{more}")))
    return Page(
        title or f"{pair.title}: two minima side by side",
        pair.headline,
        tuple(blocks),
        f"{source}. Minima Desktop.",
        theme,
    )


def _around(pair: Pair) -> Extent:
    """Return what the map shows: the region, or the part around two that lie close together in it."""
    span = pair.upper - pair.lower
    points = np.concatenate((pair.between.way, [pair.a.position, pair.b.position]))
    low, high = ((edge - pair.lower) / span for edge in (points.min(axis=0), points.max(axis=0)))
    side = float(min(ROOM * (high - low).max(), 1.0)) if (high - low).max() < CLOSE else 1.0
    start = np.clip(0.5 * (low + high - side), 0.0, 1.0 - side)
    x0, y0 = (pair.lower + start * span).tolist()
    x1, y1 = (pair.lower + (start + side) * span).tolist()
    return x0, x1, y0, y1


def _map(pair: Pair, land: Landscape, theme: str, palette: str) -> Figure:
    """Return the map (or the profile of one variable) with all minima marked and the two lettered."""
    extent = profile_extent(land) if pair.dimension == 1 else _around(pair)
    stage = stage_of(land, extent if pair.dimension == 2 else None, RESOLUTION, palette=palette)
    others = tuple(critical_marks(View(layers=Layers(labels=False)), stage, extent))
    marks = (*others, *pair_marks(pair, stage))
    x0, x1, y0, y1 = extent
    if stage.ground is None:
        profile = ProfileScene(
            extent, extent, pair.title, "", curve_of(stage.land, extent), marks,
            x_ticks=linear_ticks(x0, x1), y_ticks=linear_ticks(y0, y1),
        )  # fmt: skip
        return Figure((Panel("profile", profile),), theme=theme, palette=palette)
    race = RaceScene(
        extent, box_of(stage.land), pair.title, "", stage.ground.relief, (*stage.ground.contours, *marks),
        axis_label(land, 0), axis_label(land, 1),
    )  # fmt: skip
    return Figure((Panel("map", race),), theme=theme, palette=palette)

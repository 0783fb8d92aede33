"""What was measured of two minima, in words: rows of a table with what each number means, and a headline."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from minima_core.analysis.pair import Pair, Side
from minima_core.analysis.pair_shares import Share
from minima_core.scene.legend import method_words
from minima_core.scene.words import number, percent, point, whole

__all__ = ["PairRow", "caveats", "headline", "kind_of", "rows_of"]

NOTHING = "–"
ALIKE = 1.05
"""Numbers that differ by no more than this factor are called about equal."""
MOST_BENDS, MOST_COORDINATES = 3, 4
FACTORS = {2: "twice", 3: "three times", 4: "four times", 5: "five times", 10: "ten times"}


@dataclass(frozen=True)
class PairRow:
    """One property of two minima."""

    key: str
    title: str
    meaning: str
    """What the property is, in one sentence."""
    a: str
    b: str
    words: str
    """What the two numbers say together."""
    strong: bool = False
    """Whether it is one of those to look at first."""


def rows_of(pair: Pair, land: object = None) -> tuple[PairRow, ...]:
    """Return the rows of the table, the definitions first; `land` helps to leave usual settings out."""
    return tuple(_rows(pair, land))


def headline(pair: Pair) -> str:
    """Return the main difference in a sentence.

    It says which one is higher and by how much, which one is sharper, and what it takes to leave.
    """
    low, high = ("A", pair.a), ("B", pair.b)
    if pair.b.value < pair.a.value:
        low, high = high, low
    gap = high[1].value - low[1].value
    ratio = _ratio(high[1].sharpness, low[1].sharpness)
    if gap <= pair.zero:
        first = "A and B are equally low"
        if ratio is not None:
            sharp = high[0] if ratio >= 1.0 else low[0]
            first += (
                ", and about equally sharp"
                if _alike(ratio)
                else f"; {sharp} is {_times(max(ratio, 1 / ratio))} as sharp"
            )
        return f"{first}; {_leaving_both(pair)}."
    first = f"{high[0]} is {number(gap)} higher"
    if ratio is not None:
        if _alike(ratio):
            first += " and about as sharp"
        else:
            first += f" and {_times(max(ratio, 1 / ratio))} as {'sharp' if ratio > 1.0 else 'flat'}"
    return f"{first}; {_leaving(pair, *high)}."


def kind_of(side: Side, pair: Pair) -> str:
    """Return what a minimum is called: "global minimum", "local minimum", "minimum of this region"."""
    if side.firm == "not":
        return "no minimum"
    if side.is_lowest:
        return "lowest minimum found" if pair.lowest_known == "found" else "global minimum"
    return "minimum of this region" if side.on_border else "local minimum"


def caveats(pair: Pair) -> str:
    """Return what limits these numbers, in a sentence or two; "" where nothing does."""
    said = []
    if pair.lowest_known == "found":
        said.append("Not proved: a lower minimum may exist.")
    if not pair.between.exact:
        why = (
            f"With {pair.dimension} variables passes cannot be found"
            if pair.dimension > 2
            else "Passes are known between listed minima only"
        )
        said.append(f"{why}: the straight way is an upper bound (≤).")
    if pair.a.on_border or pair.b.on_border:
        said.append("On the border it is the edge of the region that stops the way down.")
    return " ".join(said)


# -- the headline ------------------------------------------------------------------------------------------


def _ratio(high: float, low: float) -> float | None:
    """Return how many times as sharp the first is; None where one of them has no curvature."""
    if not (math.isfinite(high) and math.isfinite(low) and high > 0.0 and low > 0.0):
        return None
    return high / low


def _alike(ratio: float) -> bool:
    return 1.0 / ALIKE <= ratio <= ALIKE


def _times(ratio: float) -> str:
    """Return "three times", "1.5 times"."""
    near = round(ratio)
    if near in FACTORS and abs(ratio - near) <= 0.05 * near:
        return FACTORS[near]
    return f"{number(ratio, 2)} times"


def _leaving(pair: Pair, name: str, side: Side) -> str:
    """Return what it takes to leave a minimum."""
    if math.isfinite(side.escape):
        return f"to leave {name} one climbs {number(side.climb)}"
    if math.isinf(side.escape):
        return f"no way leads out of {name} inside this region"
    other = "A" if name == "B" else "B"
    climb = pair.between.height - side.value
    if not math.isfinite(climb):
        return "the straight way between them is not defined"
    return f"straight towards {other} one climbs {number(climb)}"


def _leaving_both(pair: Pair) -> str:
    """Return what it takes to leave two that are equally low."""
    if not (math.isfinite(pair.a.escape) and math.isfinite(pair.b.escape)):
        return _leaving(pair, "A", pair.a)
    a, b = number(pair.a.climb), number(pair.b.climb)
    return f"to leave either one climbs {a}" if a == b else f"to leave A one climbs {a}, to leave B {b}"


# -- the rows ----------------------------------------------------------------------------------------------


def _rows(pair: Pair, land: object) -> Iterator[PairRow]:
    """Yield what `rows_of` returns."""
    yield from _definitions(pair)
    yield from _heights(pair)
    yield from _shape(pair)
    yield from _ways(pair)
    for share in pair.shares:
        yield _share_row(share, land)


def _definitions(pair: Pair) -> Iterator[PairRow]:
    a, b = pair.a, pair.b
    both = kind_of(a, pair) == kind_of(b, pair)
    yield PairRow(
        "kind",
        "What it is",
        "Global: nothing in the region is lower. Local: nothing nearby is lower.",
        kind_of(a, pair),
        kind_of(b, pair),
        "two of the same kind" if both else "not the same kind",
        strong=True,
    )
    yield PairRow(
        "position",
        "Where",
        "The position of the minimum.",
        _place(a, pair),
        _place(b, pair),
        f"{number(pair.between.distance)} apart",
    )
    yield PairRow(
        "local",
        "f(m) ≤ f(x) nearby",
        "The definition of a local minimum; it is strict where all points nearby are higher, and not only "
        "none is lower.",
        _firm(a),
        _firm(b),
        "both are local minima" if "not" not in (a.firm, b.firm) else "one of them is not a minimum",
    )
    yield PairRow(
        "global",
        "f(m) ≤ f(x) everywhere",
        "The definition of a global minimum, for all x of this region. Only a proof or a source can say yes.",
        _global(a, pair),
        _global(b, pair),
        _global_words(pair),
    )


def _place(side: Side, pair: Pair) -> str:
    position = side.position.tolist()
    tiny = 1e-9 * float(max(pair.upper - pair.lower))
    if len(position) == 1:
        return number(position[0], 4, zero=tiny)
    if len(position) > MOST_COORDINATES:
        return point(position[:2], zero=tiny).replace(")", ", …)")
    return point(position, zero=tiny)


def _firm(side: Side) -> str:
    if side.firm == "strict":
        return "yes, strictly"
    return {"lowest around": "yes, as far as looked", "level": "yes, not strictly", "not": "no"}[side.firm]


def _global(side: Side, pair: Pair) -> str:
    if not side.is_lowest:
        return "no"
    if pair.lowest_known == "found":
        return "perhaps: none lower is known"
    sure = "yes, proved" if pair.lowest_known == "proved" else "yes, known"
    return sure if pair.lowest_count == 1 else f"{sure}, one of {pair.lowest_count}"


def _global_words(pair: Pair) -> str:
    if pair.a.is_lowest and pair.b.is_lowest:
        return "a tie: both are equally low"
    if not (pair.a.is_lowest or pair.b.is_lowest):
        return "others are lower than both"
    low = "A" if pair.a.is_lowest else "B"
    return f"{low} is lower: that decides it for the other"


def _heights(pair: Pair) -> Iterator[PairRow]:
    a, b, zero = pair.a, pair.b, pair.zero
    gap = b.value - a.value
    higher = f"{'B' if gap > 0 else 'A'} is {number(abs(gap))} higher"
    yield PairRow(
        "value",
        "Value f",
        "The loss at the minimum.",
        number(a.value, 4, zero=zero),
        number(b.value, 4, zero=zero),
        "equally low" if abs(gap) <= zero else higher,
        strong=True,
    )
    yield PairRow(
        "gap",
        "Above the lowest",
        "How far it lies above the lowest value known in the region.",
        number(a.gap, zero=zero),
        number(b.gap, zero=zero),
        f"of {whole(pair.count)} minima{', all proved' if pair.complete else ' known'}",
    )


def _shape(pair: Pair) -> Iterator[PairRow]:
    a, b = pair.a, pair.b
    steep = max(abs(a.sharpness), abs(b.sharpness)) if math.isfinite(a.sharpness + b.sharpness) else 1.0
    tiny = 1e-7 * max(steep, 1e-300) * float(max(pair.upper - pair.lower))
    pressed = [name for name, side in (("A", a), ("B", b)) if side.on_border and side.slope > tiny]
    yield PairRow(
        "slope",
        "Slope |∇f|",
        "The length of the gradient: zero at every minimum inside the region, and at saddles and maxima too.",
        _number(a.slope, zero=tiny),
        _number(b.slope, zero=tiny),
        f"at {' and '.join(pressed)} the ground goes on falling, outside"
        if pressed
        else "zero, as at every inner minimum"
        if max(a.slope, b.slope) <= tiny
        else "no slope is defined"
        if math.isnan(a.slope + b.slope)
        else "not zero: the ground has a kink or an edge here",
    )
    yield PairRow(
        "curvature",
        "Curvatures λ",
        "The eigenvalues of the Hessian: how fast the ground curves up along its main directions.",
        _bends(a),
        _bends(b),
        _bend_words(pair),
    )
    if pair.dimension > 1:
        yield PairRow(
            "condition",
            "Condition λmax/λmin",
            "1 for a round bowl, large for a long narrow valley, in which descent goes back and forth.",
            _number(a.condition, 3),
            _number(b.condition, 3),
            _condition_words(a.condition, b.condition),
        )
    yield PairRow(
        "sharpness",
        "Sharpness λmax",
        "The largest curvature. Sharp minima ask for small steps; flat ones forgive a shifted weight.",
        _number(a.sharpness),
        _number(b.sharpness),
        _more(a.sharpness, b.sharpness, "sharp", "about equally sharp"),
        strong=True,
    )
    yield PairRow(
        "rate",
        "Largest rate 2/λmax",
        "Gradient descent with a larger learning rate cannot stay here: it swings out again.",
        _number(a.largest_rate),
        _number(b.largest_rate),
        _rate_words(a.largest_rate, b.largest_rate),
    )


def _bends(side: Side) -> str:
    bends = side.eigenvalues
    if not len(bends) or not all(math.isfinite(each) for each in bends.tolist()):
        return NOTHING
    zero = 1e-9 * float(abs(bends).max())
    said = [number(float(each), zero=zero) for each in bends]
    if len(said) > MOST_BENDS:
        return f"{said[0]} … {said[-1]}"
    return ", ".join(said)


def _bend_words(pair: Pair) -> str:
    sides = (("A", pair.a), ("B", pair.b))
    without = [name for name, side in sides if _bends(side) == NOTHING]
    if without:
        return f"not defined at {' and '.join(without)}: the ground has a kink"
    level = [name for name, side in sides if side.eigenvalues[0] <= 1e-9 * abs(side.eigenvalues[-1])]
    inner = [name for name in level if not dict(sides)[name].on_border]
    if inner:
        return f"zero at {' and '.join(inner)}: curvature does not decide there"
    return "all positive: up in every direction" if not level else "on the border they need not be positive"


def _rate_words(a: float, b: float) -> str:
    if math.isnan(a) or math.isnan(b):
        return "not defined without curvature"
    low, high = min(a, b), max(a, b)
    if math.isinf(high) or _alike(high / low):
        return "about the same rate serves both" if not math.isinf(high) else "a flat bottom sets no limit"
    flat = "A" if a > b else "B"
    return f"between {number(low)} and {number(high)}, it stays in {flat} only"


def _condition_words(a: float, b: float) -> str:
    flat = [name for name, each in (("A", a), ("B", b)) if math.isinf(each)]
    if flat:
        return f"∞: {' and '.join(flat)} {'has' if len(flat) == 1 else 'have'} a direction without curvature"
    return _more(a, b, "elongated", "equally round")


def _more(a: float, b: float, adjective: str, alike: str) -> str:
    ratio = _ratio(a, b)
    if ratio is None:
        return "not defined for both" if math.isnan(a) or math.isnan(b) else ""
    if _alike(ratio):
        return alike
    return f"{'A' if ratio > 1.0 else 'B'} is {_times(max(ratio, 1 / ratio))} as {adjective}"


def _ways(pair: Pair) -> Iterator[PairRow]:
    a, b, between = pair.a, pair.b, pair.between
    bound = "" if a.exact else "≤ "
    yield PairRow(
        "isolation",
        "Isolation",
        "How far it is to the nearest lower point of the region.",
        _far(a, bound),
        _far(b, bound),
        "∞: nothing is lower" if math.isinf(a.isolation) or math.isinf(b.isolation) else "to lower ground",
    )
    known = not (math.isnan(a.prominence) or math.isnan(b.prominence))
    yield PairRow(
        "prominence",
        "Prominence",
        "The climb to the pass over which lower ground is reached: how deep the trap is.",
        _number(a.prominence),
        _number(b.prominence),
        (
            "∞: there is no lower one to reach"
            if math.inf in (a.prominence, b.prominence)
            else "to lower ground"
        )
        if known
        else _unknown(pair),
    )
    yield PairRow(
        "escape",
        "Climb to get out",
        "From the minimum to the lowest pass that leads to any other one.",
        _number(a.climb),
        _number(b.climb),
        _escape_words(pair),
        strong=True,
    )
    yield PairRow(
        "between",
        "Climb to the other",
        "From the minimum to the height of the pass between the two: the least that any way must climb.",
        f"{_bound(pair)}{_number(between.height - a.value)}",
        f"{_bound(pair)}{_number(between.height - b.value)}",
        _pass_words(pair),
    )


def _unknown(pair: Pair) -> str:
    """Return why no pass is known."""
    return f"not known with {pair.dimension} variables" if pair.dimension > 2 else "not known for one of them"


def _bound(pair: Pair) -> str:
    return "" if pair.between.exact or not math.isfinite(pair.between.height) else "≤ "


def _far(side: Side, bound: str) -> str:
    said = _number(side.isolation)
    return f"{bound}{said}" if math.isfinite(side.isolation) else said


def _escape_words(pair: Pair) -> str:
    a, b = pair.a, pair.b
    if math.isnan(a.escape) or math.isnan(b.escape):
        return _unknown(pair)
    if math.isinf(a.escape) or math.isinf(b.escape):
        return "∞: no way out inside the region"
    heights = number(a.escape, zero=pair.zero), number(b.escape, zero=pair.zero)
    if heights[0] == heights[1]:
        return f"the pass lies at {heights[0]}"
    return f"the passes lie at {heights[0]} and {heights[1]}"


def _pass_words(pair: Pair) -> str:
    between = pair.between
    if math.isinf(between.height):
        return "no way inside the region" if between.exact else "the straight way is undefined"
    height = number(between.height, zero=pair.zero)
    if not between.exact:
        return f"straight across, up to {height}"
    count = len(between.passes)
    return f"the pass lies at {height}" if count == 1 else f"over {count} passes, the highest at {height}"


def _share_row(share: Share, land: object) -> PairRow:
    if share.source == "ground":
        title = "Share of the ground"
        meaning = "The share of the region from which the ground leads down to it: descent by tiny steps."
        words = "of all starts"
    else:
        title = f"{method_words(share.method, land)}: ends here"
        meaning = "The share of starts from which this method ends at the minimum."
        tries = f"{whole(share.tries)} tries" if share.tries else "a map of starts"
        words = f"{tries}, {whole(share.steps)} steps" if share.steps else tries
        if share.a_interval is not None:
            more = "A" if share.a > share.b else "B"
            said = f"more at {more}" if share.significant else "no significant difference"
            words = f"{said} in {words}"
    return PairRow(
        f"share:{share.source}:{share.method}",
        title,
        meaning,
        _share(share.a, share.a_interval),
        _share(share.b, share.b_interval),
        words,
    )


def _share(share: float, interval: tuple[float, float] | None) -> str:
    if interval is None:
        return percent(share)
    low, high = (percent(each).replace("\u202f%", "") for each in interval)
    return f"{percent(share)} ({low}–{high})"


def _number(x: float, digits: int = 3, *, zero: float = 0.0) -> str:
    return NOTHING if math.isnan(x) else number(x, digits, zero=zero)

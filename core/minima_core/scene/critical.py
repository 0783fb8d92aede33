"""Critical points as marks: minima, saddles, maxima and degenerate points, with words and numbers.

While nothing is proved, the minima found by looking stand there; once the critical points of a landscape are
known, they take their place, and their words say what is proved.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.marks import Extent, Label, Lines, Mark, Points, Side, Style
from minima_core.scene.stage import Stage, plane_of, zero_of
from minima_core.scene.styles import CRITICAL_STYLES, MINIMUM_STYLES
from minima_core.scene.words import number, percent

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoint, CriticalPoints
    from minima_core.document import View

__all__ = [
    "MinimumLike",
    "count_words",
    "critical_marks",
    "eigenvalue_words",
    "globally_known",
    "minima_shown",
    "minimum_words",
    "point_words",
    "proved_lowest",
]

Array: TypeAlias = NDArray[np.float64]

MOST_WORDS = 6
"""Minima that get words; the others are only marked."""
MOST_NUMBERS = 8
"""With no more saddles and maxima than this, each has its numbers beside it."""
APART = 0.16
"""Minima with words stand at least this share of the picture's side apart."""
HOVERED = 60
"""The priority of the words about the point under the pointer: they are said whole."""
UNDECIDED = Style("muted", width=1.0, dash="dot", opacity=0.8)
KINDS = {"saddle": "saddle", "maximum": "maximum", "degenerate": "degenerate point"}


class MinimumLike(Protocol):
    """What is read of a minimum, found or proved."""

    @property
    def position(self) -> Array:
        """(n,)."""

    @property
    def value(self) -> float:
        """Its loss."""

    @property
    def eigenvalues(self) -> Array:
        """(n,) of the Hessian, rising."""

    @property
    def is_global(self) -> bool:
        """Whether no lower one is known in the region."""

    @property
    def gap(self) -> float:
        """How far it lies above the best."""

    @property
    def on_border(self) -> bool:
        """Whether it lies on the edge of the region."""


def minima_shown(stage: Stage, findings: Findings = NOTHING) -> tuple[MinimumLike, ...]:
    """Return the minima that are drawn, the lowest first: those of the critical points, else those found."""
    return stage.minima if findings.critical is None else findings.critical.minima


def globally_known(stage: Stage, findings: Findings = NOTHING) -> str:
    """Return why the lowest minimum may be called global: "proved", "known" from the catalogue, or ""."""
    critical = findings.critical
    if critical is not None and critical.global_proved and critical.minima and critical.minima[0].proved:
        return "proved"
    known = stage.minima[0] if stage.minima else None
    if known is None or known.source != "known":
        return ""
    lowest = minima_shown(stage, findings)
    below = bool(lowest) and lowest[0].value < known.value - zero_of(stage)
    return "" if below else "known"


def proved_lowest(stage: Stage, findings: Findings = NOTHING) -> bool:
    """Return whether the lowest minimum that a search found is proved to be global.

    Verdicts are spoken against the minima of that search; where it had missed the lowest one they stay what
    they are.
    """
    critical = findings.critical
    if critical is None or not critical.global_proved or not stage.minima or not critical.minima:
        return False
    return stage.minima[0].value <= critical.minima[0].value + zero_of(stage)


def critical_marks(
    view: View,
    stage: Stage,
    extent: Extent,
    findings: Findings = NOTHING,
    *,
    hovered: int | None = None,
) -> Iterator[Mark]:
    """Yield the critical points by kind, and words beside the most telling ones.

    Points called ``minima:*`` have the numbers of the minima as ids, those called ``critical:*`` the index in
    ``findings.critical.points``. Saddles, maxima, degenerate points and undecided boxes are drawn when
    ``view.insight.critical`` asks for them.

    Parameters
    ----------
    hovered
        The index in ``findings.critical.points`` of the point under the pointer: it gets all its numbers.
    """
    minima = minima_shown(stage, findings)
    for kind, style in MINIMUM_STYLES.items():
        chosen = [(k, each) for k, each in enumerate(minima) if _kind(each) == kind]
        if chosen:
            points = np.array([plane_of(each.position, stage) for _, each in chosen])
            yield Points(f"minima:{kind}", hash(points.tobytes()), points, style, tuple(k for k, _ in chosen))
    critical = findings.critical
    chosen_point = None
    if critical is not None and hovered is not None and 0 <= hovered < len(critical.points):
        chosen_point = critical.points[hovered]
    if critical is not None and view.insight.critical:
        yield from _others(critical, stage)
        yield from _undecided(critical, stage, extent)
        if view.layers.labels:
            yield from _numbers(critical, stage, extent)
    if chosen_point is not None:
        yield _label_of(chosen_point, stage, globally_known(stage, findings), "label:hovered", HOVERED)
    if view.layers.labels:
        yield from _minima_words(view, stage, extent, findings, minima, chosen_point)


def _kind(minimum: MinimumLike) -> str:
    """Return which of the three styles of minima one has."""
    if minimum.is_global:
        return "global"
    return "border" if minimum.on_border else "local"


# -- saddles, maxima, and what was left undecided ----------------------------------------------------------


def _others(critical: CriticalPoints, stage: Stage) -> Iterator[Points]:
    """Yield saddles, maxima and degenerate points, each kind with its own marker."""
    for kind, style in CRITICAL_STYLES.items():
        chosen = [(k, each) for k, each in enumerate(critical.points) if each.kind == kind]
        if chosen:
            points = np.array([plane_of(each.position, stage) for _, each in chosen])
            ids = tuple(k for k, _ in chosen)
            yield Points(f"critical:{kind}", hash(points.tobytes()), points, style, ids)


def _undecided(critical: CriticalPoints, stage: Stage, extent: Extent) -> Iterator[Lines]:
    """Yield faint rectangles around the boxes in which nothing could be decided."""
    boxes = np.asarray(critical.unresolved, dtype=np.float64)
    if not len(boxes):
        return
    x0, x1, y0, y1 = extent
    # What is smaller than a dot would not be seen.
    least = 0.006 * (x1 - x0)
    low, high = boxes[:, 0, 0], boxes[:, 1, 0]
    middle, half = 0.5 * (low + high), np.maximum(0.5 * (high - low), least)
    left, right = middle - half, middle + half
    if stage.land.dimension > 1:
        bottom, top = boxes[:, 0, 1], boxes[:, 1, 1]
        middle, half = 0.5 * (bottom + top), np.maximum(0.5 * (top - bottom), 0.006 * (y1 - y0))
        bottom, top = middle - half, middle + half
    else:
        bottom, top = np.full(len(boxes), y0), np.full(len(boxes), y1)
    gap = np.full(len(boxes), np.nan)
    x = np.column_stack((left, right, right, left, left, gap)).ravel()[:-1]
    y = np.column_stack((bottom, bottom, top, top, bottom, gap)).ravel()[:-1]
    points = np.column_stack((x, y))
    yield Lines("critical:undecided", hash(points.tobytes()), points, UNDECIDED)


def _numbers(critical: CriticalPoints, stage: Stage, extent: Extent) -> Iterator[Label]:
    """Yield value and eigenvalues beside saddles and maxima, when there are few of them in the picture."""
    some = [each for each in critical.points if each.kind in KINDS and _inside(each, stage, extent)]
    if len(some) > MOST_NUMBERS:
        return
    for k, each in enumerate(some):
        yield _label_of(each, stage, "", f"label:critical:{k}", 5)


def _inside(point: MinimumLike, stage: Stage, extent: Extent) -> bool:
    """Whether a point lies in the picture."""
    x0, x1, y0, y1 = extent
    x, y = plane_of(point.position, stage)
    return x0 <= x <= x1 and y0 <= y <= y1


def _label_of(point: CriticalPoint, stage: Stage, known: str, key: str, priority: int) -> Label:
    """Return the label that tells all numbers of a critical point."""
    bold, text = point_words(point, known, zero=zero_of(stage))
    x, y = plane_of(point.position, stage)
    role = f"minimum-{_kind(point)}" if point.kind == "minimum" else "minimum-local"
    bends = "" if priority >= HOVERED else eigenvalue_words(point.eigenvalues)
    spare = f" · {bends}" if bends else ""
    return Label(key, hash((bold, text, x, y)), (x, y), bold, text, role, "above", 9.0, priority, spare)


# -- words -------------------------------------------------------------------------------------------------


def _minima_words(
    view: View,
    stage: Stage,
    extent: Extent,
    findings: Findings,
    minima: tuple[MinimumLike, ...],
    left_out: object,
) -> Iterator[Label]:
    """Yield labels: global minima first, then inner ones, then those on the border, away from each other."""
    x0, x1, y0, y1 = extent
    order = sorted(
        range(len(minima)), key=lambda k: (("global", "local", "border").index(_kind(minima[k])), k)
    )
    globals_ = sum(each.is_global for each in minima)
    known, zero = globally_known(stage, findings), zero_of(stage)
    shares = findings.basins.shares if findings.basins is not None else ()
    shared = view.insight.overlay == "basins" and len(shares) == len(minima)
    few = view.insight.critical and len(minima) <= MOST_WORDS
    taken: list[tuple[float, float]] = []
    named = False
    for k in order:
        minimum = minima[k]
        x, y = plane_of(minimum.position, stage)
        u, v = (x - x0) / (x1 - x0), (y - y0) / (y1 - y0)
        if not (0 <= u <= 1 and 0 <= v <= 1) or len(taken) >= MOST_WORDS:
            continue
        if any(abs(u - a) < 1.6 * APART and abs(v - b) < APART for a, b in taken):
            continue
        taken.append((u, v))
        again = minimum.is_global and named
        bold, text = minimum_words(minimum, globals_, zero=zero, again=again, known=known)
        named |= minimum.is_global
        if minimum is left_out:
            continue
        if shared:
            text += f" · {percent(float(shares[k]))}"
        spare = ""
        if few and (bends := eigenvalue_words(minimum.eigenvalues)):
            spare = f" · {bends}"
            text += spare
        side: Side = "above" if v < 0.09 else "below"
        yield Label(
            f"label:minimum:{k}",
            hash((bold, text, x, y)),
            (x, y),
            bold,
            text,
            f"minimum-{_kind(minimum)}",
            side,
            12.0,
            20 - len(taken),
            spare,
        )


def minimum_words(
    minimum: MinimumLike,
    how_many: int = 1,
    *,
    zero: float = 0.0,
    again: bool = False,
    known: str = "",
) -> tuple[str, str]:
    """Return what a minimum is, and its value: ("local minimum", "0.549 above the best").

    `how_many` global ones there are; `again` says that another one of them has been named. Only what is
    proved, or known from the catalogue, is called global (`known`, see `globally_known`): a search has not
    seen everything.
    """
    if minimum.is_global:
        value = number(minimum.value, zero=zero)
        if again:
            return "also", value
        bold = "global minimum" if known else "lowest minimum found"
        bold += ", on the border" if minimum.on_border else ""
        bold += ", proved" if known == "proved" else ""
        return bold, f"{value}, one of {how_many}" if how_many > 1 else value
    bold = "minimum of this region" if minimum.on_border else "local minimum"
    return bold, f"{number(minimum.gap, zero=zero)} above the best"


def eigenvalue_words(eigenvalues: Array) -> str:
    """Return the curvatures of a critical point, or nothing where there is none.

    Examples
    --------
    >>> eigenvalue_words(np.array([-8.2345, 75.0])), eigenvalue_words(np.array([np.nan]))
    ('λ −8.23, 75', '')
    """
    bends = np.asarray(eigenvalues, dtype=np.float64)
    if not bends.size or not np.isfinite(bends).all():
        return ""
    zero = 1e-9 * float(np.abs(bends).max())
    return "λ " + ", ".join(number(float(each), zero=zero) for each in bends)


def point_words(point: CriticalPoint, known: str = "", *, zero: float = 0.0) -> tuple[str, str]:
    """Return what a critical point is, and its value and curvatures: ("saddle", "104 · λ −8.23, 75")."""
    bends = eigenvalue_words(point.eigenvalues)
    if point.kind == "minimum":
        bold, text = minimum_words(point, zero=zero, known=known)
        if not point.is_global:
            text = f"{number(point.value, zero=zero)}, {text}"
    else:
        bold, text = KINDS[point.kind], number(point.value, zero=zero)
        bold += ", on the border" if point.on_border else ""
    return bold, f"{text} · {bends}" if bends else text


def count_words(critical: CriticalPoints | None, counted: int | None = None) -> str:
    """Return how many minima there are, and how sure that is, as a short sentence without its full stop.

    Parameters
    ----------
    critical
        What is proved or found for the landscape as it is now; None while a slider moves.
    counted
        Minima counted quickly meanwhile.
    """
    if critical is None:
        return "" if counted is None else f"{_minima(counted)} counted"
    minima = critical.minima
    proved = sum(each.proved for each in minima)
    if critical.source == "search":
        return f"{_minima(len(minima))} found by looking"
    if critical.complete and proved == len(minima):
        if len(minima) <= 1:
            return "1 minimum, proved to be the only one" if minima else "no minimum: proved"
        return f"{_minima(len(minima))}, all proved"
    if proved == len(minima):
        return f"{_minima(len(minima))} proved; there may be more"
    return f"{_minima(len(minima))}, {proved or 'none'} proved; there may be more"


def _minima(count: int) -> str:
    """Return "1 minimum", "4 minima"."""
    return f"{count or 'no'} {'minimum' if count == 1 else 'minima'}"

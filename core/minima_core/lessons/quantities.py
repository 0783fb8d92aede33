"""Working quantities out: what came out of runs, landscape and study, by the phrases of `phrases`.

What is not known yet, or does not exist, is None.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.document import Entry, segment_at
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.lessons.happened import Happened, Judged, Key
from minima_core.lessons.language import Amount, Asked, Condition, condition, placeholders, quantity_of
from minima_core.lessons.phrases import PHRASES, Kind, Subject
from minima_core.methods import Specification
from minima_core.runs.knowledge import NEAR, known_of
from minima_core.scene.words import number, percent, point, whole

if TYPE_CHECKING:
    from minima_core.studies import Restarts

__all__ = ["UNKNOWN", "Answer", "filled", "holds", "quantity", "runs_of", "worked_out"]

UNKNOWN = "…"
"""Stands for what is not known yet."""
TINY = 1e-9
"""Of the landscape's own scale: what is smaller is 0 for a reader."""

Answer: TypeAlias = float | int | str | None
Array: TypeAlias = NDArray[np.float64]


# -- faces ---------------------------------------------------------------------------------------------------


def quantity(text: str, happened: Happened) -> Answer:
    """Return a quantity; None while it is not known.

    Raises
    ------
    LanguageError
        When `text` is no quantity.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> from minima_core.lessons import Happening
    >>> quantity("landscape", Happening(opening().exploration))
    'two-wells'
    """
    return worked_out(quantity_of(text), happened)


def holds(text: str | Condition, happened: Happened) -> bool:
    """Return whether a condition holds; what is not known yet does not.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> from minima_core.lessons import Happening
    >>> holds("starts is 1", Happening(opening().exploration)), holds("overlay is basins",
    ...     Happening(opening().exploration))
    (True, False)
    """
    asked = condition(text) if isinstance(text, str) else text
    if asked.left.many:
        answers = [_of_run(asked.left, entry, key, happened) for entry, key in runs_of(happened)]
        held = [_holds(asked, each, happened) for each in answers]
        return any(held) if asked.left.who.which == "any" else bool(held) and all(held)
    return _holds(asked, worked_out(asked.left, happened), happened)


def filled(text: str, happened: Happened) -> str:
    """Return a text with its {quantities} put in; … where one is not known yet.

    Examples
    --------
    >>> from minima_core.document import opening
    >>> from minima_core.lessons import Happening
    >>> filled("It starts at {start 1 x}; the best is {record}.", Happening(opening().exploration))
    'It starts at −1.15; the best is ….'
    """
    land = happened.exploration.place.landscape_of()
    for written, asked, digits in placeholders(text):
        text = text.replace(written, _words(worked_out(asked, happened), asked.phrase.kind, land, digits))
    return text


def worked_out(asked: Asked, happened: Happened) -> Answer:
    """Return a quantity that has been read; of any or every run there is none."""
    if asked.phrase.subject == "run":
        found = _which_run(asked, happened)
        return None if found is None else _of_run(asked, *found, happened)
    answer = _WORKED_OUT[asked.phrase.key](happened, asked)
    return None if isinstance(answer, float) and math.isnan(answer) else answer


def runs_of(happened: Happened) -> list[tuple[Entry, Key]]:
    """Return the runs of the race, in its order."""
    exploration = happened.exploration
    return [(exploration.entry(id), (id, start)) for id, start in exploration.runs]


# -- conditions and words ------------------------------------------------------------------------------------


def _holds(asked: Condition, left: Answer, happened: Happened) -> bool:
    """Return whether a condition holds of an answer."""
    if asked.operator == "known" or left is None:
        return left is not None
    if isinstance(left, str):
        return (" ".join(left.casefold().split()) == asked.words) == (asked.operator == "is")
    amounts = [_amount(each, happened) for each in asked.amounts]
    if any(each is None or math.isnan(each) for each in amounts):
        return False
    right = float(amounts[0] or 0.0)
    match asked.operator:
        case "<":
            return left < right
        case "<=":
            return left <= right
        case ">":
            return left > right
        case ">=":
            return left >= right
        case "between":
            return right <= left <= float(amounts[1] or 0.0)
    same = math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-12)
    return same == (asked.operator == "is")


def _amount(amount: Amount, happened: Happened) -> float | None:
    """Return what is compared with."""
    if amount.asked is None:
        return amount.factor
    answer = worked_out(amount.asked, happened)
    return None if answer is None or isinstance(answer, str) else amount.factor * answer


def _words(answer: Answer, kind: Kind, land: Landscape, digits: int) -> str:
    """Return an answer as people write it."""
    if answer is None:
        return UNKNOWN
    if isinstance(answer, str):
        return answer
    if kind == "share":
        return percent(answer)
    if kind == "count":
        return whole(int(answer)) if math.isfinite(answer) else number(answer)
    zero = 0.0
    if kind == "loss":
        zero = TINY * scale_of(land).spread
    elif kind == "length":
        zero = TINY * land.diagonal
    return number(float(answer), digits, zero=zero)


# -- runs ----------------------------------------------------------------------------------------------------


def _which_run(asked: Asked, happened: Happened) -> tuple[Entry, Key] | None:
    """Return the run that is asked for, None if there is none."""
    who, lines = asked.who, [each for each in happened.exploration.entries if each.enabled]
    if who.which == "last":
        number = len(lines)
    elif who.which == "number":
        number = who.number
    else:
        number = next((k for k, each in enumerate(lines, 1) if each.name == who.which), 0)
    if not (1 <= number <= len(lines) and 1 <= who.start <= len(happened.exploration.starts)):
        return None
    entry = lines[number - 1]
    return entry, (entry.id, who.start - 1)


def _of_run(asked: Asked, entry: Entry, key: Key, happened: Happened) -> Answer:
    """Return a quantity of a run."""
    name = asked.phrase.pattern
    run = happened.judged.get(key)
    if name == "method":
        return entry.name
    if name == "setting <name>":
        at = happened.exploration.steps if run is None else run.step
        return _setting(segment_at(entry, at).method, str(asked.slots[0]))
    if run is None or run.record is None or not len(run.record):
        return None
    answer = _RUN[name](_Run(run, happened, asked))
    return None if isinstance(answer, float) and math.isnan(answer) else answer


class _Run:
    """A run, read at a step."""

    def __init__(self, run: Judged, happened: Happened, asked: Asked) -> None:
        assert run.record is not None
        self.run, self.record, self.asked, self.happened = run, run.record, asked, happened
        self.land = happened.exploration.place.landscape_of()
        self.row = len(self.record) - 1
        self.reached = True
        if asked.at is not None:
            steps = self.record.steps
            self.row = int(np.searchsorted(steps, asked.at, side="right")) - 1
            self.reached = bool(steps[-1] >= asked.at) or run.verdict is not None

    @property
    def position(self) -> Array:
        """Where it stands."""
        return np.asarray(self.record.positions[self.row], dtype=np.float64)

    @property
    def value(self) -> float:
        """The loss there."""
        return float(self.record.values[self.row]) if self.reached else math.nan

    @property
    def best(self) -> float:
        """The lowest value inside the region."""
        verdict = self.run.verdict
        if self.asked.at is None and verdict is not None and "best" in verdict.numbers:  # type: ignore[attr-defined]
            return float(verdict.numbers["best"])  # type: ignore[attr-defined]
        if not self.reached:
            return math.nan
        rows = np.asarray(self.record.positions[: self.row + 1])
        inside = np.all((rows >= self.land.lower) & (rows <= self.land.upper), axis=1)
        values = np.where(inside, self.record.values[: self.row + 1], np.inf)
        return float(np.nanmin(values)) if np.isfinite(values).any() else math.nan

    def coordinate(self, i: int) -> float:
        """Return one coordinate."""
        return float(self.position[i]) if i < self.land.dimension and self.reached else math.nan

    def gap(self, value: float) -> float:
        """Return how far a value lies above the lowest minimum."""
        lowest = _lowest(self.happened)
        return math.nan if lowest is None else max(value - lowest, 0.0)

    def curvature(self, k: int) -> float:
        """Return an eigenvalue of the Hessian, 0 is the smallest and −1 the largest."""
        if not self.reached or not np.isfinite(self.position).all():
            return math.nan
        return _eigenvalue(self.land, self.position, k)

    def inside(self, name: str) -> float:
        """Return a number inside the method."""
        if name not in self.record.columns or not self.reached:
            return math.nan
        return float(self.record.inside(name)[self.row])

    def distance_to(self, points: Array) -> float:
        """Return how far the nearest of some points is."""
        if not len(points) or points.shape[1] != self.land.dimension or not self.reached:
            return math.nan
        return float(np.linalg.norm(points - self.position, axis=1).min())


def _of_loops(read: Callable[[Restarts], float], run: _Run) -> Answer:
    """Return a number of the loops that a run has finished; None before the first."""
    from minima_core.studies import Restarts

    ends = list(run.record.ends)
    minima = [each.position for each in _minima(run.happened)]
    if not ends or not minima:
        return None
    points, values = np.array([each[1] for each in ends]), np.array([each[2] for each in ends])
    return float(read(Restarts.of(points, np.array(minima), land=run.land, values=values)))


_RUN: dict[str, Callable[[_Run], Answer]] = {
    "state": lambda r: "running" if r.run.verdict is None else r.run.verdict.state,
    "sentence": lambda r: None if r.run.verdict is None else r.run.verdict.sentence,
    "value": lambda r: r.value,
    "best value": lambda r: r.best,
    "highest value": lambda r: float(np.nanmax(r.record.values)),
    "gap": lambda r: r.gap(r.value),
    "best gap": lambda r: r.gap(r.best),
    "x": lambda r: r.coordinate(0),
    "y": lambda r: r.coordinate(1),
    "position": lambda r: _place(r.position, r.land) if r.reached else None,
    "distance to <point>": lambda r: r.distance_to(np.atleast_2d(np.asarray(r.asked.slots[0], np.float64))),
    "distance to best": lambda r: r.distance_to(_global_points(r.happened)),
    "minimum": lambda r: _number_of(r.happened, r.position),
    "steps": lambda r: r.run.step,
    "evaluations": lambda r: int(r.record.evaluations[-1]),
    "gradients": lambda r: int(r.record.gradients[-1]),
    "hessians": lambda r: int(r.record.hessians[-1]),
    "loops": lambda r: len(r.record.loops),
    "slope": lambda r: float(np.linalg.norm(r.land.gradient(r.position))) if r.reached else None,
    "curvature": lambda r: r.curvature(-1),
    "lowest curvature": lambda r: r.curvature(0),
    "limit": lambda r: _limit(r.curvature(-1)),
    "inside <name>": lambda r: r.inside(str(r.asked.slots[0])),
    "tries": partial(_of_loops, lambda loops: loops.tries),
    "successes": partial(_of_loops, lambda loops: loops.reached),
    "found": partial(_of_loops, lambda loops: loops.distinct),
    "seen once": partial(_of_loops, lambda loops: loops.singletons),
    "chance": partial(_of_loops, lambda loops: loops.p),
    "chance low": partial(_of_loops, lambda loops: loops.low),
    "chance high": partial(_of_loops, lambda loops: loops.high),
    "chance of new": partial(_of_loops, lambda loops: loops.chance_of_new),
    "tries needed": partial(_of_loops, lambda loops: loops.tries_for(0.95)),
}  # fmt: skip


def _setting(method: str, name: str) -> Answer:
    """Return a setting of a method in its text form; None if it has none of that name."""
    present: Any = Specification.parse(method)
    for part in name.split("."):
        settings = getattr(present, "settings", None)
        if settings is None or part not in settings:
            return None
        present = settings[part]
    if isinstance(present, bool):
        return float(present)
    return present if isinstance(present, int | float) else str(present)


# -- minima --------------------------------------------------------------------------------------------------


def _minima(happened: Happened) -> list[Any]:
    """Return the minima, the lowest first: proved ones where they are known."""
    critical = happened.findings.critical
    if critical is not None:
        return list(critical.minima)
    return list(known_of(happened.exploration.place.landscape_of(), None).minima)


def _points(happened: Happened) -> list[tuple[Array, bool]]:
    """Return where the minima are, and which of them are global."""
    return [(np.asarray(each.position), bool(each.is_global)) for each in _minima(happened)]


def _global_points(happened: Happened) -> Array:
    """Return the global minima, (k, n)."""
    return np.array([position for position, is_global in _points(happened) if is_global])


def _lowest(happened: Happened) -> float | None:
    """Return the loss of the lowest minimum."""
    minima = _minima(happened)
    return float(minima[0].value) if minima else None


def _number_of(happened: Happened, position: Array) -> int:
    """Return the number of the minimum that a point has reached, from 1; 0: none."""
    points = [each for each, _ in _points(happened)]
    if not points or not np.isfinite(position).all():
        return 0
    distances = np.linalg.norm(np.array(points) - position, axis=1)
    k = int(distances.argmin())
    return k + 1 if distances[k] <= NEAR * happened.exploration.place.landscape_of().diagonal else 0


def _eigenvalue(land: Landscape, position: Array, k: int) -> float:
    """Return an eigenvalue of the Hessian."""
    if land.is_callable:
        return math.nan
    hessian = np.atleast_2d(np.asarray(land.hessian(position), dtype=np.float64))
    return float(np.linalg.eigvalsh(hessian)[k]) if np.isfinite(hessian).all() else math.nan


def _limit(curvature: float) -> float:
    """Return 2/λ; infinite where nothing curves upwards."""
    return 2.0 / curvature if curvature > 0.0 else math.nan if math.isnan(curvature) else math.inf


def _place(position: Array, land: Landscape) -> str:
    """Return a point in words; in one variable a number."""
    zero = TINY * land.diagonal
    if len(position) == 1:
        return number(float(position[0]), zero=zero)
    return point(position.tolist(), zero=zero)


def _of_minimum(name: str) -> Callable[[Happened, Asked], Answer]:
    """Return how a quantity of a minimum is worked out."""

    def work_out(happened: Happened, asked: Asked) -> Answer:
        minima, land = _minima(happened), happened.exploration.place.landscape_of()
        if not 1 <= asked.who.number <= len(minima):
            return None
        minimum = minima[asked.who.number - 1]
        position = np.asarray(minimum.position)
        match name:
            case "value":
                return float(minimum.value)
            case "gap":
                return max(float(minimum.value) - float(minima[0].value), 0.0)
            case "position":
                return _place(position, land)
            case "x" | "y":
                i = "xy".index(name)
                return float(position[i]) if i < len(position) else None
            case "curvature":
                return _eigenvalue(land, position, -1)
            case "limit":
                return _limit(_eigenvalue(land, position, -1))
        if name in {"prominence", "isolation"}:
            return _by_tree(name, happened, position)
        share = _share(happened, position)
        if name == "share" or share is None:
            return share
        return _tries_for(share)

    return work_out


def _by_tree(name: str, happened: Happened, position: Array) -> float | None:
    """Return the prominence or the isolation of a minimum."""
    tree = happened.findings.tree
    if tree is None or not tree.minima:
        return None
    distances = [float(np.linalg.norm(each.position - position)) for each in tree.minima]
    k = int(np.argmin(distances))
    if distances[k] > NEAR * happened.exploration.place.landscape_of().diagonal:
        return None
    return float((tree.prominence if name == "prominence" else tree.isolation)[k])


def _tries_for(share: float) -> float:
    """Return how many tries succeed once with 95 % certainty, if each does with this chance."""
    if share >= 1.0:
        return 1.0
    return float(math.ceil(math.log(0.05) / math.log1p(-share))) if share > 0.0 else math.inf


def _share(happened: Happened, position: Array) -> float | None:
    """Return the share of starts that end at a minimum, on the map of basins."""
    basins = happened.findings.basins
    if basins is None or not len(basins.minima):
        return None
    distances = np.linalg.norm(basins.minima - position, axis=1)
    k = int(distances.argmin())
    land = happened.exploration.place.landscape_of()
    return float(basins.shares[k]) if distances[k] <= NEAR * land.diagonal else 0.0


# -- everything else -----------------------------------------------------------------------------------------


def _of_start(name: str) -> Callable[[Happened, Asked], Answer]:
    """Return how a quantity of a start is worked out."""

    def work_out(happened: Happened, asked: Asked) -> Answer:
        starts = happened.exploration.starts
        if not 1 <= asked.who.number <= len(starts):
            return None
        land = happened.exploration.place.landscape_of()
        position = np.array(starts[asked.who.number - 1].position)
        if name == "position":
            return _place(position, land)
        if name == "value":
            return float(land.value(position))
        i = "xy".index(name)
        return float(position[i]) if i < len(position) else None

    return work_out


def _of_study(name: str) -> Callable[[Happened, Asked], Answer]:
    """Return how a quantity of a line of a study is worked out."""
    attribute = "title" if name == "name" else name.replace(" ", "_")

    def work_out(happened: Happened, asked: Asked) -> Answer:
        study = happened.study
        if study is None or not 1 <= asked.who.number <= len(study.results):
            return None
        result: Any = study.results[asked.who.number - 1]
        if name == "tries needed":
            return float(result.tries_for(0.95))
        if name == "best value":
            return float(np.min(result.best_values))
        answer = getattr(result, attribute)
        return answer if isinstance(answer, str) else float(answer)

    return work_out


def _of_critical(count: Callable[[Any], int | None]) -> Callable[[Happened, Asked], Answer]:
    """Return how a count of critical points is worked out."""

    def work_out(happened: Happened, asked: Asked) -> Answer:
        critical = happened.findings.critical
        return None if critical is None else count(critical)

    return work_out


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _record(happened: Happened) -> tuple[float, int] | None:
    """Return the lowest loss that any run has found, and the number of that run's line."""
    best = []
    lines = [each.id for each in happened.exploration.entries if each.enabled]
    for _, key in runs_of(happened):
        run = happened.judged.get(key)
        if run is not None and run.record is not None and len(run.record):
            found = _Run(run, happened, quantity_of("run 1 best value")).best
            if math.isfinite(found):
                best.append((found, lines.index(key[0]) + 1))
    return min(best, default=None)


def _runs_at(happened: Happened, asked: Asked) -> int:
    """Return how many runs have a state."""
    states = [
        "running" if run.verdict is None else run.verdict.state
        for _, key in runs_of(happened)
        if (run := happened.judged.get(key)) is not None
    ]
    return states.count(str(asked.slots[0]))


def _different_ends(happened: Happened, asked: Asked) -> int:
    """Return at how many minima runs stand."""
    ends = {
        _number_of(happened, np.asarray(run.record.positions[-1]))
        for _, key in runs_of(happened)
        if (run := happened.judged.get(key)) is not None and run.record is not None and len(run.record)
    }
    return len(ends - {0})


def _shown_step(happened: Happened, asked: Asked) -> int:
    """Return the step that is shown."""
    if happened.view.step is not None:
        return happened.view.step
    return max((run.step for run in happened.judged.values()), default=0)


def _selected(happened: Happened, asked: Asked) -> int:
    """Return the number of the selected line."""
    lines = [each.id for each in happened.exploration.entries if each.enabled]
    return lines.index(happened.view.selected) + 1 if happened.view.selected in lines else 0


def _lens(i: int) -> Callable[[Happened, Asked], Answer]:
    """Return how a coordinate of the lens is worked out."""

    def work_out(happened: Happened, asked: Asked) -> Answer:
        lens = happened.view.insight.lens
        if lens is None or i >= len(lens):
            return None
        found = happened.findings.lens
        return float(lens[i] if found is None else found.position[i])

    return work_out


def _lens_minimum(happened: Happened, asked: Asked) -> Answer:
    """Return the number of the minimum under the lens."""
    lens = happened.view.insight.lens
    if lens is None:
        return None
    found = happened.findings.lens
    middle = np.array(lens, dtype=np.float64) if found is None else found.position
    return _number_of(happened, middle) if len(middle) == happened.exploration.place.dimension else 0


def _parameter(happened: Happened, asked: Asked) -> Answer:
    """Return a parameter of the landscape."""
    name = str(asked.slots[0])
    land = happened.exploration.place.landscape_of()
    value = happened.exploration.place.parameters.get(name, land.parameters.get(name))
    return None if value is None else float(value)


def _whole_count(counted: Callable[[list[Any]], int]) -> Callable[[Happened, Asked], Answer]:
    return lambda happened, asked: counted(_minima(happened))


_WHOLE: dict[str, Callable[[Happened, Asked], Answer]] = {
    "runs": lambda h, a: len(h.exploration.runs),
    "runs at <state>": _runs_at,
    "different ends": _different_ends,
    "methods": lambda h, a: sum(each.enabled for each in h.exploration.entries),
    "starts": lambda h, a: len(h.exploration.starts),
    "step": _shown_step,
    "steps": lambda h, a: h.exploration.steps,
    "seed": lambda h, a: h.exploration.seed,
    "record": lambda h, a: found[0] if (found := _record(h)) else None,
    "record run": lambda h, a: found[1] if (found := _record(h)) else None,
    "landscape": lambda h, a: h.exploration.place.landscape or "formula",
    "title": lambda h, a: h.exploration.place.landscape_of().title,
    "parameter <name>": _parameter,
    "smoothing": lambda h, a: h.exploration.place.changes.smoothing,
    "l1": lambda h, a: h.exploration.place.changes.l1,
    "l2": lambda h, a: h.exploration.place.changes.l2,
    "lowest value": lambda h, a: _lowest(h),
    "minima": _whole_count(len),
    "global minima": _whole_count(lambda minima: sum(bool(each.is_global) for each in minima)),
    "local minima": _whole_count(lambda minima: sum(not each.is_global for each in minima)),
    "border minima": _whole_count(lambda minima: sum(bool(each.on_border) for each in minima)),
    "proved minima": _of_critical(lambda found: len(found.minima) if found.complete else None),
    "critical points": _of_critical(lambda found: sum(not each.on_border for each in found.points)),
    "saddles": _of_critical(lambda found: sum(each.kind == "saddle" for each in found.points)),
    "maxima": _of_critical(lambda found: sum(each.kind == "maximum" for each in found.points)),
    "never": lambda h, a: None if h.findings.basins is None else h.findings.basins.never,
    "chance": lambda h, a: None if h.findings.chances is None else h.findings.chances.overall,
    "chance low": lambda h, a: None if h.findings.chances is None else h.findings.chances.overall_low,
    "chance high": lambda h, a: None if h.findings.chances is None else h.findings.chances.overall_high,
    "overlay": lambda h, a: h.view.insight.overlay,
    "critical": lambda h, a: _switch(h.view.insight.critical),
    "flow": lambda h, a: _switch(h.view.insight.flow),
    "marbles": lambda h, a: h.view.insight.marbles,
    "flood": lambda h, a: h.view.insight.flood,
    "lens x": _lens(0),
    "lens y": _lens(1),
    "lens reach": lambda h, a: None if h.findings.lens is None else h.findings.lens.reach,
    "lens minimum": _lens_minimum,
    "right": lambda h, a: h.view.right,
    "bottom": lambda h, a: h.view.bottom,
    "selected": _selected,
    "study sentence": lambda h, a: None if h.study is None else h.study.sentence,
}

_MAKERS: dict[Subject, Callable[[str], Callable[[Happened, Asked], Answer]]] = {
    "start": _of_start,
    "minimum": _of_minimum,
    "study": _of_study,
    "whole": _WHOLE.__getitem__,
}
_WORKED_OUT = {
    phrase.key: _MAKERS[phrase.subject](phrase.pattern) for phrase in PHRASES if phrase.subject != "run"
}

"""What became of a run, in a sentence: where it came to rest, and how far that is above the best.

Tests are in the landscape's own scale: lengths in shares of the box's diagonal, heights in shares of how
much values typically differ. On a formula gradient and Hessian are exact. A Python callable is never asked
again: its verdict rests on what the run has seen.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.minima import Minimum, find_minima
from minima_core.compiled.frame import Status
from minima_core.landscapes import Landscape
from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification
from minima_core.runs.record import Record

__all__ = ["Verdict", "diagnose", "minima_of", "named", "nearest", "show_number"]

Array: TypeAlias = NDArray[np.float64]

HOT = 10.0  # times its end temperature: annealing that is hotter only pauses where it seems to rest
NEAR = 0.01  # of the diagonal: a point so close to a minimum has reached it
CLOSE = 0.001  # of the diagonal: a run that keeps so close to a minimum no longer walks towards it
RESTING = 1e-3  # of the diagonal: Newton's step to the bottom, at rest
QUIET = 1e-4  # of the diagonal: how far the last steps went, at rest
LEVEL = 1e-7  # of the typical height, for a way of one diagonal: the slope of level ground
FLAT = 1e-3  # likewise: a slope so small that a run which hardly moves stands on a plateau
LAST = 20  # rows that tell whether a run still moves
FAR = 10.0  # diagonals outside the box: run off for good


@dataclass(frozen=True)
class Verdict:
    """A state, the sentence that says so, and the numbers behind it.

    The states: "running", "global minimum", "local minimum", "saddle", "inflection", "plateau", "diverged",
    "not finite", "outside", "out of budget", "raised"; and of `minimize` also "target reached".
    """

    state: str
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


class _RunLike(Protocol):
    """What a verdict needs to know of a run; `minima_core.runs.Run` says what each means."""

    landscape: Landscape

    @property
    def specification(self) -> Specification: ...
    @property
    def status(self) -> Status: ...
    @property
    def error(self) -> BaseException | None: ...
    @property
    def step(self) -> int: ...
    @property
    def steps(self) -> NDArray[np.int64]: ...
    @property
    def position(self) -> Array: ...
    @property
    def positions(self) -> Array: ...
    @property
    def value(self) -> float: ...
    @property
    def best_value(self) -> float: ...
    @property
    def best_position(self) -> Array: ...
    @property
    def evaluations(self) -> int: ...
    @property
    def loops_begun(self) -> int: ...
    @property
    def record(self) -> Record: ...


def diagnose(run: _RunLike, minima: Sequence[Minimum] | None = None) -> Verdict:
    """Return what became of a run.

    Parameters
    ----------
    run
        Any run; it is not disturbed.
    minima
        The minima to compare with, the lowest first; None: those known or found on its landscape.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("two-wells"), "gradient-descent", x0=(-1.15, 1.6), lr=0.03)
    >>> run.advance(260), run.verdict.sentence
    (260, 'at the local minimum, 0.549 above the best')
    """
    with np.errstate(all="ignore"):  # a landscape may be undefined, or too large for its squares, anywhere
        if run.status in {Status.RAISED, Status.NOT_FINITE}:
            return _broken(run)
        restarts = run.specification.name == "random-restarts"
        if not restarts and not run.landscape.inside(run.position):
            return _outside(run)
        return _stands(run, minima)


# -- runs that ended or left ---------------------------------------------------------------------------------


def _broken(run: _RunLike) -> Verdict:
    """Return the verdict on a run that raised or is not finite."""
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value}
    if run.status is Status.RAISED:
        error = run.error
        said = str(error).removesuffix(".")
        what = f"{type(error).__name__}: {said}" if said else type(error).__name__
        return Verdict(
            "raised", f"the objective raised {what}, at evaluation {int(run.evaluations)}", numbers
        )
    return Verdict("not finite", f"ran off: the value is not finite at step {run.step}", numbers)


def _outside(run: _RunLike) -> Verdict:
    """Return the verdict on a run that is outside the box."""
    land, left = run.landscape, _left_at(run)
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value, "left": float(left)}
    beyond = np.maximum(land.lower - run.position, run.position - land.upper).max()
    if beyond > FAR * land.diagonal:
        return Verdict("diverged", f"ran off: left the region at step {left} and goes on and on", numbers)
    return Verdict("outside", f"left the region at step {left}", numbers)


def _left_at(run: _RunLike) -> int:
    """Return the step at which a run that is outside left the box for the last time."""
    land, positions = run.landscape, run.positions
    inside = np.all((positions >= land.lower) & (positions <= land.upper), axis=1)
    last = int(np.flatnonzero(inside)[-1]) if inside.any() else 0
    return int(run.steps[min(last + 1, len(run.steps) - 1)])


# -- runs that stand somewhere ------------------------------------------------------------------------------


def _stands(run: _RunLike, minima: Sequence[Minimum] | None) -> Verdict:
    """Return the verdict on a run that is inside the box and finite."""
    if run.landscape.is_callable:
        return _of_callable(run)
    known = minima_of(run.landscape) if minima is None else tuple(minima)
    temperature = _heat(run)
    if run.specification.name == "random-restarts":
        verdict = _best_of_loops(run, known)
    elif temperature is not None:
        gap = max(run.best_value - known[0].value, 0.0) if known else math.nan
        numbers = {"step": float(run.step), "value": run.value, "best": run.best_value, "gap": gap}
        verdict = Verdict("running", f"wandering, T = {show_number(temperature)}", numbers)
    else:
        verdict = _resting(run, known)
    if run.status is Status.OUT_OF_BUDGET and verdict.state == "running":
        sentence = f"out of budget: {_used_up(run)}{_above(verdict.numbers.get('gap'))}"
        return Verdict("out of budget", sentence, verdict.numbers)
    return verdict


def _of_callable(run: _RunLike) -> Verdict:
    """Return the verdict on a Python callable, which is not asked again."""
    numbers = {"step": float(run.step), "value": run.value, "best": run.best_value}
    if run.status is Status.OUT_OF_BUDGET:
        lowest = ""
        if math.isfinite(run.best_value):
            lowest = f", the lowest value is {show_number(run.best_value)}"
        elif run.evaluations:
            lowest = ", and no value was finite"
        return Verdict("out of budget", f"out of budget: {_used_up(run)}{lowest}", numbers)
    if run.step >= LAST and _moved(run) < 1e-3 * QUIET:
        numbers["moved"] = _moved(run)
        return Verdict(
            "local minimum", "at rest: probably at a local minimum, and nobody knows a better one", numbers
        )
    return Verdict("running", "still moving", numbers)


def _used_up(run: _RunLike) -> str:
    """Return "300 evaluations are used up"."""
    count = int(run.evaluations)
    return "1 evaluation is used up" if count == 1 else f"{count} evaluations are used up"


def _best_of_loops(run: _RunLike, minima: tuple[Minimum, ...]) -> Verdict:
    """Return the verdict on restarts: on the best of all loops."""
    loops = run.loops_begun
    value, best = run.best_value, run.best_position
    numbers = {"step": float(run.step), "value": value, "best": value, "loops": float(loops)}
    if not minima:
        return Verdict("running", f"the best of {_loops(loops)} so far", numbers)
    numbers["gap"] = max(value - minima[0].value, 0.0)
    close = nearest(run.landscape, minima, best)
    if close is None:
        return Verdict("running", f"{_loops(loops)}, none of them at a minimum yet", numbers)
    if close.is_global:
        step = _reached(run, close)
        numbers["reached"] = float(step)
        return Verdict("global minimum", f"reached {named(close, minima)}, step {step}", numbers)
    sentence = f"best of {_loops(loops)}: {named(close, minima)}{_above(numbers['gap'])}"
    return Verdict("local minimum", sentence, numbers)


def _loops(count: int) -> str:
    return "1 loop" if count == 1 else f"{count} loops"


def _heat(run: _RunLike) -> float | None:
    """Return the temperature of annealing that is still hot: what looks like rest there is only a pause."""
    end = run.specification.settings.get("end_temperature")
    if not isinstance(end, int | float) or not run.step:
        return None
    temperature = float(run.record.inside("temperature")[-1])
    return temperature if temperature > HOT * end else None


def _resting(run: _RunLike, minima: tuple[Minimum, ...]) -> Verdict:
    """Return the verdict on a single walk: what kind of place it stands at, if it stands."""
    land, p, f = run.landscape, run.position, run.value
    moved = _moved(run)
    numbers = {"step": float(run.step), "value": f, "best": run.best_value, "moved": moved}
    if minima:
        numbers["gap"] = max(f - minima[0].value, 0.0)
    close = nearest(land, minima, p)
    if close is not None and moved < NEAR and _settled(run, close):
        return _at_minimum(run, close, minima, numbers)
    haunt = _haunt(run, minima)
    if haunt is not None and moved >= QUIET:
        return Verdict("running", f"still moving, around {named(haunt, minima)}", numbers)
    ground = _Ground(land, p)
    numbers.update(
        slope=ground.slope,
        lowest_curvature=float(ground.curvatures[0]),
        highest_curvature=float(ground.curvatures[-1]),
    )
    still = moved < QUIET
    if run.step == 0 or not (still or ground.slope < LEVEL):
        return Verdict("running", "still moving", numbers)
    if ground.slope < FLAT:
        return _on_level_ground(ground, numbers)
    if ground.at_border and still:
        return Verdict("local minimum", "at the border, where the slope leads out of the region", numbers)
    return Verdict("running", "still moving, very slowly", numbers)


def _at_minimum(
    run: _RunLike, minimum: Minimum, minima: tuple[Minimum, ...], numbers: dict[str, float]
) -> Verdict:
    """Return the verdict on a run that has come to rest at a minimum."""
    if minimum.is_global:
        step = _reached(run, minimum)
        numbers["reached"] = float(step)
        return Verdict("global minimum", f"at {named(minimum, minima)}, step {step}", numbers)
    numbers["gap"] = minimum.gap
    numbers["reached"] = float(_reached(run, minimum))
    return Verdict("local minimum", f"at {named(minimum, minima)}{_above(minimum.gap)}", numbers)


def _on_level_ground(ground: _Ground, numbers: dict[str, float]) -> Verdict:
    """Tell apart the places where the slope vanishes and that are no minimum in the list."""
    kind = ground.kind()
    sentence = {
        "saddle": "at a saddle: level here, downhill to both sides",
        "inflection": "at a flat inflection: level here, downhill further on",
        "plateau": "on a plateau: hardly any slope, and no minimum",
        "local minimum": "at a shallow local minimum" + _above(numbers.get("gap")),
    }[kind]
    return Verdict(kind, sentence, numbers)


class _Ground:
    """The ground at a point: slope and curvature, in shares of the landscape's height over one diagonal."""

    def __init__(self, land: Landscape, p: Array) -> None:
        self.land, self.p = land, p
        self.height = scale_of(land).spread
        unit = land.diagonal / self.height
        g = land.gradient(p)
        # Where the point lies on the border and the slope leads out, there is nowhere to go.
        blocked = ((p <= land.lower) & (g > 0.0)) | ((p >= land.upper) & (g < 0.0))
        self.at_border = bool(blocked.any())
        free = np.where(blocked, 0.0, g)
        self.slope = float(np.linalg.norm(free)) * unit if np.isfinite(free).all() else math.inf
        h = land.hessian(p)
        if np.isfinite(h).all():
            values, self.directions = np.linalg.eigh(h)
            self.curvatures = values * unit * land.diagonal
        else:
            self.curvatures, self.directions = np.full(len(p), np.nan), np.eye(len(p))

    def kind(self) -> str:
        """Return what kind of level place this is, by looking a little way along each principal direction."""
        # A hundredth of the diagonal to either side: the sign of the change tells minimum, saddle and
        # inflection apart.
        here, changes = float(self.land.value(self.p)), []
        for direction in self.directions.T:
            reach = 0.02 * self.land.diagonal * direction
            sides = [float(self.land.value(self.p + way)) - here for way in (reach, -reach)]
            changes.append([0.0 if abs(side) < 1e-9 * self.height else side for side in sides])
        down = [min(pair) < 0.0 for pair in changes]
        if not any(down):
            return "local minimum" if any(max(pair) > 0.0 for pair in changes) else "plateau"
        if any(max(pair) < 0.0 for pair in changes):
            return "saddle"
        # Downhill to one side only. A slope that is merely small is a plateau; one that vanishes, an
        # inflection.
        return "inflection" if self.slope < FLAT and np.nanmin(np.abs(self.curvatures)) < 1.0 else "plateau"


# -- helpers ------------------------------------------------------------------------------------------------


def _moved(run: _RunLike) -> float:
    """Return how far the last steps went from where it stands, in diagonals."""
    rows = run.positions[-LAST:]
    return float(np.abs(rows - rows[-1]).max() / run.landscape.diagonal)


def nearest(land: Landscape, minima: tuple[Minimum, ...], p: Array) -> Minimum | None:
    """Return the minimum that a point has reached, if any."""
    near = [(float(np.linalg.norm(each.position - p)), each) for each in minima]
    distance, closest = min(near, key=lambda pair: pair[0], default=(math.inf, None))
    return closest if distance <= NEAR * land.diagonal else None


def _haunt(run: _RunLike, minima: tuple[Minimum, ...]) -> Minimum | None:
    """Return the minimum within a twentieth of the diagonal of which the last hundred rows stay, if any."""
    rows = run.positions[-100:]
    for each in minima if len(rows) == 100 else ():
        if np.linalg.norm(rows - each.position, axis=1).max() <= 0.05 * run.landscape.diagonal:
            return each
    return None


def named(minimum: Minimum, minima: tuple[Minimum, ...]) -> str:
    """Return "the global minimum", "a local minimum", ...: "the" where there is one of its kind.

    Only the catalogue knows global minima; of a typed formula's the best is "the lowest minimum found".
    """
    same = sum(each.is_global == minimum.is_global for each in minima)
    if minimum.is_global and minimum.source == "found":
        words = "the lowest minimum found" if same == 1 else "one of the lowest minima found"
        return f"{words}, on the border of the region" if minimum.on_border else words
    words = f"{'the' if same == 1 else 'a'} {'global' if minimum.is_global else 'local'} minimum"
    return f"{words} on the border of the region" if minimum.on_border else words


def _settled(run: _RunLike, minimum: Minimum) -> bool:
    """Whether a run stays at a minimum: all its last rows are close to it."""
    rows = run.positions[-LAST:]
    distances = np.linalg.norm(rows - minimum.position, axis=1)
    return len(rows) == LAST and bool(np.all(distances <= NEAR * run.landscape.diagonal))


def _reached(run: _RunLike, minimum: Minimum) -> int:
    """Return the step from which on a run stayed at a minimum; for restarts, the step of the first visit.

    Who has come near may still be walking towards it: it stays from where it keeps `CLOSE`, or half as far
    again from it as its last rows do, if that is more.
    """
    distances = np.linalg.norm(run.positions - minimum.position, axis=1) / run.landscape.diagonal
    if run.specification.name == "random-restarts":
        row = int(np.argmax(distances <= max(CLOSE, np.nanmin(distances))))
    else:
        close = distances <= max(CLOSE, 1.5 * distances[-LAST:].max())
        away = np.flatnonzero(~close)
        row = int(away[-1]) + 1 if len(away) else 0
    return int(run.steps[min(row, len(run.steps) - 1)])


def _above(gap: float | None) -> str:
    """Return ", 0.39 above the best", or nothing."""
    return f", {show_number(gap)} above the best" if gap and gap > 0.0 else ""


def show_number(x: float) -> str:
    """Return three significant digits, with a true minus sign."""
    text = f"{x:.3g}"
    if "e" in text:
        mantissa, _, exponent = text.partition("e")
        text = f"{mantissa}e{int(exponent)}"
    return text.replace("-", "−")


class _Known:
    """A landscape in a cache that is keyed by its digest."""

    def __init__(self, land: Landscape) -> None:
        self.land = land

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known)

    def __hash__(self) -> int:
        return 0


@functools.lru_cache(maxsize=64)
def _found(_digest: str, known: _Known) -> tuple[Minimum, ...]:
    return find_minima(known.land)


def minima_of(land: Landscape) -> tuple[Minimum, ...]:
    """Return the minima of a landscape, known and found; worked out once."""
    return _found(land.digest, _Known(land))

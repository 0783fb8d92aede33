"""`minimize`: the lowest point that can be found with a given number of evaluations."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.landscapes import Landscape, objective
from minima_core.methods import Specification
from minima_core.runs.outcome import outcome
from minima_core.runs.run import Evaluations, Run
from minima_core.runs.starting import start
from minima_core.runs.verdict import Verdict

__all__ = ["Minimization", "minimize"]

Array: TypeAlias = NDArray[np.float64]

BLOCK = 1024  # steps between two looks at a formula's run
BLOCK_OF_CALLABLE = 16
AT_REST = 50  # rows without any movement: nothing more will come
IDLE = 1000  # steps in a row without any evaluation: the budget will never be used up


@dataclass(frozen=True)
class Minimization:
    """What `minimize` found.

    Attributes
    ----------
    position : float64 (n,)
        The lowest point evaluated inside the box.
    value : float
        Its value; infinite if no finite value was seen.
    evaluations : Evaluations
        How often f was evaluated: a whole number that also knows gradients and Hessians.
    verdict : Verdict
        What became of the search.
    error : exception or None
        What f raised; the search ended there.
    """

    position: Array
    value: float
    evaluations: Evaluations
    verdict: Verdict
    error: BaseException | None = None


def minimize(
    f: Landscape | Callable[[Array], float],
    lower: ArrayLike | None = None,
    upper: ArrayLike | None = None,
    *,
    method: str | Specification = "auto",
    budget: int = 10_000,
    seed: int = 0,
    x0: ArrayLike | None = None,
    target: float | None = None,
    gradient: Callable[[Array], object] | None = None,
    callback: Callable[[Minimization], object] | None = None,
    **settings: Any,
) -> Minimization:
    """Return the lowest point of f that is found with a budget of evaluations.

    Parameters
    ----------
    f
        A landscape, whose box is used, or a function from a point (n,) to a number.
    lower, upper : (n,)
        The box of a function.
    method
        A name, a text form or a specification; `settings` are added to it. "auto" goes down into valleys by
        quadratic models, or by slopes where they are exact, and contracts by CMA-ES where none of them holds.
    budget
        Most evaluations of f, never exceeded. A gradient by differences costs 2n of them.
    seed
        Of everything random.
    x0 : (n,)
        The first start; None throws one.
    target
        A value that is good enough: the search stops when it is reached.
    gradient
        The gradient of a function, (n,) to (n,); none: differences.
    callback
        Called with what has been found so far, every few steps; a true answer stops the search.

    Raises
    ------
    ValueError
        With a sentence, for a method, box, start or budget that cannot be. Exceptions of f are kept in
        ``.error``.

    Examples
    --------
    >>> found = minimize(lambda p: (p[0] - 1) ** 2 + abs(p[1]), (-2, -2), (2, 2), budget=2000)
    >>> bool(found.value < 1e-2), found.evaluations <= 2000
    (True, True)
    """
    land = _landscape(f, lower, upper, gradient)
    budget = _checked(budget)
    watch = _Watch(target, callback)
    run = start(land, method, x0, seed=seed, record="thinned", budget=budget, **settings)
    watch.drive(run)
    return _result(run, target)


def _landscape(
    f: Landscape | Callable[[Array], float],
    lower: ArrayLike | None,
    upper: ArrayLike | None,
    gradient: Callable[[Array], object] | None,
) -> Landscape:
    """Return what is to be minimised as a landscape."""
    if isinstance(f, Landscape):
        if gradient is not None:
            raise ValueError("A landscape brings its own gradient; give one with a function only.")
        if lower is None and upper is None:
            return f
        return f.with_region(f.lower if lower is None else lower, f.upper if upper is None else upper)
    if not callable(f):
        raise ValueError(f"What is minimised must be a landscape or a function, not {f!r}.")
    if lower is None or upper is None:
        raise ValueError("A function needs its box: give lower and upper, one number for each variable.")
    return objective(f, lower, upper, gradient=gradient)


def _checked(budget: int) -> int:
    """Check a budget."""
    if isinstance(budget, bool) or not isinstance(budget, int | np.integer) or budget < 0:
        raise ValueError(f"The budget must be a whole number, 0 or more, not {budget!r}.")
    return int(budget)


class _Watch:
    """Drives runs until they end, the target is reached, or the callback says so."""

    def __init__(self, target: float | None, callback: Callable[[Minimization], object] | None) -> None:
        try:
            if target is not None and math.isnan(float(target)):
                raise ValueError
        except (TypeError, ValueError):
            raise ValueError(f"The target must be a number, not {target!r}.") from None
        if not (callback is None or callable(callback)):
            raise ValueError(f"The callback must be a function, not {callback!r}.")
        self.target, self.callback = None if target is None else float(target), callback

    def drive(self, run: Run) -> None:
        """Advance a run as far as it is worth it; with a target, to the very step that reached it."""
        block = BLOCK
        if run.landscape.is_callable:
            block = BLOCK_OF_CALLABLE if self.target is None else 1
        kind, noise = run.specification.method.kind, run.specification.settings.get("noise")
        walks = kind in {"gradient", "second-order"} and not noise
        idle = 0
        while not (self._enough(run) or run.ended or (walks and _rests(run)) or idle >= IDLE):
            begin, spent = run.step, int(run.evaluations)
            run.advance(block)
            idle = idle + run.step - begin if run.evaluations == spent else 0
            if block > 1 and self._is_reached(run):  # a formula can be asked again, for nothing
                run.rewind(begin)
                while not (self._is_reached(run) or run.ended):
                    run.advance(1)

    def _is_reached(self, run: Run) -> bool:
        """Whether a value is good enough."""
        return self.target is not None and run.best_value <= self.target

    def _enough(self, run: Run) -> bool:
        """Whether the target is reached or the callback wants to stop."""
        return self._is_reached(run) or bool(
            self.callback is not None and run.step and self.callback(_result(run, self.target))
        )


def _rests(run: Run) -> bool:
    """Whether a run without noise has not moved at all for a while: it never will again."""
    rows = run.positions[-AT_REST:]
    return len(rows) == AT_REST and bool(np.all(rows == rows[-1]))


def _result(run: Run, target: float | None = None) -> Minimization:
    """Return what a run found."""
    position, value, counts = run.best_position, run.best_value, run.evaluations
    verdict = outcome(run, position, value, int(counts), target)
    return Minimization(position, value, counts, verdict, run.error)

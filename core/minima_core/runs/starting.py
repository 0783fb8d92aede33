"""Starting a run: everything that is asked of it is checked, and its first point evaluated."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.compiled.frame import Border
from minima_core.compiled.objective import Ledger
from minima_core.compiled.random import thrown
from minima_core.landscapes import Landscape
from minima_core.methods import Specification
from minima_core.runs.machine import Machine
from minima_core.runs.run import Run, specified

__all__ = ["start"]

Array: TypeAlias = NDArray[np.float64]

UNLIMITED = 1 << 60


def start(
    land: Landscape,
    method: str | Specification,
    x0: ArrayLike | None = None,
    *,
    seed: int = 0,
    border: Literal["free", "clip", "reflect"] | None = None,
    record: Literal["all", "thinned"] = "all",
    budget: int | None = None,
    lane: int = 0,
    **settings: Any,
) -> Run:
    """Start a run and evaluate its first point.

    Parameters
    ----------
    land
        Where.
    method
        A name, a text form such as ``"adam,lr=0.01"``, or a specification; `settings` are added to it.
    x0 : (n,)
        The start; None throws one, uniform in the box, from the seed.
    seed
        Of everything random, 0 to 2⁶⁴ − 1. Runs that share a seed differ by their `lane`.
    border
        What happens at the edge of the box; None is "free" for local methods, "reflect" for those that
        sample. Reflected, a point is folded back into the box, and a velocity turned round: a ball bounces.
    record
        "all" keeps one row a step; "thinned" keeps at most 65 536 rows, evenly spread over the whole run.
    budget
        Most evaluations of the objective, never exceeded; None is no limit.
    lane
        Tells runs apart that share a seed.

    Raises
    ------
    ValueError
        With a sentence, for whatever cannot be started.

    Examples
    --------
    >>> import minima_core as mc
    >>> run = mc.start(mc.landscape("himmelblau"), "adam", x0=(-3, 3), lr=0.1)
    >>> run.advance(300), run.verdict.state
    (300, 'global minimum')
    """
    if not isinstance(land, Landscape):
        raise ValueError(f"A run needs a landscape, such as landscape(“himmelblau”), not {land!r}.")
    specification = specified(method)
    if settings:
        specification = specification.replace(**settings)
    seed, lane = _whole("seed", seed, 0, (1 << 64) - 1), _whole("lane", lane, 0, (1 << 32) - 1)
    limit = UNLIMITED if budget is None else _whole("budget", budget, 0, UNLIMITED)
    if record not in ("all", "thinned"):
        raise ValueError(f"A record is “all” or “thinned”, not “{record}”.")
    point = thrown(seed, land.lower, land.upper, lane) if x0 is None else _start_point(land, x0)
    ledger = Ledger(land.lower, land.upper, limit) if land.is_callable else None
    resolved = specification.resolved(land if ledger is None else land.observed(ledger))
    chosen = _border(border, resolved)
    machine = Machine(land, resolved, border=chosen, seed=seed, lane=lane, budget=limit, ledger=ledger)
    if ledger is not None:
        machine.frame.record["values"] = ledger.calls
    machine.place(point)
    run = Run(
        machine, seed=seed, border=chosen.name.lower(), budget=limit, lane=lane, thinned=record == "thinned"
    )
    run.begin_segment(machine)
    return run


def _whole(what: str, value: Any, least: int, most: int) -> int:
    """Check a whole number."""
    try:
        number = int(value)
        if isinstance(value, bool) or number != value or not least <= number <= most:
            raise ValueError
    except (TypeError, ValueError, OverflowError):
        raise ValueError(
            f"The {what} must be a whole number from {least} to {most}, not {value!r}."
        ) from None
    return number


def _start_point(land: Landscape, x0: ArrayLike) -> Array:
    """Check a start."""
    try:
        point = np.atleast_1d(np.asarray(x0, dtype=np.float64))
    except (TypeError, ValueError):
        raise ValueError(f"A start has {land.dimension} numbers, not {x0!r}.") from None
    if point.shape != (land.dimension,):
        raise ValueError(f"A start on {land.title} has {land.dimension} numbers, not shape {point.shape}.")
    if not np.isfinite(point).all():
        raise ValueError(f"A start must have finite numbers, not {point.tolist()}.")
    if not land.inside(point):
        raise ValueError(
            f"The start {point.tolist()} lies outside the region, "
            f"which reaches from {land.lower.tolist()} to {land.upper.tolist()}."
        )
    return point


def _border(border: str | None, specification: Specification) -> Border:
    """Return what happens at the border: as asked, else as it suits the method."""
    if border is None or border == "auto":
        return Border[specification.border.upper()]
    try:
        return Border[str(border).upper()]
    except KeyError:
        raise ValueError(f"The border is “free”, “clip” or “reflect”, not “{border}”.") from None

"""What is known of a landscape before it is studied: its critical points, worked out once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.analysis.arrivals import Cancelled
from minima_core.compiled.objective import Ledger, Objective
from minima_core.landscapes import Landscape

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints

__all__ = ["critical_points_of"]

Array: TypeAlias = NDArray[np.float64]

KEPT = 16
"""Landscapes whose critical points are kept."""

_worked_out: OrderedDict[str, CriticalPoints] = OrderedDict()
_lock = threading.Lock()


class _Stopping(Ledger):
    """Lets a callable be asked as long as somebody wants the answers: a search does not look up by itself."""

    def __init__(self, land: Landscape, cancel: Callable[[], bool]) -> None:
        super().__init__(land.lower, land.upper, 0)
        self._cancel = cancel

    def call(self, f: Objective, p: Array) -> float:
        """Call it, or give up."""
        if self._cancel():
            raise Cancelled("The study was given up.")
        return f(p)


def critical_points_of(
    land: Landscape,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> CriticalPoints:
    """Return the critical points of a landscape; of the last few formulas they are kept.

    Raises
    ------
    Cancelled
        When `cancel` says so.
    """
    from minima_core.analysis.critical import critical_points

    with _lock:
        known = _worked_out.get(land.digest)
    if known is not None:
        return known
    asked = land if cancel is None else land.observed(_Stopping(land, cancel))
    found = critical_points(asked, cancel=cancel, progress=progress)
    if cancel is not None and cancel():
        raise Cancelled("The study was given up.")
    if not land.is_callable:
        with _lock:
            _worked_out[land.digest] = found
            while len(_worked_out) > KEPT:
                _worked_out.popitem(last=False)
    return found

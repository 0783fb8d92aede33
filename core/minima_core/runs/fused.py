"""Loops with the objective inlined, for landscapes of formulas on which many steps are done.

The loop of a method calls its objective by address, so that it is compiled once for all landscapes. Once
a hundred thousand steps have been done with one method on one formula, the same loop is compiled with the
formula's code in place of the call, on a thread in the background, and runs change to it between two
blocks: the same source, the same bits, a third faster for the simplest rules.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, TypeAlias

from minima_core.compiled.kernel import Kernel
from minima_core.compiled.objective import FormulaKernels
from minima_core.landscapes import Landscape
from minima_core.methods import Method
from minima_core.methods.gradient.rule import Loop

if TYPE_CHECKING:
    from concurrent.futures import ThreadPoolExecutor

__all__ = ["HOT", "count", "driver", "made", "make"]

HOT = 100_000
"""Steps after which it is worth it."""

Key: TypeAlias = tuple[str, str, int]

_lock = threading.Lock()
_steps: dict[Key, int] = {}
_made: dict[Key, Kernel] = {}
_pool: list[ThreadPoolExecutor] = []


def _key(land: Landscape, method: Method) -> Key | None:
    """Return what identifies a loop with an objective inlined; none where there is nothing to inline."""
    if land.formula is None or not isinstance(method.driver, Loop):
        return None
    return method.name, land.formula.digest, land.dimension


def made() -> int:
    """Return how many loops have been made; while it stays the same, nobody needs to look again."""
    return len(_made)


def driver(land: Landscape, method: Method) -> Kernel:
    """Return the fastest loop of a method on a landscape that is there now."""
    key = _key(land, method)
    made = None if key is None else _made.get(key)
    return made or method.driver(land.dimension)


def count(land: Landscape, method: Method, steps: int) -> None:
    """Count steps; when there are enough, have the loop made in the background."""
    key = _key(land, method)
    if key is None:
        return
    with _lock:
        before = _steps.get(key, 0)
        _steps[key] = before + steps
        if not before < HOT <= before + steps or key in _made:
            return
        if not _pool:
            from concurrent.futures import ThreadPoolExecutor  # not needed before something is compiled

            _pool.append(ThreadPoolExecutor(max_workers=1, thread_name_prefix="minima-pool-compile"))
    _pool[0].submit(make, land, method)


def make(land: Landscape, method: Method) -> None:
    """Compile the loop of a method with a landscape's formula inlined."""
    key, kernels = _key(land, method), land.kernels
    if key is None or key in _made or not isinstance(kernels, FormulaKernels):
        return
    kernel = method.driver(land.dimension).specialised(
        f"on_{kernels.digest}", call_value_gradient=kernels.inlined()
    )
    _ = kernel.address
    with _lock:
        _made[key] = kernel

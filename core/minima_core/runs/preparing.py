"""Compiling ahead: what methods need on a landscape is made ready before anybody waits for it."""

from __future__ import annotations

from collections.abc import Iterable

from minima_core.landscapes import Landscape
from minima_core.methods import Specification, describe, method_names
from minima_core.runs import fused
from minima_core.runs.machine import local_of
from minima_core.runs.run import specified

__all__ = ["prepare", "prepared"]


def prepare(
    land: Landscape, names: Iterable[str | Specification] | None = None, *, inlined: bool = False
) -> None:
    """Compile, or load, what these methods (all, if None) need on a landscape: no start has to wait.

    Meant for a background thread. With `inlined`, also the loops with the landscape's formula inlined,
    which long runs otherwise get for themselves after a hundred thousand steps.
    """
    for each in method_names() if names is None else names:
        specification = specified(each)
        local = local_of(specification) or _default_local(specification)
        for one in (specification, *(() if local is None else (local,))):
            _ = one.method.driver(land.dimension).address
        working = local or specification
        _ = land.kernels.value_gradient if working.method.kind == "gradient" else land.kernels.value
        if working.method.kind == "gradient" and land.learning is not None:
            _ = land.example_kernels.value_gradient
        if inlined:
            fused.make(land, working.method)


def _default_local(specification: Specification) -> Specification | None:
    """Return the method that another one drives unless told otherwise."""
    for each in specification.method.settings:
        if isinstance(each.default, Specification):
            return each.default
    return None


def prepared(name: str, dimension: int = 2) -> bool:
    """Whether the loop of a method is there already, for so many variables."""
    return describe(name).driver(dimension).is_compiled

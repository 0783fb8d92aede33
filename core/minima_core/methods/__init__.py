"""Methods: one file each, and one table of them all. Nothing is compiled by looking at it."""

from __future__ import annotations

from typing import Any

from minima_core.methods import usual as _usual  # noqa: F401  # its table is known once it is imported
from minima_core.methods.automatic import auto
from minima_core.methods.bayes import bayesian_optimization
from minima_core.methods.direct import nelder_mead, pattern_search
from minima_core.methods.evolution import (
    cma_es,
    differential_evolution,
    evolution_strategy,
    genetic_algorithm,
    particle_swarm,
    policy_gradient,
)
from minima_core.methods.gradient import (
    adadelta,
    adagrad,
    adam,
    adamax,
    adamw,
    amsgrad,
    gradient_descent,
    line_search,
    lion,
    momentum,
    nadam,
    nesterov,
    radam,
    rmsprop,
    rprop,
    sgd,
)
from minima_core.methods.restarts import basin_hopping, deflation, ensemble, multi_start, random_restarts
from minima_core.methods.schedules import Schedule, describe_schedule, schedule, schedule_names
from minima_core.methods.second_order import bfgs, conjugate_gradient, lbfgs, newton, trust_region
from minima_core.methods.specification import (
    AUTO,
    Method,
    Setting,
    Specification,
    SpecificationError,
    near,
)
from minima_core.methods.walks import dual_annealing, random_search, simulated_annealing

__all__ = [
    "AUTO",
    "Method",
    "Schedule",
    "Setting",
    "Specification",
    "SpecificationError",
    "describe",
    "describe_schedule",
    "method",
    "method_names",
    "schedule",
    "schedule_names",
]

_METHODS: dict[str, Method] = {
    each.METHOD.name: each.METHOD
    for each in (
        gradient_descent,
        sgd,
        momentum,
        nesterov,
        adagrad,
        adadelta,
        rmsprop,
        adam,
        amsgrad,
        adamw,
        adamax,
        nadam,
        radam,
        rprop,
        lion,
        line_search,
        newton,
        bfgs,
        lbfgs,
        conjugate_gradient,
        trust_region,
        nelder_mead,
        pattern_search,
        random_search,
        random_restarts,
        multi_start,
        deflation,
        basin_hopping,
        simulated_annealing,
        dual_annealing,
        genetic_algorithm,
        differential_evolution,
        particle_swarm,
        cma_es,
        evolution_strategy,
        policy_gradient,
        bayesian_optimization,
        ensemble,
        auto,
    )
}


def method_names() -> tuple[str, ...]:
    """Return the names of all methods, in the order in which they are offered.

    Examples
    --------
    >>> "adam" in method_names()
    True
    """
    return tuple(_METHODS)


def describe(name: str) -> Method:
    """Return what a method declares about itself; nothing is compiled.

    Raises
    ------
    SpecificationError
        For an unknown name; near ones are named.
    """
    try:
        return _METHODS[name]
    except (KeyError, TypeError):
        raise SpecificationError(f"There is no method “{name}”{near(name, _METHODS)}") from None


def method(name: str, **settings: Any) -> Specification:
    """Return a specification: a method with settings.

    Examples
    --------
    >>> str(method("adam", lr=0.01))
    'adam,lr=0.01'
    """
    return Specification(name, settings)

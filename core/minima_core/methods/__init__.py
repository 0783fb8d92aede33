"""Methods: one file each, and one table of them all. Nothing is compiled by looking at it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from minima_core.methods import usual as _usual  # noqa: F401  # its table is known once it is imported
from minima_core.methods.schedules import Schedule, describe_schedule, schedule, schedule_names
from minima_core.methods.specification import (
    AUTO,
    Method,
    Setting,
    Specification,
    SpecificationError,
    near,
)

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

_PLACES: dict[str, str] = {
    "gradient-descent": "gradient.gradient_descent",
    "sgd": "gradient.sgd",
    "momentum": "gradient.momentum",
    "nesterov": "gradient.nesterov",
    "adagrad": "gradient.adagrad",
    "adadelta": "gradient.adadelta",
    "rmsprop": "gradient.rmsprop",
    "adam": "gradient.adam",
    "amsgrad": "gradient.amsgrad",
    "adamw": "gradient.adamw",
    "adamax": "gradient.adamax",
    "nadam": "gradient.nadam",
    "radam": "gradient.radam",
    "rprop": "gradient.rprop",
    "lion": "gradient.lion",
    "line-search": "gradient.line_search",
    "newton": "second_order.newton",
    "bfgs": "second_order.bfgs",
    "l-bfgs": "second_order.lbfgs",
    "conjugate-gradient": "second_order.conjugate_gradient",
    "trust-region": "second_order.trust_region",
    "nelder-mead": "direct.nelder_mead",
    "pattern-search": "direct.pattern_search",
    "random-search": "walks.random_search",
    "random-restarts": "restarts.random_restarts",
    "multi-start": "restarts.multi_start",
    "deflation": "restarts.deflation",
    "basin-hopping": "restarts.basin_hopping",
    "simulated-annealing": "walks.simulated_annealing",
    "dual-annealing": "walks.dual_annealing",
    "genetic-algorithm": "evolution.genetic_algorithm",
    "differential-evolution": "evolution.differential_evolution",
    "particle-swarm": "evolution.particle_swarm",
    "cma-es": "evolution.cma_es",
    "evolution-strategy": "evolution.evolution_strategy",
    "policy-gradient": "evolution.policy_gradient",
    "bayesian-optimization": "bayes.bayesian_optimization",
    "ensemble": "restarts.ensemble",
    "auto": "automatic.auto",
}
"""Where each method stands, in the order in which they are offered; a file is read when it is asked for."""

_METHODS: dict[str, Method] = {}


def method_names() -> tuple[str, ...]:
    """Return the names of all methods, in the order in which they are offered.

    Examples
    --------
    >>> "adam" in method_names()
    True
    """
    return tuple(_PLACES)


def describe(name: str) -> Method:
    """Return what a method declares about itself; nothing is compiled.

    Raises
    ------
    SpecificationError
        For an unknown name; near ones are named.
    """
    known = _METHODS.get(name) if isinstance(name, str) else None
    if known is None:
        try:
            place = _PLACES[name]
        except (KeyError, TypeError):
            raise SpecificationError(f"There is no method “{name}”{near(name, _PLACES)}") from None
        known = _METHODS[name] = import_module(f"{__name__}.{place}").METHOD
    return known


def method(name: str, **settings: Any) -> Specification:
    """Return a specification: a method with settings.

    Examples
    --------
    >>> str(method("adam", lr=0.01))
    'adam,lr=0.01'
    """
    return Specification(name, settings)

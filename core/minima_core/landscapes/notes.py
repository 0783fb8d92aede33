"""What the catalogue says about the parameters of its landscapes: usual value, range, meaning."""

from __future__ import annotations

from dataclasses import dataclass

from minima_core.landscapes import catalogue, learning

__all__ = ["ParameterNote", "parameter_notes"]


@dataclass(frozen=True)
class ParameterNote:
    """A parameter: its usual value, the ends of a slider, and one phrase about what it does."""

    value: float
    lower: float
    upper: float
    meaning: str


def parameter_notes(name: str) -> dict[str, ParameterNote]:
    """Return what is known about each parameter of a landscape of the catalogue; {} where it has none.

    Examples
    --------
    >>> from minima_core.landscapes import landscape
    >>> sorted(parameter_notes("rosenbrock")) == sorted(landscape("rosenbrock").parameters)
    True
    """
    told_of = learning.learning_entry if name in learning.learning_names() else catalogue.own_entry
    return {
        each: ParameterNote(
            float(told["value"]), float(told["lower"]), float(told["upper"]), str(told["meaning"])
        )
        for each, told in told_of(name).get("parameters", {}).items()
    }

"""The clock of a race: what the runs are advanced in common by, so that none is given more than another."""

from __future__ import annotations

from typing import Literal, TypeAlias

from minima_core.document.checks import DocumentError, Value, check_number

__all__ = ["Clock", "Unit"]

Unit: TypeAlias = Literal["steps", "evaluations", "time"]


class Clock(Value, frozen=True, forbid_unknown_fields=True):
    """What a race is measured in: its ticks are steps, evaluations of the loss, or microseconds of computing.

    By evaluations, a gradient and a Hessian have a price in values: an update of gradient descent costs
    1 + `gradient`. Time is measured on the machine that runs, and so no two races by time are quite alike.
    """

    unit: Unit = "steps"
    gradient: float = 1.0
    """What a gradient costs besides the value that comes with it, in values."""
    hessian: float = 2.0
    """What a Hessian costs, in values."""

    def __post_init__(self) -> None:
        """Check the prices."""
        for what, price in (("gradient", self.gradient), ("Hessian", self.hessian)):
            check_number(f"price of a {what}", price, 1e6)
            if price < 0:
                raise DocumentError(f"The price of a {what} must not be negative; 0 makes it free.")

    def cost(self, values: float, gradients: float, hessians: float) -> float:
        """Return what so many evaluations cost, in values.

        Examples
        --------
        >>> Clock("evaluations", gradient=1.0).cost(10, 10, 0)
        20.0
        """
        return values + self.gradient * gradients + self.hessian * hessians

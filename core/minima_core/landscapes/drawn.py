"""Landscapes drawn by hand: wells and hills on a shallow bowl, each a Gaussian to be moved and shaped."""

from __future__ import annotations

from minima_core.landscapes.values import Value, check_finite

__all__ = ["MOST_WELLS", "Drawn", "Well"]

MOST_WELLS = 64
BOWL = 0.5


class Well(Value, frozen=True, forbid_unknown_fields=True):
    """A well: −depth · exp(−((X − x)² + (Y − y)²) / width²); with a negative depth, a hill.

    In one variable `y` has no meaning.
    """

    x: float
    y: float
    width: float
    """The distance from the middle at which 37 % (1/e) of the depth are left."""
    depth: float

    def __post_init__(self) -> None:
        """Check the numbers."""
        check_finite("place of a well", self.x)
        check_finite("place of a well", self.y)
        check_finite("width of a well", self.width, 1e-9)
        check_finite("depth of a well", self.depth)


class Drawn(Value, frozen=True, forbid_unknown_fields=True):
    """A drawing: wells and hills, on a bowl that is 0 in the middle of the region.

    Along each axis the bowl rises by `bowl` from the middle to the edge.
    """

    wells: tuple[Well, ...] = ()
    bowl: float = BOWL
    seed: int | None = None
    """The seed it was thrown from; None once it has been changed by hand."""

    def __post_init__(self) -> None:
        """Check the counts and numbers."""
        if len(self.wells) > MOST_WELLS:
            raise ValueError(f"A drawing has at most {MOST_WELLS} wells and hills, not {len(self.wells)}.")
        check_finite("bowl", self.bowl)
        if self.seed is not None and not 0 <= self.seed < 2**63:
            raise ValueError(f"The seed must lie from 0 to 2⁶³ − 1, not {self.seed}.")

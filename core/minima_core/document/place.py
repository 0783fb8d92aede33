"""Where a race takes place: a landscape of the catalogue, a formula or a drawing, with its box."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from minima_core.document.checks import DocumentError, Value, check_number, check_text
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["Place", "landscape_of", "place_of"]

MOST_PARAMETERS = 64
SMALLEST_SPAN = 1e-9
MOST_DIMENSION = 100


class Place(Value, frozen=True, forbid_unknown_fields=True):
    """Where the race takes place: a landscape of the catalogue by name, a formula or a drawing, with its box.

    Exactly one of `landscape`, `formula` and `drawn` is given. `lower` and `upper` have one number per
    variable. `changes` are added to whichever it is.
    """

    landscape: str | None
    formula: str | None
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    parameters: dict[str, float] = msgspec.field(default_factory=dict)
    title: str = ""
    drawn: Drawn | None = None
    changes: Changes = Changes()

    def __post_init__(self) -> None:
        """Check sizes, numbers and the box."""
        if sum(each is not None for each in (self.landscape, self.formula, self.drawn)) != 1:
            raise DocumentError(
                "A place needs either the name of a landscape, or a formula, or a drawing: one of them, and "
                "not both."
            )
        check_text("landscape's name", self.landscape or "", 100)
        check_text("formula", self.formula or "")
        check_text("title", self.title, 300)
        if not 1 <= len(self.lower) <= MOST_DIMENSION or len(self.lower) != len(self.upper):
            raise DocumentError(
                "The region needs as many lower as upper bounds, one for each variable, "
                f"not {len(self.lower)} and {len(self.upper)}."
            )
        for low, high in zip(self.lower, self.upper, strict=True):
            check_number("region's bound", low)
            check_number("region's bound", high)
            if not high > low:
                raise DocumentError(
                    f"The region has no area: it reaches from {low:g} to {high:g}. "
                    "The second number must be larger than the first."
                )
            if high - low < SMALLEST_SPAN * max(1.0, abs(low), abs(high)):
                raise DocumentError(f"The region from {low!r} to {high!r} is too narrow to compute in.")
        if len(self.parameters) > MOST_PARAMETERS:
            raise DocumentError(f"At most {MOST_PARAMETERS} parameters are allowed.")
        for name, number in self.parameters.items():
            check_text("parameter's name", name, 40)
            check_number(f"parameter {name}", number)
        for what, numbers in (("point that penalties pull to", self.changes.towards),
                              ("tilt", self.changes.tilt)):  # fmt: skip
            if numbers and len(numbers) != len(self.lower):
                raise DocumentError(
                    f"The {what} needs one number for each variable: {len(self.lower)}, not {len(numbers)}."
                )

    def __hash__(self) -> int:
        """Hash by content (the parameters are a dictionary that nobody changes)."""
        parameters = tuple(sorted(self.parameters.items()))
        return hash((self.landscape, self.formula, self.lower, self.upper, parameters, self.title,
                     self.drawn, self.changes))  # fmt: skip

    @property
    def dimension(self) -> int:
        """The number of variables."""
        return len(self.lower)

    def landscape_of(self) -> Landscape:
        """Build the landscape (nothing is compiled); `ValueError` when that cannot be done."""
        return landscape_of(self)


@lru_cache(maxsize=64)
def landscape_of(place: Place) -> Landscape:
    """Build the landscape of `place`, with its changes; the same object for equal places.

    Nothing is compiled.

    Raises
    ------
    ValueError
        With a sentence, when there is no such landscape, or the formula or a parameter is wrong.
    """
    from minima_core.landscapes.changes import changed

    land = _unchanged(msgspec.structs.replace(place, changes=Changes()))
    return changed(land, place.changes)


@lru_cache(maxsize=64)
def _unchanged(place: Place) -> Landscape:
    """Build the landscape that the changes of a place are made to."""
    from minima_core.landscapes import formula, landscape
    from minima_core.landscapes.wells import drawn_landscape

    if place.drawn is not None:
        return drawn_landscape(place.drawn, place.lower, place.upper)
    if place.formula is not None:
        return formula(place.formula, place.lower, place.upper, dict(place.parameters))
    land = landscape(place.landscape or "", dimension=place.dimension)
    if place.parameters:
        land = land.with_parameters(**place.parameters)
    lower, upper = np.array(place.lower), np.array(place.upper)
    if not (np.array_equal(land.lower, lower) and np.array_equal(land.upper, upper)):
        land = land.with_region(lower, upper)
    return land


def place_of(name: str, dimension: int | None = None) -> Place:
    """Return the place of a landscape of the catalogue, with everything written out."""
    from minima_core.landscapes import landscape

    land = landscape(name, dimension=dimension)
    return Place(
        landscape=land.name,
        formula=None,
        lower=tuple(float(a) for a in land.lower),
        upper=tuple(float(b) for b in land.upper),
        parameters={key: float(number) for key, number in land.parameters.items()},
        title=land.title,
    )

"""From a place in a document to its landscape, and back."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from minima_core.document.values import Place

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape

__all__ = ["landscape_of", "place_of"]


@lru_cache(maxsize=64)
def landscape_of(place: Place) -> Landscape:
    """Build the landscape of `place`, the same object for equal places; nothing is compiled.

    Raises
    ------
    ValueError
        With a sentence, when there is no such landscape, or the formula or a parameter is wrong.
    """
    from minima_core.landscapes import formula, landscape

    if place.formula is not None:
        land = formula(place.formula, place.lower, place.upper, dict(place.parameters))
    else:
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

"""Landscapes: objectives on a box, from the catalogue, from a typed formula, or from any Python callable."""

from minima_core.landscapes.catalogue import groups, landscape, landscape_names
from minima_core.landscapes.landscape import Display, Landscape, formula, objective

__all__ = ["Display", "Landscape", "formula", "groups", "landscape", "landscape_names", "objective"]

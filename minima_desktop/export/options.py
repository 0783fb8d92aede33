"""Options of the command line that say how a picture looks, and how a race is laid out on it."""

from __future__ import annotations

import argparse

from minima_desktop.export.stills import Look
from minima_desktop.export.strips import ONE, Plan, grid_plan, strip_plan
from minima_widgets.paint.sizes import PictureSize

__all__ = ["look_of", "plan_of"]


def look_of(options: argparse.Namespace, size: PictureSize) -> Look:
    """How the picture is to look, beside its theme."""
    own = size.measure == "cm" or options.type_size is not None
    return Look(clear=options.transparent, unit=size.unit if own else None, dpi=size.dpi)


def plan_of(options: argparse.Namespace) -> Plan:
    """How the race is laid out: once, as a filmstrip or as a grid."""
    if options.strip is not None and options.grid is not None:
        raise ValueError("Give only one of --strip and --grid.")
    if options.strip is not None:
        return strip_plan(options.strip)
    return ONE if options.grid is None else grid_plan(options.grid)

"""Options of `render` that say how a race is looked at: which step, line and part, from which side."""

from __future__ import annotations

import argparse

from minima_core.document import Exploration, Start
from minima_desktop.typed import numbers, whole

__all__ = ["start_of", "view_changes"]


def start_of(text: str) -> Start:
    """A start: ``-3,0.5``, or ``-3,0.5@17`` if it was thrown with a seed.

    >>> start_of("-3,0.5@17")
    Start(position=(-3.0, 0.5), seed=17)
    """
    point, thrown, seed = text.partition("@")
    return Start(numbers("start", point), whole("seed of a start", seed, 0, 2**63 - 1) if thrown else None)


def view_changes(options: argparse.Namespace, exploration: Exploration) -> dict[str, object]:
    """The fields of a view that the options ask for; a `ValueError` with a sentence for what cannot be."""
    changes: dict[str, object] = {}
    if options.at is not None:
        changes["step"] = whole("step that is shown", options.at, 0, exploration.steps)
    if options.select is not None:
        entries = [entry.id for entry in exploration.entries if entry.enabled]
        if not entries:
            raise ValueError("There is no line in the race that could be selected.")
        changes["selected"] = entries[whole("selected line", options.select, 1, len(entries)) - 1]
    if options.zoom is not None:
        bounds = numbers("zoom", options.zoom)
        if len(bounds) != 4:
            raise ValueError(f"The zoom needs four numbers, such as 0,1,-2,2, not {len(bounds)}.")
        changes["zoom"] = bounds
    if options.camera is not None:
        side = numbers("camera", options.camera)
        if len(side) != 3:
            raise ValueError(
                "The camera needs azimuth and elevation in degrees and a distance, such as -62,42,1, "
                f"not {len(side)} numbers."
            )
        changes["camera"] = side
    return changes

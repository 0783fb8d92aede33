"""One step in words: what the selected run did at the step that is shown, in the tab “Step”.

The methods tell it themselves (`Method.narrate`), from the numbers that were used. No Qt here.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from minima_core.methods.insides import at_work
from minima_core.scene import Opened

log = logging.getLogger(__name__)

NOBODY = "Select a line of the race to read what it does at each step."
START = "This is the start: press . for the first step."


@dataclass(frozen=True)
class Telling:
    """A title, and the stages: each a sentence with the names of the insides that it is about."""

    title: str
    stages: tuple[tuple[str, tuple[str, ...]], ...] = ()


def tell(opened: Opened | None) -> Telling:
    """Tell the step at which a run is opened."""
    if opened is None:
        return Telling(NOBODY)
    title = f"{opened.specification.method.title}, step {opened.step}"
    if opened.glimpse.before is None and opened.step == 0:
        return Telling(title, ((START, ()),))
    stages: list[tuple[str, tuple[str, ...]]] = []
    for specification, glimpse in at_work(opened.specification, opened.glimpse):
        narrate = specification.method.narrate
        if narrate is None:
            continue
        try:
            stages += [(stage.sentence, stage.shows) for stage in narrate(glimpse)]
        except Exception:  # a sentence that fails must not stop the race
            log.exception("A step of %s cannot be told.", specification.method.title)
    if not stages:
        stages = [("Here another method takes over; the next step is its first.", ())]
    return Telling(title, tuple(stages))

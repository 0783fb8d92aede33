"""Scenes as data: what a scene in a file may say, and the one maker of documents from it.

Prepared scenes and the scenes of lessons are set up here, by the same edits as a race that is clicked
together. Names, types and numbers are checked before anything is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from minima_core.document.checks import DocumentError
from minima_core.document.clock import Clock
from minima_core.document.document import VERSION, Document
from minima_core.document.edits import add_entry, with_border, with_clock, with_start, with_starts
from minima_core.document.exploration import Border, Exploration
from minima_core.document.insides import Insides
from minima_core.document.insight import Insight, Marbling, Overlay, SettingsChoice
from minima_core.document.place import Place, place_of
from minima_core.document.view import Layers, View
from minima_core.landscapes.changes import Changes

__all__ = ["Staging", "set_up"]

replace = msgspec.structs.replace


class Staging(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a scene says; everything but the landscape (or the formula with its region) may be left out.

    Examples
    --------
    >>> scene = Staging(landscape="two-wells", runs=("adam,lr=0.1",), steps=40)
    >>> set_up(scene).exploration.entries[0].name
    'adam'
    """

    landscape: str | None = None
    dimension: int | None = None
    formula: str | None = None
    lower: tuple[float, ...] | None = None
    upper: tuple[float, ...] | None = None
    parameters: dict[str, float] = {}
    changes: Changes = Changes()
    title: str = ""

    start: tuple[float, ...] | None = None
    starts: tuple[tuple[float, ...], ...] | None = None
    runs: tuple[str, ...] = ()
    steps: int = 300
    clock: Literal["steps", "evaluations", "time"] = "steps"
    seed: int = 1
    border: Border = "auto"

    speed: float = 60.0
    step: int | None = None
    """The step that is shown; None: as far as the runs have come."""
    select: int | None = None
    """Which of `runs`, from 0, is selected; likewise `basins_of` and `beside`."""
    right: Literal["race", "landscape", "explore", "study"] = "race"
    bottom: Literal["trace", "step", "tree", "settings", "data", "beside", "compare", "study"] = "trace"
    x_axis: Literal["steps", "evaluations"] = "steps"
    y_axis: Literal["log", "linear"] = "log"
    layout: Literal["map", "surface", "both", "trace", "all", "basins", "settings", "tree", "data"] = "all"
    zoom: tuple[float, float, float, float] | None = None
    insides: bool = True
    minima: bool = True
    """Whether minima are marked on the map: a question about them hides them."""

    overlay: Overlay = "none"
    basins_of: int | None = None
    beside: int | None = None
    difference: bool = False
    flow: bool = False
    critical: bool = False
    lens: tuple[float, ...] | None = None
    lens_radius: float | None = None
    flood: float | None = None
    marbles: Marbling = "none"
    marble_count: int = 10_000
    temperature: float | None = None
    settings: SettingsChoice | None = None

    def __post_init__(self) -> None:
        """Check what has to go together."""
        if (self.landscape is None) == (self.formula is None):
            raise ValueError("A scene needs either a landscape or a formula with its region.")
        if self.formula is not None and (self.lower is None or self.upper is None):
            raise ValueError("A formula needs its region: lower = [−2, −2] and upper = [2, 2], say.")
        if self.start is not None and self.starts is not None:
            raise ValueError("Give “start” or “starts”, and not both.")
        for what in ("select", "basins_of", "beside"):
            index = getattr(self, what)
            if index is not None and not 0 <= index < len(self.runs):
                raise ValueError(
                    f"“{what}” counts the runs from 0; there are {len(self.runs)}, and so no number {index}."
                )

    def place(self) -> Place:
        """Return where it takes place; `ValueError` with a sentence when there is no such place."""
        if self.formula is not None:
            return Place(
                None, self.formula, self.lower or (), self.upper or (), dict(self.parameters),
                title=self.title, changes=self.changes,
            )  # fmt: skip
        place = place_of(self.landscape or "", self.dimension)
        unknown = sorted(set(self.parameters) - set(place.parameters))
        if unknown:
            have = ", ".join(place.parameters) or "none"
            raise DocumentError(f"{place.title} has no parameter {unknown[0]}; it has {have}.")
        return replace(
            place,
            lower=self.lower or place.lower,
            upper=self.upper or place.upper,
            parameters={**place.parameters, **self.parameters},
            changes=self.changes,
        )


def set_up(scene: Staging | Mapping[str, Any]) -> Document:
    """Return the document of a scene.

    Raises
    ------
    ValueError
        With a sentence, for whatever cannot be: an unknown landscape or method, a start outside the region.
    """
    if not isinstance(scene, Staging):
        scene = msgspec.convert(dict(scene), Staging)
    place = scene.place()
    exploration = Exploration(place, seed=scene.seed)
    if scene.starts is not None:
        exploration = with_starts(exploration, scene.starts)
    else:
        own = scene.start if scene.start is not None else place.landscape_of().start
        exploration = with_start(exploration, own)
    for method in scene.runs:
        exploration = add_entry(exploration, method)
    exploration = with_clock(exploration, Clock(scene.clock), scene.steps)
    exploration = with_border(exploration, scene.border)
    ids = [entry.id for entry in exploration.entries]

    def line(index: int | None) -> int | None:
        return None if index is None else ids[index]

    insight = Insight(
        overlay=scene.overlay,
        entry=line(scene.basins_of),
        beside=line(scene.beside),
        difference=scene.difference,
        flow=scene.flow,
        critical=scene.critical,
        lens=scene.lens,
        lens_radius=scene.lens_radius,
        flood=scene.flood,
        marbles=scene.marbles,
        marble_count=scene.marble_count,
        temperature=scene.temperature,
        settings=scene.settings,
    )
    view = View(
        insides=Insides(on=scene.insides),
        selected=line(scene.select),
        speed=scene.speed,
        step=scene.step,
        title=scene.title,
        right=scene.right,
        bottom=scene.bottom,
        x_axis=scene.x_axis,
        y_axis=scene.y_axis,
        layout=scene.layout,
        zoom=scene.zoom,
        insight=insight,
        layers=Layers(minima=scene.minima),
    )
    return Document(VERSION, exploration, view)

"""How an exploration is looked at, as a frozen value: saved with it, not part of undo."""

from __future__ import annotations

from typing import Literal

from minima_core.document.checks import (
    MOST_STEPS,
    DocumentError,
    Value,
    check_count,
    check_number,
    check_text,
)
from minima_core.document.insides import Insides
from minima_core.document.insight import Insight
from minima_core.document.study import StudyChoice

__all__ = ["Layers", "View"]


class Layers(Value, frozen=True, forbid_unknown_fields=True):
    """What is shown on map, surface and profile."""

    contours: bool = True
    contour_labels: bool = True
    paths: bool = True
    minima: bool = True
    labels: bool = True
    proposals: bool = True
    old_loops: bool = True
    best: bool = True
    temperature: bool = True
    tangent: bool = True


class View(Value, frozen=True, forbid_unknown_fields=True):
    """How the exploration is looked at: saved and exported with it, not part of undo."""

    step: int | None = None
    """The step that is shown; None: as far as the runs have come."""
    x_axis: Literal["steps", "evaluations"] = "steps"
    y_axis: Literal["log", "linear"] = "log"
    speed: float = 60.0
    """Steps a second while it plays; 0: as fast as the machine goes."""
    theme: Literal["dark", "light", "slide"] = "dark"
    palette: str = "chart"
    zoom: tuple[float, float, float, float] | None = None
    """What the map shows (x0, x1, y0, y1), None: the whole region. In one variable y is the loss."""
    camera: tuple[float, float, float] = (-62.0, 42.0, 1.0)
    """Azimuth and elevation in degrees, distance relative to the one that fills the room; at its default the
    views choose the angle that fills their room best."""
    layers: Layers = Layers()
    panels: tuple[str, ...] = ("map", "surface", "trace", "race")
    """The panels that are unfolded."""
    layout: Literal[
        "map", "surface", "both", "trace", "all", "basins", "settings", "tree", "data", "study"
    ] = "all"
    """What a picture of "the view" holds."""
    insight: Insight = Insight()
    """What is shown about the landscape beside the race."""
    insides: Insides = Insides()
    """Which insides of the selected run are drawn."""
    study: StudyChoice = StudyChoice()
    """Which study of the race is asked for, and which chart of it is shown."""
    bottom: Literal["trace", "step", "tree", "settings", "data", "beside", "compare", "study"] = "trace"
    """Which tab of the bottom card is in front."""
    right: Literal["race", "landscape", "explore", "study"] = "race"
    """Which tab of the right card is in front."""
    selected: int | None = None
    """The id of the selected line of the race."""
    title: str = ""
    """The title of pictures; empty: made from the landscape and the race."""
    type_size: float = 10.5

    def __post_init__(self) -> None:
        """Check numbers and lengths."""
        if self.step is not None:
            check_count("step that is shown", self.step, 0, MOST_STEPS)
        check_number("speed", self.speed, 1e9)
        if self.speed < 0:
            raise DocumentError("The speed must not be negative; 0 means as fast as the machine goes.")
        check_text("palette", self.palette, 40)
        check_text("title", self.title, 300)
        if self.zoom is not None:
            for number in self.zoom:
                check_number("zoom", number)
            x0, x1, y0, y1 = self.zoom
            if not (x1 > x0 and y1 > y0):
                raise DocumentError(
                    "The zoom has no area: its upper bounds must be larger than its lower ones."
                )
        for number in self.camera:
            check_number("camera", number, 1e4)
        if not 0.05 <= self.camera[2] <= 50:
            raise DocumentError("The camera's distance must lie between 0.05 and 50.")
        if len(self.panels) > 20:
            raise DocumentError("At most 20 panels are allowed.")
        for panel in self.panels:
            check_text("panel's name", panel, 40)
        if not 5 <= self.type_size <= 40:
            raise DocumentError(f"The type size must lie between 5 and 40 points, not {self.type_size:g}.")

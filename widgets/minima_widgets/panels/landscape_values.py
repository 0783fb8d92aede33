"""The plain values that the panel of the landscape is fed with: parameters, region, changes, wells."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["AxisRow", "ChangesState", "SliderRow", "WellRow"]


@dataclass(frozen=True)
class SliderRow:
    """A parameter of the formula.

    Attributes
    ----------
    name, symbol, meaning
        As it is typed (``"alpha"``), as it is written (``"α"``), and one sentence or nothing.
    value, lower, upper
        Where its slider stands, and its ends, which a person may move.
    scale
        ``"linear"`` or ``"log"``.
    whole
        Whether only whole numbers make sense.
    default
        Offers the way back; None when there is none.
    least, most
        Beyond these the ends cannot be moved.
    """

    name: str
    symbol: str
    meaning: str
    value: float
    lower: float
    upper: float
    scale: str = "linear"
    whole: bool = False
    default: float | None = None
    least: float = float("-inf")
    most: float = float("inf")


@dataclass(frozen=True)
class AxisRow:
    """One axis of the region: its symbol, and from where to where it reaches."""

    symbol: str
    low: float
    high: float


@dataclass(frozen=True)
class ChangesState:
    """What is changed about the landscape, and how far each slider reaches.

    Attributes
    ----------
    l1, l2, smoothing
        The weights of the penalties, and σ in the units of the variables.
    towards, tilt
        One number for each variable; an empty `towards` is the origin, an empty `tilt` none.
    most_l1, most_l2, most_smoothing, most_tilt
        The ends of the sliders; that of the tilt holds on both sides.
    dimension
        How many numbers `towards` and `tilt` have.
    note
        What the changes do at present: "3 minima, 1 fewer than without them".
    why_not
        Why this landscape cannot be changed, by name of the change (``"smoothing"``).
    """

    l1: float = 0.0
    l2: float = 0.0
    towards: tuple[float, ...] = ()
    smoothing: float = 0.0
    tilt: tuple[float, ...] = ()
    most_l1: float = 1.0
    most_l2: float = 1.0
    most_smoothing: float = 0.25
    most_tilt: float = 1.0
    dimension: int = 2
    note: str = ""
    why_not: tuple[tuple[str, str], ...] = ()

    @property
    def quiet(self) -> bool:
        """Whether nothing is changed."""
        return not (self.l1 or self.l2 or self.smoothing or any(self.tilt))


@dataclass(frozen=True)
class WellRow:
    """A well of a drawn landscape; a negative depth makes it a hill."""

    x: float
    y: float
    depth: float
    width: float

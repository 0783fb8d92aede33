"""What is found out about a landscape while one looks: overlays, lens, flood, marbles, the map of settings.

It is part of the view: it changes no run. Its defaults show nothing, so that a picture begins quiet and a
document written before there was any insight is read as one that shows none.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from minima_core.document.checks import (
    DocumentError,
    Value,
    check_count,
    check_number,
    check_text,
)

__all__ = ["MOST_MARBLES", "Insight", "Marbling", "Overlay", "SettingsChoice"]

Overlay: TypeAlias = Literal["none", "basins", "chances", "slope", "curvature", "density"]
"""What lies over the ground: one thing at a time, so that a colour means one thing."""

Marbling: TypeAlias = Literal["none", "descent", "annealing"]
"""What the marbles do."""

MOST_MARBLES = 1_000_000
MOST_ID = 10**9


class SettingsChoice(Value, frozen=True, forbid_unknown_fields=True):
    """Which map of settings is shown: two settings of one line of the race, each from a number to another.

    A range of None is the setting's usual one.
    """

    entry: int | None = None
    """The id of the line; None: the selected one, else the first that takes part."""
    across: str = "lr"
    up: str = "momentum"
    across_range: tuple[float, float] | None = None
    up_range: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        """Check names and ranges."""
        _check_line("line of the settings map", self.entry)
        for what, name in (("across", self.across), ("up", self.up)):
            check_text(f"setting {what}", name, 60)
            if not name.strip():
                raise DocumentError(f"The settings map needs a setting {what}, such as “lr” or “momentum”.")
        if self.across == self.up:
            raise DocumentError(
                f"The settings map has “{self.up}” both across and up; choose two different settings."
            )
        for what, name, bounds in (
            ("across", self.across, self.across_range),
            ("up", self.up, self.up_range),
        ):
            if bounds is None:
                continue
            low, high = bounds
            check_number(f"range {what}", low)
            check_number(f"range {what}", high)
            if not high > low:
                raise DocumentError(
                    f"The settings map has “{name}” from {low:g} to {high:g}; "
                    "the second number must be larger than the first."
                )


class Insight(Value, frozen=True, forbid_unknown_fields=True):
    """What is shown about the landscape beside the race.

    Examples
    --------
    >>> Insight().quiet, Insight(flood=1.5).quiet
    (True, False)
    """

    overlay: Overlay = "none"
    entry: int | None = None
    """The id of the line whose basins (or chances) are drawn; None: the selected one, else the first that
    takes part."""
    beside: int | None = None
    """The id of a second line: its map stands beside."""
    difference: bool = False
    """Whether the map beside shows where the two lines end differently, instead of the second one's
    basins."""
    flow: bool = False
    """Whether lines of the gradient flow are drawn."""
    critical: bool = False
    """Whether saddles and maxima are marked too, and every critical point gets its numbers."""
    lens: tuple[float, ...] | None = None
    """The middle of the lens: one number for each variable that is drawn (1 or 2)."""
    lens_radius: float | None = None
    """None: as wide as it stays the lowest inside."""
    flood: float | None = None
    """The loss up to which the landscape is filled."""
    marbles: Marbling = "none"
    marble_count: int = 10_000
    temperature: float | None = None
    """The temperature of the marbles and of the density, in units of the loss; None: the landscape's own."""
    settings: SettingsChoice | None = None
    """The map of settings; None: the usual one of the chosen line."""

    def __post_init__(self) -> None:
        """Check numbers and lengths."""
        _check_line("line whose basins are drawn", self.entry)
        _check_line("line beside", self.beside)
        if self.lens is not None:
            if not 1 <= len(self.lens) <= 2:
                raise DocumentError(
                    f"The lens stands at one number in one variable, else at two, not at {len(self.lens)}."
                )
            for number in self.lens:
                check_number("lens", number)
        if self.lens_radius is not None:
            check_number("lens’s radius", self.lens_radius)
            if not self.lens_radius > 0:
                raise DocumentError(f"The lens’s radius must be above 0, not {self.lens_radius:g}.")
        if self.flood is not None:
            check_number("water’s level", self.flood, 1e300)
        check_count("number of marbles", self.marble_count, 1, MOST_MARBLES)
        if self.temperature is not None:
            check_number("temperature", self.temperature)
            if not self.temperature > 0:
                raise DocumentError(f"The temperature must be above 0, not {self.temperature:g}.")

    @property
    def compares(self) -> bool:
        """Whether a second map stands beside the first: another line's, or where the marbles have been."""
        return self.beside is not None or self.marbles == "annealing"

    @property
    def quiet(self) -> bool:
        """Whether nothing is shown on the map beyond the race itself."""
        return (
            self.overlay == "none"
            and self.lens is None
            and self.flood is None
            and self.marbles == "none"
            and not (self.flow or self.critical)
        )


def _check_line(what: str, id: int | None) -> None:
    """Refuse a number that no line of the race has."""
    if id is not None:
        check_count(what, id, 0, MOST_ID)

"""Which insides of a method are drawn: a master switch, and what was switched by hand, by name.

It is part of the view: it changes no run. Its default draws nothing, so that a document written before there
were insides looks as it did.
"""

from __future__ import annotations

from minima_core.document.checks import DocumentError, Value, check_text

__all__ = ["Insides"]

MOST_NAMES = 200


class Insides(Value, frozen=True, forbid_unknown_fields=True):
    """Which insides of the selected run are drawn.

    Names hold for every method that has an inside called so: who switches the velocity off has it off for
    Momentum and for Adam.

    Examples
    --------
    >>> chosen = Insides(on=True).switched("velocity", False, usual=True)
    >>> chosen.shows("velocity", usual=True), chosen.shows("gradient", usual=True)
    (False, True)
    """

    on: bool = False
    """The master switch."""
    off: tuple[str, ...] = ()
    """Names switched off that would be drawn."""
    also: tuple[str, ...] = ()
    """Names switched on that would not be drawn."""

    def __post_init__(self) -> None:
        """Check the names."""
        for names in (self.off, self.also):
            if len(names) > MOST_NAMES:
                raise DocumentError(f"At most {MOST_NAMES} names of insides are allowed, not {len(names)}.")
            for name in names:
                check_text("name of an inside", name, 60)
        both = sorted({*self.off} & {*self.also})
        if both:
            raise DocumentError(f"The inside “{both[0]}” is switched both on and off.")

    def chosen(self, name: str, *, usual: bool) -> bool:
        """Return whether an inside is chosen, whatever the master switch says; `usual`: unless switched."""
        return name in self.also or (usual and name not in self.off)

    def shows(self, name: str, *, usual: bool) -> bool:
        """Return whether an inside is drawn."""
        return self.on and self.chosen(name, usual=usual)

    def switched(self, name: str, on: bool, *, usual: bool) -> Insides:
        """Return the choice with one inside switched."""
        off = tuple(each for each in self.off if each != name)
        also = tuple(each for each in self.also if each != name)
        if usual and not on:
            off = (*off, name)
        elif on and not usual:
            also = (*also, name)
        return Insides(self.on, off, also)

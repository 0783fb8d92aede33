"""Undo and redo: the values a person has made, in order; a drag is one of them.

The values are explorations, or talks.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

__all__ = ["History"]

MOST = 500

Made = TypeVar("Made")


class History(Generic[Made]):
    """A line of values with a present one.

    Examples
    --------
    >>> from minima_core.document import Exploration, Place
    >>> first = Exploration(Place("himmelblau", None, (-6.0, -6.0), (6.0, 6.0)))
    >>> history = History(first)
    >>> _ = history.push(Exploration(first.place, steps=100))
    >>> history.undo().steps, history.redo().steps, history.can_redo
    (300, 100, False)
    """

    def __init__(self, first: Made) -> None:
        self._past: list[Made] = []
        self._future: list[Made] = []
        self.present = first
        self._join: Hashable = None

    @property
    def can_undo(self) -> bool:
        """Whether there is something to go back to."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to go forward to."""
        return bool(self._future)

    def push(self, made: Made, join: Hashable = None) -> Made:
        """Make `made` the present one and return it.

        Pushes in a row with the same `join` (other than None) are one act: a drag. A push that changes
        nothing is none; what had been undone is forgotten.
        """
        joined = join is not None and join == self._join
        self._join = join
        if made == self.present:
            return made
        if not joined:
            self._past.append(self.present)
            del self._past[:-MOST]
        self._future.clear()
        self.present = made
        return made

    def close(self) -> None:
        """End a drag: the next push is an act of its own, whatever its `join`."""
        self._join = None

    def undo(self) -> Made:
        """Go back by one act and return the present value; at the beginning it stays."""
        self._join = None
        if self._past:
            self._future.append(self.present)
            self.present = self._past.pop()
        return self.present

    def redo(self) -> Made:
        """Go forward again by one act and return the present value; at the end it stays."""
        self._join = None
        if self._future:
            self._past.append(self.present)
            self.present = self._future.pop()
        return self.present

    def reset(self, made: Made) -> Made:
        """Begin anew with `made`: a file was opened."""
        self._past.clear()
        self._future.clear()
        self._join = None
        self.present = made
        return made

"""Undo and redo: the explorations a person has made, in order; a drag is one of them."""

from __future__ import annotations

from collections.abc import Hashable

from minima_core.document.exploration import Exploration

__all__ = ["History"]

MOST = 500


class History:
    """A line of explorations with a present one.

    Examples
    --------
    >>> from minima_core.document import Exploration, Place
    >>> first = Exploration(Place("himmelblau", None, (-6.0, -6.0), (6.0, 6.0)))
    >>> history = History(first)
    >>> _ = history.push(Exploration(first.place, steps=100))
    >>> history.undo().steps, history.redo().steps, history.can_redo
    (300, 100, False)
    """

    def __init__(self, first: Exploration) -> None:
        self._past: list[Exploration] = []
        self._future: list[Exploration] = []
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

    def push(self, exploration: Exploration, join: Hashable = None) -> Exploration:
        """Make `exploration` the present one and return it.

        Pushes in a row with the same `join` (other than None) are one act: a drag. A push that changes
        nothing is none; what had been undone is forgotten.
        """
        joined = join is not None and join == self._join
        self._join = join
        if exploration == self.present:
            return exploration
        if not joined:
            self._past.append(self.present)
            del self._past[:-MOST]
        self._future.clear()
        self.present = exploration
        return exploration

    def close(self) -> None:
        """End a drag: the next push is an act of its own, whatever its `join`."""
        self._join = None

    def undo(self) -> Exploration:
        """Go back by one act and return the present exploration; at the beginning it stays."""
        self._join = None
        if self._past:
            self._future.append(self.present)
            self.present = self._past.pop()
        return self.present

    def redo(self) -> Exploration:
        """Go forward again by one act and return the present exploration; at the end it stays."""
        self._join = None
        if self._future:
            self._past.append(self.present)
            self.present = self._future.pop()
        return self.present

    def reset(self, exploration: Exploration) -> Exploration:
        """Begin anew with `exploration`: a file was opened."""
        self._past.clear()
        self._future.clear()
        self._join = None
        self.present = exploration
        return exploration

"""Where a session is at home: its file, and what of it is saved there. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from minima_core.document import Document, Exploration, View

__all__ = ["Home", "words_of"]


@dataclass
class Home:
    """Where a session is at home: its file, what of it is saved, and the file's bytes as they were then."""

    path: Path | None = None
    base: Document | None = None
    digest: bytes = b""
    name: str = ""
    """What its file could be called, while it has none."""

    def has(self, exploration: Exploration, view: View) -> bool:
        """Whether this is what is saved; where one looks from does not count."""
        base = self.base
        return base is not None and exploration == base.exploration and _content(view) == _content(base.view)


def words_of(exploration: Exploration) -> str:
    """An experiment in a few words: where, and how many methods."""
    methods = sum(entry.enabled for entry in exploration.entries)
    place = exploration.place
    title = place.title or ("a formula" if place.formula is not None else place.landscape_of().title)
    return f"{title}, {methods} method{'' if methods == 1 else 's'}"


def _content(view: View) -> tuple[object, ...]:
    """What of a view is content: what is asked and shown, not from where one looks, nor how large."""
    return view.insight, view.insides, view.study, view.layers, view.title

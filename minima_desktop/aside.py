"""What somebody had open before a lesson, or a claim, took the map: set aside, and given back as it was."""

from __future__ import annotations

from dataclasses import dataclass

from minima_core.document import Exploration
from minima_desktop.hub import Hub
from minima_desktop.session import Kept

__all__ = ["Aside"]


@dataclass(frozen=True)
class _Left:
    """A session, and where its clock stood."""

    kept: Kept
    step: int
    speed: float
    told: tuple[Exploration, str] | None


class Aside:
    """Keeps one thing: the first that was there, however many lessons follow."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._left: _Left | None = None

    @property
    def title(self) -> str:
        """What is kept, in words; "" where nothing is."""
        if self._left is None:
            return ""
        exploration = self._left.kept.exploration
        methods = sum(entry.enabled for entry in exploration.entries)
        typed = exploration.place.formula is not None
        title = exploration.place.title or "your formula" if typed else self._left.kept.landscape.title
        return f"{title}, {methods} method{'' if methods == 1 else 's'}"

    def keep(self) -> None:
        """Sets aside what is open, unless something was set aside already."""
        if self._left is None:
            hub = self._hub
            self._left = _Left(hub.session.kept(), hub.player.step, hub.player.speed, hub.told)

    def give_back(self) -> bool:
        """Opens again what was set aside, with all that can be undone; false where nothing was."""
        hub, left = self._hub, self._left
        if left is None:
            return False
        self._left = None
        look = hub.session.view
        hub.deck.race.fold_all()
        hub.session.take_up(left.kept)
        hub.session.look(theme=look.theme, type_size=look.type_size)
        hub.told = left.told
        hub.player.speed = left.speed
        hub.player.scrub(left.step)
        for view in hub.deck.views:
            view.fit()
        hub.deck.surface.camera = hub.session.view.camera
        hub.touch()
        return True

"""Has kept what is not saved, a second after it changed, on a thread of its own; says once when it cannot.

It writes what it is given and asks nothing: what has to be kept is decided by `minima_desktop.saving`.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from minima_desktop.files import FileError
from minima_desktop.keeping import Found, Keeper, Unsaved

__all__ = ["Autosave"]

log = logging.getLogger(__name__)

KEEP_SECONDS = 1.0
"""Changes are kept at most so often: of a drag, some moments."""


class Autosave:
    """Keeps for a window.

    Parameters
    ----------
    keeper
        Who writes, or None: then nothing is kept.
    allowed
        Whether the person wants it.
    refuse
        Called with a sentence when something cannot be kept: once, until it can be again.

    Attributes
    ----------
    problem
        Why the last thing could not be kept, or "".
    """

    def __init__(
        self, keeper: Keeper | None, allowed: Callable[[], bool], refuse: Callable[[str], None]
    ) -> None:
        self._keeper, self._allowed, self._refuse = keeper, allowed, refuse
        self._wanted: Unsaved | None = None
        self._last = Unsaved()
        self._at = 0.0
        self._writer: threading.Thread | None = None
        self._told = ""
        self._holds = False
        self.problem = ""

    @property
    def possible(self) -> bool:
        """Whether there is anybody who keeps."""
        return self._keeper is not None

    @property
    def allowed(self) -> bool:
        """Whether the person wants it."""
        return self._allowed()

    def holds(self) -> None:
        """Says that the slot holds something already: what was left behind, and is open now."""
        self._holds = True

    def want(self, unsaved: Unsaved) -> None:
        """Has this kept with one of the next looks."""
        self._wanted = self._last = unsaved

    def look(self, now: float) -> None:
        """Keeps what is wanted, if it is time."""
        if self.problem and self.problem != self._told:
            self._told = self.problem
            log.error("Changes are not kept: %s", self.problem)
            self._refuse(f"What you do is not kept at the moment. {self.problem}")
        wanted = self._last if self._wanted is None and self.problem else self._wanted
        writing = self._writer is not None and self._writer.is_alive()
        if wanted is None or writing or now - self._at < KEEP_SECONDS or not self._allowed():
            return
        self._wanted, self._at = None, now
        if self._keeper is not None and (wanted or self._holds):
            self._writer = threading.Thread(target=self.write, args=(wanted,), name="minima-keeper")
            self._writer.start()

    def write(self, unsaved: Unsaved, *, closed: bool = False, listed: bool = False) -> None:
        """Keeps something now; `problem` says why where that was not possible."""
        keeper = self._keeper
        if keeper is None:
            return
        try:
            if unsaved:
                keeper.keep(*unsaved.opened, talk=unsaved.talk, closed=closed, listed=listed)
            else:
                keeper.forget()
        except FileError as error:
            self.problem = str(error)
        else:
            self._holds, self.problem, self._told = bool(unsaved), "", ""

    def join(self) -> None:
        """Waits for what is being written."""
        if self._writer is not None:
            self._writer.join()
            self._writer = None

    def left_behind(self) -> tuple[Found, ...]:
        """What other windows left behind unsaved, the latest first."""
        return () if self._keeper is None else self._keeper.others()

    def drop(self, slot: str) -> None:
        """Forgets what another window left behind."""
        if self._keeper is not None:
            self._keeper.drop(slot)

    def close(self) -> None:
        """Lets go what is held, and forgets what is too old."""
        self.join()
        if self._keeper is not None:
            self._keeper.prune()
            self._keeper.close()

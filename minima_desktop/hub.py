"""What the parts of the window share: session, player, engine, projector and deck, held together.

Gestures, commands, pictures and gallery change things through the hub and know no window; the window's frame
timer asks the hub what has to be drawn and said.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtGui import QAction

from minima_core.document import Document, Exploration
from minima_desktop import feed, preparer
from minima_desktop.deck import Deck
from minima_desktop.engine import Engine
from minima_desktop.inquiries import Inquiries
from minima_desktop.player import Player
from minima_desktop.preferences import Preferences
from minima_desktop.preparer import Preparer
from minima_desktop.projector import Projector
from minima_desktop.session import Session
from minima_widgets.theme import Theme

if TYPE_CHECKING:
    from minima_core.scene.page import Page

WORDS_SECONDS = 0.12
"""Words change more slowly than pictures: they have to be read."""

REST_SECONDS = 0.25
"""After a keystroke all but the ground waits for so long: the next keystroke may come."""


class Cover(Protocol):
    """What covers the window, and is shown in its place."""

    def draw(self, step: int, parts: Collection[str]) -> None:
        """Draw a step."""

    def say(self) -> None:
        """Bring words up to date."""

    def refuse(self, sentence: str) -> None:
        """Say that something is not possible."""

    def end(self) -> None:
        """Bring the window back."""


class Hub:
    """The parts of one window and what passes between them.

    Attributes
    ----------
    stale
        Whether the next frame must be drawn even where no run has moved.
    cursor
        Where the cursor stands in the views, or None.
    last_act
        What was done last, for suggestions; empty after opening a document.
    told
        A prepared scene's exploration, and what is to be seen in it: said for as long as nothing is changed.
    moves
        Whether cameras ease and messages fade.
    cover
        What covers the window now, or None; meanwhile its widgets stay as they are.
    shown
        Called when the exploration has been shown: panels that follow it.
    spoken
        Called whenever words may change, some eight times a second.
    claims
        Asked in turn whether a click on a view, at a point of it, was meant for them: then it starts no race.
    pages
        One-page pictures that there may be: a title, and what makes the page for a theme and a title, or
        None.
    do
        Carries out a declared act by its id; the window puts it in place.
    show_page
        Opens the dialog of pictures at one of `pages`; the window puts it in place.
    """

    def __init__(
        self, document: Document, preferences: Preferences, engine: Engine, acts: dict[str, QAction]
    ) -> None:
        self.preferences = preferences
        self.engine = engine
        self.preparer, self.map_preparer = Preparer(), Preparer()
        self.acts = acts
        self.session = Session(document, self._exploration_changed, self.refuse)
        self.player = Player(horizon=document.exploration.steps, speed=document.view.speed, playing=True)
        self.projector = Projector(self.session)
        self.inquiries = Inquiries(self.session, engine.judge_again)
        self.deck = Deck(Theme.load(document.view.theme, document.view.type_size), acts)
        self.stale = True
        self.cursor: tuple[float, float] | None = None
        self.last_act = ""
        self.told: tuple[Exploration, str] | None = None
        self.do: Callable[[str], None] = lambda name: None
        self.claims: list[Callable[[float, float], bool]] = []
        self.pages: dict[str, tuple[str, Callable[[str, str], Page | None]]] = {}
        self.show_page: Callable[[str], None] = lambda name: None
        self.moves = True
        self.cover: Cover | None = None
        self.shown: list[Callable[[], None]] = []
        self.spoken: list[Callable[[], None]] = []
        self._last_words = 0.0
        self._hasty_until = 0.0

    # -- frames ------------------------------------------------------------------------------------------

    def touch(self) -> None:
        """Has the next frame drawn, whether or not the runs have moved."""
        self.stale = True

    def speak_soon(self, at_once: bool = False) -> None:
        """Has the words changed with one of the next frames, or with the very next one."""
        wait = 0.0 if at_once else 0.3 * WORDS_SECONDS
        self._last_words = min(self._last_words, time.perf_counter() - WORDS_SECONDS + wait)

    def words_are_due(self, now: float) -> bool:
        """Whether words may change with this frame; true once in a while."""
        if now - self._last_words < WORDS_SECONDS:
            return False
        self._last_words = now
        return True

    # -- changes -----------------------------------------------------------------------------------------

    def hurry(self) -> None:
        """Has only the ground drawn until the hand has rested for a moment: somebody types, or drags."""
        self.projector.in_haste = True
        self._hasty_until = time.perf_counter() + REST_SECONDS

    def rest(self, now: float) -> None:
        """Draws and says everything again once the hand has rested, and the minima are counted."""
        projector, land = self.projector, self.session.landscape
        if not projector.in_haste:
            return
        projector.lately = self.inquiries.lately(land)
        if now > self._hasty_until and self.inquiries.has_counted(land):
            projector.in_haste = False
            self.show_exploration()
            self.touch()

    def _exploration_changed(self) -> None:
        self.show_exploration(lines=not self.projector.in_haste)
        self.order()
        self.touch()

    def prepare_maps(self) -> None:
        """Has maps of basins made ready, once: when they may be wanted soon."""
        self.map_preparer.begin(partial(preparer.map_jobs, self.session.landscape))

    def order(self) -> None:
        """Asks the engine for the runs of the exploration."""
        self.projector.order(self.engine)

    def show_exploration(self, settings: bool = True, lines: bool = True) -> None:
        """Brings header, race and timeline up to date with the exploration.

        Without `settings` the lines of the race have names only: usual settings take a moment to work out,
        and the first picture does not wait for them. Without `lines` the race's panel is left as it is.
        """
        session, deck = self.session, self.deck
        exploration = session.exploration
        self.player.set_horizon(exploration.steps)
        if self.cover is not None:
            return
        clock = exploration.clock
        deck.timeline.set_clock(clock.unit, clock.gradient, clock.hessian)
        deck.fit_to(exploration)
        typed = exploration.place.formula is not None
        title = exploration.place.title or "Your formula" if typed else session.landscape.title
        deck.header.set_landscape(title, "L")
        deck.header.set_formula(*self.projector.formula_texts())
        if lines:
            verdicts = self.projector.verdicts(self.player.step)
            steps = self.projector.steps_shown(self.player.step)
            deck.race.set_lines(feed.race_lines(session, steps, verdicts, settings=settings))
        deck.timeline.set_ticks(segments=self.projector.segment_steps())
        for follow in self.shown:
            follow()
        self.acts["insides"].setChecked(session.view.insides.on)
        self.acts["undo"].setEnabled(session.can_undo)
        self.acts["redo"].setEnabled(session.can_redo)
        self.acts["undo"].setProperty("why", "" if session.can_undo else "Nothing has been changed yet.")
        self.acts["redo"].setProperty("why", "" if session.can_redo else "Nothing has been taken back.")

    def refuse(self, sentence: str) -> None:
        """Says that something is not possible, and what would be."""
        if self.cover is not None:
            self.cover.refuse(sentence)
            return
        self.deck.toast.say(sentence, problem=True)

"""A talk: scenes one after the other over the whole screen, and the room's votes before a race is shown.

While it goes on, the session holds the documents of the talk; what was open before is put aside, with its
history and its clock, and comes back when the talk ends. Nothing is written to the preferences, and the
window below is neither drawn nor changed: whatever happens, it is as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

import msgspec
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from minima_core.document import Exploration, prepared_scenes
from minima_core.document.talk import TalkScene
from minima_core.scene import ProfileScene, formula_text
from minima_desktop import talkfeed
from minima_desktop.asking import Asking
from minima_desktop.gestures import Gestures
from minima_desktop.hub import Hub
from minima_desktop.player import Player
from minima_desktop.session import Aside
from minima_desktop.voting import Vote
from minima_widgets.presenter import ARRANGEMENTS, Presenter, theme_for
from minima_widgets.theme import THEMES

__all__ = ["Presenting", "TalkScene"]

log = logging.getLogger(__name__)

LARGER = 1.1
"""What one key makes of the size of type."""
LARGEST, SMALLEST = 1.8, 0.6


@dataclass(frozen=True)
class _Before:
    """What was there before the talk."""

    session: Aside
    player: Player
    cursor: tuple[float, float] | None
    last_act: str
    told: tuple[Exploration, str] | None
    drawing: bool
    in_haste: bool
    focus: QWidget | None


class Presenting(QObject):
    """The talk of a window.

    Attributes
    ----------
    view
        The window of the talk, or None while there is none.
    """

    def __init__(self, window: QWidget, hub: Hub, gestures: Gestures) -> None:
        super().__init__(hub.deck)
        self._window, self._hub, self._gestures = window, hub, gestures
        self._scenes: tuple[TalkScene, ...] = ()
        self._at = 0
        self._larger = 1.0
        self._theme_name = ""
        self._before: _Before | None = None
        self._asking = Asking(hub, self._say)
        self.view: Presenter | None = None

    @property
    def vote(self) -> Vote | None:
        """The vote that goes on or was revealed, or None."""
        return self._asking.vote

    # -- beginning and ending ------------------------------------------------------------------------------

    def present(self) -> None:
        """Begin with what is open, as it stands; the prepared scenes follow."""
        if self.view is not None:
            self.end()
            return
        hub, session = self._hub, self._hub.session
        prepared = [TalkScene(each.document(), each.title, each.in_talks) for each in prepared_scenes()]
        now = session.document
        known = [k for k, each in enumerate(prepared) if each.document.exploration == now.exploration]
        if known:
            prepared[known[0]] = msgspec.structs.replace(prepared[known[0]], document=now)
            self.begin(prepared, known[0], as_it_stands=True)
            return
        place, land = session.exploration.place, session.landscape
        title = now.view.title or place.title or land.title
        told = hub.told[1] if hub.told is not None and hub.told[0] is session.exploration else ""
        self.begin([TalkScene(now, title, told or formula_text(land)), *prepared], as_it_stands=True)

    def begin(self, scenes: Sequence[TalkScene], first: int = 0, *, as_it_stands: bool = False) -> None:
        """Begin a talk with a scene.

        Parameters
        ----------
        scenes
            At least one.
        first
            The scene to begin with, from 0.
        as_it_stands
            Whether that scene is what is open now, and goes on from the step that is shown.
        """
        if not scenes:
            self._hub.refuse("A talk needs at least one scene.")
            return
        if self.view is not None:
            self.end()
        hub = self._hub
        hub.session.close_change()
        self._before = _Before(
            hub.session.put_aside(),
            replace(hub.player),
            hub.cursor,
            hub.last_act,
            hub.told,
            hub.projector.drawing,
            hub.projector.in_haste,
            self._window.focusWidget(),
        )
        self._scenes = tuple(scenes)
        self._theme_name = hub.session.view.theme
        self._larger = 1.0
        hub.projector.drawing = hub.projector.in_haste = False
        hub.projector.pointed_out = None
        hub.cover = self
        screen = self._window.screen()
        room = screen.geometry()
        self.view = view = Presenter(theme_for(self._theme_name, room.width(), room.height()))
        view.surface.animated = hub.moves
        view.acted.connect(self.act)
        view.clicked.connect(self._click)
        view.start_dragged.connect(self._drag)
        view.selected.connect(self._gestures.select)
        view.region_changed.connect(self._zoom)
        view.resized.connect(self._fit_type)
        self._go(min(max(first, 0), len(scenes) - 1), play=not as_it_stands)
        self._draw()
        view.open_on(screen)

    def end(self) -> None:
        """End the talk: everything is as it was."""
        view, before, hub = self.view, self._before, self._hub
        if view is None or before is None:
            return
        self.view, self._before, self._asking.vote = None, None, None
        hub.cover = None
        view.shut()
        hub.session.bring_back(before.session)
        hub.player.horizon, hub.player.speed = before.player.horizon, before.player.speed
        hub.player.at, hub.player.playing = before.player.at, before.player.playing
        hub.cursor, hub.last_act, hub.told = before.cursor, before.last_act, before.told
        hub.projector.drawing, hub.projector.in_haste = before.drawing, before.in_haste
        hub.order()
        hub.show_exploration()
        hub.touch()
        hub.speak_soon(at_once=True)
        self._window.activateWindow()
        if before.focus is not None:
            before.focus.setFocus()

    # -- scenes --------------------------------------------------------------------------------------------

    @property
    def scene(self) -> TalkScene:
        """The scene that is shown."""
        return self._scenes[self._at]

    def _go(self, at: int, *, play: bool = True) -> None:
        """Set a scene up from its beginning; without `play` it goes on as it stands."""
        hub, scene = self._hub, self._scenes[at]
        self._at, self._asking.vote = at, None
        try:
            hub.session.open(scene.document)
        except ValueError as error:
            log.info("A scene cannot be shown: %s", error)
            self._say(str(error))
            return
        hub.cursor = None
        if play:
            hub.player.speed = scene.document.view.speed
            hub.player.restart()
        if self.view is not None:
            self.view.surface.camera = scene.document.view.camera
        if scene.question and self._asking.ask(scene.question):
            self._show_vote()
        hub.touch()
        hub.speak_soon(at_once=True)

    def _step(self, by: int) -> None:
        at = self._at + by
        if 0 <= at < len(self._scenes):
            self._go(at)
        else:
            self._say("This is the last scene." if by > 0 else "This is the first scene.")

    # -- what keys ask for ---------------------------------------------------------------------------------

    def act(self, name: str) -> None:
        """Do what a key asks for (see `minima_widgets.presenter_keys`)."""
        word, _, letter = name.partition(":")
        acts: dict[str, Callable[[], object]] = {
            "next": lambda: self._step(1),
            "previous": lambda: self._step(-1),
            "first": lambda: self._go(0),
            "last": lambda: self._go(len(self._scenes) - 1),
            "leave": self.end,
            "play": self._play,
            "faster": lambda: self._hub.player.faster(1),
            "slower": lambda: self._hub.player.faster(-1),
            "throw": self._throw,
            "reset": self._reset,
            "hide": self._turn_vote,
            "close": self._close_vote,
            "vote": lambda: self.vote is not None and self.vote.add(letter),
            "unvote": lambda: self.vote is not None and self.vote.take_back(letter),
            "take-back": lambda: self.vote is not None and self.vote.take_back(),
            "views": self._next_arrangement,
            "theme": self._next_theme,
            "larger": lambda: self._resize_type(self._larger * LARGER),
            "smaller": lambda: self._resize_type(self._larger / LARGER),
            "usual-type": lambda: self._resize_type(1.0),
        }
        acts[word]()
        if self.view is not None:
            self._hub.touch()
            self.say()

    def _play(self) -> None:
        if self._asking.letters:
            self._close_vote()
        else:
            self._hub.player.toggle()

    def _reset(self) -> None:
        """Go back to how the scene began; a vote that is not revealed yet is revealed first."""
        if self._asking.hidden:
            self._close_vote()
            self._asking.hurry()
        else:
            self._go(self._at)

    def _next_arrangement(self) -> None:
        if self.view is not None and self._hub.session.exploration.place.dimension > 1:
            at = ARRANGEMENTS.index(self.view.arrangement)
            self.view.set_arrangement(ARRANGEMENTS[(at + 1) % len(ARRANGEMENTS)])
            self._draw()

    def _next_theme(self) -> None:
        """Go through dark, light and slide: for this talk only."""
        self._theme_name = THEMES[(THEMES.index(self._theme_name) + 1) % len(THEMES)]
        self._fit_type()

    def _resize_type(self, larger: float) -> None:
        self._larger = min(max(larger, SMALLEST), LARGEST)
        self._fit_type()

    def _fit_type(self) -> None:
        """Choose type for the size that there is."""
        view = self.view
        if view is not None:
            theme = theme_for(self._theme_name, view.width(), view.height(), self._larger)
            if theme is not view.theme:
                view.set_theme(theme)

    # -- what hands do -------------------------------------------------------------------------------------

    def _click(self, x: float, y: float, add: bool) -> None:
        """Start a race where somebody points; while a vote is asked for it waits there, with no votes yet."""
        self._gestures.click(x, y, add)
        self._after_hand()

    def _drag(self, index: int, x: float, y: float, finished: bool) -> None:
        self._gestures.drag_start(index, x, y, finished)
        self._after_hand()

    def _throw(self) -> None:
        if self._hub.session.throw_start() is not None:
            self._hub.player.restart()
            self._after_hand()

    def _after_hand(self) -> None:
        """Have a vote begin anew when the start is another one."""
        self._asking.begin_anew()
        self._hub.speak_soon(at_once=True)

    def _zoom(self, region: tuple[float, float, float, float]) -> None:
        hub = self._hub
        hub.session.look(zoom=None if region == hub.projector.whole() else region)
        hub.touch()

    def _turn_vote(self) -> None:
        """Ask the room, or show all again."""
        if self._asking.turn(self.scene.question):
            self._show_vote()

    def _show_vote(self) -> None:
        """Show the board of a vote that begins, and its keys."""
        self.say()
        if self.view is not None:
            self.view.show_keys()

    def _close_vote(self) -> None:
        if self.view is not None:
            self.view.note.dismiss()
        self._asking.close()

    # -- what is shown -------------------------------------------------------------------------------------

    def draw(self, step: int, parts: Collection[str] = ("views",)) -> None:
        """Draw a step; an error ends the talk, so that it can be seen in the window below."""
        if "views" not in parts:
            return
        try:
            self._draw(step)
        except Exception:
            self.end()
            raise

    def _draw(self, step: int | None = None) -> None:
        view = self.view
        if view is None:
            return
        scene = self._asking.scene(self._hub.player.step if step is None else step)
        if isinstance(scene, ProfileScene):
            view.show_profile(scene)
        else:
            view.show_race(scene)

    def say(self) -> None:
        """Bring all words up to date; called a few times a second."""
        self._asking.look(self.scene.document.view.speed)
        view, vote = self.view, self._asking.vote
        if view is None:
            return
        number = f"{self._at + 1} of {len(self._scenes)}" if len(self._scenes) > 1 else ""
        if vote is None:
            view.heading.set_words(self.scene.title, self.scene.sentence, number)
        else:
            view.heading.set_words(vote.question, vote.result, number, strong=True)
        view.set_ballot(
            talkfeed.answers(vote), "" if vote is None else vote.total_words, self._asking.letters
        )
        view.set_verdicts(talkfeed.verdict_lines(self._hub, vote))

    def refuse(self, sentence: str) -> None:
        """Say over the talk that something is not possible."""
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        if self.view is not None:
            self.view.say(sentence)

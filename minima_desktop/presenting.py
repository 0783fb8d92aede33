"""A talk: scenes one after the other over the whole screen, and the room's votes before a race is shown.

While it goes on, the session holds the documents of the talk; what was open before is put aside, with its
history and its clock, and comes back when the talk ends. Nothing is written to the preferences, and the
window below is neither drawn nor changed: whatever happens, it is as it was.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from minima_core.document import Document, Exploration, prepared_scenes
from minima_core.scene import (
    Ballot,
    ProfileScene,
    RaceScene,
    ballot_of,
    formula_text,
    lettered,
    line_name,
    line_words,
    profile_scene,
    question_words,
    race_scene,
    veiled,
)
from minima_desktop.gestures import Gestures
from minima_desktop.hub import Hub
from minima_desktop.player import FASTEST, Player
from minima_desktop.session import Aside
from minima_desktop.voting import Vote
from minima_widgets.ballot_board import Answer
from minima_widgets.presenter import ARRANGEMENTS, Presenter, theme_for
from minima_widgets.presenter_words import VerdictLine
from minima_widgets.theme import THEMES

__all__ = ["Presenting", "TalkScene"]

log = logging.getLogger(__name__)

LARGER = 1.1
"""What one key makes of the size of type."""
LARGEST, SMALLEST = 1.8, 0.6


@dataclass(frozen=True)
class TalkScene:
    """One scene of a talk: a document, its title, and the sentence that says what is to be seen.

    With a question it begins hidden, with a vote; otherwise it plays at once.
    """

    document: Document
    title: str
    sentence: str = ""
    question: str = ""


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
    vote
        The vote that goes on or was revealed, or None.
    """

    def __init__(self, window: QWidget, hub: Hub, gestures: Gestures) -> None:
        super().__init__(hub.deck)
        self._window, self._hub, self._gestures = window, hub, gestures
        self._scenes: tuple[TalkScene, ...] = ()
        self._at = 0
        self._larger = 1.0
        self._theme_name = ""
        self._before: _Before | None = None
        self._ballot_of: tuple[object, Ballot] | None = None
        self.view: Presenter | None = None
        self.vote: Vote | None = None

    # -- beginning and ending ------------------------------------------------------------------------------

    def present(self) -> None:
        """Begin with what is open, as it stands; the prepared scenes follow."""
        if self.view is not None:
            self.end()
            return
        hub, session = self._hub, self._hub.session
        prepared = [TalkScene(each.document(), each.title, each.sentence) for each in prepared_scenes()]
        now = session.document
        known = [k for k, each in enumerate(prepared) if each.document.exploration == now.exploration]
        if known:
            prepared[known[0]] = replace(prepared[known[0]], document=now)
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
        self._larger, self.vote = 1.0, None
        hub.projector.drawing = hub.projector.in_haste = False
        hub.projector.pointed_out = None
        hub.cover = self
        screen = self._window.screen()
        room = screen.geometry()
        self.view = view = Presenter(theme_for(self._theme_name, room.width(), room.height()))
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
        self.view, self._before, self.vote, self._scenes = None, None, None, ()
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
        self._at, self.vote = at, None
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
        if scene.question:
            self._ask(scene.question)
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
            "hide": self._hide,
            "close": self._close,
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
        if self.vote is not None and self.vote.phase == "asking":
            self._close()
        else:
            self._hub.player.toggle()

    def _reset(self) -> None:
        """Go back to how the scene began; a vote that is not revealed yet is revealed first."""
        if self.vote is not None and self.vote.phase != "revealed":
            self._hurry_to_reveal()
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
        vote = self.vote
        if vote is None:
            return
        if vote.phase == "asking":
            self._ask(vote.question)
        else:
            self.vote = None
        self._hub.speak_soon(at_once=True)

    def _zoom(self, region: tuple[float, float, float, float]) -> None:
        hub = self._hub
        hub.session.look(zoom=None if region == hub.projector.whole() else region)
        hub.touch()

    # -- hide, vote, reveal --------------------------------------------------------------------------------

    def _hide(self) -> None:
        """Hide and ask; while the race plays: reveal; afterwards, or while nobody has voted: show all."""
        vote = self.vote
        if vote is None:
            self._ask(self.scene.question)
        elif vote.phase == "playing":
            self._hurry_to_reveal()
        else:
            self.vote = None

    def _ask(self, question: str) -> None:
        """Hide what gives the answer away, and ask where the selected line, or the first one, ends."""
        hub = self._hub
        exploration, view = hub.session.exploration, hub.session.view
        lines = [entry for entry in exploration.entries if entry.enabled]
        if not lines or not exploration.starts:
            self._say("There is no race to vote on: it needs a method and a start.")
            return
        line = next((entry for entry in lines if entry.id == view.selected), lines[0])
        try:
            ballot = ballot_of(
                hub.projector.stage(), exploration.starts[0].position, hub.projector.findings, view.zoom
            )
        except ValueError as error:
            self._say(str(error))
            return
        name = self._names()[line.id]
        self.vote = Vote(ballot, line.id, name, question or question_words(name))
        hub.player.restart(play=False)
        hub.touch()
        if self.view is not None:
            self.view.set_ballot(self._answers(), self.vote.total_words, ballot.letters)
            self.view.show_keys()

    def _close(self) -> None:
        """Close the vote and let the race run."""
        if self.vote is not None and self.vote.phase == "asking":
            self.vote.close()
            self._hub.player.restart()

    def _hurry_to_reveal(self) -> None:
        """Let the race run to its end at once; it is revealed there."""
        assert self.vote is not None
        if self.vote.phase == "asking":
            self.vote.close()
            self._hub.player.restart()
        self._hub.player.speed = FASTEST
        self._hub.player.playing = True

    def _reveal_at_the_end(self) -> None:
        """Say where the runs ended, once the race has been played to its end."""
        hub, vote = self._hub, self.vote
        if vote is None or vote.phase != "playing" or hub.player.playing:
            return
        if hub.player.step < hub.player.horizon:
            return  # somebody holds it
        ends = {
            key: vote.ballot.letter_at(track.at(hub.player.step)[1])
            for key, track in hub.projector.tracks.items()
            if track.last >= 0
        }
        vote.reveal(ends)
        hub.player.speed = self.scene.document.view.speed
        hub.touch()

    def _answers(self) -> tuple[Answer, ...]:
        vote = self.vote
        if vote is None:
            return ()
        votes = vote.tally()
        return tuple(
            Answer(
                valley.letter,
                valley.words,
                votes[valley.letter],
                None if vote.phase != "revealed" else valley.letter == vote.right,
            )
            for valley in vote.ballot.valleys
        )

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
        view, hub, vote = self.view, self._hub, self.vote
        if view is None:
            return
        step = hub.player.step if step is None else step
        scene: RaceScene | ProfileScene
        if vote is not None and vote.phase != "revealed":
            hub.projector.shown = step
            session = hub.session
            given: tuple[Any, ...] = (
                session.exploration, veiled(session.view), hub.projector.stage(), hub.projector.tracks, step,
            )  # fmt: skip
            scene = profile_scene(*given) if session.landscape.dimension == 1 else race_scene(*given)
        else:
            picture = hub.projector.scenes(step, ("views",))
            found = picture.race or picture.profile
            assert found is not None
            scene = found
        if vote is not None:
            scene = lettered(scene, vote.ballot, vote.right if vote.phase == "revealed" else "")
        if isinstance(scene, ProfileScene):
            view.show_profile(scene)
        else:
            view.show_race(scene)

    def say(self) -> None:
        """Bring all words up to date; called a few times a second."""
        self._reveal_at_the_end()
        view, vote = self.view, self.vote
        if view is None:
            return
        number = f"{self._at + 1} of {len(self._scenes)}" if len(self._scenes) > 1 else ""
        if vote is None:
            view.heading.set_words(self.scene.title, self.scene.sentence, number)
        else:
            view.heading.set_words(vote.question, vote.result, number, strong=True)
        asking = vote is not None and vote.phase == "asking"
        letters = vote.ballot.letters if vote is not None and asking else ""
        view.set_ballot(self._answers(), "" if vote is None else vote.total_words, letters)
        view.set_verdicts(self._verdicts())

    def _verdicts(self) -> tuple[VerdictLine, ...]:
        """What became of each line; while the room votes, and until the end, only which lines there are."""
        hub, vote = self._hub, self.vote
        hidden = vote is not None and vote.phase != "revealed"
        said: Mapping[int, str] = {} if hidden else hub.projector.verdicts(hub.player.step)
        names = self._names()
        ends = {} if vote is None else vote.ends
        single = len(hub.session.exploration.starts) == 1
        return tuple(
            VerdictLine(
                entry.role,
                names[entry.id],
                said.get(entry.id, ""),
                (ends.get((entry.id, 0)) or "") if single else "",
                quiet=hidden and vote is not None and entry.id != vote.entry,
            )
            for entry in hub.session.exploration.entries
            if entry.enabled
        )

    def _names(self) -> dict[int, str]:
        """The names of the lines, with the setting that tells those of one method apart."""
        session, step = self._hub.session, self._hub.player.step
        lines = [entry for entry in session.exploration.entries if entry.enabled]
        plain = [line_name(entry, step) for entry in lines]
        if len(set(plain)) == len(plain):
            return dict(zip((entry.id for entry in lines), plain, strict=True))
        words = line_words(session.exploration, step, session.landscape)
        return {
            entry.id: f"{name}, {words[entry.id][1].partition(' · ')[0]}".rstrip(", ")
            if plain.count(name) > 1
            else name
            for entry, name in zip(lines, plain, strict=True)
        }

    def refuse(self, sentence: str) -> None:
        """Say over the talk that something is not possible."""
        self._say(sentence)

    def _say(self, sentence: str) -> None:
        if self.view is not None:
            self.view.say(sentence)

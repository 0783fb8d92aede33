"""Hide, vote, reveal, at the hub: asks the room, plays the race, and says where it ended. No Qt here."""

from __future__ import annotations

from collections.abc import Callable

from minima_core.scene import (
    ProfileScene,
    RaceScene,
    ballot_of,
    lettered,
    profile_scene,
    question_words,
    race_scene,
    veiled,
)
from minima_core.scene.asked import asked_line, letter_reached
from minima_core.scene.ballot import seeks
from minima_desktop.hub import Hub
from minima_desktop.player import FASTEST
from minima_desktop.projector import Part
from minima_desktop.talkfeed import known_here, line_names
from minima_desktop.voting import Vote

__all__ = ["Asking"]

VIEWS: tuple[Part, ...] = ("views",)


class Asking:
    """The votes of a talk, one after the other.

    Parameters
    ----------
    say
        Says why there cannot be a vote.

    Attributes
    ----------
    vote
        The vote that goes on or was revealed, or None.
    """

    def __init__(self, hub: Hub, say: Callable[[str], None]) -> None:
        self._hub, self._say = hub, say
        self.vote: Vote | None = None

    @property
    def hidden(self) -> bool:
        """Whether the picture must give nothing away."""
        return self.vote is not None and self.vote.phase != "revealed"

    @property
    def letters(self) -> str:
        """The letters that are voted for now; "" when nobody votes."""
        asking = self.vote is not None and self.vote.phase == "asking"
        return self.vote.ballot.letters if self.vote is not None and asking else ""

    def ask(self, question: str = "") -> bool:
        """Hide what gives the answer away, and ask where the selected line, or the first one, ends.

        False, with a sentence said, where there is nothing to vote on.
        """
        hub = self._hub
        exploration, view = hub.session.exploration, hub.session.view
        line = asked_line(exploration, view, question)
        if line is None or not exploration.starts:
            self._say("There is no race to vote on: it needs a method and a start.")
            return False
        start = exploration.starts[0].position
        try:
            ballot = ballot_of(hub.projector.stage(), start, known_here(hub), view.zoom)
        except ValueError as error:
            self._say(str(error))
            return False
        name, far = line_names(hub.session, 0)[line.id], seeks(line.name)
        self.vote = Vote(ballot, line.id, name, question or question_words(name, seeks=far), seeks=far)
        hub.player.restart(play=False)
        hub.touch()
        return True

    def turn(self, question: str) -> bool:
        """Ask; while the race plays: reveal; afterwards, or while the room is asked: show all again.

        True when the room is asked now.
        """
        vote = self.vote
        if vote is None:
            return self.ask(question)
        if vote.phase == "playing":
            self.hurry()
        else:
            self.vote = None
        return False

    def close(self) -> None:
        """Close the vote, and let the race run."""
        if self.vote is not None and self.vote.phase == "asking":
            self.vote.close()
            self._hub.player.restart()

    def hurry(self) -> None:
        """Let the race run to its end at once: there it is revealed."""
        self.close()
        self._hub.player.speed = FASTEST
        self._hub.player.playing = True

    def begin_anew(self) -> None:
        """Ask the same once more, or forget what was revealed: the start is another one."""
        if self.vote is None:
            return
        if self.vote.phase != "asking" or not self.ask(self.vote.question):
            self.vote = None

    def look(self, speed: float) -> None:
        """Say where the runs ended, once the race has been played to its end; `speed` holds from then on."""
        hub, vote = self._hub, self.vote
        player = hub.player
        if vote is None or vote.phase != "playing" or player.playing or player.step < player.horizon:
            return
        tracks = hub.projector.tracks
        vote.reveal({key: self._letter_of(key) for key, track in tracks.items() if track.last >= 0})
        player.speed = speed
        hub.touch()

    def _letter_of(self, key: tuple[int, int]) -> str | None:
        """Return the letter of the valley in which a run ended, or found its best if it seeks."""
        hub = self._hub
        assert self.vote is not None
        ballot, track, step = self.vote.ballot, hub.projector.tracks[key], hub.player.step
        method = hub.session.exploration.entry(key[0]).name
        state = getattr(hub.projector.judged().get(key), "state", "")
        return letter_reached(ballot, method, track, step, state)

    def scene(self, step: int) -> RaceScene | ProfileScene:
        """Return the scene of a step: with letters, and while the room must not know, with nothing else."""
        hub, vote = self._hub, self.vote
        session, projector = hub.session, hub.projector
        found: RaceScene | ProfileScene | None
        if self.hidden:
            projector.shown = step
            view = veiled(session.view, None if vote is None else vote.entry)
            given = session.exploration, view, projector.stage(), projector.tracks, step
            found = profile_scene(*given) if session.landscape.dimension == 1 else race_scene(*given)
        else:
            picture = projector.scenes(step, VIEWS)
            found = picture.race or picture.profile
        assert found is not None
        if vote is None:
            return found
        return lettered(found, vote.ballot, "" if self.hidden else vote.right)

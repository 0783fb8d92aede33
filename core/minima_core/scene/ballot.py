"""Hide, vote, reveal: letters at the valleys, a view that gives nothing away, and what is said afterwards.

A letter stands beside the middle of the lower half of its valley, not at the minimum, on the side away from
the start. So the room sees which valley is meant, the place of the minimum is not given away before the race
has found it, and no letter lies on the way or the head of a run that comes to rest there. Letters go from
left to right: their order tells nothing.
"""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from minima_core.document import Insides, Insight, View
from minima_core.scene.cache import Cache
from minima_core.scene.critical import MinimumLike, minima_shown
from minima_core.scene.findings import NOTHING, Findings
from minima_core.scene.marks import Extent, Label, Side
from minima_core.scene.scenes import ProfileScene, RaceScene, Tick
from minima_core.scene.stage import Stage, plane_of
from minima_core.scene.valleys import Terrain, terrain_of
from minima_core.scene.words import percent

__all__ = [
    "MOST_LETTERS",
    "Ballot",
    "Valley",
    "ballot_of",
    "lettered",
    "question_words",
    "result_words",
    "seeks",
    "veiled",
]

MOST_LETTERS = 6
"""Letters there are at most: a hand has no more keys side by side, a room no more answers in mind."""
ELSEWHERE = "elsewhere"
ONE_VALLEY = "Only one valley is known here, so there is nothing to vote on."
ONE_WALK = {"simulated-annealing"}
"""Methods that search, and yet come to rest in one valley: who cools too fast stays where it froze."""
RESTARTING = {"auto", "random-restarts"}
"""Methods of the usual few that begin again elsewhere."""
LETTER_SIZE = 2.2
"""How many times as large as other words in the picture a letter is."""

Lettered = TypeVar("Lettered", RaceScene, ProfileScene)

_terrains: Cache[Terrain] = Cache(4)


@dataclass(frozen=True)
class Valley:
    """One answer: a letter, the number of its minimum and where the letter stands; these two may be None.

    Without a minimum it is the answer “elsewhere”, on landscapes that have more valleys than letters.
    """

    letter: str
    minimum: int | None
    place: tuple[float, float] | None
    side: Side = "above"
    """On which side of its place the letter stands."""

    @property
    def words(self) -> str:
        """What stands beside the letter on the board; empty for a valley, which the picture shows."""
        return ELSEWHERE if self.minimum is None else ""


@dataclass(frozen=True, eq=False)
class Ballot:
    """The answers that a room can vote for, and what tells which one a run ends in."""

    valleys: tuple[Valley, ...]
    terrain: Terrain

    @property
    def letters(self) -> str:
        """All letters, in order."""
        return "".join(valley.letter for valley in self.valleys)

    @property
    def elsewhere(self) -> str | None:
        """The letter for all that has no letter of its own, or None."""
        return next((each.letter for each in self.valleys if each.minimum is None), None)

    def letter_at(self, position: ArrayLike) -> str | None:
        """Return the letter of the valley in which a point (n,) lies, or `elsewhere`."""
        valley = self.terrain.valley_at(position)
        own = (each.letter for each in self.valleys if each.minimum is not None and each.minimum == valley)
        return next(own, self.elsewhere)


def ballot_of(
    stage: Stage, start: ArrayLike | None = None, findings: Findings = NOTHING, extent: Extent | None = None
) -> Ballot:
    """Return the answers for a landscape, or for what is visible of it.

    With more than `MOST_LETTERS` valleys, the one of the start, the deepest and then, of the deepest third,
    always the one farthest from those chosen get letters; the last letter is for all others.

    Parameters
    ----------
    start
        (n,) where the race begins.
    extent
        What is visible (x0, x1, y0, y1); None: everything.

    Raises
    ------
    ValueError
        With a sentence, when there are not two valleys to choose between.
    """
    minima = minima_shown(stage, findings)
    seen = [k for k, each in enumerate(minima) if _visible(each, stage, extent)]
    inner = [k for k in seen if not minima[k].on_border]
    chosen = inner if len(inner) > 1 else seen
    if len(chosen) < 2:
        raise ValueError(ONE_VALLEY)
    positions = np.array([minima[k].position for k in chosen])
    terrain = _terrains.get(
        (stage.land.digest, positions.tobytes()), lambda: terrain_of(stage.land, positions)
    )
    numbers = [k for k in range(len(chosen)) if terrain.area(k) > 0]  # others: within a node of their like
    if len(numbers) < 2:
        raise ValueError(ONE_VALLEY)
    crowded = len(numbers) > MOST_LETTERS
    if crowded:
        own = None if start is None else terrain.valley_at(start)
        deepest = int(np.argmin([minima[k].value for k in chosen]))
        first = list(dict.fromkeys(k for k in (own, deepest) if k in numbers))
        span = np.asarray(stage.land.upper) - np.asarray(stage.land.lower)
        numbers.sort(key=lambda k: minima[k].value)
        likely = numbers[: max(MOST_LETTERS, len(numbers) // 3)]
        numbers = _spread(positions / span, likely, first, MOST_LETTERS - 1)
    places = {k: plane_of(_full(terrain.middle(k), positions[k]), stage) for k in numbers}
    numbers.sort(key=lambda k: (places[k][0], -places[k][1]))
    letters = iter(string.ascii_uppercase)
    origin = None if start is None else plane_of(np.asarray(start), stage)
    valleys = [Valley(next(letters), k, places[k], _side(places[k], origin, stage)) for k in numbers]
    if crowded:
        valleys.append(Valley(next(letters), None, None))
    return Ballot(tuple(valleys), terrain)


def _spread(places: np.ndarray, numbers: list[int], first: list[int], count: int) -> list[int]:
    """Return so many of the `numbers`: the first ones, then always the farthest from those chosen."""
    chosen = first or numbers[:1]
    while len(chosen) < min(count, len(numbers)):
        away = np.linalg.norm(places[:, None] - places[chosen], axis=2).min(axis=1)
        chosen = [*chosen, max((k for k in numbers if k not in chosen), key=lambda k: (away[k], -k))]
    return chosen


def _side(place: tuple[float, float], start: tuple[float, float] | None, stage: Stage) -> Side:
    """Return the side of a place that lies away from the start; on a curve there is room above it only."""
    if start is None or stage.land.dimension == 1:
        return "above"
    span = np.asarray(stage.land.upper)[:2] - np.asarray(stage.land.lower)[:2]
    across, up = (np.asarray(place) - np.asarray(start)) / span
    if abs(up) >= abs(across):
        return "above" if up >= 0 else "below"
    return "right" if across > 0 else "left"


def _visible(minimum: MinimumLike, stage: Stage, extent: Extent | None) -> bool:
    """Whether a minimum lies in what is visible."""
    if extent is None:
        return True
    x, y = plane_of(minimum.position, stage)
    x0, x1, y0, y1 = extent
    return x0 <= x <= x1 and (y0 <= y <= y1 or stage.land.dimension == 1)


def _full(place: np.ndarray, position: np.ndarray) -> np.ndarray:
    """Return a place on the plane as a point of the landscape: further variables as at the minimum."""
    return np.concatenate((place, position[len(place) :]))


def veiled(view: View, line: int | None = None) -> View:
    """Return a view that gives no answer away: no minima, words, numbers, basins, insides.

    What line of the race is asked about is selected: its head lies on those of the others.
    """
    layers = msgspec.structs.replace(
        view.layers, minima=False, labels=False, contour_labels=False, best=False
    )
    selected = view.selected if line is None else line
    return msgspec.structs.replace(
        view, layers=layers, insight=Insight(), insides=Insides(on=False), selected=selected
    )


def lettered(
    scene: RaceScene | ProfileScene, ballot: Ballot, right: str | None = ""
) -> RaceScene | ProfileScene:
    """Return a scene with the letters in it; `right` is the letter that was right, "" while nobody knows.

    As long as nobody knows, the axis of losses has no numbers.
    """
    marks = tuple(_letter_marks(ballot, right))
    revision = hash((scene.revision, tuple(mark.revision for mark in marks)))
    scene = replace(scene, marks=(*scene.marks, *marks), revision=revision)
    if isinstance(scene, ProfileScene) and right == "":
        return replace(scene, y_ticks=tuple(Tick(tick.at) for tick in scene.y_ticks))
    return scene


def _letter_marks(ballot: Ballot, right: str | None) -> list[Label]:
    """Return the letters as large words, placed before all others; once known, the right one stands out."""
    found = []
    for k, valley in enumerate(ballot.valleys):
        if valley.place is None:
            continue
        role = "text" if right == "" else "accent" if valley.letter == right else "muted"
        revision = hash((valley.letter, valley.place, valley.side, role))
        key = f"letter:{valley.letter}"
        found.append(
            Label(
                key,
                revision,
                valley.place,
                valley.letter,
                "",
                role,
                valley.side,
                13.0,
                90 - k,
                scale=LETTER_SIZE,
            )
        )
    return found


def seeks(method: str) -> bool:
    """Whether a method goes on to other valleys: it does not end in one, it reports the best that it found.

    Examples
    --------
    >>> seeks("adam"), seeks("random-restarts"), seeks("simulated-annealing")
    (False, True, False)
    """
    from minima_core.methods import describe

    if method in ONE_WALK:
        return False
    kind = describe(method)
    return kind.samples or kind.group == "global" or method in RESTARTING


def question_words(name: str, *, seeks: bool = False) -> str:
    """Return the question about a line of the race, or about one that `seeks`.

    Examples
    --------
    >>> question_words("Adam"), question_words("CMA-ES", seeks=True)
    ('Where will Adam end?', 'Where will CMA-ES find its best?')
    """
    return f"Where will {name} find its best?" if seeks else f"Where will {name} end?"


def result_words(name: str, letter: str | None, votes: Sequence[str], *, seeks: bool = False) -> str:
    """Return what came out: where it ended, how many votes said so, and their share.

    Examples
    --------
    >>> result_words("Adam", "B", "ABBCB")
    'Adam ended in B: 3 of 5 votes were right, 60\u202f%.'
    >>> result_words("CMA-ES", "A", "", seeks=True)
    'CMA-ES found its best in A.'
    """
    did = "found its best" if seeks else "ended"
    where = f"{name} {did} in {letter or 'none of these valleys'}"
    total, right = len(votes), sum(vote == letter for vote in votes)
    if not total:
        return f"{where}."
    if not right:
        return f"{where}: nobody was right." if total > 1 else f"{where}: the one vote was wrong."
    if total == 1:
        return f"{where}: the one vote was right."
    if right == total:
        return f"{where}: all {total} votes were right."
    verb = "was" if right == 1 else "were"
    return f"{where}: {right} of {total} votes {verb} right, {percent(right / total)}."

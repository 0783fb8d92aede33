"""The plain values that the card of lessons is fed with: the list, one step, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from minima_widgets.panels.explore_values import Job

__all__ = ["Entry", "Feedback", "Job", "Mark", "Shelf", "StepState"]

NO_JOB = Job()

Mark = Literal["new", "under way", "done"]
"""How far somebody has come with a lesson."""


@dataclass(frozen=True)
class Entry:
    """One lesson, or one claim, in a list.

    Attributes
    ----------
    key
        What it is asked for by.
    title, sentence
        What it is called, and what it is about.
    note
        A few words at the right: “6 min”.
    mark
        How far somebody has come with it.
    group
        What it stands under; entries of one group follow each other.
    """

    key: str
    title: str
    sentence: str = ""
    note: str = ""
    mark: Mark = "new"
    group: str = ""


@dataclass(frozen=True)
class Shelf:
    """The list of lessons, what was wrong with a file, and what can be taken up again.

    `kept` is the title of what was open before the first lesson; empty where nothing was set aside.
    """

    entries: tuple[Entry, ...] = ()
    problem: str = ""
    kept: str = ""


@dataclass(frozen=True)
class Feedback:
    """What came of a prediction: which option is right (None: none of them), and the words about it."""

    right: int | None
    text: str


@dataclass(frozen=True)
class StepState:
    """One step of a lesson, as it stands now.

    Attributes
    ----------
    lesson, at, count, reached
        The lesson's title, the number of the step (from 0) of how many, and the furthest that was seen.
    kind
        ``"tell"``, ``"predict"``, ``"act"``, ``"watch"`` or ``"explain"``.
    title, text
        With all numbers filled in; ``*emphasis*`` is the only markup, an empty line ends a paragraph.
    question, options, chosen, feedback
        Of a prediction; `chosen` is None until one is made, `feedback` None until it has been seen.
    waiting
        What is being waited for: “Watch what happens…”; empty where nothing is.
    task
        Whether there is something to do or to see before one goes on: None (nothing), False, True (done).
    done
        What is said once it is done.
    hint
        Words that help, shown when `hinted`.
    can_show
        Whether it can be done for somebody who asks for it.
    sources
        Where it comes from: at the end of a lesson.
    """

    lesson: str = ""
    at: int = 0
    count: int = 1
    reached: int = 0
    kind: str = "tell"
    title: str = ""
    text: str = ""
    question: str = ""
    options: tuple[str, ...] = ()
    chosen: int | None = None
    feedback: Feedback | None = None
    waiting: str = ""
    task: bool | None = None
    done: str = ""
    hint: str = ""
    hinted: bool = False
    can_show: bool = False
    job: Job = NO_JOB
    sources: tuple[str, ...] = ()
    has_scene: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the lesson ends here."""
        return self.at == self.count - 1

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do here before one goes on."""
        return self.task is not False and (not self.options or self.feedback is not None)

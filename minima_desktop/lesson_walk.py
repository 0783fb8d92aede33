"""One learner in one lesson: which step, which answers, what has been done, and what is shown of it. No Qt.

What came out is asked of `minima_core.lessons`; this file knows when: a text is filled as soon as its numbers
are known, and what was read before an act or an answer stays as it was read.
"""

from __future__ import annotations

from minima_core import lessons
from minima_core.document import Document
from minima_core.lessons import Happened, Lesson, Solution, Step
from minima_core.lessons.quantities import UNKNOWN
from minima_desktop.learner import Place
from minima_widgets.panels.learn_values import NO_JOB, Feedback, Job, StepState

__all__ = ["Walk"]

WATCHING = "Watch what happens…"
STUDYING = "Many runs are counted…"
EARLY = {"predict": ("text", "question", "options", "hint"), "act": ("text", "hint")}
"""Texts that are read before anything is done: they keep the numbers of that moment."""


class Walk:
    """A learner's way through a lesson.

    Parameters
    ----------
    key
        What its progress is kept under.
    place
        Where to go on; it is changed as the learner goes.
    """

    def __init__(self, lesson: Lesson, key: str, place: Place) -> None:
        self.lesson, self.key, self.place = lesson, key, place
        self.told: dict[int, Feedback] = {}
        self.achieved: dict[int, str] = {}
        self.hinted: set[int] = set()
        self._frozen: dict[tuple[int, str], str] = {}

    @property
    def at(self) -> int:
        """The number of the step, from 0."""
        return self.place.at

    @property
    def step(self) -> Step:
        """The step that is shown."""
        return self.lesson.steps[self.place.at]

    @property
    def is_last(self) -> bool:
        """Whether the lesson ends here."""
        return self.place.at == len(self.lesson.steps) - 1

    def scene_of(self, at: int) -> int | None:
        """The step whose scene is on the map at a step; None where none has been set up by then."""
        scenes = (k for k in range(at, -1, -1) if self.lesson.steps[k].scene is not None)
        return next(scenes, None)

    def document(self) -> Document | None:
        """What is on the map when this step is come to: its scene, with what was to be done since.

        None where there is none; `ValueError` with a sentence where it cannot be set up.
        """
        begin = self.scene_of(self.at)
        if begin is None:
            return None
        document = self.lesson.steps[begin].document()
        for k in range(begin, self.at if self.chosen is None else self.at + 1):
            done = self.doing(k)
            if document is not None and done is not None:
                document = lessons.solved(document, done)
        return document

    def doing(self, at: int) -> Solution | None:
        """What is done at a step, or shown once an answer is given; None where nothing is."""
        step = self.lesson.steps[at]
        return step.solution if step.kind == "act" else step.reveal

    def skipped(self, to: int) -> set[int]:
        """The steps that going to a later one leaves undone: neither done nor answered, on the same scene."""
        begin = self.scene_of(to)
        return {
            k
            for k in range(self.at if begin is None else max(self.at, begin), to)
            if k not in self.achieved and k not in self.place.answers and self.doing(k) is not None
        }

    def go(self, at: int) -> None:
        """Goes to a step."""
        self.place.at = min(max(at, 0), len(self.lesson.steps) - 1)
        self.place.reached = max(self.place.reached, self.place.at)

    @property
    def chosen(self) -> int | None:
        """What was answered here; None where nothing was asked, or answered, yet."""
        option = self.place.answers.get(self.at)
        return option if option is not None and option < len(self.step.options) else None

    @property
    def is_open(self) -> bool:
        """Whether a prediction is still to be made here."""
        return self.step.kind == "predict" and self.chosen is None

    @property
    def waits_for_end(self) -> bool:
        """Whether an answer was given, and what comes of it has not been seen yet."""
        return self.chosen is not None and self.at not in self.told

    @property
    def has_task(self) -> bool:
        """Whether there is something to do or to see here."""
        return bool(self.step.until) and self.step.kind != "predict"

    def answer(self, option: int) -> bool:
        """Makes a prediction; false where none is asked for, or one was made already."""
        if not self.is_open or not 0 <= option < len(self.step.options):
            return False
        self.place.answers[self.at] = option
        return True

    def forget(self) -> None:
        """Begins the lesson anew; what was seen of it can still be gone to."""
        self.place.at = 0
        self.place.answers.clear()
        self.told.clear()
        self.achieved.clear()
        self.hinted.clear()
        self._frozen.clear()

    # -- what came out -------------------------------------------------------------------------------------

    def look(self, happened: Happened, *, over: bool, patient: bool = True) -> bool:
        """Looks whether something has come about; true if so.

        `over` says that everything which was set going has come to its end; while `patient`, a prediction
        waits for numbers that are not known yet.
        """
        step, chosen = self.step, self.chosen
        if over and chosen is not None and self.at not in self.told:
            right = step.right_option(happened)
            text = lessons.filled(step.feedback_on(chosen), happened)
            if patient and (right is None or UNKNOWN in text):
                return False
            self.told[self.at] = Feedback(right, text)
            return True
        if self.has_task and self.at not in self.achieved and step.is_done(happened):
            self.achieved[self.at] = step.done
            return True
        return False

    def shown(self, happened: Happened, job: Job = NO_JOB) -> StepState:
        """The step as it stands now, with all numbers that are known."""
        step, at = self.step, self.at
        waiting = ""
        if self.waits_for_end and not job.sentence:
            waiting = STUDYING if step.study is not None else WATCHING
        task = (at in self.achieved) if self.has_task else None
        done = self._text("done", self.achieved[at], happened) if task else ""
        return StepState(
            lesson=self.lesson.title,
            at=at,
            count=len(self.lesson.steps),
            reached=self.place.reached,
            kind=step.kind,
            title=self._text("title", step.title, happened),
            text=self._text("text", step.text, happened),
            question=self._text("question", step.question, happened),
            options=tuple(self._text(f"options {k}", text, happened) for k, text in enumerate(step.options)),
            chosen=self.chosen,
            feedback=self.told.get(at),
            waiting=waiting,
            task=task,
            done=done,
            hint=self._text("hint", step.hint, happened),
            hinted=at in self.hinted,
            can_show=step.kind == "act" and step.solution is not None,
            job=job,
            sources=self.lesson.sources if self.is_last else (),
            has_scene=self.scene_of(at) is not None,
        )

    def _text(self, what: str, text: str, happened: Happened) -> str:
        """A text with its numbers; one that is read early keeps those that it had when all were known."""
        if not text:
            return ""
        kept = self._frozen.get((self.at, what))
        if kept is not None:
            return kept
        said = lessons.filled(text, happened)
        early = EARLY.get(self.step.kind, ())
        if (what.partition(" ")[0] in early or what == "done") and UNKNOWN not in said:
            self._frozen[self.at, what] = said
        return said

"""A lesson as a value: its steps, what each sets, asks and explains; and which document it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec

from minima_core.document import Document, Staging, prepared, set_up
from minima_core.document.insight import Marbling, Overlay
from minima_core.landscapes.changes import Changes
from minima_core.lessons.happened import Happened
from minima_core.lessons.quantities import holds

__all__ = ["FORMAT", "Kind", "Lesson", "Solution", "Step", "StudyAsked"]

FORMAT = 1
"""The version of the format that this program reads."""

Kind: TypeAlias = Literal["tell", "predict", "act", "watch", "explain"]


class StudyAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A study that a step runs: so many starts and seeds, so many steps (or evaluations) each.

    Without `methods`, those of the race.
    """

    methods: tuple[str, ...] = ()
    starts: int = 100
    seeds: int = 1
    seed: int = 0
    steps: int | None = None
    evaluations: int | None = None
    target: float | None = None


class Solution(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the learner may do, as data: tests do it, and “Show me” does it.

    ``set = { "1.lr" = 0.2 }`` changes a setting of the first line, from `at` on; `run` adds lines, `remove`
    takes lines out (numbers from 1). All else has the name that it has in a scene.
    """

    start: tuple[float, ...] | None = None
    starts: tuple[tuple[float, ...], ...] | None = None
    add_start: tuple[float, ...] | None = None
    set: dict[str, float | str | bool] = {}
    at: int = 0
    run: str | tuple[str, ...] = ()
    remove: tuple[int, ...] = ()
    parameters: dict[str, float] = {}
    changes: Changes | None = None
    steps: int | None = None
    seed: int | None = None
    landscape: str | None = None

    step: int | None = None
    select: int | None = None
    right: Literal["race", "landscape", "explore", "study"] | None = None
    bottom: Literal["trace", "step", "tree", "settings", "data", "beside", "compare", "study"] | None = None
    overlay: Overlay | None = None
    basins_of: int | None = None
    minima: bool | None = None
    critical: bool | None = None
    flow: bool | None = None
    lens: tuple[float, ...] | None = None
    lens_radius: float | None = None
    flood: float | None = None
    marbles: Marbling | None = None
    temperature: float | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One step of a lesson.

    Attributes
    ----------
    scene
        What is set first: as data, or the name of a prepared scene; None: it goes on where the learner is.
    play
        Whether it plays when it is set; a prediction plays once it has been made.
    right, right_when
        Of a prediction: the number of the right option, from 1; or for each option a condition, or a list
        of them, judged on what came out.
    feedback
        Said after a prediction, whatever was chosen; or one for each option.
    reveal
        Done to the document once a prediction has been made, as a solution is: a lens put down, say.
    until
        All of these hold once the learner has done, or seen, what the step is about.
    done
        Said then.
    """

    kind: Kind
    title: str
    text: str
    scene: str | Staging | None = None
    play: bool = True
    question: str = ""
    options: tuple[str, ...] = ()
    right: int | None = None
    right_when: tuple[str | tuple[str, ...], ...] = ()
    feedback: str | tuple[str, ...] = ""
    reveal: Solution | None = None
    until: tuple[str, ...] = ()
    done: str = ""
    hint: str = ""
    solution: Solution | None = None
    study: StudyAsked | None = None

    def document(self) -> Document | None:
        """Set the scene up; None where the step has none. `ValueError` with a sentence where it cannot be."""
        if self.scene is None:
            return None
        return prepared(self.scene).document() if isinstance(self.scene, str) else set_up(self.scene)

    def is_done(self, happened: Happened) -> bool:
        """Return whether all of `until` holds; a step without it is never waited for."""
        return all(holds(each, happened) for each in self.until)

    def right_option(self, happened: Happened) -> int | None:
        """Return which option of a prediction came true, from 0; None while that is not known."""
        if self.right_when:
            true = self.true_options(happened)
            return true[0] if len(true) == 1 else None
        return None if self.right is None else self.right - 1

    def true_options(self, happened: Happened) -> tuple[int, ...]:
        """Return which options of a prediction have come true, from 0; a lesson that is right has one."""
        return tuple(
            k
            for k in range(len(self.right_when))
            if all(holds(each, happened) for each in self.conditions_of(k))
        )

    def conditions_of(self, option: int) -> tuple[str, ...]:
        """Return the conditions for an option, from 0, to come true."""
        given = self.right_when[option]
        return (given,) if isinstance(given, str) else given

    def feedback_on(self, chosen: int) -> str:
        """Return what is said about a prediction (not filled yet)."""
        return self.feedback if isinstance(self.feedback, str) else self.feedback[chosen]


@dataclass(frozen=True, eq=False)
class Lesson:
    """A lesson, whole and checked.

    Attributes
    ----------
    name
        That of its file, without ``.toml``.
    order
        Where it stands in the course.
    source
        The text that it was read from.
    """

    name: str
    title: str
    summary: str
    minutes: float
    sources: tuple[str, ...]
    order: float
    steps: tuple[Step, ...]
    source: str

    def line_of(self, step: int, *path: str) -> int:
        """Return the line, from 1, at which a step (from 0), or a key in it, stands in the source."""
        from minima_core.lessons.faults import line_of

        return line_of(self.source, ("step", step, *path))


def texts_of(step: Step) -> Sequence[tuple[str, str]]:
    """Return all texts of a step that may have quantities in them: (key, text)."""
    feedback = (step.feedback,) if isinstance(step.feedback, str) else step.feedback
    pairs = [("text", step.text), ("question", step.question), ("done", step.done), ("hint", step.hint)]
    pairs += [("feedback", each) for each in feedback]
    pairs += [("options", each) for each in step.options]
    return [(key, text) for key, text in pairs if text]

"""The study that a step of a lesson asks for: run in the background, kept until the next scene."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from minima_core.landscapes import Landscape
from minima_desktop.analyst import Analyst, Desk

if TYPE_CHECKING:
    from minima_core.lessons import StudyAsked
    from minima_widgets.panels.learn_panel import Job

RUNNING = "Many runs are counted…"
STOPPED = "Stopped before it was through; “Set the scene again” begins anew."


class LessonStudy:
    """One study at a time, under the topic “study” of an analyst.

    Attributes
    ----------
    value
        What came out of the last one; None before.
    """

    def __init__(self, analyst: Analyst) -> None:
        self._analyst = analyst
        self._key: Hashable = None
        self._stopped: Hashable = None
        self.value: Any = None

    def ask(self, key: Hashable, land: Landscape, asked: StudyAsked, methods: tuple[str, ...]) -> None:
        """Has a study run, unless it is the one at work, or was stopped by hand."""

        def work(desk: Desk) -> list[Any]:
            from minima_core.lessons import study_of

            return [study_of(land, asked, methods, cancel=desk.cancelled, progress=desk.report)]

        self._key = key
        if key != self._stopped:
            self._analyst.ask("study", key, work)

    def under_way(self) -> bool:
        """Whether it runs; takes over what came out of it."""
        if self._key is None or self._key == self._stopped:
            return False
        answer = self._analyst.answer("study")
        if answer is None or answer.key != self._key or not answer.final:
            return True
        self.value = answer.value
        return False

    def job(self) -> Job:
        """How far it has come, or what was wrong."""
        from minima_widgets.panels.learn_panel import Job

        if self._key is None:
            return Job()
        if self.under_way():
            return Job(RUNNING, self._analyst.share("study"))
        if self._key == self._stopped:
            return Job(problem=STOPPED)
        answer = self._analyst.answer("study")
        return Job(problem="" if answer is None else answer.failure)

    def stop(self) -> None:
        """Stops it."""
        self._stopped = self._key
        self._analyst.drop("study")

    def forget(self) -> None:
        """Gives it up, with what came out: another scene begins."""
        self._analyst.drop("study")
        self._key = self._stopped = self.value = None

"""Lessons: text files whose steps set a scene, ask for a prediction, wait for an act, and explain.

`load` reads a file (hostile until validated), `lesson` one that ships with the program. A window shows the
steps; `quantity`, `holds` and `filled` say what came out of its race, `trial` goes through a lesson without
a window.
"""

from minima_core.lessons.faults import LessonError
from minima_core.lessons.happened import Happened, Happening, Judged
from minima_core.lessons.language import LanguageError
from minima_core.lessons.lesson import Lesson, Solution, Step, StudyAsked
from minima_core.lessons.loading import lesson, lesson_names, load
from minima_core.lessons.phrases import PHRASES, Phrase
from minima_core.lessons.quantities import filled, holds, quantity
from minima_core.lessons.solving import solved
from minima_core.lessons.trial import Trial, Tried, study_of, trial

__all__ = [
    "PHRASES",
    "Happened",
    "Happening",
    "Judged",
    "LanguageError",
    "Lesson",
    "LessonError",
    "Phrase",
    "Solution",
    "Step",
    "StudyAsked",
    "Trial",
    "Tried",
    "filled",
    "holds",
    "lesson",
    "lesson_names",
    "load",
    "quantity",
    "solved",
    "study_of",
    "trial",
]

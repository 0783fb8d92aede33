"""The lessons that there are: those of the program in order, the claims clinic, files of one’s own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from minima_core import lessons
from minima_desktop.learner import Learner
from minima_widgets.panels.learn_values import Entry, Mark

if TYPE_CHECKING:
    from minima_core.lessons import Lesson

OWN = "file:"
"""What the keys of lessons from files begin with."""
OWN_TITLE = "Your own"


def kept_under(lesson: Lesson, key: str) -> str:
    """What the progress of a lesson is kept under: its name, in a room of its own where it is from a file."""
    return OWN + lesson.name if key.startswith(OWN) else lesson.name


def entries(learner: Learner, clinic: Entry) -> tuple[Entry, ...]:
    """The list of lessons, the clinic as the last of the program's."""
    listed = [_entry(learner, lessons.lesson(name), name) for name in lessons.lesson_names()]
    listed.append(clinic)
    for path in learner.files():
        try:
            own = lessons.load(Path(path), whole=False)
        except (OSError, ValueError):
            continue  # moved away, or changed: it says why when it is opened again
        listed.append(_entry(learner, own, OWN + path))
    return tuple(listed)


def _entry(learner: Learner, lesson: Lesson, key: str) -> Entry:
    place = learner.place(kept_under(lesson, key), len(lesson.steps))
    mark: Mark = place.mark
    group = OWN_TITLE if key.startswith(OWN) else ""
    return Entry(key, lesson.title, lesson.summary, f"{lesson.minutes:g} min", mark, group)

"""The card of lessons: the list of them all, or one step of the lesson that is open.

It is fed with plain values and reports what a person does; what a lesson is, and what came out, is decided
elsewhere.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.learn_lesson import LessonPage
from minima_widgets.panels.learn_list import LessonList
from minima_widgets.panels.learn_values import Entry, Feedback, Job, Shelf, StepState
from minima_widgets.theme import Theme

__all__ = ["Entry", "Feedback", "Job", "LearnPanel", "Shelf", "StepState"]


class LearnPanel(QWidget):
    """Lessons.

    Signals: ``lesson_chosen(key)``, ``file_wanted()``, ``return_wanted()`` from the list;
    ``asked(act)`` with on, back, again, hint, stop or leave, ``answered(k)`` and ``gone(k)`` from a step.
    """

    lesson_chosen = Signal(str)
    file_wanted = Signal()
    return_wanted = Signal()
    asked = Signal(str)
    answered = Signal(int)
    gone = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.list = LessonList(theme)
        self.lesson = LessonPage(theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.lesson)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._pages)
        self.setAccessibleName("Learn")
        self.setMinimumWidth(look.px(theme, 240))
        self.list.chosen.connect(self.lesson_chosen)
        self.list.file_wanted.connect(self.file_wanted)
        self.list.return_wanted.connect(self.return_wanted)
        self.lesson.asked.connect(self.asked)
        self.lesson.answered.connect(self.answered)
        self.lesson.gone.connect(self.gone)

    def show_list(self, shelf: Shelf) -> None:
        """Show all lessons."""
        self.list.set_shelf(shelf)
        self._pages.setCurrentWidget(self.list)

    def show_step(self, state: StepState) -> None:
        """Show a step of a lesson."""
        self.lesson.set_state(state)
        self._pages.setCurrentWidget(self.lesson)

    @property
    def in_lesson(self) -> bool:
        """Whether a lesson is shown, and not the list."""
        return self._pages.currentWidget() is self.lesson

    def take_keyboard(self) -> None:
        """Have the keyboard where it is of use."""
        (self.lesson if self.in_lesson else self.list).take_keyboard()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self.setMinimumWidth(look.px(theme, 240))
        look.pass_on(self, theme)

"""One step of a lesson on its card: dots, words, answers, what to do, and the way on and back."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.learn_dots import Dots
from minima_widgets.panels.learn_options import Options
from minima_widgets.panels.learn_values import StepState
from minima_widgets.panels.learn_words import Words
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.texts import Line, Note, Picture
from minima_widgets.theme import Theme

__all__ = ["LessonPage"]

KINDS = {
    "tell": "Read",
    "predict": "Predict",
    "act": "Try it",
    "watch": "Watch",
    "explain": "What it means",
}
"""What stands over a step, by its kind."""


class Block(QFrame):
    """A quieter card on the card, with words in it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("raised", True)
        self.words = Words(theme)
        self.row = QVBoxLayout(self)
        self.row.addWidget(self.words)
        self._fit()

    def set_text(self, text: str) -> None:
        """Show a text, or nothing at all where there is none."""
        self.words.set_text(text)
        self.setVisible(bool(text))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        edge = look.px(self._theme, 10)
        self.row.setContentsMargins(edge, look.px(self._theme, 8), edge, look.px(self._theme, 2))


class LessonPage(QWidget):
    """One step.

    Signals: ``asked(act)`` with on, back, again, hint, show, stop or leave; ``answered(k)``; ``gone(k)``.
    Alt+Left goes back and Alt+Right on while the keyboard is here.
    """

    asked = Signal(str)
    answered = Signal(int)
    gone = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = StepState()
        self.leave = Button(
            theme, "All lessons", icon="chevron-left", kind="quiet",
            tip="Leave this lesson; it goes on from here another time",
        )  # fmt: skip
        self.place = Line(theme, "", role="muted", size="small")
        self.lesson = Line(theme, "", size="bold")
        self.dots = Dots(theme)
        self.kind = Line(theme, "", role="accent", size="small")
        self.title = Words(theme, role="text")
        self.words = Words(theme)
        self.question = Words(theme)
        self.options = Options(theme)
        self.waiting = Note(theme)
        self.job = JobLine(theme)
        self.feedback = Block(theme)
        self.done_icon, self.done = Picture(theme, "check", "good"), Line(theme, "Done.", role="good")
        self.hint_link = Button(theme, "Show a hint", kind="link", tip="Says how to do it")
        self.hint = Block(theme)
        self.show_link = Button(
            theme, "Show me", kind="link", tip="Does it for you; undo takes it back, as everything else"
        )
        self.done_words = Block(theme)
        self.again = Button(
            theme, "Set the scene again", icon="go-start", kind="quiet",
            tip="Opens what this step is about again, as it was at first",
        )  # fmt: skip
        self.sources_title = Line(theme, "Sources", role="muted", size="small")
        self.sources = Note(theme)
        self.back = Button(theme, "Back", tip="One step back", key="Page Up")
        self.skip = Button(
            theme, "Skip", kind="quiet", tip="Go on without; it can be done later", key="Page Down"
        )
        self.on = Button(theme, "Next", kind="primary", tip="One step on", key="Page Down")
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self.leave)
        top.addStretch(1)
        top.addWidget(self.place)
        inside = Inside()
        self._column = QVBoxLayout(inside)
        done = QHBoxLayout()
        done.setContentsMargins(0, 0, 0, 0)
        done.addWidget(self.done_icon)
        done.addWidget(self.done, 1)
        hint = QHBoxLayout()
        hint.setContentsMargins(0, 0, 0, 0)
        hint.addWidget(self.hint_link)
        hint.addStretch(1)
        shown = QHBoxLayout()
        shown.setContentsMargins(0, 0, 0, 0)
        shown.addWidget(self.show_link)
        shown.addStretch(1)
        again = QHBoxLayout()
        again.setContentsMargins(0, 0, 0, 0)
        again.addWidget(self.again)
        again.addStretch(1)
        for part in (
            self.kind, self.title, self.words, self.question, self.options, self.waiting, self.job,
            self.feedback, done, self.done_words, hint, self.hint, shown, again, self.sources_title,
            self.sources,
        ):  # fmt: skip
            if isinstance(part, QWidget):
                self._column.addWidget(part)
            else:
                self._column.addLayout(part)
        self._column.addStretch(1)
        self.area = column_area(inside)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.skip)
        foot.addWidget(self.on)
        self._all = QVBoxLayout(self)
        self._all.setContentsMargins(2, 0, 0, 0)
        self._all.addLayout(top)
        self._all.addWidget(self.lesson)
        self._all.addWidget(self.dots)
        self._all.addWidget(self.area, 1)
        self._all.addLayout(foot)
        self._fit()

    def _connect(self) -> None:
        for button, act in (
            (self.leave, "leave"), (self.back, "back"), (self.on, "on"), (self.skip, "on"),
            (self.hint_link, "hint"), (self.show_link, "show"), (self.again, "again"),
        ):  # fmt: skip
            button.clicked.connect(lambda _checked=False, act=act: self.asked.emit(act))
        self.job.cancelled.connect(lambda: self.asked.emit("stop"))
        self.options.chosen.connect(self.answered)
        self.dots.chosen.connect(self.gone)
        for keys, act in (("Alt+Left", "back"), ("Alt+Right", "on")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: self.asked.emit(act))

    def _fit(self) -> None:
        theme = self._theme
        self._all.setSpacing(look.px(theme, 6))
        self._column.setContentsMargins(0, look.px(theme, 6), look.px(theme, 4), look.px(theme, 6))
        self._column.setSpacing(look.px(theme, 8))
        self.title.set_type(look.scaled(look.bold(theme), 1.2))
        self.question.set_type(look.bold(theme))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def state(self) -> StepState:
        """Return what is shown."""
        return self._state

    def set_state(self, state: StepState) -> None:
        """Show a step as it stands now; another step begins at its top."""
        before, self._state = self._state, state
        if state == before:
            return
        turned = (before.lesson, before.at) != (state.lesson, state.at)
        self.lesson.set_text(state.lesson)
        self.place.set_text(f"{state.at + 1} of {state.count}")
        self.place.updateGeometry()
        self.dots.set_place(state.at, state.count, state.reached)
        self.kind.set_text(KINDS.get(state.kind, ""))
        self.title.set_text(state.title)
        self.words.set_text(state.text)
        self.words.setVisible(bool(state.text))
        self.question.set_text(state.question)
        self.question.setVisible(bool(state.question))
        told = state.feedback
        self.options.set_options(
            state.options, state.chosen, None if told is None else told.right, told=told is not None
        )
        self.options.setVisible(bool(state.options))
        self.waiting.setText(state.waiting)
        self.waiting.setVisible(bool(state.waiting))
        self.job.set_job(state.job)
        self.job.setVisible(bool(state.job.sentence or state.job.problem))
        self.feedback.set_text("" if told is None else told.text)
        for part in (self.done, self.done_icon):
            part.setVisible(state.task is True)
        self.hint_link.setVisible(bool(state.hint) and not state.hinted and state.task is False)
        self.hint.set_text(state.hint if state.hinted else "")
        helped = state.hinted or not state.hint
        self.show_link.setVisible(state.can_show and helped and state.task is False)
        self.done_words.set_text(state.done)
        self.again.setVisible(state.has_scene)
        for each in (self.sources, self.sources_title):
            each.setVisible(bool(state.sources))
        self.sources.setText("\n".join(state.sources))
        self.back.setEnabled(state.at > 0)
        self.skip.setVisible(not state.is_settled)
        self.on.setVisible(state.is_settled)
        self.on.setText("Finish" if state.is_last else "Next")
        if turned:
            self.area.verticalScrollBar().setValue(0)
        elif told is not None and before.feedback is None:
            self._look_at(self.feedback)
        elif state.task is True and before.task is False:
            self._look_at(self.done_words if state.done else self.done)

    def _look_at(self, part: QWidget) -> None:
        """Scroll to what has come, once it has its place."""
        self._column.activate()
        self.area.ensureWidgetVisible(part, 0, look.px(self._theme, 8))

    def take_keyboard(self) -> None:
        """Have the keyboard where it is of use: at the answers, else at the way on."""
        part = self.options if self.options.is_open else self.on if self._state.is_settled else self.skip
        part.setFocus(Qt.FocusReason.TabFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

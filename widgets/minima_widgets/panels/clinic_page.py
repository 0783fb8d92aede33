"""One claim in the clinic: what a text says, the experiment, what came out, and what is true."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeySequence, QPainter, QPaintEvent, QPen, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.clinic_values import ClaimState
from minima_widgets.panels.column_area import column_area
from minima_widgets.panels.controls import Button, keeps_press
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.learn_words import Words
from minima_widgets.panels.sections import Inside
from minima_widgets.panels.texts import Line, Note
from minima_widgets.pictures import guarded
from minima_widgets.theme import Theme

__all__ = ["ClaimPage"]

MOST_REPAIRS = 3


class Quote(QWidget):
    """What a text says, with a bar beside it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.words = Words(theme)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.words)
        self._fit()

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        self.words.set_type(look.scaled(look.bold(theme), 1.1))
        self._row.setContentsMargins(look.px(theme, 12), look.px(theme, 2), 0, look.px(theme, 2))

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bar."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("faint"))
        painter.drawRoundedRect(QRectF(0, 0, 3, self.height()), 1.5, 1.5)


class Judgement(Line):
    """The judgement, in a rounded frame of its colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "", size="bold")

    def set_judgement(self, words: str, role: str) -> None:
        """Show a judgement."""
        self._role = role
        self.set_text(words)
        self.updateGeometry()
        self.update()

    @guarded
    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw frame and words."""
        theme = self._theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = look.px(theme, 10)
        wide = min(QFontMetricsF(self._font).horizontalAdvance(self._text) + 2 * edge, self.width() - 2.0)
        frame = QRectF(1, 1, wide, self.height() - 2)
        ink = theme.colour(self._role)
        painter.setPen(QPen(ink, 1.4))
        painter.setBrush(theme.colour(self._role, 0.14))
        painter.drawRoundedRect(frame, frame.height() / 2, frame.height() / 2)
        painter.setFont(self._font)
        painter.setPen(theme.colour("text"))
        words = look.elide(self._font, self._text, wide - 2 * edge + 2)
        painter.drawText(frame.adjusted(edge, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, words)

    def _place(self) -> None:
        super()._place()
        self.setFixedHeight(round(QFontMetricsF(self._font).height()) + look.px(self._theme, 10))


class ClaimPage(QWidget):
    """A claim.

    Signals: ``asked(act)`` with run, stop, open, save, back, next or leave; ``repair_wanted(k)``.
    """

    asked = Signal(str)
    repair_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = ClaimState()
        self.leave = Button(theme, "All claims", icon="chevron-left", kind="quiet", tip="Back to the list")
        self.place = Line(theme, "", role="muted", size="small")
        self.title = Line(theme, "", size="bold")
        self.says = Line(theme, "A text says", role="accent", size="small")
        self.said = Quote(theme)
        self.idea = Words(theme)
        self.job = JobLine(theme)
        self.judgement = Judgement(theme)
        self.found_title = Line(theme, "What came out", role="accent", size="small")
        self.found = Words(theme)
        self.truth_title = Line(theme, "What is true", role="accent", size="small")
        self.truth = Words(theme)
        self.repairs = [Words(theme, role="text") for _ in range(MOST_REPAIRS)]
        self.ran_title = Line(theme, "What was run", role="muted", size="small")
        self.ran = Note(theme)
        self.sources_title = Line(theme, "Sources", role="muted", size="small")
        self.sources = Note(theme)
        self.open = Button(theme, "Open it on the map", tip="Opens what shows it: watch it, change it")
        self.save = Button(
            theme, "Save card…", icon="picture", kind="quiet", tip="A page for a slide, as PNG"
        )
        self.run = Button(theme, "Run it", icon="play", kind="primary", tip="Runs the experiment")
        self.rerun = Button(theme, "Run it again", icon="play", kind="quiet", tip="Runs the experiment again")
        self.next = Button(theme, "Next claim", kind="quiet", tip="Goes to the next claim of the list")
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
        buttons = QGridLayout()  # below each other: a narrow card has no room for both in a row
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self.open, 0, 0)
        buttons.addWidget(self.save, 1, 0)
        buttons.setColumnStretch(1, 1)
        parts: tuple[QWidget | QLayout, ...] = (
            self.says, self.said, self.idea, self.job, self.judgement, self.found_title, self.found,
            self.truth_title, self.truth, *self.repairs, buttons, self.ran_title, self.ran,
            self.sources_title, self.sources,
        )  # fmt: skip
        for part in parts:
            if isinstance(part, QWidget):
                self._column.addWidget(part)
            else:
                self._column.addLayout(part)
        self._column.addStretch(1)
        self.area = column_area(inside)
        foot = QHBoxLayout()
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.next)
        foot.addStretch(1)
        foot.addWidget(self.rerun)
        foot.addWidget(self.run)
        self._all = QVBoxLayout(self)
        self._all.setContentsMargins(2, 0, 0, 0)
        self._all.addLayout(top)
        self._all.addWidget(self.title)
        self._all.addWidget(self.area, 1)
        self._all.addLayout(foot)
        self._fit()

    def _connect(self) -> None:
        for button, act in (
            (self.leave, "leave"), (self.run, "run"), (self.open, "open"), (self.save, "save"),
            (self.next, "next"), (self.rerun, "run"),
        ):  # fmt: skip
            button.clicked.connect(lambda _checked=False, act=act: self.asked.emit(act))
        self.job.cancelled.connect(lambda: self.asked.emit("stop"))
        for k, repair in enumerate(self.repairs):
            repair.acted.connect(lambda k=k: self.repair_wanted.emit(k))
        for keys, act in (("Alt+Left", "back"), ("Alt+Right", "next")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda act=act: self.asked.emit(act))

    def _fit(self) -> None:
        theme = self._theme
        self._all.setSpacing(look.px(theme, 6))
        self._column.setContentsMargins(0, look.px(theme, 6), look.px(theme, 4), look.px(theme, 6))
        self._column.setSpacing(look.px(theme, 8))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def state(self) -> ClaimState:
        """Return what is shown."""
        return self._state

    def set_state(self, state: ClaimState) -> None:
        """Show a claim as it stands now; another one begins at its top."""
        before, self._state = self._state, state
        if state == before:
            return
        outcome = state.outcome
        held = any(button.hasFocus() for button in (self.run, self.rerun, self.job.stop))
        self.title.set_text(state.title)
        self.place.set_text(f"{state.at + 1} of {state.count}")
        self.place.updateGeometry()
        self.said.words.set_text(f"“{state.said}”")
        self.idea.set_text(state.idea)
        self.job.set_job(state.job)
        self.job.setVisible(bool(state.job.sentence or state.job.problem))
        if outcome is not None:
            self.judgement.set_judgement(outcome.judgement.capitalize(), outcome.role)
            self.found.set_text("\n\n".join(outcome.found))
            self.truth.set_text(outcome.truth)
            self.ran.setText("\n".join(outcome.ran).replace(",", ",\u200b"))  # settings may break
        repairs = outcome.repairs if outcome is not None else ()
        for k, words in enumerate(self.repairs):
            words.set_text(repairs[k] if k < len(repairs) else "", "Open it" if k < len(repairs) else "")
            words.setVisible(k < len(repairs))
        for part in (
            self.judgement, self.found_title, self.found, self.truth_title, self.truth, self.open,
            self.save, self.ran_title, self.ran,
        ):  # fmt: skip
            part.setVisible(outcome is not None)
        self.sources.setText("\n".join(state.sources))
        for part in (self.sources, self.sources_title):
            part.setVisible(bool(state.sources) and outcome is not None)
        under_way = bool(state.job.sentence)
        for button, shown in ((self.run, outcome is None), (self.rerun, outcome is not None)):
            button.set_available(not under_way, "It is being run.")
            button.setVisible(shown)
        self.next.setVisible(state.at + 1 < state.count)
        if held:  # a button that goes would leave the keyboard to whatever comes next
            self.take_keyboard()
        if (before.title, before.at) != (state.title, state.at):
            self.area.verticalScrollBar().setValue(0)
        elif outcome is not None and before.outcome is None:
            self._column.activate()
            self.area.ensureWidgetVisible(self.judgement, 0, look.px(self._theme, 60))

    def take_keyboard(self) -> None:
        """Have the keyboard where it is of use."""
        button = self.run if self._state.outcome is None else self.open
        (self.job.stop if self._state.job.sentence else button).setFocus(Qt.FocusReason.TabFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep the keys of the button that has the keyboard."""
        return keeps_press(event) or super().event(event)

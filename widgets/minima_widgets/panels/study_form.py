"""What a study is to do: which lines, from how many starts, at which cost, and what counts as success."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.inside_chips import InsideChips
from minima_widgets.panels.job_line import JobLine
from minima_widgets.panels.lines import InsideItem
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.segments import Segments
from minima_widgets.panels.study_values import Job, StudyForm
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["StudyRows"]

MOST = 10**12
_LARGEST = 1e300
_UNITS = (
    ("steps", "Steps", "Each try gets as many steps as the others, whatever a step costs."),
    ("evaluations", "Evaluations", "Each try may evaluate as often as the others, gradients included."),
)


class StudyRows(QWidget):
    """Signals: ``switched(id, on)``, ``starts_changed(n)``, ``tries_changed(n)``, ``cost_changed(unit, n)``.

    ``target_changed(loss or None)``, ``run_wanted()`` and ``cancelled()``.
    """

    switched = Signal(int, bool)
    starts_changed = Signal(int)
    tries_changed = Signal(int)
    cost_changed = Signal(str, object)
    target_changed = Signal(object)
    run_wanted = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._form = StudyForm()
        self.chips = InsideChips(theme)
        self.chips.setAccessibleName("Lines that take part")
        self.chips.switched.connect(lambda name, on: self.switched.emit(int(name), on))
        self.starts = NumberField(theme, "The number of starts", 100, 1, MOST, whole=True)
        self.tries = NumberField(theme, "The number of tries from each start", 1, 1, MOST, whole=True)
        self.budget = NumberField(theme, "What each try gets", 500, 1, MOST, whole=True)
        self.unit = Segments(theme, _UNITS, "steps", name="Each try gets so many")
        self.target = Segments(theme, (), "global", name="It works if a try reaches")
        self.loss = NumberField(theme, "The loss to be reached", 0.0, -_LARGEST, _LARGEST)
        self.starts.entered.connect(lambda value: self.starts_changed.emit(int(value)))
        self.tries.entered.connect(lambda value: self.tries_changed.emit(int(value)))
        self.budget.entered.connect(lambda value: self.cost_changed.emit(self.unit.value(), int(value)))
        self.unit.chosen.connect(lambda unit: self.cost_changed.emit(unit, int(self.budget.value())))
        self.target.chosen.connect(self._choose_target)
        self.loss.entered.connect(lambda value: self.target_changed.emit(float(value)))
        self.problem = Note(theme, role="error")
        self.problem.hide()
        for field in (self.starts, self.tries, self.budget, self.loss):
            field.refused.connect(self._refuse)
        self.estimate = Note(theme)
        self.run = Button(theme, "Run", icon="play", tip="Try the race from all these starts")
        self.run.clicked.connect(self.run_wanted)
        self.job = JobLine(theme)
        self.job.cancelled.connect(self.cancelled)
        self._words: list[Line] = []
        self._grid = QGridLayout()
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self._row(0, "starts", self._beside(self.starts, self._label("tries each"), self.tries))
        self._row(1, "each gets", self._beside(self.budget, self.unit))
        self._row(2, "works if at", self.target)
        self._aim = self._beside(self.loss, self._label("or less"))
        self._grid.addWidget(self._aim, 3, 1)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(10)
        below.addWidget(self.estimate, 1, Qt.AlignmentFlag.AlignVCenter)
        below.addWidget(self.run, 0, Qt.AlignmentFlag.AlignTop)
        self._below = QWidget()
        self._below.setLayout(below)
        self._below.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.addWidget(self.chips)
        self._layout.addLayout(self._grid)
        for widget in (self.problem, self._below, self.job):
            self._layout.addWidget(widget)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_form(self._form)

    def set_form(self, form: StudyForm) -> None:
        """Show what a study would do now, leaving alone what somebody is typing."""
        self._form = form
        self.chips.set_items(
            [InsideItem(str(each.id), each.name, each.meaning, each.role, each.on) for each in form.lines],
            True,
        )
        self.chips.setVisible(bool(form.lines))
        self.starts.set_value(form.starts)
        self.tries.set_value(form.tries)
        self.tries.setToolTip(look.tip(form.repeats or "Tries from each start, with seeds of their own."))
        self.unit.set_value(form.unit)
        self.budget.set_value(form.budget)
        usual = form.usual
        self.target.set_choices(
            (
                ("global", usual, f"A try succeeds where it comes to the {usual}."),
                ("loss", "a loss of", "A try succeeds where its loss comes down to a number of your own."),
            )
        )
        self.target.set_value("global" if form.target is None else "loss")
        if form.target is not None:
            self.loss.set_value(form.target)
        self._aim.setVisible(form.target is not None)
        self.estimate.setText(form.why_not or form.estimate)
        self.run.set_available(not form.why_not, form.why_not)

    def set_job(self, job: Job) -> None:
        """Show how far a study has come, or that none runs."""
        self.job.set_job(job)
        self._below.setVisible(not job.sentence)

    def propose_loss(self, loss: float) -> None:
        """Have this loss ready for who wants to choose one."""
        if self._form.target is None:
            self.loss.set_value(loss)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _choose_target(self, which: str) -> None:
        self.target_changed.emit(None if which == "global" else self.loss.value())

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _label(self, words: str) -> Line:
        label = Line(self._theme, words, role="muted", size="small")
        label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._words.append(label)
        return label

    def _row(self, row: int, words: str, control: QWidget) -> None:
        self._grid.addWidget(self._label(words), row, 0)
        self._grid.addWidget(control, row, 1)

    def _beside(self, *widgets: QWidget) -> QWidget:
        box = QWidget()
        layout = QHBoxLayout(box)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(7)
        for widget in widgets:
            layout.addWidget(widget)
        if not any(isinstance(widget, Segments) for widget in widgets):
            layout.addStretch(1)
        return box

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 8))
        self._grid.setVerticalSpacing(look.px(self._theme, 6))
        for field, wide in ((self.starts, 76), (self.tries, 44), (self.budget, 76), (self.loss, 76)):
            field.setFixedWidth(look.px(self._theme, wide))

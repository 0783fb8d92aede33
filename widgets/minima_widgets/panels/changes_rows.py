"""The changes of a landscape as sliders: penalties, smoothing, tilt, each with a sentence about it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.landscape_values import ChangesState
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.setting_row import SettingsList
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["ChangesRows"]

_TITLES = {
    "l2": (
        "L2 penalty",
        "λ₂",
        "Adds λ₂ times the squared distance from the point below: pulls gently, the further the harder.",
    ),
    "l1": (
        "L1 penalty",
        "λ₁",
        "Adds λ₁ times the distance along each axis: pulls as hard near the point as far from it.",
    ),
    "smoothing": (
        "smoothing",
        "σ",
        "Looks at the landscape through frosted glass: each value becomes the mean around it, a Gaussian of "
        "width σ. Small wells vanish first.",
    ),
    "tilt": ("tilt", "", "Adds a slope: the whole landscape leans that way."),
}


class ChangesRows(QWidget):
    """Fed with a `ChangesState`; ``changed(name, value, finished)``.

    The names are those of the changes: ``"l1"``, ``"l2"``, ``"smoothing"`` with a number, ``"towards"`` and
    ``"tilt"`` with a tuple of numbers, one a variable.
    """

    changed = Signal(str, object, bool)
    reset = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = ChangesState()
        self._list: SettingsList | None = None
        self._towards: list[NumberField] = []
        self._point = QWidget()
        self._point_row = QHBoxLayout(self._point)
        self._point_row.setContentsMargins(0, 0, 0, 0)
        self._point_row.setSpacing(6)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.note = Note(theme)
        self.back = Button(
            theme, "Back to the landscape as it is", kind="link", tip="Set all of these changes to 0"
        )
        self.back.clicked.connect(self.reset)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self._point, self.problem, self.note):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self.set_state(self._state)

    @property
    def rows(self) -> SettingsList:
        """The sliders."""
        assert self._list is not None
        return self._list

    @property
    def point(self) -> list[NumberField]:
        """The fields of the point that penalties pull towards."""
        return self._towards

    def set_state(self, state: ChangesState) -> None:
        """Show these values, leaving alone what somebody is at."""
        fresh = self._list is None or state.dimension != self._state.dimension
        self._state = state
        rows = self._rows()
        if self._list is None or fresh:
            self._make_list(rows)
        elif self._list.fits(rows):
            self._list.set_rows(rows)
        elif not self._list.busy:  # a slider that is being dragged keeps its ends
            self._make_list(rows)
        if fresh:
            self._make_point()
        for field, value in zip(self._towards, self._full(state.towards), strict=True):
            field.set_value(value)
        why_not = dict(state.why_not)
        for row in rows:
            editor = self.rows.editor(row.name)
            assert editor is not None
            key = row.name.partition(" ")[0]
            editor.control.setEnabled(key not in why_not)
            editor.control.setToolTip(look.tip(why_not.get(key, "")))
        self.note.setText(state.note)
        self.note.setVisible(bool(state.note))
        self.back.setVisible(not state.quiet)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    def _rows(self) -> tuple[SettingRow, ...]:
        state = self._state
        why_not = dict(state.why_not)
        rows = []
        for name, value, most in (
            ("l2", state.l2, state.most_l2),
            ("l1", state.l1, state.most_l1),
            ("smoothing", state.smoothing, state.most_smoothing),
        ):
            title, symbol, meaning = _TITLES[name]
            rows.append(
                SettingRow(
                    name,
                    symbol,
                    why_not.get(name, meaning),
                    value,
                    0.0,
                    most,
                    "square",
                    default=0.0,
                    title=title,
                )
            )
        for axis, value in enumerate(self._full(state.tilt)):
            letter = self._letter(axis)
            last = axis == state.dimension - 1
            rows.append(
                SettingRow(
                    f"tilt {axis}",
                    letter,
                    _TITLES["tilt"][2] if last else "",
                    value,
                    -state.most_tilt,
                    state.most_tilt,
                    "square",
                    default=0.0,
                    title="tilt along",
                )
            )
        return tuple(rows)

    def _full(self, numbers: tuple[float, ...]) -> tuple[float, ...]:
        return (*numbers, *(0.0,) * self._state.dimension)[: self._state.dimension]

    def _letter(self, axis: int) -> str:
        return "xy"[axis] if self._state.dimension <= len("xy") else f"x{axis + 1}"

    def _make_list(self, rows: tuple[SettingRow, ...]) -> None:
        if self._list is not None:
            self._layout.removeWidget(self._list)
            self._list.hide()
            self._list.deleteLater()
        self._list = SettingsList(self._theme, rows)
        self._list.changed.connect(self._report)
        self._layout.insertWidget(0, self._list)

    def _make_point(self) -> None:
        while self._point_row.count():
            item = self._point_row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._towards = []
        words = Line(self._theme, "Penalties pull towards", role="muted", size="small")
        self._point_row.addWidget(words)
        for axis in range(self._state.dimension):
            letter = self._letter(axis)
            field = NumberField(self._theme, f"{letter} of the point", 0.0, -1e300, 1e300)
            field.setToolTip(look.tip(f"{letter} of the point that the penalties pull towards."))
            field.entered.connect(lambda _value: self._move_point())
            field.refused.connect(self._refuse)
            self._point_row.addWidget(field, 1)
            self._towards.append(field)
        self._fit()

    def _move_point(self) -> None:
        self._refuse("")
        self.changed.emit("towards", tuple(field.value() for field in self._towards), True)

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def _report(self, name: str, value: object, finished: bool) -> None:
        key, _, axis = name.partition(" ")
        assert isinstance(value, int | float)
        if not axis:
            self.changed.emit(key, float(value), finished)
            return
        tilt = list(self._full(self._state.tilt))
        tilt[int(axis)] = float(value)
        self.changed.emit(key, tuple(tilt), finished)

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 9))
        for field in self._towards:
            field.setMaximumWidth(look.px(self._theme, 66))

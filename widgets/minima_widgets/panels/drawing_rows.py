"""Landscapes drawn by hand and at random: the tool for the mouse, the wells there are, and a seed."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.controls import Button
from minima_widgets.panels.landscape_values import WellRow
from minima_widgets.panels.lines import SettingRow
from minima_widgets.panels.number_control import NumberField
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.setting_row import SettingsList
from minima_widgets.panels.switches import SwitchLine
from minima_widgets.panels.table import Cells, Heading, Table
from minima_widgets.panels.texts import Field, Line, Note
from minima_widgets.theme import Theme

__all__ = ["DrawingRows"]

MOST_MINIMA = 40
LARGEST_SEED = 2**63 - 1
HINT = "Click the map to place a well, drag it to move it, drag its ring to widen it; the wheel deepens it."
EMPTY = "No wells yet: click the map, and the ground gives way there."


class DrawingRows(QWidget):
    """Signals for what a person wants of a drawn landscape.

    ``draw_toggled(on)``; ``well_selected(i)`` (−1: none); ``well_changed(i, depth, width, finished)`` (a
    negative depth is a hill); ``well_removed(i)``; ``random_requested(minima, seed)`` with None for a new
    seed.
    """

    draw_toggled = Signal(bool)
    well_selected = Signal(int)
    well_changed = Signal(int, float, float, bool)
    well_removed = Signal(int)
    random_requested = Signal(int, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._wells: tuple[WellRow, ...] = ()
        self._most_depth, self._most_width = 2.0, 2.0
        self._settings: SettingsList | None = None
        self.tool = SwitchLine(
            theme, "Draw wells with the mouse", tip="A landscape of your own: wells, and hills to climb."
        )
        self.tool.toggled.connect(self._switch)
        self.hint = Note(theme, HINT)
        self.table = Table(
            theme,
            (
                Heading("well", "Wells pull down, hills push up.", words=True),
                Heading("at", "Where its middle is.", words=True, gives_way=1),
                Heading("depth", "How far its middle lies below the ground around; below 0 it is a hill."),
                Heading("width", "How wide it is."),
            ),
            "Wells",
        )
        self.table.chosen.connect(self._select)
        self.remove = Button(theme, "Remove", icon="remove", kind="quiet", tip="Take this well away")
        self.remove.clicked.connect(lambda: self.well_removed.emit(self.table.current))
        self.minima = NumberField(theme, "The number of minima", 5, 1, MOST_MINIMA, whole=True)
        self.seed = Field(
            theme, "Seed", tip="A whole number gives the same landscape again; empty: a new one."
        )
        self.seed.setPlaceholderText("new")
        self.seed.setStyleSheet("QLineEdit { padding: 2px 6px; }")
        self.make = Button(
            theme, "Random landscape", icon="dice", tip="A landscape by chance, with exactly so many minima"
        )
        self.make.clicked.connect(self._ask)
        self.seed.returnPressed.connect(self._ask)
        self.problem = Note(theme, role="error")
        self.problem.hide()
        self.minima.refused.connect(self._refuse)
        chance = QHBoxLayout()
        chance.setContentsMargins(0, 0, 0, 0)
        chance.setSpacing(6)
        for words, field in (("minima", self.minima), ("seed", self.seed)):
            label = Line(theme, words, role="muted", size="small")
            label.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            chance.addWidget(label)
            chance.addWidget(field, 1)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.tool, self.hint, self.table):
            self._layout.addWidget(widget)
        self._layout.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self.make)
        self._layout.addLayout(chance)
        self._layout.addWidget(self.problem)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._fit()
        self._show()

    @property
    def settings(self) -> SettingsList | None:
        """The sliders of the chosen well, if one is chosen."""
        return self._settings

    def set_drawing(self, on: bool) -> None:
        """Show whether the mouse draws."""
        self.tool.set_on(on)
        self._show()

    def set_wells(
        self, wells: Iterable[WellRow], selected: int = -1, most_depth: float = 2.0, most_width: float = 2.0
    ) -> None:
        """Show these wells; the sliders of the chosen one reach to `most_depth` and `most_width`."""
        self._wells = tuple(wells)
        self._most_depth, self._most_width = most_depth, most_width
        self.table.set_rows(
            [
                Cells(
                    (
                        f"{'well' if well.depth >= 0 else 'hill'} {k + 1}",
                        f"{format_number(well.x)}, {format_number(well.y)}",
                        format_number(well.depth),
                        format_number(well.width),
                    )
                )
                for k, well in enumerate(self._wells)
            ]
        )
        self.table.set_current(selected)
        self._show()

    def set_seed(self, seed: int | None) -> None:
        """Show the seed that made the present landscape."""
        self.seed.show_text("" if seed is None else str(seed))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)
        self._fit()

    # -- inside --------------------------------------------------------------------------------------------

    def _fit(self) -> None:
        self._layout.setSpacing(look.px(self._theme, 7))

    def _switch(self, on: bool) -> None:
        self._show()
        self.draw_toggled.emit(on)

    def _select(self, row: int) -> None:
        self._show()
        self.well_selected.emit(row)

    def _show(self) -> None:
        on = self.tool.is_on()
        self.hint.setText(HINT if self._wells or not on else f"{EMPTY} {HINT}")
        self.hint.setVisible(on)
        self.table.setVisible(bool(self._wells))
        chosen = self.table.current
        self.remove.setVisible(0 <= chosen < len(self._wells))
        rows = self._rows(self._wells[chosen]) if 0 <= chosen < len(self._wells) else ()
        if self._settings is not None and rows and self._settings.busy:
            return  # a slider that is being dragged keeps its ends
        if self._settings is not None and rows and self._settings.fits(rows):
            self._settings.set_rows(rows)
            return
        if self._settings is not None:
            self._layout.removeWidget(self._settings)
            self._settings.hide()
            self._settings.deleteLater()
            self._settings = None
        if rows:
            self._settings = SettingsList(self._theme, rows)
            self._settings.changed.connect(self._report)
            self._layout.insertWidget(self._layout.indexOf(self.remove), self._settings)

    def _rows(self, well: WellRow) -> tuple[SettingRow, ...]:
        depth = max(self._most_depth, abs(well.depth))
        width = max(self._most_width, well.width)
        return (
            SettingRow("depth", "", "Below 0 it is a hill.", well.depth, -depth, depth, "square"),
            SettingRow("width", "", "", well.width, width / 200, width, "log"),
        )

    def _report(self, name: str, value: object, finished: bool) -> None:
        chosen = self.table.current
        if not 0 <= chosen < len(self._wells):
            return
        assert isinstance(value, int | float)
        well = self._wells[chosen]
        depth, width = (value, well.width) if name == "depth" else (well.depth, value)
        self.well_changed.emit(chosen, float(depth), float(width), finished)

    def _ask(self) -> None:
        typed = self.seed.text().strip()
        whole = typed.isascii() and typed.isdecimal() and len(typed) < 20
        seed = int(typed) if whole else None
        if typed and (seed is None or seed > LARGEST_SEED):
            self._refuse(f"“{typed[:30]}” is no seed; one is a whole number such as 7, or nothing at all.")
            return
        self._refuse("")
        self.random_requested.emit(int(self.minima.value()), seed)

    def _refuse(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

"""The panel of the landscape: what it teaches, its parameters, region and changes, and how to draw one.

It is fed with plain values and reports gestures; what they do to the landscape is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from minima_widgets.panels.bubbles import ExplainedText
from minima_widgets.panels.changes_rows import ChangesRows
from minima_widgets.panels.controls import Button
from minima_widgets.panels.drawing_rows import DrawingRows
from minima_widgets.panels.landscape_values import AxisRow, ChangesState, SliderRow, WellRow
from minima_widgets.panels.numbers import format_number
from minima_widgets.panels.parameter_row import ParameterRow
from minima_widgets.panels.region_rows import RegionRows
from minima_widgets.panels.sections import Column
from minima_widgets.panels.segments import Segments
from minima_widgets.panels.texts import Line, Note
from minima_widgets.theme import Theme

__all__ = ["AxisRow", "ChangesState", "LandscapePanel", "SliderRow", "WellRow"]

NO_PARAMETERS = (
    "This formula has none. Write a letter into it, such as a in a·x² + y², and its slider appears here."
)


class LandscapePanel(Column):
    """Everything about the landscape itself.

    Signals: ``parameter_changed(name, value, finished)``, ``parameter_ranged(name, lower, upper)``,
    ``region_edited(axis, low, high)``, ``region_reset()``, ``change_changed(name, value, finished)`` (see
    `ChangesRows`), ``changes_reset()``, ``variant_chosen(name)``, ``draw_toggled(on)``, ``well_selected(i)``,
    ``well_changed(i, depth, width, finished)``, ``well_removed(i)``, ``random_requested(minima, seed)``.
    """

    parameter_changed = Signal(str, float, bool)
    parameter_ranged = Signal(str, float, float)
    region_edited = Signal(int, float, float)
    region_reset = Signal()
    change_changed = Signal(str, object, bool)
    changes_reset = Signal()
    variant_chosen = Signal(str)
    draw_toggled = Signal(bool)
    well_selected = Signal(int)
    well_changed = Signal(int, float, float, bool)
    well_removed = Signal(int)
    random_requested = Signal(int, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "Landscape", parent)
        self._rows: dict[str, ParameterRow] = {}
        self._about()
        parameters = self.add_section("parameters", "Parameters")
        self.nothing = Note(theme, NO_PARAMETERS)
        parameters.add(self.nothing)
        region = self.add_section("region", "Region")
        self.region = RegionRows(theme)
        self.region_back = Button(
            theme, "Back to its own region", kind="link", tip="The region in which this landscape is defined"
        )
        self.region_back.hide()
        region.add(self.region)
        region.inside.addWidget(self.region_back, 0, Qt.AlignmentFlag.AlignLeft)
        changes = self.add_section("changes", "Change the landscape", is_open=False)
        self.changes = ChangesRows(theme)
        changes.add(self.changes)
        drawing = self.add_section("drawing", "Draw your own", is_open=False)
        self.drawing = DrawingRows(theme)
        drawing.add(self.drawing)
        self.region.edited.connect(self.region_edited)
        self.region_back.clicked.connect(self.region_reset)
        self.changes.changed.connect(self.change_changed)
        self.changes.reset.connect(self.changes_reset)
        for name in ("draw_toggled", "well_selected", "well_changed", "well_removed", "random_requested"):
            getattr(self.drawing, name).connect(getattr(self, name))

    def _about(self) -> None:
        theme = self._theme
        about = QWidget()
        column = QVBoxLayout(about)
        column.setContentsMargins(4, 2, 4, 8)
        column.setSpacing(4)
        self.lesson = ExplainedText(theme, "")
        self.source = ExplainedText(theme, "", role="muted", quiet=True)
        losses = QWidget()
        row = QHBoxLayout(losses)
        row.setContentsMargins(0, 4, 0, 0)
        row.setSpacing(8)
        self.loss_words = Line(theme, "Loss", role="muted", size="small")
        self.loss = Segments(theme, name="Loss")
        self.loss.chosen.connect(self.variant_chosen)
        row.addWidget(self.loss_words)
        row.addWidget(self.loss, 1)
        self._losses = losses
        for widget in (self.lesson, self.source, losses):
            widget.hide()
            column.addWidget(widget)
        self.add(about)

    # -- what is shown -------------------------------------------------------------------------------------

    def set_about(self, lesson: str, source: str = "") -> None:
        """Say in a sentence what this landscape teaches, and where it comes from."""
        self.lesson.set_text(lesson)
        self.lesson.setVisible(bool(lesson))
        self.source.set_text(source)
        self.source.setVisible(bool(source))

    def set_variants(
        self, variants: Iterable[tuple[str, str, str]], chosen: str = "", title: str = "Loss"
    ) -> None:
        """Offer landscapes of one family (name, title, tip), such as another loss on the same data."""
        variants = tuple(variants)
        self.loss.set_choices(variants)
        self.loss.set_value(chosen)
        self.loss_words.set_text(title)
        self._losses.setVisible(len(variants) > 1)

    def set_parameters(self, rows: Iterable[SliderRow]) -> None:
        """Show these parameters; those that stay keep what somebody is at."""
        rows = tuple(rows)
        section = self.section("parameters")
        for name in [name for name in self._rows if name not in {row.name for row in rows}]:
            self._drop(name)
        for place, row in enumerate(rows):
            widget = self._rows.get(row.name)
            if widget is not None and not widget.fits(row):
                self._drop(row.name)
                widget = None
            if widget is None:
                widget = self._rows[row.name] = ParameterRow(self._theme, row)
                widget.changed.connect(self.parameter_changed)
                widget.ranged.connect(self.parameter_ranged)
            else:
                widget.set_row(row)
            if section.inside.indexOf(widget) != place:
                section.inside.removeWidget(widget)
                section.inside.insertWidget(place, widget)
        self.nothing.setVisible(not rows)
        values = ", ".join(f"{row.symbol or row.name} {format_number(row.value)}" for row in rows[:4])
        section.set_note(values)

    def parameter(self, name: str) -> ParameterRow:
        """Return the row of the parameter `name`; KeyError when there is none."""
        return self._rows[name]

    def stop_sweeps(self) -> None:
        """Stop whatever moves by itself."""
        for row in self._rows.values():
            row.set_sweeping(False)

    def set_region(self, axes: Iterable[AxisRow], *, own: bool = True) -> None:
        """Show the region; `own` tells whether it is the landscape's own, to which there is a way back."""
        axes = tuple(axes)
        self.region.set_rows(axes)
        self.region_back.setVisible(not own)
        self.section("region").set_note(
            " · ".join(
                f"{axis.symbol} {format_number(axis.low)} … {format_number(axis.high)}" for axis in axes[:2]
            )
        )

    def set_region_problem(self, sentence: str) -> None:
        """Say what is wrong with the region that was asked for, or nothing."""
        self.region.set_problem(sentence)

    def set_changes(self, state: ChangesState) -> None:
        """Show what is changed about the landscape."""
        self.changes.set_state(state)
        on = [
            words
            for words, value in (
                ("L2", state.l2),
                ("L1", state.l1),
                ("smoothed", state.smoothing),
                ("tilted", any(state.tilt)),
            )
            if value
        ]
        self.section("changes").set_note(", ".join(on) or "none")

    def set_drawing(self, on: bool) -> None:
        """Show whether the mouse draws."""
        self.drawing.set_drawing(on)

    def set_wells(
        self, wells: Iterable[WellRow], selected: int = -1, most_depth: float = 2.0, most_width: float = 2.0
    ) -> None:
        """Show the wells of a drawn landscape, none for any other, and which of them is chosen."""
        wells = tuple(wells)
        self.drawing.set_wells(wells, selected, most_depth, most_width)
        count = len(wells)
        self.section("drawing").set_note(f"{count} well{'' if count == 1 else 's'}" if count else "")

    def set_seed(self, seed: int | None) -> None:
        """Show the seed that made the present landscape, None where there is none."""
        self.drawing.set_seed(seed)

    def _drop(self, name: str) -> None:
        widget = self._rows.pop(name)
        self.section("parameters").inside.removeWidget(widget)
        widget.set_sweeping(False)
        widget.hide()
        widget.deleteLater()

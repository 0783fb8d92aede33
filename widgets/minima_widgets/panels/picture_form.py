"""The form of a picture: what it shows, how large it is, on what ground, and which words are on it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from minima_widgets.paint.sizes import (
    PAPER_POINTS,
    PRESETS,
    USUAL_POINTS,
    PictureSize,
    preset_of,
)
from minima_widgets.panels import look
from minima_widgets.panels.controls import Choice, Switch
from minima_widgets.panels.numbers import format_number, parse_number
from minima_widgets.panels.part_chips import Part, PartChips
from minima_widgets.panels.picture_options import ARRANGEMENTS, GROUNDS, PictureOptions
from minima_widgets.panels.texts import Field, Line
from minima_widgets.theme import Theme

__all__ = ["MANY_VIEWS", "FormValues", "PictureForm"]

MANY_VIEWS = ("map", "surface", "both", "trace")
"""Views of which filmstrips and grids are made."""
PARTS = (
    Part("legend", "Legend", "The methods with their settings and verdicts."),
    Part("caption", "Caption", "What ran: formula, start, steps, seed."),
    Part("heights", "Bar of heights", "The colours of the map, with their losses."),
    Part("basins", "Basins", "Whatever colours the ground: basins, chances, slopes."),
    Part("insides", "Insides", "What is drawn inside of the selected method."),
)
CLEAR = "No ground of its own: what is behind the picture shines through"
_OWN = (("px", "Pixels …"), ("cm", "Centimetres …"))
_TYPES = (6.0, 7.0, 8.0, 9.0, 10.5, 12.0, 14.0, 18.0)
_PAPER = 16.0
"""Centimetres that a picture is wide when somebody changes over to paper."""


@dataclass(frozen=True)
class FormValues:
    """What there is to choose from.

    Attributes
    ----------
    views
        Pairs of name and title.
    pages
        Those of the views that are whole pages: they have words of their own.
    settings
        For grids: name, title and usual values of each setting.
    steps
        The steps of a strip for which nothing is typed.
    shown
        Which of ``"basins"`` and ``"insides"`` the view has now.
    """

    views: tuple[tuple[str, str], ...]
    pages: frozenset[str] = frozenset()
    settings: tuple[tuple[str, str, str], ...] = ()
    steps: str = ""
    shown: frozenset[str] = frozenset()


class PictureForm(QWidget):
    """The form; ``changed(options)`` after every change, ``refused(sentence)`` for what cannot be."""

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme, options: PictureOptions, values: FormValues) -> None:
        super().__init__()
        self._theme = theme
        self._values = values
        self._rows: dict[str, tuple[Line, QWidget]] = {}
        self._grid = QGridLayout()
        self._make(options)
        self._options = self._settled(options)
        self._show()
        self._connect()

    def options(self) -> PictureOptions:
        """Return what is chosen now."""
        return self._options

    def set_format(self, ending: str) -> None:
        """Take the format that the file has."""
        if ending != self._options.format:
            self._change(format=ending)

    def set_film(self, film: bool) -> None:
        """Say whether it is to be a film, which always has a ground."""
        self.clear.setEnabled(not film)
        why = "Films have a ground of their own." if film else ""
        self.clear.setToolTip(look.tip(CLEAR, why=why))

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    # -- what it is made of --------------------------------------------------------------------------------

    def _make(self, options: PictureOptions) -> None:
        theme, values = self._theme, self._values
        self.arrange = Choice(
            theme, ARRANGEMENTS, options.arrange, name="Picture", tip="One picture, or several panels on one"
        )
        self.view = Choice(theme, values.views, options.view, name="View", tip="What is on the picture")
        self.steps = Field(theme, "Steps of the filmstrip", tip="Steps with commas between them, one a panel")
        self.steps.setPlaceholderText(values.steps)
        settings = tuple((name, title) for name, title, _ in values.settings)
        first = settings[0][0] if settings else ""
        chosen = options.setting if options.setting in dict(settings) else first
        self.setting = Choice(theme, settings, chosen, name="Setting", tip="What differs from panel to panel")
        self.values = Field(
            theme, "Values of the setting", tip="Values with commas between them, one a panel"
        )
        self.size_choice = Choice(
            theme,
            (*((each.name, each.title) for each in PRESETS), *_OWN),
            "px",
            name="Size",
            tip="What the picture is for, or its size",
        )
        self.width_field = Field(theme, "Width", tip="Width of the picture")
        self.height_field = Field(theme, "Height", tip="Height of the picture")
        self.measure = Line(theme, "cm", role="muted")
        self.dpi_field = Field(theme, "Dots per inch", tip="Dots per inch; 300 suits paper")
        self.type_choice = Choice(
            theme,
            tuple((f"{each:g}", f"{each:g} pt") for each in _TYPES),
            f"{options.type_size:g}",
            name="Type",
            tip="Size of words: points on paper; on screens and slides 10.5 is usual. Lines grow with it.",
        )
        self.ground = Choice(theme, GROUNDS, options.theme, name="Theme", tip="Colours, and size of type")
        self.clear = Switch(theme, "Transparent")
        self.clear.setToolTip(look.tip(CLEAR))
        self.title = Field(theme, "Title", tip="The title on the picture; empty for none")
        self.title.setPlaceholderText("no title")
        self.title.setText(options.title)
        self.steps.setText(options.steps)
        self.values.setText(options.values)
        self.chips = PartChips(theme, PARTS)
        self._lay_out()

    def _lay_out(self) -> None:
        grid = self._grid
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        times = Line(self._theme, "×", role="muted")
        times.setFixedWidth(times.sizeHint().width())
        size = _row(self.width_field, times, self.height_field, self.measure)
        clear = _row(self.type_choice, Line(self._theme, "Transparent", role="muted"), self.clear)
        for name, words, thing in (
            ("arrange", "Picture", self.arrange),
            ("view", "View", self.view),
            ("steps", "Steps", self.steps),
            ("setting", "Setting", self.setting),
            ("values", "Values", self.values),
            ("size", "Size", self.size_choice),
            ("pixels", "", size),
            ("dpi", "dpi", self.dpi_field),
            ("theme", "Theme", self.ground),
            ("type", "Type", clear),
            ("title", "Title", self.title),
            ("parts", "With", self.chips),
        ):
            self._add(name, words, thing)
        # Rows come and go; what stands beside them keeps its place.
        widest = max(label.sizeHint().width() for label, _ in self._rows.values())
        grid.setColumnMinimumWidth(0, widest)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)
        for choice in self.findChildren(Choice):
            choice.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def _add(self, name: str, words: str, thing: QWidget | QLayout) -> None:
        row = len(self._rows)
        label = Line(self._theme, words, role="muted")
        if isinstance(thing, QLayout):
            held = QWidget()
            thing.setContentsMargins(0, 0, 0, 0)
            held.setLayout(thing)
            thing = held
        top = Qt.AlignmentFlag.AlignTop if name == "parts" else Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(label, row, 0, top)
        self._grid.addWidget(thing, row, 1)
        self._rows[name] = (label, thing)

    def _connect(self) -> None:
        self.arrange.chosen.connect(self._choose_arrangement)
        self.view.chosen.connect(lambda value: self._change(view=value))
        self.setting.chosen.connect(lambda value: self._change(setting=value, values=""))
        self.steps.textEdited.connect(lambda text: self._change(steps=text.strip()))
        self.values.textEdited.connect(lambda text: self._change(values=text.strip()))
        self.size_choice.chosen.connect(self._choose_size)
        for field in (self.width_field, self.height_field, self.dpi_field):
            field.left.connect(self._read_size)
        self.type_choice.chosen.connect(lambda value: self._change(type_size=float(value)))
        self.ground.chosen.connect(lambda value: self._change(theme=value))
        self.clear.toggled.connect(lambda on: self._change(clear=on))
        self.title.textChanged.connect(lambda text: self._change(title=text))
        self.chips.switched.connect(lambda name, on: self._change(**{name: on}))

    # -- changes -------------------------------------------------------------------------------------------

    def _change(self, **changes: Any) -> None:
        self._options = self._settled(replace(self._options, **changes))
        self._show()
        self.changed.emit(self._options)

    def _settled(self, options: PictureOptions) -> PictureOptions:
        """Return options that go together."""
        values = self._values
        names = [name for name, _ in values.views]
        arrange = options.arrange if options.arrange in dict(ARRANGEMENTS) else "one"
        if options.view in values.pages or (arrange == "setting" and not values.settings):
            arrange = "one"
        view = options.view if options.view in names else names[0]
        if arrange != "one" and view not in MANY_VIEWS:
            view = "map"
        setting = options.setting
        if arrange == "setting" and setting not in {name for name, *_ in values.settings}:
            setting = values.settings[0][0]
        return replace(options, arrange=arrange, view=view, setting=setting)

    def _choose_arrangement(self, value: str) -> None:
        """Lay out anew; a strip is long and low, and its panels show one view unless somebody wants two."""
        options = self._options
        sizes = {each.name: each.size for each in PRESETS}
        name = preset_of(options.size)
        changes: dict[str, Any] = {"arrange": value}
        if value != "one" and options.arrange == "one" and options.view in {"both", "all"}:
            changes["view"] = "map"
        if value == "strip" and name == "16:9":
            options = options.sized(sizes["strip"])
        elif value != "strip" and name == "strip":
            options = options.sized(sizes["16:9"])
        self._options = options
        self._change(**changes)

    def _choose_size(self, value: str) -> None:
        options = self._options
        known = next((each.size for each in PRESETS if each.name == value), None)
        if known is not None:
            self._change_size(known)
            return
        width, height = options.size.pixels
        if value == "px":
            points = USUAL_POINTS if options.measure == "cm" else options.type_size
            self._change_size(PictureSize(width, height, "px", options.dpi, points))
        elif options.measure != "cm":
            high = round(_PAPER * height / width, 1)
            self._change_size(PictureSize(_PAPER, high, "cm", 300.0, PAPER_POINTS))
        self.size_choice.set_value(value)
        self.width_field.setFocus(Qt.FocusReason.OtherFocusReason)
        self.width_field.selectAll()

    def _change_size(self, size: PictureSize) -> None:
        if problem := size.problem():
            self.refused.emit(f"{problem} It stays {self._options.size.words}.")
            self._show_size()
            return
        self.refused.emit("")
        self._options = self._options.sized(size)
        self._show()
        self.changed.emit(self._options)

    def _read_size(self) -> None:
        """Take a typed size, or say what would be right and keep the old one."""
        fields = (self.width_field, self.height_field, self.dpi_field)
        if not any(field.isModified() for field in fields):
            return
        options = self._options
        width, height, dpi = (parse_number(field.text()) for field in fields)
        for field in fields:
            field.setModified(False)
        if width is None or height is None or dpi is None or min(width, height) <= 0:
            self.refused.emit(f"A size is two numbers, such as 1920 and 1080. It stays {options.size.words}.")
            self._show_size()
            return
        if options.measure == "px":
            width, height = float(round(width)), float(round(height))
        self._change_size(PictureSize(width, height, options.measure, dpi, options.type_size))

    # -- showing -------------------------------------------------------------------------------------------

    def _show(self) -> None:
        options, values = self._options, self._values
        self.arrange.set_value(options.arrange)
        many = options.arrange != "one"
        self.view.set_choices(
            tuple(pair for pair in values.views if not many or pair[0] in MANY_VIEWS) or values.views
        )
        self.view.set_value(options.view)
        self.arrange.set_choices(
            ARRANGEMENTS,
            {} if values.settings else {"setting": "Add a method whose settings are numbers first."},
        )
        page = options.view in values.pages
        self.arrange.set_available(not page, "A page is always one picture.")
        self._show_row("steps", options.arrange == "strip")
        self._show_row("setting", options.arrange == "setting")
        self._show_row("values", options.arrange == "setting")
        if options.arrange == "setting":
            self.setting.set_value(options.setting)
            usual = next((text for name, _, text in values.settings if name == options.setting), "")
            self.values.setPlaceholderText(usual)
            if not options.values and self.values.text():
                self.values.show_text("")
        self.type_choice.set_value(f"{options.type_size:g}")
        self.type_choice.set_available(not page, "A page chooses its type by itself.")
        self.ground.set_value(options.theme)
        if self.clear.isChecked() != options.clear:
            self.clear.setChecked(options.clear)
        self._show_parts(page)
        self._show_size()

    def _show_parts(self, page: bool) -> None:
        options = self._options
        hidden: Collection[str] = {"basins", "insides"} - self._values.shown
        if page:
            hidden = {part.name for part in PARTS}
        elif options.view in {"trace", "tree", "study"}:
            hidden = {*hidden, "heights"}
        if options.arrange in {"methods", "setting"}:
            hidden = {*hidden, "legend", "insides"}
        if options.view == "basins":
            hidden = {*hidden, "basins"}
        self.chips.set_hidden(hidden)
        self.chips.set_on({part.name: getattr(options, part.name) for part in PARTS})
        self._show_row("parts", len(set(hidden)) < len(PARTS))

    def _show_row(self, name: str, there: bool) -> None:
        for widget in self._rows[name]:
            widget.setVisible(there)

    def _show_size(self) -> None:
        options = self._options
        # A preset is what has its size, until somebody wants to type.
        typing = any(field.hasFocus() for field in (self.width_field, self.height_field, self.dpi_field))
        name = preset_of(options.size)
        if not (typing and self.size_choice.value() == options.measure):
            self.size_choice.set_value(name or options.measure)
        self.width_field.show_text(_number(options.width))
        self.height_field.show_text(_number(options.height))
        self.dpi_field.show_text(_number(options.dpi))
        self.measure.set_text("px" if options.measure == "px" else "cm")
        self._show_row("dpi", options.measure == "cm")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else format_number(value, 4)


def _row(*widgets: QWidget) -> QHBoxLayout:
    """Return widgets in a row, fields and choices sharing the width."""
    row = QHBoxLayout()
    row.setSpacing(6)
    for widget in widgets:
        row.addWidget(widget, 1 if isinstance(widget, Field | Choice) else 0)
    return row

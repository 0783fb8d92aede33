"""One line of the race: chip, name, settings, verdict, and below them the method's own settings."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from minima_widgets.panels import look
from minima_widgets.panels.icons import icons
from minima_widgets.panels.inside_chips import InsidesControl
from minima_widgets.panels.line_head import LineHead
from minima_widgets.panels.lines import RaceLine, SettingRow, Value
from minima_widgets.panels.setting_row import SettingsList
from minima_widgets.panels.temperature import TemperatureControl
from minima_widgets.theme import Theme

__all__ = ["LineWidget"]


class LineWidget(QWidget):
    """A line with its settings, which are made when it is unfolded for the first time."""

    toggled = Signal(int, bool)
    selected = Signal(int)
    setting_changed = Signal(int, str, object, bool)
    duplicated = Signal(int)
    removed = Signal(int)
    go_on_wanted = Signal(int)
    unfolded = Signal(int, bool)
    walked = Signal(int, int)
    inside_switched = Signal(int, str, bool)

    def __init__(self, theme: Theme, line: RaceLine) -> None:
        super().__init__()
        self._theme = theme
        self._line = line
        self._settings: SettingsList | None = None
        self._temperature: TemperatureControl | None = None
        self._insides: InsidesControl | None = None
        self._body: QWidget | None = None
        self.head = LineHead(theme, line)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._layout.addWidget(self.head)
        number = line.id
        self.head.toggled.connect(lambda on: self.toggled.emit(number, on))
        self.head.selected.connect(lambda: self.selected.emit(number))
        self.head.removed.connect(lambda: self.removed.emit(number))
        self.head.unfolded.connect(self.set_open)
        self.head.menu_wanted.connect(self._open_menu)
        self.head.walked.connect(lambda step: self.walked.emit(number, step))

    @property
    def line(self) -> RaceLine:
        """What is shown."""
        return self.head.line

    @property
    def is_open(self) -> bool:
        """Whether the settings are unfolded."""
        return self._body is not None and not self._body.isHidden()

    @property
    def settings(self) -> SettingsList | None:
        """The settings, once they have been unfolded."""
        return self._settings

    @property
    def temperature(self) -> TemperatureControl | None:
        """The hand on the temperature, where the method has one."""
        return self._temperature

    @property
    def insides(self) -> InsidesControl | None:
        """What is drawn inside, once the settings have been unfolded."""
        return self._insides

    def set_line(self, line: RaceLine) -> None:
        """Show other values of the same entry."""
        old, self._line = self._line, line
        self.head.set_line(line)
        if self._insides is not None:
            self._insides.set_items(line.insides, line.insides_on)
        if self._body is None or line.settings == old.settings:
            return
        plain, temperature, hold = _split(line.settings)
        fits = self._settings is not None and self._settings.fits(plain)
        if self._settings is None or not fits or (self._temperature is None) != (temperature is None):
            was_open = self.is_open
            self._drop_body()
            if was_open:
                self.set_open(True)
            return
        self._settings.set_rows(plain)
        if self._temperature is not None and temperature is not None:
            self._temperature.set_rows(temperature, hold)

    def hold(self, card: QWidget) -> None:
        """Have a card between the head and the settings: it says the verdict, and the head need not.

        A card is held by one line at a time.
        """
        if self._layout.indexOf(card) < 0:
            self._layout.insertWidget(1, card)
        self.head.set_told(True)

    def let_go(self) -> None:
        """Have the head say the verdict again: the card is elsewhere."""
        self.head.set_told(False)

    def show_value(self, name: str, value: Value) -> None:
        """Show a setting that moved by itself."""
        if not self.is_open:
            return
        if name == "temperature" and self._temperature is not None:
            self._temperature.show_value(float(value))
        elif self._settings is not None:
            self._settings.show_value(name, value)

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold the settings."""
        is_open = is_open and bool(self._line.settings)
        if is_open == self.is_open:
            return
        if is_open and self._body is None:
            self._make_body()
        assert self._body is not None
        self._body.setVisible(is_open)
        self.head.set_open(is_open)
        self.unfolded.emit(self._line.id, is_open)

    def set_theme(self, theme: Theme) -> None:
        """Take colours and sizes from `theme`."""
        self._theme = theme
        look.pass_on(self, theme)

    def _make_body(self) -> None:
        plain, temperature, hold = _split(self._line.settings)
        self._body = QWidget()
        inside = QVBoxLayout(self._body)
        edge = look.px(self._theme, 32)
        inside.setContentsMargins(edge, 8, look.px(self._theme, 6), look.px(self._theme, 12))
        inside.setSpacing(look.px(self._theme, 10))
        report = self._report
        if temperature is not None:
            self._temperature = TemperatureControl(self._theme, temperature, hold)
            self._temperature.changed.connect(report)
            inside.addWidget(self._temperature)
        self._settings = SettingsList(self._theme, plain)
        self._settings.changed.connect(report)
        inside.addWidget(self._settings)
        self._insides = InsidesControl(self._theme)
        self._insides.set_items(self._line.insides, self._line.insides_on)
        number = self._line.id
        self._insides.switched.connect(lambda name, on: self.inside_switched.emit(number, name, on))
        inside.insertWidget(0, self._insides)  # above: some methods have many settings
        self._layout.addWidget(self._body)
        self._body.hide()

    def _drop_body(self) -> None:
        assert self._body is not None
        self._layout.removeWidget(self._body)
        self._body.hide()
        self._body.deleteLater()
        self._body = self._settings = self._temperature = self._insides = None

    def _report(self, name: str, value: object, finished: bool) -> None:
        self.setting_changed.emit(self._line.id, name, value, finished)

    def _open_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        ink = self._theme.hex("text")
        number, name = self._line.id, self._line.name
        for icon, words, signal, tip in (
            (
                "duplicate",
                "Duplicate",
                self.duplicated,
                f"Another {name} with the same settings, to change one of them",
            ),
            (
                "step-forward",
                "Go on from here with…",
                self.go_on_wanted,
                "From the present step on, another method",
            ),
            ("remove", "Remove", self.removed, f"Take {name} out for good; undo brings it back"),
        ):
            action = menu.addAction(icons(icon, ink), words)
            action.setToolTip(tip)
            action.triggered.connect(lambda _checked=False, signal=signal: signal.emit(number))
        menu.setToolTipsVisible(True)
        menu.popup(place)


def _split(
    rows: tuple[SettingRow, ...],
) -> tuple[tuple[SettingRow, ...], SettingRow | None, SettingRow | None]:
    """Take the live temperature and the switch that holds it out of the ordinary settings."""
    temperature = next((row for row in rows if row.live and row.name == "temperature"), None)
    if temperature is None:
        return rows, None, None
    hold = next((row for row in rows if row.name == "hold"), None)
    return tuple(row for row in rows if row is not temperature and row is not hold), temperature, hold

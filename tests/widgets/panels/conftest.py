"""What the tests of the panels share: a theme on the application, and lines of a race."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from minima_widgets.panels.race_panel import MethodItem, RaceLine, SettingRow
from minima_widgets.theme import Theme

_RATE = SettingRow("lr", "η", "How far one step goes.", 0.03, 1e-8, 10.0, "log", default=0.01)
_BETA = SettingRow(
    "momentum", "β", "How much of the last step is kept.", 0.9, 0.0, 1.0, "linear", default=0.9
)
_LOOK_AHEAD = SettingRow("nesterov", "nesterov", "Looks ahead first.", False, scale="switch", default=False)
_COUNT = SettingRow("steps_per_loop", "n", "Steps in a loop.", 200, 1, 100_000, "integer", default=200)
_COOLING = SettingRow(
    "cooling",
    "cooling",
    "How the temperature falls.",
    "geometric",
    scale="choice",
    choices=(("geometric", "Geometric"), ("linear", "Linear")),
)
_LOCAL = SettingRow(
    "local",
    "local",
    "What descends in each loop.",
    "momentum",
    scale="method",
    choices=(("momentum", "Momentum"), ("adam", "Adam")),
    inner=(_RATE,),
)
_TEMPERATURE = SettingRow("temperature", "T", "Raise it.", 0.02, 1e-6, 10.0, "log", live=True)
_HOLD = SettingRow("hold", "hold", "Hold the temperature.", False, scale="switch")

_LINES = (
    RaceLine(
        1, "run:gradient-descent:0", "Gradient descent", "lr 0.03", "running", settings=(_RATE,), tip="rolls"
    ),
    RaceLine(
        2, "run:momentum:0", "Momentum", "lr 0.03 · β 0.9", "running", settings=(_RATE, _BETA, _LOOK_AHEAD)
    ),
    RaceLine(
        3, "run:simulated-annealing:0", "Annealing", "T", "wanders", settings=(_TEMPERATURE, _HOLD, _COOLING)
    ),
    RaceLine(4, "run:random-restarts:0", "Restarts", "n 200", "3 loops", settings=(_LOCAL, _COUNT)),
)

_GROUPS = (
    (
        "The usual",
        (
            MethodItem("gradient-descent", "Gradient descent", "straight downhill", "run:gradient-descent:0"),
            MethodItem("adam", "Adam", "steps of its own length", "run:adam:0"),
        ),
    ),
    ("More", (MethodItem("rmsprop", "RMSprop", "divides by the recent slope", "run:rmsprop:0"),)),
)

Show = Callable[[QWidget, int, int], QWidget]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """A theme, with its sheet on the application for as long as the test lasts."""
    theme = Theme.load("dark")
    qapp.setStyle("Fusion")
    qapp.setPalette(theme.palette())
    qapp.setStyleSheet(theme.stylesheet())
    yield theme
    qapp.setStyleSheet("")


@pytest.fixture
def show(qtbot: QtBot) -> Show:
    """Show a widget at a size and wait until it is there."""

    def show_widget(widget: QWidget, width: int, height: int) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        return widget

    return show_widget


@pytest.fixture
def lines() -> tuple[RaceLine, ...]:
    """Four lines of a race: 1 plain, 2 with several settings, 3 annealing, 4 with a nested method."""
    return _LINES


@pytest.fixture
def groups() -> tuple[tuple[str, tuple[MethodItem, ...]], ...]:
    """Two usual methods, and one behind “More”."""
    return _GROUPS


@pytest.fixture
def rate() -> SettingRow:
    """A rate: logarithmic, from 1e-8 to 10, at 0.03."""
    return _RATE

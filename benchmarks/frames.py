"""Whether the window stays smooth while 20 runs are live: how long its thread did not answer, at worst.

A timer of one millisecond tells when the event loop answers; the time between two of its ticks is a gap.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass

import msgspec
from driving import Gaps, application, open_window, prepare, rest, wait
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from rows import Row, row, share, spread

from minima_core.document import Document, add_start, opening, with_steps
from minima_desktop.window import MainWindow

STARTS = ((-1.5, 1.0), (1.4, -0.9), (0.6, 1.2), (-0.4, -1.3))
SECONDS = 6.0
WARM_UP = 2.5
ENDLESS = 10**9
SPEEDS = ((1000.0, "1000 steps a second"), (0.0, "as fast as the machine goes"))
FOLDED, OPEN = "map and trace", "map, trace and surface"


@dataclass(frozen=True)
class Smoothness:
    """Gaps in milliseconds, and how often the surface was painted, of one stretch of time."""

    gaps: list[float]
    surface_rate: float
    steps: int


class Paints(QObject):
    """Counts how often a widget was asked to paint."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


def race_of_twenty(speed: float) -> Document:
    """Return a document with four starts for each of the five methods of the opening."""
    document = opening()
    exploration = with_steps(document.exploration, ENDLESS)
    for x, y in STARTS[: 4 - len(exploration.starts)]:
        exploration = add_start(exploration, (x, y))
    assert len(exploration.runs) == 20, "The opening has five methods."
    view = msgspec.structs.replace(document.view, speed=speed)
    return Document(document.version, exploration, view)


def play(window: MainWindow, seconds: float) -> Smoothness:
    """Measure a window that plays for some seconds."""
    gaps, began, paints = Gaps(), window.player.step, Paints()
    window.deck.surface.installEventFilter(paints)
    loop = QEventLoop()  # the event loop itself, as in the program
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    gaps.begin()
    loop.exec()
    window.deck.surface.removeEventFilter(paints)
    return Smoothness(gaps.end(), paints.count / seconds, window.player.step - began)


def measure(
    size: tuple[int, int], folded: bool, speed: float, seconds: float = SECONDS
) -> tuple[Smoothness, str]:
    """Open the window, let it come to speed, measure; with what draws the surface."""
    window = open_window(race_of_twenty(speed), size)
    window.deck.workspace.set_folded("surface", folded)
    wait(lambda: window.moved)
    wait(lambda: folded or bool(window.deck.surface.drawn_by))
    rest(WARM_UP)
    seen = play(window, seconds)
    drawn_by = window.deck.surface.drawn_by
    window.close()
    window.deleteLater()
    rest(0.1)
    return seen, drawn_by


def rows_of(seen: Smoothness, what: str, worst: float, surface: bool, note: str) -> list[Row]:
    """Return the rows of one measurement."""
    gaps = seen.gaps
    told = f"{note}; 99.9 %: {share(gaps, 0.999):.0f} ms, {spread(gaps, '{:.1f}')}; {seen.steps} steps"
    rows = [
        row(f"{what}: 99 % of gaps", share(gaps, 0.99), 20.0, "{:.1f} ms", note=told),
        row(f"{what}: worst gap", max(gaps), worst, "{:.0f} ms"),
    ]
    if surface:
        rows[0]["limit"], rows[0]["met"] = "", None
        rows.append(row(f"{what}: surface", seen.surface_rate, 20.0, "{:.1f} frames/s", least=True))
    return rows


def table() -> list[Row]:
    """Return the rows of this part."""
    app = application()
    prepare()
    rows = []
    for speed, words in SPEEDS:
        seen, _ = measure((1480, 920), True, speed)
        rows += rows_of(seen, f"20 runs, {FOLDED}, {words}", 50.0, False, "window 1480 × 920")
    for speed, words in SPEEDS:
        seen, drawn_by = measure((1280, 720), False, speed)
        rows += rows_of(seen, f"20 runs, {OPEN}, {words}", 80.0, True, f"window 1280 × 720, {drawn_by}")
    app.quit()
    return rows


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", file=sys.stdout, flush=True)

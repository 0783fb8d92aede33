"""What lies behind costs nothing: a frame at 10⁷ steps against one at 10³, and the memory of long runs."""

from __future__ import annotations

import sys
import time

import msgspec
from driving import application, open_window, prepare, rest, wait
from rows import Row, median, row, share

import minima_core as mc
from minima_core.document import Document, opening, with_steps
from minima_desktop.window import MainWindow

NEAR, FAR = 10**3, 10**7
FRAMES = 120
PER_FRAME = 16
"""Steps from one frame to the next: 1000 steps a second at 60 frames a second."""
MEMORY_STEPS = (10**6, 10**7, 10**8)


def window_at(step: int) -> MainWindow:
    """Open a window whose race has come to a step, and hold it there."""
    document = opening()
    exploration = with_steps(document.exploration, 100 * FAR)
    view = msgspec.structs.replace(document.view, speed=0.0)
    window = open_window(Document(document.version, exploration, view))
    window.deck.workspace.set_folded("surface", True)
    wait(lambda: window.moved)
    window.player.speed = 1000.0 if step < FAR else 0.0
    wait(lambda: window.player.step >= step)
    window.player.playing = False
    window.player.speed = 1000.0
    window.player.scrub(step)
    rest(1.0)
    window._clock.stop()
    return window


def frame(window: MainWindow) -> float:
    """Go on by one frame and return what it cost the window's thread, painting of map and trace included."""
    player = window.player
    player.playing = False
    player.at = float(player.step + PER_FRAME)
    window.engine.aim(player.aim)
    deadline = time.perf_counter() + 1.0
    while (window.engine.frontier() or FAR * 100) < player.aim and time.perf_counter() < deadline:
        time.sleep(0.0005)
    began = time.perf_counter()
    window._frame()
    window.deck.map.repaint()
    window.deck.trace.repaint()
    return time.perf_counter() - began


def frames() -> list[Row]:
    """Compare frames near the start with frames far from it, in turns."""
    near, far = window_at(NEAR), window_at(FAR)
    costs: tuple[list[float], list[float]] = ([], [])
    for _ in range(FRAMES):
        for window, cost in zip((near, far), costs, strict=True):
            cost.append(1000 * frame(window))
            rest(0.005)
    for window in (near, far):
        window.close()
    ratio = median(costs[1]) / median(costs[0])
    told = ", ".join(f"{median(c):.2f} (90 %: {share(c, 0.9):.2f})" for c in costs)
    return [
        row("A frame at 10⁷ steps, against one at 10³", ratio, 1.2, "{:.2f} ×", note=f"ms: {told}; 5 runs")
    ]


COMPILING_SECONDS = 6.0


def resident() -> float:
    """Return the memory of this process in megabytes; the most it ever was where the system says no more."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * 4096 / 1e6
    except OSError:
        import resource

        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most / 1e6 if sys.platform == "darwin" else most / 1e3


def memory() -> list[Row]:
    """Let one run of Adam go far, and see what it holds."""
    land = mc.landscape("himmelblau")
    # The compiler of long loops is loaded once for all runs, and is no part of what a run holds.
    mc.start(land, "adam", x0=(0.3, -1.2), record="thinned").advance(1_000_000)
    time.sleep(COMPILING_SECONDS)
    run = mc.start(land, "adam", x0=(0.3, -1.2), record="thinned")
    run.advance(1000)
    before, rows = resident(), []
    for steps in MEMORY_STEPS:
        began = time.perf_counter()
        run.advance(steps - run.step)
        seconds = time.perf_counter() - began
        held = resident() - before
        kept = len(run.steps)
        rows.append(
            row(f"Memory of a run of {steps:.0e} steps".replace("e+0", "·10^"), held, 64.0, "{:.0f} MB",
                note=f"{kept} rows kept; computed in {seconds:.1f} s")
        )  # fmt: skip
    began = time.perf_counter()
    run.state_at(MEMORY_STEPS[-1] - 12_345)
    exact = 1000 * (time.perf_counter() - began)
    rows.append(row("Exact state near the end of 10⁸ steps (replayed)", exact, None, "{:.0f} ms"))
    return rows


def table() -> list[Row]:
    """Return the rows of this part."""
    app = application()
    prepare()
    rows = [*memory(), *frames()]
    app.quit()
    return rows


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", flush=True)

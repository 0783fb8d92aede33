"""A study of 10 000 runs against a C loop that does the same work, and what a study costs besides its steps.

The C side (`studies.c`) runs Adam on Rastrigin's function in as many threads, compiled with `-O3`, as
distributions do, and with `-O3 -march=native`. Ours is the whole call of `study`, from names to intervals,
with the critical points known. Medians of interleaved rounds.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from rows import Row, row, spread

import minima_core as mc
from minima_core.studies import lanes, trying
from minima_core.studies.lanes import Lanes
from minima_core.studies.starts import thrown_starts

HERE = Path(__file__).resolve().parent
ROUNDS = 7
RUNS, STEPS, RATE = 10_000, 1_000, 0.01
CORES = min(os.cpu_count() or 1, 64)
FLAGS = {"C −O3": ("-O3",), "C −O3 −march=native": ("-O3", "-march=native")}
ADAM = f"adam,lr={RATE}"
NOISY = f"adam,lr={RATE},noise=0.1"
Array: TypeAlias = NDArray[np.float64]


def c_library(flags: Sequence[str]) -> ctypes.CDLL | None:
    """Compile the C side; none without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp(prefix="minima-bench-")) / "studies.so"
    subprocess.run(
        [compiler, *flags, "-shared", "-fPIC", "-o", library, HERE / "studies.c", "-lpthread", "-lm"],
        check=True,
    )
    return ctypes.CDLL(str(library))


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


class InC:
    """The same study in C."""

    def __init__(self, library: ctypes.CDLL, land: mc.Landscape) -> None:
        self.library = library
        self.starts = thrown_starts(land, RUNS, 0)
        self.ends, self.values, self.best = np.zeros((RUNS, 2)), np.zeros(RUNS), np.zeros(RUNS)
        self.firsts = np.zeros(RUNS, dtype=np.int64)
        self.bound, self.square = float(land.upper[0]), (0.01 * land.diagonal) ** 2

    def __call__(self) -> None:
        """Make it."""
        numbers = (RATE, 0.9, 0.999, 1e-8, self.bound, self.square)
        told = (self.ends, self.values, self.best, self.firsts)
        self.library.studies(
            ctypes.c_void_p(self.starts.ctypes.data), ctypes.c_int64(RUNS),
            *(ctypes.c_double(each) for each in numbers), ctypes.c_int64(STEPS),
            *(ctypes.c_void_p(each.ctypes.data) for each in told), ctypes.c_int64(CORES),
        )  # fmt: skip


def of_adam(land: mc.Landscape, critical: mc.CriticalPoints, method: str, *, tiles: bool = True) -> mc.Study:
    """Make the study, over tiles or with a frame for every run."""
    serves = Lanes.serves
    if not tiles:
        Lanes.serves = lambda *_: False  # type: ignore[method-assign,assignment]
    try:
        return mc.study(land, [method], starts=RUNS, steps=STEPS, minima=critical)
    finally:
        Lanes.serves = serves  # type: ignore[method-assign]


def of_every_step(land: mc.Landscape, critical: mc.CriticalPoints) -> mc.Study:
    """Make the study without the shortcut for tiles that go in circles: every step is done."""
    loop = lanes._loop
    lanes._loop = lambda *given: loop(*given).specialised("every_step", PERIOD=1 << 40)
    try:
        return of_adam(land, critical, ADAM)
    finally:
        lanes._loop = loop


def rates() -> list[Row]:
    """Measure 10 000 runs of 1000 steps against C."""
    land = mc.landscape("rastrigin")
    critical = mc.critical_points(land)
    libraries = {words: c_library(flags) for words, flags in FLAGS.items()}
    peers = {words: InC(library, land) for words, library in libraries.items() if library is not None}
    if not peers:
        return []
    kinds: dict[str, Callable[[], mc.Study]] = {
        "tiles of lanes": lambda: of_adam(land, critical, ADAM),
        "tiles, without the shortcut for runs that have come to rest": lambda: of_every_step(land, critical),
        "a frame for every run, as methods have that are no plain descent": lambda: of_adam(
            land, critical, ADAM, tiles=False
        ),
        "with noise in the gradient, which C does not have": lambda: of_adam(land, critical, NOISY),
    }
    found = kinds["tiles of lanes"]()
    times: dict[str, list[float]] = {name: [] for name in (*peers, *kinds)}
    for work in (*peers.values(), *kinds.values()):
        work()
    for _ in range(ROUNDS):
        for words, work in (*peers.items(), *kinds.items()):
            times[words].append(seconds(work))
    result, in_c = found.results[0], next(iter(peers.values()))
    apart = float(np.median(np.abs(result.positions - in_c.ends)))
    different = int(np.count_nonzero(result.hits != (np.hypot(*in_c.ends.T) <= 0.01 * land.diagonal)))
    note = f"{different} of {RUNS} successes differ; ends differ by {apart:.0e} (median)"
    rows = []
    for kind in kinds:
        for peer in peers:
            plain = kind == "tiles of lanes"
            rows.append(
                row(
                    f"Study, {RUNS} runs of {STEPS} steps of Adam on Rastrigin: {kind}",
                    statistics.median(a / b for a, b in zip(times[peer], times[kind], strict=True)),
                    0.5 if plain else None,
                    "{:.2f} of C’s rate",
                    least=True,
                    peer=f"{peer}: {1e3 * statistics.median(times[peer]):.0f} ms, "
                    f"here {1e3 * statistics.median(times[kind]):.0f}",
                    note=note if plain else "",
                )
            )
    return rows


def besides() -> list[Row]:
    """Measure what a study takes besides its steps, and facts."""
    land = mc.landscape("rastrigin")
    critical = mc.critical_points(land)
    alone = [
        1e3 * seconds(lambda: mc.study(land, [ADAM], starts=RUNS, steps=1, minima=critical))
        for _ in range(ROUNDS)
    ]
    both = [1e3 * seconds(lambda: mc.facts(land, critical)) for _ in range(ROUNDS)]
    whole = [1e3 * seconds(lambda: mc.facts(mc.landscape("six-hump-camel"))) for _ in range(ROUNDS)]
    same = _same(land, critical)
    return [
        row(f"Study, {RUNS} runs of one step: all that is not steps", statistics.median(alone), 2000.0,
            "{:.0f} ms", note=spread(alone, "{:.0f}")),
        row("Study, numbers that differ between 1, 2 and 3 threads", same, 0, "{:.0f}"),
        row("Facts of Rastrigin, its critical points known", statistics.median(both), 3000.0, "{:.0f} ms",
            note=spread(both, "{:.0f}")),
        row("Facts of the six-hump camel, whose critical points are proved", statistics.median(whole), 3000.0,
            "{:.0f} ms", note=spread(whole, "{:.0f}")),
    ]  # fmt: skip


def _same(land: mc.Landscape, critical: mc.CriticalPoints) -> int:
    """Return how many numbers of a study differ between numbers of threads."""
    methods = [ADAM, NOISY, "random-restarts", "simulated-annealing"]
    studies = [
        mc.study(land, methods, starts=500, steps=300, minima=critical, workers=workers)
        for workers in (1, 2, 3)
    ]
    different = 0
    for other in studies[1:]:
        for a, b in zip(studies[0].results, other.results, strict=True):
            for name in ("positions", "end_values", "best_values", "cost", "spent"):
                different += int(np.count_nonzero(getattr(a, name) != getattr(b, name)))
    return different


def table() -> list[Row]:
    """Return the rows of this part."""
    return [*rates(), *besides()]


if __name__ == "__main__":
    print(f"Tiles from {trying.LARGE} steps on.")
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['met']}; {each['peer']}; {each['note']}")

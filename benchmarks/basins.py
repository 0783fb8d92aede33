"""Maps of basins against C, pictures against numpy, and what passes between a keystroke and its answers.

The C side (`basins.c`) works in blocks that compilers turn into vector instructions, on as many threads. It
is compiled twice: with `-O3`, as distributions do, and with `-O3 -march=native`, for this processor alone.
Ours is the whole call, from the landscape to the labels. Medians of interleaved rounds; every round of a
formula that was just typed types another one.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rows import Row, row, spread

import minima_core as mc
from minima_core.analysis.arrivals import Fleet
from minima_core.analysis.basins import basins_in_stages
from minima_core.compiled.frame import Border
from minima_core.compiled.pictures import heights_on
from minima_core.methods.gradient.rule import Loop

HERE = Path(__file__).resolve().parent
ROUNDS = 7
SIZE, STEPS, RATE = 512, 500, 0.01
PIXELS = 1024
CORES = min(os.cpu_count() or 1, 64)
FLAGS = {"C −O3": ("-O3",), "C −O3 −march=native": ("-O3", "-march=native")}
Array: TypeAlias = NDArray[np.float64]

typed = itertools.count(1)


def c_library(flags: Sequence[str]) -> ctypes.CDLL | None:
    """Compile the C side; none without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp(prefix="minima-bench-")) / "basins.so"
    subprocess.run(
        [compiler, *flags, "-shared", "-fPIC", "-o", library, HERE / "basins.c", "-lpthread"], check=True
    )
    return ctypes.CDLL(str(library))


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def in_c(library: ctypes.CDLL, ends: Array) -> None:
    """Run the whole grid in C."""
    side = np.linspace(-6.0, 6.0, SIZE)
    places = ctypes.c_void_p(side.ctypes.data), ctypes.c_void_p(side.ctypes.data)
    whole = [ctypes.c_int64(each) for each in (SIZE, SIZE)]
    library.basins(
        *places, *whole, ctypes.c_double(RATE), ctypes.c_int64(STEPS), ctypes.c_void_p(ends.ctypes.data),
        ctypes.c_int64(CORES),
    )  # fmt: skip


def new_formula() -> mc.Landscape:
    """Return Himmelblau's function in a form that nobody has typed before."""
    return mc.formula(f"(x^2+y-11)^2 + (x+y^2-7)^2 + {1e-9 * next(typed):.3g}", (-6, -6), (6, 6))


def every_step(land: mc.Landscape) -> Callable[[], object]:
    """Return the same map without the shortcut for tiles that go in circles: every step is done."""
    specification = mc.method("gradient-descent", lr=RATE).resolved(land)
    fleet = Fleet(land, specification, Border.FREE)
    loop = specification.method.driver
    assert isinstance(loop, Loop)
    fleet._driver = loop.tiles(2).specialised("every_step", PERIOD=1 << 40).callable()
    side = np.linspace(-6.0, 6.0, SIZE)
    starts = np.stack([each.ravel() for each in np.meshgrid(side, side)])
    return lambda: fleet.ends(starts, STEPS)


def maps() -> list[Row]:
    """Measure the map of 512 × 512 starts against C."""
    libraries = {words: c_library(flags) for words, flags in FLAGS.items()}
    if any(each is None for each in libraries.values()):
        return []
    land, ends = mc.landscape("himmelblau"), np.zeros((SIZE * SIZE, 2))
    minima = land.minima
    size = (SIZE, SIZE)

    def whole(where: mc.Landscape) -> mc.Basins:
        return mc.basins(where, "gradient-descent", size, STEPS, lr=RATE, minima=minima)

    full = every_step(land)
    found = whole(land)
    full()
    kinds = ("known", "every step", "typed, compiled", "typed")
    times: dict[str, list[float]] = {name: [] for name in (*libraries, *kinds)}
    for _ in range(ROUNDS):
        for words, library in libraries.items():
            if library is not None:
                times[words].append(seconds(lambda library=library: in_c(library, ends)))  # type: ignore[misc]
        times["known"].append(seconds(lambda: whole(land)))
        times["every step"].append(seconds(full))
        fresh = new_formula()
        times["typed"].append(seconds(lambda fresh=fresh: whole(fresh)))  # type: ignore[misc]
        times["typed, compiled"].append(seconds(lambda fresh=fresh: whole(fresh)))  # type: ignore[misc]
    apart = np.linalg.norm(ends[:, None, :] - found.minima, axis=2)
    labels = np.where(apart.min(axis=1) <= 0.01 * land.diagonal, apart.argmin(axis=1), -1)
    different = int(np.count_nonzero(labels != found.labels.ravel()))
    titles = {
        "known": ("a landscape of the catalogue", 0.5),
        "every step": ("the same, without the shortcut for runs that have come to rest", None),
        "typed, compiled": ("a formula just typed, once compiled", 0.35),
        "typed": ("a formula just typed, compiling it included", 0.35),
    }
    rows = []
    for kind, (words, wanted) in titles.items():  # what is asked for is the whole map, however it is made
        for peer in libraries:
            rows.append(
                row(
                    f"Basins, {SIZE} × {SIZE} starts, {STEPS} steps of gradient descent: {words}",
                    statistics.median(a / b for a, b in zip(times[peer], times[kind], strict=True)),
                    wanted,
                    "{:.2f} of C’s rate",
                    least=True,
                    peer=f"{peer}: {1e3 * statistics.median(times[peer]):.0f} ms, "
                    f"here {1e3 * statistics.median(times[kind]):.0f}",
                    note=f"{different} of {SIZE * SIZE} labels differ" if kind == "known" else "",
                )
            )
    return rows


def sliders() -> list[Row]:
    """Measure the first coarse map after the move of a slider of the landscape or of the method."""
    land = mc.formula("(x^2+y-a)^2 + (x+y^2-7)^2", (-6, -6), (6, 6), parameters={"a": 11.0})
    minima = mc.landscape("himmelblau").minima
    next(basins_in_stages(land, "adam", minima=minima))
    rows = []
    for words, method in (("its rate worked out anew", "adam"), ("a given rate", "adam,lr=0.05")):
        times = []
        for k in range(ROUNDS):
            moved = land.with_parameters(a=11.0 + 0.01 * (k + 1))
            times.append(1e3 * seconds(lambda: next(basins_in_stages(moved, method, minima=minima))))  # noqa: B023
        rows.append(
            row(f"First coarse map of basins after a slider’s move, Adam, {words}", statistics.median(times),
                100.0, "{:.0f} ms", note=spread(times, "{:.0f}"))
        )  # fmt: skip
    return rows


def plain_himmelblau(x: Array, y: Array) -> Array:
    return np.asarray((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2)


def plain_goldstein(x: Array, y: Array) -> Array:
    a = 1 + (x + y + 1) ** 2 * (19 - 14 * x + 3 * x**2 - 14 * y + 6 * x * y + 3 * y**2)
    b = 30 + (2 * x - 3 * y) ** 2 * (18 - 32 * x + 12 * x**2 + 48 * y - 36 * x * y + 27 * y**2)
    return np.asarray(a * b)


def plain_rastrigin(x: Array, y: Array) -> Array:
    return np.asarray(20 + x**2 - 10 * np.cos(2 * np.pi * x) + y**2 - 10 * np.cos(2 * np.pi * y))


def plain_ackley(x: Array, y: Array) -> Array:
    waves = 0.5 * (np.cos(2 * np.pi * x) + np.cos(2 * np.pi * y))
    return np.asarray(-20 * np.exp(-0.2 * np.sqrt(0.5 * (x**2 + y**2))) - np.exp(waves) + np.e + 20)


def pictures() -> list[Row]:
    """Measure pictures of 1024 × 1024 against numpy as one writes it, and as this program uses it."""
    rows = []
    for name, plain, wanted in (
        ("himmelblau", plain_himmelblau, 5.0),
        ("goldstein-price", plain_goldstein, 5.0),
        ("rastrigin", plain_rastrigin, 3.0),
        ("ackley", plain_ackley, 3.0),
    ):
        land = mc.landscape(name)
        assert land.formula is not None
        x, y = (np.linspace(land.lower[k], land.upper[k], PIXELS) for k in (0, 1))
        grid = np.meshgrid(x, y)
        close = float(np.max(np.abs(heights_on(land, x, y) - plain(*grid)) / (1.0 + np.abs(plain(*grid)))))
        ours, theirs, own = [], [], []
        for _ in range(ROUNDS):
            theirs.append(seconds(lambda: plain(*grid)))  # noqa: B023
            own.append(seconds(lambda: land.formula.value_on([x[None, :], y[:, None]], land.context)))  # noqa: B023
            ours.append(seconds(lambda: heights_on(land, x, y)))  # noqa: B023
        shared = statistics.median(a / b for a, b in zip(own, ours, strict=True))
        rows.append(
            row(
                f"Picture of {land.title}, {PIXELS} × {PIXELS}",
                statistics.median(a / b for a, b in zip(theirs, ours, strict=True)),
                wanted,
                "{:.1f} × numpy’s speed",
                least=True,
                peer=f"numpy {1e3 * statistics.median(theirs):.0f} ms, "
                f"here {1e3 * statistics.median(ours):.1f}",
                note=f"{shared:.1f} × numpy in rows and columns; differs by {close:.0e} at most",
            )
        )
    return rows


TYPED = {
    "a polynomial": "(x^2+y-{})^2 + (x+y^2-7)^2",
    "sines and exponentials": "-20exp(-0.2sqrt(0.5(x^2+y^2)))-exp(0.5(cos(2pi x)+cos(2pi y)))+e+{}",
    "ten sines": "sum(i,1,5,i cos((i+1)x+i))*sum(i,1,5,i cos((i+1)y+i))+{}",
}


def keystrokes() -> list[Row]:
    """Measure from the text to a picture of 320 × 256, and to compiled derivatives for runs and for maps."""
    rows = []
    x, y = np.linspace(-6, 6, 320)[None, :], np.linspace(-6, 6, 256)[:, None]
    for words, text in TYPED.items():
        seen: list[float] = []
        derived: list[float] = []

        def picture(text: str = text) -> mc.Landscape:
            land = mc.formula(text.format(11 + 1e-6 * next(typed)), (-6, -6), (6, 6))
            land.value_on(x, y)
            return land

        def derivatives() -> None:
            kernels: Any = picture().kernels
            _ = kernels.value_gradient, kernels.address("tile")

        derivatives()
        for _ in range(ROUNDS):
            seen.append(1e3 * seconds(picture))
            derived.append(1e3 * seconds(derivatives))
        for what, times, limit in (("picture", seen, 50.0), ("compiled derivatives", derived, 300.0)):
            rows.append(
                row(f"From a keystroke to the {what}: {words}", statistics.median(times), limit, "{:.1f} ms",
                    note=spread(times, "{:.0f}"))
            )  # fmt: skip
    return rows


def settings() -> list[Row]:
    """Measure a map of settings."""
    land = mc.landscape("himmelblau")
    times = [
        1e3
        * seconds(
            lambda: mc.settings_map(
                land, "momentum", (0.3, -1.2), ("lr", 1e-4, 1.0), ("momentum", 0.0, 0.99), minima=land.minima
            )
        )
        for _ in range(ROUNDS + 1)
    ][1:]
    return [
        row("Map of settings, 160 × 120 runs of 500 steps", statistics.median(times), None, "{:.0f} ms",
            note=spread(times, "{:.0f}"))
    ]  # fmt: skip


def table() -> list[Row]:
    """Return the rows of this part."""
    return [*maps(), *sliders(), *pictures(), *keystrokes(), *settings()]


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['met']}; {each['peer']}; {each['note']}")

"""Step loops that record every step, against C loops (`-O3`) that record the same, on Himmelblau.

Medians of the ratios of interleaved runs. Both sides write to memory that has been written to before, so that
what is measured is the loop and not the operating system handing out pages. A run calls its objective by
address until a hundred thousand steps have been done with a method on a formula; from then on it is inlined.
"""

from __future__ import annotations

import ctypes
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from rows import Row, row

import minima_core as mc
from minima_core.runs import fused, prepare

HERE = Path(__file__).resolve().parent
STEPS = 1_000_000
ROUNDS = 9
START = (0.3, -1.2)
DENORMAL = {"adam": "; at rest, C’s averages are denormal numbers and slow, ours are not"}
METHODS = {"gradient-descent": ((0.003,), 0.6), "adam": ((0.003, 0.9, 0.999, 1e-8), 0.8)}


def c_loops() -> ctypes.CDLL | None:
    """Compile the C side; none without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp(prefix="minima-bench-")) / "loops.so"
    subprocess.run(
        [compiler, "-O3", "-shared", "-fPIC", "-o", library, HERE / "step_loops.c", "-lm"], check=True
    )
    return ctypes.CDLL(str(library))


def seconds(work: Any) -> float:
    """Time one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measure(
    method: str, settings: tuple[float, ...], loops: ctypes.CDLL
) -> tuple[float, float, float, float]:
    """Return ns a step in C and here, the ratio of rates, and how far apart positions are at most."""
    land = mc.landscape("himmelblau")
    positions, values, evaluations = np.zeros((STEPS, 2)), np.zeros(STEPS), np.zeros(STEPS, dtype=np.int64)
    arguments = [ctypes.c_double(each) for each in (*START, *settings)]
    pointers = [ctypes.c_void_p(each.ctypes.data) for each in (positions, values, evaluations)]
    function = getattr(loops, method.replace("-", "_"))
    names = ("lr", "beta1", "beta2", "eps")[: len(settings)]
    run = mc.start(land, method, x0=START, **dict(zip(names, settings, strict=True)))
    run.advance(STEPS)
    in_c, here = [], []
    for _ in range(ROUNDS):
        in_c.append(seconds(lambda: function(*arguments, ctypes.c_int64(STEPS), *pointers)))
        run.rewind(0)
        here.append(seconds(lambda: run.advance(STEPS)))
    ratio = statistics.median(a / b for a, b in zip(in_c, here, strict=True))
    close = float(np.abs(run.positions[1:] - positions).max())
    return statistics.median(in_c) / STEPS * 1e9, statistics.median(here) / STEPS * 1e9, ratio, close


def table() -> list[Row]:
    """Return a row for each method and each of its two loops: objective by address, and inlined."""
    loops = c_loops()
    if loops is None:
        return []
    fused.HOT = 1 << 62  # so that loops are inlined when we say so, and not in the middle of a measurement
    rows = []
    for inlined, tier in (
        (False, "a run’s first steps (objective by address)"),
        (True, "long runs (inlined)"),
    ):
        for method, (settings, wanted) in METHODS.items():
            prepare(mc.landscape("himmelblau"), [method], inlined=inlined)
            c, here, ratio, apart = measure(method, settings, loops)
            rows.append(
                row(
                    f"{method} on Himmelblau, every step recorded: {tier}",
                    ratio,
                    wanted if inlined else None,
                    "{:.2f} of C’s rate",
                    least=True,
                    peer=f"C −O3: {c:.1f} ns a step, here {here:.1f}",
                    note=f"positions differ by {apart:.0e} at most{DENORMAL.get(method, '')}",
                )
            )
    return rows


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']}; {each['peer']}; {each['note']}")

"""Step loops that record every step, against C loops (`-O3`) that record the same, on Himmelblau.

Medians of interleaved runs. Both sides write to memory that has been written to before, so that what is measured is the
loop and not the operating system handing out pages; the second table includes that.
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

import minima_core as mc
import numpy as np

HERE = Path(__file__).resolve().parent
STEPS = 1_000_000
ROUNDS = 9
START = (0.3, -1.2)
METHODS = {"gradient-descent": ((0.003,), 0.6), "adam": ((0.003, 0.9, 0.999, 1e-8), 0.8)}


def c_loops() -> ctypes.CDLL | None:
    """Compile the C side; none without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    library = Path(tempfile.mkdtemp(prefix="minima-bench-")) / "loops.so"
    subprocess.run([compiler, "-O3", "-shared", "-fPIC", "-o", library, HERE / "step_loops.c", "-lm"], check=True)
    return ctypes.CDLL(str(library))


def seconds(work: Any) -> float:
    """Time one call."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def measure(method: str, settings: tuple[float, ...], loops: ctypes.CDLL) -> tuple[float, float, bool]:
    """Return ns a step in C and here, and whether the numbers agree bit for bit."""
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
    same = bool((run.positions[1:] == positions).all() and (run.values[1:] == values).all())
    return statistics.median(in_c) / STEPS * 1e9, statistics.median(here) / STEPS * 1e9, same


def table() -> list[dict[str, Any]]:
    """Return one row for each method."""
    loops = c_loops()
    if loops is None:
        return []
    rows = []
    for method, (settings, wanted) in METHODS.items():
        c, here, same = measure(method, settings, loops)
        rows.append({"what": f"{method}, Himmelblau, every step recorded", "here": f"{here:.2f} ns/step",
                     "peer": f"C −O3: {c:.2f} ns/step", "ratio": c / here, "wanted": wanted,
                     "note": "same bits" if same else "other bits"})  # fmt: skip
    return rows


if __name__ == "__main__":
    for row in table():
        print(f"{row['what']}: {row['here']}, {row['peer']}, ratio {row['ratio']:.2f} (wanted {row['wanted']}), {row['note']}")

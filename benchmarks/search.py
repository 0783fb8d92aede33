"""Searches: which share of COCO's bbob suite is solved, and what an evaluation costs beside scipy and pycma.

Instances 1 to 15, which no method was tuned on; `benchmarks/bbob.py` says how everything is measured, and
measures other instances, seeds, dimensions and methods.
"""

from __future__ import annotations

import bbob
from rows import Row, row

JOBS = 2
SHARES = (
    ("auto", 2, 0.95),
    ("differential-evolution", 2, 0.93),
    ("cma-es,restarts=bipop", 2, 0.82),
    ("dual-annealing", 2, 0.80),
    ("multi-start", 2, 0.80),
    ("auto", 5, 0.70),
)
"""Method, dimension, and the share that is to be solved."""
PEERS = (
    ("differential-evolution", "scipy:de"),
    ("cma-es,restarts=bipop", "cma:bipop"),
    ("dual-annealing", "scipy:dual-annealing"),
)
FEW = {"functions": (1, 8, 15, 21), "instances": (1, 2)}
"""Where times are compared: round, bent, and many valleys."""


def shares() -> list[Row]:
    """Measure what is solved with 2000 evaluations for each dimension."""
    rows = []
    for method, dimension, limit in SHARES:
        found = bbob.figures(bbob.measure(method, dimension=dimension, jobs=JOBS), dimension, 2000)
        title = f"{method.partition(',')[0]}, {dimension}-D, share solved"
        note = f"± {found.error:.3f}, 15 instances, {found.microseconds:.0f} µs an evaluation"
        rows.append(row(title, found.share, limit, "{:.3f}", least=True, note=note))
        if method == "auto" and dimension == 2:
            rows.append(row("… of 24 functions whole", found.complete, 20, "{:.0f}", least=True))
            rows.append(row("… area under the anytime curve", found.area, 0.46, "{:.3f}", least=True))
    return rows


def times() -> list[Row]:
    """Measure the time of an evaluation against a peer's, in one run."""
    rows = []
    for method, peer in PEERS:
        ours, theirs = (
            bbob.figures(bbob.measure(each, **FEW), 2, 2000).microseconds for each in (method, peer)
        )
        title = f"{method.partition(',')[0]} over {peer.replace(':', ' ')}, time of an evaluation"
        note = f"{ours:.1f} µs and {theirs:.0f} µs, a Python callable"
        rows.append(row(title, ours / theirs, 1.0, "{:.2f} ×", note=note))
    return rows


def table() -> list[Row]:
    """Measure shares and times."""
    return [*shares(), *times()]


if __name__ == "__main__":
    for each in table():
        print(each["what"], each["here"], each["note"])

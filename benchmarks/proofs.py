"""Proofs: all critical points of known landscapes, and how much of the catalogue is proved complete.

Nothing is compiled for a proof; what a formula needs is made ready in the time that is measured.
"""

from __future__ import annotations

import time

from rows import Row, median, row, spread

import minima_core as mc

KNOWN = (
    ("himmelblau", 9, 0.25),
    ("six-hump-camel", 15, 0.25),
    ("rastrigin", 441, 0.25),
    ("goldstein-price", 9, 1.5),
)
ROUNDS = 7
LONGEST = 4.0


def known() -> list[Row]:
    """Measure landscapes whose critical points are counted elsewhere."""
    times: dict[str, list[float]] = {name: [] for name, _, _ in KNOWN}
    found = {}
    mc.critical_points(mc.landscape("booth"))  # imports
    for _ in range(ROUNDS):
        for name, _, _ in KNOWN:
            land = mc.landscape(name)
            began = time.perf_counter()
            found[name] = mc.critical_points(land)
            times[name].append(time.perf_counter() - began)
    rows = []
    for name, count, limit in KNOWN:
        proved = sum(point.proved for point in found[name].points)
        right = proved == count and found[name].complete
        rows.append(
            row(f"All critical points of {mc.landscape(name).title} ({count})", median(times[name]),
                limit if right else 0.0, "{:.3f} s",
                note=f"{proved} proved, {found[name].boxes} boxes; {spread(times[name], '{:.3f}')}")
        )  # fmt: skip
    return rows


def catalogue() -> list[Row]:
    """Measure the whole catalogue once."""
    names = mc.landscape_names()
    seconds, complete = [], 0
    for name in names:
        began = time.perf_counter()
        complete += mc.critical_points(mc.landscape(name)).complete
        seconds.append(time.perf_counter() - began)
    longest = names[seconds.index(max(seconds))]
    return [
        row("Landscapes of the catalogue proved complete", complete, None, "{:.0f}", note=f"of {len(names)}"),
        row("The longest proof of the catalogue", max(seconds), LONGEST, "{:.2f} s",
            note=f"{longest}; median {median(seconds):.2f} s"),
    ]  # fmt: skip


def table() -> list[Row]:
    """Return the rows of this part."""
    return [*known(), *catalogue()]


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", flush=True)

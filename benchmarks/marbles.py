"""Ten thousand marbles, their density, fields, chances, barriers: what a frame or an answer costs."""

from __future__ import annotations

import time
from collections.abc import Callable

from rows import Row, median, row, spread

import minima_core as mc
from minima_core.analysis import downhill
from minima_core.analysis.barriers import barrier_tree, lakes, lens
from minima_core.analysis.chances import chances_in_stages
from minima_core.analysis.critical import critical_points
from minima_core.analysis.density import boltzmann
from minima_core.analysis.fields import curvature, flow, slope
from minima_core.analysis.marbles import Marbles

COUNT = 10_000
FRAMES = 60
STEPS = 10
"""Steps between two frames."""
KINDS = (
    ("descent", "gradient-descent"),
    ("descent", "adam"),
    ("annealing", "simulated-annealing,hold=true"),
)
TIMES = 7


def frames() -> list[Row]:
    """Measure frames: so many steps of all marbles, their places, values and labels."""
    land = mc.landscape("himmelblau")
    rows = []
    for kind, method in KINDS:
        marbles = Marbles(land, COUNT, kind, method)  # type: ignore[arg-type]
        marbles.advance(1)
        marbles.labels()
        rates = []
        for _ in range(FRAMES):
            began = time.perf_counter()
            marbles.advance(STEPS)
            _ = marbles.positions, marbles.values, marbles.labels()
            rates.append(1.0 / (time.perf_counter() - began))
        name = method.split(",", maxsplit=1)[0]
        rows.append(
            row(f"10 000 marbles, {name}, {STEPS} steps a frame", median(rates), 30.0, "{:.0f} frames/s",
                least=True, note=spread(rates, "{:.0f}"))
        )  # fmt: skip
    return rows


def timed(what: str, work: Callable[[], object], limit: float | None, note: str = "") -> Row:
    """Measure how many milliseconds something takes, after a first time."""
    work()
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - began))
    told = "; ".join(part for part in (note, spread(took, "{:.0f}")) if part)
    return row(what, median(took), limit, "{:.0f} ms", note=told)


def answers() -> list[Row]:
    """Measure what is asked while one looks."""
    land, many = mc.landscape("himmelblau"), mc.landscape("rastrigin")
    critical = critical_points(land)
    tree = barrier_tree(land, critical)
    all_of_many = critical_points(many)

    def first_chances() -> None:
        next(chances_in_stages(land, "sgd", minima=critical.minima))

    def density() -> None:
        downhill._grounds.clear()  # nothing remembered from a call before
        boltzmann(land, 1.0, minima=critical.minima)

    def warmer() -> None:
        boltzmann(land, 2.0, minima=critical.minima)

    def few() -> None:
        downhill._grounds.clear()
        barrier_tree(land, critical)

    def lots() -> None:
        downhill._grounds.clear()
        barrier_tree(many, all_of_many)

    return [
        timed("Density exp(−f/T) with shares, 256 × 256", density, None),
        timed("The same at another temperature", warmer, None),
        timed("Slope, 256 × 256", lambda: slope(land), None),
        timed("Curvature, 256 × 256", lambda: curvature(land), None),
        timed("Lines of flow, Himmelblau", lambda: flow(land), 150.0),
        timed("Lines of flow, Rastrigin", lambda: flow(many), 150.0),
        timed("First map of chances, 48 × 48 starts, 500 steps", first_chances, None),
        timed("Barrier tree, 4 minima", few, None),
        timed("Barrier tree, 121 minima", lots, None),
        timed("Lakes at a new level, 384 × 384", lambda: lakes(land, 20.0, tree), None),
        timed("Lens at a new place", lambda: lens(land, (3.5, -1.8)), None),
    ]


def table() -> list[Row]:
    """Return the rows of this part."""
    return [*frames(), *answers()]


if __name__ == "__main__":
    for each in table():
        print(f"{each['what']}: {each['here']} {each['limit']} {each['note']}", flush=True)

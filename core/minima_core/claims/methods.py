"""Experiments about other ways to search: Newton’s method, and annealing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from minima_core.claims.bench import Bench
from minima_core.claims.conditions import percent, whole
from minima_core.claims.duels import STARTS, VARIED, duel
from minima_core.claims.opening import opening
from minima_core.landscapes import landscape

__all__ = ["annealing", "newton"]


def newton(bench: Bench) -> None:
    """Start Newton's method, plain and damped, where descent starts too, and see what they find.

    Plain on one landscape, kind by kind; damped on eight, against descent with its best rate.
    """
    land, steps = landscape("six-hump-camel"), 200
    found = bench.critical(land)
    points = np.array([each.position for each in found.points])
    kinds = np.array([each.kind for each in found.points])
    best = np.array([each.is_global for each in found.points])
    starts = np.random.default_rng(0).uniform(land.lower, land.upper, (1000, 2))
    bench.put(
        points=len(points),
        saddles=(kinds == "saddle").sum(),
        maxima=(kinds == "maximum").sum(),
        minima=(kinds == "minimum").sum(),
    )
    rows, hits = [], {}
    for name, method in (
        ("plain", "newton,variant=plain"),
        ("damped", "newton,variant=damped"),
        ("descent", "gradient-descent"),
    ):
        at = bench.many(land, method, starts, steps if name != "descent" else 1000).at(points)
        there = at >= 0
        hits[name] = there & best[at]
        bench.share(f"{name} global", hits[name])
        for kind in ("minimum", "saddle", "maximum"):
            bench.share(f"{name} {kind}", there & (kinds[at] == kind))
        bench.share(f"{name} no minimum", there & (kinds[at] != "minimum"))
        bench.bar(f"{method.replace(',variant=', ', ')}: a global minimum", f"{name} global")
        bench.bar(
            f"{method.replace(',variant=', ', ')}: a saddle or maximum", f"{name} no minimum", "warning"
        )
        rows.append(
            (
                method,
                *(
                    percent(bench.numbers[f"{name} {each}"])
                    for each in ("global", "minimum", "saddle", "maximum")
                ),
            )
        )
    bench.differ("damped p", hits["descent"], hits["damped"])
    bench.differ("plain p", hits["descent"], hits["plain"])
    bench.table(
        ("method", "global minimum", "any minimum", "saddle", "maximum"),
        rows,
        heading=f"{land.title}, shares",
    )
    plain = ("descent", "gradient-descent,lr={lr}")
    duel(bench, VARIED, (plain, ("newton", "newton,variant=damped")), 1000, STARTS, tuned=True)
    bench.document = opening(
        land,
        ["newton,variant=plain", "newton,variant=damped", "gradient-descent"],
        starts[:12].tolist(),
        40,
        title="Newton goes to whatever is near",
        speed=6.0,
        insight={"critical": True},
    )


def annealing(bench: Bench) -> None:
    """Cool the same walk in 30 to 10 000 steps, from the worst of four wells."""
    land, tries = landscape("styblinski-tang"), 300
    worst = bench.critical(land).minima[-1].position
    times = (30, 100, 300, 1000, 3000, 10_000)
    cool = "simulated-annealing,temperature=30,end_temperature=0.06,cooling_steps={},step_size=0.1"
    rows = []
    for k, time in enumerate(times):
        ends = bench.many(land, cool.format(time), [worst], time, tries=tries, quiet=True)
        bench.share(f"cooled in {time}", ends.at(land.minima) >= 0)
        bench.bar(f"Cooled in {time} steps", f"cooled in {time}", "run:simulated-annealing:0")
        bench.share(f"frozen in {time}", ends.at([worst]) == 0)
        rows.append(
            (str(time), *(percent(bench.numbers[f"{what} in {time}"]) for what in ("cooled", "frozen")))
        )
        bench.tell((k + 1) / (len(times) + 1))
    bench.did(
        f"{land.title}: {cool.format('N')} from the worst minimum; {tries} tries × N steps, N = "
        f"{', '.join(whole(time) for time in times)}"
    )
    restarts = bench.many(
        land, "random-restarts,local=gradient-descent,steps_per_loop=100", [worst], times[-1], tries=50
    )
    bench.share("restarts", restarts.at(land.minima) >= 0)
    bench.put(
        tries=tries,
        fastest=times[0],
        slowest=times[-1],
        rises=sum(
            bench.numbers[f"cooled in {b}"] >= bench.numbers[f"cooled in {a}"] - 0.02
            for a, b in pairwise(times)
        ),
        pairs=len(times) - 1,
    )
    bench.table(("cooling steps", "met the global minimum", "met nothing better than its own well"), rows)
    bench.document = opening(
        land,
        [cool.format(time) for time in (3000, 300, 30)],
        [worst.tolist()],
        3000,
        title="Cooling: slow, fast, and quenched",
        seed=3,
        speed=300.0,
    )

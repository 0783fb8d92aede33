"""Experiments about limits: what a run can know, what a proof can, and how any method is beaten."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.claims.bench import Bench
from minima_core.claims.opening import opening
from minima_core.landscapes import formula, landscape, objective
from minima_core.runs import start
from minima_core.runs.wording import show_number

__all__ = ["beaten", "guarantee"]

Array: TypeAlias = NDArray[np.float64]

PROVABLE = (
    "two-wells",
    "three-wells",
    "himmelblau",
    "six-hump-camel",
    "styblinski-tang",
    "rastrigin",
    "levy",
    "branin",
)
SEARCHERS = (
    "gradient-descent",
    "momentum",
    "adam",
    "newton",
    "l-bfgs",
    "nelder-mead",
    "random-restarts",
    "basin-hopping",
    "simulated-annealing",
    "differential-evolution",
    "cma-es",
    "auto",
)
SIDE = 2.0
"""The region of the bowl is [−2, 2]²."""
BEGIN = (1.5, 1.2)
IDLE = 20
"""Blocks of steps without an evaluation after which a method is at rest."""
DEPTH = 16.0
"""Of the well that is dug: the bowl is nowhere higher than 13."""
WIDEST = 0.4
"""The largest radius of the well."""


def guarantee(bench: Bench) -> None:
    """Let a method end, look at all that it can know there, and then prove where the lowest point is."""
    land, budget = landscape("six-hump-camel"), 500
    found = bench.critical(land)
    minima = np.array([each.position for each in found.minima])
    best = np.array([each.is_global for each in found.minima])
    starts = np.random.default_rng(0).uniform(land.lower, land.upper, (1000, 2))
    for name in ("gradient-descent", "adam", "l-bfgs", "simulated-annealing"):
        at = bench.many(land, name, starts, budget).at(minima)
        bench.share(name, (at >= 0) & best[at])
        bench.bar(f"{name}: at the global minimum", name, f"run:{name}:0")
    at = bench.many(land, "gradient-descent", starts, budget).at(minima)
    places = {"local": minima[np.flatnonzero(~best)[0]], "global": minima[0]}
    rows = []
    for name, place in places.items():
        slope = float(np.linalg.norm(land.gradient(place)))
        low = float(np.linalg.eigvalsh(land.hessian(place))[0])
        bench.numbers[f"{name} slope"], bench.numbers[f"{name} least curvature"] = slope, low
        rows.append((f"at a {name} minimum", f"{slope:.0e}".replace("-", "−"), show_number(low)))
    bench.table(
        ("where a run rests", "slope", "least curvature"),
        rows,
        note="Nothing there tells the two apart: what lies elsewhere decides.",
    )
    bench.put(
        share_stuck=float(np.mean((at >= 0) & ~best[at])), gap=found.minima[int(np.flatnonzero(~best)[0])].gap
    )
    proofs, seconds, boxes = 0, 0.0, 0
    for k, name in enumerate(PROVABLE):
        proof = bench.critical(landscape(name))
        proofs += proof.global_proved
        seconds, boxes = seconds + proof.seconds, boxes + proof.boxes
        bench.tell((k + 1) / (len(PROVABLE) + 1))
    bench.put(
        proofs=proofs,
        tried=len(PROVABLE),
        boxes=boxes,
        seconds=seconds,
        complete=found.complete,
        proved=found.global_proved,
    )
    bench.document = opening(
        land,
        ["gradient-descent", "l-bfgs"],
        starts[:12].tolist(),
        200,
        title="What no run can know, a proof can",
        insight={"critical": True},
    )


def _height(p: Array, hole: Array | None = None, reach: float = 1.0) -> float:
    """Return the height of a tilted bowl; a well in it, if any, is exactly 0 beyond its reach."""
    value = float(p[0] ** 2 + 2.0 * p[1] ** 2 + 0.5 * p[0])
    if hole is not None:
        inside = max(0.0, 1.0 - float((p - hole) @ (p - hole)) / reach**2)
        value -= DEPTH * inside**3
    return value


def _slope(p: Array, hole: Array | None = None, reach: float = 1.0) -> Array:
    """Return the gradient of `_height`."""
    slope = np.array([2.0 * p[0] + 0.5, 4.0 * p[1]])
    if hole is not None:
        inside = max(0.0, 1.0 - float((p - hole) @ (p - hole)) / reach**2)
        slope += DEPTH * 3.0 * inside**2 * 2.0 * (p - hole) / reach**2
    return slope


def _looked(
    name: str, budget: int, hole: Array | None = None, reach: float = 1.0
) -> tuple[Array, float, int]:
    """Let a method search, and return every point that it looked at, its best value, and its evaluations."""
    seen: list[Array] = []

    def value(p: Array) -> float:
        seen.append(p.copy())
        return _height(p, hole, reach)

    def slope(p: Array) -> Array:
        seen.append(p.copy())
        return _slope(p, hole, reach)

    land = objective(value, (-SIDE, -SIDE), (SIDE, SIDE), gradient=slope, name="a bowl")
    run = start(land, name, BEGIN, seed=0, budget=budget, border="clip")
    idle = 0
    while not run.ended and idle < IDLE:
        before = len(seen)
        run.advance(16)
        idle = idle + 1 if len(seen) == before else 0  # at rest: it looks nowhere any more
    return np.array(seen), run.best_value, int(run.evaluations)


def beaten(bench: Bench) -> None:
    """Let each method search a bowl, dig a well where it never looked, and let it search again."""
    budget = 1000
    rows = []
    beaten_by, same = 0, 0
    smallest = np.inf
    wells: list[tuple[str, Array, float]] = []
    for k, name in enumerate(SEARCHERS):
        seen, _, _ = _looked(name, budget)
        hole, empty = _emptiest(np.unique(seen, axis=0))
        reach = min(WIDEST, 0.95 * empty)
        again, best_again, evaluations = _looked(name, budget, hole, reach)
        bottom = _height(hole, hole, reach)
        same += bool(np.array_equal(seen, again))
        beaten_by += bottom < best_again - 1.0
        smallest = min(smallest, reach)
        rows.append(
            (
                name,
                str(evaluations),
                show_number(best_again),
                f"({show_number(float(hole[0]))}, {show_number(float(hole[1]))})",
                show_number(reach),
                show_number(bottom),
            )
        )
        wells.append((name, hole, reach))
        bench.tell((k + 1) / (len(SEARCHERS) + 1))
    bench.did(
        f"A bowl on [−2, 2]²: {len(SEARCHERS)} methods from (1.5, 1.2), {budget} evaluations each; then the "
        f"same bowl with a well of radius {WIDEST:g} or less, in the largest circle that the method left "
        "empty, and the same method again, with the same seed",
        2 * len(SEARCHERS),
        2 * len(SEARCHERS) * budget,
    )
    bench.put(methods=len(SEARCHERS), beaten=beaten_by, same=same, budget=budget, smallest=smallest)
    bench.table(
        ("method", "evaluations", "best it met", "the well is at", "its radius", "and as deep as"),
        rows,
    )
    _show_well(bench, wells)


def _emptiest(seen: Array) -> tuple[Array, float]:
    """Return the point of a grid that is farthest from all that were looked at, and how far that is."""
    grid = np.stack(np.meshgrid(*(np.linspace(-1.9, 1.9, 96),) * 2), axis=-1).reshape(-1, 2)
    squares = (grid**2).sum(axis=1)[:, None] - 2.0 * grid @ seen.T + (seen**2).sum(axis=1)
    nearest = squares.min(axis=1)
    return grid[int(np.argmax(nearest))], float(np.sqrt(max(nearest.max(), 0.0)))


def _show_well(bench: Bench, wells: list[tuple[str, Array, float]]) -> None:
    """Show the well of a method as a formula, with the method on it; and let others, and a proof, find it."""
    for name, (x, y), reach in reversed(wells):
        land = formula(
            f"x^2 + 2y^2 + 0.5x - {DEPTH:g} max(0, 1 - ((x - a)^2 + (y - b)^2)/r^2)^3",
            (-SIDE, -SIDE),
            (SIDE, SIDE),
            {"a": float(x), "b": float(y), "r": reach},
        )
        run = bench.one(land, name, BEGIN, 60, name="The bowl with the well, as a formula")
        missed = run.best_value > -1.0
        if missed:  # settings that follow from the landscape may differ from those on a callable
            break
    proof = bench.critical(land, name=f"The bowl with the well for {name}")
    lowest = min(proof.minima, key=lambda each: each.value)
    thrown = np.random.default_rng(0).uniform(-SIDE, SIDE, (1000, 2))
    found = bench.many(land, "l-bfgs", thrown, 60, name="The same bowl and well")
    bench.share("random starts find it", found.at([lowest.position]) == 0)
    bench.put(
        proof_finds=float(np.linalg.norm(lowest.position - (x, y))) < reach,
        proof_value=lowest.value,
        proof_sure=proof.global_proved,
        well_share=float(np.pi * reach**2 / (2 * SIDE) ** 2),
        shown_misses=missed,
    )
    bench.document = opening(
        land,
        [name, "gradient-descent,lr=0.002"],
        [BEGIN],
        60,
        title="A well where nobody looked",
        right="landscape",
        speed=6.0,
    )

"""Methods on COCO's bbob suite: which share of its problems is solved, how soon, and how fast.

    python benchmarks/bbob.py METHOD[,SETTING=...] ... [--dimension 2] [--budget 2000]
        [--instances 1-15] [--seeds 1] [--functions 1-24] [--jobs 2] [--shifted] [--json FILE]

METHOD is any method of `minima_core.minimize`, or a peer: scipy:de, scipy:dual-annealing, cma:bipop.
`auto` is tuned on instances 101 to 130; no other instance is looked at while it is made.

A run has `budget` × D evaluations of one of the 24 functions in one instance, on the box [−5, 5]^D, from
a seed of its own. It is *solved* when a value within 1e-8 of the known minimum has been evaluated, and
ends there.

- The *share* is of all runs. Its standard error takes the mean of each (function, instance) over its
  seeds as one draw: the deviation of these means over the root of their number.
- *Whole* are functions of which every run is solved.
- The *area* is COCO's distribution of runtimes in one number: over all runs and the 51 targets 10^2,
  10^1.8 … 10^-8 above the minimum, the mean of 1 − log10(t/D) / log10(budget), where t is the first
  evaluation that reached the target (t below D counts as D; a target never reached counts 0). It is the
  area under the share of targets reached, drawn over the logarithm of evaluations / D from 1 to the
  budget, in shares of the whole. In brackets is the same from the first evaluation on, which is
  1 − log10(t) / log10(budget × D).
- *Median* is that of the evaluations of all runs, those not solved at the full budget.
- *Time* is the wall clock of all runs less what the function itself took, per evaluation.

With `--shifted` every run has its argument shifted by a random vector and its box widened on each side by
up to a twentieth: no minimum lies on a number that is round, or on any grid laid into the box.

References
----------
N. Hansen et al., "COCO: a platform for comparing continuous optimizers in a black-box setting", Optim.
Methods Softw. 36(1), 2021; N. Hansen, A. Auger, D. Brockhoff, T. Tušar, "Anytime performance assessment in
blackbox optimization benchmarking", IEEE Trans. Evol. Comput. 26(6), 2022.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import math
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

TARGETS = 10.0 ** np.linspace(2.0, -8.0, 51)
PRECISION = 1e-8
FUNCTIONS = 24


class Solved(Exception):  # noqa: N818
    """Ends a run that has nothing left to find."""


class Spent(Exception):  # noqa: N818
    """Ends a peer that asks for more evaluations than it has."""


class Watched:
    """One function of the suite, counted and timed, that remembers when each target was first reached."""

    def __init__(self, function: int, instance: int, dimension: int, seed: int, shifted: bool) -> None:
        import cocoex

        self.problem = cocoex.BareProblem("bbob", function, dimension, instance)
        self.minimum = float(self.problem.best_value())
        self.lower, self.upper = np.full(dimension, -5.0), np.full(dimension, 5.0)
        self.shift = np.zeros(dimension)
        if shifted:
            chance = np.random.default_rng(seed)
            self.shift = chance.uniform(-10.0, 10.0, dimension)
            self.lower = self.lower - chance.uniform(0.0, 0.5, dimension) + self.shift
            self.upper = self.upper + chance.uniform(0.0, 0.5, dimension) + self.shift
        self.limit = math.inf
        self.best, self.count, self.seconds = math.inf, 0, 0.0
        self.hits: list[int] = []

    def __call__(self, x: Any) -> float:
        """Evaluate; raises `Solved` with the last target."""
        if self.count >= self.limit:
            raise Spent
        begin = time.perf_counter()
        value = float(self.problem(np.asarray(x, dtype=float) - self.shift))
        self.seconds += time.perf_counter() - begin
        self.count += 1
        if value < self.best:
            self.best = value
            precision = value - self.minimum
            while len(self.hits) < len(TARGETS) and precision <= TARGETS[len(self.hits)] * (1 + 1e-12):
                self.hits.append(self.count)
            if precision <= PRECISION:
                raise Solved
        return value


@dataclass(frozen=True)
class Result:
    """One run: `hits` are the evaluations at which targets were first reached, as many as were."""

    function: int
    instance: int
    seed: int
    hits: tuple[int, ...]
    evaluations: int
    precision: float
    seconds: float

    @property
    def solved(self) -> bool:
        return self.precision <= PRECISION


# -- methods -------------------------------------------------------------------------------------------------


def minimized(method: str) -> Callable[[Watched, int, int], None]:
    """Return how a method of ours is run."""
    import minima_core

    def run(f: Watched, budget: int, seed: int) -> None:
        found = minima_core.minimize(f, f.lower, f.upper, method=method, budget=budget, seed=seed)
        if found.error is not None and not isinstance(found.error, Solved):
            raise found.error

    return run


def scipy_de(f: Watched, budget: int, seed: int) -> None:
    """Scipy's differential evolution as it is."""
    from scipy.optimize import differential_evolution

    bounds = list(zip(f.lower, f.upper, strict=True))
    differential_evolution(f, bounds, maxiter=budget, tol=0.0, rng=seed)


def scipy_dual_annealing(f: Watched, budget: int, seed: int) -> None:
    """Scipy's generalised annealing as it is."""
    from scipy.optimize import dual_annealing

    dual_annealing(f, list(zip(f.lower, f.upper, strict=True)), maxiter=budget, maxfun=budget, rng=seed)


def cma_bipop(f: Watched, budget: int, seed: int) -> None:
    """Pycma's BIPOP-CMA-ES from random starts, with a fifth of the box as its first deviation."""
    import cma

    chance = np.random.default_rng(seed)
    options = {"bounds": [f.lower, f.upper], "maxfevals": budget, "verbose": -9, "seed": seed + 1}

    def start() -> Any:
        return chance.uniform(f.lower, f.upper)

    cma.fmin2(f, start, 2.0, options, restarts=9, bipop=True)


PEERS = {"scipy:de": scipy_de, "scipy:dual-annealing": scipy_dual_annealing, "cma:bipop": cma_bipop}


# -- runs ----------------------------------------------------------------------------------------------------


def one(task: tuple[str, int, int, int, int, int, bool]) -> Result:
    """Do one run."""
    method, function, instance, seed, dimension, budget, shifted = task
    own = (seed * 100 + function) * 10_000 + instance
    f = Watched(function, instance, dimension, own, shifted)
    peer = PEERS.get(method)
    run = peer or minimized(method)
    f.limit = budget if peer else math.inf
    begin = time.perf_counter()
    with contextlib.suppress(Solved, Spent):
        run(f, budget, own)
    if f.count > budget:
        raise RuntimeError(f"{method} has used {f.count} evaluations of {budget}.")
    seconds = time.perf_counter() - begin - f.seconds
    return Result(
        function, instance, seed, tuple(f.hits), max(f.count, 1), float(f.best - f.minimum), seconds
    )


def measure(
    method: str,
    *,
    dimension: int = 2,
    budget: int = 2000,
    instances: Sequence[int] = range(1, 16),
    functions: Sequence[int] = range(1, FUNCTIONS + 1),
    seeds: Sequence[int] = (0,),
    shifted: bool = False,
    jobs: int = 1,
) -> list[Result]:
    """Return the runs of one method; `budget` is for each dimension."""
    tasks = [
        (method, function, instance, seed, dimension, budget * dimension, shifted)
        for function in functions
        for instance in instances
        for seed in seeds
    ]
    one((method, 1, 1, 0, dimension, 100 * dimension, shifted))  # compiles, so that no run is timed with it
    if jobs == 1:
        return [one(task) for task in tasks]
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        return pool.map(one, tasks, chunksize=max(1, min(8, len(tasks) // (4 * jobs))))


# -- figures -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """What a method reached; see the head of the file."""

    share: float
    error: float
    complete: int
    area: float
    area_from_one: float
    median: float
    microseconds: float
    by_function: dict[int, float]


def figures(results: Sequence[Result], dimension: int, budget: int) -> Figures:
    """Return the figures of runs with `budget` evaluations for each dimension."""
    by_function: dict[int, list[bool]] = {}
    clusters: dict[tuple[int, int], list[bool]] = {}
    for each in results:
        by_function.setdefault(each.function, []).append(each.solved)
        clusters.setdefault((each.function, each.instance), []).append(each.solved)
    means = np.array([np.mean(each) for each in clusters.values()])
    spent = [each.evaluations if each.solved else budget * dimension for each in results]
    evaluations = sum(each.evaluations for each in results)
    return Figures(
        share=float(np.mean([each.solved for each in results])),
        error=float(means.std(ddof=1) / math.sqrt(len(means))) if len(means) > 1 else math.nan,
        complete=sum(all(each) for each in by_function.values()),
        area=float(np.mean([area(each.hits, dimension, budget) for each in results])),
        area_from_one=float(np.mean([area(each.hits, 1, budget * dimension) for each in results])),
        median=float(np.median(spent)),
        microseconds=1e6 * sum(each.seconds for each in results) / evaluations,
        by_function={function: float(np.mean(each)) for function, each in by_function.items()},
    )


def area(hits: Sequence[int], unit: int, budget: int) -> float:
    """Return the area under the share of targets reached over log10(evaluations / unit)."""
    gained = [1.0 - math.log10(max(each / unit, 1.0)) / math.log10(budget) for each in hits]
    return max(sum(gained), 0.0) / len(TARGETS)


def shown(method: str, f: Figures) -> str:
    """Return one line of the table."""
    return (
        f"{method:<40} {f.share:6.3f} ± {f.error:.3f}  {f.complete:2d}/{len(f.by_function):<2d} "
        f"{f.area:6.3f} ({f.area_from_one:.3f}) {f.median:9.0f} {f.microseconds:9.2f}"
    )


HEADER = f"{'method':<40} {'share solved':>14}  {'whole':>5} {'area':>14} {'median':>9} {'µs/eval':>9}"


def by_function(columns: dict[str, Figures]) -> str:
    """Return the table of shares by function, a column for each method."""
    names = [f"{chr(ord('A') + i)} = {name}" for i, name in enumerate(columns)]
    head = "function " + " ".join(f"{name[0]:>6}" for name in names)
    functions = sorted({each for f in columns.values() for each in f.by_function})
    lines = [
        f"f{function:<7d} "
        + " ".join(f"{f.by_function.get(function, math.nan):6.2f}" for f in columns.values())
        for function in functions
    ]
    return "\n".join([*names, head, *lines])


# -- command line --------------------------------------------------------------------------------------------


def numbers(text: str) -> list[int]:
    """Read ``1-15`` or ``1,3,7-9``."""
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found.extend(range(int(first), int(last or first) + 1))
    return found


def main(arguments: Iterable[str] | None = None) -> int:
    """Run methods and print what they reached."""
    parser = argparse.ArgumentParser(description="Methods on COCO’s bbob suite.")
    parser.add_argument("methods", nargs="+", metavar="METHOD", help=f"of ours, or of {', '.join(PEERS)}")
    parser.add_argument("--dimension", type=int, default=2)
    parser.add_argument("--budget", type=int, default=2000, help="evaluations for each dimension")
    parser.add_argument("--instances", type=numbers, default=numbers("1-15"))
    parser.add_argument("--seeds", type=int, default=1, help="runs of each instance")
    parser.add_argument("--functions", type=numbers, default=numbers(f"1-{FUNCTIONS}"))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--shifted", action="store_true", help="no minimum on a round number")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    options = parser.parse_args(None if arguments is None else list(arguments))
    print(
        f"bbob in {options.dimension}-D, {options.budget * options.dimension} evaluations, "
        f"{len(options.instances)} instances from {options.instances[0]} to {options.instances[-1]}, "
        f"{options.seeds} seed(s){', shifted' if options.shifted else ''}"
    )
    print(HEADER)
    columns: dict[str, Figures] = {}
    for method in options.methods:
        results = measure(
            method,
            dimension=options.dimension,
            budget=options.budget,
            instances=options.instances,
            functions=options.functions,
            seeds=range(options.seeds),
            shifted=options.shifted,
            jobs=options.jobs,
        )
        columns[method] = figures(results, options.dimension, options.budget)
        print(shown(method, columns[method]), flush=True)
    print()
    print(by_function(columns))
    if options.json:
        options.json.write_text(
            json.dumps({name: asdict(f) for name, f in columns.items()}, indent=1), "utf-8"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

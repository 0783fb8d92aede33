"""Duels: two methods from the same starts on several landscapes, and where they differ."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from minima_core.claims.bench import SIGNIFICANT, Bench, rate_of
from minima_core.claims.conditions import p_value, share_text, whole
from minima_core.landscapes import Landscape, landscape
from minima_core.methods import Specification

__all__ = ["INTERVAL", "STARTS", "VARIED", "duel"]

VARIED = (
    "two-wells",
    "three-wells",
    "sharp-and-flat",
    "six-hump-camel",
    "bumpy-parabola",
    "egg-crate",
    "rastrigin",
    "hidden-hole",
)
"""Landscapes with a local minimum, of many kinds."""
INTERVAL = ("", " low", " high")
"""Ends of the names of a share and of its interval."""
STARTS = 600
"""Starts that two methods are compared from."""
TRIED = (1.0, 0.1, 10.0, 0.01, 0.001, 0.0001)
"""Times the usual rate: the rates that are tried to find the best one,"""
TUNING = 100
"""from so many starts."""


def duel(
    bench: Bench,
    places: tuple[str, ...],
    pair: tuple[tuple[str, str], tuple[str, str]],
    steps: int,
    count: int,
    factors: tuple[float, ...] = (1.0,),
    tuned: bool = False,
) -> None:
    """Try two methods from the same starts on several landscapes, and count where they differ.

    With ``{lr}`` in their text both get the usual rate of the second one, times each of `factors`; tuned,
    each of them gets the rate that is best for it, found from other starts.
    """
    (one, first), (other, second) = pair
    hits: dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]] = {}
    begun = bench.done
    titles: dict[str, str] = {}
    for k, (place, factor) in enumerate(product(places, factors)):
        land = landscape(place)
        points = np.random.default_rng(k).uniform(land.lower, land.upper, (count, land.dimension))
        found, rate = [], "" if tuned else _usual(land, second, factor)
        name = place if len(factors) == 1 else f"{place} lr {rate}"
        titles[name] = land.title + name.removeprefix(place).replace(" lr", ", lr")
        for label, method in ((one, first), (other, second)):
            if "{lr}" in method:
                lr = _best_rate(bench, land, method, steps) if tuned else rate
                full = method.format(lr=lr)
            else:
                full = method
            ends = bench.many(land, full, points, steps, quiet=len(factors) > 1)
            found.append(ends.at(land.minima) >= 0)
            bench.share(f"{name} {label}", found[-1])
        hits[name] = found[0], found[1]
        bench.differ(f"{name} {other} p", *hits[name])
        bench.tell(begun + 0.48 * (k + 1) / (len(places) * len(factors)))
    if tuned:
        tried = ", ".join(f"{factor:g}" for factor in sorted(TRIED))
        bench.did(
            f"The rate of each method on each landscape: the best of {tried} times the usual one, from "
            f"{TUNING} other starts × {whole(steps)} steps"
        )
    if len(factors) > 1:
        multiples = " and ".join(f"{factor:g} ×" for factor in factors)
        bench.did(
            f"{len(places)} landscapes, each with {multiples} the usual rate: {one} · {other}, μ = 0.9, with "
            f"the lr of the table; {whole(count)} starts × {whole(steps)} steps"
        )
    names = tuple(hits)
    bench.holm(*(f"{name} {other} p" for name in names))
    sure = {name: bench.numbers[f"{name} {other} p"] < SIGNIFICANT for name in names}
    more = {name: hits[name][1].sum() > hits[name][0].sum() for name in names}
    bench.numbers[f"{other} better on"] = sum(sure[name] and more[name] for name in names)
    bench.numbers[f"{other} worse on"] = sum(sure[name] and not more[name] for name in names)
    bench.numbers[f"{other} not different on"] = sum(not sure[name] for name in names)
    bench.numbers["cases"] = len(names)
    bench.numbers["starts"], bench.numbers["steps"] = count, steps
    bench.numbers[f"{other} least"] = min(bench.numbers[f"{name} {other}"] for name in names)
    bench.numbers[f"{other} most"] = max(bench.numbers[f"{name} {other}"] for name in names)
    bench.table(
        ("landscape", one, other, "difference"),
        [
            (
                titles[name],
                *(
                    share_text(*(bench.numbers[f"{name} {each}{end}"] for end in INTERVAL))
                    for each in (one, other)
                ),
                p_value(bench.numbers[f"{name} {other} p"]),
            )
            for name in names
        ],
        heading=f"Share of {count} starts that reach the global minimum",
        note="Paired by start (McNemar), corrected for the number of cases (Holm).",
    )


def _usual(land: Landscape, method: str, factor: float = 1.0) -> str:
    """Return the usual rate of a method on a landscape, times a factor."""
    usual = rate_of(Specification.parse(method.partition(",")[0]).resolved(land))
    return f"{factor * usual:.3g}"


def _best_rate(bench: Bench, land: Landscape, method: str, steps: int) -> str:
    """Return the rate with which a method is most often at the global minimum; of equal ones the usual."""
    starts = np.random.default_rng(1000).uniform(land.lower, land.upper, (TUNING, land.dimension))
    best, most = "", -1
    for factor in TRIED:
        rate = _usual(land, method, factor)
        ends = bench.many(land, method.format(lr=rate), starts, steps, quiet=True)
        reached = int((ends.at(land.minima) >= 0).sum())
        if reached > most:
            best, most = rate, reached
    return best

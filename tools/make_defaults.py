"""Write `resources/minima_resources/defaults.toml`: the usual settings of methods, tried on every landscape.

    .venv/bin/python tools/make_defaults.py            # all landscapes, about two minutes
    .venv/bin/python tools/make_defaults.py himmelblau rastrigin

For each landscape of the catalogue and each method whose rate would be worked out from the landscape's scale,
rates from a fifth of that one to five times as much are run from an even spread of starts, each with the
longest gradient limited and without where the method can do either. What counts is how far above the best the
last steps lie on average, in decades of the landscape's height, wherever a run ends up; a run that is lost
counts as one decade above it, and one that leaps across the landscape as worse than any other. Of all that
are as good as the best, the middle one is taken. The rate that follows from the scale stays where nothing is
clearly better.
"""

from __future__ import annotations

import math
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / folder) for folder in ("core", "resources")]

import numpy as np  # noqa: E402

import minima_core as mc  # noqa: E402
from minima_core.analysis.crowd import Crowd  # noqa: E402
from minima_core.landscapes import Landscape  # noqa: E402
from minima_core.landscapes.scale import lattice, rounded, scale_of  # noqa: E402
from minima_core.methods import AUTO, Specification, describe, method_names  # noqa: E402
from minima_core.methods.gradient.rates import LONGEST_STEP  # noqa: E402
from minima_core.methods.usual import identity, untabled  # noqa: E402

FILE = ROOT / "resources" / "minima_resources" / "defaults.toml"
STEPS = 300
LAST = 10  # steps over which the end is averaged
FIRST = 30
WILD = 0.15  # of the diagonal: a longer step among the first is a leap, and nothing that one can follow
STARTS = 25
DEEPEST = -8.0
LOST = 1.0
AS_GOOD = 0.1  # decades
CLEARLY = 0.3

HEADER = """\
# Usual settings of methods on the landscapes of the catalogue: made by tools/make_defaults.py, not by hand.
# Each was the best of those tried from {starts} starts, {steps} steps; the tool says how that is measured.
# What is not here is worked out from the landscape's own scale. A table is named after its landscape, and
# holds only for exactly that one: its `of` is the digest of formula, region, parameters and minima.
"""


def rates_around(rate: float) -> list[float]:
    """The series 1, 2, 5 around a rate."""
    shares = (0.2, 0.5, 1.0, 2.0, 5.0)
    return sorted({rounded(rate * share) for share in shares} - {0.0})


def candidates(land: Landscape, usual: Specification) -> list[dict[str, float]]:
    """The settings that are tried for a method: rates, each with and without a limit to long gradients."""
    settings = usual.settings
    tried = []
    mu = float(settings.get("momentum", 0.0))
    by_slope = describe(usual.name).by_name["clip_norm"].default is AUTO and usual.name in BY_SLOPE
    for rate in rates_around(float(settings["lr"])):
        tried.append({"lr": rate, "clip_norm": 0.0} if by_slope else {"lr": rate})
        if by_slope:
            tried.append({"lr": rate, "clip_norm": rounded(LONGEST_STEP * land.diagonal * (1.0 - mu) / rate)})
    return tried


AS_THEY_ARE = ("sgd", "line-search")
"""Methods whose rate is not judged by where they end: noise wants a small one, and a wish may be large."""

BY_SLOPE = ("gradient-descent", "sgd", "momentum", "nesterov")
"""Methods whose steps grow with the slope: where it is steep, long gradients may have to be limited."""


def height(land: Landscape, specification: Specification, starts: np.ndarray) -> float:
    """How far above the best the runs end on average, in decades of the landscape's height."""
    spread = scale_of(land).spread or 1.0
    best = float(np.min(land.value(land.minima))) if len(land.minima) else None
    crowd = Crowd(land, specification, np.arange(len(starts)), starts=starts, seed=1)
    wild = np.zeros(len(starts), dtype=bool)
    for _ in range(FIRST):
        before = crowd.positions
        crowd.advance(1)
        with np.errstate(invalid="ignore", over="ignore"):
            wild |= np.linalg.norm(crowd.positions - before, axis=1) > WILD * land.diagonal
    crowd.advance(STEPS - FIRST - LAST)
    total = np.zeros(len(starts))
    lowest = np.full(len(starts), math.inf)
    for _ in range(LAST):
        crowd.advance(1)
        total += crowd.values / LAST
        lowest = np.minimum(lowest, crowd.values)
    inside = np.all((crowd.positions >= land.lower) & (crowd.positions <= land.upper), axis=1)
    if best is None:
        best = BEST.get(land.name)
        if best is None:
            spread_out = lattice(land.lower, land.upper, 10_000)
            best = BEST[land.name] = float(np.nanmin(land.value(spread_out)))
    gaps = np.log10(np.maximum((total - best) / spread, 10.0**DEEPEST))
    lost = ~np.isfinite(total) | ~inside
    return float(np.mean(np.where(lost, LOST, np.minimum(gaps, LOST)) + wild * -DEEPEST))


BEST: dict[str, float] = {}


def chosen(land: Landscape, name: str) -> dict[str, float] | None:
    """The usual settings of a method on a landscape, if they are clearly better than those from its scale."""
    usual = untabled(mc.method(name), land)
    starts = lattice(land.lower, land.upper, STARTS)
    tried = candidates(land, usual)
    heights = np.array([height(land, usual.replace(**each), starts) for each in tried])
    present = height(land, usual, starts)
    if not heights.min() < present - CLEARLY:
        return None
    kinds = [each.get("clip_norm", 0.0) > 0 for each in tried]
    best = int(np.argmin(heights))
    good = [k for k in range(len(tried)) if kinds[k] == kinds[best] and heights[k] <= heights[best] + AS_GOOD]
    return tried[good[len(good) // 2]]


def table(land: Landscape) -> list[str]:
    """The lines of one landscape."""
    lines = []
    for name in method_names():
        method = describe(name)
        if (
            name in AS_THEY_ARE
            or method.kind != "gradient"
            or "lr" not in method.by_name
            or method.by_name["lr"].default is not AUTO
        ):
            continue
        settings = chosen(land, name)
        if settings is not None:
            inside = ", ".join(f"{key} = {value!r}" for key, value in settings.items())
            lines.append(f"{name} = {{ {inside} }}")
    return [f'[{land.name}]\nof = "{identity(land)}"', *lines] if lines else []


def main(names: list[str]) -> None:
    """Make the table of these landscapes, or of all."""
    began = time.perf_counter()
    parts = [HEADER.format(starts=STARTS, steps=STEPS)]
    for name in names or mc.landscape_names():
        lines = table(mc.landscape(name))
        print(f"{time.perf_counter() - began:6.1f} s  {name}: {max(len(lines) - 1, 0)} methods", flush=True)
        if lines:
            parts.append("\n".join(lines) + "\n")
    if names:
        print("\n".join(parts))
    else:
        FILE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])

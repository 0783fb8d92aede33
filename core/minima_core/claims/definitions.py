"""Experiments about definitions: which points are minima, and what “for all x” means."""

from __future__ import annotations

import numpy as np

from minima_core.claims.bench import Bench, Offer
from minima_core.claims.opening import opening
from minima_core.landscapes import formula, landscape
from minima_core.runs.wording import show_number

__all__ = ["cubic", "parabola", "ties"]


def parabola(bench: Bench) -> None:
    """Find all critical points of x² − 2x + 1, and of x⁴ − 2x² + 1."""
    said = formula("x^2 - 2x + 1", (-2.0,), (4.0,))
    meant = formula("x^4 - 2x^2 + 1", (-1.8,), (1.8,))
    rows = []
    for what, land in (("parabola", said), ("quartic", meant)):
        found = bench.critical(land)
        bench.numbers[f"{what} points"] = len(found.points)
        bench.numbers[f"{what} minima"] = len(found.minima)
        bench.numbers[f"{what} global minima"] = sum(each.is_global for each in found.minima)
        bench.numbers[f"{what} complete"] = found.complete
        for each in found.points:
            rows.append(
                (land.title, show_number(float(each.position[0])), show_number(each.value), each.kind)
            )
    bench.table(("f", "x", "f(x)", "kind"), rows)
    (only,) = (each for each in bench.critical(said).points)
    bench.put(parabola_at=only.position[0], parabola_value=only.value)
    for name, x in (("left", -1.0), ("middle", 0.0), ("right", 1.0)):
        bench.numbers[f"slope {name}"] = float(said.gradient((x,))[0])
        bench.numbers[f"quartic slope {name}"] = float(meant.gradient((x,))[0])
        bench.numbers[f"quartic curvature {name}"] = float(meant.hessian((x,))[0, 0])
    starts = [(x,) for x in np.linspace(-1.9, 3.9, 9).tolist()]
    ends = bench.many(said, "gradient-descent,lr=0.1", starts, 100)
    bench.share("ends at 1", ends.at([only.position]) == 0)
    bench.document = opening(
        said,
        ["gradient-descent,lr=0.1"],
        starts,
        100,
        title="x² − 2x + 1: one minimum, at 1",
        insight={"critical": True},
    )
    repaired = opening(
        meant,
        ["gradient-descent,lr=0.05"],
        [(x,) for x in (-1.6, -0.2, 0.2, 1.6)],
        100,
        title="x⁴ − 2x² + 1: minima at ±1, a maximum at 0",
        insight={"critical": True},
    )
    bench.offers.append(
        Offer("With x² in place of x: x⁴ − 2x² + 1 has the three numbers as its critical points.", repaired)
    )


def cubic(bench: Bench) -> None:
    """Descend x³ from both sides of 0, with a small and a large rate, and with momentum."""
    land, rate, large = landscape("cubic"), 0.15, 0.6
    found = bench.critical(land)
    inner = [each for each in found.points if not each.on_border]
    lowest = found.minima[0]
    bench.put(
        rate=rate,
        large_rate=large,
        inner_minima=sum(each.kind == "minimum" for each in inner),
        flat_points=len(inner),
        flat_slope=abs(float(land.gradient((0.0,))[0])),
        lowest_x=lowest.position[0],
        lowest_on_border=lowest.on_border,
    )
    for name, lr in (("limit", rate), ("large limit", large)):
        bench.numbers[name] = 1.0 / (3.0 * lr)
    starts = np.linspace(-2.0, 2.0, 2001)[:, None]
    right = starts[:, 0] > 1e-9
    left = starts[:, 0] < -1e-9
    steps = 2000
    for name, method in (
        ("small", f"gradient-descent,lr={rate},clip_norm=0"),
        ("large", f"gradient-descent,lr={large},clip_norm=0"),
        ("momentum", f"momentum,lr={rate},momentum=0.9,clip_norm=0"),
    ):
        ends = bench.many(land, method, starts, steps)
        stalled = ends.alive & (np.abs(ends.positions[:, 0]) < 0.02)
        predicted = right & (starts[:, 0] < 1.0 / (3.0 * (large if name == "large" else rate)))
        bench.share(f"{name} stalls from the right", stalled[right])
        bench.share(f"{name} runs off from the left", ~(ends.alive & land_holds(ends.positions))[left])
        if name != "momentum":
            bench.share(f"{name} as predicted", stalled[right] == predicted[right])
        bench.bar(f"{method.split(',clip')[0]}: stalls near 0", f"{name} stalls from the right")
        if name == "small":
            bench.put(stalled_above=float(ends.positions[stalled & right].min()))
    run = bench.one(land, f"gradient-descent,lr={rate},clip_norm=0", (1.0,), steps)
    bench.put(crept_to=run.position[0], crept_slope=float(land.gradient(run.position)[0]))
    bench.numbers["verdict is a minimum"] = "minimum" in run.verdict.state
    bench.document = opening(
        land,
        [f"gradient-descent,lr={rate}", f"gradient-descent,lr={large}", f"momentum,lr={rate},momentum=0.9"],
        [(1.0,), (-0.4,)],
        200,
        title="x³: stuck, and not at a minimum",
        insight={"critical": True},
    )


def land_holds(positions: np.ndarray) -> np.ndarray:
    """Return which points of x³ lie between −2 and 2."""
    return np.asarray(np.abs(positions[:, 0]) <= 2.0)


def ties(bench: Bench) -> None:
    """Hold both definitions of a global minimum against the four minima of Himmelblau's function."""
    land = landscape("himmelblau")
    found = bench.critical(land)
    values = np.array([each.value for each in found.minima])
    rest = np.array([each.position for each in found.points])
    everywhere = np.asarray(land.value(rest))
    grid = np.stack(np.meshgrid(*(np.linspace(-6, 6, 301),) * 2), axis=-1).reshape(-1, 2)
    heights = np.asarray(land.value(grid))
    bench.did(f"{land.title}: its value at {heights.size} points of a grid, for comparison with each minimum")
    tiny = 1e-12 * float(heights.max())
    bench.put(
        minima=len(values),
        complete=found.complete,
        proved_lowest=sum(each.is_global for each in found.minima) if found.global_proved else 0,
        spread=float(values.max() - values.min()),
        meet_weak=sum(bool(np.all(v <= heights + tiny) and np.all(v <= everywhere + tiny)) for v in values),
        meet_strict=sum(bool(np.all(v < heights) and np.all(v < everywhere)) for v in values),
        meet_strict_elsewhere=sum(
            bool(np.all(v < np.delete(values, k) - tiny)) for k, v in enumerate(values)
        ),
    )
    bench.table(
        ("minimum", "f", "f(a) ≤ f(x) for all x", "f(a) < f(x) for all x"),
        [
            (
                f"({show_number(float(each.position[0]))}, {show_number(float(each.position[1]))})",
                show_number(each.value if abs(each.value) > tiny else 0.0),
                "yes" if each.is_global else "no",
                "no: it ties with itself"
                + (f", and with {len(values) - 1} others" if each.is_global else ""),
            )
            for each in found.minima
        ],
    )
    starts = [tuple(each) for each in np.random.default_rng(0).uniform(-6, 6, (16, 2)).tolist()]
    ends = bench.many(land, "gradient-descent,lr=0.01", starts, 200).at(
        [each.position for each in found.minima]
    )
    bench.put(starts=len(starts), ends=len(set(ends.tolist()) - {-1}))
    bench.document = opening(
        land,
        ["gradient-descent,lr=0.01"],
        starts,
        200,
        title="Four global minima, all equally low",
        insight={"critical": True, "overlay": "basins"},
    )

"""Experiments about plain descent: where it ends, what its rate does, and what its silence means."""

from __future__ import annotations

import numpy as np

from minima_core.analysis.arrivals import limits_at
from minima_core.claims.bench import Bench
from minima_core.claims.opening import opening
from minima_core.landscapes import Landscape, formula, landscape
from minima_core.landscapes.scale import scale_of
from minima_core.runs.wording import show_number

__all__ = ["rates", "regression", "silence", "six_ends"]

SMOOTH = "gradient-descent,lr={},clip_norm=0"
"""Plain descent, with nothing that limits its steps."""


def rates(bench: Bench) -> None:
    """Descend into two wells with rates below and above what each of them bears."""
    land = landscape("tilted-double-well")
    found = bench.critical(land)
    minima = np.array([each.position for each in found.minima])
    deep, shallow = limits_at(land, minima)
    bench.put(limit_deep=deep, limit_shallow=shallow, deep_at=minima[0, 0], shallow_at=minima[1, 0])
    starts = np.linspace(-2.0, 2.0, 2001)[:, None]
    in_shallow = starts[:, 0] > next(each.position[0] for each in found.points if each.kind == "maximum")
    for name, lr in (("timid", 0.01), ("small", 0.05), ("large", 0.25), ("too large", 0.33)):
        ends = bench.many(land, SMOOTH.format(lr), starts, 2000)
        reached = ends.at(minima)
        bench.numbers[f"{name} rate"] = lr
        bench.share(f"{name} deep", reached == 0)
        bench.share(f"{name} shallow", reached == 1)
        bench.share(f"{name} neither", reached < 0)
        bench.share(f"{name} out of the shallow side", (reached != 1)[in_shallow])
        bench.bar(f"lr {lr}: deep well", f"{name} deep")
        bench.bar(f"lr {lr}: shallow well", f"{name} shallow")
    jumping = bench.one(land, SMOOTH.format(0.25), (-1.2,), 400)
    bench.numbers["jumps for ever"] = jumping.verdict.state == "oscillating"
    jumping.go_on(SMOOTH.format(0.05))
    jumping.advance(400)
    apart = float(np.linalg.norm(minima[0] - jumping.position))
    bench.did(f"{land.title}: the first of these runs, 400 steps more with lr=0.05", 1, 400)
    bench.put(cured_apart=apart)
    stuck = bench.one(land, SMOOTH.format(0.05), (1.6,), 400)
    value = stuck.value
    stuck.go_on(SMOOTH.format(0.005))
    stuck.advance(4000)
    bench.did(f"{land.title}: the second, 4 000 steps more with lr=0.005", 1, 4000)
    bench.put(stuck_gap=stuck.value - found.minima[0].value, stuck_gained=value - stuck.value)
    bench.document = opening(
        land,
        [SMOOTH.format(lr) for lr in (0.05, 0.25)],
        [(-1.2,), (1.6,)],
        120,
        title="A smaller rate settles, a larger one leaves sharp valleys",
        speed=10.0,
        insight={"critical": True},
    )


def six_ends(bench: Bench) -> None:
    """Let plain descent end in six ways, only one of which is a local minimum."""
    cases: tuple[tuple[str, Landscape, float, tuple[float, ...], int], ...] = (
        ("a local minimum", landscape("tilted-double-well"), 0.05, (1.6,), 400),
        ("a saddle", landscape("twin-wells"), 0.1, (0.0, 1.3), 400),
        ("an inflection", landscape("cubic"), 0.15, (1.0,), 4000),
        ("a cycle", landscape("double-well"), 0.26, (0.5,), 1000),
        ("away", landscape("tilted-double-well"), 0.25, (-2.0,), 1000),
        ("nowhere", landscape("endless-slope"), 2.0, (0.0,), 1000),
    )
    rows = []
    states = []
    for k, (name, land, lr, x0, steps) in enumerate(cases):
        run = bench.one(land, SMOOTH.format(lr), x0, steps)
        states.append(run.verdict.state)
        rows.append((name, land.title, f"lr {lr:g}", run.verdict.sentence))
        bench.tell(k / 8)
    bench.table(("ends in", "landscape", "rate", "verdict"), rows)
    bench.put(
        cases=len(cases),
        different=len(set(states)),
        at_minima=sum("minimum" in each for each in states),
        at_local=states.count("local minimum"),
    )
    land = landscape("tilted-double-well")
    minima = np.array([each.position for each in bench.critical(land).minima])
    starts = np.linspace(-2.0, 2.0, 2001)[:, None]
    for name, lr in (("small", 0.05), ("large", 0.25), ("too large", 0.33)):
        ends = bench.many(land, SMOOTH.format(lr), starts, 2000)
        bench.share(f"{name} at a minimum", ends.at(minima) >= 0)
        bench.numbers[f"{name} rate"] = lr
        bench.bar(f"lr {lr:g}: ends at a minimum", f"{name} at a minimum")
    bench.document = opening(
        landscape("twin-wells"),
        [SMOOTH.format(0.1)],
        [(0.0, 1.3), (0.4, 1.3)],
        80,
        title="Descent that ends at a saddle",
        speed=10.0,
        insight={"critical": True},
    )


def silence(bench: Bench) -> None:
    """Let seven runs fall silent, loss and position at rest, for seven different reasons."""
    cases: tuple[tuple[str, Landscape, str, tuple[float, ...], int], ...] = (
        ("global minimum", landscape("parabola"), SMOOTH.format(0.1), (-1.5,), 400),
        ("local minimum", landscape("tilted-double-well"), SMOOTH.format(0.05), (1.6,), 400),
        ("saddle", landscape("twin-wells"), SMOOTH.format(0.1), (0.0, 1.3), 400),
        ("inflection", landscape("cubic"), SMOOTH.format(0.15), (1.0,), 20000),
        ("plateau", landscape("plateau"), SMOOTH.format(0.1), (-3.0, -2.0), 400),
        ("rate too small", landscape("parabola"), SMOOTH.format(1e-9), (-1.5,), 400),
    )
    rows, states, quiet, level = [], [], [], []
    for k, (name, land, method, x0, steps) in enumerate(cases):
        run = bench.one(land, method, x0, steps)
        last = run.steps >= run.step - 100
        heights, places = run.values[last], run.positions[last]
        spread = scale_of(land).spread
        fall = float(heights[0] - heights[-1]) / spread
        moved = float(np.linalg.norm(places[-1] - places[0])) / land.diagonal
        quiet.append(max(fall, moved) < 1e-4)
        level.append(float(np.linalg.norm(land.gradient(run.position))))
        states.append(run.verdict.state)
        rows.append(
            (
                name,
                land.title,
                f"{fall:.0e}".replace("-", "−"),
                f"{moved:.0e}".replace("-", "−"),
                run.verdict.sentence,
            )
        )
        bench.tell(k / len(cases))
    bench.table(
        ("it is", "landscape", "loss fell by", "it moved by", "verdict"),
        rows,
        note="Over the last 100 steps, as shares of usual heights and of the region’s diagonal.",
    )
    bench.put(
        cases=len(cases),
        silent=sum(quiet),
        different=len(set(states)),
        at_local=states.count("local minimum"),
        steepest=max(level),
        most=1e-4,
    )
    bench.document = opening(
        landscape("twin-wells"),
        [SMOOTH.format(0.1), SMOOTH.format(1e-9)],
        [(0.0, 1.3)],
        200,
        title="At rest, and at no minimum",
        insight={"critical": True},
    )


def regression(bench: Bench) -> None:
    """Fit a line by descent: one valley, in the units given and in standardised ones."""
    land = landscape("linear-regression")
    found = bench.critical(land)
    (lowest,) = found.minima
    examples = land.examples
    if examples is None:
        raise RuntimeError("The regression has lost its data.")
    u, d = examples.data.T
    z = (u - u.mean()) / u.std()
    a, b, rest = (
        float(np.mean(z * d)),
        float(np.mean(d)),
        float(np.mean((d - np.mean(z * d) * z - d.mean()) ** 2)),
    )
    scaled = formula(f"(x - {a!r})^2 + (y - {b!r})^2 + {rest!r}", (a - 8.0, b - 8.0), (a + 8.0, b + 8.0))
    bench.put(
        points=len(found.points),
        minima=len(found.minima),
        complete=found.complete,
        proved=found.global_proved,
    )
    starts = np.random.default_rng(0).uniform(land.lower, land.upper, (400, 2))
    for name, where, at in (("raw", land, lowest.position), ("scaled", scaled, np.array([a, b]))):
        low, high = np.linalg.eigvalsh(where.hessian(at))
        rate = 2.0 / (low + high)
        bench.numbers[f"{name} condition"] = high / low
        begin = np.array([at[0] - 2.0, at[1] + 3.0])
        run = bench.one(
            where,
            SMOOTH.format(f"{rate:.4g}"),
            begin.tolist(),
            2000,
            name="" if name == "raw" else "The same line, on standardised speeds",
        )
        away = np.linalg.norm(run.positions - at, axis=1)
        bench.numbers[f"{name} steps"] = float(run.steps[np.argmax(away < 1e-3 * away[0])])
        bench.numbers[f"{name} rate"] = rate
    for name, steps in (("short", 20), ("long", 2000)):
        ends = bench.many(land, SMOOTH.format(f"{bench.numbers['raw rate']:.4g}"), starts, steps)
        bench.share(f"{name} reached", ends.at([lowest.position]) == 0)
        bench.bar(f"{steps} steps: at the minimum", f"{name} reached")
        bench.numbers[f"{name} budget"] = steps
    bench.table(
        ("", "condition number", "best rate 2/(λmin + λmax)", "steps to a thousandth of the way"),
        [
            (
                title,
                *(show_number(bench.numbers[f"{name} {what}"]) for what in ("condition", "rate", "steps")),
            )
            for name, title in (("raw", "as measured"), ("scaled", "standardised"))
        ],
    )
    bench.document = opening(
        land,
        [SMOOTH.format(f"{bench.numbers['raw rate']:.4g}"), "l-bfgs"],
        [tuple(land.start)],
        300,
        title="Linear regression has one valley",
        insight={"critical": True},
    )

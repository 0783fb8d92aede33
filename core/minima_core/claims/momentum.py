"""Experiments about velocity and noise: momentum, Nesterov, rescaled steps, stochastic gradients."""

from __future__ import annotations

import numpy as np

from minima_core.claims.bench import Bench
from minima_core.claims.conditions import share_text
from minima_core.claims.duels import INTERVAL, STARTS, VARIED, duel
from minima_core.claims.opening import opening
from minima_core.landscapes import Landscape, formula, landscape
from minima_core.runs.wording import show_number

__all__ = ["deceptive", "hump", "nesterov", "noise", "velocity"]

HUMP = "0.1(x - 3)^2 + h exp(-w (x - 0.5)^2)"
"""A parabola with its minimum at 3, and a hump of height h on the way there; its width falls with w."""
HUMPS = (("slow", 0.02, 4.0), ("fast", 0.15, 4.0), ("wide", 0.15, 0.5))
"""Names of humps, the rate they are run at, and their w."""
HEIGHTS = np.arange(1, 101) * 0.05
TRAPS = ("double-funnel", "needle", "hidden-hole", "easom", "schwefel", "gramacy-lee", "three-wells")
"""Landscapes whose slope leads away from the best point, or knows nothing of it."""


def _hump(h: float, w: float) -> Landscape:
    """Return the valley with a hump on the way."""
    return formula(HUMP, (-4.0,), (6.0,), {"h": h, "w": w})


def velocity(bench: Bench) -> None:
    """Take a momentum run apart, to see what was added to each step."""
    land, rate, mu = _hump(0.8, 4.0), 0.05, 0.9
    method = f"momentum,lr={rate},momentum={mu},clip_norm=0"
    run = bench.one(land, method, (-3.0,), 120, name="Valley with a hump")
    x = run.positions[:, 0]
    g = np.array([land.gradient((each,))[0] for each in x[:-1]])
    step = np.diff(x)
    added = step[1:] + rate * g[1:]
    by_velocity, by_gradient = mu * step[:-1], -mu * rate * g[:-1]
    size = float(np.abs(added).max())
    memory = np.array([sum(mu**j * g[k - j] for j in range(k + 1)) for k in range(len(g))])
    bench.put(
        mu=mu,
        rate=rate,
        wrong_by_velocity=float(np.abs(added - by_velocity).max()) / size,
        wrong_by_gradient=float(np.abs(added - by_gradient).max()) / size,
        wrong_by_memory=float(np.abs(step + rate * memory).max() / np.abs(step).max()),
        after_10=mu**10,
        after_20=mu**20,
        passes=float(run.positions[-1, 0] > 1.5),
        ends_at=x[-1],
    )
    previous, here, path = 0.0, -3.0, [-3.0]
    for _ in range(120):  # what the sentence says, as a method: a fraction of the previous gradient
        slope = float(land.gradient((here,))[0])
        here, previous = here - rate * (slope + mu * previous), slope
        path.append(here)
    bench.did(
        f"Valley with a hump: the sentence itself, x ← x − {rate}(g + {mu} g before), from x = −3, 120 steps",
        1,
        120,
    )
    bench.put(sentence_ends_at=here, sentence_passes=here > 1.5)
    bench.table(
        ("step", "what was added to −lr g", "μ × last step", "−lr μ × last gradient"),
        [
            (str(k + 1), *(show_number(float(each[k - 1])) for each in (added, by_velocity, by_gradient)))
            for k in (1, 2, 5, 10, 20)
        ],
    )
    bench.document = opening(
        land,
        [f"gradient-descent,lr={rate}", method],
        [(-3.0,)],
        120,
        title="Momentum remembers all its steps",
        select=1,
        speed=12.0,
        bottom="step",
    )


def hump(bench: Bench) -> None:
    """Find the highest hump that momentum passes, at two rates and two widths."""
    rows = []
    for k, (name, rate, w) in enumerate(HUMPS):
        for kind, method in (
            ("descent", f"gradient-descent,lr={rate},clip_norm=0"),
            ("momentum", f"momentum,lr={rate},momentum=0.9,clip_norm=0"),
        ):
            highest = _highest(bench, method, w)
            depth = _trap(_hump(highest, w))
            bench.numbers[f"{name} {kind} height"] = highest
            bench.numbers[f"{name} {kind} depth"] = depth
            shape = "wide" if w < 1 else "narrow"
            rows.append((f"lr {rate:g}", shape, kind, show_number(highest), show_number(depth)))
            bench.tell((k + 0.5) / 4)
        bench.numbers[f"{name} rate"] = rate
    bench.put(
        least_depth=min(bench.numbers[f"{name} momentum depth"] for name, _, _ in HUMPS),
        most_depth=max(bench.numbers[f"{name} momentum depth"] for name, _, _ in HUMPS),
        descent_depth=max(bench.numbers[f"{name} descent depth"] for name, _, _ in HUMPS),
    )
    _told_humps(bench)
    bench.table(("rate", "hump", "method", "highest passed, h", "depth of the trap behind it"), rows)
    land = landscape("two-wells")
    points = np.random.default_rng(0).uniform(land.lower, land.upper, (1000, 2))
    hits = {}
    for name in ("gradient-descent", "momentum"):
        ends = bench.many(land, f"{name},lr=0.012", points, 1000)
        hits[name] = ends.at(land.minima) >= 0
        bench.share(f"two wells {name}", hits[name])
        bench.bar(f"Two wells, {name}: deep well", f"two wells {name}", f"run:{name}:0")
    bench.differ("two wells p", hits["gradient-descent"], hits["momentum"])
    bench.document = opening(
        _hump(0.8, 4.0),
        ["gradient-descent,lr=0.15", "momentum,lr=0.15,momentum=0.9"],
        [(-3.0,)],
        120,
        title="Momentum over a hump: drag its height h",
        select=1,
        right="landscape",
        speed=20.0,
    )


def _highest(bench: Bench, method: str, w: float) -> float:
    """Return the height of the highest hump that a method passes: it is stopped by the next one."""
    highest = 0.0
    for h in HEIGHTS.tolist():
        run = bench.one(_hump(h, w), method, (-3.0,), 1500, quiet=True)
        if abs(run.position[0] - 3.0) > 1.0:
            break
        highest = h
    return highest


def _told_humps(bench: Bench) -> None:
    """Say what was run to find the highest humps."""
    cases = ", ".join(f"lr {rate:g} with w = {w:g}" for _, rate, w in HUMPS)
    bench.did(
        f"0.1(x − 3)² + h exp(−w(x − 0.5)²): from x = −3 with μ = 0.9, {cases}; h rises from "
        f"{HEIGHTS[0]:g} in steps of {HEIGHTS[0]:g} until the hump is not passed in 1 500 steps"
    )


def _trap(land: Landscape) -> float:
    """Return how far one has to climb out of the local minimum before the hump; 0 where there is none."""
    heights = np.asarray(land.value(np.linspace(-4.0, 2.9, 4001)[:, None]))
    rises = np.diff(heights) > 0.0
    if not rises.any():
        return 0.0
    bottom = int(np.argmax(rises))
    return float(heights[bottom:].max() - heights[bottom])


def nesterov(bench: Bench) -> None:
    """Let momentum and Nesterov's momentum start from the same points with the same settings."""
    pair = (
        ("momentum", "momentum,lr={lr},momentum=0.9"),
        ("nesterov", "nesterov,lr={lr},momentum=0.9"),
    )
    duel(bench, VARIED, pair, 1000, STARTS, (1.0, 3.0))
    lower = 0
    for name, rate, w in HUMPS:
        heights = {
            kind: _highest(bench, f"{kind},lr={rate},momentum=0.9,clip_norm=0", w)
            for kind in ("momentum", "nesterov")
        }
        bench.numbers |= {f"{name} {kind} height": height for kind, height in heights.items()}
        lower += heights["nesterov"] < heights["momentum"]
    bench.put(humps=len(HUMPS), lower_on=lower)
    _told_humps(bench)
    bench.document = opening(
        _hump(1.5, 4.0),
        [f"{kind},lr=0.15,momentum=0.9" for kind in ("nesterov", "momentum")],
        [(-3.0,)],
        120,
        title="A hump that momentum passes, and Nesterov’s does not",
        right="landscape",
        speed=20.0,
    )


def deceptive(bench: Bench) -> None:
    """Let Adam and RMSprop loose on landscapes whose slope misleads, beside plain descent."""
    plain = ("descent", "gradient-descent,lr={lr}")
    for k, name in enumerate(("adam", "rmsprop")):
        duel(bench, TRAPS, (plain, (name, f"{name},lr={{lr}}")), 1000, STARTS, tuned=True)
        bench.tell((k + 1) / 2)
    bench.put(
        missed=sum(
            max(bench.numbers[f"{name} {each} high"] for each in ("adam", "rmsprop")) < 0.5 for name in TRAPS
        )
    )
    land = landscape("double-funnel")
    points = np.random.default_rng(0).uniform(land.lower, land.upper, (12, 2)).tolist()
    bench.document = opening(
        land,
        ["gradient-descent", "adam", "rmsprop"],
        points,
        300,
        title="A broad funnel, and a deeper one beside it",
        select=1,
        insight={"overlay": "basins"},
    )


def noise(bench: Bench) -> None:
    """Start in the shallow well and in the deep one, with noise of several strengths, for several times."""
    land, rate, tries = landscape("two-wells"), 0.1, 300
    minima = np.array([each.position for each in bench.critical(land).minima])
    cases = (
        ("weak", 1, 1000),
        ("short", 4, 100),
        ("middle", 4, 1000),
        ("long", 4, 10_000),
        ("strong", 8, 1000),
    )
    rows = []
    for k, (name, strength, steps) in enumerate(cases):
        method = f"sgd,lr={rate},noise={strength}"
        for well, begin in (("shallow", minima[1]), ("deep", minima[0])):
            stands = bench.many(land, method, [begin], steps, tries=tries, seed=1)
            here = np.clip(stands.positions, land.lower, land.upper)
            settled = bench.many(land, "gradient-descent,lr=0.05", here, 1000, quiet=True)
            bench.share(f"{name} from {well} to deep", settled.at(minima) == 0)
            bench.share(f"{name} from {well} to shallow", settled.at(minima) == 1)
        bench.numbers[f"{name} noise"], bench.numbers[f"{name} steps"] = strength, steps
        bench.bar(
            f"Noise {strength}, {steps} steps: shallow → deep", f"{name} from shallow to deep", "run:sgd:0"
        )
        rows.append(
            (
                str(strength),
                str(steps),
                *(
                    share_text(*(bench.numbers[f"{name} from {well} to deep{end}"] for end in INTERVAL))
                    for well in ("shallow", "deep")
                ),
            )
        )
        bench.tell((k + 1) / len(cases))
    bench.did("Two wells: from where each of them stood, 1 000 steps without noise: which well is it?")
    bench.put(rate=rate, tries=tries)
    bench.table(
        ("noise", "steps", "from the shallow well to the deep", "from the deep well to the deep"), rows
    )
    method = f"sgd,lr={rate},noise=4"
    for seed in range(1, 20):  # one of the tries that got out is shown
        run = bench.one(land, method, minima[1].tolist(), 1000, seed=seed, quiet=True)
        if np.linalg.norm(run.position - minima[0]) < np.linalg.norm(run.position - minima[1]):
            break
    bench.document = opening(
        land,
        [method, f"sgd,lr={rate},noise=1"],
        [minima[1].tolist()],
        1000,
        title="Noise climbs out: one of the tries that did",
        seed=seed,
        speed=120.0,
        insight={"critical": True},
    )

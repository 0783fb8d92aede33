"""Experiments about networks: batch normalisation, dropout, and saddles in many dimensions."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.claims.bench import Bench, Offer
from minima_core.claims.conditions import percent, whole
from minima_core.claims.opening import opening
from minima_core.claims.small_networks import EPS, Network, rings
from minima_core.landscapes import formula, landscape
from minima_core.runs.wording import show_number

__all__ = ["batch_normalisation", "dropout", "saddles"]

Array: TypeAlias = NDArray[np.float64]

WIDTHS = (2, 8, 8, 8, 8, 1)
EXAMPLES = 32
NORMALISED = (
    ("shallow", 3, 1.0),
    ("shallow large", 3, 4.0),
    ("middle", 10, 1.0),
    ("deep", 16, 1.0),
    ("deep large", 16, 4.0),
)
"""Names, hidden layers, and how many times as large as Xavier’s the first weights of these are."""
DEPTHS = sorted({depth for _, depth, _ in NORMALISED})
LENGTH, EVERY = 0.03, 5
"""A step is as long as this share of all weights; it is tried at every fifth step."""
RATE = 0.1
DROP = 0.3
"""The chance that a neuron is left out."""


def batch_normalisation(bench: Bench) -> None:
    """Train the same networks with and without it, and measure how much the gradient turns along a step."""
    points, wanted = rings(EXAMPLES, 0)
    networks, steps = 48, 40
    rows = []
    for k, (name, depth, scale) in enumerate(NORMALISED):
        turned: dict[bool, Array] = {}
        along: dict[bool, Array] = {}
        last: dict[bool, Array] = {}
        for normalised in (False, True):
            network = Network((2, *[8] * depth, 1), normalised)
            w = _scaled(network, network.first(networks, 1), scale)
            turned[normalised], along[normalised], last[normalised] = _variation(
                network, w, points, wanted, steps
            )
            bench.tell((2 * k + normalised + 1) / (2 * len(NORMALISED) + 1))
        bench.numbers[f"{name} layers"], bench.numbers[f"{name} size"] = depth, scale
        bench.numbers[f"{name} plain"] = float(np.median(turned[False]))
        bench.numbers[f"{name} normalised"] = float(np.median(turned[True]))
        bench.share(f"{name} smoother", turned[True] < turned[False])
        bench.share(f"{name} smoother at the rate", along[True] < along[False])
        bench.share(f"{name} lower", last[True] < last[False])
        bench.bar(f"{depth} hidden layers, weights × {scale:g}: smoother with it", f"{name} smoother")
        rows.append(
            (
                str(depth),
                f"× {scale:g}",
                show_number(bench.numbers[f"{name} plain"]),
                show_number(bench.numbers[f"{name} normalised"]),
                *(
                    percent(bench.numbers[f"{name} {what}"])
                    for what in ("smoother", "smoother at the rate", "lower")
                ),
            )
        )
    bench.did(
        f"Networks of {', '.join(str(depth) for depth in DEPTHS)} hidden layers (8 tanh each) on {EXAMPLES} "
        f"points in a ring and its middle: {networks} first weights, Xavier’s and 4 times as large, each "
        f"with and without batch normalisation; gradient descent lr={RATE:g}, {steps} full-batch steps",
        2 * networks * len(NORMALISED),
        2 * networks * len(NORMALISED) * steps,
    )
    bench.put(
        networks=networks,
        cases=len(NORMALISED),
        length=LENGTH,
        smoother_cases=sum(bench.numbers[f"{name} smoother low"] > 0.5 for name, _, _ in NORMALISED),
        rougher_cases=sum(bench.numbers[f"{name} smoother high"] < 0.5 for name, _, _ in NORMALISED),
        smoother_cases_at_the_rate=sum(
            bench.numbers[f"{name} smoother at the rate low"] > 0.5 for name, _, _ in NORMALISED
        ),
        lower_cases=sum(bench.numbers[f"{name} lower low"] > 0.5 for name, _, _ in NORMALISED),
    )
    bench.table(
        (
            "layers",
            "first weights",
            "variation without",
            "with",
            "smoother with it",
            "… at the same rate",
            "lower loss",
        ),
        rows,
        note=f"Variation: ‖∇L(w + s) − ∇L(w)‖ / ‖∇L(w)‖ for a step s downhill, {percent(LENGTH)} as "
        "long as w; medians. At the same rate: for the step that training makes.",
    )
    _show_normalised(bench)


def _scaled(network: Network, w: Array, scale: float) -> Array:
    """Return weights whose hidden matrices are so many times as large."""
    w, at = w.copy(), 0
    for a, b in network.sizes[:-1]:
        w[:, at : at + a * b] *= scale
        at += a * b + 2 * b
    return w


def _variation(
    network: Network, w: Array, points: Array, wanted: Array, steps: int
) -> tuple[Array, Array, Array]:
    """Train; return how much the gradient varied over equal lengths and along steps (medians), and the loss.

    What ran off varies without limit.
    """
    turned: list[Array] = []
    along: list[Array] = []
    with np.errstate(all="ignore"):
        for step in range(steps):
            _, slope = network.loss(w, points, wanted)
            size = np.linalg.norm(slope, axis=1)
            after = w - RATE * slope
            if step % EVERY == 0:
                length = LENGTH * np.linalg.norm(w, axis=1) / size
                for seen, end in ((turned, w - length[:, None] * slope), (along, after)):
                    _, there = network.loss(end, points, wanted)
                    seen.append(np.linalg.norm(there - slope, axis=1) / size)
            w = after
        last, _ = network.loss(w, points, wanted)
    middles = [
        np.median(np.nan_to_num(np.array(seen), nan=np.inf, posinf=np.inf), axis=0)
        for seen in (turned, along)
    ]
    return middles[0], middles[1], np.nan_to_num(last, nan=np.inf, posinf=np.inf)


def _show_normalised(bench: Bench) -> None:
    """Show one neuron of two weights with batch normalisation, and the same one without it."""
    rng = np.random.default_rng(2)
    a, b = rng.standard_normal((2, 8)).round(2)
    wanted = np.sign(a + 0.5 * b + 0.6 * rng.standard_normal(8))
    a, b = a - a.mean(), b - b.mean()
    lands = []
    for normalised in (False, True):
        spread = (
            f"sqrt({np.mean(a * a):.4f} x^2 + {2 * np.mean(a * b):.4f} x y + {np.mean(b * b):.4f} y^2 "
            f"+ {EPS:.5f})"
            if normalised
            else "1"
        )
        terms = " + ".join(
            f"({t:.0f} - tanh(({p:.3f} x + {q:.3f} y)/{spread}))^2"
            for p, q, t in zip(a.tolist(), b.tolist(), wanted.tolist(), strict=True)
        )
        text = f"({terms})/8".replace("(-", "(0 - ").replace("+ -", "- ")
        lands.append(formula(text, (-3.0, -3.0), (3.0, 3.0)))
    starts = [(-2.0, -1.5), (0.4, -2.2), (-1.2, 2.0)]
    plain, normal = (
        opening(land, ["gradient-descent,lr=0.3"], starts, 200, title=title)
        for land, title in zip(
            lands, ("One neuron of two weights", "The same neuron with batch normalisation"), strict=True
        )
    )
    bench.document = normal
    bench.offers.append(Offer("The same neuron without batch normalisation.", plain))


def dropout(bench: Bench) -> None:
    """Measure what dropout does to a step, and to the landscape that it averages over."""
    points, wanted = rings(EXAMPLES, 0)
    networks, steps, every, masks = 60, 40, 10, 12
    network = Network(WIDTHS)
    w = network.first(networks, 1)
    noise, plain, averaged, fresh = [], [], [], []
    for step in range(steps):
        _, slope = network.loss(w, points, wanted)
        after = w - RATE * slope
        if step % every == 0:
            here = np.array([network.loss(w, points, wanted, drop=DROP, seed=k)[1] for k in range(masks)])
            there = np.array(
                [network.loss(after, points, wanted, drop=DROP, seed=k)[1] for k in range(masks)]
            )
            mean = here.mean(axis=0)
            size = np.linalg.norm(mean, axis=1)
            noise.append(np.linalg.norm(here - mean, axis=2).mean(axis=0) / size)
            averaged.append(np.linalg.norm(there.mean(axis=0) - mean, axis=1) / size)
            fresh.append(np.linalg.norm(there[0] - here[1], axis=1) / np.linalg.norm(here[1], axis=1))
            _, turned = network.loss(after, points, wanted)
            plain.append(np.linalg.norm(turned - slope, axis=1) / np.linalg.norm(slope, axis=1))
        w = after
        bench.tell((step + 1) / (steps + 20))
    for name, seen in (("noise", noise), ("plain", plain), ("averaged", averaged), ("fresh", fresh)):
        bench.numbers[name] = float(np.median(np.array(seen)))
    middle = {
        name: np.median(np.array(seen), axis=0)
        for name, seen in (("plain", plain), ("averaged", averaged), ("fresh", fresh))
    }
    bench.share("steps rougher", middle["fresh"] > middle["plain"])
    bench.share("average smoother", middle["averaged"] < middle["plain"])
    bench.bar("Gradient of two steps differs more with dropout", "steps rougher")
    bench.bar("Average over what is left out is smoother", "average smoother")
    bench.did(
        f"Networks {'–'.join(map(str, WIDTHS))} (tanh) on {EXAMPLES} points in a ring and its middle: "
        f"{networks} first weights, gradient descent lr={RATE}, {steps} steps; at every {every}th step the "
        f"gradient with {masks} draws of a dropout of {percent(DROP)}",
        networks,
        networks * steps,
    )
    bench.put(drop=DROP, masks=masks, networks=networks)
    bench.table(
        ("what", "relative size"),
        [
            (
                "noise of the gradient: how far one draw is from the mean of all",
                show_number(bench.numbers["noise"]),
            ),
            ("change of the gradient along a step, without dropout", show_number(bench.numbers["plain"])),
            ("… of the mean over all draws", show_number(bench.numbers["averaged"])),
            ("… as training meets it, with a new draw at each step", show_number(bench.numbers["fresh"])),
        ],
        note="As shares of the gradient’s own length; medians over steps and networks.",
    )
    land = landscape("linear-regression")
    bench.document = opening(
        land,
        ["gradient-descent,lr=0.05", "gradient-descent,lr=0.05,noise=1"],
        [tuple(land.start)],
        400,
        title="The same landscape, and steps with noise",
        select=1,
    )


def saddles(bench: Bench) -> None:
    """Count critical points by dimension: proved, on random waves, and where small networks end."""
    rows, boxes = [], 0
    for n in range(1, 6):
        land = landscape("styblinski-tang", dimension=n)
        found = bench.critical(land, quiet=True)
        boxes += found.boxes
        kinds = [each.kind for each in found.points]
        bench.numbers[f"proved points {n}"] = len(kinds)
        bench.numbers[f"proved minima {n}"] = kinds.count("minimum")
        bench.numbers[f"proved saddles {n}"] = kinds.count("saddle")
        bench.numbers[f"proved share {n}"] = kinds.count("minimum") / len(kinds)
        bench.numbers[f"proved complete {n}"] = found.complete
        rows.append(
            (
                f"Styblinski–Tang, {n}",
                str(len(kinds)),
                str(kinds.count("minimum")),
                str(kinds.count("saddle")),
                percent(bench.numbers[f"proved share {n}"]),
            )
        )
        bench.tell(n / 20)
    bench.did(f"Styblinski–Tang in 1 to 5 dimensions: all critical points (proof, {whole(boxes)} boxes)")
    bench.put(proved_complete=all(bench.numbers[f"proved complete {n}"] for n in range(1, 6)))
    fields, starts = 10, 50
    for n in (1, 2, 4, 8):
        minima, saddle, total = 0, 0, 0
        for seed in range(fields):
            eigenvalues = _met(n, seed, starts)
            total += len(eigenvalues)
            minima += int((eigenvalues > 0.0).all(axis=1).sum())
            saddle += int(((eigenvalues > 0.0).any(axis=1) & (eigenvalues < 0.0).any(axis=1)).sum())
        bench.share(f"waves minima {n}", minima, total)
        bench.numbers[f"waves saddles {n}"] = saddle / total
        bench.bar(f"Random waves in {n} dimensions: minima", f"waves minima {n}")
        rows.append((f"random waves, {n}", str(total), str(minima), str(saddle), percent(minima / total)))
        bench.tell(0.25 + n / 20)
    bench.did(
        f"Sums of 60 random waves in 1, 2, 4 and 8 dimensions: {fields} of each, Newton’s method from "
        f"{starts} points: which critical points does it meet?",
        4 * fields * starts,
        4 * fields * starts * 40,
    )
    bench.table(("landscape, dimensions", "critical points", "minima", "saddles", "share of minima"), rows)
    _widths(bench)
    land = landscape("styblinski-tang")
    bench.document = opening(
        land,
        ["newton,variant=plain", "newton,variant=saddle-free"],
        np.random.default_rng(1).uniform(-5, 5, (10, 2)).tolist(),
        30,
        title="Four minima, four saddles, a maximum",
        speed=6.0,
        insight={"critical": True},
    )


def _met(n: int, seed: int, count: int) -> Array:
    """Return the eigenvalues at the critical points of a random sum of waves that Newton’s method meets.

    f(x) = Σ cos(aₖ·x + φₖ), k = 1 … 60, with normal aₖ: close to a Gaussian random field.
    """
    rng = np.random.default_rng([seed, n])
    a, phase = rng.standard_normal((60, n)), rng.uniform(0.0, 2.0 * np.pi, 60)
    x = rng.uniform(-5.0, 5.0, (count, n))

    def derivatives(x: Array) -> tuple[Array, Array]:
        z = x @ a.T + phase
        return -np.sin(z) @ a, -np.einsum("mk,ki,kj->mij", np.cos(z), a, a, optimize=True)

    for _ in range(40):
        slope, curvature = derivatives(x)
        values, axes = np.linalg.eigh(curvature)
        values = np.where(np.abs(values) < 1e-8, np.inf, values)
        step = np.einsum("mij,mj->mi", axes, np.einsum("mij,mi->mj", axes, slope) / values)
        length = np.linalg.norm(step, axis=1, keepdims=True)
        x = x - step * np.minimum(1.0, 1.0 / np.maximum(length, 1e-300))
    slope, curvature = derivatives(x)
    return np.asarray(np.linalg.eigvalsh(curvature[np.linalg.norm(slope, axis=1) < 1e-8]))


def _widths(bench: Bench) -> None:
    """Train networks of 1 to 8 hidden neurons, and see how many end near the best of their width."""
    u = np.linspace(-2.0, 2.0, 12)[:, None]
    d = np.sin(2.0 * u)
    networks, steps, rate = 60, 1500, 0.05
    for k, width in enumerate((1, 2, 4, 8)):
        network = Network((1, width, 1))
        w = network.first(networks, 1)
        values = np.zeros(networks)
        for _ in range(steps):
            values, slope = network.loss(w, u, d)
            w = w - rate * slope
        near = values <= values.min() + 0.05 * float(np.var(d))
        bench.share(f"near best {width}", near)
        bench.numbers[f"weights {width}"] = network.count
        bench.bar(
            f"{width} hidden neuron{'s' if width > 1 else ''}: ends near the best", f"near best {width}"
        )
        bench.tell(0.65 + 0.08 * k)
    bench.did(
        f"Networks 1–H–1 (tanh), H = 1, 2, 4, 8, on 12 points of sin 2u: {networks} first weights each, "
        f"gradient descent lr={rate}, {steps} steps; near: within 5 % of the variance of the best one",
        4 * networks,
        4 * networks * steps,
    )

"""Experiments about learning: which minimum generalises, and what ensembles do.

The model is the smallest network with many minima: one neuron with a sine for its activation, x sin(y u), on
noisy examples of a sine. For each frequency y the best x is known in closed form (least squares), so that all
minima of the training loss are those of a curve over y, and can be listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.claims.bench import Bench, Offer
from minima_core.claims.conditions import percent
from minima_core.claims.opening import opening
from minima_core.landscapes import Landscape, formula, landscape

__all__ = ["ensembles", "generalisation", "overfitting", "prevention"]

Array: TypeAlias = NDArray[np.float64]

LOWEST, HIGHEST = 0.3, 12.0
"""The region of frequencies."""
FREQUENCIES = np.linspace(LOWEST, HIGHEST, 1201)
NOISE = 0.4
FRESH = 400
"""Examples that are kept back, to see how a fit generalises."""
SETS = 200
COUNTS = {"few": 4, "some": 6, "more": 12, "many": 100}
"""Examples in a set."""
JUDGED = ("global is best", "another is better", "another overfits more", "flattest is best")
"""What is counted over the sets."""


@dataclass(frozen=True)
class Fits:
    """All minima of the training loss on one set of examples, by the frequency y."""

    u: Array
    d: Array
    x: Array
    y: Array
    training: Array
    validation: Array
    curvature: Array
    valley: NDArray[np.int64]
    """(frequencies,): which minimum lies downhill of each frequency."""
    fresh: tuple[Array, Array]

    @property
    def best(self) -> int:
        """The number of the global minimum of the training loss."""
        return int(np.argmin(self.training))


def _fits(seed: int, count: int) -> Fits:
    """Draw so many examples, and list the minima of the training loss."""
    rng = np.random.default_rng([seed, count])
    truth = rng.uniform(1.5, 4.0)
    u, fresh_u = rng.uniform(0.0, 2.0, count), rng.uniform(0.0, 2.0, FRESH)
    d = np.sin(truth * u) + NOISE * rng.standard_normal(count)
    fresh_d = np.sin(truth * fresh_u) + NOISE * rng.standard_normal(FRESH)
    s = np.sin(FREQUENCIES[:, None] * u)
    power = (s * s).sum(axis=1)
    amplitude = (s @ d) / power
    loss = ((d - amplitude[:, None] * s) ** 2).mean(axis=1)
    step = np.sign(np.diff(loss))
    bottoms = np.flatnonzero((step[:-1] < 0) & (step[1:] > 0)) + 1
    tops = np.flatnonzero((step[:-1] > 0) & (step[1:] < 0)) + 1
    valley = np.searchsorted(tops, np.arange(len(FREQUENCIES)))
    if len(bottoms) and len(tops) and tops[0] < bottoms[0]:
        valley = valley - 1  # the first slope leads out of the region
    s_fresh = np.sin(FREQUENCIES[bottoms, None] * fresh_u)
    validation = ((fresh_d - amplitude[bottoms, None] * s_fresh) ** 2).mean(axis=1)
    spacing = FREQUENCIES[1] - FREQUENCIES[0]
    curvature = (loss[bottoms - 1] - 2.0 * loss[bottoms] + loss[bottoms + 1]) / spacing**2
    return Fits(
        u,
        d,
        amplitude[bottoms],
        FREQUENCIES[bottoms],
        loss[bottoms],
        validation,
        curvature,
        np.where((valley >= 0) & (valley < len(bottoms)), valley, -1),
        (fresh_u, fresh_d),
    )


def _another(fits: Fits, seed: int) -> int:
    """Return the number of one of the minima that are not the global one."""
    others = np.delete(np.arange(len(fits.y)), fits.best)
    return int(np.random.default_rng([seed, 3]).choice(others))


def _landscape(u: Array, d: Array) -> Landscape:
    """Return the mean square of d − x sin(y u) over examples as a formula."""
    terms = " + ".join(f"({b:.3f} - x sin({a:.3f} y))^2" for a, b in zip(u.tolist(), d.tolist(), strict=True))
    return formula(f"({terms})/{len(u)}".replace("(-", "(0 - "), (-2.0, LOWEST), (2.0, HIGHEST))


def generalisation(bench: Bench) -> None:
    """See how often the global minimum of the training loss is the best of all on fresh examples."""
    _judge(bench)
    _bars(bench, "global minimum is best", "global is best")


def overfitting(bench: Bench) -> None:
    """See how often another minimum overfits more than the global one."""
    _judge(bench)
    _bars(bench, "a local one overfits more", "another overfits more")


def prevention(bench: Bench) -> None:
    """See how often another minimum does better than the global one, the best of them or any."""
    _judge(bench)
    _bars(bench, "some local one is better", "a local one is better")
    _bars(bench, "a random local one is better", "another is better")


def _bars(bench: Bench, label: str, what: str) -> None:
    """Show a share for each number of examples."""
    for name, count in COUNTS.items():
        bench.bar(f"{count} examples: {label}", f"{name} {what}")


def _judge(bench: Bench) -> None:
    """List all minima of many training losses, and judge them on fresh examples."""
    shown = None
    rows = []
    for k, (name, count) in enumerate(COUNTS.items()):
        sets = [_fits(seed, count) for seed in range(SETS)]
        sets = [each for each in sets if len(each.y) > 1]
        best = np.array([int(np.argmin(each.validation)) == each.best for each in sets])
        flattest = np.array(
            [int(np.argmin(each.validation)) == int(np.argmin(each.curvature)) for each in sets]
        )
        other = [_another(each, seed) for seed, each in enumerate(sets)]
        pairs = list(zip(sets, other, strict=True))
        gaps = [each.validation - each.training for each in sets]
        wider = [gap[o] > gap[each.best] for (each, o), gap in zip(pairs, gaps, strict=True)]
        better = [each.validation[o] < each.validation[each.best] for each, o in pairs]
        bench.share(f"{name} global is best", best)
        bench.share(f"{name} a local one is better", ~best)
        bench.share(f"{name} another overfits more", wider)
        bench.share(f"{name} another is better", better)
        bench.share(f"{name} flattest is best", flattest)
        bench.numbers[name] = count
        bench.numbers[f"{name} sets"] = len(sets)
        bench.numbers[f"{name} minima"] = float(np.mean([len(each.y) for each in sets]))
        rows.append(
            (
                str(count),
                f"{bench.numbers[f'{name} minima']:.1f}",
                *(percent(bench.numbers[f"{name} {what}"]) for what in JUDGED),
            )
        )
        if shown is None:
            shown = next((each for each, good in zip(sets, best, strict=True) if not good), None)
        bench.did(
            f"x sin(y u) on {count} examples: all minima of the training loss, {len(sets)} sets of them"
        )
        bench.tell((k + 1) / (len(COUNTS) + 1))
    bench.put(noise=NOISE, fresh=FRESH, sets=SETS)
    bench.table(
        ("examples", "minima", *JUDGED),
        rows,
        note=f"Judged on {FRESH} fresh examples; another: one of the other minima, drawn at random. "
        "To overfit more: a larger gap between the loss on fresh and on training examples.",
    )
    if shown is None:
        raise RuntimeError("In no set of examples did a local minimum generalise better.")
    _show(bench, shown)


def _show(bench: Bench, fits: Fits) -> None:
    """Show one set of examples in the window: its training loss, and the loss on fresh examples beside it."""
    land = _landscape(fits.u, fits.d)
    better = int(np.argmin(fits.validation))
    bench.put(
        shown_training=fits.training[fits.best],
        shown_validation=fits.validation[fits.best],
        local_training=fits.training[better],
        local_validation=fits.validation[better],
        shown_at=fits.y[fits.best],
        local_at=fits.y[better],
        shown_minima=len(fits.y),
    )
    starts = [(float(np.clip(fits.x[k], -1.9, 1.9)) * 0.7, float(fits.y[k])) for k in (fits.best, better)]
    methods = ["gradient-descent,lr=0.02", "adam,lr=0.05"]
    fresh = _landscape(fits.fresh[0][:40], fits.fresh[1][:40])
    bench.document = opening(
        land,
        methods,
        starts,
        300,
        title="The loss on the training examples: weights x and y",
        insight={"critical": True},
    )
    bench.offers.append(
        Offer(
            "The same weights on fresh examples (40 of them): other heights, other minima.",
            opening(
                fresh, methods, starts, 300, title="The loss on fresh examples", insight={"critical": True}
            ),
        )
    )


def ensembles(bench: Bench) -> None:
    """Follow the members of ensembles, average their points, and average what they say."""
    _points(bench)
    bench.tell(0.6)
    size, count = 8, 12
    beats: dict[str, list[bool]] = {"mean member": [], "best member": [], "global minimum": []}
    at_best, drop = [], []
    for seed in range(SETS):
        fits = _fits(seed, count)
        begin = np.random.default_rng([seed, 7]).integers(len(FREQUENCIES), size=size)
        ends = fits.valley[begin]
        ends = ends[ends >= 0]
        if not len(ends):
            continue
        u, d = fits.fresh
        said = fits.x[ends, None] * np.sin(fits.y[ends, None] * u)
        alone = ((d - said) ** 2).mean(axis=1)
        together = float(((d - said.mean(axis=0)) ** 2).mean())
        beats["mean member"].append(together <= alone.mean() + 1e-12)
        beats["best member"].append(together < alone.min())
        beats["global minimum"].append(together < fits.validation[fits.best])
        at_best.append(np.mean(ends == fits.best))
        drop.append(1.0 - together / alone.mean())
    for name, hits in beats.items():
        bench.share(f"beats its {name}", hits)
        bench.bar(f"Mean of {size} predictions beats its {name}", f"beats its {name}")
    bench.did(f"x sin(y u) on {count} examples: {len(drop)} ensembles of {size} fits; {FRESH} fresh examples")
    bench.put(
        size=size, drop=float(np.mean(drop)), members_at_best=float(np.mean(at_best)), ensembles=len(drop)
    )


def _points(bench: Bench) -> None:
    """Run the house's ensemble on a landscape, and each of its members alone."""
    land, size, steps = landscape("six-hump-camel"), 8, 400
    method = f"ensemble,runs={size},steps_per_loop={steps},local=gradient-descent(lr=0.05)"
    found = bench.critical(land)
    minima = np.array([each.position for each in found.minima])
    best = np.array([each.is_global for each in found.minima])
    begins, ends, means, values = [], [], [], []
    groups = 25
    starts = np.random.default_rng(0).uniform(land.lower, land.upper, (groups, 2))
    for k in range(groups):
        run = bench.one(land, method, starts[k].tolist(), size * (steps + 1) + 1, seed=k, quiet=True)
        loops = [*run.loops.tolist(), len(run.positions)][: size + 2]
        for first, after in pairwise(loops[: size + 1]):
            begins.append(run.positions[first])
            ends.append(run.positions[after - 1])
        means.append(np.mean(ends[-size:], axis=0))
        values.append(float(np.min(land.value(np.array(ends[-size:])))))
    bench.did(f"{land.title}: {method}, {groups} starts")
    alone = bench.many(
        land, "gradient-descent,lr=0.05", np.array(begins), steps, name=f"{land.title}: each member alone"
    )
    together = np.array([_valley(minima, each, land.diagonal) for each in ends])
    bench.put(members=len(ends), moved=(together != alone.at(minima)).sum(), groups=groups)
    bench.share("member at a local minimum", (together >= 0) & ~best[together])
    mean_at = np.array([_valley(minima, each, land.diagonal) for each in means])
    bench.share("mean point at no minimum", mean_at < 0)
    bench.share(
        "mean point above its best member", np.asarray(land.value(np.array(means))) > np.array(values) + 1e-9
    )
    bench.document = opening(
        land,
        [method],
        [starts[0].tolist()],
        size * (steps + 1) + 1,
        title="Eight members in their valleys, and their mean",
        speed=200.0,
        insight={"critical": True},
    )


def _valley(minima: Array, point: Array, diagonal: float) -> int:
    """Return the number of the minimum within 1 % of the diagonal of a point; −1 for none."""
    away = np.linalg.norm(minima - point, axis=1)
    return int(np.argmin(away)) if away.min() <= 0.01 * diagonal else -1

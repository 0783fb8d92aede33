"""Verdicts on a single walk inside the region: what kind of place it stands at, or why it does not stand.

The order of the tests matters. Noise is looked for first, for it makes steps turn back; then steps that jump
from wall to wall; then the minima; then level ground; and what is left and slow is crawling.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from minima_core.analysis.minima import Minimum
from minima_core.landscapes.scale import scale_of
from minima_core.runs.ground import FLAT, LEVEL, Ground
from minima_core.runs.knowledge import NEAR, Knowledge, nearest, squared_distances
from minima_core.runs.said import RunLike, Verdict
from minima_core.runs.trail import LAST, QUIET, Trail
from minima_core.runs.wording import above, named, show_count, show_number

__all__ = ["SLOW", "heat", "limit_of", "noisy", "of_walk", "rate_of", "way_left"]

HOT = 10.0
"""Times its end temperature: annealing that is hotter only pauses where it seems to rest."""
CLOSE = 1e-3
"""Of the diagonal: a run that keeps so close to a minimum no longer walks towards it."""
HAUNT = 0.05
"""Of the diagonal: so close to a minimum, a run that wanders is said to wander about it."""
SLOW = 400.0
"""Steps that the way left would take at the present pace: from there on a run crawls."""
WORTH = 2e-3
"""Of the typical height: swings that lift a run so much above its valley's floor count."""
EXACT = 1e-9
"""Likewise: as low as a minimum."""
BENT = 20.0
"""Condition number from which on a valley is called narrow."""


def of_walk(run: RunLike, known: Knowledge) -> Verdict:
    """Return the verdict on a single walk."""
    minima = known.minima
    trail = Trail(run)
    f = run.value
    numbers = {"step": float(run.step), "value": f, "best": run.best_value, "moved": trail.moved}
    if minima:
        numbers["gap"] = max(f - minima[0].value, 0.0)
        numbers["proved"] = float(known.proved)
    temperature = heat(run)
    if temperature is not None:
        numbers["gap"] = max(run.best_value - minima[0].value, 0.0) if minima else math.nan
        numbers["temperature"] = temperature
        return Verdict("running", f"wandering, T = {show_number(temperature)}", numbers)
    close = nearest(run.landscape, minima, run.position, f)
    ground = Ground(run.landscape, run.position, numbers.get("gap", math.inf))
    numbers.update(
        slope=ground.slope,
        gradient=float(np.linalg.norm(ground.gradient)),
        lowest_curvature=float(ground.eigenvalues[0]),
        highest_curvature=float(ground.eigenvalues[-1]),
        condition=ground.condition,
    )
    limit = limit_of(run, ground)
    if limit is not None:
        numbers["lr"], numbers["limit"] = rate_of(run) or math.nan, limit
    for judge in (_in_noise, _swinging):
        verdict = judge(run, trail, minima, numbers, close)
        if verdict is not None:
            return verdict
    quiet = trail.moved < NEAR or trail.jumps  # jumps that were not worth a word
    if close is not None and quiet and _settled(run, close):
        return _at_minimum(run, close, known, numbers)
    return _elsewhere(run, trail, ground, known, numbers)


# -- what moves for ever ------------------------------------------------------------------------------------


def _in_noise(
    run: RunLike, trail: Trail, minima: Sequence[Minimum], numbers: dict[str, float], close: Minimum | None
) -> Verdict | None:
    """Return the verdict on a run that wanders in its noise: its loss fluctuates about a level."""
    noise = noisy(run)
    if not noise or len(trail) < 2 * LAST or not trail.keeps_its_level:
        return None
    rows = trail.positions[-60:]
    if close is not None and np.linalg.norm(rows - close.position, axis=1).max() <= NEAR * trail.diagonal:
        return None
    if trail.moved < QUIET:
        return None
    first, level, deviation = trail.level
    numbers.update(noise=noise, level=0.5 * (first + level), fluctuation=deviation)
    rate = rate_of(run)
    if rate is not None:
        # Of a bowl: the mean of f above its floor is n·lr·σ²/4, whatever the curvature, as long as lr·λ is
        # small (σ: the deviation of the noise in each coordinate).
        mu = float(run.specification.settings.get("momentum", 0.0))  # type: ignore[arg-type]
        sigma = noise * scale_of(run.landscape).slope
        numbers["expected_level"] = len(rows[0]) * rate * sigma**2 / (4.0 * max(1.0 - mu, 1e-9))
    haunt = _haunt(run, trail, minima)
    where = f" about {named(haunt, minima)}" if haunt is not None else ""
    said = f"wandering{where}: the noise throws the loss up and down by {show_number(deviation)}"
    return Verdict("wandering", said, numbers)


def _swinging(
    run: RunLike, trail: Trail, minima: Sequence[Minimum], numbers: dict[str, float], close: Minimum | None
) -> Verdict | None:
    """Return the verdict on a run that jumps from wall to wall, or swings, without dying out."""
    if run.specification.method.kind != "gradient" or noisy(run):
        return None
    jumps = trail.jumps
    if not jumps and not trail.swings:
        return None
    lift = max(float(trail.values[-40:].max()) - (close.value if close else -math.inf), 0.0)
    if close is not None and lift < WORTH * scale_of(run.landscape).spread:
        return None
    numbers.update(width=trail.width, turns=trail.turns, keeps=trail.keeps)
    wide = show_number(trail.width * trail.diagonal)
    haunt = _haunt(run, trail, minima)
    where = f"about {named(haunt, minima)}" if haunt is not None else "across a valley"
    if not jumps:
        return Verdict("oscillating", f"oscillating {where}: it swings to and fro, {wide} wide", numbers)
    why = ""
    lr, limit = numbers.get("lr"), numbers.get("limit")
    if lr is not None and limit is not None and lr > 0.9 * limit:
        why = f"; the rate {show_number(lr)} is {_compared(lr, limit)} 2/λ = {show_number(limit)}"
    return Verdict(
        "oscillating",
        f"oscillating {where}: the steps jump from wall to wall, {wide} wide{why}",
        numbers,
    )


def _compared(rate: float, limit: float) -> str:
    return "at the limit" if rate < 1.005 * limit else "above the limit"


# -- what stands --------------------------------------------------------------------------------------------


def _at_minimum(run: RunLike, minimum: Minimum, known: Knowledge, numbers: dict[str, float]) -> Verdict:
    """Return the verdict on a run that has come to rest at a minimum."""
    step = _reached(run, minimum)
    numbers["reached"] = float(step)
    name = named(minimum, known.minima, known.proved)
    if minimum.is_global:
        return Verdict("global minimum", f"at {name}, step {step}", numbers)
    numbers["gap"] = minimum.gap
    return Verdict("local minimum", f"at {name}{above(minimum.gap)}", numbers)


def _elsewhere(
    run: RunLike, trail: Trail, ground: Ground, known: Knowledge, numbers: dict[str, float]
) -> Verdict:
    """Return the verdict on a walk that has reached no minimum in the list."""
    still = trail.moved < QUIET
    if run.step < LAST and not (still and run.step and ground.slope < LEVEL):
        return Verdict("running", "still moving", numbers)
    left = way_left(run, known.minima, ground)
    needed = left / trail.pace if trail.pace > 0.0 else math.inf
    numbers["way_left"], numbers["steps_left"] = left, needed
    slow = still or needed > SLOW
    if (slow and ground.slope < FLAT) or ground.slope < LEVEL:
        return _on_level_ground(run, ground, known, numbers)
    if still and ground.at_border:
        return Verdict("local minimum", "at the border, where the slope leads out of the region", numbers)
    if still and ground.in_a_bowl:
        return _in_unlisted_bowl(run, known, numbers)
    if slow and ground.in_a_bowl:  # its minimum may be missing in the list: the way to another says nothing
        return Verdict("running", "still moving, settling at the bottom of a bowl", numbers)
    if slow and not noisy(run):
        return Verdict("crawling", _crawl(run, trail, ground, numbers), numbers)
    haunt = _haunt(run, trail, known.minima)
    if haunt is not None:
        return Verdict("running", f"still moving, around {named(haunt, known.minima)}", numbers)
    return Verdict("running", "still moving", numbers)


def _on_level_ground(run: RunLike, ground: Ground, known: Knowledge, numbers: dict[str, float]) -> Verdict:
    """Tell apart the places where the slope vanishes and that are no minimum in the list."""
    kind = ground.kind()
    if kind == "local minimum":
        return _in_unlisted_bowl(run, known, numbers)
    low, high = show_number(numbers["lowest_curvature"]), show_number(numbers["highest_curvature"])
    if not known.minima or numbers["gap"] <= EXACT * scale_of(run.landscape).spread:
        minimum = "nothing lower is known"
    else:
        minimum = "no minimum"
    sentence = {
        "maximum": "at a maximum: level here, downhill on all sides",
        "saddle": f"at a saddle: level here, downhill to both sides (curvatures {low} and {high})",
        "inflection": "at a flat inflection: level here, downhill further on",
        "plateau": f"on a plateau: hardly any slope, and {minimum}",
    }[kind]
    return Verdict("saddle" if kind == "maximum" else kind, sentence, numbers)


def _in_unlisted_bowl(run: RunLike, known: Knowledge, numbers: dict[str, float]) -> Verdict:
    """Return the verdict at a minimum that its curvature proves, and that is not in the list."""
    if not known.minima:
        return Verdict("local minimum", "at a minimum, by its curvature; no other one is known", numbers)
    best = known.minima[0]
    if abs(run.value - best.value) <= EXACT * scale_of(run.landscape).spread:
        # Minima that level ground connects, a ring or a trough, stand in the list as one.
        numbers["gap"] = 0.0
        if best.source == "known":
            sentence = "at a global minimum: as low as the lowest one known"
        else:
            sentence = "at a minimum as low as the lowest one found"
        return Verdict("global minimum", sentence, numbers)
    if run.value < best.value:
        return Verdict("local minimum", "at a minimum lower than all that were known", numbers)
    return Verdict("local minimum", f"at a local minimum{above(numbers.get('gap'))}", numbers)


def _crawl(run: RunLike, trail: Trail, ground: Ground, numbers: dict[str, float]) -> str:
    """Return the sentence about a run that crawls, and why it does."""
    needed = numbers["steps_left"]
    lr, limit = numbers.get("lr"), numbers.get("limit")
    if trail.pace == 0.0 or needed > 1e9:
        return "crawling: the steps have all but died away on a slope"
    steps = show_count(needed)
    narrow = ground.condition > 0.0 and ground.condition > BENT and math.isfinite(ground.condition)
    if lr is not None and limit is not None and lr < 0.2 * limit:
        rate = f"; the rate {show_number(lr)} is {show_count(limit / lr)} times below the limit 2/λ"
        return f"crawling: at this pace the way left takes {steps} steps{rate}"
    if narrow:
        bent = f"one direction is {show_count(ground.condition)} times as steep as the other"
        return f"crawling along a narrow valley: at this pace {steps} steps more; {bent}"
    return f"crawling: at this pace the way left takes {steps} steps"


# -- helpers ------------------------------------------------------------------------------------------------


def way_left(run: RunLike, minima: Sequence[Minimum], ground: Ground) -> float:
    """Return how far it is to where the run is going, in diagonals.

    That is the nearest minimum that lies lower than the run, or the bottom by the curvature here if that is
    further along; where there is neither, a tenth of the diagonal.
    """
    lower = [each.position for each in minima if each.value < run.value]
    if not lower:
        return 0.1
    return float(np.linalg.norm(np.array(lower) - run.position, axis=1).min()) / run.landscape.diagonal


def heat(run: RunLike) -> float | None:
    """Return the temperature of annealing that is still hot: what looks like rest there is only a pause."""
    end = run.specification.settings.get("end_temperature")
    if not isinstance(end, int | float) or not run.step or "temperature" not in run.record.columns:
        return None
    temperature = float(run.record.inside("temperature")[-1])
    return temperature if temperature > HOT * end else None


def noisy(run: RunLike) -> float:
    """Return how large the noise in the gradient is, in typical slopes; 0 where there is none."""
    settings = run.specification.settings
    noise = float(settings.get("noise", 0.0))  # type: ignore[arg-type]
    batch = settings.get("batch", 0)
    if not noise and isinstance(batch, int) and batch and run.landscape.learning is not None:
        return 1.0
    return noise


def rate_of(run: RunLike) -> float | None:
    """Return the learning rate, where the method's steps are the rate times the gradient and keep it."""
    settings = run.specification.settings
    lr = settings.get("lr")
    plain = run.specification.name in {"gradient-descent", "sgd", "momentum", "nesterov"}
    if not plain or not isinstance(lr, float) or str(settings.get("schedule", "none")) != "none":
        return None
    return lr


def limit_of(run: RunLike, ground: Ground) -> float | None:
    """Return the limit 2/λmax of the rate here, with momentum 2 (1 + μ)/λmax; None where it is no rate."""
    highest = float(ground.eigenvalues[-1])
    if rate_of(run) is None or not highest > 0.0:
        return None
    settings = run.specification.settings
    mu = float(settings.get("momentum", 0.0))  # type: ignore[arg-type]
    if run.specification.name == "nesterov" or settings.get("nesterov") is True:
        return (2.0 + 2.0 * mu) / (1.0 + 2.0 * mu) / highest
    return 2.0 * (1.0 + mu) / highest


def _haunt(run: RunLike, trail: Trail, minima: Sequence[Minimum]) -> Minimum | None:
    """Return the minimum that the last hundred rows stay near, if any."""
    rows = trail.positions[-100:]
    for each in minima if len(rows) == 100 else ():
        if np.linalg.norm(rows - each.position, axis=1).max() <= HAUNT * trail.diagonal:
            return each
    return None


def _settled(run: RunLike, minimum: Minimum) -> bool:
    """Whether a run stays at a minimum: all its last rows are close to it."""
    record = run.record
    rows = record.among(max(len(record) - LAST, 0), len(record)).positions
    distances = np.linalg.norm(rows - minimum.position, axis=1)
    return len(rows) == LAST and bool(np.all(distances <= NEAR * run.landscape.diagonal))


def _reached(run: RunLike, minimum: Minimum) -> int:
    """Return the step from which on a run stayed at a minimum.

    Who has come near may still be walking towards it: it stays from where it keeps `CLOSE`, or half as far
    again from it as its last rows do, if that is more.
    """
    away_squared = squared_distances(run.record.positions, minimum.position)
    limit = max((CLOSE * run.landscape.diagonal) ** 2, 2.25 * float(away_squared[-LAST:].max()))
    away = np.flatnonzero(~(away_squared <= limit))
    row = int(away[-1]) + 1 if len(away) else 0
    return int(run.steps[min(row, len(run.steps) - 1)])

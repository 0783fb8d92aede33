"""What to try next: cures that fit a verdict, each with its reason in numbers and a method to go on with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from minima_core.landscapes.scale import rounded, scale_of
from minima_core.landscapes.values import LARGEST_NUMBER, Changes
from minima_core.methods import Specification, SpecificationError
from minima_core.methods.schedules import schedule
from minima_core.runs.knowledge import minima_of
from minima_core.runs.said import Advice, RunLike, Verdict
from minima_core.runs.wording import show_count, show_number

__all__ = ["advice_for"]

MOST = 6
"""More cures than this are no advice."""
TINY = 1e-14
"""Of the typical slope: less than this along a direction is nothing that Newton could double in time."""
LOOKED_AT = 12
"""Rows whose curvature is looked at when a run has gone."""
SMOOTHING = 0.04
"""Of the diagonal: how much is blurred before the first try on a smoothed landscape."""
ROUNDED = 20.0
"""The condition number that a penalty makes of a narrow valley's."""
EQUAL_STEPS = {"adam", "amsgrad", "adamw", "adamax", "nadam", "radam", "rmsprop", "rprop", "lion"}
"""Methods whose steps hardly depend on the length of the gradient."""


def advice_for(run: RunLike, verdict: Verdict) -> tuple[Advice, ...]:
    """Return the cures that fit a verdict, the likeliest first; none where nothing is wrong."""
    cure = CURES.get(verdict.state)
    if cure is None:
        return ()
    kept: list[Advice] = []
    known = {str(run.specification)}
    for each in cure(_Case(run, verdict)):
        text = f"{each.method}{each.changes}"
        if text not in known and len(kept) < MOST:
            known.add(text)
            kept.append(each)
    return tuple(kept)


class _Case:
    """A run with its verdict, and what the cures ask about them."""

    def __init__(self, run: RunLike, verdict: Verdict) -> None:
        self.run, self.verdict = run, verdict
        self.land, self.specification = run.landscape, run.specification
        self.method, self.settings = self.specification.method, self.specification.settings
        self.numbers = verdict.numbers
        lr = self.settings.get("lr")
        has_rate = isinstance(lr, int | float) and not isinstance(lr, bool) and self.method.kind == "gradient"
        self.lr = float(lr) if has_rate and lr else None  # type: ignore[arg-type]
        self.scheduled = str(self.settings.get("schedule", "none")) != "none"
        self.drives = any(isinstance(each, Specification) for each in self.settings.values())
        self.local = self.method.kind != "global"

    def changed(self, **settings: Any) -> Specification | None:
        """Return the same method with other settings; None where it has no such settings."""
        if any(name not in self.method.by_name for name in settings):
            return None
        try:
            return self.specification.replace(**settings)
        except SpecificationError:
            return None

    def other(self, name: str, **settings: Any) -> Specification:
        """Return another method."""
        return Specification(name, settings)

    def wrapped(self, name: str, **settings: Any) -> Specification:
        """Return a method that drives this one, if this one goes down; else that drives its usual one."""
        if self.local and not self.drives:
            return Specification(name, {"local": self.specification, **settings})
        return Specification(name, settings)

    def limit(self) -> float | None:
        """Return the limit 2/λmax: here, or where the run has gone, of the steepest place on its way."""
        given = self.numbers.get("limit")
        if given is not None and math.isfinite(given) and given > 0.0:
            return given
        if self.land.is_callable:
            return None
        rows = self.run.record.among(0, min(len(self.run.record), 4 * LOOKED_AT)).positions
        rows = rows[self._inside(rows)][:LOOKED_AT]
        curvatures = [self.land.hessian(p) for p in rows]
        highest = max(
            (float(np.linalg.eigvalsh(h)[-1]) for h in curvatures if np.isfinite(h).all()), default=0.0
        )
        return 2.0 / highest if highest > 0.0 else None

    def _inside(self, rows: Any) -> Any:
        return np.all((rows >= self.land.lower) & (rows <= self.land.upper), axis=1)


def _smaller(case: _Case) -> Iterator[Advice]:
    """A smaller rate, by how much and why."""
    if case.lr is None:
        return
    limit = None if case.method.name in EQUAL_STEPS else case.limit()
    if limit is not None and case.lr > 0.5 * limit:
        lr = min(rounded(0.5 * limit), 0.5 * case.lr)
        where = "too near it" if case.lr < limit else "at it" if case.lr < 1.005 * limit else "above it"
        stable = f"Steps are stable only below 2/λ = {show_number(limit)} here"
        why = f"{stable}, and {show_number(case.lr)} is {where}"
    else:
        lr = rounded(0.1 * case.lr)
        why = f"Steps of {show_number(case.lr)} are too long here"
    method = case.changed(lr=lr)
    if method is not None and lr > 0.0:
        yield Advice("smaller-rate", f"{why}: try {show_number(lr)}.", method)


def _schedule(case: _Case, why: str) -> Iterator[Advice]:
    """A rate that falls with time."""
    steps = max(case.run.step, 100)
    method = case.changed(schedule=schedule("cosine", T_max=steps))
    if method is not None and not case.scheduled:
        yield Advice("schedule", f"{why}: let the rate fall to 0 over {steps} steps, as a cosine.", method)


def _oscillating(case: _Case) -> Iterator[Advice]:
    yield from _smaller(case)
    yield from _schedule(case, "A rate that shrinks lets the swings die out")
    if case.method.name != "line-search":
        yield Advice(
            "method", "A line search chooses each step’s length so that the loss falls.",
            case.other("line-search"), "here",
        )  # fmt: skip
    momentum = case.settings.get("momentum")
    if isinstance(momentum, float) and momentum > 0.95:
        slower = case.changed(momentum=0.9)
        if slower is not None:
            yield Advice("momentum", f"Momentum {show_number(momentum)} hardly brakes: try 0.9.", slower)
    yield Advice(
        "method", "BFGS learns the curvature, and steps straight to the floor.", case.other("bfgs"), "here"
    )


def _gone(case: _Case) -> Iterator[Advice]:
    bottomless = case.verdict.state in {"outside", "diverged"} and _downhill_for_ever(case)
    if not bottomless:
        yield from _smaller(case)
        if "clip_norm" in case.method.by_name and case.lr:
            longest = rounded(0.05 * case.land.diagonal / case.lr)
            method = case.changed(clip_norm=longest)
            if method is not None and longest > 0.0:
                yield Advice(
                    "clip", "Clipping keeps every step shorter than a twentieth of the region.", method
                )
        if not case.land.is_callable and case.method.name != "line-search":
            yield Advice(
                "method", "A line search takes no step that raises the loss.", case.other("line-search")
            )
    yield Advice(
        "restart",
        "The way down leads out of the region from here: searching with restarts stays inside.",
        case.other("random-restarts", local=Specification("nelder-mead")),
    )


def _downhill_for_ever(case: _Case) -> bool:
    """Whether the run went down all the way out: its rate is not to blame."""
    values = case.run.record.values
    values = values[np.isfinite(values)]
    return len(values) > 2 and bool(np.mean(np.diff(values) <= 0.0) > 0.95)


def _crawling(case: _Case) -> Iterator[Advice]:
    limit = None if case.method.name in EQUAL_STEPS else case.limit()
    if case.scheduled:
        method = case.changed(schedule="none")
        if method is not None:
            yield Advice(
                "schedule", "The schedule let the rate die before the run was there: go on without.",
                method, "here",
            )  # fmt: skip
    elif case.lr is not None:
        best = 0.5 * limit if limit is not None else 10.0 * case.lr
        if case.method.name in EQUAL_STEPS:
            best = 0.01 * case.land.diagonal / math.sqrt(case.land.dimension)
        lr = rounded(best)
        if lr >= 2.0 * case.lr:
            method = case.changed(lr=lr)
            if method is not None:
                bound = f"; stable up to 2/λ = {show_number(limit)} here" if limit is not None else ""
                times = show_count(lr / case.lr)
                yield Advice(
                    "larger-rate", f"A rate {times} times larger, {show_number(lr)}{bound}.", method, "here"
                )
    if case.method.name not in {"bfgs", "l-bfgs", "newton"}:
        name = "l-bfgs" if case.land.dimension > 50 else "bfgs"
        kappa = case.numbers.get("condition", math.nan)
        narrow = f" κ = {show_number(kappa)}" if math.isfinite(kappa) and kappa > 20.0 else ""
        yield Advice(
            "method", f"A method that learns the curvature does not mind{narrow or ' a narrow valley'}.",
            case.other(name), "here",
        )  # fmt: skip
    if case.method.name in {"gradient-descent", "sgd"}:
        settings: dict[str, Any] = {"momentum": 0.9}
        if limit is not None and case.lr is not None:
            settings["lr"] = max(rounded(0.5 * limit), case.lr)
        yield Advice(
            "momentum", "Momentum 0.9 adds up the small pushes along the floor, up to ten times.",
            case.other("momentum", **settings), "here",
        )  # fmt: skip
    if case.method.name not in EQUAL_STEPS:
        yield Advice("method", "Adam’s steps do not shrink with the slope.", case.other("adam"), "here")
    yield from _regularise(case)


def _noise(case: _Case, why: str) -> Iterator[Advice]:
    if "noise" in case.method.by_name and not case.settings.get("noise"):
        method = case.changed(noise=0.2)
        if method is not None:
            yield Advice("noise", why, method)


def _smooth(case: _Case) -> Iterator[Advice]:
    if case.land.formula is not None and case.land.below is None and case.land.dimension <= 3:
        yield Advice(
            "smooth",
            "Smooth the landscape first: shallow valleys vanish, and the run begins towards the deep ones."
            " This changes the landscape for every line, and its minima move a little.",
            case.specification,
            changes=Changes(smoothing=SMOOTHING),
        )


def _regularise(case: _Case) -> Iterator[Advice]:
    """A penalty λ₂ Σ (xᵢ − aᵢ)²: it adds 2 λ₂ to every curvature, and a slope towards a where there is none.

    On flat ground the slope that it adds here is a tenth of the typical one; in a narrow valley it makes the
    condition number `ROUNDED`.
    """
    land = case.land
    if land.formula is None or land.below is not None:
        return
    origin = np.zeros(land.dimension)
    middle = 0.5 * (land.lower + land.upper)
    well_inside = np.all(np.abs(origin - middle) < 0.45 * (land.upper - land.lower))
    to = origin if well_inside else middle
    towards = () if to is origin else tuple(float(f"{a:.3g}") for a in middle)
    place = "the origin" if to is origin else "the middle of the region"
    low, high = (case.numbers.get(f"{name}_curvature", math.nan) for name in ("lowest", "highest"))
    if case.verdict.state == "crawling":
        if not high > ROUNDED * max(low, 0.0):
            return
        strength = 0.5 * (high - ROUNDED * max(low, 0.0)) / (ROUNDED - 1.0)
        why = f"bends the floor of the narrow valley up, to κ = {show_number(ROUNDED)}"
    else:
        away = float(np.linalg.norm(case.run.position - to))
        strength = 0.05 * scale_of(land).slope / away if away > 0.0 else 0.0
        why = "gives the flat ground a slope"
    strength = float(f"{strength:.2g}") if math.isfinite(strength) else 0.0
    if 0.0 < strength <= LARGEST_NUMBER:
        yield Advice(
            "regularise",
            f"A penalty of {show_number(strength)} times the squared distance to {place} {why}. This changes"
            " the landscape for every line, and moves its minima, the right one too.",
            case.specification,
            changes=Changes(l2=strength, towards=towards),
        )


def _is_beside_the_line(case: _Case) -> bool:
    """Return whether the gradient at a saddle points a little along what bends down.

    Where it is exactly 0 along there, a method that follows gradients stays on the exact line for ever.
    """
    land, position = case.land, case.run.position
    if land.is_callable:
        return False
    hessian, gradient = land.hessian(position), land.gradient(position)
    if not (np.isfinite(hessian).all() and np.isfinite(gradient).all()):
        return False
    values, vectors = np.linalg.eigh(hessian)
    return bool(np.any(np.abs(vectors[:, values < 0.0].T @ gradient) > TINY * scale_of(land).slope))


def _level(case: _Case) -> Iterator[Advice]:
    """At a saddle or an inflection."""
    saddle = case.verdict.state == "saddle"
    if saddle and case.settings.get("variant") == "plain":
        yield Advice(
            "method",
            "Plain Newton solves ∇f = 0, and a saddle solves it too; saddle-free Newton turns round the"
            " directions that bend down.",
            case.other("newton", variant="saddle-free"),
        )
    elif saddle and _is_beside_the_line(case):
        yield Advice(
            "method",
            "Saddle-free Newton turns round the directions that bend down: each step doubles what it is off"
            " the exact line.",
            case.other("newton", variant="saddle-free"),
            "here",
        )
    side = "A little noise finds the way down at the sides" if saddle else "A little noise carries it over"
    yield from _noise(case, f"{side}: one fifth of the typical slope.")
    if not saddle and case.method.name in {"gradient-descent", "sgd"}:
        settings: dict[str, Any] = {"momentum": 0.9}
        if case.lr is not None:
            settings["lr"] = case.lr
        yield Advice(
            "momentum", "Momentum 0.9 keeps the speed of the way down and may roll across.",
            case.other("momentum", **settings),
        )  # fmt: skip
    if not saddle and case.method.name not in EQUAL_STEPS:
        yield Advice("method", "Adam’s steps do not shrink with the slope.", case.other("adam"))
    yield Advice("method", "CMA-ES looks all around, and needs no slope.", case.other("cma-es"), "here")
    yield Advice("restart", "Begin elsewhere: almost no start ends here.", case.wrapped("random-restarts"))


def _plateau(case: _Case) -> Iterator[Advice]:
    if case.method.name not in EQUAL_STEPS:
        yield Advice(
            "method", "Adam’s steps do not shrink with the slope: it walks on where there is hardly any.",
            case.other("adam"), "here",
        )  # fmt: skip
    yield Advice("restart", "Begin elsewhere, where there is a slope.", case.wrapped("random-restarts"))
    yield Advice(
        "method", "A population all over the region finds the hollow without a slope.",
        case.other("differential-evolution"),
    )  # fmt: skip
    yield from _smooth(case)
    yield from _regularise(case)


def _wandering(case: _Case) -> Iterator[Advice]:
    yield from _schedule(case, "The noise’s swings shrink with the rate")
    if case.lr is not None:
        lr = rounded(0.1 * case.lr)
        method = case.changed(lr=lr)
        if method is not None and lr > 0.0:
            yield Advice(
                "smaller-rate",
                f"A rate ten times smaller, {show_number(lr)}: the level falls with it, to about a tenth.",
                method,
                "here",
            )
    if case.settings.get("noise"):
        method = case.changed(noise=0.0)
        if method is not None:
            yield Advice("noise", "Without the noise it comes to rest in this valley.", method, "here")


def _local(case: _Case) -> Iterator[Advice]:
    name = case.method.name
    if name == "simulated-annealing":
        steps = int(case.settings.get("cooling_steps", 1000))  # type: ignore[arg-type]
        slower = case.changed(cooling_steps=4 * steps)
        if slower is not None:
            yield Advice("reheat", f"Cool four times as slowly, over {4 * steps} steps.", slower)
        again = case.changed(reheat="frozen")
        if again is not None:
            yield Advice("reheat", "Warm it up again whenever it is frozen.", again)
    yield from _wider(case)
    if name != "basin-hopping":
        yield Advice(
            "hop", "Hop from here into the next valley, and stay if it is lower.",
            case.other("basin-hopping"), "here",
        )  # fmt: skip
    if name not in {"random-restarts", "multi-start"}:
        yield Advice(
            "restart",
            "Begin again elsewhere, many times, and keep the best.",
            case.wrapped("random-restarts"),
        )
    elif name == "random-restarts":
        yield Advice("restart", "Restarts that remember descend no valley twice.", case.other("multi-start"))
    if name != "simulated-annealing":
        yield Advice(
            "reheat", "Annealing climbs out while it is hot, and settles as it cools.",
            case.other("simulated-annealing"),
        )  # fmt: skip
    if case.method.name in {"gradient-descent", "sgd"} and case.lr is not None and _from_high_up(case):
        yield Advice(
            "momentum", "Momentum 0.9 may roll over a hump that is lower than where it came from.",
            case.other("momentum", lr=case.lr, momentum=0.9),
        )  # fmt: skip
    yield from _smooth(case)
    yield from _leave_sharp(case)


def _from_high_up(case: _Case) -> bool:
    """Whether the run began higher than the ground on the straight way from here to some lower minimum."""
    land, here = case.land, case.run.position
    if land.is_callable:
        return True
    began = float(case.run.record.values[0])
    for each in minima_of(land)[:LOOKED_AT]:
        way = here + np.linspace(0.0, 1.0, 101)[:, None] * (each.position - here)
        if each.value < case.run.value and float(np.max(land.value(way))) < began:
            return True
    return False


def _leave_sharp(case: _Case) -> Iterator[Advice]:
    """A rate far above the limit of this valley, where a lower one is known in which it can settle.

    At 1/λmax of the lower one descent settles there best; a rate less than twice the limit here only jumps to
    and fro in this valley.
    """
    limit = case.numbers.get("limit")
    if case.method.name != "gradient-descent" or limit is None or case.lr is None or case.scheduled:
        return
    here = case.run.value
    flatter = [
        float(each.eigenvalues[-1])
        for each in minima_of(case.land)
        if each.value < here and 0.0 < each.eigenvalues[-1] < 1.0 / (2.0 * limit)
    ]
    if not flatter:
        return
    lr = rounded(1.0 / flatter[0])
    method = case.changed(lr=lr)
    if method is not None and lr > 2.0 * limit:
        yield Advice(
            "larger-rate",
            f"Descent can settle in this valley only below 2/λ = {show_number(limit)}: with"
            f" {show_number(lr)} it may leave for the lower one that is known, which is flatter.",
            method,
        )


def _wider(case: _Case) -> Iterator[Advice]:
    """A wider or larger population."""
    for name in ("population", "particles"):
        count = case.settings.get(name)
        if isinstance(count, int) and not isinstance(count, bool) and count > 0:
            method = case.changed(**{name: 4 * count})
            if method is not None:
                yield Advice(
                    "spread", f"Four times as many: {4 * count} explore more before they agree.", method
                )
    sigma = case.settings.get("sigma0")
    if isinstance(sigma, float) and sigma < 0.3:
        method = case.changed(sigma0=0.3)
        if method is not None:
            yield Advice(
                "spread", "Begin wider: 0.3 of the region instead of " + show_number(sigma) + ".", method
            )
    for name, value in (("restarts", "bipop"), ("restart", True)):
        if name in case.method.by_name and case.settings.get(name) in {"none", False}:
            method = case.changed(**{name: value})
            if method is not None:
                yield Advice("restart", "Begin again once the population has collapsed.", method)


def _lowest_found(case: _Case) -> Iterator[Advice]:
    """At the lowest minimum that a search found: nothing is proved."""
    if case.numbers.get("proved") == 0.0 and "found" in case.verdict.sentence and case.local:
        yield Advice(
            "restart", "Nothing proves that this is the lowest: restarts may find a lower one.",
            case.wrapped("random-restarts"),
        )  # fmt: skip


def _no_budget(case: _Case) -> Iterator[Advice]:
    if case.method.name != "auto":
        yield Advice(
            "method", "The method that chooses for itself is sparing with evaluations.", case.other("auto")
        )
    if not case.land.is_callable and case.local and case.method.name not in {"bfgs", "l-bfgs"}:
        yield Advice("method", "BFGS needs far fewer evaluations on smooth ground.", case.other("bfgs"))


CURES: dict[str, Callable[[_Case], Iterator[Advice]]] = {
    "oscillating": _oscillating,
    "diverged": _gone,
    "not finite": _gone,
    "outside": _gone,
    "crawling": _crawling,
    "saddle": _level,
    "inflection": _level,
    "plateau": _plateau,
    "wandering": _wandering,
    "local minimum": _local,
    "global minimum": _lowest_found,
    "out of budget": _no_budget,
}

"""The insides that descents have in common: slope, step, what is kept of earlier steps, effective rates.

A rule that moves a point along its gradient says what a step was made of (`Terms`), as its file computes it:

    x ← x − pull − kept − fresh,   with rates aᵢ by which it multiplied each coordinate

*pull* is a decay of the point itself, *kept* comes from what the method remembers, *fresh* from the slope
where the step began. From that one declaration come the arrows, the ellipse of the rates and the sentences.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import (
    Arrow,
    Ellipse,
    Glimpse,
    Inside,
    Points,
    Polygon,
    Segments,
    Stage,
    said,
    said_point,
)

if TYPE_CHECKING:
    from minima_core.methods.specification import Value

__all__ = [
    "AVERAGE",
    "GRADIENT",
    "STEP",
    "Terms",
    "altered",
    "believed",
    "boxes_by",
    "drawn_by",
    "from_average",
    "from_move",
    "learning_rate",
    "momentum_of",
    "remembered",
    "rescaled",
    "scalar_before",
    "seen",
    "slope_stage",
    "step_sentence",
    "told_by",
]

Array: TypeAlias = NDArray[np.float64]
OUTSIDE = 1e-9
"""A point that differs from where a step led by more than this share of the box was moved by the border."""


@dataclass(frozen=True, eq=False)
class Terms:
    """What one step of a descent was made of; arrays are (n,).

    Attributes
    ----------
    slope
        The gradient as the rule saw it: after chance, clipping and weight decay.
    rate
        The learning rate.
    fresh, kept, pull
        The three parts of the step, each to be taken off the point.
    rates
        By what each coordinate was multiplied, where that is not one number; None where it is.
    measured
        The vector that was multiplied by `rates`: the ellipse shows where another one as long would have led.
    boxed
        Whether each coordinate moves by its rate whatever the slope: a box in place of the ellipse.
    words
        The stages that are the method's own, between the slope and the step.
    """

    slope: Array
    rate: float
    fresh: Array
    kept: Array
    pull: Array
    rates: Array | None = None
    measured: Array | None = None
    boxed: bool = False
    words: tuple[Stage, ...] = ()

    @property
    def step(self) -> Array:
        """What was taken off the point, before the border had its say."""
        return self.pull + self.kept + self.fresh

    def telling(self, *words: Stage) -> Terms:
        """Return the same with the method's own stages."""
        return replace(self, words=words)


Rule: TypeAlias = Callable[[Glimpse], Terms]
"""What a step was made of, at a glimpse that has a step before."""


# -- what a step knew ------------------------------------------------------------------------------------


def learning_rate(glimpse: Glimpse) -> float:
    """Return the learning rate of the step: the schedule's where there is one."""
    known = glimpse.now.insides.get("learning_rate")
    return glimpse.setting("lr") if known is None else float(known)


def momentum_of(glimpse: Glimpse, name: str = "momentum") -> float:
    """Return the momentum of the step: the one that a schedule cycles, where it does."""
    known = glimpse.now.insides.get("momentum")
    return glimpse.setting(name) if known is None else float(known)


def remembered(glimpse: Glimpse, name: str) -> Array:
    """Return what the method remembered before the step, (n,); nothing where it had just begun."""
    before = glimpse.before
    if before is None or name not in before.insides:
        return np.zeros_like(glimpse.now.position)
    return np.asarray(before.insides[name], dtype=np.float64)


def scalar_before(glimpse: Glimpse, name: str) -> float:
    """Return a number that the method remembered before the step; 0 where it had just begun."""
    before = glimpse.before
    return 0.0 if before is None else float(before.insides.get(name, 0.0))


def is_random(glimpse: Glimpse) -> bool:
    """Whether chance has a part in the slope: noise, or a few examples in place of all."""
    settings: dict[str, Value] = dict(glimpse.settings)
    batch = float(settings.get("batch", 0) or 0)  # type: ignore[arg-type]
    drawn = batch > 0 and glimpse.land.examples is not None
    return drawn or float(settings.get("noise", 0.0)) > 0.0  # type: ignore[arg-type]


def altered(glimpse: Glimpse, *, coupled: bool = True) -> Array:
    """Return the gradient as a rule sees it where chance has no part: clipped, with weight decay added."""
    before = glimpse.before or glimpse.now
    g = np.array(before.gradient, dtype=np.float64)
    limit, longest = glimpse.setting("clip_value"), glimpse.setting("clip_norm")
    if limit > 0.0:
        g = np.clip(g, -limit, limit)
    if longest > 0.0:
        factor = longest / (math.sqrt(float(g @ g)) + 1e-6)
        g = g * factor if factor < 1.0 else g
    return g + glimpse.setting("weight_decay") * before.position if coupled else g


def seen(glimpse: Glimpse, found: Callable[[], Array], *, coupled: bool = True) -> Array:
    """Return the gradient that a rule saw: where chance had a part, as `found` reads it from what it left."""
    return found() if is_random(glimpse) else altered(glimpse, coupled=coupled)


def from_average(glimpse: Glimpse, name: str, kept: float, share: float) -> Array:
    """Return g from an average m ← kept · m + share · g that the method keeps under `name`."""
    if share == 0.0:
        return altered(glimpse)
    return (glimpse.array(name) - kept * remembered(glimpse, name)) / share


def from_move(glimpse: Glimpse, rates: Array | float) -> Array:
    """Return g from where a step −rates · g led."""
    before = glimpse.before or glimpse.now
    rates = np.broadcast_to(np.asarray(rates, dtype=np.float64), before.position.shape)
    with np.errstate(all="ignore"):
        return np.where(rates > 0.0, (before.position - glimpse.now.position) / rates, 0.0)


def rescaled(glimpse: Glimpse, slope: Array, rates: Array, *, kept: Array | None = None) -> Terms:
    """Return the terms of a step −rates · slope, after what is `kept`."""
    nothing = np.zeros_like(slope)
    return Terms(
        slope, learning_rate(glimpse), rates * slope, nothing if kept is None else kept, nothing,
        rates=rates, measured=slope,
    )  # fmt: skip


# -- what is drawn ---------------------------------------------------------------------------------------


def _gradient(glimpse: Glimpse) -> Arrow | None:
    at = glimpse.before or glimpse.now
    if not np.isfinite(at.gradient).all():
        return None
    return Arrow(at.position, at.position - at.gradient)


def _step(glimpse: Glimpse) -> Arrow | None:
    before = glimpse.before
    return None if before is None else Arrow(before.position, glimpse.now.position)


GRADIENT = Inside(
    "gradient",
    "Gradient",
    "Steepest way down, −∇f, where the step began. It stands at right angles to the contour line wherever "
    "both axes have one scale on the screen. Only its direction is true: steep ones are drawn longer.",
    "arrow",
    _gradient,
)
STEP = Inside(
    "step",
    "Step",
    "From where the run stood to where it stands now, true to scale.",
    "arrow",
    _step,
)


def drawn_by(
    rule: Rule, *, velocity: bool = False, scales: bool = False, pull: bool = False
) -> tuple[Inside, ...]:
    """Return the insides of a rule, from what its steps are made of."""
    made = []
    if velocity:
        made += [
            Inside(
                "velocity",
                "Velocity",
                "What is kept of the steps before: where they alone would lead, true to scale.",
                "arrow",
                lambda glimpse: _kept(rule, glimpse),
                role="memory",
            ),
            Inside(
                "pull-of-slope",
                "Share of the slope",
                "What the slope adds to the velocity; both together are the step.",
                "arrow",
                lambda glimpse: _fresh(rule, glimpse),
                role="child",
            ),
        ]
    if scales:
        made.append(
            Inside(
                "scales",
                "Effective rates",
                "Where a slope as long, in any direction, would have led: the rule multiplies each "
                "coordinate by a rate of its own. With one rate for all it would be a circle.",
                "ellipse",
                lambda glimpse: _scales(rule, glimpse),
                role="model",
            )
        )
    if pull:
        made.append(
            Inside(
                "decay",
                "Weight decay",
                "How far the point itself is pulled towards the origin, true to scale.",
                "arrow",
                lambda glimpse: _pull(rule, glimpse),
                role="push",
            )
        )
    return (*made, AVERAGE)


def boxes_by(rule: Rule) -> tuple[Inside, ...]:
    """Return the insides of a rule that looks at signs only: the box at whose corners its steps end."""
    box = Inside(
        "scales",
        "Strides",
        "Where a step can end: each coordinate moves by a stride of its own, whatever the slope, so it is a "
        "corner of this box.",
        "polygon",
        lambda glimpse: _box(rule, glimpse),
        role="model",
    )
    return (box, AVERAGE)


def believed(rule: Rule) -> Inside:
    """Return the slope that a rule with chance in it believed, beside the true one."""

    def of(glimpse: Glimpse) -> Segments | None:
        if glimpse.before is None or not is_random(glimpse):
            return None
        begin, slope = glimpse.before.position, rule(glimpse).slope
        true = float(np.linalg.norm(glimpse.before.gradient))
        found = float(np.linalg.norm(slope))
        if not (found > 0.0 and math.isfinite(true)):
            return None
        return Segments(np.array([[begin, begin - learning_rate(glimpse) * slope]]), True)

    return Inside(
        "believed",
        "Believed slope",
        "The slope as chance has it, times the learning rate: the true one is that of “Gradient”.",
        "segments",
        of,
        role="trial",
    )


def _kept(rule: Rule, glimpse: Glimpse) -> Arrow | None:
    if glimpse.before is None:
        return None
    terms = rule(glimpse)
    begin = glimpse.before.position - terms.pull
    return Arrow(begin, begin - terms.kept)


def _fresh(rule: Rule, glimpse: Glimpse) -> Arrow | None:
    if glimpse.before is None:
        return None
    terms = rule(glimpse)
    if not terms.kept.any():
        return None  # the whole step is the slope's
    begin = glimpse.before.position - terms.pull - terms.kept
    return Arrow(begin, begin - terms.fresh)


def _pull(rule: Rule, glimpse: Glimpse) -> Arrow | None:
    if glimpse.before is None:
        return None
    return Arrow(glimpse.before.position, glimpse.before.position - rule(glimpse).pull)


def _scales(rule: Rule, glimpse: Glimpse) -> Ellipse | None:
    if glimpse.before is None:
        return None
    terms = rule(glimpse)
    if terms.rates is None or terms.measured is None:
        return None
    # What is kept was multiplied before; where it is part of what was measured, the start is the middle.
    apart = np.zeros_like(terms.kept) if terms.measured is not terms.slope else terms.kept
    centre = glimpse.before.position - terms.pull - apart
    return Ellipse(centre, np.diag(terms.rates * float(np.linalg.norm(terms.measured))))


def _box(rule: Rule, glimpse: Glimpse) -> Polygon | None:
    if glimpse.before is None:
        return None
    terms = rule(glimpse)
    if terms.rates is None:
        return None
    centre, half = glimpse.before.position - terms.pull, terms.rates
    if len(centre) == 1:
        return Polygon(np.array([centre - half, centre + half]))
    corners = np.tile(centre, (4, 1))
    corners[:, 0] += half[0] * np.array([-1.0, 1.0, 1.0, -1.0])
    corners[:, 1] += half[1] * np.array([-1.0, -1.0, 1.0, 1.0])
    return Polygon(corners)


def _average(glimpse: Glimpse) -> Points | None:
    average = glimpse.now.insides.get("average")
    return None if average is None else Points(np.atleast_2d(np.asarray(average, dtype=np.float64)))


AVERAGE = Inside(
    "average",
    "Average",
    "The average of the points so far, which is evaluated as well.",
    "points",
    _average,
    role="memory",
)


# -- what is said ----------------------------------------------------------------------------------------


def told_by(rule: Rule) -> Callable[[Glimpse], tuple[Stage, ...]]:
    """Return how a step of a rule is told, from what it is made of."""

    def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
        if glimpse.before is None:
            return (Stage(_begin(glimpse), ("gradient",)),)
        return tuple(_stages(glimpse, rule(glimpse)))

    return narrate


def _begin(glimpse: Glimpse) -> str:
    """Say where a run stands that has done no step."""
    now = glimpse.now
    slope = f" The slope there is ∇f = {said_point(now.gradient)}." if np.isfinite(now.gradient).all() else ""
    return f"It begins at {said_point(now.position)}, where f = {said(now.value)}.{slope}"


def _stages(glimpse: Glimpse, terms: Terms) -> Iterator[Stage]:
    """Yield the stages of a step: the slope, what was done to it, the rule's own, where it led."""
    yield slope_stage(glimpse)
    changed = altered_sentence(glimpse, terms.slope, coupled=not terms.pull.any())
    if changed:
        yield Stage(changed, ("gradient",))
    yield from terms.words
    yield Stage(step_sentence(glimpse, terms), ("step",))


def slope_stage(glimpse: Glimpse) -> Stage:
    """Return the sentence about the slope where a step began."""
    before = glimpse.before or glimpse.now
    g = before.gradient
    length = f", of length {said(float(np.linalg.norm(g)))}" if len(g) > 1 else ""
    return Stage(
        f"At {said_point(before.position)}, where f = {said(before.value)}, "
        f"the slope is ∇f = {said_point(g)}{length}.",
        ("gradient",),
    )


def altered_sentence(glimpse: Glimpse, slope: Array, *, coupled: bool = True) -> str:
    """Return what was done to the gradient before the rule saw it; "" where nothing was."""
    before = glimpse.before or glimpse.now
    g = np.asarray(before.gradient, dtype=np.float64)
    clauses = []
    if is_random(glimpse):
        batch = int(float(glimpse.settings.get("batch", 0) or 0))
        drawn = batch > 0 and glimpse.land.examples is not None
        clauses.append(f"{batch} examples drawn at random" if drawn else "noise")
    limit, longest = glimpse.setting("clip_value"), glimpse.setting("clip_norm")
    if limit > 0.0 and (is_random(glimpse) or bool((np.abs(g) > limit).any())):
        clauses.append(f"clipping each coordinate at {said(limit)}")
    if limit > 0.0:
        g = np.clip(g, -limit, limit)
    if longest > 0.0 and (is_random(glimpse) or float(np.linalg.norm(g)) > longest):
        clauses.append(f"clipping to the length {said(longest)}")
    decay = glimpse.setting("weight_decay")
    if coupled and decay != 0.0:
        clauses.append(
            f"weight decay λ = {said(decay)}, which adds λx = {said_point(decay * before.position)},"
        )
    if not clauses:
        return ""
    listed = clauses[0] if len(clauses) == 1 else f"{', '.join(clauses[:-1])} and {clauses[-1]}"
    verb = "makes" if len(clauses) == 1 and "examples" not in clauses[0] else "make"
    return f"{listed[:1].upper()}{listed[1:]} {verb} it g = {said_point(slope)}."


def step_sentence(glimpse: Glimpse, terms: Terms) -> str:
    """Return where a step led, what the learning rate had to do with it, and how the loss changed."""
    before, now = glimpse.before or glimpse.now, glimpse.now
    planned = before.position - terms.step
    width = glimpse.land.upper - glimpse.land.lower
    moved = bool((np.abs(planned - now.position) > OUTSIDE * width).any())
    begin = "The step "
    if math.isfinite(terms.rate):
        by = ", which its schedule gives," if "learning_rate" in now.insides else ""
        begin = f"With the learning rate η = {said(terms.rate)}{by or ','} the step "
    if terms.pull.any():
        begin += f"(of which weight decay’s pull −ηλx is {said_point(-terms.pull)}) "
    reached = f"{said_point(now.position)}, where f = {said(now.value)}, {_change(before.value, now.value)}"
    if moved:
        return (
            f"{begin}{said_point(-terms.step)} would lead to {said_point(planned)}; "
            f"the border brings it back to {reached}."
        )
    return f"{begin}is {said_point(-terms.step)}: it leads to {reached}."


def _change(before: float, now: float) -> str:
    """Say how the loss changed."""
    difference = now - before
    if not math.isfinite(difference):
        return "which is no number to compare"
    if difference == 0.0:
        return "as high as before"
    return f"{said(abs(difference))} {'lower' if difference < 0 else 'higher'}"

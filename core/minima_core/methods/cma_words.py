"""What of CMA-ES can be drawn, and one of its generations in words."""

from __future__ import annotations

import numpy as np

from minima_core.methods.cma_stopping import REASONS
from minima_core.methods.insides import (
    Arrow,
    Ellipse,
    Glimpse,
    Inside,
    Points,
    Stage,
    said,
    said_point,
)

__all__ = ["INSIDES", "narrate"]


def _drawn(glimpse: Glimpse) -> bool:
    """Whether there has been a generation."""
    return glimpse.number("generation") > 0


def _ranked(glimpse: Glimpse) -> np.ndarray:
    """Return the points of the generation, best first, (λ, n)."""
    order = glimpse.array("order")[: int(glimpse.number("population"))].astype(int)
    return np.asarray(glimpse.array("samples")[order])


def parents(glimpse: Glimpse) -> Points | None:
    """Return the better half."""
    return Points(_ranked(glimpse)[: int(glimpse.number("parents"))]) if _drawn(glimpse) else None


def children(glimpse: Glimpse) -> Points | None:
    """Return the worse half."""
    return Points(_ranked(glimpse)[int(glimpse.number("parents")) :]) if _drawn(glimpse) else None


def drawn_from(glimpse: Glimpse) -> Ellipse | None:
    """Return the ellipse that the generation was drawn from."""
    if not _drawn(glimpse):
        return None
    return Ellipse(glimpse.array("drawn_mean"), glimpse.array("drawn").T)


def _half_axes(glimpse: Glimpse) -> np.ndarray:
    """Return σ B D, whose columns are the half axes of the ellipse as it is now, (n, n)."""
    axes = glimpse.array("axes") * glimpse.array("deviations")[:, None]
    return np.asarray(glimpse.number("sigma") * axes.T)


def one_sigma(glimpse: Glimpse) -> Ellipse:
    """Return the ellipse of one standard deviation, as it is after the step."""
    return Ellipse(glimpse.array("mean"), _half_axes(glimpse))


def two_sigma(glimpse: Glimpse) -> Ellipse:
    """Return the ellipse of two standard deviations, as it is after the step."""
    return Ellipse(glimpse.array("mean"), 2.0 * _half_axes(glimpse))


def mean(glimpse: Glimpse) -> Points:
    """Return the mean after the step."""
    return Points(glimpse.array("mean")[None, :])


def move(glimpse: Glimpse) -> Arrow | None:
    """Return the way of the mean in this step."""
    return Arrow(glimpse.array("drawn_mean"), glimpse.array("mean")) if _drawn(glimpse) else None


def path_c(glimpse: Glimpse) -> Arrow | None:
    """Return σ p_c, from the mean."""
    if not _drawn(glimpse):
        return None
    m = glimpse.array("mean")
    return Arrow(m, m + glimpse.number("sigma") * glimpse.array("path_c"))


def path_sigma(glimpse: Glimpse) -> Arrow | None:
    """Return σ C^½ p_σ, from the mean: p_σ as a step of the bell as it is now."""
    if not _drawn(glimpse):
        return None
    m, axes = glimpse.array("mean"), glimpse.array("axes")
    return Arrow(m, m + _half_axes(glimpse) @ (axes @ glimpse.array("path_sigma")))


INSIDES = (
    Inside("parents", "Chosen", "The better half of the generation: the mean moves to their weighted mean.",
           "points", parents, role="parent"),
    Inside("children", "Not chosen", "The worse half of the generation.", "points", children, role="child"),
    Inside("mean", "Mean", "Where the next generation is centred.", "points", mean),
    Inside("one-sigma", "Ellipse, 1σ", "The bell after the step: in two dimensions, two in five points fall "
           "within.", "ellipse", one_sigma),
    Inside("two-sigma", "Ellipse, 2σ", "The bell after the step: in two dimensions, six in seven points fall "
           "within.", "ellipse", two_sigma),
    Inside("drawn-from", "Ellipse drawn from", "The bell, at 1σ, from which this generation was drawn.",
           "ellipse", drawn_from, role="memory"),
    Inside("move", "Way of the mean", "From the mean before the step to the mean after it.", "arrow", move),
    Inside("path-c", "Path p_c", "Steps of the mean, added up and fading: C stretches along it.",
           "arrow", path_c, role="push"),
    Inside("path-sigma", "Path p_σ", "Steps of the mean as if the bell were round: if it is long, σ grows.",
           "arrow", path_sigma, role="push", usual=False),
)  # fmt: skip


def _beginning(glimpse: Glimpse) -> str:
    """Return how the loop began, if this is its first generation."""
    if glimpse.number("generation") != 1 or glimpse.number("loops") == 0:
        return ""
    why = REASONS[int(glimpse.number("was_over"))]
    return f"The loop before is over: {why}. A new one begins at a random mean. "


def _ending(glimpse: Glimpse) -> str:
    """Return why the loop is over, if it is."""
    over = int(glimpse.number("over"))
    return f" This loop is over: {REASONS[over]}." if over else ""


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one generation in four sentences."""
    number, array = glimpse.number, glimpse.array
    if not _drawn(glimpse):
        sentence = (
            f"The start {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}, is the first "
            f"mean; the bell around it has the deviation σ = {said(number('sigma'))}."
        )
        return (Stage(sentence, ("mean", "one-sigma", "two-sigma")),)
    count, chosen = int(number("population")), int(number("parents"))
    values = array("values")[array("order")[:count].astype(int)]
    long = np.linalg.norm(array("drawn"), axis=1)
    axes = (
        f"half axes from {said(long.max())} to {said(long.min())}"
        if len(long) > 1
        else f"deviation {said(long[0])}"
    )
    length, usual = number("path_length"), number("chi")
    before, now = number("sigma_before"), number("sigma")
    grows = now > before
    ratio = (
        f"; the longest half axis is now {said(number('ratio'))} times the shortest" if len(long) > 1 else ""
    )
    pressed = " and pressed along the others" if number("active") else ""
    return (
        Stage(
            f"{_beginning(glimpse)}{count} points are drawn from a bell around "
            f"{said_point(array('drawn_mean'))}, {axes}.",
            ("drawn-from", "parents", "children"),
        ),
        Stage(
            f"The {chosen} best, f = {said(values[0])} to {said(values[chosen - 1])}, are chosen; "
            f"the worst has f = {said(values[-1])}.",
            ("parents", "children"),
        ),
        Stage(
            f"The mean moves to the weighted mean of those chosen, {said_point(array('mean'))}.",
            ("move", "mean"),
        ),
        Stage(
            f"The path p_σ has the length {said(length)}, where that of a random walk would be {said(usual)}"
            f": σ {'grows' if grows else 'shrinks'} from {said(before)} to {said(now)}.",
            ("path-sigma", "one-sigma", "two-sigma"),
        ),
        Stage(
            f"The ellipse is stretched along the path p_c and along the steps chosen{pressed}{ratio}."
            f"{_ending(glimpse)}",
            ("path-c", "one-sigma", "two-sigma"),
        ),
    )

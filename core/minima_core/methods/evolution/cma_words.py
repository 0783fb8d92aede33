"""What of CMA-ES can be drawn, and one of its generations in words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.evolution.bells import bell, has_drawn, ranked_values
from minima_core.methods.evolution.cma_stopping import REASONS
from minima_core.methods.insides import Arrow, Glimpse, Inside, Stage, said, said_point

__all__ = ["INSIDES", "narrate"]


def _half_axes(glimpse: Glimpse) -> NDArray[np.float64]:
    """Return σ B D, whose columns are the half axes of the ellipse as it is now, (n, n)."""
    axes = glimpse.array("axes") * glimpse.array("deviations")[:, None]
    return np.asarray(glimpse.number("sigma") * axes.T)


def path_c(glimpse: Glimpse) -> Arrow | None:
    """Return σ p_c, from the mean."""
    if not has_drawn(glimpse):
        return None
    m = glimpse.array("mean")
    return Arrow(m, m + glimpse.number("sigma") * glimpse.array("path_c"))


def path_sigma(glimpse: Glimpse) -> Arrow | None:
    """Return σ C^½ p_σ, from the mean: p_σ as a step of the bell as it is now."""
    if not has_drawn(glimpse):
        return None
    m, axes = glimpse.array("mean"), glimpse.array("axes")
    return Arrow(m, m + _half_axes(glimpse) @ (axes @ glimpse.array("path_sigma")))


INSIDES = (
    *bell(_half_axes),
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
    if not has_drawn(glimpse):
        sentence = (
            f"The start {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}, is the first "
            f"mean; the bell around it has the deviation σ = {said(number('sigma'))}."
        )
        return (Stage(sentence, ("mean", "one-sigma", "two-sigma")),)
    count, chosen = int(number("population")), int(number("parents"))
    values = ranked_values(glimpse)
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

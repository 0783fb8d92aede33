"""What can be drawn and said of a step that searched along a line: its direction, its trials, its end.

The methods of `.wolfe` share this; each adds where its direction came from.
"""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Quadratic, Stage, said, said_point

__all__ = ["LINE_INSIDES", "listed", "model_of", "search_stages", "stays", "stepped", "table_of"]

Array: TypeAlias = NDArray[np.float64]

MOST_SAID = 4  # trials that a sentence lists


def stepped(glimpse: Glimpse) -> bool:
    """Whether the last step searched: not at the start, nor where the run rests."""
    return glimpse.now.step > 0 and glimpse.number("trials") > 0


def table_of(glimpse: Glimpse) -> Array:
    """Return the trials of the last search, (k, 3): length, value, slope along the line."""
    return glimpse.array("line_search")[: int(glimpse.number("trials"))]


def _direction(glimpse: Glimpse) -> Arrow | None:
    if not stepped(glimpse):
        return None
    began = glimpse.array("began")
    return Arrow(began, began + glimpse.number("first_length") * glimpse.array("direction"))


def _trials(glimpse: Glimpse) -> Points | None:
    if not stepped(glimpse):
        return None
    return Points(glimpse.array("began") + table_of(glimpse)[:, :1] * glimpse.array("direction"))


def model_of(glimpse: Glimpse, hessian: Array | None) -> Quadratic | None:
    """Return the parabola with a Hessian on which the last step was founded; None without one."""
    if not stepped(glimpse) or hessian is None or not np.isfinite(hessian).all():
        return None
    return Quadratic(
        glimpse.array("began"), glimpse.number("began_value"), glimpse.array("began_slope"), hessian
    )


LINE_INSIDES = (
    Inside(
        "direction",
        "Direction",
        "The direction of the search, up to its first trial.",
        "arrow",
        _direction,
    ),
    Inside(
        "line_search",
        "Trial points",
        "The points that the line search tried.",
        "points",
        _trials,
        role="trial",
    ),
)


def listed(numbers: Array) -> str:
    """Return numbers as a list in a sentence; of many, the first ones and the last."""
    words = [said(each) for each in numbers.tolist()]
    if len(words) > MOST_SAID:
        words = [*words[: MOST_SAID - 1], "…", words[-1]]
        return ", ".join(words)
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]


def stays(glimpse: Glimpse, why: str = "no lower point can be told from it along the line") -> Stage:
    """Say that the run has just begun, or that it did not move because there is nothing left to gain."""
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    if glimpse.now.step == 0:
        return Stage(f"The run begins at {here}.", ("gradient",))
    return Stage(f"The run stays at {here}: {why}.", ("gradient",))


def search_stages(glimpse: Glimpse) -> tuple[Stage, Stage]:
    """Return the sentences of the search and of where it ended."""
    tried = table_of(glimpse)
    length, began = glimpse.number("length"), glimpse.number("began_value")
    descent = glimpse.number("descent")
    lengths, heights = listed(tried[:, 0]), listed(tried[:, 1])
    if len(tried) == 1:
        search = f"The line search tries the length {lengths}: f = {heights}."
    else:
        search = f"The line search tries the lengths {lengths}: f = {heights}."
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    if length == 0.0:
        end = f"None of them is lower than f = {said(began)}: the run stays at {here}."
        return Stage(search, ("line_search",)), Stage(end)
    row = tried[np.flatnonzero(tried[:, 0] == length)[-1]] if length in tried[:, 0] else tried[-1]
    enough = row[1] <= began + glimpse.setting("c1") * length * descent
    flat = abs(row[2]) <= -glimpse.setting("c2") * descent
    why = (
        f"goes down enough, and the slope along the line has changed from {said(descent)} to {said(row[2])}: "
        "both Wolfe conditions hold"
        if enough and flat
        else "is the lowest that was found"
    )
    end = f"The length {said(length)} {why}. The step leads to {here}."
    return Stage(search, ("line_search", "direction")), Stage(end, ("line_search", "step"))

"""What of `auto` is drawn, and how one of its steps is told; what its numbers mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import (
    Ellipse,
    Glimpse,
    Inside,
    Points,
    Quadratic,
    Segments,
    Stage,
    said,
    said_point,
)

__all__ = [
    "AFTER_AXES",
    "AXES",
    "GIVEN",
    "HOP",
    "IDLE",
    "INSIDES",
    "LAID",
    "LATTICE",
    "MODEL",
    "NOTHING",
    "REPAIRED",
    "SLOPE",
    "SPREAD",
    "THROWN",
    "TRIED",
    "narrate",
]

# What is at work.
IDLE, MODEL, SLOPE, SPREAD, AXES = 0, 1, 2, 3, 4
# Where a search began.
GIVEN, THROWN, LATTICE, HOP, AFTER_AXES = 0, 1, 2, 3, 4
# What a step of a search by models did.
NOTHING, LAID, TRIED, REPAIRED = 0, 1, 2, 3

BEGAN = {
    GIVEN: "the start of the run",
    THROWN: "the lower of two random points",
    LATTICE: "a + b − c, made from the ends of three of the better searches",
    HOP: "a short hop from the lowest end so far",
    AFTER_AXES: "where the search along the axes ended",
}
ENDED = {
    1: "its scale had become as small as it may be",
    2: "all values at its points had become equal",
    3: "its model promised nothing below the best value known",
    4: "its points no longer determined a model",
    5: "its evaluations were used up",
    6: "too many of its steps had led nowhere lower",
    7: "it was on its way into the lowest valley known",
}

Array = NDArray[np.float64]


def placed(glimpse: Glimpse, shares: Array) -> Array:
    """Return points of the box from shares of its widths."""
    land = glimpse.land
    return np.asarray(land.lower + shares * (land.upper - land.lower))


def by_models(glimpse: Glimpse) -> bool:
    """Whether the last step belongs to a search by models."""
    return int(glimpse.number("did")) != NOTHING


def model_points(glimpse: Glimpse) -> Points | None:
    """Return the points that the model goes through."""
    return Points(placed(glimpse, glimpse.array("model_points"))) if by_models(glimpse) else None


def region(glimpse: Glimpse) -> Ellipse | None:
    """Return where the model was trusted in the last step."""
    if int(glimpse.number("did")) != TRIED:
        return None
    widths = glimpse.land.upper - glimpse.land.lower
    centre = placed(glimpse, glimpse.array("model_centre"))
    return Ellipse(centre, np.diag(glimpse.number("model_delta") * widths))


def model(glimpse: Glimpse) -> Quadratic | None:
    """Return the model that the last step went by, in the landscape's own coordinates."""
    if int(glimpse.number("did")) != TRIED:
        return None
    unit = glimpse.number("model_delta") * (glimpse.land.upper - glimpse.land.lower)
    return Quadratic(
        placed(glimpse, glimpse.array("model_centre")),
        glimpse.number("model_value"),
        glimpse.array("slope") / unit,
        glimpse.array("curvature") / np.outer(unit, unit),
    )


def trial(glimpse: Glimpse) -> Segments | None:
    """Return the way from the lowest point of the model to the point that the step tried."""
    if int(glimpse.number("did")) not in {TRIED, REPAIRED}:
        return None
    ends = np.stack((glimpse.array("model_centre"), glimpse.array("trial")))
    return Segments(placed(glimpse, ends)[None], heads=True)


def valleys(glimpse: Glimpse) -> Points | None:
    """Return the lowest ends of searches."""
    count = int(glimpse.number("valleys"))
    return Points(placed(glimpse, glimpse.array("valley_points")[:count])) if count else None


INSIDES = (
    Inside(
        "model_points",
        "Points of the model",
        "The points that the quadratic model goes through.",
        "points",
        model_points,
    ),
    Inside(
        "region",
        "Region of trust",
        "Where the model was trusted: the step goes to its lowest point in there.",
        "ellipse",
        region,
        "model",
    ),
    Inside("model", "Model", "The quadratic model that the step went by.", "quadratic", model, "model"),
    Inside("trial", "Step", "From the model’s centre to the point tried.", "segments", trial, "trial"),
    Inside("valleys", "Valleys", "Where searches ended, the lowest of them.", "points", valleys, "memory"),
)  # fmt: skip


def percent(share: float) -> str:
    """Return a share of the region's width in words."""
    return f"{said(100.0 * share)} % of the region’s width"


def told_search(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step of a search by models."""
    did, search = int(glimpse.number("did")), int(glimpse.number("searches"))
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    points = len(glimpse.array("model_values"))
    if did == LAID:
        stages = []
        if int(glimpse.number("ended")):
            why = ENDED[int(glimpse.number("ended"))]
            stages.append(Stage(f"Search {search - 1} is over: {why}.", ("valleys",)))
        begins = BEGAN[int(glimpse.number("start"))]
        scale = percent(glimpse.number("rho"))
        stages.append(
            Stage(
                f"Search {search} begins from {begins}: {points - 1} points are laid around it, {scale} away "
                f"along the axes.",
                ("model_points",),
            )
        )
        return (*stages, Stage(f"The lowest of its points is {here}.", ("model_points",)))
    centre = said_point(placed(glimpse, glimpse.array("model_centre")))
    tried, f_tried = said_point(placed(glimpse, glimpse.array("trial"))), said(glimpse.number("f_trial"))
    if did == REPAIRED:
        return (
            Stage(
                f"Search {search}: before it is trusted again near {centre}, the model’s farthest point is "
                f"moved to {tried}, where f = {f_tried}.",
                ("model_points", "trial"),
            ),
            Stage(f"The lowest of its points is {here}.", ("model_points",)),
        )
    radius, value = percent(glimpse.number("model_delta")), glimpse.number("model_value")
    promised, ratio = glimpse.number("promised"), glimpse.number("ratio")
    after = f"Now it is {here}; the model is trusted within {percent(glimpse.number('delta'))}."
    return (
        Stage(
            f"Search {search}: a quadratic function goes through {points} points; the lowest of them is "
            f"{centre}, f = {said(value)}.",
            ("model_points", "model"),
        ),
        Stage(
            f"Within {radius} it is lowest at {tried}, where it foretells f = {said(value - promised)}.",
            ("region", "trial"),
        ),
        Stage(f"There f = {f_tried}: {said(ratio)} times the fall that was promised.", ("trial",)),
        Stage(after, ("region",)),
    )


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step; what a driven method did, it tells itself."""
    part = int(glimpse.number("part"))
    here = f"{said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}"
    share = said(100.0 * glimpse.number("share"))
    if int(glimpse.number("did")) != NOTHING:
        return told_search(glimpse)
    if int(glimpse.number("lined")):
        axis = int(glimpse.number("lined"))
        text = f"On the line along axis {axis} through the lowest point known, the lowest found is {here}."
        return (Stage(text, ("valleys",)),)
    if part == SPREAD or int(glimpse.number("active")) == 0:
        run, quality = int(glimpse.number("spreads")), said(glimpse.number("quality"))
        text = f"CMA-ES is at work, its run {run}: models are worth {quality}, so searches get {share} %."
        return (Stage(text),)
    if glimpse.number("searches"):
        search, begins = int(glimpse.number("searches")), BEGAN[int(glimpse.number("start"))]
        return (Stage(f"L-BFGS is at work, in search {search}, which began from {begins}.", ("valleys",)),)
    return ()

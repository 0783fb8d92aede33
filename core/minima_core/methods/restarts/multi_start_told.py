"""What can be drawn of multi-start and how a step of it is told: which points are starts, which are not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from minima_core.methods.insides import Ellipse, Glimpse, Inside, Points, Segments, Stage, said, said_point
from minima_core.methods.restarts.driving import told_descent, told_end

__all__ = ["ELIGIBLE", "IDLE", "INSIDES", "NEAR_BETTER", "NEAR_END", "STARTED", "narrate"]

# What became of a sampled point.
IDLE, NEAR_BETTER, NEAR_END, STARTED, ELIGIBLE = 0, 1, 2, 3, 4


def sampled(*fates: int) -> Callable[[Glimpse], Points | None]:
    """Return what gives the sampled points of some fates."""

    def of(glimpse: Glimpse) -> Points | None:
        kept = int(glimpse.number("kept"))
        wanted = np.isin(glimpse.array("sample_fates"), fates)
        wanted[kept:] = False
        points = glimpse.array("samples")[wanted]
        return Points(points) if len(points) else None

    return of


def known_ends(glimpse: Glimpse) -> Points | None:
    """Return the ends of the descents so far."""
    count = int(glimpse.number("known_ends"))
    return Points(glimpse.array("ends")[:count]) if count else None


def critical(glimpse: Glimpse) -> Ellipse | None:
    """Return the points as far from the present start as the critical distance."""
    distance = glimpse.number("critical_distance")
    if not distance:
        return None
    widths = glimpse.land.upper - glimpse.land.lower
    return Ellipse(glimpse.array("start"), np.diag(distance * widths))


def links(glimpse: Glimpse) -> Segments | None:
    """Return from each point refused because of a lower one the way to the lowest that is near enough."""
    order = glimpse.array("sample_order")[: int(glimpse.number("reduced"))].astype(int)
    fates, points = glimpse.array("sample_fates")[order], glimpse.array("samples")[order]
    shares = points / (glimpse.land.upper - glimpse.land.lower)
    distance = glimpse.number("critical_distance")
    found = []
    for a in np.flatnonzero(fates == NEAR_BETTER):
        near = np.flatnonzero(np.linalg.norm(shares[:a] - shares[a], axis=1) < distance)
        if len(near):
            found.append((points[a], points[near[0]]))
    return Segments(np.array(found), heads=True) if found else None


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step."""
    if glimpse.number("descent_step") > 0 and not glimpse.number("waiting"):
        return (told_descent(glimpse),)
    if glimpse.number("descent") == 1 and not glimpse.number("waiting"):
        return (Stage(f"The first descent begins at {said_point(glimpse.now.position)}."),)
    if glimpse.number("confirming"):
        again = "Lower than all ends before: a fresh descent from there shows whether it really ends there."
        return told_end(glimpse, "ends"), Stage(again, ("ends",))
    stages = []
    drawn, reduced = int(glimpse.number("drawn")), int(glimpse.number("reduced"))
    if not glimpse.number("waiting"):
        stages.append(told_end(glimpse, "ends"))
    if glimpse.number("sampled"):
        new = int(glimpse.number("sampled"))
        stages.append(
            Stage(
                f"Another {new} points are sampled, {drawn} in all; starts come from the {reduced} lowest.",
                ("samples",),
            )
        )
    distance, lower = said(glimpse.number("critical_distance")), int(glimpse.number("near_a_lower_one"))
    ends = int(glimpse.number("near_an_end"))
    stages.append(
        Stage(
            f"The critical distance for {drawn} points is {distance} of the region’s width: {lower} of the "
            f"{reduced} have a lower one within it, and {ends} lie at a known end; these are no starts.",
            ("refused", "links", "critical"),
        )
    )
    if glimpse.number("waiting"):
        stages.append(Stage("No point is left to start from: more will be sampled."))
    else:
        start, value = said_point(glimpse.array("start")), said(glimpse.number("start_value"))
        stages.append(
            Stage(f"The lowest of the others is the next start: {start}, f = {value}.", ("starts",))
        )
    return tuple(stages)


INSIDES = (
    Inside(
        "samples",
        "Sampled points",
        "Points sampled so far from which no descent has begun; the lowest of them may be starts.",
        "points", sampled(IDLE, ELIGIBLE), "trial",
    ),
    Inside(
        "refused",
        "Refused starts",
        "Low points that are no starts, because a lower point or a known end is near.",
        "points", sampled(NEAR_BETTER, NEAR_END), "refused",
    ),
    Inside(
        "links",
        "Lower neighbours",
        "From each refused start to the lower point within the critical distance.",
        "segments", links, "refused", usual=False,
    ),
    Inside(
        "starts", "Starts", "Sampled points from which a descent began.",
        "points", sampled(STARTED), "accepted",
    ),
    Inside(
        "critical",
        "Critical distance",
        "A point of the sample within this distance of a lower one is not a start.",
        "ellipse", critical, "model",
    ),
    Inside(
        "ends", "Known ends", "Where descents ended: valleys that are known.", "points", known_ends, "memory"
    ),
)  # fmt: skip

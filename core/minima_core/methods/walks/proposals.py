"""How a proposal is drawn and told: where a walk stood, what it tried, and whether it took it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Arrow, Field, Glimpse, Inside, Stage, said, said_point

__all__ = ["ACCEPTED", "REFUSED", "acceptance", "told_choice", "told_proposal"]

# A method that proposes remembers the points `proposal` and `stood` (where the walk stood before), and the
# numbers `proposal_value`, `stood_value`, `accepted`, `chance` and `draw`. `proposed` is 1 after a step that
# proposed a point.


def proposed(glimpse: Glimpse, taken: bool) -> Arrow | None:
    """Return the proposal of the last step, if it made one and it was taken, or refused."""
    insides = glimpse.now.insides
    if not insides["proposed"] or bool(insides["accepted"]) != taken:
        return None
    return Arrow(glimpse.array("stood"), glimpse.array("proposal"))


ACCEPTED = Inside(
    "accepted_proposal",
    "Proposal, taken",
    "From where the walk stood to the point that was proposed, and that it took.",
    "arrow",
    lambda glimpse: proposed(glimpse, True),
    "accepted",
)
REFUSED = Inside(
    "refused_proposal",
    "Proposal, refused",
    "From where the walk stood to the point that was proposed, and that it refused.",
    "arrow",
    lambda glimpse: proposed(glimpse, False),
    "refused",
)


def acceptance(chance: Callable[[Glimpse, float], float]) -> Inside:
    """Return the map of how likely each point would have been taken: `chance(glimpse, difference)`."""

    def field(glimpse: Glimpse) -> Field | None:
        land = glimpse.land
        if land.is_callable or not glimpse.now.insides["proposed"]:
            return None  # a map would ask a Python callable thousands of times
        stood = glimpse.number("stood_value")

        def at(points: NDArray[np.float64]) -> NDArray[np.float64]:
            values = np.asarray(land.value(points))
            flat = [chance(glimpse, float(value) - stood) for value in values.ravel()]
            return np.asarray(flat, dtype=np.float64).reshape(values.shape)

        return Field(at, "chance to be taken")

    return Inside(
        "acceptance",
        "Chance to be taken",
        "How likely the walk would have taken each point, had it been proposed at this temperature.",
        "field",
        field,
        "model",
        usual=False,
    )


def told_proposal(glimpse: Glimpse, begin: str, shows: Sequence[str] = ()) -> Stage:
    """Return the sentence that says what was proposed; it begins with what is special to the method."""
    stood, value = said_point(glimpse.array("stood")), said(glimpse.number("stood_value"))
    point, f = said_point(glimpse.array("proposal")), glimpse.number("proposal_value")
    found = f"f = {said(f)}" if math.isfinite(f) else "where f is not finite"
    names = ("accepted_proposal", "refused_proposal", *shows)
    return Stage(f"{begin} from {stood}, f = {value}, the point {point} is proposed: {found}.", names)


def told_choice(glimpse: Glimpse, formula: str) -> Stage:
    """Return the sentence that says whether it was taken, and why; `formula` is the law of the chance."""
    names = ("accepted_proposal", "refused_proposal", "acceptance")
    f, difference = (
        glimpse.number("proposal_value"),
        glimpse.number("proposal_value") - glimpse.number("stood_value"),
    )
    if not math.isfinite(f):
        return Stage("A value that is not finite is refused.", names)
    if difference <= 0.0:
        how = "as low" if difference == 0.0 else f"lower by {said(-difference)}"
        return Stage(f"It is {how}, so the walk takes it.", names)
    end = "taken" if glimpse.number("accepted") else "refused"
    chance, draw = said(glimpse.number("chance")), said(glimpse.number("draw"))
    why = f"It is higher by Δ = {said(difference)}, which is taken with probability {formula} = {chance}"
    return Stage(f"{why}; the number drawn is {draw}, so it is {end}.", names)

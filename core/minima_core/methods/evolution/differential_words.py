"""What of differential evolution is drawn, and one generation in sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Segments, Stage, said, said_point

__all__ = ["DRAWN", "narrate"]

THROW, GENERATION, POLISH, RESTART = 0, 1, 2, 3


def act(glimpse: Glimpse) -> int:
    """Return what the last step did; −1 before the first one."""
    return int(glimpse.number("act")) if glimpse.number("populations") else -1


def told(glimpse: Glimpse) -> int:
    """Return the place of the child that is told of: the one that gained most."""
    return int(glimpse.number("told"))


def accepted(glimpse: Glimpse) -> NDArray[np.bool_]:
    """Return which children took their parents' places."""
    return np.asarray(glimpse.array("child_values") <= glimpse.array("parent_values"))


def population(glimpse: Glimpse) -> Points | None:
    """Return the members as the step leaves them."""
    return Points(glimpse.array("population")) if act(glimpse) >= 0 else None


def best(glimpse: Glimpse) -> Points | None:
    """Return the best member."""
    return Points(glimpse.now.position[None]) if act(glimpse) >= 0 else None


def parents(glimpse: Glimpse) -> Points | None:
    """Return the members as the generation found them."""
    return Points(glimpse.array("parents")) if act(glimpse) == GENERATION else None


def children(glimpse: Glimpse) -> Points | None:
    """Return all children."""
    return Points(glimpse.array("children")) if act(glimpse) == GENERATION else None


def ways(glimpse: Glimpse, taken: bool) -> Segments | None:
    """Return the ways from parents to children that took their places, or did not."""
    if act(glimpse) != GENERATION:
        return None
    chosen = accepted(glimpse) == taken
    ends = np.stack((glimpse.array("parents"), glimpse.array("children")), axis=1)[chosen]
    return Segments(ends, heads=True) if len(ends) else None


def successes(glimpse: Glimpse) -> Segments | None:
    """Return the ways to children that took their parents' places."""
    return ways(glimpse, True)


def failures(glimpse: Glimpse) -> Segments | None:
    """Return the ways to children that did not."""
    return ways(glimpse, False)


def difference(glimpse: Glimpse) -> Segments | None:
    """Return the difference that the mutant told of was made with."""
    if act(glimpse) != GENERATION:
        return None
    i, members = told(glimpse), glimpse.array("parents")
    a, b = (members[int(glimpse.array(name)[i])] for name in ("donor_plus", "donor_minus"))
    return Segments(np.stack((b, a))[None], heads=True)


def mutation(glimpse: Glimpse) -> Arrow | None:
    """Return the way from the member that the mutant told of started from, to the mutant."""
    if act(glimpse) != GENERATION:
        return None
    i = told(glimpse)
    start = glimpse.array("parents")[int(glimpse.array("donor_from")[i])]
    return Arrow(start, glimpse.array("mutants")[i])


def polishing(glimpse: Glimpse) -> Arrow | None:
    """Return the way of the simplex that descended from the best member."""
    if act(glimpse) != POLISH or not glimpse.number("accepted"):
        return None
    i = told(glimpse)
    return Arrow(glimpse.array("parents")[i], glimpse.array("population")[i])


DRAWN = (
    Inside("population", "Population", "The members as the step leaves them.", "points", population),
    Inside("best", "Best", "The best member: where the run stands.", "points", best, "accepted"),
    Inside(
        "parents",
        "Parents",
        "The members as the generation found them.",
        "points",
        parents,
        "parent",
        usual=False,
    ),
    Inside("children", "Children", "The points that the generation tried.", "points", children, "child"),
    Inside(
        "successes",
        "Children that stay",
        "From parents to the children that were no worse, and took their places.",
        "segments",
        successes,
        "accepted",
    ),
    Inside(
        "failures",
        "Children that go",
        "From parents to the children that were worse.",
        "segments",
        failures,
        "refused",
        usual=False,
    ),
    Inside(
        "difference",
        "Difference",
        "The two members whose difference made the child that gained most.",
        "segments",
        difference,
        "model",
    ),
    Inside(
        "mutation",
        "Mutation",
        "From the member it started from to the mutant of the child that gained most.",
        "arrow",
        mutation,
        "trial",
    ),
    Inside("polish", "Polish", "How far a simplex descended from the best member.", "arrow", polishing),
)


def crossed(glimpse: Glimpse, i: int) -> str:
    """Tell how mutant and parent were crossed."""
    child, mutant = glimpse.array("children")[i], glimpse.array("mutants")[i]
    parent = glimpse.array("parents")[i]
    inside = np.clip(mutant, glimpse.land.lower, glimpse.land.upper) == mutant
    count = int(np.sum((child == mutant) | ~inside & (child != parent)))
    values = glimpse.array("child_values")[i], glimpse.array("parent_values")[i]
    fate = "no worse: it takes its parent’s place" if values[0] <= values[1] else "worse: its parent stays"
    folded = "" if inside.all() else " and is folded back into the region"
    return (
        f"The child takes {count} of {len(child)} coordinates from the mutant{folded}: "
        f"{said_point(child)}, f = {said(values[0])}, {fate}."
    )


def made(glimpse: Glimpse, i: int) -> str:
    """Tell how a mutant was made."""
    members = glimpse.array("parents")
    start, to, a, b = (
        int(glimpse.array(name)[i]) for name in ("donor_from", "donor_to", "donor_plus", "donor_minus")
    )
    factor = glimpse.array("factors")[i]
    lean = "" if to < 0 else f" goes {said(factor)} of the way to {said_point(members[to])}, and"
    place = "its parent" if start == i else "the member"
    return (
        f"The mutant starts from {place} {said_point(members[start])},{lean} steps "
        f"{said(factor)} times from {said_point(members[b])} to {said_point(members[a])}: "
        f"it lands at {said_point(glimpse.array('mutants')[i])}."
    )


def closing(glimpse: Glimpse) -> str:
    """Tell how the population stands."""
    return (
        f"The best is now {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}; the population "
        f"reaches over {said(100.0 * glimpse.number('spread'))} % of the region’s width."
    )


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step: a generation, a throw or a polish."""
    what = act(glimpse)
    if what < 0:
        return ()
    size, before = len(glimpse.array("values")), said(glimpse.number("best_before"))
    last = Stage(closing(glimpse), ("population", "best"))
    if what == THROW:
        sentence = f"Beside the start, {size - 1} members are thrown, uniform in the region."
        return Stage(sentence, ("population",)), last
    if what == RESTART:
        sentence = (
            f"The population had nothing more to give than f = {before}: "
            f"all is forgotten, and {size} new members are thrown."
        )
        return Stage(sentence, ("population",)), last
    if what == POLISH:
        sentence = (
            f"The population has drawn together, so a simplex descends from its best member, f = {before}, "
            f"with {said(glimpse.number('polish_evaluations'))} evaluations: f = {said(glimpse.now.value)}."
        )
        return Stage(sentence, ("polish", "population")), last
    i, count = told(glimpse), int(glimpse.number("accepted"))
    parent = said_point(glimpse.array("parents")[i])
    gained = "that gains most" if accepted(glimpse)[i] else "that comes lowest"
    return (
        Stage(
            f"Each of {size} members has a child. The one {gained} has the parent {parent}, "
            f"f = {said(glimpse.array('parent_values')[i])}.",
            ("parents", "population"),
        ),
        Stage(made(glimpse, i), ("difference", "mutation")),
        Stage(crossed(glimpse, i), ("children",)),
        Stage(
            f"In all, {count} of {size} children are no worse than their parents and take their places.",
            ("successes", "failures"),
        ),
        last,
    )

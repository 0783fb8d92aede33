"""What of a genetic algorithm is drawn, and one generation in sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Arrow, Glimpse, Inside, Points, Segments, Stage, said, said_point

__all__ = ["DRAWN", "narrate"]

THROW, GENERATION = 0, 1


def act(glimpse: Glimpse) -> int:
    """Return what the last step did; −1 before the first one."""
    return int(glimpse.number("act")) if glimpse.number("generations") else -1


def told(glimpse: Glimpse) -> int:
    """Return the place of the child that is told of: the lowest one."""
    return int(glimpse.number("told"))


def born(glimpse: Glimpse) -> slice:
    """Return the places of the children, behind those of the elite."""
    return slice(int(glimpse.number("elite_count")), None)


def parents_of(glimpse: Glimpse) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return both parents of each child, (m, n)."""
    members = glimpse.array("parents")
    first, second = (glimpse.array(name)[born(glimpse)] for name in ("first_parents", "second_parents"))
    return members[first.astype(int)], members[second.astype(int)]


def population(glimpse: Glimpse) -> Points | None:
    """Return the generation."""
    return Points(glimpse.array("population")) if act(glimpse) >= 0 else None


def best(glimpse: Glimpse) -> Points | None:
    """Return the best point of the generation."""
    return Points(glimpse.now.position[None]) if act(glimpse) >= 0 else None


def parents(glimpse: Glimpse) -> Points | None:
    """Return the points that have become parents."""
    if act(glimpse) != GENERATION:
        return None
    return Points(np.unique(np.concatenate(parents_of(glimpse)), axis=0))


def children(glimpse: Glimpse) -> Points | None:
    """Return the children."""
    return Points(glimpse.array("children")[born(glimpse)]) if act(glimpse) == GENERATION else None


def elite(glimpse: Glimpse) -> Points | None:
    """Return the points that live on as they are."""
    count = int(glimpse.number("elite_count"))
    return Points(glimpse.array("children")[:count]) if act(glimpse) == GENERATION and count else None


def descent(glimpse: Glimpse) -> Segments | None:
    """Return the lines from both parents to each child."""
    if act(glimpse) != GENERATION:
        return None
    young = glimpse.array("children")[born(glimpse)]
    ends = [np.stack((old, young), axis=1) for old in parents_of(glimpse)]
    return Segments(np.concatenate(ends))


def crossing(glimpse: Glimpse) -> Segments | None:
    """Return the lines from both parents to the lowest child, as it was before it mutated."""
    if act(glimpse) != GENERATION:
        return None
    i = told(glimpse)
    members, young = glimpse.array("parents"), glimpse.array("crossed")[i]
    both = [members[int(glimpse.array(name)[i])] for name in ("first_parents", "second_parents")]
    return Segments(np.array([(old, young) for old in both]))


def mutation(glimpse: Glimpse) -> Arrow | None:
    """Return how the lowest child mutated."""
    if act(glimpse) != GENERATION:
        return None
    before, after = glimpse.array("crossed")[told(glimpse)], glimpse.array("children")[told(glimpse)]
    return None if (before == after).all() else Arrow(before, after)


DRAWN = (
    Inside("population", "Population", "The points of the generation.", "points", population),
    Inside("best", "Best", "The best of them: where the run stands.", "points", best, "accepted"),
    Inside(
        "parents",
        "Parents",
        "The points of the last generation that were chosen.",
        "points",
        parents,
        "parent",
    ),
    Inside("children", "Children", "The new points of this generation.", "points", children, "child"),
    Inside("elite", "Elite", "The points that live on as they are.", "points", elite, "memory"),
    Inside(
        "descent",
        "Descent",
        "From both parents to each child.",
        "segments",
        descent,
        "parent",
        usual=False,
    ),
    Inside(
        "crossing",
        "Crossing",
        "From both parents of the lowest child to where crossing put it.",
        "segments",
        crossing,
        "trial",
    ),
    Inside("mutation", "Mutation", "How the lowest child then mutated.", "arrow", mutation, "push"),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one generation."""
    what = act(glimpse)
    if what < 0:
        return ()
    size, values = len(glimpse.array("values")), glimpse.array("parent_values")
    last = Stage(
        f"The best is now {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}; the generation "
        f"reaches over {said(100.0 * glimpse.number('spread'))} % of the region’s width.",
        ("population", "best"),
    )
    if what == THROW:
        sentence = f"Beside the start, {size - 1} points are thrown, uniform in the region."
        return Stage(sentence, ("population",)), last
    i, members = told(glimpse), glimpse.array("parents")
    a, b = (int(glimpse.array(name)[i]) for name in ("first_parents", "second_parents"))
    crossed, child = glimpse.array("crossed")[i], glimpse.array("children")[i]
    copied = (crossed == members[a]).all()
    moved = int((crossed != child).sum())
    rivals, count = int(glimpse.setting("tournament")), int(glimpse.number("elite_count"))
    chosen = "drawn at random" if rivals == 1 else f"each the best of {rivals} drawn at random"
    crossing = (
        f"No coordinate is crossed: the child begins as a copy of the first, {said_point(crossed)}."
        if copied
        else f"Crossing puts the child at {said_point(crossed)}."
    )
    mutating = (
        "It does not mutate"
        if not moved
        else f"Mutation moves {moved} of its {len(child)} coordinates, to {said_point(child)}"
    )
    return (
        Stage(
            f"The lowest child has two parents, {chosen}: {said_point(members[a])}, f = {said(values[a])}, "
            f"and {said_point(members[b])}, f = {said(values[b])}.",
            ("parents", "crossing"),
        ),
        Stage(crossing, ("crossing",)),
        Stage(f"{mutating}: f = {said(glimpse.array('child_values')[i])}.", ("mutation", "children")),
        Stage(
            f"{int(glimpse.number('better'))} of {size - count} children are lower than both their parents. "
            f"All children and the elite, {count} of the old points, are the next generation.",
            ("children", "elite"),
        ),
        last,
    )

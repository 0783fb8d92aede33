"""What of a particle swarm is drawn, and one step in sentences."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from minima_core.methods.insides import Glimpse, Inside, Points, Segments, Stage, said, said_point

__all__ = ["DRAWN", "narrate"]

THROW, MOVE, RESTART = 0, 1, 2


def act(glimpse: Glimpse) -> int:
    """Return what the last step did; −1 before the first one."""
    return int(glimpse.number("act")) if glimpse.number("swarms") else -1


def told(glimpse: Glimpse) -> int:
    """Return the place of the particle that is told of: the one whose memory gained most."""
    return int(glimpse.number("told"))


def swarm(glimpse: Glimpse) -> Points | None:
    """Return where the particles are."""
    return Points(glimpse.array("swarm")) if act(glimpse) >= 0 else None


def memories(glimpse: Glimpse) -> Points | None:
    """Return the best point of each particle."""
    return Points(glimpse.array("memories")) if act(glimpse) >= 0 else None


def best(glimpse: Glimpse) -> Points | None:
    """Return the best memory of all."""
    return Points(glimpse.now.position[None]) if act(glimpse) >= 0 else None


def velocities(glimpse: Glimpse) -> Segments | None:
    """Return the velocities, from where the particles are."""
    if act(glimpse) < 0:
        return None
    x = glimpse.array("swarm")
    return Segments(np.stack((x, x + glimpse.array("velocities")), axis=1), heads=True)


def ways(glimpse: Glimpse) -> Segments | None:
    """Return the ways that the particles have come."""
    if act(glimpse) != MOVE:
        return None
    return Segments(np.stack((glimpse.array("previous"), glimpse.array("swarm")), axis=1), heads=True)


def remembering(glimpse: Glimpse) -> Segments | None:
    """Return lines from the particles to what they remember."""
    if act(glimpse) < 0:
        return None
    return Segments(np.stack((glimpse.array("swarm"), glimpse.array("memories")), axis=1))


def parts(glimpse: Glimpse) -> tuple[NDArray[np.float64], ...]:
    """Return where the particle told of was, and the three parts of its velocity."""
    i = told(glimpse)
    names = ("previous", "inertias", "own_pulls", "social_pulls")
    return tuple(glimpse.array(name)[i] for name in names)


def pulls(glimpse: Glimpse) -> Segments | None:
    """Return the parts of one particle's velocity, one after the other."""
    if act(glimpse) != MOVE:
        return None
    x, inertia, own, social = parts(glimpse)
    corners = np.cumsum((x, inertia, own, social), axis=0)
    return Segments(np.stack((corners[:-1], corners[1:]), axis=1), heads=True)


DRAWN = (
    Inside("swarm", "Swarm", "Where the particles are.", "points", swarm),
    Inside(
        "velocities",
        "Velocities",
        "How each particle flew last; its inertia carries it on that way.",
        "segments",
        velocities,
        "child",
    ),
    Inside("memories", "Memories", "The best point that each has seen.", "points", memories, "memory"),
    Inside("best", "Best", "The best memory of all: where the run stands.", "points", best, "accepted"),
    Inside(
        "remembering",
        "What draws them back",
        "From each particle to the best point that it has seen.",
        "segments",
        remembering,
        "memory",
        usual=False,
    ),
    Inside(
        "ways",
        "Ways",
        "From where each particle was to where it is.",
        "segments",
        ways,
        "parent",
        usual=False,
    ),
    Inside(
        "pulls",
        "Inertia and pulls",
        "Of the particle that gained most: inertia, the pull of its own memory, and that of its friends.",
        "segments",
        pulls,
        "trial",
    ),
)


def narrate(glimpse: Glimpse) -> tuple[Stage, ...]:
    """Tell one step: a move of all particles, or a throw."""
    what = act(glimpse)
    if what < 0:
        return ()
    size = len(glimpse.array("values"))
    last = Stage(
        f"The best memory is {said_point(glimpse.now.position)}, f = {said(glimpse.now.value)}; all memories "
        f"lie within {said(100.0 * glimpse.number('spread'))} % of the region’s width.",
        ("memories", "best"),
    )
    thrown = "each flying halfway to another point of it"
    if what == THROW:
        sentence = f"Beside the start, {size - 1} particles are thrown into the region, {thrown}."
        return Stage(sentence, ("swarm", "velocities")), last
    if what == RESTART:
        sentence = (
            f"The swarm had come to rest at f = {said(glimpse.number('best_before'))}: "
            f"all is forgotten, and {size} new particles are thrown, {thrown}."
        )
        return Stage(sentence, ("swarm", "velocities")), last
    i, count = told(glimpse), int(glimpse.number("better"))
    x, inertia, own, social = parts(glimpse)
    value, earlier = glimpse.array("values")[i], glimpse.array("earlier_memory_values")[i]
    friend = int(glimpse.array("friends")[i])
    whose = "its own" if friend == i else "a friend’s"
    fate = (
        f"lower than its memory’s {said(earlier)}, so it remembers this point"
        if value < earlier
        else f"not lower than its memory’s {said(earlier)}, which stays"
    )
    return (
        Stage(f"The particle at {said_point(x)} keeps {said_point(inertia)} of its velocity.", ("pulls",)),
        Stage(
            f"Its own memory draws it by {said_point(own)}, and the best memory among its friends, {whose}, "
            f"by {said_point(social)}.",
            ("pulls", "memories"),
        ),
        Stage(
            f"So it flies to {said_point(glimpse.array('swarm')[i])}: f = {said(value)}, {fate}.", ("swarm",)
        ),
        Stage(f"In all, {count} of {size} particles found a better point to remember.", ("memories",)),
        last,
    )

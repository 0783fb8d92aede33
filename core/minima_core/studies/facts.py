"""Facts of a landscape in numbers: how many minima, how different, how large their basins, who finds it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from minima_core.landscapes.scale import scale_of
from minima_core.methods import Specification
from minima_core.studies.counting import Estimated, share_of
from minima_core.studies.estimate import study_estimate
from minima_core.studies.known import critical_points_of
from minima_core.studies.plan import Methods
from minima_core.studies.results import Study
from minima_core.studies.study import study
from minima_core.studies.words import interval_in_words, percent, share_in_words, whole

if TYPE_CHECKING:
    from minima_core.analysis.critical import CriticalPoints
    from minima_core.landscapes import Landscape

__all__ = ["USUAL", "Facts", "facts"]

Array: TypeAlias = NDArray[np.float64]

USUAL = ("momentum", "rmsprop", "adam", "random-restarts", "simulated-annealing", "cma-es", "auto")
"""Methods of which it is told how likely they find the best."""
DESCENT = "gradient-descent"
STARTS, EVALUATIONS = 200, 1000
FEWEST, SECONDS = 10, 2.0
"""Starts at least, and the time of a study of a Python callable."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What can be said about a landscape in numbers."""

    land_title: str
    minima: Array
    """(m, n), the lowest first."""
    values: Array
    """(m,)."""
    complete: bool
    """Whether it is proved that there are no other minima."""
    proved: bool
    """Whether it is proved that the lowest is the global one."""
    spread: float
    """How much higher the highest minimum lies than the lowest."""
    basins: tuple[Estimated, ...]
    """(m,): the share of starts from which descent ends at each minimum, with intervals."""
    study: Study | None
    """The study behind it: descent first, then the usual methods; None where no minimum is known."""
    sentences: tuple[str, ...]


def facts(
    land: Landscape,
    critical: CriticalPoints | None = None,
    methods: Methods = USUAL,
    *,
    starts: int | None = None,
    evaluations: int = EVALUATIONS,
    seed: int = 0,
    workers: int | None = None,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Facts:
    """Return what can be said about a landscape in numbers, from its minima and a small study.

    Parameters
    ----------
    land
        Where.
    critical
        Its critical points, if they are known; else they are worked out.
    methods
        Of which it is told how likely they find the best.
    starts, evaluations, seed
        Of the small study behind it: from so many random starts, with so many evaluations each. None: 200
        starts, and of a Python callable as many as take some seconds.
    workers, cancel, progress
        As `study` takes them.

    Raises
    ------
    ValueError, Cancelled
        As `study`.

    Examples
    --------
    >>> import minima_core as mc
    >>> found = facts(mc.landscape("himmelblau"))
    >>> len(found.minima), found.complete
    (4, True)
    """
    tell = progress or (lambda _share: None)
    if critical is None:
        critical = critical_points_of(land, cancel, lambda share: tell(0.5 * share))
    if not critical.minima:
        nothing, none = np.empty((0, land.dimension)), np.empty(0)
        said = f"{land.title} has no known minimum in this region."
        return Facts(land.title, nothing, none, critical.complete, False, 0.0, (), None, (said,))
    listed = [methods] if isinstance(methods, str | Specification) else list(methods)
    wanted = [DESCENT, *(each for each in listed if str(each) != DESCENT)]
    if starts is None:
        starts = _starts(land, wanted, evaluations)
    found = study(
        land, wanted, starts=starts, evaluations=evaluations, seed=seed, minima=critical, workers=workers,
        cancel=cancel, progress=lambda share: tell(0.5 + 0.5 * share),
    )  # fmt: skip
    descent = found.results[0]
    basins = tuple(share_of(int(each), descent.tries) for each in descent.ends[:-1])
    values = found.minima_values
    spread = float(values.max() - values.min())
    sentences = (
        _how_many(land, critical, found),
        *_how_different(land, values, spread, len(found.targets)),
        _how_large(found, basins),
        *(_how_likely(found, i) for i in range(1, len(found.results))),
    )
    return Facts(
        land.title, found.minima, values, critical.complete, found.proved, spread, basins, found, sentences
    )


def _starts(land: Landscape, methods: list[str | Specification], evaluations: int) -> int:
    """Return from how many starts a study takes some seconds at most."""
    if not land.is_callable:
        return STARTS
    one = study_estimate(land, methods, 1, evaluations=evaluations).seconds
    return int(np.clip(SECONDS / max(one, 1e-9), FEWEST, STARTS))


def _how_many(land: Landscape, critical: CriticalPoints, found: Study) -> str:
    """Say how many minima there are, and how sure that is."""
    count, best = len(found.minima), len(found.targets)
    said = f"{land.title} has {whole(count)} minim{'um' if count == 1 else 'a'} in this region"
    sure = "it is proved that there are no others" if critical.complete else "there may be others"
    if count == 1 and critical.complete:
        return f"{said}; {sure}."
    which = "the lowest is proved to be the global one" if found.proved else "the lowest is the best known"
    if best > 1:
        these = "All" if best == count else f"{whole(best)}"
        which = f"{these.lower()} of them are {'proved to be global' if found.proved else 'the lowest known'}"
    return f"{said}; {sure}, and {which}."


def _how_different(land: Landscape, values: Array, spread: float, best: int) -> tuple[str, ...]:
    """Say how far they lie apart in value."""
    if len(values) < 2 or best == len(values):
        return ()
    gap, typical = float(values[best] - values[0]), scale_of(land).spread
    said = f"The next lowest lies {gap:.3g} above the best one"
    if best < len(values) - 1:
        said += f", the highest {spread:.3g}"
    return (f"{said}: {percent(spread / typical)} of how much values typically differ here.",)


def _how_large(found: Study, basins: tuple[Estimated, ...]) -> str:
    """Say how many starts lead to the best minimum by descent."""
    descent, best = found.results[0], len(found.targets)
    count = int(descent.ends[:best].sum())
    said = f"Descent ends at {_best(best)} from {share_in_words(count, descent.tries)} random starts"
    largest = int(np.argmax([each.value for each in basins]))
    other = basins[largest]
    if largest >= best and other.low > share_of(count, descent.tries).high:
        return (
            f"{said}; the largest basin belongs to a higher one, with "
            f"{percent(other.value)} of the starts ({interval_in_words(other)})."
        )
    return f"{said}."


def _how_likely(found: Study, place: int) -> str:
    """Say how often a method finds the best."""
    each = found.results[place]
    said = share_in_words(each.reached, each.tries)
    return f"{each.title} finds {_best(len(found.targets))} in {said} tries of {found.cost_in_words}."


def _best(count: int) -> str:
    """Return what is to be found."""
    return "the best one" if count == 1 else "one of the best"

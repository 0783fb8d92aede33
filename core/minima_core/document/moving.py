"""Moving a race to another place: another landscape, formula, drawing, region, parameter or change.

Pure functions, as in `.edits`. Starts that lie in the new region stay; settings that a person chose stay, and
those that came from the landscape's own scale follow it to another one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from minima_core.document.checks import DocumentError
from minima_core.document.exploration import Entry, Exploration, Segment, Start
from minima_core.document.place import Place
from minima_core.landscapes.changes import Changes
from minima_core.landscapes.wells import Drawn

if TYPE_CHECKING:
    from minima_core.landscapes import Landscape
    from minima_core.methods import Specification

__all__ = [
    "with_changes",
    "with_drawn",
    "with_formula",
    "with_parameter",
    "with_place",
    "with_region",
]

replace = msgspec.structs.replace

NEW_PARAMETER = 1.0
CANVAS = ((-3.0, -3.0), (3.0, 3.0))
"""The region of a drawing that is begun on a landscape that has not two variables."""


def with_place(exploration: Exploration, place: Place) -> Exploration:
    """Move the race to another landscape, region or parameter.

    Starts that lie in the new region stay when the landscape is the same; on another landscape the race
    starts from that one's own start, learning rates and whatever else has the landscape's unit take its usual
    values, and what was changed on the way is forgotten there. A landscape of the same family, which only
    measures the loss otherwise, keeps the starts.
    """
    old, new = exploration.place, place
    if _sort(old) == _sort(new):
        return _settled(exploration, new)
    before, after = old.landscape_of(), new.landscape_of()
    if before.family and before.family == after.family:
        moved = _settled(exploration, new)
        return replace(moved, entries=tuple(_refitted(each, before, after) for each in moved.entries))
    entries = exploration.entries
    entries = tuple(_moved(each, _eldest(each, entries), before, after) for each in entries)
    return replace(exploration, place=new, starts=(_own_start(new, after),), entries=entries)


def with_formula(
    exploration: Exploration,
    text: str,
    lower: Iterable[float] | None = None,
    upper: Iterable[float] | None = None,
    parameters: Mapping[str, float] | None = None,
    *,
    refit: bool = True,
) -> Exploration:
    """Move the race to a formula as it is typed.

    One or two variables are told apart by what is typed. The region stays (a second axis begins as a copy
    of the first); parameters keep their values, new ones are 1. Starts in the region stay while the number of
    variables does; settings that a person chose stay, and those that followed from the old formula's scale
    follow from the new one's (not with ``refit=False``, which costs nothing: for every keystroke).

    Raises
    ------
    FormulaError
        With the column, for text that is no formula.
    DocumentError
        For a region or parameters that cannot be.
    """
    from minima_core.formula import parse

    old = exploration.place
    read = parse(text)
    known = {**old.parameters, **(parameters or {})}
    low, high = _bounds(old.lower, lower, read.dimension), _bounds(old.upper, upper, read.dimension)
    numbers = {name: float(known.get(name, NEW_PARAMETER)) for name in read.parameters}
    kept = old.changes
    if read.dimension != old.dimension:
        kept = replace(kept, towards=(), tilt=())
    return _elsewhere(exploration, Place(None, text, low, high, numbers, changes=kept), refit=refit)


def with_drawn(
    exploration: Exploration,
    drawn: Drawn,
    lower: Iterable[float] | None = None,
    upper: Iterable[float] | None = None,
) -> Exploration:
    """Move the race to a drawing, or change the drawing it is on: then starts and settings stay."""
    old = exploration.place
    canvas = (old.lower, old.upper) if old.dimension in {1, 2} else CANVAS
    low, high = (
        each if given is None else _floats(given) for each, given in zip(canvas, (lower, upper), strict=True)
    )
    changes = old.changes if len(low) == old.dimension else Changes()
    place = Place(None, None, low, high, drawn=drawn, changes=changes)
    if old.drawn is not None and old.dimension == place.dimension:
        return _settled(exploration, place)
    return _elsewhere(exploration, place)


def with_region(exploration: Exploration, lower: Iterable[float], upper: Iterable[float]) -> Exploration:
    """Give the landscape another region; starts outside go, and if none is left there is a new one."""
    return _settled(exploration, replace(exploration.place, lower=_floats(lower), upper=_floats(upper)))


def with_parameter(exploration: Exploration, name: str, value: float) -> Exploration:
    """Give a parameter of the landscape another value; starts and settings stay."""
    place = exploration.place
    if name not in place.parameters:
        there = ", ".join(place.parameters)
        has = f"it has {there}" if there else "it has none"
        raise DocumentError(f"The landscape has no parameter “{name}”; {has}.")
    return replace(exploration, place=replace(place, parameters={**place.parameters, name: float(value)}))


def with_changes(exploration: Exploration, changes: Changes) -> Exploration:
    """Give the landscape penalties, a tilt or smoothing; starts and settings stay."""
    place = exploration.place
    title = "" if changes or place.landscape is None else _plain_title(place)
    return replace(exploration, place=replace(place, changes=changes, title=title))


# -- what the race makes of it -----------------------------------------------------------------------------


def _sort(place: Place) -> tuple[object, ...]:
    """Return what makes two places the same landscape, whatever region, parameters and wells."""
    return place.landscape, place.formula, place.drawn is not None, place.dimension


def _plain_title(place: Place) -> str:
    """Return the title of a landscape of the catalogue without changes."""
    return replace(place, changes=Changes()).landscape_of().title


def _floats(numbers: Iterable[float]) -> tuple[float, ...]:
    return tuple(float(number) for number in numbers)


def _bounds(old: tuple[float, ...], given: Iterable[float] | None, dimension: int) -> tuple[float, ...]:
    """Return bounds for so many variables: those given, else the old ones, the last one repeated."""
    if given is not None:
        return _floats(given)
    return tuple(old[min(k, len(old) - 1)] for k in range(dimension))


def _settled(exploration: Exploration, place: Place) -> Exploration:
    """Return the race at a place that is the same landscape: starts inside the region stay."""
    starts = tuple(each for each in exploration.starts if _inside(each.position, place))
    if not starts:
        starts = (_own_start(place, place.landscape_of()),)
    return replace(exploration, place=place, starts=starts)


def _elsewhere(exploration: Exploration, place: Place, *, refit: bool = True) -> Exploration:
    """Return the race at a place that the person is working on: what was chosen stays."""
    before, after = exploration.place.landscape_of(), place.landscape_of()
    moved = _settled(exploration, place)
    if before.digest == after.digest or not refit:
        return moved
    return replace(moved, entries=tuple(_refitted(each, before, after) for each in moved.entries))


def _own_start(place: Place, land: Landscape) -> Start:
    """Return the landscape's own start, or the middle of the region where that lies outside."""
    own = _floats(land.start)
    middle = tuple(0.5 * (a + b) for a, b in zip(place.lower, place.upper, strict=True))
    return Start(own if _inside(own, place) else middle)


def _inside(position: Sequence[float], place: Place) -> bool:
    """Whether a point lies in a place's region."""
    return len(position) == place.dimension and all(
        a <= p <= b for a, p, b in zip(place.lower, position, place.upper, strict=True)
    )


def _refitted(entry: Entry, before: Landscape, after: Landscape) -> Entry:
    """Return an entry with the settings that nobody chose in the new landscape's own scale."""
    from minima_core.methods import Specification

    segments: list[Segment] = []
    for segment in entry.segments:
        text = str(_refit(Specification.parse(segment.method), before, after))
        if not segments or segments[-1].method != text:
            segments.append(Segment(segment.step, text))
    return replace(entry, segments=tuple(segments))


def _refit(specification: Specification, before: Landscape, after: Landscape) -> Specification:
    """Return a resolved specification for another landscape, with all that a person chose.

    A setting with a default from the landscape was chosen if it is not what the old landscape gave it.
    """
    from minima_core.methods import AUTO, method
    from minima_core.methods import Specification as Inner

    chosen: dict[str, Any] = {}
    derived = []
    for setting in specification.method.settings:
        value = specification.settings.get(setting.name)
        if isinstance(value, Inner):
            chosen[setting.name] = _refit(value, before, after)
        elif value is not None and setting.default is not AUTO:
            chosen[setting.name] = value
        elif value is not None:
            derived.append(setting.name)
    for name in derived:
        usual = method(specification.name, **chosen).resolved(before).settings
        if specification.settings[name] != usual.get(name):
            chosen[name] = specification.settings[name]
    return method(specification.name, **chosen).resolved(after)


def _eldest(entry: Entry, entries: Sequence[Entry]) -> Entry:
    """Return the first line of the race that begins with the same method."""
    return next(each for each in entries if each.name == entry.name)


def _moved(entry: Entry, eldest: Entry, before: Landscape, after: Landscape) -> Entry:
    """Return an entry in another landscape's own scale; what was changed on the way is forgotten."""
    from minima_core.methods import Specification

    first, reference = (Specification.parse(each.segments[0].method) for each in (entry, eldest))
    text = str(_rescaled(first, reference, before, after))
    return replace(entry, segments=(Segment(0, text),), cures=None)


def _rescaled(
    specification: Specification, reference: Specification, before: Landscape, after: Landscape
) -> Specification:
    """Return a resolved specification for another landscape.

    Settings that a person chose stay as they are; those whose default comes from the landscape take the new
    one's, because their unit is the landscape's. Lines of one method keep the ratios of their learning rates:
    who compares five of them compares five there too, and the first has the usual one.
    """
    from minima_core.methods import AUTO, method
    from minima_core.methods import Specification as Inner

    usual = method(specification.name).resolved(before).settings
    chosen: dict[str, Any] = {}
    for setting in specification.method.settings:
        value = specification.settings[setting.name]
        if isinstance(value, Inner):
            chosen[setting.name] = _rescaled(value, value, before, after)
        elif setting.default is not AUTO and value != usual.get(setting.name):
            chosen[setting.name] = value
    there = method(specification.name, **chosen).resolved(after)
    ratio = _rate(specification) / (_rate(reference) or 1.0)
    if ratio in (0.0, 1.0):
        return there
    return method(specification.name, **chosen, lr=float(f"{ratio * _rate(there):.3g}")).resolved(after)


def _rate(specification: Specification) -> float:
    """Return the learning rate; 0 where there is none."""
    value = specification.settings.get("lr", 0.0)
    return float(value) if isinstance(value, int | float) else 0.0

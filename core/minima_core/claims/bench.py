"""The bench of an experiment: it runs what is asked, keeps the account of what was run, and takes numbers.

What a card says under “what we ran” comes from here, from the very calls that ran it: landscape, methods with
settings, starts, tries, steps. So do the intervals of shares (Wilson, 95 %) and the tests of differences.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from minima_core.analysis.arrivals import REACHED, Cancelled, labels_of
from minima_core.analysis.critical import CriticalPoints, critical_points
from minima_core.claims.conditions import SIGNIFICANT, share_text, whole
from minima_core.document import Document
from minima_core.landscapes import Landscape
from minima_core.methods import AUTO, Specification
from minima_core.runs import Run, start
from minima_core.runs.wording import counted, show_number
from minima_core.scene.page import Bar, Bars, Table
from minima_core.studies import study
from minima_core.studies.counting import holm, paired, share_of

__all__ = ["SIGNIFICANT", "Bench", "Ends", "Offer", "rate_of"]

Array: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Ends:
    """Where many runs of one method ended."""

    land: Landscape
    positions: Array
    """(m, n): what each handed over: its best point if its method searches, else its last one."""
    alive: Flags
    """(m,): whose values stayed finite."""

    def at(self, points: ArrayLike) -> NDArray[np.int16]:
        """Return the number of the point (k, n) that each has reached, (m,); −1 for none.

        Reached is within 1 % of the region's diagonal.
        """
        return labels_of(self.land, self.positions.T, self.alive, np.asarray(points, dtype=np.float64))


@dataclass(frozen=True)
class Offer:
    """What else there is to open: a repair of what the text says, or the other side of it."""

    sentence: str
    document: Document


@dataclass
class Bench:
    """What an experiment works on, and what it leaves behind.

    Parameters
    ----------
    cancel, progress
        Asked and told while it runs.
    """

    cancel: Callable[[], bool] | None = None
    progress: Callable[[float], None] | None = None
    numbers: dict[str, float] = field(default_factory=dict)
    """What came out, by name."""
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """What was run: by landscape and by starts and steps, the methods."""
    runs: int = 0
    steps: int = 0
    """Of all of them together."""
    tables: list[Table] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    document: Document | None = None
    """What shows it in the window."""
    offers: list[Offer] = field(default_factory=list)
    done: float = 0.0
    """The share of the work that has been told: it only rises."""

    # -- running -----------------------------------------------------------------------------------------

    def tell(self, share: float) -> None:
        """Tell how much is done; `Cancelled` when nobody wants it any more."""
        if self.cancel is not None and self.cancel():
            raise Cancelled
        self.done = min(max(share, self.done), 1.0)
        if self.progress is not None:
            self.progress(self.done)

    def critical(self, land: Landscape, name: str = "", *, quiet: bool = False) -> CriticalPoints:
        """Return the critical points of a landscape, proved where that can be."""
        found = critical_points(land, cancel=self.cancel)
        how = (
            f"proof by intervals, {counted(found.boxes, 'box', 'boxes')}"
            if found.source == "proof"
            else "a search"
        )
        self._enter("" if quiet else name or land.title, f"its critical points ({how})", "", 0, 0)
        return found

    def one(
        self,
        land: Landscape,
        method: str,
        x0: Sequence[float],
        steps: int,
        *,
        seed: int = 0,
        name: str = "",
        quiet: bool = False,
    ) -> Run:
        """Return a run of so many steps; `name` calls the landscape, quiet ones are told by `did`."""
        run = start(land, method, x0, seed=seed)
        run.advance(steps)
        point = ", ".join(show_number(each) for each in x0)
        at = f"x = {point}" if len(x0) == 1 else f"({point})"
        place = "" if quiet else name or land.title
        self._enter(place, self._told(land, method), f" from {at}, {whole(steps)} steps", 1, steps)
        return run

    def many(
        self,
        land: Landscape,
        method: str,
        starts: ArrayLike,
        steps: int,
        *,
        tries: int = 1,
        seed: int = 0,
        name: str = "",
        quiet: bool = False,
    ) -> Ends:
        """Return where runs end: a study of one method, so many tries from each start (k, n)."""
        points = np.asarray(starts, dtype=np.float64).reshape(-1, land.dimension)
        result = study(
            land,
            [method],
            starts=points,
            seeds=tries,
            seed=seed,
            steps=steps,
            minima=land.minima if len(land.minima) else None,
            cancel=self.cancel,
        ).results[0]
        count = len(result.positions)
        what = f"{whole(len(points))} starts" if len(points) > 1 else "1 start"
        if tries > 1:
            what += f" × {whole(tries)} tries"
        place = "" if quiet else name or land.title
        self._enter(place, self._told(land, method), f"; {what} × {whole(steps)} steps", count, count * steps)
        return Ends(land, result.positions, np.isfinite(result.values))

    def did(self, line: str, runs: int = 0, steps: int = 0) -> None:
        """Enter what was run quietly, or without a method of the house."""
        self._enter(line, "", "", runs, steps)

    def _enter(self, place: str, method: str, how: str, runs: int, steps: int) -> None:
        """Enter runs: where, what, from where and how long; nowhere: only their number counts."""
        if place:
            methods = self.told.setdefault((place, how), [])
            if method not in methods:
                methods.append(method)
        self.runs += runs
        self.steps += steps

    @property
    def ran(self) -> tuple[str, ...]:
        """What was run, one line for each landscape with the same starts and steps."""
        return tuple(
            f"{place}: {' · '.join(methods)}{how}" if any(methods) else place
            for (place, how), methods in self.told.items()
        )

    def _told(self, land: Landscape, method: str) -> str:
        """Return a method as it was asked for, with the learning rate that it got if it was left open."""
        asked = Specification.parse(method)
        declared = asked.method.by_name.get("lr")
        if declared is None or declared.default is not AUTO or "lr=" in method:
            return method
        return f"{method} (lr={rate_of(asked.resolved(land)):.3g})"

    # -- numbers -----------------------------------------------------------------------------------------

    def put(self, **numbers: float) -> None:
        """Keep numbers; an underscore in a name stands for a space."""
        self.numbers.update({name.replace("_", " "): float(value) for name, value in numbers.items()})

    def share(self, name: str, hits: ArrayLike, tries: int | None = None) -> float:
        """Keep a share with its 95 % interval, under ``name``, ``name low`` and ``name high``; return it.

        `hits` are truths, one for each try, or a count out of `tries`.
        """
        given = np.asarray(hits)
        count, total = (float(given), tries) if tries is not None else (float(given.sum()), given.size)
        found = share_of(int(count), int(total))
        self.numbers[name] = found.value
        self.numbers[f"{name} low"], self.numbers[f"{name} high"] = found.low, found.high
        return found.value

    def differ(self, name: str, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
        """Keep the p-value of the difference between two methods tried from the same starts (McNemar)."""
        p = paired(one.astype(np.int64) - other.astype(np.int64))
        self.numbers[name] = p
        return p

    def holm(self, *names: str) -> None:
        """Correct p-values that were kept for being several: each holds whichever of the others do."""
        corrected = holm([self.numbers[name] for name in names])
        self.numbers.update(zip(names, corrected, strict=True))

    # -- evidence ----------------------------------------------------------------------------------------

    def bar(self, label: str, name: str, role: str = "accent") -> None:
        """Show a share that was kept as a bar with its interval."""
        share, low, high = (self.numbers[name + end] for end in ("", " low", " high"))
        self.bars.append(Bar(label, share, low, high, role, share_text(share, low, high)))

    def table(
        self, columns: Sequence[str], rows: Iterable[Sequence[str]], *, heading: str = "", note: str = ""
    ) -> None:
        """Show a table."""
        self.tables.append(
            Table(tuple(columns), tuple(tuple(row) for row in rows), heading=heading, note=note)
        )

    def evidence(self) -> tuple[Table | Bars, ...]:
        """Return tables and bars, bars first."""
        bars = (Bars(tuple(self.bars), note="Whiskers: 95 % intervals."),) if self.bars else ()
        return (*bars, *self.tables)

    def budget(self) -> str:
        """Return the budget in words."""
        if not self.runs:
            return ""
        runs = "1 run" if self.runs == 1 else f"{whole(self.runs)} runs"
        reached = f"Reached means: within {100 * REACHED:g} % of the region’s diagonal."
        return f"In all {runs}, {whole(self.steps)} steps. {reached}"


def rate_of(specification: Specification) -> float:
    """Return the learning rate of a resolved method."""
    rate = specification.settings["lr"]
    if isinstance(rate, int | float):
        return float(rate)
    raise ValueError(f"{specification.name} has no learning rate that is a number.")

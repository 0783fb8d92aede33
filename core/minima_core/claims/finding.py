"""Checking a claim: its experiment is run, its conditions are tested on what came out, and it is judged."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from minima_core.claims.bench import Bench, Offer
from minima_core.claims.claim import Claim, claim
from minima_core.claims.conditions import Condition, condition, filled
from minima_core.document import Document
from minima_core.scene.page import Bars, Table

__all__ = ["NOT_SHOWN", "Finding", "check", "experiment", "judged"]

ROOMS = (
    "definitions", "descent", "momentum", "methods", "regularising", "learning", "networks", "limits",
)  # fmt: skip
"""The files that the experiments are in."""
NOT_SHOWN = "not shown"
"""The judgement where the numbers do not bear out the expected one."""


@dataclass(frozen=True, eq=False)
class Finding:
    """What came out when a claim was run.

    Attributes
    ----------
    claim
        The claim.
    judgement
        That of the claim if all its conditions hold; else “not shown”.
    ran
        What was run: landscapes, methods with settings, starts, tries, steps; the last line is the budget.
    found
        Sentences with the numbers that came out, shares with their 95 % intervals.
    conditions
        What had to come out, and whether it did.
    numbers
        Everything that was counted and measured, by name.
    evidence
        The same as bars and tables.
    document
        What shows it in the window.
    offers
        What else there is to open: a repair of what the text says, or the other side of it.
    seconds
        How long it took.
    """

    claim: Claim
    judgement: str
    ran: tuple[str, ...]
    found: tuple[str, ...]
    conditions: tuple[Condition, ...]
    numbers: Mapping[str, float]
    evidence: tuple[Table | Bars, ...]
    document: Document
    offers: tuple[Offer, ...]
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether everything came out that the judgement rests on."""
        return all(each.holds for each in self.conditions)


def check(
    name: str,
    cancel: Callable[[], bool] | None = None,
    progress: Callable[[float], None] | None = None,
) -> Finding:
    """Run the experiment of a claim, and judge the claim by what came out.

    Parameters
    ----------
    name
        One of `claim_names`.
    cancel
        Asked now and then; true gives it up.
    progress
        Told the share that is done, 0 to 1.

    Raises
    ------
    ValueError
        For an unknown claim.
    Cancelled
        (of `minima_core.analysis.arrivals`) When `cancel` says so.

    Examples
    --------
    >>> finding = check("parabola-two-minima")
    >>> finding.judgement, finding.numbers["parabola points"]
    ('wrong', 1.0)
    """
    asked = claim(name)
    began = time.perf_counter()
    bench = Bench(cancel, progress)
    bench.tell(0.0)
    experiment(asked.experiment)(bench)
    bench.tell(1.0)
    return judged(asked, bench, time.perf_counter() - began)


def judged(asked: Claim, bench: Bench, seconds: float = 0.0) -> Finding:
    """Judge a claim by what its experiment left on the bench."""
    conditions = tuple(condition(each, bench.numbers) for each in asked.holds)
    failed = [each for each in conditions if not each.holds]
    found = tuple(filled(each, bench.numbers) for each in asked.found)
    if failed:
        missing = "; ".join(each.sentence for each in failed)
        said = (
            f"This time the numbers do not show that the claim is “{asked.judgement}”: not so was {missing}."
        )
        found = (said, *found)
    if bench.document is None:
        raise RuntimeError(f"The experiment {asked.experiment} shows nothing in the window.")
    budget = bench.budget()
    return Finding(
        claim=asked,
        judgement=NOT_SHOWN if failed else asked.judgement,
        ran=(*bench.ran, *([budget] if budget else [])),
        found=found,
        conditions=conditions,
        numbers=MappingProxyType({name: float(number) for name, number in bench.numbers.items()}),
        evidence=bench.evidence(),
        document=bench.document,
        offers=tuple(bench.offers),
        seconds=seconds,
    )


def experiment(path: str) -> Callable[[Bench], None]:
    """Return an experiment by ``file.function``, among the files of this room."""
    room, _, function = path.partition(".")
    if room not in ROOMS:
        raise ValueError(f"There is no room of experiments “{room}”; there are {', '.join(ROOMS)}.")
    module = importlib.import_module(f"minima_core.claims.{room}")
    if function not in module.__all__:
        raise ValueError(f"{room} has no experiment “{function}”; it has {', '.join(module.__all__)}.")
    found: Callable[[Bench], None] = getattr(module, function)
    return found

"""What became of a run, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minima_core.runs.run import Run

__all__ = ["Verdict", "diagnose"]


@dataclass(frozen=True)
class Verdict:
    """A state, the sentence that says so, and the numbers behind it."""

    state: str
    sentence: str
    numbers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


def diagnose(run: Run) -> Verdict:
    """Return what became of a run."""
    return Verdict("running", run.status.sentence)

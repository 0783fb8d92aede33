"""The plain values that the claims clinic is fed with: one claim, and what came out when it was run."""

from __future__ import annotations

from dataclasses import dataclass

from minima_widgets.panels.explore_values import Job
from minima_widgets.panels.learn_values import NO_JOB, Entry

__all__ = ["ClaimState", "Entry", "Job", "Outcome"]


@dataclass(frozen=True)
class Outcome:
    """What came out.

    Attributes
    ----------
    judgement, role
        “half true”, and the role of its colour.
    found, truth
        Sentences with the numbers that came out, and what is true.
    ran
        What was run, one line for each, the budget last.
    repairs
        What the text may have meant: each can be opened as well.
    """

    judgement: str
    role: str
    found: tuple[str, ...]
    truth: str
    ran: tuple[str, ...] = ()
    repairs: tuple[str, ...] = ()


@dataclass(frozen=True)
class ClaimState:
    """One claim as it stands now.

    Attributes
    ----------
    title, said
        What it is called in the list, and what a text says, word for word.
    idea
        What is run, and why that decides it.
    at, count
        Which of how many it is, from 0.
    job
        The experiment under way.
    outcome
        None until it has been run.
    sources
        Where more is to be read.
    """

    title: str = ""
    said: str = ""
    idea: str = ""
    at: int = 0
    count: int = 1
    job: Job = NO_JOB
    outcome: Outcome | None = None
    sources: tuple[str, ...] = ()

"""The plain values that the card of talks is fed with: its scenes in order, and what is written about one."""

from __future__ import annotations

from dataclasses import dataclass

from minima_widgets.panels.explore_values import Job

__all__ = ["SceneTexts", "SceneTile", "TalkState"]

NO_JOB = Job()


@dataclass(frozen=True)
class SceneTile:
    """One scene in the list.

    Attributes
    ----------
    key
        What its small picture is asked for by.
    title, line
        What it is called, and a line below that.
    asks
        Whether it begins with a question.
    """

    key: str
    title: str
    line: str = ""
    asks: bool = False


@dataclass(frozen=True)
class SceneTexts:
    """What is written about the chosen scene; `asked` is what would be asked if nothing else is written."""

    title: str = ""
    sentence: str = ""
    question: str = ""
    notes: str = ""
    asked: str = ""


@dataclass(frozen=True)
class TalkState:
    """Everything that the card shows.

    Attributes
    ----------
    at
        The chosen scene, from 0; −1 while there is none.
    file
        The file that the talk is saved in, and a mark while it has changes that are not; "" without one.
    job
        What is being written out.
    """

    title: str = ""
    tiles: tuple[SceneTile, ...] = ()
    at: int = -1
    texts: SceneTexts = SceneTexts()
    file: str = ""
    can_undo: bool = False
    can_redo: bool = False
    job: Job = NO_JOB

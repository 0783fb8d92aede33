"""All quantities that lessons can ask for: how each is written, what it is, and what it means.

This table is the whole vocabulary. `minima_core.lessons.quantities` works each of them out, and a test holds
that docs/lessons.md lists them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from minima_core.document.insight import Marbling, Overlay

__all__ = ["PHRASES", "STATES", "Kind", "Phrase", "Subject"]

Subject: TypeAlias = Literal["run", "start", "minimum", "study", "whole"]
Kind: TypeAlias = Literal["loss", "length", "number", "count", "share", "words"]
"""Losses and lengths are 0 when they are tiny on their landscape; shares are read as percentages."""

STATES = (
    "running", "global minimum", "local minimum", "saddle", "inflection", "plateau", "oscillating",
    "crawling", "wandering", "diverged", "not finite", "outside", "out of budget", "raised",
)  # fmt: skip
"""The states of a verdict."""

SWITCH = ("on", "off")


@dataclass(frozen=True)
class Phrase:
    """One quantity.

    Attributes
    ----------
    pattern
        How it is written after whom it is about; `<name>`, `<state>` and `<point>` are slots.
    timed
        Whether “at 40” may follow: then it is that of step 40.
    choices
        Of words: all that it can be, if that is known beforehand.
    """

    subject: Subject
    pattern: str
    kind: Kind
    meaning: str
    timed: bool = False
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """The pattern, cut into words and slots."""
        return tuple(self.pattern.split())

    @property
    def key(self) -> tuple[Subject, str]:
        """What tells it apart."""
        return self.subject, self.pattern


def _run(pattern: str, kind: Kind, meaning: str, *, timed: bool = False) -> Phrase:
    return Phrase("run", pattern, kind, meaning, timed, STATES if pattern == "state" else ())


def _whole(pattern: str, kind: Kind, meaning: str, choices: tuple[str, ...] = ()) -> Phrase:
    return Phrase("whole", pattern, kind, meaning, choices=choices)


PHRASES: tuple[Phrase, ...] = (
    _run("state", "words", "the state of its verdict"),
    _run("sentence", "words", "its verdict, as a sentence"),
    _run("value", "loss", "the loss where it stands", timed=True),
    _run("best value", "loss", "the lowest loss that it has found inside the region", timed=True),
    _run("highest value", "loss", "the highest loss on its way"),
    _run("gap", "loss", "how far it stands above the lowest minimum", timed=True),
    _run("best gap", "loss", "how far the best that it has found lies above the lowest minimum", timed=True),
    _run("x", "length", "where it stands: the first coordinate", timed=True),
    _run("y", "length", "the second coordinate", timed=True),
    _run("position", "words", "where it stands, as (x, y)", timed=True),
    _run("distance to <point>", "length", "how far it stands from a point, such as (1, 2)", timed=True),
    _run("distance to best", "length", "how far it stands from the nearest global minimum", timed=True),
    _run("minimum", "count", "the number of the minimum that it has reached, 1 is the lowest; 0: none"),
    _run("steps", "count", "steps done"),
    _run("evaluations", "count", "evaluations of the loss so far"),
    _run("gradients", "count", "evaluations of the gradient so far"),
    _run("hessians", "count", "evaluations of the Hessian so far"),
    _run("loops", "count", "loops (restarts) begun, the first included"),
    _run("method", "words", "the name of its method, such as adam"),
    _run("setting <name>", "number", "a setting of its method: lr, momentum, local.lr, …"),
    _run("slope", "number", "the length of the gradient where it stands", timed=True),
    _run("curvature", "number", "λmax, the largest curvature where it stands", timed=True),
    _run("lowest curvature", "number", "the smallest curvature where it stands", timed=True),
    _run("limit", "number", "2/λmax where it stands: the largest rate at which descent can stay", timed=True),
    _run("inside <name>", "number", "a number inside its method, such as temperature", timed=True),
    _run("tries", "count", "finished loops"),
    _run("successes", "count", "finished loops that ended at a global minimum"),
    _run("found", "count", "different minima that its loops ended at"),
    _run("seen once", "count", "minima that exactly one of its loops ended at"),
    _run("chance", "share", "share of its loops that ended at a global minimum"),
    _run("chance low", "share", "the lower end of the 95 % interval of that chance"),
    _run("chance high", "share", "the upper end of it"),
    _run("chance of new", "share", "how likely the next loop finds a new minimum (Good–Turing)"),
    _run("tries needed", "count", "how many loops it takes to meet a global minimum with 95 % certainty"),
    Phrase("start", "x", "length", "the first coordinate of a start"),
    Phrase("start", "y", "length", "its second coordinate"),
    Phrase("start", "position", "words", "the start, as (x, y)"),
    Phrase("start", "value", "loss", "the loss there"),
    Phrase("minimum", "value", "loss", "the loss at a minimum; minimum 1 is the lowest"),
    Phrase("minimum", "gap", "loss", "how far it lies above the lowest"),
    Phrase("minimum", "x", "length", "its first coordinate"),
    Phrase("minimum", "y", "length", "its second coordinate"),
    Phrase("minimum", "position", "words", "the minimum, as (x, y)"),
    Phrase("minimum", "curvature", "number", "λmax, its largest curvature: how sharp it is"),
    Phrase("minimum", "limit", "number", "2/λmax: the largest rate at which descent can stay in it"),
    Phrase("minimum", "share", "share", "the share of starts that end in it, where basins are shown"),
    Phrase("minimum", "prominence", "loss", "the climb out of it to lower ground, where the barrier tree is"),
    Phrase("minimum", "isolation", "length", "the distance to lower ground, where the barrier tree is"),
    Phrase("minimum", "tries needed", "count", "tries from random starts that end there with 95 % certainty"),
    Phrase("study", "name", "words", "the name of a method of the study"),
    Phrase("study", "share", "share", "the share of its tries that reached a global minimum"),
    Phrase("study", "low", "share", "the lower end of the 95 % interval of that share"),
    Phrase("study", "high", "share", "the upper end of it"),
    Phrase("study", "reached", "count", "how many of its tries reached one"),
    Phrase("study", "tries", "count", "how many tries it had"),
    Phrase("study", "best value", "loss", "the lowest loss that any of its tries found"),
    Phrase("study", "distinct", "count", "different minima that its tries ended at"),
    Phrase("study", "median cost", "count", "evaluations that half of its tries needed; ∞ if fewer arrived"),
    Phrase("study", "expected cost", "count", "evaluations spent for one success, on average"),
    Phrase("study", "tries needed", "count", "tries that reach a global minimum with 95 % certainty"),
    Phrase("study", "chance of new", "share", "how likely the next try finds a new minimum (Good–Turing)"),
    _whole("runs", "count", "how many runs there are"),
    _whole("runs at <state>", "count", "how many of them have this verdict, such as “runs at saddle”"),
    _whole("different ends", "count", "at how many different minima runs have come to rest"),
    _whole("methods", "count", "how many lines take part in the race"),
    _whole("starts", "count", "how many starts there are"),
    _whole("step", "count", "the step that is shown"),
    _whole("steps", "count", "how long the race is"),
    _whole("seed", "count", "the seed of everything random"),
    _whole("record", "loss", "the lowest loss that any run has found"),
    _whole("record run", "count", "the number of the run that found it"),
    _whole("landscape", "words", "the name of the landscape, such as himmelblau; of a formula: formula"),
    _whole("title", "words", "the title of the landscape"),
    _whole("parameter <name>", "number", "a parameter of the landscape"),
    _whole("smoothing", "number", "how much the landscape is smoothed: σ as a share of the diagonal"),
    _whole("l1", "number", "the weight of the L1 penalty"),
    _whole("l2", "number", "the weight of the L2 penalty"),
    _whole("lowest value", "loss", "the loss of the lowest minimum"),
    _whole("minima", "count", "how many minima are known or found"),
    _whole("global minima", "count", "how many of them are as low as the lowest"),
    _whole("local minima", "count", "how many of them are not"),
    _whole("border minima", "count", "how many of them lie on the edge of the region"),
    _whole("proved minima", "count", "how many there are, where it is proved that there are no others"),
    _whole("critical points", "count", "how many critical points have been found"),
    _whole("saddles", "count", "how many of them are saddles"),
    _whole("maxima", "count", "how many of them are maxima"),
    _whole("never", "share", "the share of starts that end in no minimum, where basins are shown"),
    _whole("chance", "share", "the chance of the best from all starts, where chances are shown"),
    _whole("chance low", "share", "the lower end of its 95 % interval"),
    _whole("chance high", "share", "the upper end of it"),
    _whole("overlay", "words", "what lies over the ground", get_args(Overlay)),
    _whole("critical", "words", "whether all critical points are marked", SWITCH),
    _whole("flow", "words", "whether flow lines are drawn", SWITCH),
    _whole("marbles", "words", "what the marbles do", get_args(Marbling)),
    _whole("flood", "loss", "the water’s level, while there is water"),
    _whole("lens x", "length", "where the lens stands, while there is one"),
    _whole("lens y", "length", "its second coordinate"),
    _whole("lens reach", "length", "the largest radius within which the middle of the lens is the lowest"),
    _whole("lens minimum", "count", "the number of the minimum under the lens, 1 is the lowest; 0: none"),
    _whole("right", "words", "the tab in front on the right", ("race", "landscape", "explore", "study")),
    _whole("bottom", "words", "the tab in front at the bottom"),
    _whole("selected", "count", "the number of the selected line; 0: none"),
    _whole("study sentence", "words", "what came out of the study"),
)  # fmt: skip
